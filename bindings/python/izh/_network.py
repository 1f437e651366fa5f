"""Neurons that interact. Source: ``include/izh/network.h``."""

from __future__ import annotations

import copy
import ctypes
import re
import warnings
from dataclasses import replace
from ctypes import (
    CFUNCTYPE,
    POINTER,
    byref,
    c_char_p,
    c_double,
    c_int32,
    c_size_t,
    c_uint32,
    c_uint64,
    c_void_p,
)
from types import MappingProxyType
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    List,
    Mapping,
    NamedTuple,
    NoReturn,
    Optional,
    Sequence,
    Tuple,
)

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _c
from ._arrays import (
    PARAMS,
    SPIKE,
    Floats,
    dtype_of,
    at,
    check_function,
    choice,
    extent,
    indices,
    integer,
    real,
    reals,
    rows,
)
from ._blob import t0_of
from ._objects import (
    Guard,
    Handle,
    Idle,
    Owner,
    Pending,
    added,
    as_bytes,
    make_thunk,
    saved,
    warn_caller,
)
from ._params import params_2003
from ._plasticity import STDP, STP, fill_stdp, fill_stp, izh_stdp, izh_stp
from ._population import Population, config_of, izh_population_config
from ._results import Spikes
from ._stimulus import Traces
from .errors import BusyError, InvalidError, IzhWarning, check

# ---- the library: its structs and functions ----


class izh_receptor(ctypes.Structure):
    _fields_ = [
        ("kind", c_int32),
        ("nmda", c_int32),
        *((name, c_double) for name in "tau rise E range".split()),
    ]


class izh_synapse(ctypes.Structure):
    _fields_ = [
        *((name, c_uint32) for name in "source target delay reserved".split()),
        ("weight", c_double),
    ]


class izh_group_config(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("receptor", c_int32),
        ("stp", izh_stp),
        ("stdp", izh_stdp),
    ]


class izh_sent(ctypes.Structure):
    _fields_ = [("source", c_uint32), ("tick", c_uint32)]


class izh_exchange(ctypes.Structure):
    _fields_ = [("run", c_void_p), ("user", c_void_p)]


class izh_network_config(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("population", POINTER(izh_population_config)),
        ("neurons", c_uint32),
        ("sources", c_uint32),
        ("receptors", POINTER(izh_receptor)),
        ("receptor_count", c_uint32),
        ("in_flight", c_size_t),
        ("send_capacity", c_size_t),
        ("exchange", izh_exchange),
    ]


ExchangeFn = CFUNCTYPE(
    c_int32, c_void_p, c_void_p, c_size_t, POINTER(c_void_p), POINTER(c_size_t)
)
_PART_OF_GROUP = (c_void_p, c_uint32, c_size_t, c_size_t, c_void_p)

_c.declare(
    [
        izh_receptor,
        izh_synapse,
        izh_group_config,
        izh_sent,
        izh_exchange,
        izh_network_config,
    ],
    {
        "izh_network_create": (c_int32, (_c.CREATED, POINTER(izh_network_config))),
        "izh_network_destroy": (None, (c_void_p,)),
        "izh_network_population": (c_void_p, (c_void_p,)),
        "izh_network_group": (
            c_int32,
            (c_void_p, POINTER(izh_group_config), POINTER(c_uint32)),
        ),
        "izh_network_connect": (c_int32, (c_void_p, c_uint32, c_void_p, c_size_t)),
        "izh_network_build": (c_int32, (c_void_p,)),
        "izh_network_run": (c_int32, (c_void_p, c_double)),
        "izh_network_send": (c_int32, (c_void_p, c_void_p, c_size_t)),
        "izh_network_set_rates": (c_int32, (c_void_p, c_uint32, c_uint32, c_void_p, c_size_t)),
        "izh_network_set_background": (
            c_int32,
            (c_void_p, c_uint32, c_uint32, c_uint32, c_void_p, c_void_p, c_size_t),
        ),
        "izh_network_count": (c_size_t, (c_void_p, c_uint32)),
        "izh_network_synapses": (c_int32, _PART_OF_GROUP),
        "izh_network_get_weights": (c_int32, _PART_OF_GROUP),
        "izh_network_set_weights": (c_int32, _PART_OF_GROUP),
        "izh_network_set_gain": (c_int32, (c_void_p, c_uint32, c_double)),
        "izh_network_get_input": (c_int32, (c_void_p, c_uint32, c_uint32, c_uint32, c_void_p)),
        "izh_network_hash": (c_uint64, (c_void_p,)),
        "izh_network_save": (c_size_t, (c_void_p, c_void_p, c_size_t)),
        "izh_network_load": (c_int32, (c_void_p, c_char_p, c_size_t)),
        "izh_network_message": (c_char_p, (c_void_p,)),
    },
)

SENT = dtype_of(izh_sent)
SYNAPSE = dtype_of(izh_synapse, "reserved")

KINDS = {"jump": 0, "current": 1, "conductance": 2}
DELAY_MAX = 65535  #: ticks
EVERY_MAX = (1 << 32) - 1  #: ticks, of an STDP rule

#: Gets the spikes of this slice, of dtype `izh.SENT`, and returns those of all slices.
ExchangeFunction = Callable[[NDArray[Any]], NDArray[Any]]


# ---- receptors ----


class Receptor(NamedTuple):
    """What arriving spikes do to a neuron: made by `conductance`, `current` and `jump`."""

    kind: str  #: "conductance", "current" or "jump"
    tau: float = 0.0  #: time constant, ms; 0: all at once
    rise: float = 0.0  #: that of the rise, ms; 0: at once
    E: float = 0.0  #: reversal potential, mV
    nmda: bool = False  #: whether the conductance depends on v
    range: float = 0.0  #: weights are below this in size: a power of two; 0: 1024


def conductance(
    tau: float, E: float, rise: float = 0.0, nmda: bool = False, range: float = 0.0
) -> Receptor:
    """A receptor whose synapses give a conductance g, and so the current g (E - v).

    A weight of w nS is g = w exp(-t / tau), or with rise > 0 a difference of exponentials whose
    peak is w. No weight is negative: the sign is in E.

    Args:
        tau: time constant of its decay, ms; above 0.
        E: reversal potential, mV.
        rise: time constant of its rise, ms: at most .95 tau. 0: at once.
        nmda: whether it depends on v as with magnesium at NMDA receptors (Izhikevich and Edelman
            2008): times z / (1 + z), z = ((v + 80) / 60)^2, and 0 below -80 mV.
        range: weights are below this: a power of two, 2^-20 to 2^30. 0: 1024. Weights are rounded
            to multiples of range 2^-31.
    """
    return Receptor(
        "conductance",
        real("tau", tau),
        real("rise", rise),
        real("E", E),
        bool(nmda),
        real("range", range),
    )


def current(tau: float = 0.0, range: float = 0.0) -> Receptor:
    """A receptor whose synapses give a current.

    Args:
        tau: time constant, ms: a weight of w pA is a current w exp(-t / tau). 0: a weight of w
            pA ms is a charge, given within one tick, so that dt does not change it.
        range: weights are below this in size: see `conductance`.
    """
    return Receptor("current", real("tau", tau), range=real("range", range))


def jump(range: float = 0.0) -> Receptor:
    """A receptor whose synapses add their weight, mV, to v at once.

    Args:
        range: weights are below this in size: see `conductance`.
    """
    return Receptor("jump", range=real("range", range))


def _check_receptors(receptors: Any) -> Dict[str, Receptor]:
    if receptors is None:
        return {}
    if not isinstance(receptors, Mapping):
        raise TypeError(f"receptors must be a dict, not {type(receptors).__name__}")
    for name, receptor in receptors.items():
        if not isinstance(name, str):
            raise TypeError(f"receptors: names must be strings, not {name!r}")
        if not isinstance(receptor, Receptor):
            raise TypeError(
                f"receptors[{name!r}] must be made by izh.conductance, izh.current or izh.jump, "
                f"not {receptor!r}"
            )
    return dict(receptors)


def _receptors_to_c(receptors: Mapping[str, Receptor]) -> Any:
    array = (izh_receptor * max(len(receptors), 1))()
    for to, (name, receptor) in zip(array, receptors.items()):
        to.kind = choice(f"receptors[{name!r}].kind", receptor.kind, KINDS)
        to.nmda = 1 if receptor.nmda else 0
        for field in ("tau", "rise", "E", "range"):
            setattr(to, field, real(field, getattr(receptor, field)))
    return array


# ---- synapses ----


def _ticks(
    name: str, times: ArrayLike, dt: float, to_nearest: bool, most: int = DELAY_MAX
) -> NDArray[Any]:
    """Times in ticks, of any shape."""
    ms = reals(name, times, np.ndim(times))

    def refuse(wrong: NDArray[Any], why: str) -> None:
        if wrong.any():
            raise InvalidError(f"{at(name, ms, int(np.argmax(wrong)))} ms {why}")

    refuse(~(ms >= 0), "is not 0 or more")
    refuse(ms >= (most + 1) * dt, f"is more than {most} ticks, dt = {dt:.15g} ms")
    ticks = np.rint(ms / dt)
    if not to_nearest:
        off = np.abs(ticks * dt - ms) > 4 * np.spacing(ms)
        no_tick = f"is no multiple of dt = {dt:.15g} ms"
        refuse(off & (ticks == 0), f"{no_tick}, and nearer to 0: {name} is in ms")
        refuse(off, f"{no_tick}; round=True takes the nearest one")
    refuse(ticks > most, f"is more than {most} ticks, dt = {dt:.15g} ms")
    return np.asarray(ticks)


def _weights(
    weight: ArrayLike, name: str, receptor: Receptor, stdp: Optional[STDP]
) -> NDArray[Any]:
    """Weights of any shape, for the receptor of that name. The library would refuse the same, but
    only once they have a group, which cannot be taken away again."""
    array = reals("weight", weight, np.ndim(weight))
    limit = receptor.range or 1024.0

    def refuse(wrong: NDArray[Any], why: str) -> None:
        if wrong.any():
            raise InvalidError(f"{at('weight', array, int(np.argmax(wrong)))}: {why}")

    refuse(np.isnan(array), "must be a number")
    if receptor.kind == "conductance":
        refuse(array < 0, "a conductance is not negative; the sign is in E")
    unit = limit * 2.0**-31
    with np.errstate(all="ignore"):
        rounded = np.rint(array / unit)
    small = (rounded == 0) & (array != 0)
    refuse(
        small,
        f"would round to 0: weights are rounded to multiples of {unit:.15g}; receptor {name!r} has "
        f"range {limit:.15g}: choose a smaller one",
    )
    over = ~(np.abs(rounded) < 2.0**31)
    refuse(
        over & (np.abs(array) < limit),
        f"rounds to the receptor's range, {limit:.15g}: it must be below that",
    )
    refuse(over, f"must be below the receptor's range, {limit:.15g}, in size")
    if stdp is not None and stdp.w_min < stdp.w_max:  # else the rule is refused
        low, high = (np.rint(w / unit) for w in (stdp.w_min, stdp.w_max))
        outside = (rounded < low) | (rounded > high)
        refuse(outside, f"is outside stdp's w_min = {stdp.w_min:.15g} and w_max = {stdp.w_max:.15g}")
    return array


class _Rules(NamedTuple):
    """What the synapses of a group have in common."""

    receptor: int
    stdp: Optional[STDP] = None
    stp: Optional[STP] = None
    every: int = 0  #: ticks


def _check_rules(receptor: int, stdp: Any, stp: Any, dt: float, to_nearest: bool) -> _Rules:
    for name, rule, kind in (("stdp", stdp, STDP), ("stp", stp, STP)):
        if rule is not None and not isinstance(rule, kind):
            raise TypeError(f"{name} must be made by izh.{kind.__name__}, not {rule!r}")
    every = 0
    if stdp is not None and stdp.every != 0:
        every = int(_ticks("stdp.every", stdp.every, dt, to_nearest, EVERY_MAX))
        if not every:
            raise InvalidError(f"stdp.every = {stdp.every} ms would round to 0, dt = {dt:.15g} ms")
        if to_nearest:
            stdp = replace(stdp, every=every * dt)
    return _Rules(receptor, stdp, stp, every)


def _synapses(**columns: NDArray[Any]) -> NDArray[Any]:
    """Synapses, in the order of memory, of columns that broadcast."""
    try:
        shape = np.broadcast_shapes(*(column.shape for column in columns.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {column.shape}" for name, column in columns.items())
        raise InvalidError(f"these shapes do not fit together: {shapes}") from None
    array = np.zeros(shape, SYNAPSE)
    for name, column in columns.items():
        array[name] = column
    return array.reshape(-1)


def _check_unpacked(source: Any, target: Any) -> None:
    """Whether the pairs that `pairwise` and the like return are not in the place of the sources."""
    is_pair = isinstance(source, tuple) and len(source) == 2
    if is_pair and all(isinstance(x, np.ndarray) for x in source):
        if np.asarray(target).dtype.kind not in "iu":
            raise TypeError("source is a pair of arrays: unpack it, connect(*pairs, weight, ...)")


_PART = 1 << 20  # synapses that are read at a time


class Synapses:
    """The synapses of one `Network.connect`: a group, all of one receptor.

    Arrays of them are in the order of (source, delay, target, weight when built), whatever the
    order in which they were connected, and read-only. Reading or setting one builds the network.
    """

    __slots__ = ("_network", "_neurons", "_group")

    def __init__(self, network: Network, group: int) -> None:
        self._network = network
        self._neurons = network._neurons
        self._group = group

    def _open(self) -> Network:
        self._network._open_handle()
        if self._neurons is not self._network._neurons:
            raise InvalidError("the network with these synapses is closed")
        return self._network

    def _column(self, name: str) -> NDArray[Any]:
        count = len(self)
        column = np.empty(count, np.int64)
        part = np.empty(min(count, _PART), SYNAPSE)
        for first in range(0, count, _PART):
            some = min(count - first, _PART)
            self._call(_c.lib.izh_network_synapses, first, some, part)
            column[first : first + some] = part[name][:some]
        return column

    def _call(self, call: Any, first: int, count: int, array: NDArray[Any]) -> None:
        self._open()._call(call, self._group, first, count, array.ctypes.data)

    def __len__(self) -> int:
        with self._open()._use() as pointer:
            return int(_c.lib.izh_network_count(pointer, self._group))

    @property
    def group(self) -> int:
        """The number of the group in C and in Lua, and its place in `Network.synapses`."""
        return self._group

    @property
    def source(self) -> NDArray[np.int64]:
        """The sources: neurons of the whole network, and from `Network.whole` on its sources."""
        return _frozen(self._column("source"))

    @property
    def target(self) -> NDArray[np.int64]:
        """The targets: neurons of this slice."""
        return _frozen(self._column("target"))

    @property
    def delay(self) -> Floats:
        """The delays, ms."""
        return _frozen(self._column("delay") * self._open().dt)

    @property
    def weight(self) -> Floats:
        """The weights now, in the receptor's unit. Assign a number or an array of shape
        (len(self),) to set them all from the next tick on, also for spikes on their way; 0 silences
        a synapse.

        Raises:
            InvalidError: a weight is out of range, or would round to 0. None has changed.
            BusyError: inside a callback.
        """
        return _frozen(self.get_weights())

    @weight.setter
    def weight(self, weight: ArrayLike) -> None:
        self.set_weights(weight)

    def get_weights(self, first: Optional[int] = None, count: Optional[int] = None) -> Floats:
        """The weights now of some synapses, in a new array.

        Args:
            first: the first synapse, in the order of the arrays. Default: 0.
            count: how many. Default: all from `first` on.
        """
        start, size = extent(len(self), first, count, None, "weights", "synapses")
        weights = np.empty(size)
        self._call(_c.lib.izh_network_get_weights, start, size, weights)
        return weights

    def set_weights(
        self, weight: ArrayLike, first: Optional[int] = None, count: Optional[int] = None
    ) -> None:
        """Sets the weights of some synapses, as assigning `weight` does for all.

        Args:
            weight: a number or of shape (count,).
            first: the first synapse, in the order of the arrays. Default: 0.
            count: how many. Default: as many as there are weights, or all from `first` on. Without
                first and count an array is of all synapses.
        """
        given = reals("weight", weight, None)
        length = len(given) if given.ndim else None
        start, size = extent(len(self), first, count, length, "weights", "synapses")
        weights = np.ascontiguousarray(np.broadcast_to(given, size))
        self._call(_c.lib.izh_network_set_weights, start, size, weights)

    @property
    def stdp(self) -> Optional[STDP]:
        """The rule by which weights change, as it was given to `Network.connect`; None: fixed."""
        return self._open()._groups[self._group].stdp

    @property
    def stp(self) -> Optional[STP]:
        """The short-term plasticity that was given to `Network.connect`, or None."""
        return self._open()._groups[self._group].stp

    def set_gain(self, gain: float) -> None:
        """Sets the gain of synapses whose changes wait (`STDP` with every > 0): the factor by which
        the gathered changes act on the weights. It acts from the first multiple of `every` at or
        after now.

        Args:
            gain: a factor, finite; the same in every slice.

        Raises:
            InvalidError: changes of these synapses do not wait, or the gain is not finite.
            BusyError: inside a callback.
        """
        value = real("gain", gain)
        with self._open()._use() as pointer:
            check(_c.lib.izh_network_set_gain(pointer, self._group, value))

    def __reduce__(self) -> Tuple[Any, ...]:
        return Synapses, (self._open(), self._group)

    def __repr__(self) -> str:
        try:
            return f"<izh.Synapses: {len(self)} of group {self._group}>"
        except (InvalidError, BusyError) as error:
            return f"<izh.Synapses: {error}>"


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array


# ---- exchange ----


def _exchange_thunk(pending: Pending, guard: Guard) -> Any:
    kept: List[NDArray[Any]] = []  # what C was given, until the next call

    def call(_user: object, mine: int, count: int, everyones: Any, total: Any) -> int:
        try:
            if pending.error is not None:
                return _c.E_BUSY
            fn: ExchangeFunction = pending.functions["exchange"]
            sent = np.empty(count, SENT)
            ctypes.memmove(sent.ctypes.data, mine, sent.nbytes)
            guard.shut = True
            answer = fn(sent)
            if not isinstance(answer, np.ndarray) or answer.dtype != SENT or answer.ndim != 1:
                raise TypeError(
                    f"exchange must return an array of dtype izh.SENT, shape (k,), not {answer!r}"
                )
            kept[:] = [rows(answer)]
            everyones[0], total[0] = kept[0].ctypes.data, len(answer)
            return _c.OK
        except BaseException as error:
            pending.keep(error)
            return _c.E_BUSY
        finally:
            guard.shut = False

    return make_thunk(ExchangeFn, call)


# ---- the network ----

_TOLD_MOST = 1000  # calls of set_params, each of some neurons, that are kept one by one


def _leave(_pointer: int) -> None:
    """A network's population goes with the network."""


class _Input(NamedTuple):
    """What a network was given from outside before its first run, as NeuroML can have it."""

    rates: Floats  #: of each source, 1/s
    background: Dict[str, Tuple[Floats, Floats]]  #: of each neuron 1/s and the weight, by receptor
    sent: List[Tuple[NDArray[Any], NDArray[Any]]]  #: times and sources


class _Neurons(Population):
    """A network's population. What runs it or ends it is the network's."""

    __slots__ = ("_network", "_told", "stimulus")
    _network: Handle
    stimulus: List[Traces]  #: what was set before the first run
    _told: Optional[List[Tuple[int, NDArray[Any]]]]  # from which neuron on; None: not known

    def __init__(self) -> None:
        raise TypeError("these neurons are a network's: izh.Network(...).neurons")

    def _belong(self, network: Handle, arguments: Dict[str, Any]) -> None:
        population = _c.lib.izh_network_population(network.pointer)
        self._begin(Handle(population, _leave, network), arguments)
        self._network = network
        self._told = []
        self.stimulus = []

    def _note_stimulus(self, traces: List[Traces]) -> None:
        self.stimulus = traces if self.time == 0 else []

    def _note_params(
        self, array: NDArray[Any], first: Optional[int], count: Optional[int]
    ) -> None:
        start, size = extent(self._n, first, count, len(array) if array.ndim else None)
        if size == self._n:
            self._told = []
        if self._told is not None:
            self._told.append((start, np.array(np.broadcast_to(array, size))))
        if self._told is not None and len(self._told) > _TOLD_MOST:
            self._told = [(0, self.told_params())]

    def told_params(self) -> NDArray[Any]:
        """Each neuron's parameters as they were set, shape (n,).

        Raises:
            InvalidError: they came with `load`, and a blob has them in another form.
        """
        if self._told is None:
            raise InvalidError("the parameters came with load(): set_params tells them")
        array = np.empty(self._n, PARAMS)
        array[...] = tuple(params_2003(0.02, 0.2, -65, 8))
        for start, some in self._told:
            array[start : start + len(some)] = some
        return array

    def _open_handle(self) -> Handle:
        if self._handle is None:
            raise InvalidError("the network is closed")
        return self._handle

    def _advance(self, pointer: int, end: float) -> int:
        return int(_c.lib.izh_network_run(self._network.pointer, end))

    def _refuse(self, what: str) -> NoReturn:
        self._open_handle()
        raise BusyError(f"these neurons are a network's: {what}")

    def run(self, t_end: float, progress: bool = False) -> Spikes:
        """Not here: `Network.run`."""
        self._refuse("use Network.run(t_end)")

    def run_network(self, t_end: float, progress: bool) -> Spikes:
        return super().run(t_end, progress)

    def load(self, data: bytes) -> None:
        """Not here: `Network.load`."""
        self._refuse("use Network.load(data)")

    def close(self) -> None:
        """Not here: `Network.close`."""
        self._refuse("use Network.close()")

    def began(self, t0: float) -> None:
        """From when on ticks are counted, after a load, which brings parameters, too."""
        self._t0 = t0
        self._told = None

    def remember(self, params: Optional[NDArray[Any]]) -> None:
        """What the parameters were, of a network that was pickled."""
        self._told = None if params is None else [(0, params)]

    def remembered(self) -> Optional[NDArray[Any]]:
        return None if self._told is None else self.told_params()

    def end(self) -> None:
        """Lets the network go: with it this is closed."""
        self._handle = None
        del self._network

    def __reduce__(self) -> Tuple[Any, ...]:
        raise TypeError("these neurons are a network's: pickle the network")


def _create(config: Any, receptors: Mapping[str, Receptor], *keep: object) -> Handle:
    pointer, names = c_void_p(), list(receptors)
    try:
        check(_c.lib.izh_network_create(byref(pointer), byref(config)))
    except InvalidError as error:

        def named(index: Any) -> str:
            return f"receptors[{names[int(index[1])]!r}]"

        raise InvalidError(re.sub(r"receptors\[(\d+)\]", named, str(error))) from None
    return Handle(pointer.value or 0, _c.lib.izh_network_destroy, *keep)


def _restored(
    base: Any,
    kind: Any,
    arguments: Dict[str, Any],
    groups: List[Tuple[_Rules, Dict[str, NDArray[Any]]]],
    blob: bytes,
    told: Any = (None, None, []),
) -> Any:
    """A pickled network. Weights are the blob's."""
    made = kind.__new__(kind)
    base.__init__(made, **arguments)
    for rules, columns in groups:
        made._add(rules, _synapses(**columns))
    base.load(made, blob)
    params, given, stimulus = told
    made._input = copy.deepcopy(given)  # copy.copy() hands over what the original goes on with
    made._neurons.stimulus = list(stimulus)
    made._neurons.remember(params)
    return made


class Network(Owner):
    """Neurons that interact: synapses with delays, receptors, sources of spikes.

        >>> net = izh.Network(1000, dt=.1, sources=100, receptors={
        ...     "ampa": izh.conductance(5, E=0), "gaba": izh.conductance(6, E=-70)})
        >>> source, target = izh.in_degree(800, 1000, 80, seed=1)
        >>> excitatory = net.connect(source, target, .005, delay=1.5, receptor="ampa")
        >>> net.neurons.set_current(4)
        >>> spikes = net.run(1000)

    Everything in a network acts on ticks. A spike counts at the tick that ends its step; with a
    delay of m ticks, which may be 0, it acts m ticks later. Arriving weights are added without
    rounding, so results are the same bits for any number of threads, instruction set, order of
    connecting, splits of runs, and slices over machines.

    Args:
        n: how many neurons.
        method: this and all other arguments up to `block` are those of `Population`.
        receptors: a dict of at most 8 names, each with what `conductance`, `current` or `jump`
            makes.
        sources: how many sources of spikes there are beside the neurons. `connect` counts them
            after the neurons.
        neurons: how many neurons the whole network has, if this one is a slice, which has those from
            `first` on; a slice needs `exchange`. Default: n.
        in_flight: room for spikes on their way, which are those of the last ticks up to the longest
            delay; a run that needs more raises an `OutOfMemoryError`. 0: as needed.
        send_capacity: room for spikes that were sent. 0: as needed.
        exchange: a function by which slices exchange their spikes. It gets the spikes of this slice,
            an array of dtype `izh.SENT` with the fields source and tick, gives them to all others,
            waits for theirs, and returns those of all slices, its own among them, in any order. It
            is called at the same ticks in all slices, and twice when the network is built, with
            records that are not spikes. An exception in it comes out of the run, or of the call
            that builds the network. It may not use the network.

    Raises:
        InvalidError, UnsupportedError, OutOfMemoryError: ValueErrors and the like, with the field.
        TypeError: something is not a number.

    `neurons` is the network's `Population`: set parameters, states, currents, callbacks and
    recording there. Only one thread at a time may use a network and its neurons.
    Calls release the GIL. Pickling (and copy.copy) builds the network and keeps it with its
    synapses, without functions and recording; it keeps a slice's `exchange`, too.
    """

    __slots__ = ("_neurons", "_receptors", "_groups", "_spare", "_input")
    _kind = "network"
    _input: Optional[_Input]  # until the first run
    _hints = {
        **dict.fromkeys(
            ("I", "current", "currents", "i_ext"), "net.neurons.set_current(I)"
        ),
        **dict.fromkeys(("v", "u", "state", "initial"), "net.neurons.set_state(v, u)"),
        **dict.fromkeys(("t", "time", "t_end"), "run(t_end)"),
        "params": "net.neurons.set_params(params)",
        "rates": "set_rates(hz)",
        "background": "set_background(receptor, hz, weight)",
        **dict.fromkeys(("synapses", "weight", "weights"), "connect(source, target, weight)"),
        **dict.fromkeys(
            ("n", "method", "dt", "receptors", "sources", "neurons", "exchange", "threads",
             "seed", "noise_sigma", "noise_white", "noise_ou", "in_flight", "send_capacity"),
            "Network(...), which takes it"),
        **{name: f"net.neurons.{name}(function)" for name in ("on_spikes", "on_current")},
    }  # fmt: skip
    _neurons: _Neurons
    _receptors: Dict[str, Receptor]
    _groups: List[_Rules]
    _spare: Dict[_Rules, int]  # groups whose synapses had no memory

    def __init__(
        self,
        n: int,
        method: str = "midpoint",
        *,
        precision: str = "f64",
        events: str = "exact",
        threads: int = 1,
        dt: float = 0.0,
        t0: float = 0.0,
        noise_sigma: float = 0.0,
        noise_white: float = 0.0,
        noise_ou: Optional[Sequence[float]] = None,
        seed: int = 0,
        first: int = 0,
        isa: str = "best",
        spike_capacity: int = 0,
        max_spikes_per_ms: float = 0.0,
        max_steps_per_ms: float = 0.0,
        tile: int = 0,
        block: int = 0,
        receptors: Optional[Mapping[str, Receptor]] = None,
        sources: int = 0,
        neurons: Optional[int] = None,
        in_flight: int = 0,
        send_capacity: int = 0,
        exchange: Optional[ExchangeFunction] = None,
    ) -> None:
        arguments = {name: x for name, x in locals().items() if name not in ("self", "__class__")}
        arguments["receptors"] = _check_receptors(receptors)
        check_function("exchange", exchange)
        config = izh_network_config(ctypes.sizeof(izh_network_config))
        population = config_of(arguments)
        config.population = ctypes.pointer(population)
        config.neurons = 0 if neurons is None else integer("neurons", neurons, 32)
        config.sources = integer("sources", sources, 32)
        config.receptors = _receptors_to_c(arguments["receptors"])
        config.receptor_count = len(arguments["receptors"])
        config.in_flight = integer("in_flight", in_flight, 64)
        config.send_capacity = integer("send_capacity", send_capacity, 64)
        with Idle(self):
            self._begin(config, arguments)

    def _begin(self, config: Any, arguments: Dict[str, Any]) -> None:
        made = _Neurons.__new__(_Neurons)
        made._guard = self._guard
        exchange = arguments["exchange"]
        thunk = None if exchange is None else _exchange_thunk(made._pending, self._guard)
        if thunk is not None:
            config.exchange.run = ctypes.cast(thunk, c_void_p)
        handle = _create(config, arguments["receptors"], thunk)
        made._belong(handle, arguments)
        if thunk is not None:
            made._keep_function("exchange", exchange)
        if self._handle is not None:
            self._neurons.end()
        self._become(handle, arguments)
        self._pending = made._pending
        self._neurons = made
        self._receptors = arguments["receptors"]
        self._groups = []
        self._spare = {}
        self._input = _Input(np.zeros(self.sources), {}, [])
        self._warn_of_receptors()

    def _warn_of_receptors(self) -> None:
        dt = self.dt
        for name, receptor in self._receptors.items():
            if 0 < receptor.tau < dt:
                warn_caller(
                    f"receptors[{name!r}]: tau = {receptor.tau:.15g} ms is below dt = {dt:.15g} ms: "
                    "tau is in ms",
                    IzhWarning,
                )

    if not TYPE_CHECKING:  # so that mypy finds unknown attributes

        def __getattr__(self, name: str) -> NoReturn:
            is_theirs = not name.startswith("_") and hasattr(Population, name)
            instead = f": use net.neurons.{name}" if is_theirs else ""
            raise AttributeError(f"a {self._kind} has no {name!r}{instead}")

    def close(self) -> None:
        """Gives the memory back, now. Again is allowed; anything else on it or on its neurons is a
        ValueError then.

        Raises:
            BusyError: inside a callback, or while another thread uses it.
        """
        with Idle(self):
            if self._handle is not None:
                self._neurons.end()
            self._handle = None

    def _call(self, call: Any, *arguments: Any) -> None:
        """Calls what may build the network, in which slices exchange."""
        with self._use() as pointer:
            with self._interrupts():
                status = call(pointer, *arguments)
            self._pending.surface()
            check(status)

    # ---- synapses ----

    def connect(
        self,
        source: ArrayLike,
        target: ArrayLike,
        weight: ArrayLike,
        delay: ArrayLike = 1.0,
        receptor: Optional[str] = None,
        *,
        round: bool = False,
        stdp: Optional[STDP] = None,
        stp: Optional[STP] = None,
    ) -> Synapses:
        """Adds synapses, as long as the network is not built, as its first run does.

        The four arrays broadcast, as in NumPy. They may connect a neuron to itself, and the same
        two neurons several times.

        Args:
            source: where each synapse begins: a neuron of the whole network, or a source, which is
                counted after the neurons: source k of `send` and `set_rates` is `whole` + k.
            target: where it ends: a neuron of this slice.
            weight: mV for a jump, pA for a current (pA ms with tau 0), nS for a conductance.
                Rounded to a multiple of the receptor's range times 2^-31.
            delay: ms: whole ticks, 0 to 65535, within 4 units in the last place.
            receptor: its name. Default: the only one.
            round: whether to round delays, and `every` of stdp, to the nearest tick: the whole
                number nearest to the double delay / dt, in a tie the even one.
            stdp: the `STDP` by which the weights change, which must be within its bounds. Default:
                the weights are fixed.
            stp: the `STP`, short-term plasticity. Default: none.

        Returns:
            The synapses, to read them and to set their weights. `synapses` has those of all calls.

        Raises:
            InvalidError: names the array, the place in it and the value; or the network is built.
                No synapse has been added.
            TypeError: indices are not integers, or stdp or stp is something else.
            BusyError: inside a callback.
        """
        _check_unpacked(source, target)
        which = self._find_receptor(receptor)
        name, law = list(self._receptors.items())[which]
        rules = _check_rules(which, stdp, stp, self.dt, round)
        array = _synapses(
            source=indices("source", source, self.whole + self.sources),
            target=indices("target", target, self.n),
            weight=_weights(weight, name, law, stdp),
            delay=_ticks("delay", delay, self.dt, round),
        )
        return self._add(rules, array)

    def _add(self, rules: _Rules, array: NDArray[Any]) -> Synapses:
        with self._use() as pointer:
            group = self._spare.pop(rules, None)
            if group is None:
                group = self._new_group(pointer, rules)
            self._spare[rules] = group
            check(_c.lib.izh_network_connect(pointer, group, array.ctypes.data, len(array)))
            del self._spare[rules]
            return Synapses(self, group)

    def _new_group(self, pointer: int, rules: _Rules) -> int:
        config = izh_group_config(ctypes.sizeof(izh_group_config), rules.receptor)
        if rules.stdp is not None:
            fill_stdp(config.stdp, rules.stdp, rules.every)
        if rules.stp is not None:
            fill_stp(config.stp, rules.stp)
        group = c_uint32()
        try:
            check(_c.lib.izh_network_group(pointer, byref(config), byref(group)))
        except InvalidError as error:
            raise InvalidError(re.sub("^group:", "connect:", str(error))) from None
        self._groups.append(rules)
        return group.value

    @property
    def synapses(self) -> Tuple[Synapses, ...]:
        """All synapses, group by group: what each `connect` returned."""
        with self._use():
            return tuple(Synapses(self, group) for group in range(len(self._groups)))

    def build(self) -> None:
        """Sorts the synapses; after that you cannot add any. The first run does it, and calls that
        read or set synapses, save or load.

        Raises:
            InvalidError: a neuron has more than 2^23 synapses of one receptor, or slices do not fit
                together. Nothing has changed.
            Whatever `exchange` raised.
        """
        self._call(_c.lib.izh_network_build)

    def _find_receptor(self, name: Optional[str]) -> int:
        names = {each: k for k, each in enumerate(self._receptors)}
        if name is not None:
            return choice("receptor", name, names)
        if len(names) != 1:
            those = ", ".join(names) if names else "none: receptors={...} makes some"
            raise InvalidError(f"receptor is missing; there are {those}")
        return 0

    # ---- input from outside ----

    def send(self, t: ArrayLike, i: ArrayLike) -> None:
        """Makes sources spike. A spike for t counts at the first tick that is not before t. Send the
        same to each slice.

        Args:
            t: when, ms, from the time now on, in any order; a number or an array.
            i: the source, from 0, which is `whole` + i for `connect`; a number or an array. Both
                broadcast.

        Raises:
            InvalidError: names what is not valid; also where a source would count more than 255
                times in a tick. None is sent.
            OutOfMemoryError: there are more than send_capacity.
        """
        times = reals("t", t, np.ndim(t))
        which = indices("i", i, self.sources)
        try:
            shape = np.broadcast_shapes(times.shape, which.shape)
        except ValueError:
            raise InvalidError(f"t has shape {times.shape}, i has {which.shape}") from None
        spikes = np.zeros(shape, SPIKE)
        spikes["t"], spikes["i"] = times, which
        with self._use() as pointer:
            check(_c.lib.izh_network_send(pointer, spikes.ctypes.data, spikes.size))
        if self._input is not None:
            self._input.sent.append((spikes["t"].ravel(), spikes["i"].ravel()))

    def set_rates(
        self, hz: ArrayLike, first: Optional[int] = None, count: Optional[int] = None
    ) -> None:
        """Makes Poisson processes of sources first ... first + count - 1, from now on.

        Args:
            hz: mean spikes a second, a number or of shape (count,); 0 for none; at most 50 in a
                tick.
            first: the first source. Default: 0, which is `whole` for `connect`.
            count: how many. Default: as many as there are rates, or all from `first` on. Without
                first and count an array is of all sources.
        """
        rates = reals("hz", hz, None)
        length = len(rates) if rates.ndim else None
        start, size = extent(self.sources, first, count, length, "rates", "sources")
        with self._use() as pointer:
            call = _c.lib.izh_network_set_rates
            check(call(pointer, start, size, rates.ctypes.data, 0 if length is None else 1))
        if self._input is not None:
            self._input.rates[start : start + size] = rates

    def set_background(
        self,
        receptor: str,
        hz: ArrayLike,
        weight: ArrayLike,
        first: Optional[int] = None,
        count: Optional[int] = None,
    ) -> None:
        """Gives each of the neurons first ... first + count - 1 a Poisson process of its own, from
        now on, without synapses: its spikes act at the tick at which they count. There is one for
        each neuron and receptor: another call replaces it.

        Args:
            receptor: the name of what they act on.
            hz: mean spikes a second, a number or of shape (count,); 0 for none; at most 50 in a
                tick.
            weight: as a synapse's, a number or of shape (count,).
            first: the first neuron of the slice. Default: 0.
            count: how many. Default: as many as the arrays have, or all from `first` on. Without
                first and count an array is of all neurons.
        """
        which = self._find_receptor(receptor)
        columns = [reals("hz", hz, None), reals("weight", weight, None)]
        lengths = {len(column) for column in columns if column.ndim}
        if len(lengths) > 1:
            raise InvalidError(f"hz has {len(columns[0])} values, weight has {len(columns[1])}")
        length = lengths.pop() if lengths else None
        start, size = extent(self.n, first, count, length, "rates")
        if length is not None:
            columns = [np.ascontiguousarray(np.broadcast_to(x, length)) for x in columns]
        rates, weights = (column.ctypes.data for column in columns)
        with self._use() as pointer:
            call = _c.lib.izh_network_set_background
            check(call(pointer, which, start, size, rates, weights, 0 if length is None else 1))
        if self._input is not None:
            blank = np.zeros(self.n), np.zeros(self.n)
            name = list(self._receptors)[which]
            for told, column in zip(self._input.background.setdefault(name, blank), columns):
                told[start : start + size] = column

    # ---- running ----

    def run(self, t_end: float, progress: bool = False) -> Spikes:
        """Runs to t_end, ms, and returns the spikes of the neurons, as `Population.run` does, but
        in the order of (tick counted, t, i).

        Args:
            t_end: a tick, not before now: t0 + k dt. It is a time and not a duration: to run for
                500 ms more give `time` + 500.
            progress: show a progress bar, if tqdm is installed.

        Returns:
            The `Spikes`, an array with the fields t, ms, and i; empty where an `on_spikes` function
            of `neurons` got them.

        Raises:
            What `Population.run` and `build` raise.
            OutOfMemoryError: there is no room for more spikes on their way; `time` is the last tick
                that stands.
            Whatever `exchange` raised.
        """
        self._open_handle()
        before = self.time
        try:
            return self._neurons.run_network(t_end, progress)
        finally:
            if self._handle is None or self.time != before:
                self._input = None
                self._neurons.stimulus = []

    # ---- what can be read ----

    @property
    def neurons(self) -> Population:
        """The network's neurons, to set parameters, states, currents, callbacks and recording. For
        run, load and close use the network."""
        self._open_handle()
        return self._neurons

    @property
    def n(self) -> int:
        """How many neurons this slice has."""
        return int(self._arguments["n"])

    @property
    def first(self) -> int:
        """Which neuron of the whole network neuron 0 of this slice is."""
        return int(self._arguments["first"])

    @property
    def whole(self) -> int:
        """How many neurons the whole network has, which is also the number of source 0."""
        neurons = self._arguments["neurons"]
        return int(neurons) if neurons else self.n

    @property
    def sources(self) -> int:
        """How many sources there are beside the neurons."""
        return int(self._arguments["sources"])

    @property
    def receptors(self) -> Mapping[str, Receptor]:
        """The receptors, by name."""
        return MappingProxyType(self._receptors)

    @property
    def time(self) -> float:
        """The time now, ms: a tick's."""
        return self.neurons.time

    @property
    def dt(self) -> float:
        """The tick, ms."""
        return self.neurons.dt

    def input(
        self, receptor: str, *, first: Optional[int] = None, count: Optional[int] = None
    ) -> Floats:
        """What a receptor's synapses give neurons first ... first + count - 1 now, without what
        arrives at this tick.

        Args:
            receptor: its name.
            first: the first neuron. Default: 0.
            count: how many. Default: all from `first` on.

        Returns:
            Currents, pA, or conductances, nS, without the factor of nmda: shape (count,). 0 for
            jumps and for currents of tau 0.
        """
        which = self._find_receptor(receptor)
        start, size = extent(self.n, first, count)
        array = np.empty(size)
        with self._use() as pointer:
            check(_c.lib.izh_network_get_input(pointer, which, start, size, array.ctypes.data))
        return array

    @property
    def hash(self) -> int:
        """A fingerprint of all that a run depends on: the same in every language and on every
        machine; those of slices add up, modulo 2^64, to the whole's."""
        with self._use() as pointer:
            return int(_c.lib.izh_network_hash(pointer))

    @property
    def message(self) -> str:
        """The message of the last error of the network; empty if there was none."""
        with self._use() as pointer:
            text: bytes = _c.lib.izh_network_message(pointer)
            return _c.in_python(text)

    def __repr__(self) -> str:
        if self._handle is None:
            return "<izh.Network: closed>"
        try:
            synapses = sum(len(each) for each in self.synapses)
            now = f"{synapses} synapses, {self._arguments['method']} at {self.time:g} ms"
        except (BusyError, RuntimeError) as error:
            now = str(error)
        return f"<izh.Network: {self.n} neurons, {self.sources} sources, {now}>"

    # ---- saving ----

    def save(self) -> bytes:
        """Everything but structure (receptors, groups, which synapses there are), functions,
        recording and what does not change results. The same bytes on every machine and in every
        language. Builds first."""
        self.build()
        with self._use() as pointer:
            return saved(_c.lib.izh_network_save, pointer)

    def load(self, data: bytes) -> None:
        """Turns this network into the saved one: a run from here is the same, bit for bit.
        Functions and recording stay. Builds first.

        Raises:
            FormatError: `data` is not a whole, undamaged blob of a network.
            InvalidError: it is of another structure: population, receptors, sources, groups, their
                order, or synapses, but for weights. Nothing has changed.
        """
        blob = as_bytes(data)
        self._call(_c.lib.izh_network_load, blob, len(blob))
        self._neurons.began(t0_of(blob))
        self._input = None

    def _structure(self) -> List[Tuple[_Rules, Dict[str, NDArray[Any]]]]:
        """Each group's rules and synapses, with delays in ticks; the weights are in the blob."""
        return [
            (
                rules,
                {
                    "source": each._column("source").astype(np.uint32),
                    "target": each._column("target").astype(np.uint32),
                    "delay": each._column("delay").astype(np.uint16),
                },
            )
            for rules, each in zip(self._groups, self.synapses)
        ]

    def __reduce__(self) -> Tuple[Any, ...]:
        if set(self._pending.functions) - {"exchange"}:
            warnings.warn("the network is pickled without its functions", stacklevel=3)
        told = self._neurons.remembered(), self._input, self._neurons.stimulus
        state = self._arguments, self._structure(), self.save(), told
        return _restored, (Network, type(self), *state), added(self)
