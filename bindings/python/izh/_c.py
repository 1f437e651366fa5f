"""The C library: where it is, its structs, and the prototype of every public function.

Nothing here is public. The structs and functions are those of ``include/izh``, by their names.
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
from typing import Any, Dict, Tuple

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


class izh_conversion(Structure):
    _fields_ = [(name, c_double) for name in "t v v_shift u u_shift I_shift".split()]


class izh_segment(Structure):
    _fields_ = [("t", c_double), ("I", c_double), ("slope", c_double)]


class izh_input(Structure):
    _fields_ = [(name, c_double) for name in "t I slope g E".split()]


class izh_preset(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("name", c_char_p),
        ("title", c_char_p),
        ("family", c_char_p),
        ("source", c_char_p),
        ("equation", c_char_p),
        ("note", c_char_p),
        ("params", izh_params),
        ("initial", izh_state),
        ("segments", POINTER(izh_segment)),
        ("segment_count", c_size_t),
        ("duration", c_double),
        ("published_method", c_char_p),
        ("published_dt", c_double),
        ("published_until", c_double),
    ]


class izh_flow_progress(Structure):
    _fields_ = [("loss", c_double), ("iteration", c_uint32), ("iterations", c_uint32)]


class izh_flow_config(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("params", izh_params),
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
        ("allocator", izh_allocator),
        ("log", izh_log),
    ]


class izh_flow_info(Structure):
    _fields_ = [
        ("params", izh_params),
        *((name, c_double) for name in "step I_lo I_hi slope v_lo u_lo u_hi".split()),
        ("residual", c_double),
        ("residual_new", c_double),
        ("seed", c_uint64),
        *((name, c_uint32) for name in "units points parameters iterations".split()),
    ]


class izh_spike_event(Structure):
    _fields_ = [
        ("t", c_double),
        ("neuron", c_uint32),
        ("reserved", c_uint32),
        ("before", izh_state),
    ]


class izh_pinn_network(Structure):
    _fields_ = [
        ("hidden", c_uint32),
        ("points", c_uint32),
        ("seed", c_uint64),
        ("shortest", c_double),
    ]


class izh_solver_config(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("method", c_int32),
        ("events", c_int32),
        ("dt", c_double),
        ("rtol", c_double),
        ("atol", c_double),
        ("t0", c_double),
        ("params", izh_params),
        ("initial", izh_state),
        ("max_spikes_per_ms", c_double),
        ("max_segments", c_size_t),
        ("allocator", izh_allocator),
        ("log", izh_log),
        ("pinn", izh_pinn_network),
        ("flow", c_void_p),
        ("max_steps_per_ms", c_double),
    ]


class izh_statistics(Structure):
    _fields_ = [
        ("size", c_size_t),
        *((name, c_uint64) for name in "steps rejected rhs iterations spikes".split()),
        ("unstable_steps", c_uint64),
        ("unstable_t", c_double),
    ]


class izh_pinn_progress(Structure):
    _fields_ = [
        *((name, c_double) for name in "t t_end length loss".split()),
        ("window", c_uint64),
        ("iteration", c_uint32),
        ("reserved", c_uint32),
    ]


class izh_pinn_config(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("params", izh_params),
        ("initial", izh_state),
        ("t0", c_double),
        ("t_end", c_double),
        ("segments", c_void_p),
        ("segment_count", c_size_t),
        ("tolerance", c_double),
        ("longest", c_double),
        ("pinn", izh_pinn_network),
        ("progress", c_void_p),
        ("progress_user", c_void_p),
        ("allocator", izh_allocator),
        ("log", izh_log),
    ]


class izh_pinn_window(Structure):
    _fields_ = [
        *((name, c_double) for name in "t length trained residual".split()),
        ("first_loss", c_uint64),
        *((name, c_uint32) for name in "iterations attempts parameters reserved".split()),
    ]


class _Array(Structure):
    _fields_ = [("data", c_void_p), ("count", c_size_t)]


class izh_pinn_windows(_Array):
    pass


class izh_pinn_spikes(_Array):
    pass


class izh_pinn_losses(_Array):
    pass


class izh_spikes(_Array):
    pass


class izh_spike(Structure):
    _fields_ = [("t", c_double), ("i", c_uint32), ("reserved", c_uint32)]


class izh_trouble(Structure):
    _fields_ = [("t", c_double), ("i", c_uint32), ("status", c_int32)]


class izh_troubles(Structure):
    _fields_ = [("data", c_void_p), ("count", c_size_t), ("total", c_uint64)]


class izh_population_statistics(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("unstable_steps", c_uint64),
        ("unstable_t", c_double),
        ("unstable_i", c_uint32),
        ("reserved", c_uint32),
    ]


class izh_executor(Structure):
    _fields_ = [("run", c_void_p), ("user", c_void_p)]


class izh_population_config(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("n", c_uint32),
        ("method", c_int32),
        ("first", c_uint64),
        ("precision", c_int32),
        ("isa", c_int32),
        ("events", c_int32),
        ("threads", c_uint32),
        ("dt", c_double),
        ("t0", c_double),
        ("noise_sigma", c_double),
        ("seed", c_uint64),
        ("spike_capacity", c_size_t),
        ("max_spikes_per_ms", c_double),
        ("tile", c_uint32),
        ("block", c_uint32),
        ("allocator", izh_allocator),
        ("executor", izh_executor),
        ("log", izh_log),
        ("max_steps_per_ms", c_double),
    ]


STRUCTS: Dict[str, Any] = {
    name: value
    for name, value in list(globals().items())
    if name.startswith("izh_") and issubclass(value, Structure)
}

# ---- constants and callbacks ----

CONTINUE, STOP = 0, 1
OK, STOPPED, PAUSED, NO_REST = 0, 1, 2, 3
E_INVALID, E_MEMORY, E_UNSUPPORTED, E_BUSY, E_DIVERGED = -1, -2, -3, -4, -5
E_RESET, E_TOLERANCE, E_FORMAT, E_FILE = -6, -7, -8, -9

EVENTS = {"exact": 0, "grid": 1}
PRECISIONS = {"f64": 0, "f32": 1}
ISAS = {"best": 0, "scalar": 1, "sse2": 2, "avx2": 3, "avx512": 4, "neon": 5}

LogFn = CFUNCTYPE(None, c_void_p, c_int32, c_char_p)
SpikeFn = CFUNCTYPE(c_int32, POINTER(izh_spike_event), POINTER(izh_state), c_void_p)
StimulusFn = CFUNCTYPE(c_int32, POINTER(izh_segment), POINTER(c_double), izh_state, c_void_p)
SpikesFn = CFUNCTYPE(c_int32, c_void_p, c_size_t, c_void_p)
CurrentFn = CFUNCTYPE(None, c_double, c_uint32, c_uint32, c_void_p, c_void_p)
PinnProgressFn = CFUNCTYPE(c_int32, POINTER(izh_pinn_progress), c_void_p)
FlowProgressFn = CFUNCTYPE(c_int32, POINTER(izh_flow_progress), c_void_p)


# ---- functions: what they return, and their arguments ----

_created, _log_allocator = POINTER(c_void_p), (c_void_p, POINTER(izh_log))

PROTOTYPES: Dict[str, Tuple[Any, Tuple[Any, ...]]] = {
    "izh_version": (c_uint32, ()),
    "izh_struct_size": (c_size_t, (c_char_p,)),
    "izh_status_name": (c_char_p, (c_int32,)),
    "izh_status_text": (c_char_p, (c_int32,)),
    "izh_has": (c_int32, (c_char_p,)),
    "izh_params_2003": (izh_params, (c_double,) * 4),
    "izh_params_2007": (izh_params, (c_double,) * 9),
    "izh_params_check": (c_int32, (POINTER(izh_params), POINTER(c_char_p))),
    "izh_params_rest": (c_int32, (POINTER(izh_params), c_double, POINTER(izh_state))),
    "izh_params_to_2003": (
        c_int32,
        (POINTER(izh_params), POINTER(izh_params), POINTER(izh_conversion)),
    ),
    "izh_params_to_2007": (
        c_int32,
        (POINTER(izh_params), c_double, POINTER(izh_params), POINTER(izh_conversion)),
    ),
    "izh_preset_count": (c_size_t, ()),
    "izh_preset_get": (POINTER(izh_preset), (c_size_t,)),
    "izh_preset_find": (POINTER(izh_preset), (c_char_p,)),
    "izh_method_find": (c_int32, (c_char_p, POINTER(c_int32))),
    "izh_method_name": (c_char_p, (c_int32,)),
    "izh_isa_supported": (c_int32, (c_int32,)),
    "izh_solver_create": (c_int32, (_created, POINTER(izh_solver_config))),
    "izh_solver_destroy": (None, (c_void_p,)),
    "izh_solver_run": (c_int32, (c_void_p, c_double)),
    "izh_solver_sample": (c_int32, (c_void_p, c_void_p, c_size_t, c_void_p)),
    "izh_solver_state": (izh_state, (c_void_p,)),
    "izh_solver_time": (c_double, (c_void_p,)),
    "izh_solver_set_current": (c_int32, (c_void_p, c_double)),
    "izh_solver_set_stimulus": (c_int32, (c_void_p, c_void_p, c_size_t)),
    "izh_solver_set_inputs": (c_int32, (c_void_p, c_void_p, c_size_t)),
    "izh_solver_on_stimulus": (c_int32, (c_void_p, StimulusFn, c_void_p)),
    "izh_solver_on_spike": (c_int32, (c_void_p, SpikeFn, c_void_p)),
    "izh_solver_set_params": (c_int32, (c_void_p, POINTER(izh_params))),
    "izh_solver_set_state": (c_int32, (c_void_p, izh_state)),
    "izh_solver_kick": (c_int32, (c_void_p, c_double, c_double)),
    "izh_solver_spike_error_bound": (c_double, (c_void_p,)),
    "izh_solver_save": (c_size_t, (c_void_p, c_void_p, c_size_t)),
    "izh_solver_load": (c_int32, (c_void_p, c_char_p, c_size_t)),
    "izh_solver_statistics": (c_int32, (c_void_p, POINTER(izh_statistics))),
    "izh_solver_message": (c_char_p, (c_void_p,)),
    "izh_pinn_train": (c_int32, (_created, POINTER(izh_pinn_config))),
    "izh_pinn_destroy": (None, (c_void_p,)),
    "izh_pinn_end": (c_double, (c_void_p,)),
    "izh_pinn_eval": (c_int32, (c_void_p, c_void_p, c_size_t, c_void_p)),
    "izh_pinn_residual": (c_int32, (c_void_p, c_void_p, c_size_t, c_void_p)),
    "izh_pinn_get_spikes": (izh_pinn_spikes, (c_void_p,)),
    "izh_pinn_get_windows": (izh_pinn_windows, (c_void_p,)),
    "izh_pinn_get_losses": (izh_pinn_losses, (c_void_p,)),
    "izh_pinn_save": (c_size_t, (c_void_p, c_void_p, c_size_t)),
    "izh_pinn_load": (c_int32, (_created, c_char_p, c_size_t, *_log_allocator)),
    "izh_pinn_save_file": (c_int32, (c_void_p, c_char_p)),
    "izh_pinn_load_file": (c_int32, (_created, c_char_p, *_log_allocator)),
    "izh_pinn_message": (c_char_p, (c_void_p,)),
    "izh_flow_train": (c_int32, (_created, POINTER(izh_flow_config))),
    "izh_flow_destroy": (None, (c_void_p,)),
    "izh_flow_get_info": (izh_flow_info, (c_void_p,)),
    "izh_flow_eval": (
        c_int32,
        (c_void_p, izh_state, c_double, c_double, c_void_p, c_size_t, c_void_p, c_void_p),
    ),
    "izh_flow_save": (c_size_t, (c_void_p, c_void_p, c_size_t)),
    "izh_flow_load": (c_int32, (_created, c_char_p, c_size_t, *_log_allocator)),
    "izh_flow_save_file": (c_int32, (c_void_p, c_char_p)),
    "izh_flow_load_file": (c_int32, (_created, c_char_p, *_log_allocator)),
    "izh_flow_message": (c_char_p, (c_void_p,)),
    "izh_population_create": (c_int32, (_created, POINTER(izh_population_config))),
    "izh_population_destroy": (None, (c_void_p,)),
    "izh_population_set_params": (c_int32, (c_void_p, c_uint32, c_uint32, c_void_p, c_size_t)),
    "izh_population_set_state": (c_int32, (c_void_p, c_uint32, c_uint32, c_void_p, c_size_t)),
    "izh_population_set_current": (c_int32, (c_void_p, c_uint32, c_uint32, c_void_p, c_size_t)),
    "izh_population_on_current": (c_int32, (c_void_p, CurrentFn, c_void_p, c_int32)),
    "izh_population_on_spikes": (c_int32, (c_void_p, SpikesFn, c_void_p)),
    "izh_population_record": (
        c_int32,
        (c_void_p, c_void_p, c_size_t, c_uint32, c_void_p, c_size_t),
    ),
    "izh_population_recorded": (c_size_t, (c_void_p,)),
    "izh_population_run": (c_int32, (c_void_p, c_double)),
    "izh_population_spikes": (izh_spikes, (c_void_p,)),
    "izh_population_time": (c_double, (c_void_p,)),
    "izh_population_dt": (c_double, (c_void_p,)),
    "izh_population_get_state": (c_int32, (c_void_p, c_uint32, c_uint32, c_void_p)),
    "izh_population_get_statistics": (c_int32, (c_void_p, POINTER(izh_population_statistics))),
    "izh_population_hash": (c_uint64, (c_void_p,)),
    "izh_population_troubles": (izh_troubles, (c_void_p,)),
    "izh_population_isa": (c_int32, (c_void_p,)),
    "izh_population_save": (c_size_t, (c_void_p, c_void_p, c_size_t)),
    "izh_population_load": (c_int32, (c_void_p, c_char_p, c_size_t)),
    "izh_population_message": (c_char_p, (c_void_p,)),
}

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


def check_version(library: ctypes.CDLL, path: str) -> None:
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


def declare(library: ctypes.CDLL, path: str) -> None:
    """Gives each function its prototype."""
    for name, (result, arguments) in PROTOTYPES.items():
        try:
            function = getattr(library, name)
        except AttributeError:
            raise ImportError(
                f"libizh ({path}) has no {name}, which this package, izh {__version__}, needs"
            ) from None
        function.restype = result
        function.argtypes = arguments


def check_sizes(library: ctypes.CDLL, path: str) -> None:
    """Each struct is as large here as in the library."""
    for name, struct in STRUCTS.items():
        theirs, ours = library.izh_struct_size(name.encode()), ctypes.sizeof(struct)
        if theirs != ours:
            raise ImportError(
                f"{name} has {theirs} bytes in libizh {_dotted(library.izh_version())} ({path}), "
                f"and {ours} in this package, izh {__version__}"
            )


def _load() -> Tuple[ctypes.CDLL, str]:
    library, path = _open()
    check_version(library, path)
    declare(library, path)
    check_sizes(library, path)
    return library, path


lib, library_path = _load()
_there = {name for name in PROTOTYPES if hasattr(lib, name)}


def has(name: str) -> bool:
    """Whether the library has one of the functions that it may lack."""
    return name in _there


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
