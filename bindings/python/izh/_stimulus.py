"""Input over time for populations. Source: ``include/izh/stimulus.h``."""

from __future__ import annotations

import ctypes
from copy import copy
from ctypes import POINTER, c_double, c_int32, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any, List, Optional, Sequence, Tuple, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _c
from ._arrays import indices, real, reals, segments
from .errors import InvalidError


class izh_traces(ctypes.Structure):
    _fields_ = [
        ("count", c_uint32),
        ("between", c_int32),
        ("t", c_double),
        ("dt", c_double),
        ("samples", c_size_t),
        ("values", c_void_p),
        ("segments", c_void_p),
        ("lengths", c_void_p),
        ("channels", c_void_p),
        ("gains", c_void_p),
        ("conducts", c_int32),
        ("reserved", c_uint32),
        ("E", c_double),
    ]


class izh_noise(ctypes.Structure):
    _fields_ = [
        ("dt", c_double),
        ("sigma", c_double),
        ("white", c_double),
        ("ou", _c.izh_ou),
        ("seed", c_uint64),
        ("neuron", c_uint64),
    ]


_c.declare(
    [izh_traces, izh_noise],
    {
        "izh_solver_set_noise": (c_int32, (c_void_p, POINTER(izh_noise))),
        "izh_population_set_stimulus": (c_int32, (c_void_p, POINTER(izh_traces), c_size_t)),
        "izh_population_kick": (
            c_int32,
            (c_void_p, c_uint32, c_uint32, c_void_p, c_void_p, c_size_t),
        ),
    },
)

HELD, LINEAR = 0, 1


class Traces:
    """Currents or conductances over time, and which neuron of a population gets which of them.

    A neuron gets, held through each tick, the trace's mean over that tick, times the neuron's gain.
    Where a held sample covers the tick, that is the sample itself.

    Args:
        values: samples, of shape (samples,) for one trace or (traces, samples) for several; pA
            (2003 form: mV/ms), or for conductances nS. Outside its time a trace is 0. They are
            copied when a population gets the traces, and all else at once.
        dt: between samples, ms. None: the population's tick.
        t: when the first sample is, ms. None: when the population gets the traces.
        channel: of each neuron, which trace it gets: an integer or of shape (n,). None: the only
            one, or where there are n traces, each its own.
        gain: of each neuron: a number or of shape (n,).
        linear: straight lines lead from sample to sample; otherwise each is held until the next.
        E: of conductances, the reversal potential, mV. None: the traces are currents.
        pieces: instead of values, for each trace a piecewise linear current as
            `Solver.set_stimulus` takes it: rows (t, I) or (t, I, slope), t in ms; the last piece
            holds for ever.
    """

    __slots__ = ("_values", "_pieces", "_dt", "_t", "_channel", "_gain", "_linear", "_E")

    def __init__(
        self,
        values: Optional[ArrayLike] = None,
        dt: Optional[float] = None,
        *,
        t: Optional[float] = None,
        channel: Optional[ArrayLike] = None,
        gain: ArrayLike = 1.0,
        linear: bool = False,
        E: Optional[float] = None,
        pieces: Optional[Sequence[Any]] = None,
    ) -> None:
        if (values is None) == (pieces is None):
            raise TypeError("traces have either values or pieces")
        self._values = None if values is None else _table(values)
        self._pieces = [segments(x).copy() for x in pieces or ()]
        self._dt = None if dt is None else real("dt", dt)
        self._t = None if t is None else real("t", t)
        self._channel = copy(channel)
        self._gain = reals("gain", gain, None, copy=True)
        self._linear = bool(linear)
        self._E = None if E is None else real("E", E)

    def __len__(self) -> int:
        return len(self._pieces) if self._values is None else len(self._values)

    def told(self, n: int) -> Optional[Tuple[List[Any], NDArray[Any], NDArray[np.float64]]]:
        """The pieces of each trace, and each neuron's channel and gain; None for samples and for
        conductances."""
        if self._values is not None or self._E is not None:
            return None
        own = 0 if len(self) == 1 else np.arange(n)
        channel = np.broadcast_to(np.asarray(own if self._channel is None else self._channel), n)
        return self._pieces, channel, np.broadcast_to(self._gain, n)

    def struct(self, n: int, dt: float, now: float) -> Tuple[izh_traces, List[Any]]:
        """What C takes, for n neurons, and the arrays that it points to."""
        made = izh_traces(count=len(self), between=LINEAR if self._linear else HELD)
        made.t = now if self._t is None else self._t
        made.dt = dt if self._dt is None else self._dt
        made.conducts = self._E is not None
        made.E = self._E or 0.0
        keep: List[Any] = [self._values]
        if self._values is not None:
            if not self._values.size:
                raise InvalidError(f"traces must have samples, not shape {self._values.shape}")
            made.samples = self._values.shape[1]
            made.values = self._values.ctypes.data
        else:
            every = np.concatenate(self._pieces) if self._pieces else segments([])
            lengths = np.array([len(x) for x in self._pieces], np.uintp)
            made.segments, made.lengths = every.ctypes.data, lengths.ctypes.data
            keep += [every, lengths]
        if self._channel is not None:
            channels = _each("channel", indices("channel", self._channel, len(self)), n, np.uint32)
            made.channels = channels.ctypes.data
            keep.append(channels)
        gains = _each("gain", self._gain, n, np.float64)
        made.gains = gains.ctypes.data
        return made, [*keep, gains]


def _table(values: ArrayLike) -> NDArray[np.float64]:
    array = reals("the stimulus", values, np.ndim(values))
    if array.ndim not in (1, 2):
        raise InvalidError(f"traces are (samples,) or (traces, samples), not shape {array.shape}")
    return np.atleast_2d(array)


def _each(name: str, values: NDArray[Any], n: int, dtype: Any) -> NDArray[Any]:
    """A value for each neuron, from one or all."""
    if values.shape not in ((), (n,)):
        raise InvalidError(f"{name} must be a number or have {n} values, not shape {values.shape}")
    return np.ascontiguousarray(np.broadcast_to(values, n), dtype)


#: What `Population.set_stimulus` takes.
Stimulus = Union[None, ArrayLike, Traces, Sequence[Traces]]


def traces_of(values: Any) -> Optional[List[Traces]]:
    """The traces, where these are some."""
    if isinstance(values, Traces):
        return [values]
    if isinstance(values, (list, tuple)) and values and isinstance(values[0], Traces):
        if not all(isinstance(x, Traces) for x in values):
            raise TypeError("a stimulus of several traces is a sequence of izh.Traces")
        return list(values)
    return None
