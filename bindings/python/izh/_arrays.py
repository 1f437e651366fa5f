"""Numbers and arrays on their way to C: checked, and only copied where they have to be."""

from __future__ import annotations

import ctypes
import operator
import re
import types
from typing import Any, List, Mapping, Optional, Sequence, Tuple, Type, TypeVar, Union, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _c
from .errors import InvalidError

Floats = NDArray[np.float64]
T = TypeVar("T")
#: A constant current, or pieces of a piecewise linear one: rows (t, I) or (t, I, slope), or a tuple
#: of columns.
Current = Union[float, ArrayLike]


def dtype_of(struct: Any, *hidden: str) -> np.dtype[Any]:
    names = [name for name, _ in struct._fields_ if name not in hidden]
    layout: Any = {
        "names": names,
        "formats": [np.dtype(dict(struct._fields_)[name]) for name in names],
        "offsets": [getattr(struct, name).offset for name in names],
        "itemsize": ctypes.sizeof(struct),
    }
    dtype: np.dtype[Any] = np.dtype(layout, align=True)  # an unaligned array knows that it is
    return dtype


PARAMS = dtype_of(_c.izh_params)
STATE = dtype_of(_c.izh_state)
SEGMENT = dtype_of(_c.izh_segment)
INPUT = dtype_of(_c.izh_input)
SPIKE = dtype_of(_c.izh_spike, "reserved")
TROUBLE = dtype_of(_c.izh_trouble)
WINDOW = dtype_of(_c.izh_pinn_window, "reserved")
EVENT = np.dtype(
    {
        "names": ["t", "v", "u"],
        "formats": ["f8", "f8", "f8"],
        "offsets": [0, 16, 24],
        "itemsize": 32,
    }
)


def check_type(name: str, value: T, kind: Type[T]) -> T:
    """The same, if it is of that kind."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be izh.pinn.{kind.__name__}, not {type(value).__name__}")
    return value


def check_function(name: str, fn: Any) -> None:
    """Whether C may call it back."""
    if fn is not None and not callable(fn):
        raise TypeError(f"{name} needs a function or None, not {type(fn).__name__}")


_RECEPTORS = "the receptor's unit: mV, pA or nS"
_PA = "pA (2003 form: mV/ms)"
#: What numbers are in, by the names that they have in messages.
UNITS = {
    **dict.fromkeys(("t", "t0", "t_end", "dt", "duration", "every", "times", "longest"), "ms"),
    **dict.fromkeys(("delay", "tau", "rise", "stdp.every"), "ms"),
    **dict.fromkeys(("tau_plus", "tau_minus", "tau_rec", "tau_facil"), "ms"),
    **dict.fromkeys(("a_plus", "a_minus", "w_min", "w_max", "drift"), _RECEPTORS),
    **dict.fromkeys(("shortest", "on_stimulus's until"), "ms"),
    **dict.fromkeys(("v", "dv", "v_lo", "vb", "vr", "vt", "vpeak", "c"), "mV"),
    **dict.fromkeys(("u", "du", "u_lo", "u_hi", "d", "u_max", "k0"), _PA),
    **dict.fromkeys(("I", "the current", "on_stimulus's I", "I_lo", "I_hi", "noise_sigma"), _PA),
    "noise_white": "pA sqrt(ms)",
    **dict.fromkeys(("slope", "on_stimulus's slope"), "pA/ms"),
    **dict.fromkeys(("cm", "C"), "pF"),
    **dict.fromkeys(("k1", "b", "b_lo", "b_hi"), "pA/mV"),
    **dict.fromkeys(("k2", "k"), "pA/mV^2"),
    "E": "mV",
    "a": "1/ms",
    "atol": "mV and pA",
    "b3": "pA/mV^3",
    "c_u": "mV/pA",
    "hz": "1/s",
    "max_spikes_per_ms": "1/ms",
    "the state": "mV and pA",
    "the stimulus": "ms and pA",
    "vpeak_u": "mV/pA",
    "weight": _RECEPTORS,
}

_PLAIN = frozenset((float, int, bool, complex, str, type(None), np.ndarray, np.float64, np.float32))
_ROUTINES = (types.FunctionType, types.MethodType, types.BuiltinFunctionType)
_BYTES = (bytes, bytearray)


def _unit(value: Any) -> str:
    """The unit of a quantity, as the common packages have it; empty where there is none."""
    for name in ("dimensions", "units", "unit", "dimensionality"):
        unit = getattr(value, name, None)
        if unit is not None and not isinstance(unit, (tuple, *_ROUTINES)):
            text = re.sub(r"^1(\.0)? (?=\S)", "", str(unit))
            return "" if text in ("1", "dimensionless") else text
    return ""


def check_plain(name: str, values: Any, meant: Optional[str] = None, depth: int = 3) -> None:
    """Whether the numbers are what they look like. A masked one has no value, though its memory
    holds one; one with a unit has its value in that unit, and not in ours; bytes are no numbers.

    Raises:
        TypeError: for these, down to `depth` lists in lists.
    """
    if type(values) in _PLAIN:
        return
    if isinstance(values, np.ma.MaskedArray):
        raise TypeError(f"{name} must not be masked: .filled(0), say, gives an array")
    if isinstance(values, _BYTES) or isinstance(values, memoryview) and values.format in "Bbc":
        raise TypeError(f"{name} must be numbers, not {type(values).__name__}")
    if isinstance(values, (list, tuple)):
        kinds = set(map(type, values)) - _PLAIN if depth else set()
        for value in values if kinds else ():
            if type(value) in kinds:
                check_plain(name, value, meant, depth - 1)
        return
    unit = _unit(values)
    if unit:
        meant = meant or UNITS.get(name, "")
        raise TypeError(
            f"{name} has a unit ({unit}): give plain numbers{', in ' if meant else ''}{meant}"
        )


def real(name: str, value: Any, meant: Optional[str] = None) -> float:
    """A number, `meant` in that unit; TypeError for anything else."""
    check_plain(name, value, meant)
    # NumPy would make the one real, with a warning, and forget the other's unit.
    if isinstance(value, (np.complexfloating, np.timedelta64)):
        raise TypeError(f"{name} must be a number, not {type(value).__name__}")
    try:
        return float(ctypes.c_double(value).value)
    except TypeError:
        raise TypeError(f"{name} must be a number, not {type(value).__name__}") from None


def integer(name: str, value: Any, bits: int) -> int:
    """A whole number of so many bits, without sign: ctypes would cut it off in silence."""
    check_plain(name, value)
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, not {type(value).__name__}") from None
    if not 0 <= number < 1 << bits:
        raise InvalidError(f"{name} = {number} is not in 0 ... 2**{bits} - 1")
    return number


def choice(name: str, value: Any, choices: Mapping[str, int]) -> int:
    """The constant that a word stands for."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {type(value).__name__}")
    if value not in choices:
        raise InvalidError(f"{name} = {shown(value)!r} is none of {', '.join(choices)}")
    return choices[value]


def reals(name: str, values: ArrayLike, ndim: Optional[int] = 1, copy: bool = False) -> Floats:
    """A contiguous float64 array; the very same one where it is that already, unless `copy`.
    It has so many dimensions; None: it may be a number, too."""
    check_plain(name, values)
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, not {array.dtype}")
    if array.ndim != (min(array.ndim, 1) if ndim is None else ndim):
        most = 1 if ndim is None else ndim
        raise InvalidError(f"{name} must have {most} dimension(s), not shape {array.shape}")
    if copy:
        return np.array(array, dtype=np.float64, order="C")
    return np.require(array, np.float64, ["C", "A"])


def at(name: str, array: NDArray[Any], k: int) -> str:
    """What the caller calls the kth element, in the order of memory, of an array or a number."""
    if not array.ndim:
        return f"{name} = {array}"
    place = ", ".join(str(x) for x in np.unravel_index(k, array.shape))
    return f"{name}[{place}] = {array.flat[k]}"


def indices(name: str, values: ArrayLike, count: int) -> NDArray[Any]:
    """An integer array, of any shape, of numbers from 0 to count - 1."""
    check_plain(name, values)
    array = np.asarray(values)
    if array.dtype.kind not in "iu" and (array.size or array.dtype.kind != "f"):
        raise TypeError(f"{name} must be integers, not {array.dtype}")
    wrong = (array < 0) | (array >= count)
    if wrong.any():
        few = f"0 ... {count - 1}" if count else "an empty range"
        raise InvalidError(f"{at(name, array, int(np.argmax(wrong)))} is not in {few}")
    return array


def shown(value: Any) -> Any:
    """What to show in place of a value, or a list or tuple of some: Python's own numbers and texts,
    for NumPy 2 shows its as np.float64(1.0)."""
    if type(value) in (list, tuple):
        return type(value)(map(shown, value))
    return value.item() if isinstance(value, np.generic) else value


def to_list(array: NDArray[Any]) -> List[Any]:
    """An array's values, or rows, as Python's own. NumPy's types do not say that it is a list."""
    return cast(List[Any], array.tolist())


def rows(array: NDArray[Any]) -> NDArray[Any]:
    """The same structs for C to read: contiguous and aligned."""
    check_plain("an array of structs", array)
    return np.require(array, None, ["C", "A"])


def state(name: str, value: Any) -> _c.izh_state:
    """(v, u): a sequence, for other things can be taken apart, too: texts, dicts and sets."""
    check_plain(name, value, UNITS["the state"])
    try:
        if isinstance(value, str) or not isinstance(value, (Sequence, np.ndarray, np.void)):
            raise TypeError
        v, u = iter(value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a pair (v, u), not {shown(value)!r}") from None
    return _c.izh_state(real("v", v), real("u", u))


def wandering(value: Optional[Sequence[float]]) -> _c.izh_ou:
    """An Ornstein-Uhlenbeck process, (mean, sigma, tau); none for None."""
    if value is None:
        return _c.izh_ou()
    if isinstance(value, str) or not isinstance(value, (Sequence, np.ndarray)) or len(value) != 3:
        raise TypeError(f"noise_ou must be (mean, sigma, tau), not {shown(value)!r}")
    return _c.izh_ou(*(real("noise_ou", x, "pA, pA and ms") for x in value))


def states(v: ArrayLike, u: ArrayLike) -> NDArray[Any]:
    """v and u, arrays or numbers, as one array of states, of 0 or 1 dimension."""
    pair = [reals(name, x, None) for name, x in (("v", v), ("u", u))]
    lengths = {len(x) for x in pair if x.ndim}
    if len(lengths) > 1:
        raise InvalidError(f"v has {len(pair[0])} values, u has {len(pair[1])}")
    array = np.empty(tuple(lengths), STATE)
    array["v"], array["u"] = pair
    return array


def _as_table(values: Any) -> NDArray[Any]:
    check_plain("the stimulus", values)
    try:
        return np.asarray(values)
    except ValueError:
        raise InvalidError("the stimulus's rows are all (t, I) or all (t, I, slope)") from None


def _are_columns(values: Any) -> bool:
    """Whether these are the columns t, I and perhaps slope: a tuple of lists or arrays. Rows are in
    a list, or are tuples themselves.

    Raises:
        InvalidError: they may be either.
    """
    if not isinstance(values, (tuple, list)) or len(values) not in (2, 3):
        return False
    if isinstance(values, list):
        if all(isinstance(x, np.ndarray) and x.shape in ((2,), (3,)) for x in values):
            raise InvalidError(
                "these arrays may be columns, as in the tuple (t, I), or rows, as in "
                "np.array([...]): say which"
            )
        return False
    return all(not isinstance(x, tuple) and _as_table(x).ndim == 1 for x in values[:2])


def segments(t: Any, I: Optional[Any] = None, slope: Optional[Any] = None) -> NDArray[Any]:
    """A piecewise linear current from rows (t, I) or (t, I, slope), or from columns."""
    if I is None and slope is None:
        check_plain("the stimulus", t)
        if _are_columns(t):
            t, I, slope = (*t, 0.0)[:3]
    if I is None:
        if slope is not None:
            raise TypeError("slope needs t and I as arrays of their own")
        table = _as_table(t)
        if table.dtype == SEGMENT:
            if table.ndim > 1:
                raise InvalidError(f"segments must have 1 dimension, not shape {table.shape}")
            return rows(np.atleast_1d(table))
        if table.size == 0:
            return np.empty(0, SEGMENT)
        table = reals("the stimulus", table, table.ndim)
        if table.ndim != 2 or table.shape[1] not in (2, 3):
            raise InvalidError(
                f"the stimulus has shape {table.shape}, but is rows (t, I) or (t, I, slope); "
                "for samples: np.column_stack([t, I])"
            )
        columns = [table[:, k] for k in range(table.shape[1])]
    else:
        slope = 0.0 if slope is None else slope
        columns = [reals("t", t), reals("I", I), reals("slope", slope, None)]
        if len({column.shape for column in columns if column.ndim}) != 1:
            raise InvalidError("t, I and slope must be of one length")
    array = np.zeros(len(columns[0]), SEGMENT)
    for name, column in zip(("t", "I", "slope"), columns):
        array[name] = column
    return array


def inputs(t: Any, I: Any, g: Any, E: Any, slope: Any) -> NDArray[Any]:
    """Pieces of input with conductances, from columns."""
    columns = {
        "t": reals("t", t),
        **{n: reals(n, x, None) for n, x in (("I", I), ("slope", slope), ("g", g), ("E", E))},
    }
    array = np.zeros(len(columns["t"]), INPUT)
    for name, column in columns.items():
        if column.ndim and column.shape != array.shape:
            raise InvalidError(f"{name} must be a number, or of the length of t")
        array[name] = column
    return array


def constant(value: Any) -> float:
    """A current that stays."""
    if callable(value):
        raise TypeError("the current is a number; a function that gives it: Solver.on_stimulus")
    return real("the current", value)


def current(value: Current, t0: float) -> NDArray[Any]:
    """A constant from t0 on, or segments."""
    check_plain("the stimulus" if isinstance(value, (list, tuple)) else "the current", value)
    if not isinstance(value, (list, tuple, np.void)) and np.ndim(value) == 0:
        return segments([(t0, constant(value))])
    return segments(value)


def current_at(pieces: NDArray[Any], t: Floats) -> Floats:
    """The current of segments at some times; zero before the first."""
    k = np.searchsorted(pieces["t"], t, side="right") - 1
    if not len(pieces):
        return np.zeros_like(t)
    at = pieces[np.maximum(k, 0)]
    values: Floats = np.where(k < 0, 0.0, at["I"] + at["slope"] * (t - at["t"]))
    return values


def extent(
    n: int,
    first: Any,
    count: Any,
    length: Optional[int] = None,
    what: str = "values",
    of: str = "neurons",
) -> Tuple[int, int]:
    """The neurons first ... first + count - 1: by default all from first on, or as many as the
    array at hand has; both must agree, and an array alone is for all neurons."""
    there_are = "n =" if of == "neurons" else f"{of} ="
    if length is not None and first is None and count is None and length != n:
        hint = f": give count={length} for the first {length}" if length < n else ""
        raise InvalidError(f"{length} {what} for {n} {of}{hint}")
    bits = 64 if of == "synapses" else 32
    first = 0 if first is None else integer("first", first, bits)
    if count is None:
        count = length if length is not None else max(n - first, 0)
    count = integer("count", count, bits)
    if length is not None and length != count:
        raise InvalidError(f"{length} {what} for {count} {of}")
    if first > n or first == n and count:
        raise InvalidError(f"first = {first}, but {there_are} {n}")
    if first + count > n:
        raise InvalidError(f"first = {first} and count = {count}, but {there_are} {n}")
    return first, count
