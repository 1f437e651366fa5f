"""One neuron from beginning to end, as arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, List, Optional, Tuple, Union

import numpy as np
from numpy.typing import NDArray

from ._arrays import Current, current as pieces_of, current_at, real
from ._html import table
from ._params import Params, State
from ._presets import Preset, presets
from ._solver import Solver, SpikeEvent
from .errors import InvalidError

Floats = NDArray[np.float64]

_EVERY = 0.1  # ms


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """What `simulate` returns."""

    t: Floats  #: times of the samples, ms, shape (n,)
    v: Floats  #: membrane potential at t, mV, shape (n,)
    u: Floats  #: recovery variable at t, pA (mV/ms in the 2003 form), shape (n,)
    I: Floats  #: current at t, pA (2003 form: the model's own unit), shape (n,)
    spikes: Floats  #: times of the spikes, ms: not rounded to samples; shape (spikes,)
    before: List[State]  #: the state at each spike's peak
    after: List[State]  #: the state after its reset
    title: str  #: what was simulated
    pieces: NDArray[Any]  #: the current: fields t, ms, I, pA, and slope, pA/ms
    unit: str  #: of u and the current: "pA", or "mV/ms" in the 2003 form

    def __repr__(self) -> str:
        return f"<izh.Result: {len(self.spikes)} spikes, {len(self.t)} samples>"

    def _repr_html_(self) -> str:
        count, length = len(self.spikes), self.t[-1] - self.t[0]
        times = [f"{t:.6g}" for t in self.spikes[:5]] + ["..."] * (count > 5)
        rate = f", {1000 * count / length:.3g} per second" if length else ""
        _, v, u = self.trace()  # with the peaks
        return table(self.title, [
            ("time", f"{self.t[0]:.6g} to {self.t[-1]:.6g} ms, {len(self.t)} samples"),
            ("spikes", f"{count}{rate}"),
            ("at", f"{', '.join(times)} ms" if count else "-"),
            ("v", f"{v.min():.4g} to {v.max():.4g} mV, at the end {self.v[-1]:.6g}"),
            ("u", f"{u.min():.4g} to {u.max():.4g} {self.unit}, "
                  f"at the end {self.u[-1]:.6g}"),
            ("I", f"{self.I.min():.4g} to {self.I.max():.4g} {self.unit}"),
        ])  # fmt: skip

    def trace(self) -> Tuple[Floats, Floats, Floats]:
        """t, v and u with the spikes among the samples, each twice: at its peak, and after."""
        ends = [(t, *x) for t, b, a in zip(self.spikes, self.before, self.after) for x in (b, a)]
        rows = np.array(ends).reshape(-1, 3)
        at = np.searchsorted(self.t, rows[:, 0], side="left")
        t, v, u = (np.insert(x, at, y) for x, y in zip((self.t, self.v, self.u), rows.T))
        return t, v, u

    def plot(self, axes: Optional[Any] = None) -> Any:
        """Draws v, and u and the current below it. Needs matplotlib.

        Args:
            axes: one of matplotlib's Axes, for v alone. Default: a new figure of all three.

        Returns:
            The figure: ``result.plot().savefig("file.png")`` writes it to a file. In a program
            ``matplotlib.pyplot.show()`` opens a window with it; a notebook shows it once, by
            itself. Where nothing can show it, pyplot forgets it when the next one is drawn, so
            that many of them take no memory; it can be saved all the same.

        Raises:
            ImportError: there is no matplotlib.
        """
        from ._plot import draw, pyplot

        return draw(self, pyplot("plot"), axes)

    def to_neo(self) -> Any:
        """A ``neo.Segment`` with the spikes, and with v, u and I as signals. Needs Neo.

        Raises:
            ImportError: there is no Neo.
        """
        from ._export import result_to_neo

        return result_to_neo(self)

    def to_pandas(self) -> Any:
        """A ``pandas.DataFrame`` over t, ms, with the columns v, u and I. Needs pandas.

        Raises:
            ImportError: there is no pandas.
        """
        from ._export import result_to_pandas

        return result_to_pandas(self)

    def to_xarray(self) -> Any:
        """An ``xarray.Dataset`` with v, u and I over t, ms, and with the spikes among its
        attributes. Needs xarray.

        Raises:
            ImportError: there is no xarray.
        """
        from ._export import result_to_xarray

        return result_to_xarray(self)


def _sample_times(duration: float, every: float) -> Floats:
    if not (0 < every < math.inf and 0 <= duration < math.inf):
        raise InvalidError(f"duration = {duration}, every = {every}: no times to sample at")
    count = math.floor(duration / every * (1 + 1e-12))
    t: Floats = every * np.arange(count + 1, dtype=np.float64)
    return np.minimum(t, duration) if duration - t[-1] < 1e-9 * every else np.append(t, duration)


def simulate(
    neuron: Union[Params, Preset, str],
    current: Optional[Current] = None,
    duration: Optional[float] = None,
    *,
    method: str = "taylor",
    dt: float = 0.0,
    events: str = "exact",
    every: Optional[float] = None,
    initial: Optional[Tuple[float, float]] = None,
) -> Result:
    """Runs one neuron from t = 0 and returns its states and spikes as arrays.

    Args:
        neuron: parameters, a preset, or the name of one.
        current: a number, pA (2003 form: the model's own unit), or pieces as rows (t, I) or
            (t, I, slope), or a tuple of columns, (t, I) or (t, I, slope), as
            `Solver.set_stimulus` takes them. Default: the preset's.
        duration: ms. Default: the preset's.
        method: one of `izh.methods`.
        dt: its step, ms; for methods that choose theirs, the longest. 0: the method's default.
        events: "exact", or "grid": resets at the end of steps, as in textbooks.
        every: ms between samples. Default: dt, or 0.1 if dt is 0. Spikes do not depend on it.
        initial: the state (v, u) at t = 0. Default: the preset's, or for parameters that of `Solver`.

    Returns:
        A `Result`. To run a preset in its published flavour:
        ``simulate(p, method=p.published_method, dt=p.published_dt, events="grid")``.

    Raises:
        As `Solver` and `Solver.run`; TypeError if parameters come without current or duration.
    """
    preset = presets[neuron] if isinstance(neuron, str) else neuron
    if isinstance(preset, Preset):
        params, title = preset.params, f"{preset.name}: {preset.title}"
        current = preset.segments if current is None else current
        duration = preset.duration if duration is None else duration
        initial = preset.initial if initial is None else initial
    else:
        params, title = preset, ""
    if current is None or duration is None:
        raise TypeError("simulate needs a current and a duration")
    pieces = pieces_of(current, 0.0)
    step = real("dt", dt)
    every = (step or _EVERY) if every is None else real("every", every)
    spikes: List[SpikeEvent] = []
    with Solver(params, method, step, initial, events=events) as solver:
        t = _sample_times(real("duration", duration), every)
        solver.set_stimulus(pieces)
        solver.on_spike(spikes.append)
        v, u = solver.sample(t)
    return Result(
        t,
        np.ascontiguousarray(v),
        np.ascontiguousarray(u),
        current_at(pieces, t),
        np.array([spike.t for spike in spikes]),
        [spike.before for spike in spikes],
        [spike.after for spike in spikes],
        title or f"{method}, {len(spikes)} spike{'s' * (len(spikes) != 1)}",
        pieces,
        params.unit,
    )
