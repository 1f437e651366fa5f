"""Nets trained on the neuron's equation alone: solutions, and flow maps.

`train` solves a neuron over a span of time by one net per window; `train_flow` trains one
net for a neuron, which runs any stimulus as ``Solver(..., method="pinn", flow=flow)``.
Sources: ``include/izh/pinn.h``, ``include/izh/flow.h``, ``docs/pinn.md``.

Trajectories and flow maps do not change: any number of threads may read one at once. Training
releases the GIL, and Ctrl-C ends it.
"""

from __future__ import annotations

import ctypes
import os
import threading
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
from typing import Any, Callable, NamedTuple, Optional, Tuple, Type, TypeVar, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _arrays, _c
from ._arrays import (
    EVENT,
    STATE,
    WINDOW,
    Current,
    check_function,
    check_type,
    integer,
    real,
    reals,
    state,
)
from ._objects import STOP, Handle, Interrupts, Pending, Stop, as_bytes, make_thunk, saved, view
from ._params import Params, check_params, default_initial, of_c
from .errors import InvalidError, check

__all__ = [
    "FlowInfo",
    "FlowProgress",
    "Flow",
    "Network",
    "Progress",
    "Trajectory",
    "train",
    "train_flow",
]

# ---- the library: its structs and functions ----


class izh_pinn_network(ctypes.Structure):
    _fields_ = [
        ("hidden", c_uint32),
        ("points", c_uint32),
        ("seed", c_uint64),
        ("shortest", c_double),
    ]


class izh_pinn_progress(ctypes.Structure):
    _fields_ = [
        *((name, c_double) for name in "t t_end length loss".split()),
        ("window", c_uint64),
        ("iteration", c_uint32),
        ("reserved", c_uint32),
    ]


class izh_pinn_config(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("params", _c.izh_params),
        ("initial", _c.izh_state),
        ("t0", c_double),
        ("t_end", c_double),
        ("segments", c_void_p),
        ("segment_count", c_size_t),
        ("tolerance", c_double),
        ("longest", c_double),
        ("pinn", izh_pinn_network),
        ("progress", c_void_p),
        ("progress_user", c_void_p),
        ("allocator", _c.izh_allocator),
        ("log", _c.izh_log),
    ]


class izh_pinn_windows(_c.Array):
    pass


class izh_pinn_spikes(_c.Array):
    pass


class izh_pinn_losses(_c.Array):
    pass


class izh_flow_progress(ctypes.Structure):
    _fields_ = [("loss", c_double), ("iteration", c_uint32), ("iterations", c_uint32)]


class izh_flow_config(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("params", _c.izh_params),
        ("I_lo", c_double),
        ("I_hi", c_double),
        ("slope", c_double),
        ("v_lo", c_double),
        ("u_lo", c_double),
        ("u_hi", c_double),
        ("units", c_uint32),
        ("points", c_uint32),
        ("seed", c_uint64),
        ("progress", c_void_p),
        ("progress_user", c_void_p),
        ("allocator", _c.izh_allocator),
        ("log", _c.izh_log),
    ]


class izh_flow_info(ctypes.Structure):
    _fields_ = [
        ("params", _c.izh_params),
        *((name, c_double) for name in "step I_lo I_hi slope v_lo u_lo u_hi".split()),
        ("residual", c_double),
        ("residual_new", c_double),
        ("seed", c_uint64),
        *((name, c_uint32) for name in "units points parameters iterations".split()),
    ]


PinnProgressFn = CFUNCTYPE(c_int32, POINTER(izh_pinn_progress), c_void_p)
FlowProgressFn = CFUNCTYPE(c_int32, POINTER(izh_flow_progress), c_void_p)

_c.declare(
    [
        izh_pinn_network,
        izh_pinn_progress,
        izh_pinn_config,
        izh_pinn_windows,
        izh_pinn_spikes,
        izh_pinn_losses,
        izh_flow_progress,
        izh_flow_config,
        izh_flow_info,
    ],
    {
        "izh_pinn_train": (c_int32, (_c.CREATED, POINTER(izh_pinn_config))),
        "izh_pinn_destroy": (None, (c_void_p,)),
        "izh_pinn_end": (c_double, (c_void_p,)),
        "izh_pinn_eval": (c_int32, (c_void_p, c_void_p, c_size_t, c_void_p)),
        "izh_pinn_residual": (c_int32, (c_void_p, c_void_p, c_size_t, c_void_p)),
        "izh_pinn_get_spikes": (izh_pinn_spikes, (c_void_p,)),
        "izh_pinn_get_windows": (izh_pinn_windows, (c_void_p,)),
        "izh_pinn_get_losses": (izh_pinn_losses, (c_void_p,)),
        "izh_pinn_save": (c_size_t, (c_void_p, c_void_p, c_size_t)),
        "izh_pinn_load": (c_int32, (_c.CREATED, c_char_p, c_size_t, *_c.LOG_ALLOCATOR)),
        "izh_pinn_save_file": (c_int32, (c_void_p, c_char_p)),
        "izh_pinn_load_file": (c_int32, (_c.CREATED, c_char_p, *_c.LOG_ALLOCATOR)),
        "izh_pinn_message": (c_char_p, (c_void_p,)),
        "izh_flow_train": (c_int32, (_c.CREATED, POINTER(izh_flow_config))),
        "izh_flow_destroy": (None, (c_void_p,)),
        "izh_flow_get_info": (izh_flow_info, (c_void_p,)),
        "izh_flow_eval": (
            c_int32,
            (c_void_p, _c.izh_state, c_double, c_double, c_void_p, c_size_t, c_void_p, c_void_p),
        ),
        "izh_flow_save": (c_size_t, (c_void_p, c_void_p, c_size_t)),
        "izh_flow_load": (c_int32, (_c.CREATED, c_char_p, c_size_t, *_c.LOG_ALLOCATOR)),
        "izh_flow_save_file": (c_int32, (c_void_p, c_char_p)),
        "izh_flow_load_file": (c_int32, (_c.CREATED, c_char_p, *_c.LOG_ALLOCATOR)),
        "izh_flow_message": (c_char_p, (c_void_p,)),
    },
)

Floats = NDArray[np.float64]
Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]
Self = TypeVar("Self", bound="_Trained")


class Network(NamedTuple):
    """The nets of the method "pinn"; zero is the default in each field."""

    hidden: int = 0  #: tanh units; even, 4 to 24, default 16
    points: int = 0  #: Chebyshev points at which the equation is to hold; 4 to 32, default 20
    seed: int = 0  #: of the units' first weights; 0 means 1
    shortest: float = 0.0  #: a window of this length that misses the tolerance ends it, ms; 0.01

    def _to_c(self) -> izh_pinn_network:
        return izh_pinn_network(
            integer("hidden", self.hidden, 32),
            integer("points", self.points, 32),
            integer("seed", self.seed, 64),
            real("shortest", self.shortest),
        )


class Progress(NamedTuple):
    """How far `train` has come."""

    t: float  #: start of the window that is being trained, ms
    t_end: float  #: where training will end, ms
    length: float  #: of the window, ms; shorter in a later attempt
    loss: float  #: mean square of the residual at the window's points
    window: int  #: the window, from 0
    iteration: int  #: within the window, from 1


class FlowProgress(NamedTuple):
    """How far `train_flow` has come."""

    loss: float  #: mean square of the residual at the points, after this iteration
    iteration: int  #: from 1
    iterations: int  #: how many there will be at most


class FlowInfo(NamedTuple):
    """What a flow map is."""

    params: Params  #: the neuron
    step: float  #: the longest step, ms
    I_lo: float  #: currents, pA
    I_hi: float
    slope: float  #: the steepest, pA/ms
    v_lo: float  #: the lowest v, mV
    u_lo: float  #: u, pA
    u_hi: float
    residual: float  #: root of the residual's mean square at the points of training, as a share
    residual_new: float  #: and at as many others
    seed: int  #: of the units' weights
    units: int  #: hidden tanh units
    points: int  #: of training
    parameters: int  #: trained weights and biases
    iterations: int  #: that training took


def _thunk(kind: Any, make: Any, fn: Optional[Callable[[Any], Any]], pending: Pending) -> Any:
    """Calls `fn` after each iteration; without one, Python still gets to see a Ctrl-C."""
    check_function("progress", fn)

    def call(progress: Any, _user: object) -> int:
        try:
            if pending.error is not None:
                return _c.STOP
            if fn is None:
                return _c.CONTINUE
            answer = fn(make(*(getattr(progress.contents, name) for name in make._fields)))
            if answer is not None and answer is not STOP:
                raise TypeError(f"progress must return None or izh.STOP, not {answer!r}")
            return _c.CONTINUE if answer is None else _c.STOP
        except BaseException as error:
            pending.keep(error)
            return _c.STOP

    return make_thunk(kind, call)


def _path(path: Path) -> bytes:
    encoded = os.fsencode(path)
    if b"\0" in encoded:
        raise InvalidError(f"the path {path!r} has a zero in it")
    return encoded


class _Trained:
    """What both kinds share: they are made by the library, saved and loaded."""

    __slots__ = ("_handle", "_message_lock", "__weakref__")
    _name = ""

    _handle: Handle
    _message_lock: threading.Lock

    def __init__(self) -> None:
        raise TypeError(f"{type(self).__name__} is made by training or loading")

    @classmethod
    def _of(cls: Type[Self], pointer: int) -> Self:
        made = cls.__new__(cls)
        made._handle = Handle(pointer, getattr(_c.lib, f"izh_{cls._name}_destroy"))
        made._message_lock = threading.Lock()
        return made

    @classmethod
    def _call(cls: Type[Self], function: str, *arguments: Any) -> Self:
        pointer = c_void_p()
        call = getattr(_c.lib, f"izh_{cls._name}_{function}")
        status = call(byref(pointer), *arguments)
        result = cls._of(pointer.value) if pointer.value else None
        check(status)
        assert result is not None
        return result

    @classmethod
    def _train(cls: Type[Self], config: Any, thunk: Any, pending: Pending) -> Self:
        config.size = ctypes.sizeof(config)
        config.log = _c.LOG
        config.progress = ctypes.cast(thunk, c_void_p)
        try:
            with Interrupts(pending):
                return cls._call("train", byref(config))
        finally:
            pending.surface()

    def save(self) -> bytes:
        """All of it. The same bytes on every machine and in every language."""
        return saved(getattr(_c.lib, f"izh_{self._name}_save"), self._handle.pointer)

    @classmethod
    def load(cls: Type[Self], data: bytes) -> Self:
        """What `save` saved.

        Raises:
            FormatError: `data` is no whole, undamaged blob of this kind.
        """
        blob = as_bytes(data)
        return cls._call("load", blob, len(blob), None, byref(_c.LOG))

    def save_file(self, path: Path) -> None:
        """Saves to a file: who reads it finds the old one or the new one, whole.

        Symbolic links are followed; the mode of a file that is there stays.

        Raises:
            FileError: an OSError; it cannot be written, is read-only or is no regular file.
        """
        with self._message_lock:
            save = getattr(_c.lib, f"izh_{self._name}_save_file")
            check(save(self._handle.pointer, _path(path)))

    @classmethod
    def load_file(cls: Type[Self], path: Path) -> Self:
        """What `save_file` saved.

        Raises:
            FileError: an OSError; it cannot be read.
            FormatError: it is no whole, undamaged file of this kind.
        """
        return cls._call("load_file", _path(path), None, byref(_c.LOG))

    @property
    def message(self) -> str:
        """The message of the last error; empty if there was none."""
        with self._message_lock:
            text: bytes = getattr(_c.lib, f"izh_{self._name}_message")(self._handle.pointer)
            return _c.in_python(text)

    def __reduce__(self) -> Tuple[Any, ...]:
        return type(self).load, (self.save(),)


def _check_times(status: int) -> None:
    """Times beyond are NaN in the answer, which says enough."""
    if status != _c.E_INVALID:
        check(status)
    _c.take_message()


class Trajectory(_Trained):
    """A neuron's solution as trained nets, from `train` or `load`."""

    __slots__ = ()
    _name = "pinn"

    def __repr__(self) -> str:
        parts = f"{len(self.spikes)} spikes, {len(self.windows)} windows"
        return f"<izh.pinn.Trajectory: {parts}, to {self.end:g} ms>"

    @property
    def end(self) -> float:
        """Where it ends, ms: t_end, or where training was stopped."""
        return float(_c.lib.izh_pinn_end(self._handle.pointer))

    def eval(self, times: ArrayLike) -> Tuple[Floats, Floats]:
        """v, mV, and u, pA, at some times.

        Args:
            times: shape (n,), ms, in any order; ascending ones are fastest.

        Returns:
            Two arrays of shape (n,). At a spike's own time the state is that after the reset; NaN
            beyond the solution.
        """
        t = reals("times", times, copy=True)
        states = np.empty(len(t), STATE)
        _check_times(
            _c.lib.izh_pinn_eval(self._handle.pointer, t.ctypes.data, len(t), states.ctypes.data)
        )
        return states["v"], states["u"]

    def residual(self, times: ArrayLike) -> Floats:
        """How far the equation is from holding at some times, shape (n,): per window, in
        coordinates of the order of one; NaN beyond the solution."""
        t = reals("times", times, copy=True)
        residuals = np.empty(len(t))
        _check_times(
            _c.lib.izh_pinn_residual(
                self._handle.pointer, t.ctypes.data, len(t), residuals.ctypes.data
            )
        )
        return residuals

    @property
    def spikes(self) -> NDArray[Any]:
        """The spikes: fields t, ms, and v, u, the state before the reset. A read-only view."""
        return view(self._handle, _c.lib.izh_pinn_get_spikes(self._handle.pointer), EVENT)

    @property
    def windows(self) -> NDArray[Any]:
        """The windows, as a read-only view with the fields t, length, trained (ms), residual,
        first_loss, iterations, attempts, parameters, as in ``izh_pinn_window``."""
        return view(self._handle, _c.lib.izh_pinn_get_windows(self._handle.pointer), WINDOW)

    @property
    def losses(self) -> Floats:
        """The loss after each iteration of training, the failed attempts' too. Read-only view."""
        losses = _c.lib.izh_pinn_get_losses(self._handle.pointer)
        return view(self._handle, losses, np.dtype(np.float64))


class Flow(_Trained):
    """A flow map, from `train_flow` or `load`: give it to `Solver`."""

    __slots__ = ()
    _name = "flow"

    def __repr__(self) -> str:
        info = self.info
        currents = f"currents {info.I_lo:g} to {info.I_hi:g}"
        return f"<izh.pinn.Flow: {info.units} units, {currents}, steps to {info.step:g} ms>"

    @property
    def info(self) -> FlowInfo:
        """What the map is."""
        info = _c.lib.izh_flow_get_info(self._handle.pointer)
        rest = (getattr(info, name) for name in FlowInfo._fields[1:])
        return FlowInfo(of_c(info.params), *rest)

    def eval(
        self,
        initial: Tuple[float, float],
        times: ArrayLike,
        I: float = 0.0,
        slope: float = 0.0,
    ) -> Tuple[Floats, Floats, Floats]:
        """The states some times after a state, by the map alone: without spikes and resets.

        Args:
            initial: the state (v, u) to begin with.
            times: shape (n,), after it, ms; 0 to ``info.step``.
            I: the current there, pA.
            slope: how it changes, pA/ms.

        Returns:
            v, u and the residual, as a share of the rates at the start, each of shape (n,); NaN at
            times beyond the step.

        Raises:
            InvalidError: the state or the current lies beyond what the map was trained for.
        """
        t = reals("times", times, copy=True)
        states, residuals = np.empty(len(t), STATE), np.empty(len(t))
        status = _c.lib.izh_flow_eval(
            self._handle.pointer, state("initial", initial), real("I", I), real("slope", slope),
            t.ctypes.data, len(t), states.ctypes.data, residuals.ctypes.data,
        )  # fmt: skip
        inside = (t >= 0) & (t <= self.info.step)
        if status == _c.E_INVALID and inside.any() and np.isnan(states["v"][inside]).all():
            raise InvalidError("the state or the current lies beyond what the map was trained for")
        _check_times(status)
        return states["v"], states["u"], residuals


def train(
    params: Params,
    t_end: float,
    *,
    current: Current = 0.0,
    initial: Optional[Tuple[float, float]] = None,
    t0: float = 0.0,
    tolerance: float = 0.0,
    longest: float = 0.0,
    pinn: Network = Network(),
    progress: Optional[Callable[[Progress], Optional[Stop]]] = None,
) -> Trajectory:
    """Trains a solution.

    Args:
        params: the neuron.
        t_end: end, ms; after t0.
        current: a number, pA, or pieces as rows (t, I) or (t, I, slope), or a tuple of columns.
        initial: the state (v, u) at t0. Default: as `izh.Solver`'s.
        t0: start, ms.
        tolerance: largest residual of the equation per window. 0: 1e-9.
        longest: longest window, ms. 0: 1000.
        pinn: the nets.
        progress: called after each iteration with a `Progress`; returns None, or `izh.STOP` to end
            training here, with the windows so far. What it raises ends training and comes out.

    Raises:
        ToleranceError: a window would not train.
        DivergedError: the neuron's state runs away.
        ResetError, InvalidError, OutOfMemoryError.
    """
    pieces = _arrays.current(current, real("t0", t0))
    config, pending = izh_pinn_config(), Pending()
    config.params = check_params(params)
    config.initial = state("initial", default_initial(params) if initial is None else initial)
    config.t0, config.t_end = real("t0", t0), real("t_end", t_end)
    config.segments, config.segment_count = pieces.ctypes.data, len(pieces)
    config.tolerance, config.longest = real("tolerance", tolerance), real("longest", longest)
    config.pinn = check_type("pinn", pinn, Network)._to_c()
    thunk = _thunk(PinnProgressFn, Progress, progress, pending)
    return Trajectory._train(config, thunk, pending)


def train_flow(
    params: Params,
    I_lo: float,
    I_hi: float,
    *,
    slope: float = 0.0,
    v_lo: float = 0.0,
    u_lo: float = 0.0,
    u_hi: float = 0.0,
    units: int = 0,
    points: int = 0,
    seed: int = 0,
    progress: Optional[Callable[[FlowProgress], Optional[Stop]]] = None,
) -> Flow:
    """Trains a flow map: with the defaults some seconds.

    Args:
        params: the neuron; U(v) is a line.
        I_lo: the lowest current, pA.
        I_hi: the highest, pA.
        slope: the steepest change of the current, pA/ms. 0: all of its range in 30 ms.
        v_lo: the lowest v, mV. Where v_lo, u_lo and u_hi are 0, the states are those that the
            neuron comes through under such currents.
        u_lo: the lowest u, pA.
        u_hi: the highest u, pA.
        units: hidden tanh units; even, 8 to 128. 0: 64.
        points: at which the equation is to hold; 100 to 100000. 0: 3000.
        seed: of the units' weights. 0: 1.
        progress: called after each iteration with a `FlowProgress`; returns None, or `izh.STOP` to
            end training here. What it raises ends training and comes out.

    Raises:
        UnsupportedError: there is no map of such a neuron.
        ToleranceError: it does not train: a narrower range of currents or states may.
        DivergedError, InvalidError, OutOfMemoryError.
    """
    config, pending = izh_flow_config(), Pending()
    config.params = check_params(params)
    numbers = dict(I_lo=I_lo, I_hi=I_hi, slope=slope, v_lo=v_lo, u_lo=u_lo, u_hi=u_hi)
    for name, value in numbers.items():
        setattr(config, name, real(name, value))
    config.units, config.points = integer("units", units, 32), integer("points", points, 32)
    config.seed = integer("seed", seed, 64)
    thunk = _thunk(FlowProgressFn, FlowProgress, progress, pending)
    return Flow._train(config, thunk, pending)
