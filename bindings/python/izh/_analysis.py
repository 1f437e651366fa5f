"""What a neuron does, from its equations. Source: ``include/izh/analysis.h``.

Users have these as methods of `izh.Params`.
"""

from __future__ import annotations

import ctypes
import math
from ctypes import POINTER, byref, c_double, c_int32, c_size_t, c_uint32, c_void_p
from typing import Any, List, NamedTuple, Optional, Tuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _c
from ._arrays import dtype_of, choice, real, reals
from .errors import InvalidError, check

# ---- the library: its structs and functions ----


class izh_matrix(ctypes.Structure):
    _fields_ = [(name, c_double) for name in "vv vu uv uu".split()]


class izh_nullclines(ctypes.Structure):
    _fields_ = [
        *((name, c_double) for name in "v0 v1 v2 vb u_lo u_hi u3".split()),
        ("line", c_double * 2),
    ]


class izh_equilibrium(ctypes.Structure):
    _fields_ = [
        ("state", _c.izh_state),
        ("re", c_double * 2),
        ("im", c_double * 2),
        ("kind", c_int32),
        ("beyond_peak", c_int32),
    ]


class izh_bifurcation(ctypes.Structure):
    _fields_ = [
        ("I", c_double),
        ("state", _c.izh_state),
        ("kind", c_int32),
        ("ends_rest", c_int32),
    ]


class izh_rheobase(ctypes.Structure):
    _fields_ = [
        *((name, c_double) for name in "I below t error_bound".split()),
        ("certified", c_int32),
        ("runs", c_uint32),
    ]


class izh_f_i(ctypes.Structure):
    _fields_ = [
        *((name, c_double) for name in "first steady last".split()),
        ("spikes", c_uint32),
        ("trouble", c_int32),
    ]


_PARAMS = POINTER(_c.izh_params)
_EQUILIBRIA_MAX, _BIFURCATIONS_MAX = 5, 10
_KINDS = (
    "", "stable node", "stable focus", "unstable node", "unstable focus", "saddle", "fold",
    "centre", "kink", "degenerate",
)  # fmt: skip
_BIFURCATIONS = ("", "saddle-node", "hopf", "peak")
_SHAPES = {"step": 0, "ramp": 1}
_F_I = dtype_of(izh_f_i)

_c.declare(
    [izh_matrix, izh_nullclines, izh_equilibrium, izh_bifurcation, izh_rheobase, izh_f_i],
    {
        "izh_params_rates": (c_int32, (_PARAMS, _c.izh_state, c_double, POINTER(_c.izh_state))),
        "izh_params_jacobian": (c_int32, (_PARAMS, _c.izh_state, POINTER(izh_matrix))),
        "izh_params_nullclines": (c_int32, (_PARAMS, c_double, POINTER(izh_nullclines))),
        "izh_params_equilibria": (
            c_int32,
            (_PARAMS, c_double, POINTER(izh_equilibrium), POINTER(c_size_t)),
        ),
        "izh_params_bifurcations": (
            c_int32,
            (_PARAMS, POINTER(izh_bifurcation), POINTER(c_size_t)),
        ),
        "izh_params_rest_ends": (c_int32, (_PARAMS, POINTER(izh_bifurcation))),
        "izh_params_rheobase": (
            c_int32,
            (_PARAMS, c_int32, c_double, c_double, POINTER(izh_rheobase)),
        ),
        "izh_params_f_i": (
            c_int32,
            (_PARAMS, c_void_p, c_size_t, c_double, c_void_p, c_void_p),
        ),
    },
)


class Equilibrium(NamedTuple):
    """A state in which the neuron stands still."""

    v: float  #: mV
    u: float  #: pA (2003 form: mV/ms)
    #: of the Jacobian, 1/ms, by ascending real part; of a pair the one with the negative imaginary
    #: part first
    eigenvalues: Tuple[complex, complex]
    #: "stable node", "stable focus", "unstable node", "unstable focus", "saddle"; "fold" where two
    #: meet; "centre" at a Hopf bifurcation; "kink" where the two pieces of U disagree; "degenerate"
    kind: str
    below_peak: bool  #: whether the neuron can get there

    @property
    def stable(self) -> bool:
        """Whether the neuron comes back to it from nearby."""
        return self.kind.startswith("stable")


class Bifurcation(NamedTuple):
    """A current at which equilibria come, go or change their stability."""

    I: float  #: pA (2003 form: the model's own unit)
    v: float  #: mV
    u: float  #: pA
    kind: str  #: "saddle-node", "hopf", or "peak" where a stable one reaches the peak
    ends_rest: bool  #: whether a stable equilibrium below the peak ceases there as I grows


class Nullclines(NamedTuple):
    """Where v' = 0 and where u' = 0, as formulas."""

    v0: float  #: v' = 0 where u = v0 + v1 v + v2 v^2; pA
    v1: float  #: pA/mV
    v2: float  #: pA/mV^2
    vb: float  #: where the other changes its formula, mV
    u_lo: float  #: u' = 0 where u = u_lo (v - vb) for v < vb, pA/mV
    u_hi: float  #: and u = u_hi (v - vb) + u3 (v - vb)^3 from there on, pA/mV
    u3: float  #: pA/mV^3
    lines: Tuple[float, ...]  #: where r = 0, in place of that: u' = 0 at these v, mV

    def v(self, v: ArrayLike) -> NDArray[np.float64]:
        """The u at which v' = 0, pA."""
        x = np.asarray(v, float)
        return np.asarray(self.v0 + self.v1 * x + self.v2 * x * x)

    def u(self, v: ArrayLike) -> NDArray[np.float64]:
        """The u at which u' = 0, pA; NaN where r = 0."""
        z = np.asarray(v, float) - self.vb
        return np.asarray(np.where(z < 0, self.u_lo * z, self.u_hi * z + self.u3 * z * z * z))


class Rheobase(NamedTuple):
    """The least current that makes a neuron fire, as two currents between which it lies."""

    I: float  #: it fires at this current, pA; infinite: at none
    below: float  #: it does not fire at this one
    t: float  #: when it fires at I, ms from the start of the stimulus
    error_bound: float  #: how far t may be from the exact solution's, ms
    #: whether both are shown, by runs whose bounds of their own errors leave no doubt
    certified: bool


class FI(NamedTuple):
    """How a neuron fires under each of many currents. Intervals are in ms: the rate in 1/s is 1000
    over one. They are NaN where there are too few spikes, or the neuron's run ended."""

    I: NDArray[np.float64]  #: the currents, pA
    spikes: NDArray[np.uint32]  #: how many there were
    first: NDArray[np.float64]  #: the first interval
    steady: NDArray[np.float64]  #: the mean interval in the second half of the time
    last: NDArray[np.float64]  #: the last interval


def _checked(status: int, I: float) -> None:
    if status == _c.E_INVALID:
        raise InvalidError(f"I = {I!r} must be finite")
    check(status)


def jacobian(params: Any, v: float) -> NDArray[np.float64]:
    j = izh_matrix()
    status = _c.lib.izh_params_jacobian(byref(params), _c.izh_state(v, 0), byref(j))
    if status == _c.E_INVALID:
        raise InvalidError(f"v = {v!r} must be finite")
    return np.array([[j.vv, j.vu], [j.uv, j.uu]])


def rates(params: Any, v: float, u: float, I: float) -> Tuple[float, float]:
    f = _c.izh_state()
    status = _c.lib.izh_params_rates(byref(params), _c.izh_state(v, u), I, byref(f))
    if status == _c.E_INVALID:
        raise InvalidError(f"v = {v!r}, u = {u!r}, I = {I!r} must be finite")
    return f.v, f.u


def nullclines(params: Any, I: float) -> Nullclines:
    n = izh_nullclines()
    _checked(_c.lib.izh_params_nullclines(byref(params), I, byref(n)), I)
    lines = tuple(x for x in n.line if not math.isnan(x))
    return Nullclines(n.v0, n.v1, n.v2, n.vb, n.u_lo, n.u_hi, n.u3, lines)


def equilibria(params: Any, I: float) -> List[Equilibrium]:
    found, count = (izh_equilibrium * _EQUILIBRIA_MAX)(), c_size_t()
    _checked(_c.lib.izh_params_equilibria(byref(params), I, found, byref(count)), I)
    return [
        Equilibrium(
            e.state.v,
            e.state.u,
            (complex(e.re[0], e.im[0]), complex(e.re[1], e.im[1])),
            _KINDS[e.kind],
            not e.beyond_peak,
        )
        for e in found[: count.value]
    ]


def bifurcations(params: Any) -> List[Bifurcation]:
    found, count = (izh_bifurcation * _BIFURCATIONS_MAX)(), c_size_t()
    check(_c.lib.izh_params_bifurcations(byref(params), found, byref(count)))
    return [
        Bifurcation(b.I, b.state.v, b.state.u, _BIFURCATIONS[b.kind], bool(b.ends_rest))
        for b in found[: count.value]
    ]


def rest_ends(params: Any) -> Optional[Tuple[float, str]]:
    end = izh_bifurcation()
    status = _c.lib.izh_params_rest_ends(byref(params), byref(end))
    check(status)
    return None if status == _c.NO_REST else (end.I, _BIFURCATIONS[end.kind])


def rheobase(params: Any, duration: float, shape: str, tolerance: float) -> Optional[Rheobase]:
    r = izh_rheobase()
    length, least = real("duration", duration), real("tolerance", tolerance)
    form = choice("shape", shape, _SHAPES)
    if not length > 0:
        raise InvalidError(f"duration = {length!r} must be positive")
    if not 0 <= least < math.inf:
        raise InvalidError(f"tolerance = {least!r} must be finite and not negative")
    status = _c.lib.izh_params_rheobase(byref(params), form, length, least, byref(r))
    check(status)
    if status == _c.NO_REST:
        return None
    return Rheobase(r.I, r.below, r.t, r.error_bound, bool(r.certified))


def f_i(params: Any, currents: ArrayLike, duration: float, config: Any) -> FI:
    I, length = reals("I", currents, copy=True), real("duration", duration)
    points = np.zeros(len(I), _F_I)
    check(
        _c.lib.izh_params_f_i(
            byref(params), I.ctypes.data, len(I), length, byref(config), points.ctypes.data
        )
    )
    columns = (np.ascontiguousarray(points[name]) for name in FI._fields[1:])
    return FI(I, *columns)
