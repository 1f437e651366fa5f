"""The C library: where it is, and the structs and constants that several modules need.

Nothing here is public. Structs and functions are those of ``include/izh``, by their names. Each
module declares the functions of its concept, and the structs that it alone needs.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import re
import sys
import threading
from ctypes import (
    CFUNCTYPE,
    POINTER,
    c_char_p,
    c_double,
    c_int32,
    c_size_t,
    c_uint32,
    c_uint64,
    c_void_p,
)
from pathlib import Path
from typing import Any, Dict, Iterable, Mapping, Tuple

from ._version import __version__

Structure = ctypes.Structure

# ---- structs ----


class izh_log(Structure):
    _fields_ = [("write", c_void_p), ("user", c_void_p)]


class izh_allocator(Structure):
    _fields_ = [("alloc", c_void_p), ("release", c_void_p), ("user", c_void_p)]


class izh_params(Structure):
    _fields_ = [
        (name, c_double)
        for name in "cm k2 k1 k0 a r b_lo b_hi b3 vb vpeak vpeak_u c c_u d u_max".split()
    ]


class izh_state(Structure):
    _fields_ = [("v", c_double), ("u", c_double)]


class izh_segment(Structure):
    _fields_ = [("t", c_double), ("I", c_double), ("slope", c_double)]


class izh_input(Structure):
    _fields_ = [(name, c_double) for name in "t I slope g E".split()]


class izh_ou(Structure):
    _fields_ = [(name, c_double) for name in "mean sigma tau".split()]


class izh_pinn_window(Structure):
    _fields_ = [
        *((name, c_double) for name in "t length trained residual".split()),
        ("first_loss", c_uint64),
        *((name, c_uint32) for name in "iterations attempts parameters reserved".split()),
    ]


class Array(Structure):
    _fields_ = [("data", c_void_p), ("count", c_size_t)]


class izh_spike(Structure):
    _fields_ = [("t", c_double), ("i", c_uint32), ("reserved", c_uint32)]


class izh_trouble(Structure):
    _fields_ = [("t", c_double), ("i", c_uint32), ("status", c_int32)]


# ---- constants and callbacks ----

CONTINUE, STOP = 0, 1
OK, STOPPED, PAUSED, NO_REST = 0, 1, 2, 3
E_INVALID, E_MEMORY, E_UNSUPPORTED, E_BUSY, E_DIVERGED = -1, -2, -3, -4, -5
E_RESET, E_TOLERANCE, E_FORMAT, E_FILE = -6, -7, -8, -9

EVENTS = {"exact": 0, "grid": 1}
PRECISIONS = {"f64": 0, "f32": 1}
ISAS = {"best": 0, "scalar": 1, "sse2": 2, "avx2": 3, "avx512": 4, "neon": 5}

LogFn = CFUNCTYPE(None, c_void_p, c_int32, c_char_p)

# ---- arguments that several functions have ----

CREATED, LOG_ALLOCATOR = POINTER(c_void_p), (c_void_p, POINTER(izh_log))

# ---- the library ----

_HERE = Path(__file__).resolve().parent
_SYSTEM_NAME = "libizh.0.dylib" if sys.platform == "darwin" else "libizh.so.0"


def _candidates() -> Tuple[str, ...]:
    """Where the library may be, in order: what IZH_LIBRARY says and nothing else; the one bundled
    with this package; in libizh's source tree, the one in its folder ``build``; the system's."""
    if "IZH_LIBRARY" in os.environ:
        return (os.environ["IZH_LIBRARY"],)
    bundled = [_HERE / "libizh.so"]
    if (_HERE.parents[2] / "lib" / "libizh.map").exists():
        bundled.append(_HERE.parents[2] / "build" / "lib" / _SYSTEM_NAME)
    found = [str(path) for path in bundled if path.exists()]
    system = ctypes.util.find_library("izh")
    return (*found, _SYSTEM_NAME, *([system] if system else []))


def _open() -> Tuple[ctypes.CDLL, str]:
    problems = []
    for path in _candidates():
        try:
            return ctypes.CDLL(path), path
        except OSError as error:
            problems.append(f"{path}: {error}")
    raise ImportError(
        "izh finds no libizh. `pip install ./bindings/python` bundles it, `meson install` installs "
        "it, IZH_LIBRARY can name a file. Tried:\n  " + "\n  ".join(problems)
    )


def _dotted(version: int) -> str:
    return f"{version // 1000000}.{version // 1000 % 1000}.{version % 1000}"


def _check_version(library: ctypes.CDLL, path: str) -> None:
    """Until 1.0 each minor version has an ABI of its own."""
    try:
        library.izh_version.restype = c_uint32
        version = _dotted(library.izh_version())
    except AttributeError as error:
        raise ImportError(f"{path} is no libizh: {error}") from None
    if version.split(".")[:2] != __version__.split(".")[:2]:
        raise ImportError(
            f"this package, izh {__version__}, cannot use libizh {version} ({path}): "
            "the first two numbers of the versions differ"
        )


lib, library_path = _open()
_check_version(lib, library_path)

#: What has been declared, by name.
PROTOTYPES: Dict[str, Tuple[Any, Tuple[Any, ...]]] = {}
STRUCTS: Dict[str, Any] = {}


def _check_size(struct: Any) -> None:
    """The struct is as large here as in the library."""
    name = struct.__name__
    theirs, ours = lib.izh_struct_size(name.encode()), ctypes.sizeof(struct)
    if theirs != ours:
        raise ImportError(
            f"{name} has {theirs} bytes in libizh {_dotted(lib.izh_version())} ({library_path}), "
            f"and {ours} in this package, izh {__version__}"
        )


def declare(structs: Iterable[Any], prototypes: Mapping[str, Tuple[Any, Tuple[Any, ...]]]) -> None:
    """Gives functions of the library their prototypes, what they return and their arguments, and
    compares structs with the library's."""
    for name, (result, arguments) in prototypes.items():
        try:
            function = getattr(lib, name)
        except AttributeError:
            raise ImportError(
                f"libizh ({library_path}) has no {name}, "
                f"which this package, izh {__version__}, needs"
            ) from None
        function.restype = result
        function.argtypes = arguments
    for struct in structs:
        _check_size(struct)
    PROTOTYPES.update(prototypes)
    STRUCTS.update((struct.__name__, struct) for struct in structs)


declare(
    [
        izh_log,
        izh_allocator,
        izh_params,
        izh_state,
        izh_segment,
        izh_input,
        izh_ou,
        izh_spike,
        izh_trouble,
        izh_pinn_window,
    ],
    {
        "izh_version": (c_uint32, ()),
        "izh_struct_size": (c_size_t, (c_char_p,)),
    },
)


# ---- messages ----

_messages = threading.local()


def _write(_user: object, _status: int, message: bytes) -> None:
    _messages.last = message


_WRITE = LogFn(_write)
#: Where every object that is made here reports its errors.
LOG = izh_log(ctypes.cast(_WRITE, c_void_p), None)


def take_message() -> str:
    """What the library said last in this thread, once; empty where it said nothing."""
    message: bytes = getattr(_messages, "last", b"")
    _messages.last = b""
    return in_python(message)


def in_python(message: bytes) -> str:
    """The library's message as one who writes Python has it: ``"grid"``, not IZH_EVENTS_GRID."""
    text = message.decode("utf-8", "replace")
    return re.sub(r"IZH_EVENTS_([A-Z]+)", lambda name: f'"{name[1].lower()}"', text)
