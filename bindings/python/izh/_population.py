"""Many neurons on one grid of time. Source: ``include/izh/population.h``."""

from __future__ import annotations

import ctypes
import inspect
import math
import mmap
import sys
import time
import warnings
from ctypes import (
    CFUNCTYPE,
    POINTER,
    byref,
    c_char_p,
    c_double,
    c_int32,
    c_size_t,
    c_uint32,
    c_uint64,
    c_void_p,
)
from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    Union,
)

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _c
from ._arrays import (
    PARAMS,
    SPIKE,
    STATE,
    TROUBLE,
    check_plain,
    choice,
    extent,
    indices,
    integer,
    real,
    reals,
    rows,
    states,
    wandering,
)
from ._blob import t0_of
from ._methods import find_method, methods
from ._objects import (
    STOP,
    Handle,
    Idle,
    Owner,
    Pending,
    Running,
    Stop,
    added,
    as_bytes,
    make_thunk,
    restored,
    saved,
    view,
)
from ._params import (
    PARAM_NAMES,
    WORDS_2003,
    WORDS_2007,
    Params,
    fault_2007,
    in_words,
    params_2003,
    params_2007,
    runs_away,
    warn_of,
)
from ._results import Recording, Spikes, blank, recording_of, spikes_of
from ._stimulus import Stimulus, Traces, izh_traces, traces_of
from .errors import BusyError, InvalidError, IzhError, UnsupportedError, check, error_of

# ---- the library: its structs and functions ----


class izh_spikes(_c.Array):
    pass


class izh_troubles(ctypes.Structure):
    _fields_ = [("data", c_void_p), ("count", c_size_t), ("total", c_uint64)]


class izh_population_statistics(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("unstable_steps", c_uint64),
        ("unstable_t", c_double),
        ("unstable_i", c_uint32),
        ("reserved", c_uint32),
    ]


class izh_executor(ctypes.Structure):
    _fields_ = [("run", c_void_p), ("user", c_void_p)]


class izh_population_config(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("n", c_uint32),
        ("method", c_int32),
        ("first", c_uint64),
        ("precision", c_int32),
        ("isa", c_int32),
        ("events", c_int32),
        ("threads", c_uint32),
        ("dt", c_double),
        ("t0", c_double),
        ("noise_sigma", c_double),
        ("seed", c_uint64),
        ("spike_capacity", c_size_t),
        ("max_spikes_per_ms", c_double),
        ("tile", c_uint32),
        ("block", c_uint32),
        ("allocator", _c.izh_allocator),
        ("executor", izh_executor),
        ("log", _c.izh_log),
        ("max_steps_per_ms", c_double),
        ("noise_white", c_double),
        ("noise_ou", _c.izh_ou),
    ]


SpikesFn = CFUNCTYPE(c_int32, c_void_p, c_size_t, c_void_p)
CurrentFn = CFUNCTYPE(None, c_double, c_uint32, c_uint32, c_void_p, c_void_p)

_c.declare(
    [izh_spikes, izh_troubles, izh_population_statistics, izh_executor, izh_population_config],
    {
        "izh_population_create": (c_int32, (_c.CREATED, POINTER(izh_population_config))),
        "izh_population_destroy": (None, (c_void_p,)),
        "izh_population_set_params": (c_int32, (c_void_p, c_uint32, c_uint32, c_void_p, c_size_t)),
        "izh_population_set_state": (c_int32, (c_void_p, c_uint32, c_uint32, c_void_p, c_size_t)),
        "izh_population_set_current": (c_int32, (c_void_p, c_uint32, c_uint32, c_void_p, c_size_t)),
        "izh_population_on_current": (c_int32, (c_void_p, CurrentFn, c_void_p, c_int32)),
        "izh_population_on_spikes": (c_int32, (c_void_p, SpikesFn, c_void_p)),
        "izh_population_record": (
            c_int32,
            (c_void_p, c_void_p, c_size_t, c_uint32, c_void_p, c_size_t),
        ),
        "izh_population_recorded": (c_size_t, (c_void_p,)),
        "izh_population_run": (c_int32, (c_void_p, c_double)),
        "izh_population_spikes": (izh_spikes, (c_void_p,)),
        "izh_population_time": (c_double, (c_void_p,)),
        "izh_population_dt": (c_double, (c_void_p,)),
        "izh_population_get_state": (c_int32, (c_void_p, c_uint32, c_uint32, c_void_p)),
        "izh_population_get_statistics": (c_int32, (c_void_p, POINTER(izh_population_statistics))),
        "izh_population_hash": (c_uint64, (c_void_p,)),
        "izh_population_troubles": (izh_troubles, (c_void_p,)),
        "izh_population_isa": (c_int32, (c_void_p,)),
        "izh_population_save": (c_size_t, (c_void_p, c_void_p, c_size_t)),
        "izh_population_load": (c_int32, (c_void_p, c_char_p, c_size_t)),
        "izh_population_message": (c_char_p, (c_void_p,)),
    },
)

#: One neuron's parameters, or all: see `Population.set_params`.
ParamsLike = Union[Params, Sequence[Params], Mapping[str, ArrayLike], NDArray[Any]]
SpikesFunction = Callable[[NDArray[Any]], Optional[Stop]]
CurrentFunction = Callable[[float, int, int], Optional[ArrayLike]]

_CHUNK_TICKS = 64  # what a large population takes as one block
_CHUNK_SECONDS = 0.1


# ---- parameters ----

def _rows_2003(a: Any, b: Any, c: Any, d: Any) -> Dict[str, Any]:
    return {"a": a, "b_lo": b, "b_hi": b, "c": c, "d": d}


def _rows_2007(
    C: Any, k: Any, vr: Any, vt: Any, vpeak: Any, a: Any, b: Any, c: Any, d: Any
) -> Dict[str, Any]:
    """As izh_params_2007 has it, in this order of operations: include/izh/model.h."""
    normal = {"cm": C, "k2": k, "k1": -(k * (vr + vt)), "k0": (k * vr) * vt}
    return {**normal, "a": a, "b_lo": b, "b_hi": b, "vb": vr, "vpeak": vpeak, "c": c, "d": d}


_FORMS: Dict[Tuple[str, ...], Tuple[Params, Callable[..., Dict[str, Any]]]] = {
    ("a", "b", "c", "d"): (params_2003(0.02, 0.2, -65, 8), _rows_2003),
    ("C", "k", "vr", "vt", "vpeak", "a", "b", "c", "d"): (
        params_2007(100, 0.7, -60, -40, 35, 0.03, -2, -50, 100),
        _rows_2007,
    ),
    PARAMS.names or (): (params_2003(0.02, 0.2, -65, 8), dict),
}


def _params_of_dict(fields: Mapping[str, ArrayLike]) -> NDArray[Any]:
    """Each neuron's parameters from columns, which are the arguments of one of the forms."""
    for names, (others, rows_of) in _FORMS.items():
        if set(fields) != set(names):
            continue
        columns = {name: reals(name, x, None) for name, x in fields.items()}
        lengths = {name: len(x) for name, x in columns.items() if x.ndim}
        if len(set(lengths.values())) > 1:
            raise InvalidError(f"parameters of several lengths: {lengths}")
        array = np.empty(tuple(set(lengths.values())), PARAMS)
        array[...] = tuple(others)
        for name, column in rows_of(**columns).items():
            array[name] = column
        return array
    forms = " or ".join(str(names) for names in _FORMS)
    raise InvalidError(f"a dict of parameters has the keys {forms}, not {tuple(fields)}")


def _words(params: ParamsLike) -> Mapping[str, str]:
    """What the caller calls the fields of the normal form."""
    given = set(params) if isinstance(params, Mapping) else set()
    return WORDS_2007 if "C" in given else WORDS_2003 if "b" in given else {}


_ASKED = 100  # neurons with a < 0, whether they rest


def _warn_of(fields: Mapping[str, ArrayLike], array: NDArray[Any]) -> None:
    """What `params_2003` and `params_2007` warn of, once for all neurons."""
    wrong = ""
    if "C" in fields:
        k, vr, vt = np.broadcast_arrays(*(np.asarray(fields[x]) for x in ("k", "vr", "vt")))
        at = np.flatnonzero((k <= 0) | (vr > vt))[:1]
        wrong = fault_2007(k.flat[at[0]], vr.flat[at[0]], vt.flat[at[0]]) if at.size else ""
    rows = np.atleast_1d(array)
    for row in rows[rows["a"] < 0][:_ASKED]:
        wrong = wrong or runs_away(Params(*row.tolist()))
    if wrong:
        warn_of("set_params", wrong, 3)


def _params(params: ParamsLike) -> NDArray[Any]:
    """Contiguous, of 0 or 1 dimension."""
    if isinstance(params, Params):
        return np.array(tuple(params), PARAMS)
    if isinstance(params, Mapping):
        return _params_of_dict(params)
    if isinstance(params, np.ndarray):
        if params.dtype != PARAMS or params.ndim > 1:
            raise TypeError(f"arrays of parameters have the dtype izh.PARAMS, not {params.dtype}")
        return rows(params)
    each = list(params) if isinstance(params, Iterable) and not isinstance(params, str) else []
    if not each or not all(isinstance(row, Params) for row in each):
        raise TypeError(
            "params must be izh.Params, such as izh.params_2003(.02, .2, -65, 8), or a sequence, "
            f"an array or a dict for each neuron's own, not {params!r}"
        )
    return np.array([tuple(row) for row in each], PARAMS)


# ---- callbacks ----


def _spikes_thunk(pending: Pending) -> Any:
    def call(data: int, count: int, _user: object) -> int:
        try:
            if pending.error is not None:
                return _c.STOP
            fn: SpikesFunction = pending.functions["spikes"]
            spikes = np.empty(count, SPIKE)
            ctypes.memmove(spikes.ctypes.data, data, spikes.nbytes)
            answer = fn(spikes)
            if answer is not None and answer is not STOP:
                raise TypeError(f"on_spikes must return None or izh.STOP, not {answer!r}")
            return _c.CONTINUE if answer is None else _c.STOP
        except BaseException as error:
            pending.keep(error)
            return _c.STOP

    return make_thunk(SpikesFn, call)


def _check_finite(t: float, first: int, values: NDArray[Any], pending: Pending) -> None:
    """Keeps where a current comes from that brings its neuron in trouble."""
    finite = np.isfinite(values)
    if not pending.note and not finite.all():
        k = int(np.argmin(finite))
        which = f"neuron {first + k}" if values.ndim else "all neurons"
        pending.note = f"; on_current gave {which} {values.flat[k]} at t = {t:.15g}"


def _current_thunk(pending: Pending) -> Any:
    def call(t: float, first: int, count: int, I: int, _user: object) -> None:
        try:
            if pending.error is not None:
                return
            fn: CurrentFunction = pending.functions["current"]
            answer = fn(t, first, count)
            if answer is not None:
                values = reals("the current", answer, None)
                if values.shape not in ((), (count,)):
                    raise InvalidError(
                        f"on_current was asked for {count} currents, and gave shape {values.shape}"
                    )
                _check_finite(t, first, values, pending)
                values = np.ascontiguousarray(np.broadcast_to(values, count))
                ctypes.memmove(I, values.ctypes.data, values.nbytes)
        except BaseException as error:
            pending.keep(error)

    return make_thunk(CurrentFn, call)


# ---- spikes ----


class PopulationStatistics(NamedTuple):
    """What a population has done since it was made."""

    unstable_steps: int  #: steps that the method took beyond its limit of stability, of all neurons
    unstable_t: float  #: when the first of them began, ms; NaN where there was none
    unstable_i: int  #: the neuron that took it; 0 where there was none


class _Collected:
    """Spikes of many calls in one array. It is made as large as the run will need if it goes on as
    it began, so that little is copied: memory that is not touched costs nothing."""

    def __init__(self) -> None:
        self._bytes: NDArray[np.uint8] = np.empty(0, np.uint8)
        self._used = 0
        self.done = 0.0  # share of the run

    def add(self, spikes: Any) -> None:
        size = spikes.count * SPIKE.itemsize
        if self._used + size > len(self._bytes):
            self._grow(self._used + size)
        ctypes.memmove(self._bytes.ctypes.data + self._used, spikes.data, size)
        self._used += size

    def _grow(self, least: int) -> None:
        expected = min(int(1.25 * least / self.done), 100 * least) if self.done else 0
        # Mapped, for NumPy asks for huge pages, and to clear those costs more than all else here.
        size = max(2 * len(self._bytes), least, expected)
        private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        more = np.frombuffer(mmap.mmap(-1, size, flags=private), np.uint8)
        ctypes.memmove(more.ctypes.data, self._bytes.ctypes.data, self._used)
        self._bytes = more

    def take(self) -> NDArray[Any]:
        return self._bytes[: self._used].view(SPIKE)


class _NoBar:
    """What there is instead of a progress bar."""

    def update(self, ms: float) -> None:
        pass

    def close(self) -> None:
        pass


def _bar(progress: bool, ms: float) -> Any:
    if not progress:
        return _NoBar()
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return _NoBar()
    return tqdm(total=ms, unit="ms", bar_format="{l_bar}{bar}| {n:.0f}/{total:.0f} ms {elapsed}")


def config_of(arguments: Mapping[str, Any]) -> Any:
    """What C needs to make a population, from the arguments of `Population`."""
    config = izh_population_config(ctypes.sizeof(izh_population_config))
    config.method = find_method(arguments["method"])
    for name, choices in (("precision", _c.PRECISIONS), ("events", _c.EVENTS), ("isa", _c.ISAS)):
        setattr(config, name, choice(name, arguments[name], choices))
    for name, bits in (("n", 32), ("threads", 32), ("tile", 32), ("block", 32),
                       ("seed", 64), ("first", 64), ("spike_capacity", 64)):  # fmt: skip
        setattr(config, name, integer(name, arguments[name], bits))
    for name in ("dt", "t0", "noise_sigma", "noise_white", "max_spikes_per_ms", "max_steps_per_ms"):
        setattr(config, name, real(name, arguments[name]))
    config.noise_ou = wandering(arguments["noise_ou"])
    config.log = _c.LOG
    _check_method(arguments["method"])
    return config


def plain_config(options: Mapping[str, Any]) -> Any:
    """The same of a population whose n does not matter, from some of the arguments."""
    parameters = inspect.signature(Population.__init__).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
    unknown = options.keys() - defaults.keys()
    if unknown:
        raise TypeError(f"a population has no {', '.join(sorted(unknown))} here")
    return config_of({"n": 1, **defaults, **options})


def _create(config: Any) -> Handle:
    pointer = c_void_p()
    check(_c.lib.izh_population_create(byref(pointer), byref(config)))
    return Handle(pointer.value or 0, _c.lib.izh_population_destroy)


def _has_populations(method: str) -> bool:
    config = izh_population_config(ctypes.sizeof(izh_population_config))
    config.method = methods[method]
    try:
        _create(config)
    except UnsupportedError:
        return False
    return True


def _check_method(method: str) -> None:
    if not _has_populations(method):
        those = ", ".join(name for name in methods if _has_populations(name))
        raise UnsupportedError(f"the method {method} has no populations; these have: {those}")


class Population(Owner):
    """Many neurons on one grid of time, each with its own parameters, state and current.

    The neurons do not interact within a run. Results are the same bits with every instruction set
    and any number of threads, and wherever runs are split. In "f64" each neuron is, bit for bit, a
    `Solver` of the same method, dt and events. New neurons are regular spiking ones of the 2003 paper,
    (.02, .2, -65, 8), at (-65, -13), without current.

    Args:
        n: how many neurons.
        method: one of `izh.methods`; "dopri5", "exprb-adaptive" and "pinn" have no populations.
        precision: "f64" or "f32": half the memory, twice the speed, 7 digits.
        events: "exact", or "grid": resets at the end of steps, as in textbooks.
        threads: how many threads work in a run.
        dt: tick, ms. 0: the method's default, 0.1, or 1 for "published-2003" and "taylor".
        t0: time at the start, ms.
        noise_sigma: standard deviation of the noise, pA: sigma N(0, 1), held for a tick, is added
            to the current.
        noise_white: white noise, pA sqrt(ms): its effect does not depend on dt. The charge that it
            brings in t ms has the standard deviation noise_white sqrt(t).
        noise_ou: (mean, sigma, tau) of an Ornstein-Uhlenbeck process that each neuron gets, pA, pA
            and ms: a current that forgets over tau. None: no such current.
        seed: the seed of the noise.
        first: global index of neuron 0: slices of a population give the bits of the whole.
        isa: one of `izh.isas`, or "best".
        spike_capacity: how many spikes the library hands over at a time. 0: 65536. Does not
            change results.
        max_spikes_per_ms: a neuron that spikes more often is in trouble. 0: 4.
        max_steps_per_ms: a neuron that takes more steps is in trouble, too, counting those that an
            event or the method made short. 0: 200000 for "taylor", 20000 for others.
        tile: how many neurons a thread takes at a time. 0: the library chooses.
        block: how many ticks it takes at a time, at most. 0: the library chooses. tile and block do
            not change results.

    Raises:
        InvalidError, UnsupportedError, OutOfMemoryError: ValueErrors and the like, with the field.
        TypeError: something is not a number.

    Only one thread at a time may use a population: another one gets a `BusyError`. Calls
    release the GIL. Pickling (and copy.copy) keeps what `save` keeps, without functions
    and recording. In the child of a fork a population runs on one thread, with the same results.
    """

    __slots__ = ("_n", "_t0", "_stepwise", "_recording", "_spikes")
    _kind = "population"
    _hints = {
        **dict.fromkeys(("I", "current", "currents", "i_ext", "input"), "set_current(I)"),
        **dict.fromkeys(("v", "u", "state", "initial"), "set_state(v, u)"),
        **dict.fromkeys(("t", "time", "t_end"), "run(t_end)"),
        **dict.fromkeys((*PARAM_NAMES, "params"), "set_params(params)"),
        **dict.fromkeys(("recording", "recorded"), "record(neurons, samples)"),
        **dict.fromkeys(
            ("n", "method", "precision", "events", "threads", "dt", "t0", "noise_sigma",
             "noise_white", "noise_ou", "seed",
             "first", "isa", "spike_capacity", "max_spikes_per_ms",
             "max_steps_per_ms", "tile", "block"),
            "Population(...), which takes it"),
        **{name: f"{name}(function)" for name in ("on_spikes", "on_current")},
        **dict.fromkeys(("stimulus", "traces"), "set_stimulus(values, dt)"),
    }  # fmt: skip

    def __init__(
        self,
        n: int,
        method: str = "midpoint",
        *,
        precision: str = "f64",
        events: str = "exact",
        threads: int = 1,
        dt: float = 0.0,
        t0: float = 0.0,
        noise_sigma: float = 0.0,
        noise_white: float = 0.0,
        noise_ou: Optional[Sequence[float]] = None,
        seed: int = 0,
        first: int = 0,
        isa: str = "best",
        spike_capacity: int = 0,
        max_spikes_per_ms: float = 0.0,
        max_steps_per_ms: float = 0.0,
        tile: int = 0,
        block: int = 0,
    ) -> None:
        arguments: Dict[str, Any] = dict(
            n=n, method=method, precision=precision, events=events, threads=threads, dt=dt, t0=t0,
            noise_sigma=noise_sigma, noise_white=noise_white, noise_ou=noise_ou, seed=seed,
            first=first, isa=isa,
            spike_capacity=spike_capacity, max_spikes_per_ms=max_spikes_per_ms,
            max_steps_per_ms=max_steps_per_ms, tile=tile,
            block=block,
        )  # fmt: skip
        config = config_of(arguments)
        with Idle(self):
            self._begin(_create(config), arguments)

    def _begin(self, handle: Handle, arguments: Dict[str, Any]) -> None:
        self._become(handle, arguments)
        self._n = int(arguments["n"])
        self._stepwise = False
        self._recording: List[NDArray[Any]] = []
        self._t0 = float(_c.lib.izh_population_time(handle.pointer))
        self._spikes = spikes_of(np.empty(0, SPIKE), self._n, self._t0, self._t0)

    # ---- what the neurons are ----

    def set_params(
        self, params: ParamsLike, *, first: Optional[int] = None, count: Optional[int] = None
    ) -> None:
        """Sets the parameters of neurons first ... first + count - 1 from now on.

        Args:
            params: one `Params` for all; or for each: a sequence of them; an array of dtype
                `izh.PARAMS`, shape (count,); or a dict of the arguments of `params_2003` (a, b, c,
                d), of `params_2007` (C, k, ..., d) or of `Params`, each a number or of shape
                (count,).
            first: the first neuron. Default: 0.
            count: how many. Default: as many as there are params, or all from `first` on. Without
                first and count there is one for each neuron, or one for all.

        Raises:
            InvalidError: names the field that is not valid. Nothing has changed.
            OutOfMemoryError: a parameter that differs between neurons takes a real a neuron.
        """
        array = _params(params)
        try:
            self._set(_c.lib.izh_population_set_params, array, first, count, "params")
        except InvalidError as error:
            raise InvalidError(in_words(str(error), _words(params))) from None
        self._note_params(array, first, count)
        if isinstance(params, Mapping):
            _warn_of(params, array)

    def _note_params(
        self, array: NDArray[Any], first: Optional[int], count: Optional[int]
    ) -> None:
        """Told of parameters that were set: a network's neurons remember them."""

    def _note_stimulus(self, traces: List[Traces]) -> None:
        """The same of a stimulus."""

    def set_state(
        self,
        v: ArrayLike,
        u: Optional[ArrayLike] = None,
        *,
        first: Optional[int] = None,
        count: Optional[int] = None,
    ) -> None:
        """Sets the states of neurons first ... first + count - 1 now. Neurons in trouble go on.

        Args:
            v: mV, a number or of shape (count,); or, alone, what `state` returned.
            u: pA, a number or of shape (count,).
            first: the first neuron. Default: 0.
            count: how many. Default: as many as the arrays have, or all from `first` on. Without
                first and count an array is of all neurons.
        """
        if u is None:
            check_plain("v", v)
            array = np.asarray(v)
            if array.dtype != STATE or array.ndim > 1:
                raise TypeError("set_state needs v and u, or an array of dtype izh.STATE")
            array = rows(array)
        else:
            array = states(v, u)
        self._set(_c.lib.izh_population_set_state, array, first, count, "states")

    def set_current(
        self, I: ArrayLike, *, first: Optional[int] = None, count: Optional[int] = None
    ) -> None:
        """Sets the constant currents of neurons first ... first + count - 1 from now on.

        Args:
            I: pA (2003 form: the model's own unit), a number or of shape (count,). A contiguous
                float64 array is read where it is.
            first: the first neuron. Default: 0.
            count: how many. Default: as many as there are currents, or all from `first` on. Without
                first and count an array is of all neurons.
        """
        if callable(I):
            raise TypeError("I is a number or an array; a function that gives it: on_current")
        array = reals("I", I, None)
        self._set(_c.lib.izh_population_set_current, array, first, count, "currents")

    def _set(
        self, call: Any, array: NDArray[Any], first: Optional[int], count: Optional[int], what: str
    ) -> None:
        length = len(array) if array.ndim else None
        start, size = extent(self._n, first, count, length, what)
        with self._use() as pointer:
            check(call(pointer, start, size, array.ctypes.data, 0 if length is None else 1))

    def set_stimulus(
        self, values: Stimulus = None, dt: Optional[float] = None, **options: Any
    ) -> None:
        """Sets currents, or conductances, over time, which neurons get from now on besides their
        constant currents; in place of any that were set before.

        ``set_stimulus(samples, dt)`` with one trace for all neurons, of shape (samples,);
        ``set_stimulus(samples, dt, channel=..., gain=...)`` with several, of shape
        (traces, samples), of which each neuron gets one; ``set_stimulus([traces, ...])`` with
        several `Traces`, as for a current and two conductances, which add up;
        ``set_stimulus(None)`` with none.

        Args:
            values: samples, pA (2003 form: mV/ms); or `Traces`; or a sequence of at most 8 of them;
                None: no stimulus.
            dt: between samples, ms. None: the population's tick.
            options: t, channel, gain, linear, E and pieces, as for `Traces`.

        The stimulus is part of what `save` saves.
        """
        every = traces_of(values)
        if every is None and (values is not None or options):
            samples: Any = values
            every = [Traces(samples, dt, **options)]
        elif dt is not None or options:
            raise TypeError("dt and options are of the Traces")
        with self._use() as pointer:
            tick, now = _c.lib.izh_population_dt(pointer), _c.lib.izh_population_time(pointer)
            made = [x.struct(self._n, tick, now) for x in every or ()]
            array = (izh_traces * len(made))(*(struct for struct, _ in made))
            check(_c.lib.izh_population_set_stimulus(pointer, array, len(made)))
        self._note_stimulus(every or [])

    def kick(
        self,
        dv: ArrayLike = 0.0,
        du: ArrayLike = 0.0,
        *,
        first: Optional[int] = None,
        count: Optional[int] = None,
    ) -> None:
        """Adds to the states of neurons first ... first + count - 1 now: an impulse, such as a
        synapse's. A neuron that is then at its peak spikes at this time; the next run delivers the
        spike. A neuron in trouble stays where it is.

        Args:
            dv: mV, a number or of shape (count,).
            du: pA (2003 form: mV/ms), a number or of shape (count,).
            first: the first neuron. Default: 0.
            count: how many. Default: as many as the arrays have, or all from `first` on.
        """
        jumps = states(dv, du)
        length = len(jumps) if jumps.ndim else None
        start, size = extent(self._n, first, count, length, "kicks")
        by_v, by_u = (np.ascontiguousarray(jumps[name]) for name in ("v", "u"))
        stride = 0 if length is None else 1
        with self._use() as pointer:
            check(
                _c.lib.izh_population_kick(
                    pointer, start, size, by_v.ctypes.data, by_u.ctypes.data, stride
                )
            )

    def on_current(self, fn: Optional[CurrentFunction], *, stepwise: bool = True) -> None:
        """Lets a function give the currents, tick by tick. None: the constant currents again.

        ``fn(t, first, count)`` returns the currents of neurons first ... first + count - 1 from t,
        ms, to the next tick, pA: a number, or an array of shape (count,); None for the constant
        ones. An exception in the function ends the run and comes out of it; until the run ends,
        which is within the tick, the currents are the constant ones.

        Args:
            fn: the function. It is called once a tick, for all neurons, in the order of time; it
                may read the population.
            stepwise: has no effect. C can ask for parts of a population, of 32 neurons or so, from
                several threads; a call of Python for each part would take much longer.
        """
        self._set_function("current", fn, CurrentFn, _current_thunk, 1)
        self._stepwise = fn is not None

    def on_spikes(self, fn: Optional[SpikesFunction]) -> None:
        """Calls ``fn(spikes)`` with the spikes of a run, instead of returning them. None: no calls.

        `spikes` is an array with the fields t, ms, and i, in the order of (t, i). The function is
        called any number of times in a run. It returns None, or `izh.STOP` to end the run at the
        tick that it has reached. An exception in the function ends the run, too, and comes out of
        it.
        """
        self._set_function("spikes", fn, SpikesFn, _spikes_thunk)

    def record(self, neurons: ArrayLike, samples: int, *, every: int = 1) -> Recording:
        """Records the states of some neurons at every `every`th tick, counted from t0. Row 0 is the
        first such tick after now.

        Args:
            neurons: shape (k,), indices; no neurons: ends recording.
            samples: how many samples there are until recording ends.
            every: ticks between samples.

        Returns:
            A `Recording`: an array of shape (samples, k) with the fields v, mV, and u, pA. Runs fill
            in its rows, which are NaN before; `recorded` says how many rows are filled in. Its `t`
            has the times of the rows, ms.
        """
        which = np.atleast_1d(indices("neurons", neurons, self._n))
        if which.ndim != 1:
            raise TypeError(f"neurons must be of shape (k,), not {which.shape}")
        which = np.ascontiguousarray(which, np.uint32)
        memory = blank(integer("samples", samples, 63), len(which))
        every = integer("every", every, 32)
        with self._use() as pointer:
            times = self._row_times(pointer, samples, max(every, 1))
            self._recording.append(memory)  # before C has it, whatever interrupts this
            status = _c.lib.izh_population_record(
                pointer, which.ctypes.data, len(which), every, memory.ctypes.data, samples
            )
            self._recording = self._recording[:-1] if status < 0 else [memory]
        check(status)
        return recording_of(memory, times, which)

    def _row_times(self, pointer: int, samples: int, every: int) -> NDArray[np.float64]:
        """When a recording that begins now has its rows, ms."""
        dt, t0 = _c.lib.izh_population_dt(pointer), self._t0
        tick = round((_c.lib.izh_population_time(pointer) - t0) / dt)
        ticks = (tick // every + 1) * every + every * np.arange(samples, dtype=np.float64)
        times: NDArray[np.float64] = t0 + ticks * dt
        return times

    # ---- running ----

    def run(self, t_end: float, progress: bool = False) -> Spikes:
        """Runs to t_end, ms, and returns the spikes.

        It runs in chunks of about 0.1 s, between which Ctrl-C acts.

        Args:
            t_end: a tick, not before now: t0 + k dt.
            progress: show a progress bar, where tqdm is installed.

        Returns:
            The `Spikes`, an array with the fields t, ms, and i, in the order of (t, i); empty where
            an `on_spikes` function got them.

        Raises:
            InvalidError: t_end is not a tick from now on.
            DivergedError, ResetError: neurons got in trouble and stand still, see `troubles`; the
                others went on to t_end. Each trouble is raised once.
            Whatever a callback raised, or KeyboardInterrupt: `time` says how far the run came.
            All of these but InvalidError have the spikes until then as attribute ``spikes``.
        """
        end = real("t_end", t_end)
        with Running(self) as pointer:
            collected, start = _Collected(), _c.lib.izh_population_time(pointer)
            try:
                self._run_chunks(pointer, end, progress, collected)
            except BaseException as error:
                self._spikes = self._taken(pointer, collected, start)
                setattr(error, "spikes", self._spikes)
                raise
            self._spikes = self._taken(pointer, collected, start)
            self._warn_of_steps(pointer)
            return self._spikes

    def _taken(self, pointer: int, collected: _Collected, start: float) -> Spikes:
        now = _c.lib.izh_population_time(pointer)
        return spikes_of(collected.take(), self._n, start, now)

    @staticmethod
    def _counts(pointer: int) -> PopulationStatistics:
        counts = izh_population_statistics(ctypes.sizeof(izh_population_statistics))
        check(_c.lib.izh_population_get_statistics(pointer, byref(counts)))
        return PopulationStatistics(*(getattr(counts, x) for x in PopulationStatistics._fields))

    def _warn_of_steps(self, pointer: int) -> None:
        if not self._warned:
            n = self._counts(pointer)
            which = f"first neuron {n.unstable_i} at {n.unstable_t:.15g} ms"
            self._warn_unstable(n.unstable_steps, which)

    def _run_chunks(self, pointer: int, end: float, progress: bool, to: _Collected) -> None:
        self._pending.note = ""
        start = now = _c.lib.izh_population_time(pointer)
        bar = _bar(progress, end - now)
        trouble: Optional[IzhError] = None
        try:
            for chunk in self._chunks(pointer, end):
                status = self._run_chunk(pointer, chunk, to)
                if status in (_c.E_INVALID, _c.E_BUSY):
                    raise error_of(status)
                if status < 0:
                    error = error_of(status)  # takes the message, too, lest another error has it
                    error.args = (f"{error}{self._pending.note}",)
                    trouble = trouble or error
                bar.update(_c.lib.izh_population_time(pointer) - now)
                now = _c.lib.izh_population_time(pointer)
                to.done = (now - start) / (end - start) if end > start else 0.0
                cut_short = status < 0 and now < chunk - _c.lib.izh_population_dt(pointer) / 2
                if status == _c.STOPPED or cut_short:
                    break
        finally:
            bar.close()
        if trouble is not None:
            raise trouble

    def _run_chunk(self, pointer: int, end: float, to: _Collected) -> int:
        while True:
            with self._interrupts():
                status = self._advance(pointer, end)
            to.add(_c.lib.izh_population_spikes(pointer))
            self._pending.surface()
            if status != _c.PAUSED:
                return status

    def _advance(self, pointer: int, end: float) -> int:
        return int(_c.lib.izh_population_run(pointer, end))

    def _chunks(self, pointer: int, end: float) -> Iterator[float]:
        """Ticks on the way, and the end. Where it is not clear that the end is a tick, the library
        is to say so before anything is run."""
        now, dt = _c.lib.izh_population_time(pointer), _c.lib.izh_population_dt(pointer)
        if not math.isfinite(end) or not 0 < (end - now) / dt < 2**53:
            yield end
            return
        ticks = round((end - now) / dt)
        slack = 2 * sys.float_info.epsilon * max(abs(end), abs(now))
        if abs(end - (now + ticks * dt)) > slack:
            yield end
            return
        tick, size = 0, 1 if self._stepwise else _CHUNK_TICKS
        while tick + size < ticks:
            tick += size
            began = time.perf_counter()
            yield now + tick * dt
            if time.perf_counter() - began < _CHUNK_SECONDS / 2 and not self._stepwise:
                size *= 2
        yield end

    # ---- what can be read ----

    def __len__(self) -> int:
        return self._n

    @property
    def n(self) -> int:
        """How many neurons."""
        return self._n

    @property
    def time(self) -> float:
        """The time now, ms: a tick's."""
        with self._use() as pointer:
            return float(_c.lib.izh_population_time(pointer))

    @property
    def dt(self) -> float:
        """The tick, ms."""
        with self._use() as pointer:
            return float(_c.lib.izh_population_dt(pointer))

    def state(
        self,
        *,
        first: int = 0,
        count: Optional[int] = None,
        out: Optional[NDArray[Any]] = None,
    ) -> NDArray[Any]:
        """The states now of neurons first ... first + count - 1.

        Args:
            first: the first neuron.
            count: how many. Default: all from `first` on, or as many as `out` has.
            out: where to store them: dtype `izh.STATE`, shape (count,), contiguous, writeable.

        Returns:
            An array with the fields v, mV, and u, pA, of shape (count,); `out` where given.
        """
        if out is not None:
            if not isinstance(out, np.ndarray) or out.dtype != STATE or out.ndim != 1:
                raise TypeError("out must be an array of dtype izh.STATE and of one dimension")
            if not out.flags.carray:
                raise InvalidError("out must be contiguous, aligned and writeable")
        first, count = extent(self._n, first, count, None if out is None else len(out))
        array = np.empty(count, STATE) if out is None else out
        with self._use() as pointer:
            check(_c.lib.izh_population_get_state(pointer, first, count, array.ctypes.data))
        return array

    @property
    def spikes(self) -> Spikes:
        """The spikes of the last run: the array that it returned."""
        with self._use():
            return self._spikes

    @property
    def recorded(self) -> int:
        """How many rows of `record`'s array are filled in."""
        with self._use() as pointer:
            return int(_c.lib.izh_population_recorded(pointer))

    @property
    def hash(self) -> int:
        """A fingerprint of the states now: the same in every language and on every machine; those
        of slices add up, modulo 2^64, to the whole's."""
        with self._use() as pointer:
            return int(_c.lib.izh_population_hash(pointer))

    @property
    def troubles(self) -> NDArray[Any]:
        """The neurons in trouble, at most 64 of them, with the fields t, ms, up to which the neuron
        was well, i, and status. `trouble_count` says how many there are."""
        with self._use() as pointer:
            troubles = _c.lib.izh_population_troubles(pointer)
            return view(self._open_handle(), troubles, TROUBLE).copy()

    @property
    def trouble_count(self) -> int:
        """How many neurons are in trouble."""
        with self._use() as pointer:
            return int(_c.lib.izh_population_troubles(pointer).total)

    @property
    def statistics(self) -> PopulationStatistics:
        """What the population has done so far."""
        with self._use() as pointer:
            return self._counts(pointer)

    @property
    def isa(self) -> str:
        """The instruction set that it uses, one of `izh.isas`."""
        with self._use() as pointer:
            return list(_c.ISAS)[int(_c.lib.izh_population_isa(pointer))]

    @property
    def message(self) -> str:
        """The message of the last error; empty if there was none."""
        with self._use() as pointer:
            text: bytes = _c.lib.izh_population_message(pointer)
            return _c.in_python(text)

    def __repr__(self) -> str:
        try:
            now = f" at {self.time:g} ms" if self._handle else ", closed"
        except (BusyError, RuntimeError) as error:
            now = f": {error}"
        return f"<izh.Population: {self._n} neurons, {self._arguments['method']}{now}>"

    # ---- saving ----

    def save(self) -> bytes:
        """The population as bytes, the same on every machine and in every language: everything but
        functions, recording and what does not change results."""
        with self._use() as pointer:
            return saved(_c.lib.izh_population_save, pointer)

    def load(self, data: bytes) -> None:
        """Turns this population into the saved one: a run from here is the same, bit for bit. Its
        time, dt, first and noise are the saved ones'; functions and recording stay.

        Raises:
            FormatError: `data` is not a whole, undamaged blob of a population.
            InvalidError: it is of another n, method, precision or events. Nothing has changed.
        """
        blob = as_bytes(data)
        with self._use() as pointer:
            check(_c.lib.izh_population_load(pointer, blob, len(blob)))
            self._t0 = t0_of(blob)

    def __reduce__(self) -> Tuple[Any, ...]:
        if self._pending.functions:
            warnings.warn("the population is pickled without its functions", stacklevel=3)
        return restored, (Population, type(self), self._arguments, self.save()), added(self)
