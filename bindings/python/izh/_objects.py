"""The life of C objects: who may use them, and when they end."""

from __future__ import annotations

import ctypes
import enum
import signal
import sys
import threading
import warnings
from contextlib import nullcontext
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, Optional, Set, Type, TypeVar

import numpy as np
from numpy.typing import NDArray

from . import _c
from ._arrays import check_function
from .errors import BusyError, InvalidError, IzhError, StabilityWarning, check

Self = TypeVar("Self", bound="Owner")


class _Stop(enum.Enum):
    STOP = "stop"

    def __repr__(self) -> str:
        return "izh.STOP"


#: What a callback returns to stop the run or the training that called it.
STOP = _Stop.STOP
Stop = _Stop


class Handle:
    """A C object, destroyed with the last reference to this. Views of its memory hold one, too, so
    that none outlives it."""

    def __init__(self, pointer: int, destroy: Callable[[int], None], *keep: object) -> None:
        self.pointer = pointer
        self._destroy = destroy
        self._keep = keep

    def __del__(self) -> None:
        self._destroy(self.pointer)


class _View:
    """Memory of a C object, for np.asarray, which keeps this as the array's base."""

    def __init__(self, handle: Handle, address: int, count: int, dtype: np.dtype[Any]) -> None:
        self._handle = handle
        self.__array_interface__ = {
            "data": (address, True),
            "shape": (count * dtype.itemsize,),
            "typestr": "|u1",
            "version": 3,
        }


def view(handle: Handle, array: Any, dtype: np.dtype[Any]) -> NDArray[Any]:
    """A read-only array over `array.count` elements at `array.data`, which belong to the handle."""
    if not array.count:
        return np.empty(0, dtype)
    memory: NDArray[Any] = np.asarray(_View(handle, array.data, array.count, dtype))
    return memory.view(dtype)


class Pending:
    """The functions that C's thunks call, by name, and the exception that one has raised, until the
    call that led there is back. A thunk holds this, and not the object: that would be a cycle."""

    def __init__(self) -> None:
        self.functions: Dict[str, Any] = {}
        self.error: Optional[BaseException] = None
        self.note = ""  # about what a callback has answered, for the error that it leads to
        self.ask_again = False  # it was the stimulus function's, which gave no answer

    def keep(self, error: BaseException) -> None:
        if self.error is None:
            self.error = error

    def surface(self) -> None:
        error, self.error = self.error, None
        try:
            if error is not None:
                _c.take_message()
                raise error
        finally:
            del error  # its traceback holds this frame


_thunk_codes: Set[CodeType] = set()


def make_thunk(kind: Any, call: Callable[..., Optional[int]]) -> Any:
    """What C calls. `call` keeps what is raised in it, and begins by asking whether there is such
    an error already: `Interrupts` may have kept one at its very start."""
    _thunk_codes.add(call.__code__)
    return kind(call)


def _in_callback(frame: Optional[FrameType]) -> bool:
    while frame is not None and frame.f_code not in _thunk_codes:
        frame = frame.f_back
    return frame is not None


class Interrupts:
    """Ctrl-C while C runs and may call back. From 3.11 on Python handles signals at the start of a
    function, before any `try` in it, and ctypes drops what comes out of a thunk: so what is raised
    there is kept. Elsewhere, as in the user's own function, it is raised at once."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending
        self._handler: Any = None
        self._before: Any = None

    def __enter__(self) -> None:
        before = signal.getsignal(signal.SIGINT)
        if callable(before) and threading.current_thread() is threading.main_thread():
            outer = getattr(before, "__self__", None)
            self._handler = outer._handler if isinstance(outer, Interrupts) else before
            self._before = before
            signal.signal(signal.SIGINT, self._handle)

    def _handle(self, number: int, frame: Optional[FrameType]) -> None:
        try:
            self._handler(number, frame)
        except BaseException as error:
            if frame is not None and frame.f_code in _thunk_codes:
                self._pending.keep(error)
                return
            if not _in_callback(frame):  # perhaps in __enter__, which has no __exit__ then
                self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        if self._before is not None and signal.getsignal(signal.SIGINT) == self._handle:
            signal.signal(signal.SIGINT, self._before)


class Guard:
    """Which thread has a C object, and whether it is in a run, or in a callback that may not even
    read the object. Objects that are one in C share it."""

    __slots__ = ("lock", "running", "shut")

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.running = False
        self.shut = False


class Use:
    """``with owner._use() as pointer``: one thread at a time has the C object."""

    __slots__ = ("owner", "guard")

    def __init__(self, owner: Owner) -> None:
        self.owner = owner
        self.guard = owner._guard

    def _acquire(self) -> None:
        if not self.guard.lock.acquire(blocking=False):
            raise BusyError(f"the {self.owner._kind} is in use by another thread")
        if self.guard.shut:
            self.guard.lock.release()
            raise BusyError(f"the {self.owner._kind} may not be used in its exchange")

    def __enter__(self) -> int:
        self._acquire()
        try:
            return self.owner._open_handle().pointer
        except BaseException:
            self.guard.lock.release()
            raise

    def __exit__(self, *_: object) -> None:
        self.guard.lock.release()


class Running(Use):
    """The same for a call that may call back: inside, the object cannot be run or closed."""

    __slots__ = ()

    def __enter__(self) -> int:
        pointer = super().__enter__()
        if self.guard.running:
            self.guard.lock.release()
            raise BusyError(f"the {self.owner._kind} is running: this is its own callback")
        self.guard.running = True
        return pointer

    def __exit__(self, *_: object) -> None:
        self.guard.running = False
        super().__exit__()


class Idle(Use):
    """The same where the C object is to go: no thread uses it, and no run is under way."""

    __slots__ = ()

    def __enter__(self) -> int:
        self._acquire()
        if self.guard.running:
            self.guard.lock.release()
            raise BusyError(f"the {self.owner._kind} is running: this is its own callback")
        return 0


def warn_caller(text: str, category: Type[Warning]) -> None:
    """A warning to the first caller that is not this package's."""
    level, frame = 1, sys._getframe()
    while frame.f_back and frame.f_globals.get("__package__") == __package__:
        level, frame = level + 1, frame.f_back
    warnings.warn(text, category, level)


class Owner:
    """What `Solver`, `Population` and `Network` share."""

    __slots__ = (
        "_guard", "_pending", "_thunks", "_handle", "_arguments", "_warned", "__weakref__",
    )  # fmt: skip
    _kind = "object"
    _hints: Mapping[str, str] = {}  # what to call instead of setting an attribute

    def __new__(cls: Type[Self], *_: Any, **__: Any) -> Self:
        """The lock is here from the start, for __init__ may be called again, by any thread."""
        made = super().__new__(cls)
        made._guard = Guard()
        made._pending = Pending()
        made._thunks = {}
        made._handle = None
        made._arguments = {}
        made._warned = False
        return made

    if TYPE_CHECKING:  # so that mypy, too, finds unknown attributes
        _guard: Guard
        _pending: Pending
        _thunks: Dict[str, Any]
        _handle: Optional[Handle]
        _arguments: Dict[str, Any]
        _warned: bool
    else:

        def __setattr__(self, name: str, value: object) -> None:
            hint = self._hints.get(name)
            if hint is None or hasattr(type(self), name):
                try:
                    object.__setattr__(self, name, value)
                    return
                except AttributeError:
                    pass
            instead = f": use {hint}" if hint else ""
            raise AttributeError(f"a {self._kind} has no {name!r} to set{instead}")

    def _become(self, handle: Handle, arguments: Dict[str, Any]) -> None:
        """The object is a new one from here on."""
        with Idle(self):
            self._pending.functions.clear()
            self._arguments = arguments
            self._handle = handle
            self._warned = False

    def _warn_unstable(self, steps: int, which: str) -> None:
        """That there are steps beyond the limit of stability, once for the object."""
        if not steps or self._warned:
            return
        self._warned = True
        arguments = self._arguments
        own = f"dt = {arguments['dt']:.15g}" if arguments["dt"] else "its default dt"
        warn_caller(
            f"{arguments['method']} at {own} is beyond its limit of stability, {which}: v may "
            "spike without cause. Take a shorter dt, or exp-euler, backward-euler or taylor",
            StabilityWarning,
        )

    def _open_handle(self) -> Handle:
        if self._handle is None:
            raise InvalidError(f"the {self._kind} is closed")
        return self._handle

    def _use(self) -> Use:
        return Use(self)

    def _interrupts(self) -> Any:
        return Interrupts(self._pending) if self._pending.functions else nullcontext()

    def _set_function(
        self, name: str, fn: Any, kind: Any, make: Callable[[Pending], Any], *arguments: Any
    ) -> None:
        """Lets C call a function; None: no more. Each name has one thunk for the object's life,
        which looks the function up: so none goes away under C's feet."""
        check_function(f"on_{name}", fn)
        if fn is not None and name not in self._thunks:
            self._thunks[name] = make(self._pending)
        thunk = kind() if fn is None else self._thunks[name]
        with self._use() as pointer:
            before = self._pending.functions.get(name)
            if fn is not None:
                self._keep_function(name, fn)  # before C can call it, whatever interrupts this
            call = getattr(_c.lib, f"izh_{self._kind}_on_{name}")
            try:
                check(call(pointer, thunk, None, *arguments))
            except IzhError:
                self._keep_function(name, before)
                raise
            self._keep_function(name, fn)

    def _keep_function(self, name: str, fn: Any) -> None:
        if fn is None:
            self._pending.functions.pop(name, None)
        else:
            self._pending.functions[name] = fn

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._handle is None

    def close(self) -> None:
        """Gives the memory back, now. Again is allowed; anything else on it is a ValueError then.

        Raises:
            BusyError: inside one of its callbacks, or while another thread uses it.
        """
        with Idle(self):
            self._handle = None

    def __enter__(self: Self) -> Self:
        self._open_handle()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def added(owner: Owner) -> Optional[Dict[str, Any]]:
    """What a subclass has added to an object, which pickle takes along."""
    return getattr(owner, "__dict__", None)


def restored(base: Any, kind: Any, arguments: Dict[str, Any], blob: bytes) -> Any:
    """A pickled `base`, of that class or of `kind`, a subclass, which may have another __init__."""
    made = kind.__new__(kind)
    base.__init__(made, **arguments)
    base.load(made, blob)
    return made


def saved(save: Callable[..., int], pointer: int) -> bytes:
    """What one of the library's save functions writes."""
    size = save(pointer, None, 0)
    blob = bytearray(size)
    if size:
        save(pointer, (ctypes.c_char * size).from_buffer(blob), size)
    return bytes(blob)


def as_bytes(data: Any) -> bytes:
    """A blob, for one of the library's load functions."""
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError(f"saved data is bytes, not {type(data).__name__}")
    return bytes(data)
