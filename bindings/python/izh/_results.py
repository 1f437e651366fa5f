"""What runs return: spikes and recordings, as arrays that know their times and their neurons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterable, List, NamedTuple, Optional, Tuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._arrays import SPIKE, STATE, Floats, at, indices, integer, real, reals, to_list
from .errors import InvalidError

if TYPE_CHECKING:
    _Array = NDArray[Any]
else:
    _Array = np.ndarray


class PSTH(NamedTuple):
    """How often neurons spike, over time: what `Spikes.psth` returns."""

    t: Floats  #: middle of each bin, ms, shape (bins,)
    rate: Floats  #: spikes a second of one neuron, in the mean, shape (bins,)
    edges: Floats  #: where the bins begin and end, ms, shape (bins + 1,)


def _plain(array: NDArray[Any]) -> NDArray[Any]:
    return array.view(np.ndarray)


# ---- spikes ----


class Spikes(_Array):
    """The spikes of a run: an array with the fields t, ms, and i, the neuron.

        >>> spikes = population.run(1000)
        >>> spikes["t"], spikes["i"]  # columns, as of any structured array
        >>> spikes.trains()[7]  # when neuron 7 spiked
        >>> spikes.rates(), spikes.cv()  # of each neuron
        >>> spikes.plot().savefig("raster.png")

    It knows how many neurons there are, also of those that did not spike, and from when to when the
    run went. What is taken by a mask or a slice knows the same; columns are plain arrays.

    Args:
        t: times, ms, shape (spikes,).
        i: the neuron of each, shape (spikes,).
        n: how many neurons there are. Default: as many as the numbers tell of.
        t_start: when observation began, ms. Default: 0, or the first spike where that is before.
        t_stop: when it ended, ms. Default: the last spike.

    Raises:
        InvalidError: a time is not finite or outside, or a neuron is not below n.
    """

    _n: Optional[int]
    _span: Optional[Tuple[float, float]]

    def __new__(
        cls,
        t: ArrayLike,
        i: ArrayLike,
        n: Optional[int] = None,
        t_start: Optional[float] = None,
        t_stop: Optional[float] = None,
    ) -> Spikes:
        times = reals("t", t)
        count = None if n is None else integer("n", n, 32)
        which = indices("i", i, 1 << 32 if count is None else count)
        if times.shape != which.shape:
            raise InvalidError(f"t has shape {times.shape}, i has {which.shape}")
        array = np.zeros(len(times), SPIKE)
        array["t"], array["i"] = times, which
        known = times[np.isfinite(times)]
        first = float(known.min(initial=0.0)) if t_start is None else real("t_start", t_start)
        last = float(known.max(initial=first)) if t_stop is None else real("t_stop", t_stop)
        outside = ~((times >= first) & (times <= last))
        if outside.any():
            wrong = at("t", times, int(np.argmax(outside)))
            raise InvalidError(f"{wrong} is not within {first} and {last}")
        return spikes_of(array, count, first, last)

    def __array_finalize__(self, other: Any) -> None:
        self._n = getattr(other, "_n", None)
        self._span = getattr(other, "_span", None)

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        if isinstance(part, Spikes) and (part.dtype.names != SPIKE.names or part.ndim != 1):
            return _plain(part)
        return part

    def __array_wrap__(self, array: Any, context: Any = None, *more: Any) -> Any:
        return _plain(np.asarray(array))[()]

    def __reduce__(self) -> Tuple[Any, ...]:
        return spikes_of, (_plain(self).copy(), self._n, *(self._span or (None, None)))

    @classmethod
    def join(cls, parts: Iterable[Spikes]) -> Spikes:
        """The spikes of several runs of the same neurons, one after the other."""
        every = list(parts)
        if not every:
            raise InvalidError("there are no parts to join")
        if len({part.n for part in every}) > 1:
            raise InvalidError(f"the parts are of {[part.n for part in every]} neurons")
        array = np.concatenate([_plain(part) for part in every])
        first, last = min(x.t_start for x in every), max(x.t_stop for x in every)
        return spikes_of(array, every[0].n, first, last)

    # ---- what it knows ----

    @property
    def n(self) -> int:
        """How many neurons there are, with and without spikes."""
        if self._n is not None:
            return self._n
        return int(self["i"].max()) + 1 if len(self) else 0

    @property
    def t_start(self) -> float:
        """When the run began, ms."""
        return self._span[0] if self._span else float(min(0.0, self["t"].min(initial=0.0)))

    @property
    def t_stop(self) -> float:
        """When the run ended, ms."""
        return self._span[1] if self._span else float(self["t"].max(initial=self.t_start))

    @property
    def duration(self) -> float:
        """How long the run was, ms."""
        return self.t_stop - self.t_start

    def _some_time(self) -> float:
        if not self.duration > 0:
            raise InvalidError("no time has passed, so there are no rates")
        return self.duration

    # ---- parts ----

    def window(self, t_start: float, t_stop: float) -> Spikes:
        """The spikes from t_start on and before t_stop, ms; at the run's own end also those at it.

        Rates of them are those in this time.
        """
        first = max(real("t_start", t_start), self.t_start)
        last = min(real("t_stop", t_stop), self.t_stop)
        if not first <= last:
            raise InvalidError(
                f"t_start = {t_start} to t_stop = {t_stop} is outside {self.t_start} to {self.t_stop}"
            )
        t = self["t"]
        within = (t >= first) & ((t < last) if last < self.t_stop else (t <= last))
        return spikes_of(_plain(self)[within], self.n, first, last)

    def of(self, neurons: ArrayLike) -> Spikes:
        """The spikes of some neurons, which are numbered from 0 on in that order.

        Args:
            neurons: shape (k,): a range, or indices, none twice.
        """
        which = np.atleast_1d(indices("neurons", np.asarray(neurons), self.n))
        if which.ndim != 1 or len(np.unique(which)) < len(which):
            raise InvalidError("neurons must have 1 dimension, and none of them twice")
        number = np.full(self.n, -1, np.int64)
        number[which.astype(np.int64)] = np.arange(len(which))
        part = _plain(self).copy()
        renamed = number[part["i"]]
        part["i"] = np.maximum(renamed, 0)
        return spikes_of(part[renamed >= 0], len(which), self.t_start, self.t_stop)

    # ---- trains ----

    def _sorted(self) -> Tuple[NDArray[Any], Floats]:
        """Neurons and times in the order of (neuron, time)."""
        order = np.lexsort((self["t"], self["i"]))
        return self["i"][order], self["t"][order]

    def trains(self) -> List[Floats]:
        """When each neuron spiked: n arrays of ascending times, ms."""
        if not self.n:
            return []
        _, t = self._sorted()
        return np.split(t, np.cumsum(self.counts())[:-1])

    def by_neuron(self) -> Dict[int, Floats]:
        """When each neuron that spiked did so: its number, and ascending times, ms."""
        i, t = self._sorted()
        spiked, begins = np.unique(i, return_index=True)
        return dict(zip(to_list(spiked), np.split(t, begins[1:])))

    def counts(self) -> NDArray[np.int64]:
        """How often each neuron spiked, shape (n,)."""
        return np.bincount(self["i"], minlength=self.n).astype(np.int64)

    def rates(self) -> Floats:
        """Each neuron's spikes a second, shape (n,): counts over the length of the run."""
        return self.counts().astype(np.float64) * (1000.0 / self._some_time())

    # ---- intervals ----

    def _intervals(self) -> Tuple[NDArray[Any], Floats]:
        i, t = self._sorted()
        same = i[1:] == i[:-1]
        return i[1:][same], np.diff(t)[same]

    def isi(self) -> Floats:
        """The intervals between spikes of one neuron, ms: of all neurons, in the order of (neuron,
        time). ``spikes.of([7]).isi()`` are those of neuron 7; `metrics.intervals` says what a
        train's intervals are like."""
        return self._intervals()[1]

    def cv(self) -> Floats:
        """Each neuron's coefficient of variation of its intervals, with the sample's standard
        deviation, as `metrics.intervals` has it, shape (n,). NaN with fewer than three spikes."""
        i, isi = self._intervals()
        count = np.bincount(i, minlength=self.n)
        with np.errstate(all="ignore"):
            mean = np.bincount(i, isi, self.n) / count
            off = isi - mean[i]
            cv: Floats = np.sqrt(np.bincount(i, off * off, self.n) / (count - 1)) / mean
        cv[count < 2] = np.nan
        return cv

    # ---- over time ----

    def psth(
        self,
        bin: Optional[float] = None,
        at: Optional[ArrayLike] = None,
        before: float = 0.0,
        after: float = 100.0,
    ) -> PSTH:
        """How often a neuron spikes over time, in the mean over all neurons: over the run, or
        around events such as the beginnings of a stimulus.

        Args:
            bin: width of the bins, ms. Default: about a hundredth of the time, a round number.
                Over a run the last one may be narrower.
            at: times of events, ms. Default: none, and t is the time of the run.
            before: how long before each event bins begin, ms.
            after: how long after each event bins end, ms; made longer to whole bins.

        Returns:
            A `PSTH`: t, rate and edges.

        Raises:
            InvalidError: the bins do not fit, or an event is so near to the ends of the run that its
                bins are not all observed.
        """
        events = None if at is None else reals("at", at, None).reshape(-1)
        length = self._some_time() if events is None else real("before", before) + real("after", after)
        width = round_bin(length) if bin is None else real("bin", bin)
        if not (0 < width and 0 < length < 1e7 * width):
            raise InvalidError(f"bin = {bin} does not fit {length} ms")
        whole = int(np.ceil(length / width * (1 - 1e-12)))
        edges = width * np.arange(whole + 1, dtype=np.float64)
        if events is None:
            edges = np.minimum(self.t_start + edges, self.t_stop)
            return self._rates_within(edges, self["t"], 1)
        return self._rates_within(edges - before, *self._around(events, edges - before))

    def _around(self, events: Floats, edges: Floats) -> Tuple[Floats, int]:
        """Times since the events, of the spikes that are in the bins of each; and their number."""
        slack = 1e-9 * max(abs(self.t_start), abs(self.t_stop), 1.0)
        first, last = events + edges[0], events + edges[-1]
        outside = ~((first >= self.t_start - slack) & (last <= self.t_stop + slack))
        if outside.any() or not len(events):
            where = at("at", events, int(np.argmax(outside))) if len(events) else "at is empty"
            raise InvalidError(f"{where}: the bins of an event must be within the run")
        t = np.sort(self["t"])
        begins, ends = np.searchsorted(t, first), np.searchsorted(t, last)
        return np.concatenate([t[b:e] - x for b, e, x in zip(begins, ends, events)]), len(events)

    def _rates_within(self, edges: Floats, t: Floats, trials: int) -> PSTH:
        counts = np.histogram(t, edges)[0]
        rate = counts * 1000.0 / (np.diff(edges) * max(self.n, 1) * trials)
        return PSTH((edges[1:] + edges[:-1]) / 2, rate, edges)

    # ---- pictures, and other packages ----

    def plot(self, axes: Optional[Any] = None, bin: Optional[float] = None) -> Any:
        """Draws a raster of the spikes, and below it the mean rate. Needs matplotlib.

        Args:
            axes: one of matplotlib's Axes, for the raster alone. Default: a new figure.
            bin: width of the rate's bins, ms. Default: that of `psth`.

        Returns:
            The figure, as `Result.plot` does.

        Raises:
            ImportError: there is no matplotlib.
        """
        from ._plot import draw_raster, pyplot

        return draw_raster(self, pyplot("plot"), axes, bin)

    def to_neo(self, recording: Optional[Recording] = None, u_unit: str = "pA") -> Any:
        """A ``neo.Segment`` with a SpikeTrain for each neuron, and a recording's signals. Needs
        Neo.

        Args:
            recording: what `record` returned, if it is wanted, too.
            u_unit: what u is in: "pA", or "mV/ms" in the 2003 form.

        Raises:
            ImportError: there is no Neo.
        """
        from ._export import segment

        return segment(self, recording, u_unit)

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame`` with the columns t, ms, and i. Needs pandas.

        Raises:
            ImportError: there is no pandas.
        """
        from ._export import spikes_to_pandas

        return spikes_to_pandas(self)

    def to_xarray(self) -> Any:
        """An ``xarray.Dataset`` with the variables t and i along the dimension "spike", and with
        their units, n, t_start and t_stop among the attributes. Needs xarray.

        Raises:
            ImportError: there is no xarray.
        """
        from ._export import spikes_to_xarray

        return spikes_to_xarray(self)

    def to_sonata(self, path: Any, population: str = "neurons", mode: str = "w") -> None:
        """Writes an HDF5 file of SONATA's layout: /spikes/POPULATION/timestamps, in milliseconds,
        and node_ids, sorted by time. Needs h5py.

        Args:
            path: of the file.
            population: the name of the group.
            mode: "w" writes a new file, also over an old one; "a" adds a population to one.

        Raises:
            ImportError: there is no h5py.
            InvalidError: the name is empty, a dot or has a slash, or there is such a population already.
        """
        from ._export import to_sonata

        to_sonata(self, path, population, mode)


def spikes_of(
    array: NDArray[Any], n: Optional[int], t_start: Optional[float], t_stop: Optional[float]
) -> Spikes:
    """Spikes of these rows, which are not copied."""
    spikes = array.view(Spikes)
    spikes._n = n
    spikes._span = None if t_start is None or t_stop is None else (t_start, t_stop)
    return spikes


def round_bin(length: float) -> float:
    """About a hundredth: 1, 2 or 5 times a power of ten."""
    ten = 10.0 ** np.floor(np.log10(length / 100))
    return float(ten * next(x for x in (1, 2, 5, 10) if length / 100 <= x * ten * (1 + 1e-9)))


# ---- recordings ----


class Recording(_Array):
    """What `Population.record` returns: states over time, an array of shape (samples, k) with the
    fields v, mV, and u, pA, that runs fill in; NaN where they have not yet.

        >>> rows = population.record([0, 5], 1000)
        >>> spikes = population.run(100)
        >>> rows.t, rows["v"][:, 1]  # v of neuron 5 over time
        >>> rows.plot(spikes).savefig("traces.png")

    A slice of rows has their times; columns, and what is taken otherwise, are plain arrays.
    """

    _t: Optional[Floats]
    _neurons: Optional[NDArray[Any]]

    def __array_finalize__(self, other: Any) -> None:
        self._t = None
        self._neurons = None

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        if not isinstance(part, Recording):
            return part
        if isinstance(key, slice) and self._t is not None:
            part._t, part._neurons = self._t[key], self._neurons
            return part
        return _plain(part)

    def __array_wrap__(self, array: Any, context: Any = None, *more: Any) -> Any:
        return _plain(np.asarray(array))[()]

    def __reduce__(self) -> Tuple[Any, ...]:
        return _recording_from, (_plain(self).copy(), self._t, self._neurons)

    def copy(self, order: Any = "C") -> Recording:
        """The same, in memory of its own: runs do not fill it in."""
        return _recording_from(_plain(self).copy(order), self._t, self._neurons)

    __copy__ = copy

    def __deepcopy__(self, memo: Any) -> Recording:
        return self.copy()

    @property
    def t(self) -> Floats:
        """When each row is, ms, shape (samples,)."""
        if self._t is None:
            raise InvalidError("this array was taken from a recording, and has no times")
        return self._t

    @property
    def neurons(self) -> NDArray[Any]:
        """Which neuron each column is of, shape (k,)."""
        if self._neurons is None:
            raise InvalidError("this array was taken from a recording, and knows no neurons")
        return self._neurons

    @property
    def filled(self) -> Recording:
        """The rows that runs have filled in."""
        missing = np.isnan(self["v"]).all(axis=1)
        part: Recording = self[: int(np.argmax(missing)) if missing.any() else len(self)]
        return part

    def plot(self, spikes: Optional[Spikes] = None, axes: Optional[Any] = None) -> Any:
        """Draws v of up to 12 neurons, one above the other. Needs matplotlib.

        Args:
            spikes: of the same run: each spike is drawn up to the highest v there is, which the
                samples miss.
            axes: one of matplotlib's Axes, for all of them in one. Default: a new figure.

        Returns:
            The figure, as `Result.plot` does.

        Raises:
            ImportError: there is no matplotlib.
        """
        from ._plot import draw_traces, pyplot

        return draw_traces(self, spikes, pyplot("plot"), axes)

    def to_neo(self, u_unit: str = "pA") -> Any:
        """A ``neo.Segment`` with v and u as AnalogSignals of k channels. Needs Neo.

        Args:
            u_unit: what u is in: "pA", or "mV/ms" in the 2003 form.

        Raises:
            ImportError: there is no Neo.
        """
        from ._export import segment

        return segment(None, self, u_unit)

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame`` over t, ms, with the columns ("v", neuron) and ("u", neuron). Needs
        pandas.

        Raises:
            ImportError: there is no pandas.
        """
        from ._export import recording_to_pandas

        return recording_to_pandas(self)

    def to_xarray(self, u_unit: str = "pA") -> Any:
        """An ``xarray.Dataset`` with v and u over t, ms, and neuron. Needs xarray.

        Args:
            u_unit: what u is in: "pA", or "mV/ms" in the 2003 form.

        Raises:
            ImportError: there is no xarray.
        """
        from ._export import recording_to_xarray

        return recording_to_xarray(self, u_unit)


def recording_of(memory: NDArray[Any], t: Floats, neurons: NDArray[Any]) -> Recording:
    """A recording in this memory, which is not copied."""
    made = memory.view(Recording)
    made._t, made._neurons = t, neurons
    return made


def _recording_from(
    memory: NDArray[Any], t: Optional[Floats], neurons: Optional[NDArray[Any]]
) -> Recording:
    """The same of copies of times and neurons, or without where they are not known."""
    made = memory.view(Recording)
    made._t = None if t is None else t.copy()
    made._neurons = None if neurons is None else neurons.copy()
    return made


def blank(samples: int, neurons: int) -> NDArray[Any]:
    """Memory for a recording, without values."""
    memory = np.empty((samples, neurons), STATE)
    memory["v"] = memory["u"] = np.nan
    return memory
