"""The parameters of a neuron. Source: ``include/izh/model.h``."""

from __future__ import annotations

import ctypes
import math
import re
import warnings
from ctypes import POINTER, byref, c_char_p, c_double, c_int32, c_void_p, sizeof
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, NoReturn, Optional, Tuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _analysis, _c
from ._analysis import FI, Bifurcation, Equilibrium, Nullclines, Rheobase
from ._arrays import UNITS, real, shown
from ._html import table
from .errors import InvalidError, IzhWarning, UnsupportedError, check

# ---- the library: its structs and functions ----


class izh_conversion(ctypes.Structure):
    _fields_ = [(name, c_double) for name in "t v v_shift u u_shift I_shift".split()]


_c.declare(
    [izh_conversion],
    {
        "izh_params_2003": (_c.izh_params, (c_double,) * 4),
        "izh_params_2007": (_c.izh_params, (c_double,) * 9),
        "izh_params_check": (c_int32, (POINTER(_c.izh_params), POINTER(c_char_p))),
        "izh_params_rest": (c_int32, (POINTER(_c.izh_params), c_double, POINTER(_c.izh_state))),
        "izh_params_to_2003": (
            c_int32,
            (POINTER(_c.izh_params), POINTER(_c.izh_params), POINTER(izh_conversion)),
        ),
        "izh_params_to_2007": (
            c_int32,
            (POINTER(_c.izh_params), c_double, POINTER(_c.izh_params), POINTER(izh_conversion)),
        ),
    },
)

_NAMES = tuple(field[0] for field in _c.izh_params._fields_)
_2003 = {"a": "1/ms", "b": "1/ms", "c": "mV", "d": "mV/ms"}  # and what they are in
_2007 = {name: UNITS[name].split(" (")[0] for name in "C k vr vt vpeak a b c d".split()}
#: What one may call a parameter, in some form.
PARAM_NAMES = tuple(dict.fromkeys((*_NAMES, *_2003, *_2007)))
# What the caller of a form has written, in place of the normal form's fields.
WORDS_2003 = {"b_lo": "b", "b_hi": "b"}
WORDS_2007 = {
    **WORDS_2003, "cm": "C", "k2": "k", "k1": "-k (vr + vt)", "k0": "k vr vt", "vb": "vr",
}  # fmt: skip


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


def in_words(text: str, words: Mapping[str, str]) -> str:
    """A message with the caller's names for the normal form's fields."""
    names = "|".join(_NAMES)
    return re.sub(rf"\b(?:params\.)?({names})\b", lambda x: words.get(x[1], x[1]), text)


def _check(params: _c.izh_params, words: Mapping[str, str]) -> None:
    """Raises what a solver says of the parameters where it refuses them."""
    if _c.lib.izh_params_check(byref(params), None) != _c.OK:
        solver_config = _c.STRUCTS["izh_solver_config"]
        config = solver_config(size=sizeof(solver_config), params=params, log=_c.LOG)
        _c.lib.izh_solver_create(byref(c_void_p()), byref(config))
        raise InvalidError(in_words(_c.take_message(), words))


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
        if self.cm:  # which is 0 in what is new
            raise AttributeError("parameters do not change: replace(...) makes others")
        checked = _c.izh_params(*(real(name, value) for name, value in zip(_NAMES, values)))
        _check(checked, {})
        for name in _NAMES:
            super().__setattr__(name, getattr(checked, name))

    @classmethod
    def from_2003(cls, a: float, b: float, c: float, d: float) -> Params:
        """`params_2003`."""
        return params_2003(a, b, c, d)

    @classmethod
    def from_2007(
        cls,
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
        """`params_2007`."""
        return params_2007(C, k, vr, vt, vpeak, a, b, c, d)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        if name not in PARAM_NAMES:
            raise AttributeError(f"parameters have no {name!r}, and do not change")
        raise AttributeError(f"parameters do not change: replace({name}=...) makes others")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("parameters do not change")

    def __iter__(self) -> Iterator[float]:
        return (getattr(self, name) for name in _NAMES)

    def __repr__(self) -> str:
        name, values, _ = self._form()
        return f"{name}({', '.join(f'{field}={value!r}' for field, value in values.items())})"

    def _repr_html_(self) -> str:
        name, values, units = self._form()
        return table(
            name, [(field, f"{value:.15g}", units[field]) for field, value in values.items()]
        )

    def _form(self) -> Tuple[str, Dict[str, float], Mapping[str, str]]:
        """The function that makes exactly these, the shortest; its arguments, and their units."""
        for name, values, units in (
            ("params_2003", _values_2003(self, 0), _2003),
            ("params_2007", _values_2007(self, 0), _2007),
        ):
            if values:
                return name, values, units
        units = {name: UNITS.get(name, "").split(" (")[0] for name in _NAMES}
        return "Params", dict(zip(_NAMES, self)), units

    @property
    def unit(self) -> str:
        """What u and currents are in: "mV/ms" for v' = 0.04 v^2 + ... - u + I, as in the papers of
        2003 and 2004; else "pA"."""
        return "mV/ms" if (self.cm, self.k2) == (1, 0.04) else "pA"

    def as_2003(self) -> Dict[str, float]:
        """The arguments of `params_2003` that give this neuron, by name: a, b, c, d.

        Raises:
            UnsupportedError: there are none. `to_2003` changes units, and may find some.
        """
        values = _values_2003(self, _ROUNDING)
        if not values:
            raise UnsupportedError("this neuron is not of the 2003 form: to_2003() may convert it")
        return values

    def as_2007(self) -> Dict[str, float]:
        """The arguments of `params_2007` that give this neuron, by name: C, k, vr, vt, vpeak, a, b,
        c, d. Those it was made of, where they have at most 15 digits; else equal to rounding.

        Raises:
            UnsupportedError: there are none. `to_2007` changes units, and may find some.
        """
        values = _values_2007(self, _ROUNDING)
        if not values:
            raise UnsupportedError("this neuron is not of the 2007 form: to_2007(C) may convert it")
        return values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Params) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __reduce__(self) -> Tuple[Any, Tuple[float, ...]]:
        return Params, tuple(self)

    def replace(self, **fields: float) -> Params:
        """The same with some fields changed: ``params.replace(d=4)``.

        The fields are those of `Params`; of a neuron of the 2007 form C, k, vr and vt, too; and b,
        where U(v) is a line.

        Raises:
            UnsupportedError: C, k, vr or vt of a neuron that is not of the 2007 form.
        """
        given = set(fields)
        unknown = given - set(PARAM_NAMES)
        if "b" in fields and (self.b_lo, self.b3) != (self.b_hi, 0):
            raise TypeError("parameters have no b: b is b_lo and b_hi, which differ here")
        if unknown:
            raise TypeError(f"parameters have no {', '.join(sorted(unknown))}")
        if given & {"C", "k", "vr", "vt"}:
            own = self.as_2007()
            own.update({name: fields.pop(name) for name in own if name in fields})
            return params_2007(**own).replace(**fields)
        if "b" in fields:
            fields["b_lo"] = fields["b_hi"] = real("b", fields.pop("b"))
        changed = {**dict(zip(_NAMES, self)), **fields}
        checked = _c.izh_params(*(real(name, value) for name, value in changed.items()))
        return of_c(checked, WORDS_2003 if "b" in given else {})

    def U(self, v: float) -> float:
        """What u is drawn to at v, pA (where r is 1)."""
        x = real("v", v) - self.vb
        return self.b_lo * x if x < 0 else self.b_hi * x + self.b3 * x * x * x

    def rest(self, I: float = 0.0) -> Optional[State]:
        """Where the neuron rests under a constant current, pA (2003 form: the model's own unit).

        The stable equilibrium below the peak, that of the lowest v if there are several; None
        where there is none, as when the neuron fires without end.
        """
        rest, current = _c.izh_state(), real("I", I)
        status = _c.lib.izh_params_rest(byref(self), current, byref(rest))
        if status == _c.E_INVALID:
            raise InvalidError(f"I = {current!r} must be finite")
        check(status)
        return None if status == _c.NO_REST else State(rest.v, rest.u)

    # ---- analysis ----

    def rates(self, v: float, u: float, I: float = 0.0) -> Tuple[float, float]:
        """v', mV/ms, and u', pA/ms, at a state under a current."""
        return _analysis.rates(self, real("v", v), real("u", u), real("I", I))

    def jacobian(self, v: float) -> NDArray[np.float64]:
        """How the rates change with the state, shape (2, 2): [[dv'/dv, dv'/du], [du'/dv, du'/du]].

        They do not depend on u. At vb it is that of the piece of U from vb on.
        """
        return _analysis.jacobian(self, real("v", v))

    def nullclines(self, I: float = 0.0) -> Nullclines:
        """Where v' = 0 and where u' = 0 under a constant current, as formulas and functions of v."""
        return _analysis.nullclines(self, real("I", I))

    def equilibria(self, I: float = 0.0) -> List[Equilibrium]:
        """All states in which the neuron stands still under a constant current, by ascending v."""
        return _analysis.equilibria(self, real("I", I))

    def bifurcations(self) -> List[Bifurcation]:
        """All currents at which equilibria come, go or change their stability, ascending."""
        return _analysis.bifurcations(self)

    def rest_ends(self) -> Optional[Tuple[float, str]]:
        """The current above which the neuron has no stable rest, and how it ceases: "saddle-node",
        "hopf", or "peak" where it reaches the peak of the spike.

        A neuron without a leak (r = 0) rests under any current: (inf, ""). None for one that rests
        under none.
        """
        return _analysis.rest_ends(self)

    @property
    def excitability(self) -> Optional[int]:
        """1 where rest ends in a saddle-node, 2 where it ends in a Hopf bifurcation, else None."""
        return {"saddle-node": 1, "hopf": 2}.get((self.rest_ends() or (0, ""))[1])

    def rheobase(self, duration: float, shape: str = "step", tolerance: float = 0.0) -> float:
        """The least current, pA, that makes the neuron fire from its rest at 0 pA.

        A spike counts if it comes before the neuron is back at rest, also after the stimulus.

        Args:
            duration: ms; math.inf: where rest ends, for the neuron may wait for ever.
            shape: "step", held for the duration, or "ramp", from 0 to the current that is returned.
            tolerance: how narrow, as a share of the current. 0: 1e-9.

        Returns:
            The upper end of the bracket, at which it fires; infinite where no current makes it
            fire; NaN where it does not rest at 0 pA. `rheobase_bracket` has more.
        """
        bracket = _analysis.rheobase(self, duration, shape, tolerance)
        return math.nan if bracket is None else bracket.I

    def rheobase_bracket(
        self, duration: float, shape: str = "step", tolerance: float = 0.0
    ) -> Optional[Rheobase]:
        """As `rheobase`: a current at which the neuron fires and one at which it does not, when it
        fires, and whether both are certain. None where it does not rest at 0 pA."""
        return _analysis.rheobase(self, duration, shape, tolerance)

    def f_i(self, I: ArrayLike, duration: float = 1000.0, **options: Any) -> FI:
        """An f-I curve: how the neuron fires under each of many constant currents.

        It begins at its rest without current, or without such a rest at its reset, (c, U(c)).

        Args:
            I: shape (n,), pA (2003 form: the model's own unit).
            duration: how long it fires under each, ms.
            options: of the `Population` that does it, such as method, dt and threads.

        Returns:
            Arrays of shape (n,): spikes, and the first, the steady and the last interval, ms.
        """
        from ._population import plain_config  # which needs this module

        return _analysis.f_i(self, I, duration, plain_config(options))

    def to_2007(self, C: float) -> Tuple[Params, Conversion]:
        """The same neuron in the 2007 form with a capacitance C, pF, and how its units change."""
        return self._convert("izh_params_to_2007", real("C", C))

    def to_2003(self) -> Tuple[Params, Conversion]:
        """The same neuron in the 2003 form, and how its units change.

        Raises:
            UnsupportedError: four numbers cannot say this neuron.
        """
        return self._convert("izh_params_to_2003")

    def _convert(self, name: str, *arguments: float) -> Tuple[Params, Conversion]:
        converted, units = _c.izh_params(), izh_conversion()
        check(getattr(_c.lib, name)(byref(self), *arguments, byref(converted), byref(units)))
        return of_c(converted), Conversion(*(getattr(units, field[0]) for field in units._fields_))


def of_c(params: _c.izh_params, words: Mapping[str, str] = {}) -> Params:
    """From the library's own."""
    _check(params, words)
    return Params(*(getattr(params, name) for name in _NAMES))


# ---- forms ----

_ROUNDING = 1e-12


def _is_close(params: Params, other: _c.izh_params, tolerance: float) -> bool:
    pairs = ((x, getattr(other, name)) for name, x in zip(_NAMES, params))
    return all(x == y or abs(x - y) <= tolerance * max(abs(x), abs(y)) < math.inf for x, y in pairs)


def _values_2003(p: Params, tolerance: float) -> Dict[str, float]:
    """What gives the parameters, so closely; none where nothing does."""
    values = dict(a=p.a, b=p.b_lo, c=p.c, d=p.d)
    made = _c.lib.izh_params_2003(*values.values())
    return values if _is_close(p, made, tolerance) else {}


def _values_2007(p: Params, tolerance: float) -> Dict[str, float]:
    """The same. The threshold is in k1 and k0 only, which are rounded: it is the decimal number of
    the fewest digits that gives them, or one of the doubles near by."""
    if not p.k2:
        return {}
    vt = -p.k1 / p.k2 - p.vb
    tries = [round(vt, digits) for digits in range(1, 16)] if math.isfinite(vt) else []
    near = [vt + n * math.ulp(vt) for n in range(-8, 9)]
    rest = dict(vpeak=p.vpeak, a=p.a, b=p.b_lo, c=p.c, d=p.d)
    for most in (0, tolerance):
        for x in (*tries, *near):
            values = dict(C=p.cm, k=p.k2, vr=p.vb, vt=x, **rest)
            if _is_close(p, _c.lib.izh_params_2007(*values.values()), most):
                return values
    return {}


def warn_of(name: str, wrong: str, stacklevel: int) -> None:
    """That a neuron is not what it seems, to who called `name`, so many calls up."""
    warnings.warn(f"{name}: {wrong}", IzhWarning, stacklevel + 1)


def fault_2007(k: Any, vr: Any, vt: Any) -> str:
    """What is suspicious, if anything is: of numbers, or of arrays' smallest difference."""
    if k <= 0:
        return f"k = {k:.15g} is not positive: v has no upstroke of a spike"
    if vr > vt:
        return f"vr = {vr:.15g} is above vt = {vt:.15g}: the neuron rests at vt"
    return ""


def runs_away(params: Params) -> str:
    """Whether u grows without end, in words. With a < 0 it does unless the neuron holds it."""
    if params.a >= 0 or params.rest() is not None:
        return ""
    return f"a = {params.a:.15g} is negative, and there is no rest: u may grow without end"


def check_params(params: object) -> Params:
    """The same, if they are Params."""
    if isinstance(params, Params):
        return params
    preset = f"izh.presets[{shown(params)!r}]" if isinstance(params, str) else "preset"
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
    values = [real(name, x, _2003[name]) for name, x in zip(_2003, (a, b, c, d))]
    params = of_c(_c.lib.izh_params_2003(*values), WORDS_2003)
    wrong = runs_away(params)
    if wrong:
        warn_of("params_2003", wrong, 2)
    return params


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
    given = zip(_2007, (C, k, vr, vt, vpeak, a, b, c, d))
    values = {name: real(name, x, _2007[name]) for name, x in given}
    params = of_c(_c.lib.izh_params_2007(*values.values()), WORDS_2007)
    wrong = fault_2007(values["k"], values["vr"], values["vt"]) or runs_away(params)
    if wrong:
        warn_of("params_2007", wrong, 2)
    return params
