"""Errors: one class for each negative status of the library; and the warnings.

Each is also the built-in exception that it is nearest to, so that ``except ValueError`` works.
Source: ``include/izh/status.h``.
"""

from __future__ import annotations

from ctypes import c_char_p, c_int32
from typing import Any, Optional

from . import _c

__all__ = [
    "IzhError",
    "IzhWarning",
    "StabilityWarning",
    "InvalidError",
    "PresetError",
    "OutOfMemoryError",
    "UnsupportedError",
    "BusyError",
    "DivergedError",
    "ResetError",
    "ToleranceError",
    "FormatError",
    "FileError",
]

# ---- the library: its structs and functions ----

_c.declare(
    [],
    {
        "izh_status_name": (c_char_p, (c_int32,)),
        "izh_status_text": (c_char_p, (c_int32,)),
    },
)


class IzhError(Exception):
    """What all errors of the library are.

    ``str(error)`` says which field, which value, which neuron, what time. An error that ends
    `Population.run` has the spikes until then as ``spikes``.
    """

    #: the library's status, negative
    status: int = 0
    #: what `Population.run` had until then, as it returns them
    spikes: Optional[Any] = None

    @property
    def status_name(self) -> str:
        """The name of the status, such as "IZH_E_INVALID"."""
        name: bytes = _c.lib.izh_status_name(self.status)
        return name.decode()


class IzhWarning(UserWarning):
    """What is allowed and often a mistake: ``warnings.simplefilter("ignore", izh.IzhWarning)``."""


class StabilityWarning(IzhWarning):
    """A method with a fixed step has taken steps beyond its limit of stability, where v may spike
    without cause. Once for each solver, population or `simulate`."""


class InvalidError(IzhError, ValueError):
    """An argument is not valid."""

    status = _c.E_INVALID


class PresetError(InvalidError, KeyError):
    """There is no preset of that name."""

    __str__ = Exception.__str__  # KeyError's would quote the message


class OutOfMemoryError(IzhError, MemoryError):
    """There was no memory."""

    status = _c.E_MEMORY


class UnsupportedError(IzhError, NotImplementedError):
    """The combination is valid, but this method or object does not offer it."""

    status = _c.E_UNSUPPORTED


class BusyError(IzhError, RuntimeError):
    """The object is in use: by another thread, or by the run whose callback this is."""

    status = _c.E_BUSY


class DivergedError(IzhError, ArithmeticError):
    """The solution ran away."""

    status = _c.E_DIVERGED


class ResetError(IzhError, ValueError):
    """The reset does not lie below the peak."""

    status = _c.E_RESET


class ToleranceError(IzhError, ArithmeticError):
    """The tolerance cannot be met."""

    status = _c.E_TOLERANCE


class FormatError(IzhError, ValueError):
    """Saved data is truncated, damaged or not of this kind."""

    status = _c.E_FORMAT


class FileError(IzhError, OSError):
    """A file cannot be read or written."""

    status = _c.E_FILE


_CLASSES = {c.status: c for c in IzhError.__subclasses__()}


def error_of(status: int) -> IzhError:
    """The exception for a negative status, with the library's message."""
    text: bytes = _c.lib.izh_status_text(status)
    error = _CLASSES.get(status, IzhError)(_c.take_message() or text.decode())
    error.status = status
    return error


def check(status: int) -> int:
    """The status, if it is no error; else raises."""
    if status < 0:
        raise error_of(status)
    return status
