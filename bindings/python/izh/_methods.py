"""The methods, by name. Source: ``include/izh/solver.h``."""

from __future__ import annotations

from ctypes import POINTER, byref, c_char_p, c_int32
from types import MappingProxyType
from typing import Dict, Mapping

from . import _c
from ._arrays import shown
from .errors import InvalidError

# ---- the library: its structs and functions ----

_c.declare(
    [],
    {
        "izh_has": (c_int32, (c_char_p,)),
        "izh_method_find": (c_int32, (c_char_p, POINTER(c_int32))),
        "izh_method_name": (c_char_p, (c_int32,)),
        "izh_isa_supported": (c_int32, (c_int32,)),
    },
)


def _all() -> Dict[str, int]:
    names: Dict[str, int] = {}
    while True:
        name = _c.lib.izh_method_name(len(names) + 1)
        if name is None:
            return names
        names[name.decode()] = len(names) + 1


#: The methods of this library: their numbers by their names, such as "taylor", the default of
#: `Solver`, and "midpoint", that of `Population`. docs/choosing-a-method.md helps to choose.
methods: Mapping[str, int] = MappingProxyType(_all())

#: The instruction sets that this machine and this build of the library have, for `Population`.
isas = tuple(name for name, isa in _c.ISAS.items() if isa and _c.lib.izh_isa_supported(isa))


def has(feature: str) -> bool:
    """Whether the library has something, on this machine: a method or an instruction set by its
    name, "populations", "float32", "threads", "presets" or "flow-maps".

    A name that this library does not know is False.

    Raises:
        TypeError: `feature` is no string.
    """
    if not isinstance(feature, str):
        raise TypeError(f"feature must be a string, not {type(feature).__name__}")
    return "\0" not in feature and bool(_c.lib.izh_has(feature.encode("utf-8", "replace")))


def find_method(name: object) -> int:
    """A method's number.

    Raises:
        InvalidError: a ValueError; there is no such method.
        TypeError: `name` is no string.
    """
    if not isinstance(name, str):
        raise TypeError(f"method must be a string, not {type(name).__name__}")
    number = c_int32()
    if "\0" in name or _c.lib.izh_method_find(name.encode(), byref(number)) != _c.OK:
        raise InvalidError(f"method = {shown(name)!r} is none of {', '.join(methods)}")
    return number.value

