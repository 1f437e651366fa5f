"""The parameters of a neuron. Source: ``include/izh/model.h``."""

from __future__ import annotations

from ctypes import byref, c_void_p, sizeof
from typing import Any, Iterator, NamedTuple, NoReturn, Optional, Tuple

from . import _c
from ._arrays import real
from .errors import InvalidError, UnsupportedError, check

_NAMES = tuple(name for name, _ in _c.izh_params._fields_)


class State(NamedTuple):
    """The state of a neuron."""

    v: float  #: membrane potential, mV
    u: float  #: recovery variable, pA (mV/ms in the 2003 form)


class Conversion(NamedTuple):
    """How a neuron's quantities change with its form::

        t_new = t t_old                 u_new = u u_old + u_shift
        v_new = v v_old + v_shift       I_new = u I_old + I_shift
    """

    t: float
    v: float
    v_shift: float
    u: float
    u_shift: float
    I_shift: float


def _fault(params: _c.izh_params) -> str:
    """What a solver says of the parameters, which it refuses."""
    config = _c.izh_solver_config(size=sizeof(_c.izh_solver_config), params=params, log=_c.LOG)
    _c.lib.izh_solver_create(byref(c_void_p()), byref(config))
    return _c.take_message()


class Params(_c.izh_params):
    """The parameters of one neuron, in the normal form::

        cm v' = k2 v^2 + k1 v + k0 - u + I(t)
           u' = a (U(v) - r u)
         U(v) = b_lo (v - vb)                        for v <  vb
                b_hi (v - vb) + b3 (v - vb)^3        for v >= vb

    and a spike when v reaches vpeak + vpeak_u u: v becomes c + c_u u, and u becomes
    min(u + d, u_max). Units: mV, ms, pA, pF; in the 2003 form cm is 1 and u and I are in mV/ms.

    They are valid, and do not change: `replace` makes others. Make them by `params_2003`,
    `params_2007` or from `presets`. ``tuple(params)`` are the 16 numbers.

    Raises:
        InvalidError: a ValueError; names the field that is not valid.
        TypeError: something is no number.

    Sources: E. M. Izhikevich, IEEE Trans. Neural Networks 14 (2003); E. M. Izhikevich, Dynamical
    Systems in Neuroscience, MIT Press (2007), chapter 8.
    """

    cm: float  #: membrane capacitance, pF; > 0
    k2: float  #: coefficient of v^2, pA/mV^2
    k1: float  #: coefficient of v, pA/mV
    k0: float  #: constant term, pA
    a: float  #: rate of recovery, 1/ms
    r: float  #: leak of u in units of a; 1, or 0 for accommodation
    b_lo: float  #: slope of U below vb, pA/mV
    b_hi: float  #: slope of U from vb on, pA/mV
    b3: float  #: cubic coefficient of U from vb on, pA/mV^3
    vb: float  #: where U is zero and changes its branch, mV
    vpeak: float  #: peak of the spike, mV
    vpeak_u: float  #: how the peak depends on u, mV/pA
    c: float  #: v after the reset, mV
    c_u: float  #: how the reset depends on u, mV/pA
    d: float  #: jump of u at the spike, pA
    u_max: float  #: largest u after a reset, pA; infinity for none

    def __init__(
        self,
        cm: float,
        k2: float,
        k1: float,
        k0: float,
        a: float,
        r: float,
        b_lo: float,
        b_hi: float,
        b3: float,
        vb: float,
        vpeak: float,
        vpeak_u: float,
        c: float,
        c_u: float,
        d: float,
        u_max: float = float("inf"),
    ) -> None:
        values = (cm, k2, k1, k0, a, r, b_lo, b_hi, b3, vb, vpeak, vpeak_u, c, c_u, d, u_max)
        for name, value in zip(_NAMES, values):
            super().__setattr__(name, real(name, value))
        if _c.lib.izh_params_check(byref(self), None) != _c.OK:
            raise InvalidError(_fault(self))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"parameters do not change: replace({name}=...) makes others")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("parameters do not change")

    def __iter__(self) -> Iterator[float]:
        return (getattr(self, name) for name in _NAMES)

    def __repr__(self) -> str:
        return f"Params({', '.join(f'{name}={getattr(self, name)!r}' for name in _NAMES)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Params) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __reduce__(self) -> Tuple[Any, Tuple[float, ...]]:
        return Params, tuple(self)

    def replace(self, **fields: float) -> Params:
        """The same with some fields changed: ``params.replace(d=4)``."""
        unknown = set(fields) - set(_NAMES)
        if unknown:
            hint = ": b is b_lo and b_hi" if "b" in unknown else ""
            raise TypeError(f"parameters have no {', '.join(sorted(unknown))}{hint}")
        return Params(**{**dict(zip(_NAMES, self)), **fields})

    def U(self, v: float) -> float:
        """What u is drawn to at v, pA (where r is 1)."""
        x = real("v", v) - self.vb
        return self.b_lo * x if x < 0 else self.b_hi * x + self.b3 * x * x * x

    def rest(self, I: float = 0.0) -> Optional[State]:
        """Where the neuron rests under a constant current, pA (2003 form: the model's own unit).

        The stable equilibrium below the peak, that of the lowest v if there are several; None
        where there is none, as when the neuron fires without end.
        """
        rest = _c.izh_state()
        status = _c.lib.izh_params_rest(byref(self), real("I", I), byref(rest))
        if status == _c.E_INVALID:
            raise InvalidError(f"I = {I!r}")
        check(status)
        return None if status == _c.NO_REST else State(rest.v, rest.u)

    def to_2007(self, C: float) -> Tuple[Params, Conversion]:
        """The same neuron in the 2007 form with a capacitance C, pF, and how its units change.

        Raises:
            UnsupportedError: this libizh cannot do that.
        """
        return self._convert("izh_params_to_2007", real("C", C))

    def to_2003(self) -> Tuple[Params, Conversion]:
        """The same neuron in the 2003 form, and how its units change.

        Raises:
            UnsupportedError: four numbers cannot say this neuron, or this libizh cannot do that.
        """
        return self._convert("izh_params_to_2003")

    def _convert(self, name: str, *arguments: float) -> Tuple[Params, Conversion]:
        if not _c.has(name):
            raise UnsupportedError(f"this libizh has no {name}")
        converted, units = _c.izh_params(), _c.izh_conversion()
        check(getattr(_c.lib, name)(byref(self), *arguments, byref(converted), byref(units)))
        return of_c(converted), Conversion(*(getattr(units, x) for x, _ in units._fields_))


def of_c(params: _c.izh_params) -> Params:
    """From the library's own."""
    return Params(*(getattr(params, name) for name in _NAMES))


def check_params(params: object) -> Params:
    """The same, if they are Params."""
    if isinstance(params, Params):
        return params
    preset = f"izh.presets[{params!r}]" if isinstance(params, str) else "preset"
    is_preset = isinstance(params, str) or hasattr(params, "params")
    hint = f": for a preset, {preset}.solver() or {preset}.params" if is_preset else ""
    raise TypeError(f"params must be izh.Params, not {type(params).__name__}{hint}")


def default_initial(params: Params) -> Tuple[float, float]:
    """Where a neuron begins that is given no state: at rest without current, else at its reset."""
    return params.rest() or (params.c, params.U(params.c))


def params_2003(a: float, b: float, c: float, d: float) -> Params:
    """The 2003 form: v' = 0.04 v^2 + 5 v + 140 - u + I, u' = a (b v - u), peak 30 mV.

    Args:
        a: rate of recovery, 1/ms.
        b: sensitivity of u to v.
        c: v after a spike, mV.
        d: jump of u at a spike.

    Raises:
        InvalidError: a ValueError; names the field that is not valid.
        TypeError: something is no number.

    Source: E. M. Izhikevich, Simple model of spiking neurons, IEEE Trans. Neural Networks 14
    (2003).
    """
    values = [real(name, x) for name, x in zip("abcd", (a, b, c, d))]
    return of_c(_c.lib.izh_params_2003(*values))


def params_2007(
    C: float,
    k: float,
    vr: float,
    vt: float,
    vpeak: float,
    a: float,
    b: float,
    c: float,
    d: float,
) -> Params:
    """The 2007 form: C v' = k (v - vr)(v - vt) - u + I, u' = a (b (v - vr) - u).

    Args:
        C: capacitance, pF.
        k: gain, pA/mV^2.
        vr: resting potential, mV.
        vt: instantaneous threshold, mV.
        vpeak: peak of the spike, mV.
        a: rate of recovery, 1/ms.
        b: sensitivity of u to v, pA/mV.
        c: v after a spike, mV.
        d: jump of u at a spike, pA.

    Raises:
        InvalidError: a ValueError; names the field that is not valid.
        TypeError: something is no number.

    Source: E. M. Izhikevich, Dynamical Systems in Neuroscience, MIT Press (2007), chapter 8.
    """
    names = ("C", "k", "vr", "vt", "vpeak", "a", "b", "c", "d")
    values = [real(name, x) for name, x in zip(names, (C, k, vr, vt, vpeak, a, b, c, d))]
    return of_c(_c.lib.izh_params_2007(*values))
