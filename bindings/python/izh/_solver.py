"""One neuron. Source: ``include/izh/solver.h``."""

from __future__ import annotations

import ctypes
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
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _c
from ._arrays import (
    STATE,
    check_type,
    choice,
    constant,
    inputs,
    integer,
    real,
    reals,
    segments,
    shown,
    state,
    wandering,
)
from ._gradients import Gradient, directions, izh_gradient
from ._methods import find_method
from ._objects import (
    STOP,
    Handle,
    Owner,
    Pending,
    Running,
    Stop,
    added,
    as_bytes,
    make_thunk,
    restored,
    saved,
)
from ._params import PARAM_NAMES, Params, State, check_params, default_initial
from ._stimulus import izh_noise
from .errors import BusyError, InvalidError, check
from .pinn import Flow, Network, izh_pinn_network

# ---- the library: its structs and functions ----


class izh_spike_event(ctypes.Structure):
    _fields_ = [
        ("t", c_double),
        ("neuron", c_uint32),
        ("reserved", c_uint32),
        ("before", _c.izh_state),
    ]


class izh_solver_config(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("method", c_int32),
        ("events", c_int32),
        ("dt", c_double),
        ("rtol", c_double),
        ("atol", c_double),
        ("t0", c_double),
        ("params", _c.izh_params),
        ("initial", _c.izh_state),
        ("max_spikes_per_ms", c_double),
        ("max_segments", c_size_t),
        ("allocator", _c.izh_allocator),
        ("log", _c.izh_log),
        ("pinn", izh_pinn_network),
        ("flow", c_void_p),
        ("max_steps_per_ms", c_double),
        ("gradients", POINTER(izh_gradient)),
        ("gradient_count", c_size_t),
    ]


class izh_statistics(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        *((name, c_uint64) for name in "steps rejected rhs iterations spikes".split()),
        ("unstable_steps", c_uint64),
        ("unstable_t", c_double),
    ]


SpikeFn = CFUNCTYPE(c_int32, POINTER(izh_spike_event), POINTER(_c.izh_state), c_void_p)
StimulusFn = CFUNCTYPE(c_int32, POINTER(_c.izh_segment), POINTER(c_double), _c.izh_state, c_void_p)

_c.declare(
    [izh_spike_event, izh_solver_config, izh_statistics],
    {
        "izh_solver_create": (c_int32, (_c.CREATED, POINTER(izh_solver_config))),
        "izh_solver_destroy": (None, (c_void_p,)),
        "izh_solver_run": (c_int32, (c_void_p, c_double)),
        "izh_solver_next_spike": (c_int32, (c_void_p, c_double, POINTER(c_double))),
        "izh_solver_sample": (c_int32, (c_void_p, c_void_p, c_size_t, c_void_p)),
        "izh_solver_state": (_c.izh_state, (c_void_p,)),
        "izh_solver_time": (c_double, (c_void_p,)),
        "izh_solver_set_current": (c_int32, (c_void_p, c_double)),
        "izh_solver_set_stimulus": (c_int32, (c_void_p, c_void_p, c_size_t)),
        "izh_solver_set_inputs": (c_int32, (c_void_p, c_void_p, c_size_t)),
        "izh_solver_on_stimulus": (c_int32, (c_void_p, StimulusFn, c_void_p)),
        "izh_solver_on_spike": (c_int32, (c_void_p, SpikeFn, c_void_p)),
        "izh_solver_set_params": (c_int32, (c_void_p, POINTER(_c.izh_params))),
        "izh_solver_set_state": (c_int32, (c_void_p, _c.izh_state)),
        "izh_solver_kick": (c_int32, (c_void_p, c_double, c_double)),
        "izh_solver_spike_error_bound": (c_double, (c_void_p,)),
        "izh_solver_save": (c_size_t, (c_void_p, c_void_p, c_size_t)),
        "izh_solver_load": (c_int32, (c_void_p, c_char_p, c_size_t)),
        "izh_solver_statistics": (c_int32, (c_void_p, POINTER(izh_statistics))),
        "izh_solver_message": (c_char_p, (c_void_p,)),
        "izh_solver_gradients": (c_int32, (c_void_p, c_void_p)),
        "izh_solver_spike_gradients": (c_int32, (c_void_p, c_void_p)),
        "izh_solver_sample_gradients": (
            c_int32,
            (c_void_p, c_void_p, c_size_t, c_void_p, c_void_p),
        ),
    },
)


class SpikeEvent(NamedTuple):
    """A spike, as `Solver.on_spike`'s function sees it."""

    t: float  #: time of the spike, ms
    before: State  #: the state at the peak
    after: State  #: the model's reset, which the state becomes unless the function says otherwise


class Statistics(NamedTuple):
    """What a solver has done since it was made."""

    steps: int  #: steps that the solution is made of
    rejected: int  #: steps that were tried and taken shorter
    rhs: int  #: evaluations of the right-hand side; for "taylor", of a coefficient of the series
    iterations: int  #: iterations of the search for events
    spikes: int
    unstable_steps: int  #: steps that the method took beyond its limit of stability
    unstable_t: float  #: when the first of them began, ms; NaN where there was none


SpikeFunction = Callable[[SpikeEvent], Union[None, Stop, Tuple[float, float]]]
StimulusFunction = Callable[
    [float, State], Union[Stop, float, Tuple[float, float], Tuple[float, float, float]]
]


def _spike_thunk(pending: Pending) -> Any:
    def call(event: Any, after: Any, _user: object) -> int:
        try:
            if pending.error is not None:
                return _c.STOP
            fn: SpikeFunction = pending.functions["spike"]
            e, to = event.contents, after.contents
            before = State(e.before.v, e.before.u)
            answer = fn(SpikeEvent(e.t, before, State(to.v, to.u)))
            if answer is None:
                return _c.CONTINUE
            if answer is STOP:
                return _c.STOP
            after[0] = state("on_spike's answer, unless None or izh.STOP,", answer)
            return _c.CONTINUE
        except BaseException as error:
            pending.keep(error)
            return _c.STOP

    return make_thunk(SpikeFn, call)


def _stimulus_answer(answer: Any) -> List[float]:
    """I, slope, until: as many of them as were given."""
    parts = answer if isinstance(answer, tuple) else (answer,)
    if answer is None or not 1 <= len(parts) <= 3:
        raise TypeError(
            "on_stimulus's answer is I, (I, slope), (I, slope, until) or izh.STOP, "
            f"not {shown(answer)!r}"
        )
    names = ("on_stimulus's I", "on_stimulus's slope", "on_stimulus's until")
    return [real(name, x) for name, x in zip(names, parts)]


def _stimulus_thunk(pending: Pending) -> Any:
    def call(segment: Any, until: Any, now: Any, _user: object) -> int:
        try:
            fn: StimulusFunction = pending.functions["stimulus"]
            answer = STOP if pending.error else fn(segment.contents.t, State(now.v, now.u))
            if answer is STOP:
                pending.ask_again = True
                return _c.STOP
            numbers = _stimulus_answer(answer)
            segment.contents.I = numbers[0]
            segment.contents.slope = numbers[1] if len(numbers) > 1 else 0.0
            if len(numbers) > 2:
                until[0] = numbers[2]
            return _c.CONTINUE
        except BaseException as error:
            pending.keep(error)
            pending.ask_again = True
            return _c.STOP

    return make_thunk(StimulusFn, call)


def _fill(config: Any, params: Params, initial: Optional[Tuple[float, float]]) -> None:
    config.size = ctypes.sizeof(config)
    config.params = params
    config.initial = state("initial", default_initial(params) if initial is None else initial)
    config.log = _c.LOG


class Solver(Owner):
    """One neuron, solved by any method, with a function called at each spike.

    Spikes are found inside the step, so that their times are as good as the method. Splitting a
    run, sampling it or stopping and going on does not change a bit of the result.

    Args:
        params: the neuron.
        method: one of `izh.methods`.
        dt: step, ms; for methods that choose theirs, the longest. 0: the method's default.
        initial: the state (v, u) at t0. Default: where the neuron rests without current; where it
            does not rest, (c, U(c)), its reset.
        events: "exact", or "grid": resets at the end of steps, as in textbooks; fixed steps only.
        rtol: relative tolerance of methods that choose their step. 0: the method's default.
        atol: absolute tolerance, mV and pA. 0: the method's default.
        t0: time at the start, ms.
        max_spikes_per_ms: more spikes raise a `DivergedError`. 0: 1000.
        max_steps_per_ms: more steps raise it, too, counting those that an event or the method made
            short. 0: 200000, with fixed steps 20000.
        max_segments: room for the stimulus, so that `set_stimulus` does not allocate. 0: as needed.
        pinn: the nets of the method "pinn".
        flow: a flow map of `params`, for the method "pinn" only; the solver keeps it alive.
        gradients: what `gradients`, `spike_gradients`, `sample_gradients` and `run_gradients` give
            derivatives with respect to, for the method "taylor". Each is one of these: the name of
            a parameter of the normal form, or of the 2003 or 2007 form if the neuron has that form
            ("k2", "a", "k", "vr", "b", ...); "v0" or "u0", the initial state; ("I", i),
            ("slope", i), ("t", i), ("g", i) or ("E", i), for segment i of the stimulus, from 0 (a
            constant current is segment 0); or a mapping, if several change together with one
            number, with how fast each changes, as {"v0": 1, "vr": 1}. The parameters of a form are
            those of `params`: for another neuron make another solver.

    Raises:
        InvalidError, UnsupportedError, OutOfMemoryError: ValueErrors and the like, with the field.
        TypeError: something is not a number.

    Only one thread at a time may use a solver: another one gets a `BusyError`. Calls
    release the GIL. Pickling (and copy.copy) keeps what `save` keeps, without the solver's
    functions, and warns if it had an on_spike function.
    """

    __slots__ = ()
    _kind = "solver"
    _hints = {
        **dict.fromkeys(("I", "current", "i_ext", "input"), "set_current(I)"),
        **dict.fromkeys(("stimulus", "segments"), "set_stimulus(t, I) or on_stimulus(function)"),
        **dict.fromkeys(("v", "u", "state", "initial"), "set_state(v, u), or kick(dv, du)"),
        **dict.fromkeys(("t", "time", "t_end"), "run(t_end)"),
        **dict.fromkeys((*PARAM_NAMES, "params"), "set_params(params), and params.replace(...)"),
        **dict.fromkeys(
            ("method", "dt", "events", "rtol", "atol", "t0", "max_spikes_per_ms", "max_steps_per_ms",
             "max_segments", "pinn", "flow"), "Solver(...), which takes it"),
        **{name: f"{name}(function)" for name in ("on_spike", "on_stimulus")},
    }  # fmt: skip

    def __init__(
        self,
        params: Params,
        method: str = "taylor",
        dt: float = 0.0,
        initial: Optional[Tuple[float, float]] = None,
        *,
        events: str = "exact",
        rtol: float = 0.0,
        atol: float = 0.0,
        t0: float = 0.0,
        max_spikes_per_ms: float = 0.0,
        max_steps_per_ms: float = 0.0,
        max_segments: int = 0,
        pinn: Network = Network(),
        flow: Optional[Flow] = None,
        gradients: Sequence[Gradient] = (),
    ) -> None:
        config = izh_solver_config()
        _fill(config, check_params(params), initial)
        config.method = find_method(method)
        config.events = choice("events", events, _c.EVENTS)
        for name, value in (("dt", dt), ("rtol", rtol), ("atol", atol), ("t0", t0)):
            setattr(config, name, real(name, value))
        config.max_spikes_per_ms = real("max_spikes_per_ms", max_spikes_per_ms)
        config.max_steps_per_ms = real("max_steps_per_ms", max_steps_per_ms)
        config.max_segments = integer("max_segments", max_segments, 64)
        config.pinn = check_type("pinn", pinn, Network)._to_c()
        if flow is not None and method != "pinn":
            raise InvalidError(f"flow is for the method 'pinn', not {shown(method)!r}")
        if flow is not None:
            config.flow = check_type("flow", flow, Flow)._handle.pointer
        of = directions(params, gradients)
        config.gradients, config.gradient_count = of, len(of)
        arguments: Dict[str, Any] = dict(
            params=params, method=method, dt=dt, events=events, rtol=rtol, atol=atol, t0=t0,
            max_spikes_per_ms=max_spikes_per_ms, max_steps_per_ms=max_steps_per_ms,
            max_segments=max_segments, pinn=pinn, flow=flow, gradients=tuple(gradients),
        )  # fmt: skip
        pointer = c_void_p()
        check(_c.lib.izh_solver_create(byref(pointer), byref(config)))
        keep = flow._handle if flow is not None else None
        self._become(Handle(pointer.value or 0, _c.lib.izh_solver_destroy, keep), arguments)

    # ---- what drives it ----

    def set_current(self, I: float) -> None:
        """Sets a constant current from now on, pA (2003 form: the model's own unit)."""
        with self._use() as pointer:
            check(_c.lib.izh_solver_set_current(pointer, constant(I)))
            self._keep_function("stimulus", None)

    def set_stimulus(
        self, t: ArrayLike, I: Optional[ArrayLike] = None, slope: Optional[ArrayLike] = None
    ) -> None:
        """Sets a piecewise linear current, in place of any other; zero before the first t.

        ``set_stimulus([(t, I), ...])``, ``set_stimulus([(t, I, slope), ...])`` or
        ``set_stimulus(t, I)``, ``set_stimulus(t, I, slope)``.

        Args:
            t: shape (n,), times from which pieces hold, ms, strictly ascending; or, alone, rows of
                shape (n, 2) or (n, 3), or the columns as one tuple. n = 0: no current.
            I: shape (n,), current at t, pA (2003 form: the model's own unit).
            slope: shape (n,) or a number, pA/ms. Default 0.
        """
        pieces = segments(t, I, slope)
        with self._use() as pointer:
            check(_c.lib.izh_solver_set_stimulus(pointer, pieces.ctypes.data, len(pieces)))
            self._keep_function("stimulus", None)

    def set_inputs(
        self,
        t: ArrayLike,
        I: ArrayLike = 0.0,
        g: ArrayLike = 0.0,
        E: ArrayLike = 0.0,
        slope: ArrayLike = 0.0,
    ) -> None:
        """Sets pieces of current and conductance, in place of any other; none before the first t.

        From each t on, until the next, the neuron gets I + slope (s - t) + g (E - v), exactly.

        Args:
            t: shape (n,), times from which pieces hold, ms, strictly ascending. n = 0: no input.
            I: shape (n,) or a number, current at t, pA (2003 form: the model's own unit).
            g: shape (n,) or a number, conductance, nS (2003 form: 1/ms), not negative.
            E: shape (n,) or a number, its reversal potential, mV.
            slope: shape (n,) or a number, of the current, pA/ms.

        Dialects and flow maps have none: UnsupportedError.
        """
        pieces = inputs(t, I, g, E, slope)
        with self._use() as pointer:
            check(_c.lib.izh_solver_set_inputs(pointer, pieces.ctypes.data, len(pieces)))
            self._keep_function("stimulus", None)

    def set_noise(
        self,
        dt: float = 0.1,
        *,
        sigma: float = 0.0,
        white: float = 0.0,
        ou: Optional[Sequence[float]] = None,
        seed: int = 0,
        neuron: int = 0,
    ) -> None:
        """Adds noise to the solver's current from now on. Without sigma, white and ou: no noise.

        Each number is held for a tick of dt, counted from t0, and does not depend on how runs are
        split. With steps of that dt the solver is a `Population`'s neuron, to the bit.

        Args:
            dt: how long a number is held, ms.
            sigma: as `Population`'s noise_sigma, pA: sigma N(0, 1).
            white: as its noise_white, pA sqrt(ms): white noise, whose effect does not depend on dt.
            ou: as its noise_ou: (mean, sigma, tau) of an Ornstein-Uhlenbeck process.
            seed: of the noise.
            neuron: the global index of the population's neuron.
        """
        noise = izh_noise(real("dt", dt), real("sigma", sigma), real("white", white))
        noise.ou = wandering(ou)
        noise.seed, noise.neuron = integer("seed", seed, 64), integer("neuron", neuron, 64)
        with self._use() as pointer:
            check(_c.lib.izh_solver_set_noise(pointer, byref(noise)))

    def on_stimulus(self, fn: Optional[StimulusFunction]) -> None:
        """Lets a function give the current, for a closed loop. None: no current.

        The solver calls ``fn(t, state)`` at the next run, whenever its last answer ends, and where
        the state or the parameters jump: after each spike, `kick`, `set_state` and `set_params`.
        The function returns I, pA, which then holds for ever; (I, slope), slope in pA/ms;
        (I, slope, until) with the time, ms, at which to call it again; or `izh.STOP`, which stops
        the run. An exception in the function stops the run, too, and comes out of it. After either
        the next run calls the function again.
        """
        self._set_function("stimulus", fn, StimulusFn, _stimulus_thunk)

    def on_spike(self, fn: Optional[SpikeFunction]) -> None:
        """Calls ``fn(event)`` at each spike, with a `SpikeEvent`, in the order of time. None: no calls.

        The function returns None to keep the model's reset; a new (v, u), below the peak; or
        `izh.STOP`: the run then ends at exactly ``event.t``, after the reset, and can go on later.
        An exception in the function ends the run there, too, and comes out of it. Inside the
        function you may read the solver, and set its current, stimulus and parameters.
        """
        self._set_function("spike", fn, SpikeFn, _spike_thunk)

    def set_params(self, params: Params) -> None:
        """Changes the neuron from now on. If v is then at or above the peak, it spikes now."""
        with self._use() as pointer:
            check(_c.lib.izh_solver_set_params(pointer, byref(check_params(params))))

    def set_state(self, v: float, u: float) -> None:
        """Sets the state now, mV and pA. If v is at or above the peak, it spikes now."""
        with self._use() as pointer:
            check(_c.lib.izh_solver_set_state(pointer, state("the state", (v, u))))

    def kick(self, dv: float = 0.0, du: float = 0.0) -> None:
        """Adds to the state now, mV and pA: an impulse, such as a synapse's."""
        with self._use() as pointer:
            check(_c.lib.izh_solver_kick(pointer, real("dv", dv), real("du", du)))

    # ---- running ----

    def run(self, t_end: float) -> bool:
        """Runs to t_end, ms. Returns False if a callback stopped the run earlier.

        Raises:
            InvalidError: t_end is not finite, or before now.
            DivergedError, ToleranceError: the solution ends; the solver stands at its last good
                state.
            ResetError: a reset, of the model or of the function, is not below the peak.
            Whatever a callback raised.
        """
        end = real("t_end", t_end)
        return self._run(_c.lib.izh_solver_run, end)

    def next_spike(self, limit: float) -> float:
        """When the neuron will spike next, ms, if nothing changes; infinity if it does not up to
        `limit`.

        This does not run the solver and does not call functions: state, statistics and all later
        results are as without it. To couple two solvers exactly, run both to the earlier of their
        next spikes.

        Raises:
            InvalidError: limit is not finite, or before now.
            UnsupportedError: the solver would have to call an `on_stimulus` function before.
            DivergedError, ToleranceError: the solution ends before.
        """
        t, end = c_double(), real("limit", limit)
        with self._use() as pointer:
            check(_c.lib.izh_solver_next_spike(pointer, end, byref(t)))
        return t.value

    def sample(self, times: ArrayLike) -> Tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Runs through some times, and returns v, mV, and u, pA, at each.

        Args:
            times: shape (n,), ms, ascending, none before now.

        Returns:
            Two arrays of shape (n,). At a spike's own time the state is that after the reset. If a
            callback stopped the run, the rest is NaN.

        Raises:
            As `run`.
        """
        t = reals("times", times, copy=True)
        states = np.empty(len(t), STATE)
        self._run(_c.lib.izh_solver_sample, t.ctypes.data, len(t), states.ctypes.data)
        return states["v"], states["u"]

    def sample_gradients(
        self, times: ArrayLike
    ) -> Tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """As `sample`, with the derivatives of the state at each time: v and u of shape (n,), and
        an array of shape (n, gradients, 2), whose last axis is that of v and u.

        Raises:
            InvalidError: the solver was made without gradients.
            As `run`.
        """
        t = reals("times", times, copy=True)
        states = np.empty(len(t), STATE)
        slopes = np.empty((len(t), self._gradient_count(), 2))
        self._run(
            _c.lib.izh_solver_sample_gradients,
            *(t.ctypes.data, len(t), states.ctypes.data, slopes.ctypes.data),
        )
        return states["v"], states["u"], slopes

    def run_gradients(self, t_end: float) -> Tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Runs to t_end, ms, and returns the spikes' times, ms, of shape (n,), and the derivatives
        of each, of shape (n, gradients), ms per unit of what the derivative is with respect to.

        A fit needs these: with the residuals ``spikes - recorded``, the derivatives are their
        Jacobian. If a callback stopped the run, or raised an error that you caught, `time`
        says how far the run came. A function set by `on_spike` is called as in `run`.

        Raises:
            InvalidError: the solver was made without gradients.
            As `run`.
        """
        self._gradient_count()
        own: Optional[SpikeFunction] = self._pending.functions.get("spike")
        times: List[float] = []
        rows: List[NDArray[np.float64]] = []

        def note(event: SpikeEvent) -> Union[None, Stop, Tuple[float, float]]:
            times.append(event.t)
            rows.append(self.spike_gradients())
            return own(event) if own else None

        self.on_spike(note)
        try:
            self.run(t_end)
        finally:
            self.on_spike(own)
        return np.array(times), np.array(rows).reshape(len(rows), self._gradient_count())

    def _run(self, call: Callable[..., int], *arguments: object) -> bool:
        with Running(self) as pointer:
            with self._interrupts():
                status = call(pointer, *arguments)
            again, self._pending.ask_again = self._pending.ask_again, False
            if again and "stimulus" in self._pending.functions:
                _c.lib.izh_solver_on_stimulus(pointer, self._thunks["stimulus"], None)
            self._pending.surface()
            ended = check(status) == _c.OK
            if not self._warned:
                counts = self._counts(pointer)
                self._warn_unstable(
                    counts.unstable_steps, f"first at {counts.unstable_t:.15g} ms"
                )
            return ended

    @staticmethod
    def _counts(pointer: int) -> Any:
        counts = izh_statistics(ctypes.sizeof(izh_statistics))
        check(_c.lib.izh_solver_statistics(pointer, byref(counts)))
        return counts

    # ---- what can be read ----

    @property
    def state(self) -> State:
        """The state now, `State` (v, u)."""
        with self._use() as pointer:
            now = _c.lib.izh_solver_state(pointer)
        return State(now.v, now.u)

    @property
    def time(self) -> float:
        """The time now, ms."""
        with self._use() as pointer:
            return float(_c.lib.izh_solver_time(pointer))

    @property
    def spike_error_bound(self) -> float:
        """How far the last spike's time may be from the exact solution's, ms: for "taylor";
        infinite for other methods, NaN before the first spike."""
        with self._use() as pointer:
            return float(_c.lib.izh_solver_spike_error_bound(pointer))

    def _gradient_count(self) -> int:
        n = len(self._arguments.get("gradients", ()))
        if not n:
            raise InvalidError("the solver was made without gradients")
        return n

    def gradients(self) -> NDArray[np.float64]:
        """The derivatives of the state now, exact as the solution is: an array of shape
        (gradients, 2), of v, mV, and u, pA, per unit of what each is to. `docs/gradients.md` has
        the equations, and what kicks, new states and new inputs do to them.

        Raises:
            InvalidError: the solver was made without gradients.
        """
        slopes = np.empty((self._gradient_count(), 2))
        with self._use() as pointer:
            check(_c.lib.izh_solver_gradients(pointer, slopes.ctypes.data))
        return slopes

    def spike_gradients(self) -> NDArray[np.float64]:
        """The derivatives of the last spike's time, ms per unit of what each is to, of shape
        (gradients,); also inside `on_spike`'s function; NaN before the first spike.

        Raises:
            InvalidError: the solver was made without gradients.
        """
        slopes = np.empty(self._gradient_count())
        with self._use() as pointer:
            check(_c.lib.izh_solver_spike_gradients(pointer, slopes.ctypes.data))
        return slopes

    @property
    def statistics(self) -> Statistics:
        """What the solver has done so far."""
        with self._use() as pointer:
            counts = self._counts(pointer)
        return Statistics(*(getattr(counts, name) for name in Statistics._fields))

    @property
    def message(self) -> str:
        """The message of the last error; empty if there was none."""
        with self._use() as pointer:
            text: bytes = _c.lib.izh_solver_message(pointer)
            return _c.in_python(text)

    def __repr__(self) -> str:
        if self._handle is None:
            return "<izh.Solver: closed>"
        try:
            now = f" at {self.time:g} ms"
        except BusyError:
            now = ", in use by another thread"
        return f"<izh.Solver: {self._arguments['method']}{now}>"

    # ---- saving ----

    def save(self) -> bytes:
        """The solver as bytes, the same on every machine and in every language: method, parameters,
        step, tolerances, stimulus, state, and its place in the step; not the functions."""
        with self._use() as pointer:
            return saved(_c.lib.izh_solver_save, pointer)

    def load(self, data: bytes) -> None:
        """Turns this solver into the saved one; its functions stay. A run from here is the same,
        bit for bit, as the one that went on.

        Raises:
            FormatError: `data` is not a whole, undamaged blob of a solver.
            InvalidError: it is of another method or other events, or its current came from a
                function and this solver has none. Nothing has changed.
        """
        blob = as_bytes(data)
        with self._use() as pointer:
            check(_c.lib.izh_solver_load(pointer, blob, len(blob)))

    def __reduce__(self) -> Tuple[Any, ...]:
        if "stimulus" in self._pending.functions:
            raise TypeError("a solver with an on_stimulus function cannot be pickled")
        if "spike" in self._pending.functions:
            warnings.warn("the solver is pickled without its on_spike function", stacklevel=3)
        return restored, (Solver, type(self), self._arguments, self.save()), added(self)
