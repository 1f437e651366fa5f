"""Quantities with units, as NeuroML's core has them. Powers of ten are moved in decimal, so that a
number is the double nearest to what stands there, whatever its unit."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Dict, Optional, Tuple

from ._xml import Node

#: What each unit is one of, and its power of ten in SI.
UNITS: Dict[str, Tuple[str, int]] = {
    "s": ("time", 0), "ms": ("time", -3), "us": ("time", -6),
    "per_s": ("per_time", 0), "Hz": ("per_time", 0), "per_ms": ("per_time", 3),
    "V": ("voltage", 0), "mV": ("voltage", -3),
    "S": ("conductance", 0), "mS": ("conductance", -3), "uS": ("conductance", -6),
    "nS": ("conductance", -9), "pS": ("conductance", -12),
    "F": ("capacitance", 0), "uF": ("capacitance", -6), "nF": ("capacitance", -9),
    "pF": ("capacitance", -12),
    "A": ("current", 0), "uA": ("current", -6), "nA": ("current", -9), "pA": ("current", -12),
    "S_per_V": ("conductance_per_voltage", 0), "nS_per_mV": ("conductance_per_voltage", -6),
}  # fmt: skip
#: And the one that libizh counts in.
OURS = {
    "time": "ms", "per_time": "per_ms", "voltage": "mV", "conductance": "nS",
    "capacitance": "pF", "current": "pA", "conductance_per_voltage": "nS_per_mV",
}  # fmt: skip

_QUANTITY = re.compile(
    r"([-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,4})?)(?:\s*([A-Za-z]\w*))?",
    re.ASCII,
)
_MOST_DIGITS = 400


def _double(node: Node, name: str, text: str, number: str, power: int) -> float:
    """The double nearest to a decimal number times a power of ten."""
    if len(number) > _MOST_DIGITS:
        node.fail(f"{name} has more than {_MOST_DIGITS} digits")
    exact = Decimal(number)
    sign, digits, exponent = exact.as_tuple()
    value = float(Decimal((sign, digits, int(exponent) + power)))
    if not math.isfinite(value):
        node.fail(f'{name} = "{text}" is too large')
    if not value and exact:
        node.fail(f'{name} = "{text}" is too small')
    return value


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "..."


def quantity(node: Node, name: str, dimension: str, unit: Optional[str] = None) -> float:
    """An attribute's number, in libizh's unit, or in that one.

    Args:
        dimension: what it must be; "none" for a plain number.
    """
    text = node.attributes[name]
    match = _QUANTITY.fullmatch(text.strip())
    if not match:
        node.fail(f'{name} = "{_shown(text)}" is no number with a unit')
    number, given = match.groups()
    if dimension == "none":
        if given:
            node.fail(f'{name} = "{_shown(text)}" has a unit, and must be a plain number')
        return _double(node, name, _shown(text), number, 0)
    kind, power = UNITS.get(given or "", ("", 0))
    if kind != dimension:
        fit = ", ".join(symbol for symbol, (kind, _) in UNITS.items() if kind == dimension)
        if not given:
            node.fail(f'{name} = "{_shown(text)}" has no unit: {dimension} is in {fit}')
        if given not in UNITS:
            node.fail(f'{name} = "{_shown(text)}": {given} is no unit of {dimension}: {fit}')
        node.fail(f'{name} = "{_shown(text)}" is {UNITS[given][0]}, and must be {dimension}: {fit}')
    ours = UNITS[unit or OURS[dimension]][1]
    return _double(node, name, _shown(text), number, power - ours)


def whole(node: Node, name: str, most: int = (1 << 32) - 1) -> int:
    """An attribute's whole number, not negative."""
    text = node.attributes[name]
    if not re.fullmatch(r"\s*[0-9]{1,12}\s*", text) or int(text) > most:
        node.fail(f'{name} = "{_shown(text)}" is no whole number from 0 to {most}')
    return int(text)


def written(value: float, dimension: str = "none", power: int = 0) -> str:
    """A number that `quantity` reads back to the bit.

    Args:
        power: by how many powers of ten to move it, in decimal.
    """
    text = repr(float(value)) if not power else str(Decimal(repr(float(value))).scaleb(power))
    text = text.replace("E", "e").replace("e+", "e")
    return text if dimension == "none" else f"{text} {OURS[dimension]}"
