"""From a recording to a neuron: parameters from the times of spikes. Source: ``docs/fitting.md``."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import metrics
from ._arrays import (
    at, current as pieces_of, integer, real, reals, segments, shown, state, to_list
)  # fmt: skip
from ._gradients import Gradient
from ._html import table
from ._objects import STOP
from ._params import Params, State, params_2003, params_2007
from ._population import Population
from ._solver import Solver
from ._stimulus import Traces
from .errors import DivergedError, InvalidError, IzhError, IzhWarning, ResetError

Floats = NDArray[np.float64]

_FORMS: Dict[int, Tuple[Callable[..., Params], Tuple[str, ...]]] = {
    2003: (params_2003, ("a", "b", "c", "d")),
    2007: (params_2007, ("C", "k", "vr", "vt", "vpeak", "a", "b", "c", "d")),
}

# ---- what is fitted ----


class Sweep:
    """A stretch of a recording: what went in, and the spikes that came out.

    Args:
        current: a number, pA (2003 form: the model's own unit), or a pair of arrays (t, I): I holds
            from t, ms, on until the next; zero before the first.
        spikes: times of the spikes, ms, ascending, from 0 to duration.
        duration: ms; the sweep begins at t = 0.
        v: None, or a pair of arrays (t, v): membrane potential, mV, at t, ms. Samples near a spike
            are left out: `fit` says how near.

    Raises:
        InvalidError: a time is not finite, not ascending, or not within the sweep.
    """

    __slots__ = ("current", "spikes", "duration", "v", "pieces")

    def __init__(
        self,
        current: Any,
        spikes: ArrayLike,
        duration: float,
        v: Optional[Tuple[ArrayLike, ArrayLike]] = None,
    ) -> None:
        self.duration = real("duration", duration)
        if not 0 < self.duration < math.inf:
            raise InvalidError(f"duration = {self.duration} must be above 0, and finite")
        self.current = current
        constant = np.ndim(current) == 0 if not isinstance(current, (tuple, list)) else False
        what = "current must be a number or a pair of arrays (t, I)"
        self.pieces = pieces_of(current, 0.0) if constant else segments(*_pair(what, current))
        self.spikes = self._times("spikes", spikes)
        self.v: Optional[Tuple[Floats, Floats]] = None
        if v is not None:
            both = _pair("v must be a pair of arrays (t, v)", v)
            t, values = (reals(name, x) for name, x in zip(("t of v", "v"), both))
            if t.shape != values.shape or not np.isfinite(values).all():
                raise InvalidError("v is a pair of arrays (t, v) of one length, and v finite")
            self.v = self._times("t of v", t), values

    def _times(self, name: str, times: ArrayLike) -> Floats:
        found: Floats = metrics._train(name, times)
        for k in [0, len(found) - 1][: len(found)]:
            if not 0 <= found[k] <= self.duration:
                raise InvalidError(f"{at(name, found, k)} is not within 0 and {self.duration} ms")
        return found

    def __repr__(self) -> str:
        return f"<izh.Sweep: {len(self.spikes)} spikes in {self.duration:.6g} ms>"


def _pair(what: str, value: Any) -> Tuple[Any, Any]:
    """Its two parts; where there are others, what it must be."""
    try:
        first, second = value
    except (TypeError, ValueError):
        raise TypeError(f"{what}, not {shown(value)!r:.60}") from None
    return first, second


class Score(NamedTuple):
    """How well the fitted neuron does in one sweep."""

    gamma: float  #: coincidence factor; NaN where the model's rate is too high for the precision
    rms: float  #: of the differences of the times, spike by spike, ms; NaN without spikes
    recorded: int  #: how many spikes were recorded
    fitted: int  #: how many the fitted neuron has


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    """What `fit` returns."""

    values: Dict[str, float]  #: every parameter of the form by name, the fixed ones too
    params: Params  #: the fitted neuron
    initial: State  #: its state at t = 0
    free: Tuple[str, ...]  #: what was fitted, in the order of `covariance`
    covariance: Floats  #: shape (free, free); infinite or NaN for what the data do not determine
    sigma: float  #: standard deviation of the spikes' times, ms, used for the covariance
    scores: List[Score]  #: one for each sweep
    spikes: List[Floats]  #: the fitted neuron's spike times in each sweep, ms
    condition: float  #: largest over smallest singular value, with parameters in units of the box
    undetermined: List[Dict[str, float]]  #: directions, in units of the box, in which nothing changes
    loose: List[Dict[str, float]]  #: directions that only times better than 0.1 ms determine
    at_bounds: Tuple[str, ...]  #: parameters at an end of their bounds
    success: bool  #: whether spike counts agree, all is determined, nothing is at its bounds, and the
    #: spikes are as near as `sigma` says
    message: str  #: what is wrong if there is no success
    sweeps: List[Sweep] = field(default_factory=list)  #: what was fitted to

    @property
    def errors(self) -> Dict[str, float]:
        """The standard error of each free parameter: the roots of the covariance's diagonal."""
        return dict(zip(self.free, to_list(np.sqrt(np.diag(self.covariance)))))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={self.values[name]:.6g}" for name in self.free)
        return f"<izh.Fit {shown}: {self.message}>"

    def _repr_html_(self) -> str:
        rows = [
            (name, f"{value:.9g}", f"+- {self.errors[name]:.2g}" if name in self.free else "fixed")
            for name, value in self.values.items()
        ]
        return table(self.message, rows)

    def plot(self, axes: Optional[Any] = None) -> Any:
        """Draws the spikes: those of the recording above those of the fitted neuron, sweep by
        sweep. Needs matplotlib.

        Args:
            axes: one of matplotlib's Axes. Default: a new figure.

        Returns:
            The figure.

        Raises:
            ImportError: there is no matplotlib.
        """
        from ._plot import draw_fit, pyplot

        return draw_fit(self, pyplot("plot"), axes)


# ---- the neuron as a function of what is free ----


def _rest(form: int, values: Mapping[str, Any]) -> Tuple[Any, Any]:
    """The equilibrium without current, of numbers or arrays; that of 2003 is the lower root of its
    parabola, and NaN where there is none."""
    if form == 2007:
        return values["vr"], 0.0
    half = 0.5 * (5 - values["b"])
    with np.errstate(invalid="ignore"):
        v = -(half + np.sqrt(half * half - 0.04 * 140)) / 0.04
    return v, values["b"] * v


class _Neuron:
    """A neuron of some form, some of its parameters in a box. A point of the box is x, from 0 to 1
    along each free parameter."""

    def __init__(
        self,
        form: int,
        fixed: Mapping[str, float],
        bounds: Mapping[str, Tuple[float, float]],
        initial: Optional[Tuple[float, float]],
    ) -> None:
        self.form, self.fixed, self.initial = form, dict(fixed), initial
        self.make, self.names = _FORMS[form]
        self.free = tuple(name for name in self.names if name in bounds)
        self.low = np.array([bounds[name][0] for name in self.free])
        self.width = np.array([bounds[name][1] for name in self.free]) - self.low

    def values(self, x: Floats) -> Dict[str, Any]:
        """Every parameter by name; x of shape (free,) or (n, free)."""
        free = dict(zip(self.free, np.moveaxis(self.low + x * self.width, -1, 0)))
        return {name: free[name] if name in free else self.fixed[name] for name in self.names}

    def numbers(self, x: Floats) -> Dict[str, float]:
        return {name: float(value) for name, value in self.values(x).items()}

    def begins(self, values: Mapping[str, Any]) -> Tuple[Any, Any]:
        return _rest(self.form, values) if self.initial is None else self.initial

    def gradients(self, values: Mapping[str, float]) -> List[Gradient]:
        """What `Solver` finds derivatives to, for each free parameter: where the neuron begins at
        rest, that moves too."""
        moves: Dict[str, Dict[str, float]] = {}
        if self.initial is None and self.form == 2007:
            moves["vr"] = {"v0": 1.0}
        elif self.initial is None:
            v, b = self.begins(values)[0], values["b"]
            slope = v / (0.08 * v + 5 - b)
            moves["b"] = {"v0": slope, "u0": v + b * slope}
        return [{name: 1.0, **moves.get(name, {})} for name in self.free]


@dataclass(frozen=True)
class _Run:
    """What a sweep asks of the model: its first `count` spikes, those that come before `cap`, and v
    at `times`."""

    count: int
    cap: float
    times: Floats


def _trajectory(
    neuron: _Neuron, x: Floats, sweep: Sweep, run: _Run, slopes: bool = False
) -> Tuple[Floats, Floats]:
    """The spikes, `cap` where there are no more, and v at the times, NaN where it ran away; and the
    derivatives of both by x, of shape (spikes and times, free), or (spikes and times, 0)."""
    values = neuron.numbers(x)
    gradients = neuron.gradients(values) if slopes else []
    found: List[float] = []
    rows: List[Floats] = []
    spikes, of_spikes = np.full(run.count, run.cap), np.zeros((run.count, len(gradients)))
    v: Floats = np.full(len(run.times), np.nan)
    of_v: Floats = np.zeros((len(run.times), len(gradients)))

    def note(event: Any) -> Any:
        found.append(event.t)
        if gradients:
            rows.append(solver.spike_gradients())
        return STOP if len(found) >= run.count and not len(run.times) else None

    try:
        with Solver(
            neuron.make(**values), initial=neuron.begins(values), gradients=gradients,
            max_spikes_per_ms=_MOST_SPIKES,
        ) as solver:  # fmt: skip
            solver.set_stimulus(sweep.pieces)
            solver.on_spike(note)
            if len(run.times) and gradients:
                v, _, both = solver.sample_gradients(run.times)
                of_v = both[:, :, 0]
            elif len(run.times):
                v = solver.sample(run.times)[0]
            if len(found) < run.count and solver.time < run.cap:
                solver.run(run.cap)
    except IzhError:
        pass
    n = min(len(found), run.count)
    spikes[:n] = found[:n]
    if rows:
        of_spikes[:n] = rows[:n]
    width = neuron.width if gradients else np.ones(0)
    return np.concatenate([spikes, v]), np.concatenate([of_spikes, of_v]) * width


def _with_slopes(neuron: _Neuron, x: Floats, sweep: Sweep, run: _Run) -> Tuple[Floats, Floats]:
    """The trajectory and its derivatives; where v touches the peak there is none."""
    here, slopes = _trajectory(neuron, x, sweep, run, True)
    return here, np.where(np.isfinite(slopes), slopes, 0.0)


_MOST_SPIKES = 20.0  # per ms: no neuron has so many

# ---- the global stage: many neurons at once ----

_TICK = 0.2  # ms
_LOOKED_AT = 12  # spikes of each sweep: later ones say more of the same, and cost more


def _first_spikes(spikes: NDArray[Any], n: int, most: int) -> Floats:
    """The first `most` spikes of each neuron, shape (n, most); infinity where there are fewer."""
    order = np.argsort(spikes["i"], kind="stable")
    neuron, t = spikes["i"][order].astype(np.intp), spikes["t"][order]
    counts = np.bincount(neuron, minlength=n)
    place = np.arange(len(neuron)) - np.repeat(np.cumsum(counts) - counts, counts)
    found = np.full((n, most), np.inf)
    early = place < most
    found[neuron[early], place[early]] = t[early]
    return found


def _badness(found: Floats, recorded: Floats, until: float) -> Floats:
    """How far spikes, shape (n, recorded + 1), are from the recorded ones: intervals and times, each
    up to one interval, and one for a spike too many."""
    n = len(recorded)
    if not n:
        return (found[:, 0] < until).astype(np.float64)
    intervals = np.diff(recorded, prepend=0.0)
    scale = np.maximum(intervals, 1e-3)
    finite = np.where(np.isfinite(found[:, :n]), found[:, :n], 1e300)
    late = np.minimum(abs(finite - recorded) / scale, 1.0)
    wrong = np.minimum(abs(np.diff(finite, prepend=0.0) - intervals) / scale, 1.0)
    extra = np.clip((until - found[:, n]) / until, 0.0, 1.0)
    total: Floats = (late.sum(1) + wrong.sum(1)) / n + np.minimum(n * extra, 1.0)
    return total


def _window(sweep: Sweep) -> Tuple[Floats, float]:
    """The recorded spikes that the global stage looks at, and until when."""
    if len(sweep.spikes) <= _LOOKED_AT:
        return sweep.spikes, sweep.duration
    few = sweep.spikes[:_LOOKED_AT]
    return few, 0.5 * float(few[-1] + sweep.spikes[_LOOKED_AT])


def _run_all(
    columns: Mapping[str, Any], v: Floats, u: Floats, sweep: Sweep, until: float
) -> NDArray[Any]:
    """The spikes of neurons in a sweep. In populations a tick has the mean of its current."""
    population = Population(len(v), dt=_TICK, max_spikes_per_ms=4)
    with population, warnings.catch_warnings():
        warnings.simplefilter("ignore", IzhWarning)
        population.set_params(columns)
        population.set_state(v, u)
        population.set_stimulus(Traces(pieces=[sweep.pieces]))
        try:
            return population.run(math.ceil(until / _TICK) * _TICK)
        except (DivergedError, ResetError) as error:  # of some; the others went on
            found: NDArray[Any] = getattr(error, "spikes")
            return found


def _neurons(neuron: _Neuron, x: Floats) -> Tuple[NDArray[np.intp], Dict[str, Floats], Floats, Floats]:
    """Which points, shape (n, free), are neurons; their parameters, and their states at the start."""
    values = neuron.values(x)
    v, u = neuron.begins(values)
    fine = np.isfinite(v) & (values["c"] < values.get("vpeak", 30.0)) & (values.get("C", 1.0) > 0)
    chosen = np.flatnonzero(np.broadcast_to(fine, len(x)))
    columns = {name: np.broadcast_to(each, len(x))[chosen] for name, each in values.items()}
    v, u = (np.broadcast_to(each, len(x))[chosen] for each in (v, u))
    return chosen, columns, v, u


def _badness_of(neuron: _Neuron, x: Floats, sweeps: Sequence[Sweep]) -> Floats:
    """The misfit of each point, shape (n, free), over all sweeps; infinite for what is no neuron."""
    total = np.full(len(x), np.inf)
    chosen, columns, v, u = _neurons(neuron, x)
    total[chosen] = 0.0
    for sweep in sweeps if len(chosen) else ():
        recorded, until = _window(sweep)
        spikes = _run_all(columns, v, u, sweep, until)
        found = _first_spikes(spikes, len(chosen), len(recorded) + 1)
        total[chosen] += _badness(found, recorded, until)
    return total


def _apart(x: Floats, bad: Floats, most: int) -> List[Floats]:
    """The best points, shape (n, free), that are not near each other."""
    chosen: List[Floats] = []
    for i in np.argsort(bad, kind="stable"):
        if len(chosen) == most or not np.isfinite(bad[i]):
            break
        if all(abs(x[i] - y).max() > 0.05 for y in chosen):
            chosen.append(x[i])
    return chosen


_FIRST, _LATER, _ROUNDS, _PARENTS = 400, 200, 2, 40


def _candidates(neuron: _Neuron, sweeps: Sequence[Sweep], seed: int, most: int) -> List[Floats]:
    """The best points that a random search finds, which are not near each other: an even sample of
    the box, then differences between good points added to good points."""
    random = np.random.default_rng(seed)
    shape = _FIRST, len(neuron.free)
    strata = random.permuted(np.tile(np.arange(_FIRST), (shape[1], 1)), axis=1).T
    x = (strata + random.random(shape)) / _FIRST
    bad = _badness_of(neuron, x, sweeps)
    for _ in range(_ROUNDS):
        best = np.argsort(bad, kind="stable")[:_PARENTS]
        a, b, c = best[random.integers(len(best), size=(3, _LATER))]
        step = random.uniform(0.15, 0.5, (_LATER, 1)) * (x[b] - x[c])
        children = np.clip(x[a] + step, 0.0, 1.0)
        x = np.concatenate([x[best], children])
        bad = np.concatenate([bad[best], _badness_of(neuron, children, sweeps)])
    return _apart(x, bad, most)


# ---- the global stage where no neuron has the recorded spikes ----


def _nearest(spikes: NDArray[Any], n: int, recorded: Floats, duration: float) -> Floats:
    """How far each recorded spike is from a neuron's nearest one, shape (n, recorded). All neurons'
    spikes lie in one row, each neuron's beyond reach of the next one's."""
    apart = 4 * duration
    row = np.sort(spikes["t"] + apart * spikes["i"])
    row = np.concatenate([[-apart], row, [apart * (n + 1)]])
    asked = (recorded + apart * np.arange(n)[:, None]).ravel()
    place = np.searchsorted(row, asked)
    gaps: Floats = np.minimum(asked - row[place - 1], row[place] - asked)
    return gaps.reshape(n, -1)


def _soft_gamma(gaps: Floats, counts: Any, sweep: Sweep, precision: float) -> Floats:
    """Gamma, with exp(-(gap/width)^2) of a coincidence instead of all or nothing: wider than the
    precision, so that a spike that is nearly there counts."""
    found = np.exp(-((gaps / (_WIDER * precision)) ** 2)).sum(-1)
    chance = np.minimum(2 * counts / sweep.duration * precision, 0.9)
    half = 0.5 * (len(sweep.spikes) + counts) + 1e-9
    gamma: Floats = (found - chance * len(sweep.spikes)) / half / (1 - chance)
    return gamma


def _soft_gammas(neuron: _Neuron, x: Floats, sweeps: Sequence[Sweep], precision: float) -> Floats:
    """The mean over the sweeps of each point, shape (n, free); -1 for what is no neuron."""
    total = np.full(len(x), -1.0)
    chosen, columns, v, u = _neurons(neuron, x)
    total[chosen] = 0.0
    for sweep in sweeps if len(chosen) else ():
        spikes = _run_all(columns, v, u, sweep, sweep.duration)
        gaps = _nearest(spikes, len(chosen), sweep.spikes, sweep.duration)
        counts = np.bincount(spikes["i"], minlength=len(chosen))
        total[chosen] += _soft_gamma(gaps, counts, sweep, precision) / len(sweeps)
    return total


_WIDER = 1.5
_EVOLUTION = dict(popsize=15, maxiter=100, tol=1e-3, polish=False, updating="deferred")


def _evolve(
    neuron: _Neuron, sweeps: Sequence[Sweep], precision: float, seed: int, most: int
) -> List[Floats]:
    """Points of high soft Gamma that differential evolution comes by, which are not near each
    other."""
    evolution = import_module("scipy.optimize").differential_evolution
    points: List[Floats] = []
    gammas: List[Floats] = []

    def badness(x: Floats) -> Floats:
        points.append(np.clip(x.T, 0.0, 1.0))
        gammas.append(_soft_gammas(neuron, points[-1], sweeps, precision))
        return -gammas[-1]

    box = [(0.0, 1.0)] * len(neuron.free)
    evolution(badness, box, vectorized=True, seed=seed, **_EVOLUTION)
    return _apart(np.concatenate(points), -np.concatenate(gammas), most)


# ---- least squares ----


_CHAOS = 1e8  # ms: a spike that moves so far over the box says nothing but what rounding does


class _Target:
    """What the model is compared with: the first `most` spikes of each sweep and, in the end, v and
    that no spike is too many."""

    def __init__(self, neuron: _Neuron, sweeps: Sequence[Sweep], most: int, weights: _Weights):
        self.neuron, self.sweeps, self.weights = neuron, sweeps, weights
        self.last = most >= max(len(sweep.spikes) for sweep in sweeps)
        self.counts = [min(most, len(sweep.spikes)) for sweep in sweeps]
        self.runs = [self._run(sweep, n) for sweep, n in zip(sweeps, self.counts)]
        self._known: Dict[bytes, Tuple[Floats, Floats]] = {}
        self._counted: Dict[int, NDArray[np.bool_]] = {}

    def leave_chaos_out(self, x: Floats) -> None:
        """From here on, spikes that are too sensitive at x do not count."""
        for sweep, count, run in zip(self.sweeps, self.counts, self.runs):
            slopes = _with_slopes(self.neuron, x, sweep, run)[1][:count]
            self._counted[id(sweep)] = np.linalg.norm(slopes, axis=1) < _CHAOS
        self._known = {}

    def _run(self, sweep: Sweep, count: int) -> _Run:
        """It goes on beyond the last recorded spike, so that a late one is seen to be late."""
        end = float(sweep.spikes[count - 1]) if count else 0.0
        cap = end + 3 * end / max(count, 1) + 50
        if not self.last:
            return _Run(count, cap, np.empty(0))
        return _Run(count + 1, max(cap, sweep.duration), self.weights.times(sweep))

    def counted(self, sweep: Sweep, count: int) -> NDArray[np.bool_]:
        """Which of its first spikes are compared."""
        return self._counted.get(id(sweep), np.ones(count, bool))

    def _compare_spikes(self, sweep: Sweep, count: int, y: Floats, slopes: Floats) -> Any:
        """Spike by spike, and how early a spike too many comes."""
        late = y[:count] - sweep.spikes[:count]
        weight = self.counted(sweep, count)
        parts = [late * weight], [slopes[:count] * weight[:, None]]
        if self.last:
            extra = min(y[count] - sweep.duration, 0.0)
            parts[0].append(np.array([extra]))
            parts[1].append((slopes[count] * (extra < 0))[None])
        return tuple(np.concatenate(part) / self.weights.sigma for part in parts)

    def _compare(self, sweep: Sweep, count: int, run: _Run, y: Floats, slopes: Floats) -> Any:
        """Residuals and their slopes, of spikes and of v."""
        parts = self._compare_spikes(sweep, count, y[: run.count], slopes[: run.count])
        if not len(run.times):
            return parts
        off = (y[run.count :] - self.weights.v(sweep)) / self.weights.v_sigma
        of_v = np.nan_to_num(off, nan=100.0), np.nan_to_num(slopes[run.count :]) / self.weights.v_sigma
        return tuple(np.concatenate(both) for both in zip(parts, of_v))

    def _at(self, x: Floats) -> Tuple[Floats, Floats]:
        key = x.tobytes()
        if key not in self._known:
            every = [
                self._compare(sweep, count, run, *_with_slopes(self.neuron, x, sweep, run))
                for sweep, count, run in zip(self.sweeps, self.counts, self.runs)
            ]
            residuals, slopes = zip(*every)
            self._known = {key: (np.concatenate(residuals), np.concatenate(slopes))}
        return self._known[key]

    def residuals(self, x: Floats) -> Floats:
        return self._at(x)[0]

    def slopes(self, x: Floats) -> Floats:
        return self._at(x)[1]


class _Pairs(_Target):
    """Where spikes are missing or too many: those that are near each other at x are compared."""

    def __init__(
        self, neuron: _Neuron, sweeps: Sequence[Sweep], weights: _Weights, x: Floats, near: float
    ):
        self.pairs: Dict[int, Tuple[NDArray[np.intp], NDArray[np.intp]]] = {}
        most = 0
        for sweep in sweeps:
            spikes = _spikes_of(neuron, x, sweep)
            self.pairs[id(sweep)] = _pair_up(spikes, sweep.spikes, near)
            most = max(most, len(spikes), len(sweep.spikes))
        self.most = most
        super().__init__(neuron, sweeps, max(len(sweep.spikes) for sweep in sweeps), weights)

    def _run(self, sweep: Sweep, count: int) -> _Run:
        return _Run(self.most, sweep.duration, self.weights.times(sweep))

    def _compare_spikes(self, sweep: Sweep, count: int, y: Floats, slopes: Floats) -> Any:
        own, theirs = self.pairs[id(sweep)]
        return (
            (y[own] - sweep.spikes[theirs]) / self.weights.sigma,
            slopes[own] / self.weights.sigma,
        )

    def count(self) -> int:
        return sum(len(own) for own, _ in self.pairs.values())


def _pair_up(a: Floats, b: Floats, near: float) -> Tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Spikes of a and b that are each other's nearest, and near."""
    if not len(a) or not len(b):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    gaps = abs(a[:, None] - b)
    to_b, to_a = gaps.argmin(1), gaps.argmin(0)
    own = np.flatnonzero((to_a[to_b] == np.arange(len(a))) & (gaps.min(1) < near))
    return own, to_b[own]


@dataclass(frozen=True)
class _Weights:
    """What a residual of 1 is, and which samples of v count."""

    sigma: float  # ms
    v_sigma: float  # mV
    near: float  # ms around a spike in which v does not count

    def _chosen(self, sweep: Sweep) -> NDArray[np.bool_]:
        assert sweep.v is not None
        t = sweep.v[0]
        place = np.searchsorted(sweep.spikes, t)
        padded = np.concatenate([[-np.inf], sweep.spikes, [np.inf]])
        far: NDArray[np.bool_] = (t - padded[place] > self.near) & (padded[place + 1] - t > self.near)
        return far

    def times(self, sweep: Sweep) -> Floats:
        return np.empty(0) if sweep.v is None else sweep.v[0][self._chosen(sweep)]

    def v(self, sweep: Sweep) -> Floats:
        return np.empty(0) if sweep.v is None else sweep.v[1][self._chosen(sweep)]


def _levels(sweeps: Sequence[Sweep]) -> List[int]:
    """How many spikes of each sweep are fitted at a time: the first ones first, since a spike is
    only near its own once those before it are."""
    most = max(len(sweep.spikes) for sweep in sweeps)
    levels = [2]
    while levels[-1] < most:
        levels.append(int(1.7 * levels[-1]) + 1)
    return [*(level for level in levels if level < most), most]


def _solve(least_squares: Any, target: _Target, x: Floats, loss: str = "linear") -> Any:
    tight = dict(ftol=1e-15, xtol=1e-14, max_nfev=40)
    loose = dict(ftol=1e-3, xtol=1e-4, max_nfev=12)
    exact = target.last and loss == "linear"
    return least_squares(
        target.residuals, np.clip(x, 1e-9, 1 - 1e-9), target.slopes, bounds=(0, 1), x_scale="jac",
        gtol=1e-15, loss=loss, **(tight if exact else loose),
    )  # fmt: skip


class _Found(NamedTuple):
    """Where a candidate led."""

    x: Floats
    cost: float
    target: _Target


def _descend(
    least_squares: Any, neuron: _Neuron, sweeps: Sequence[Sweep], weights: _Weights, x: Floats
) -> _Found:
    """Where x leads, with more and more spikes; of infinite cost where that goes nowhere."""
    period = min(sweep.duration / len(sweep.spikes) for sweep in sweeps if len(sweep.spikes))
    for most in _levels(sweeps):
        target = _Target(neuron, sweeps, most, weights)
        if target.last:
            target.leave_chaos_out(x)
        solved = _solve(least_squares, target, x)
        x = solved.x
        off = weights.sigma * math.sqrt(2 * solved.cost / sum(target.counts))
        if not target.last and most > _SOON and off > 0.25 * period:
            return _Found(x, math.inf, _Target(neuron, sweeps, _ALL, weights))
    return _Found(x, float(solved.cost), target)


_SOON, _ALL = 6, 1 << 62  # spikes: by then a start that leads to the neuron is near it


def _exact_gamma(neuron: _Neuron, x: Floats, sweeps: Sequence[Sweep], precision: float) -> float:
    """The mean soft Gamma of the neuron's exact spikes."""
    total = 0.0
    for sweep in sweeps:
        spikes = _spikes_of(neuron, x, sweep)
        gaps = abs(sweep.spikes[:, None] - np.append(spikes, np.inf)).min(1)
        total += float(_soft_gamma(gaps, len(spikes), sweep, precision))
    return total / len(sweeps)


def _match(
    least_squares: Any, neuron: _Neuron, sweeps: Sequence[Sweep], weights: _Weights, x: Floats,
    precision: float,
) -> _Found:  # fmt: skip
    """From x, least squares on spikes that are near each other, as long as Gamma grows."""
    best, gamma = x, _exact_gamma(neuron, x, sweeps, precision)
    for near in _NEAR:
        target = _Pairs(neuron, sweeps, weights, best, near * precision)
        if target.count() < len(neuron.free):
            continue
        there = _solve(least_squares, target, best, loss="soft_l1").x
        if _exact_gamma(neuron, there, sweeps, precision) > gamma:
            best, gamma = there, _exact_gamma(neuron, there, sweeps, precision)
    target = _Pairs(neuron, sweeps, weights, best, precision)
    return _Found(best, 0.5 * float(np.sum(target.residuals(best) ** 2)), target)


_NEAR = (3.0, 2.0, 1.5, 1.0, 1.0, 1.0)  # in units of the precision


# ---- what came of it ----


def _score(sweep: Sweep, spikes: Floats, precision: float) -> Score:
    both = min(len(spikes), len(sweep.spikes))
    off = spikes[:both] - sweep.spikes[:both]
    try:
        gamma = metrics.coincidence(sweep.spikes, spikes, precision, sweep.duration)
    except InvalidError:
        gamma = math.nan
    rms = math.sqrt(float(np.mean(off**2))) if both else math.nan
    return Score(gamma, rms, len(sweep.spikes), len(spikes))


def _spikes_of(neuron: _Neuron, x: Floats, sweep: Sweep) -> Floats:
    """All spikes in the sweep."""
    most = 2 * len(sweep.spikes) + 1000
    found, _ = _trajectory(neuron, x, sweep, _Run(most, sweep.duration, np.empty(0)))
    return found[found < sweep.duration]


class _Shape(NamedTuple):
    """What the slopes at the solution say."""

    covariance: Floats
    condition: float
    undetermined: List[Dict[str, float]]
    loose: List[Dict[str, float]]


def _bending(best: _Found, slopes: Floats, errors: Floats) -> Floats:
    """What the covariance grows by since the surface of equal spikes is not flat: within an error
    along one direction the slopes change, and what that moves has a mean square of its own. The
    rows of `errors` are standard errors along the directions."""
    own = np.zeros((len(best.x), len(best.x)))
    if not len(errors) or abs(errors).max() < _FLAT:
        return own
    inverse = np.linalg.pinv(slopes)
    changes = [
        0.5 * (best.target.slopes(best.x + each) - best.target.slopes(best.x - each))
        for each in errors
    ]
    moves = -0.5 * np.array([[inverse @ (change @ each) for each in errors] for change in changes])
    moves = 0.5 * (moves + moves.transpose(1, 0, 2))
    mean = np.einsum("jji->i", moves)
    own = 2 * np.einsum("jki,jkl->il", moves, moves) + np.outer(mean, mean)
    return own


_FLAT = 1e-7  # of the box: shorter errors see no bending, only rounding


def _named(neuron: _Neuron, directions: Floats) -> List[Dict[str, float]]:
    return [
        {name: float(part) for name, part in zip(neuron.free, row) if abs(part) > 1e-3}
        for row in directions
    ]


def _shape_of(neuron: _Neuron, best: _Found, weight: float, sigma: float, given: bool) -> _Shape:
    """A direction of the box is not determined if its standard error is longer than the box. Where
    the host has not given sigma, one is loose that times as a recording has them leave open."""
    slopes = best.target.slopes(best.x)
    _, s, directions = np.linalg.svd(slopes * weight, full_matrices=False)
    known = s > max(sigma, _EXACT * s[0]) if len(s) else np.zeros(0, bool)
    undetermined = _named(neuron, directions[~known])
    loose = _named(neuron, directions[known & (s <= (0.0 if given else _RECORDED))])
    scaled = directions[known] / s[known, None] * sigma
    within = scaled.T @ scaled + _bending(best, slopes, scaled)
    covariance = within * np.outer(neuron.width, neuron.width)
    free = list(neuron.free)
    for direction in undetermined:
        for i in (free.index(name) for name in direction):
            covariance[i, :] = covariance[:, i] = np.nan
            covariance[i, i] = np.inf
    condition = float(s[0] / s[-1]) if len(s) and s[-1] else math.inf
    return _Shape(covariance, condition, undetermined, loose)


_EXACT = 1e-11  # of the largest singular value: below it is rounding
_RECORDED = 0.1  # ms: how well recordings know the times of spikes


def _in_words(direction: Mapping[str, float]) -> str:
    parts = ", ".join(f"{part:+.2g} {name}" for name, part in direction.items())
    return f"{parts} (in units of their bounds)"


def _problems(scores: Sequence[Score], shape: _Shape, at_bounds: Tuple[str, ...]) -> List[str]:
    """What is wrong, in words."""
    found = []
    for k, score in enumerate(scores):
        if score.recorded != score.fitted:
            found.append(f"sweep {k} has {score.recorded} spikes and the fit {score.fitted}")
    for direction in shape.undetermined:
        found.append(f"the data do not determine {_in_words(direction)}")
    if at_bounds:
        found.append(f"{', '.join(at_bounds)}: at an end of the bounds")
    return found


def _agreement(shape: _Shape) -> str:
    """What is said where nothing is wrong."""
    open_ = " nor ".join(map(_in_words, shape.loose))
    doubt = f"; but times uncertain by {_RECORDED} ms would not determine {open_}"
    return "the spikes agree" + (doubt if shape.loose else "")


def _result(
    neuron: _Neuron,
    sweeps: List[Sweep],
    best: _Found,
    weights: _Weights,
    sigma: Optional[float],
    precision: float,
) -> Fit:
    residuals = best.target.residuals(best.x)
    left = max(len(residuals) - len(sweeps) - len(neuron.free), 1)
    used = sigma if sigma is not None else weights.sigma * math.sqrt(2 * best.cost / left)
    shape = _shape_of(neuron, best, weights.sigma, used, sigma is not None)
    at_bounds = tuple(
        name for name, x in zip(neuron.free, to_list(best.x)) if min(x, 1 - x) < 1e-6
    )
    spikes = [_spikes_of(neuron, best.x, sweep) for sweep in sweeps]
    scores = [_score(sweep, found, precision) for sweep, found in zip(sweeps, spikes)]
    problems = _problems(scores, shape, at_bounds)
    if sigma is not None and best.cost > _enough(best, sigma):
        off = sigma * math.sqrt(2 * best.cost / left)
        problems.append(f"the spikes are off by {off:.2g} ms, more than sigma = {sigma:.2g} says")
    values = neuron.numbers(best.x)
    return Fit(
        values, neuron.make(**values), State(*map(float, neuron.begins(values))), neuron.free,
        shape.covariance, used, scores, spikes, shape.condition, shape.undetermined, shape.loose,
        at_bounds, not problems, "; ".join(problems) or _agreement(shape), sweeps,
    )  # fmt: skip


# ---- what the caller gives ----


def _check_names(form: int, fixed: Any, bounds: Any) -> None:
    if form not in _FORMS:
        raise InvalidError(f"form = {shown(form)!r} is none of {', '.join(map(str, _FORMS))}")
    names = _FORMS[form][1]
    for name in (*fixed, *bounds):
        if name not in names:
            raise InvalidError(f"{shown(name)!r} is none of the form's parameters, {', '.join(names)}")
    for name in names:
        if (name in fixed) == (name in bounds):
            where = "both fixed and in bounds" if name in fixed else "neither fixed nor in bounds"
            raise InvalidError(f"{name} is {where}")
    if not bounds:
        raise InvalidError("nothing is free: bounds is empty")


def _check_bounds(bounds: Mapping[str, Any]) -> Dict[str, Tuple[float, float]]:
    checked = {}
    for name, pair in bounds.items():
        ends = _pair(f"bounds of {name} must be a pair (low, high)", pair)
        low, high = (real(name, x) for x in ends)
        if not -math.inf < low < high < math.inf:
            raise InvalidError(f"bounds of {name}, ({low}, {high}), must ascend, and be finite")
        checked[name] = (low, high)
    return checked


def _check_sweeps(sweeps: Any, free: int) -> List[Sweep]:
    every = [sweeps] if isinstance(sweeps, Sweep) else list(sweeps)
    for sweep in every:
        if not isinstance(sweep, Sweep):
            raise TypeError(f"sweeps are izh.Sweep, not {type(sweep).__name__}")
    count = sum(len(sweep.spikes) for sweep in every)
    samples = sum(len(sweep.v[0]) for sweep in every if sweep.v is not None)
    if not count or count + samples < free:
        raise InvalidError(f"{count} spikes in {len(every)} sweeps cannot determine {free} parameters")
    return every


def _start(initial: Any) -> Optional[Tuple[float, float]]:
    if initial is None:
        return None
    pair = state("initial", initial)
    if not (math.isfinite(pair.v) and math.isfinite(pair.u)):
        raise InvalidError(f"initial = ({pair.v}, {pair.u}) must be finite")
    return pair.v, pair.u


def _positive(name: str, value: float) -> float:
    number = real(name, value)
    if not 0 < number < math.inf:
        raise InvalidError(f"{name} = {number} must be above 0, and finite")
    return number


def _least_squares() -> Any:
    try:
        return import_module("scipy.optimize").least_squares
    except ImportError as error:
        raise ImportError(f"fit needs SciPy: {error}") from error


def fit(
    sweeps: Sequence[Sweep],
    form: int = 2007,
    fixed: Optional[Mapping[str, float]] = None,
    bounds: Optional[Mapping[str, Tuple[float, float]]] = None,
    initial: Optional[Tuple[float, float]] = None,
    *,
    sigma: Optional[float] = None,
    v_sigma: float = 1.0,
    v_near: float = 5.0,
    precision: float = 2.0,
    starts: int = 4,
    seed: int = 0,
) -> Fit:
    """Fits a neuron to the times of spikes. Needs SciPy.

    First it runs some hundred neurons from within the bounds, as populations. From the best ones it
    goes on by least squares, which compares spike k of the neuron with spike k of the recording: at
    first the first two spikes of each sweep, then more of them, and at last all.

    Args:
        sweeps: the recording, a sequence of `Sweep`.
        form: 2003 or 2007, the parameters' form: `params_2003`, `params_2007`.
        fixed: the parameters that are known, by name.
        bounds: the parameters to fit, by name, each with its (low, high). Each parameter of the form
            is either in fixed or in bounds.
        initial: the state (v, u) at the start of each sweep. None: where the neuron rests without
            current, whatever its parameters.
        sigma: standard deviation of the recorded times, ms, for the covariance. None: it is
            estimated from the residuals.
        v_sigma: standard deviation of v, mV, if sweeps have v: an error of v of this size counts as
            much as an error of `sigma` (if None, of 1 ms) of a spike's time.
        v_near: samples of v nearer to a recorded spike than this, ms, do not count.
        precision: the precision of the coincidence factor, ms.
        starts: how many candidates least squares may start from, 1 or more.
        seed: the seed of the random search, below 2^32.

    Returns:
        A `Fit`. Look at `success` and `message`: they say if counts of spikes differ, if the data do
        not determine the parameters, or if some parameters are at their bounds.

    Raises:
        InvalidError: a name is unknown, missing or given twice; bounds do not ascend; too few
            spikes.
        ImportError: there is no SciPy.
    """
    least_squares = _least_squares()
    fixed = {name: real(name, value) for name, value in (fixed or {}).items()}
    bounds = bounds or {}
    _check_names(form, fixed, bounds)
    neuron = _Neuron(form, fixed, _check_bounds(bounds), _start(initial))
    every = _check_sweeps(sweeps, len(neuron.free))
    sigma = None if sigma is None else _positive("sigma", sigma)
    weights = _Weights(
        1.0 if sigma is None else sigma,
        _positive("v_sigma", v_sigma),
        _positive("v_near", v_near),
    )
    precision = _positive("precision", precision)
    starts, seed = integer("starts", starts, 32), integer("seed", seed, 32)
    if not starts:
        raise InvalidError("starts = 0: there must be one")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IzhWarning)  # of neurons on the way
        best = _by_order(least_squares, neuron, every, weights, (starts, seed, sigma))
        if not _explains(best, precision):
            tried = [best]
            for x in _evolve(neuron, every, precision, seed, starts):
                tried.append(_match(least_squares, neuron, every, weights, x, precision))
            best = max(tried, key=lambda found: _exact_gamma(neuron, found.x, every, precision))
        return _result(neuron, every, best, weights, sigma, precision)


def _by_order(
    least_squares: Any, neuron: _Neuron, sweeps: List[Sweep], weights: _Weights,
    how: Tuple[int, int, Optional[float]],
) -> _Found:  # fmt: skip
    """The best that comes of comparing spike k with spike k."""
    starts, seed, sigma = how
    best: Optional[_Found] = None
    for x in _candidates(neuron, sweeps, seed, starts):
        found = _descend(least_squares, neuron, sweeps, weights, x)
        again = sigma is None and best is not None and bool(abs(found.x - best.x).max() < _SAME)
        if best is None or found.cost < best.cost:
            best = found
        if again or best.cost < _enough(best, sigma):
            break
    if best is None:
        raise InvalidError("no parameters within the bounds make a neuron")
    return best


def _explains(found: _Found, precision: float) -> bool:
    """Whether spike k is spike k in every sweep, but for chaos."""
    target = found.target
    for sweep, count in zip(target.sweeps, target.counts):
        spikes, counted = _spikes_of(target.neuron, found.x, sweep), target.counted(sweep, count)
        if len(spikes) != count and counted.all():
            return False
        both = min(len(spikes), count)
        off = (spikes[:both] - sweep.spikes[:both])[counted[:both]]
        if len(off) and np.sqrt(np.mean(off**2)) > 0.5 * precision:
            return False
    return True


_ENOUGH = 1e-12  # ms^2, for each spike: what is left where the model is the recorded neuron
_SAME = 1e-6  # of the box: two starts that lead to one point need no third


def _enough(found: _Found, sigma: Optional[float]) -> float:
    """The cost below which there is nothing more to find: half of chi-squared, with four of its
    standard deviations."""
    n = len(found.target.residuals(found.x))
    return 0.5 * (_ENOUGH * n if sigma is None else n + 4 * math.sqrt(2 * n))
