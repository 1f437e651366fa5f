"""With respect to what a solver finds derivatives. Source: ``include/izh/solver.h``."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_double, c_int32, c_uint32
from typing import Any, Dict, Mapping, Sequence, Tuple, Union

from . import _c
from ._arrays import integer, real, shown
from ._params import PARAM_NAMES, Params
from .errors import InvalidError


class izh_gradient(ctypes.Structure):
    _fields_ = [
        ("params", _c.izh_params),
        ("initial", _c.izh_state),
        ("of_segment", c_int32),
        ("segment", c_uint32),
    ]


_c.declare(
    [izh_gradient],
    {
        "izh_params_2003_jacobian": (None, (*(c_double,) * 4, POINTER(_c.izh_params))),
        "izh_params_2007_jacobian": (None, (*(c_double,) * 9, POINTER(_c.izh_params))),
    },
)

#: The name of a parameter or of a part of the initial state; the part of a segment of the stimulus
#: and its index; or how fast several of the named change together, by name.
Gradient = Union[str, Tuple[str, int], Mapping[str, float]]

_FIELDS = tuple(field[0] for field in _c.izh_params._fields_)
_SEGMENT = {"I": 1, "slope": 2, "t": 3, "g": 4, "E": 5}


def _rates(params: Params, name: str) -> Dict[str, float]:
    """How the fields of the normal form change with a parameter of some form."""
    if name in _FIELDS:
        return {name: 1.0}
    if name == "C":
        return {"cm": 1.0}
    if name == "b":
        if (params.b_lo, params.b3) != (params.b_hi, 0):
            raise InvalidError("gradients: b is b_lo and b_hi, which differ here: name one of them")
        jacobian = (_c.izh_params * 4)()
        _c.lib.izh_params_2003_jacobian(params.a, params.b_lo, params.c, params.d, jacobian)
        return _nonzero(jacobian[1])
    values = params.as_2007()
    jacobian = (_c.izh_params * 9)()
    _c.lib.izh_params_2007_jacobian(*values.values(), jacobian)
    return _nonzero(jacobian[list(values).index(name)])


def _nonzero(direction: Any) -> Dict[str, float]:
    return {name: getattr(direction, name) for name in _FIELDS if getattr(direction, name)}


def _add(gradient: Any, params: Params, name: object, rate: float) -> None:
    if name in ("v0", "u0"):
        part = str(name)[0]
        setattr(gradient.initial, part, getattr(gradient.initial, part) + rate)
        return
    if name not in PARAM_NAMES:
        names = ", ".join((*PARAM_NAMES, "v0", "u0"))
        parts = ", ".join(f"({part!r}, i)" for part in _SEGMENT)
        raise InvalidError(f"gradients: {shown(name)!r} is none of {names}; {parts}")
    for field, x in _rates(params, str(name)).items():
        setattr(gradient.params, field, getattr(gradient.params, field) + rate * x)


def _direction(params: Params, of: Gradient) -> Any:
    gradient = izh_gradient()
    if isinstance(of, str):
        _add(gradient, params, of, 1.0)
    elif isinstance(of, Mapping):
        for name, rate in of.items():
            _add(gradient, params, name, real(f"gradients: {name}", rate))
    elif isinstance(of, (tuple, list)) and len(of) == 2 and of[0] in _SEGMENT:
        gradient.of_segment = _SEGMENT[of[0]]
        gradient.segment = integer(f"gradients: {of[0]}", of[1], 32)
    else:
        raise TypeError(
            f"gradients: {shown(of)!r} is no name, no pair such as ('I', 0), and no mapping of names"
        )
    return gradient


def directions(params: Params, gradients: Sequence[Gradient]) -> Any:
    """An array of C's izh_gradient."""
    if isinstance(gradients, (str, Mapping)):
        raise TypeError(f"gradients is a list, such as [{shown(gradients)!r}]")
    made = [_direction(params, of) for of in gradients]
    return (izh_gradient * len(made))(*made)
