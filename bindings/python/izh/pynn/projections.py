"""Projections. Connections are columns of arrays here, which the network is made of."""

from __future__ import annotations

import warnings
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray

from pyNN import common, errors
from pyNN.space import Space

from .._arrays import to_list
from . import simulator
from .mended import TextFile
from .synapses import STDPMechanism, StaticSynapse, TsodyksMarkramSynapse

_ENDS = {"presynaptic_index": "_pre", "postsynaptic_index": "_post"}
#: How `get` puts together the values of several connections of a pair of cells.
_TOGETHER: Dict[str, Any] = {"sum": np.add, "min": np.minimum, "max": np.maximum}


class Connection(common.Connection):
    """One connection: its weight, delay and other attributes, to read and to set."""

    _projection: Projection
    _index: int

    def __init__(self, projection: Projection, index: int) -> None:
        object.__setattr__(self, "_projection", projection)
        object.__setattr__(self, "_index", index)

    def __getattr__(self, name: str) -> Any:
        if name not in _ENDS and name not in self._projection.names:
            raise AttributeError(f"a connection has no {name!r}")
        value = self._projection.column(name)[self._index]
        return int(value) if name in _ENDS else float(value)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._projection.names:
            raise AttributeError(f"a connection has no {name!r} to set")
        self._projection.change(name, np.array([self._index]), value)

    def as_tuple(self, *attribute_names: str) -> Tuple[Any, ...]:
        return tuple(getattr(self, name) for name in attribute_names)


def _ids(cells: Any) -> NDArray[np.int64]:
    return np.fromiter((int(id) for id in cells.all_cells), np.int64, cells.size)


class Projection(common.Projection):
    __doc__ = common.Projection.__doc__
    _simulator = simulator
    _static_synapse_class = StaticSynapse

    def __init__(
        self,
        presynaptic_population: Any,
        postsynaptic_population: Any,
        connector: Any,
        synapse_type: Any = None,
        source: Any = None,
        receptor_type: Optional[str] = None,
        space: Any = Space(),
        label: Optional[str] = None,
    ) -> None:
        simulator.state.refuse_if_built("make a Projection")
        common.Projection.__init__(
            self,
            presynaptic_population,
            postsynaptic_population,
            connector,
            synapse_type,
            source,
            receptor_type,
            space,
            label,
        )
        for cells in (self.pre, self.post):
            simulator.state.refuse_older(cells)
        known = (StaticSynapse, TsodyksMarkramSynapse, STDPMechanism)
        if not isinstance(self.synapse_type, known):
            raise errors.InvalidModelError(
                f"{type(self.synapse_type).__name__} is no synapse type of izh.pynn"
            )
        self._rounded = False
        self._parts: List[Tuple[NDArray[Any], int, Dict[str, Any]]] = []
        connector.connect(self)
        self._gather()
        self._check_weights(self._columns["weight"])
        self._check_delays()
        simulator.state.projections.append(self)

    # ---- making connections ----

    def _convergent_connect(
        self,
        presynaptic_indices: NDArray[Any],
        postsynaptic_index: int,
        location_selector: Any = None,
        **connection_parameters: Any,
    ) -> None:
        """Connectors call this once for each target."""
        if location_selector is not None:
            raise NotImplementedError("libizh's neurons have no compartments")
        sources = np.asarray(presynaptic_indices, np.int64)
        self._parts.append((sources, int(postsynaptic_index), connection_parameters))

    def _gather(self) -> None:
        """Makes columns of what connectors gave."""
        parts, self._parts = self._parts, []
        counts = np.array([len(sources) for sources, _, _ in parts], np.int64)
        self._pre = np.concatenate([np.empty(0, np.int64), *(sources for sources, _, _ in parts)])
        self._post = np.repeat(np.array([target for _, target, _ in parts], np.int64), counts)
        self.names = tuple(self.synapse_type.get_native_names())
        self._columns: Dict[str, NDArray[Any]] = {}
        for name in self.names:
            column = np.empty(len(self._pre))
            at = 0
            for sources, _, values in parts:
                column[at : at + len(sources)] = values[name]
                at += len(sources)
            self._columns[name] = column

    def _check_weights(self, weights: NDArray[Any]) -> None:
        finite = np.isfinite(weights)
        if not finite.all():
            raise errors.InvalidWeightError(f"weights must be finite, not {weights[~finite][0]}")

    def _check_delays(self) -> None:
        """Puts delays on ticks, and refuses those that libizh has not."""
        state, delays = simulator.state, self._columns["delay"]
        ticks = state.ticks(delays)
        shortest, longest = state.ticks([state.default_delay, state.max_delay])
        wrong = ~((ticks >= shortest) & (ticks <= longest))
        if wrong.any():
            raise errors.ConnectionError(
                f"Delay ({delays[wrong][0]:g}) is out of range [{state.default_delay:g}, "
                f"{state.max_delay:g}]"
            )
        dendritic = self._columns.get("dendritic_delay_fraction")
        if dendritic is not None and ((dendritic != 0) & (ticks > 1)).any():
            raise errors.InvalidParameterValueError(
                "libizh's delays are the axon's: STDP with delays above one time step needs "
                "dendritic_delay_fraction=0"
            )
        on_tick = np.abs(ticks * state.dt - delays) <= 1e-9 * state.dt * np.maximum(ticks, 1)
        if not on_tick.all() and not self._rounded:
            self._rounded = True
            warnings.warn(
                f"delays of {self.label} are rounded to the time step, {state.dt:g} ms",
                errors.RoundingWarning,
                stacklevel=3,
            )
        self._columns["delay"] = np.where(on_tick, delays, ticks * state.dt)
        self.delay_ticks = ticks.astype(np.uint32)

    # ---- what the network asks for ----

    @property
    def shortest(self) -> float:
        """The shortest delay, ms; where there is none, infinite."""
        return float(self._columns["delay"].min(initial=np.inf))

    @property
    def sources(self) -> Tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The IDs of the cells that may be sources, and each connection's place among them."""
        return _ids(self.pre), self._pre

    @property
    def targets(self) -> Tuple[NDArray[np.int64], NDArray[np.int64]]:
        return _ids(self.post), self._post

    @property
    def is_plastic(self) -> bool:
        """Whether a run changes weights."""
        return isinstance(self.synapse_type, STDPMechanism)

    # ---- reading ----

    def __len__(self) -> int:
        return len(self._pre)

    def column(self, name: str) -> NDArray[Any]:
        """An attribute of all connections, in the order in which they were made."""
        if name in _ENDS:
            return np.asarray(getattr(self, _ENDS[name]))
        built = simulator.state.built
        if name == "weight" and self.is_plastic and built is not None:
            return built.weights(self)
        return self._columns[name]

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, slice):
            return [Connection(self, k) for k in range(*i.indices(len(self)))]
        if not -len(self) <= i < len(self):
            raise IndexError(f"there are {len(self)} connections, and none {i}")
        return Connection(self, int(i) % len(self))

    @property
    def connections(self) -> Iterator[Connection]:
        """All connections, one by one."""
        return (Connection(self, k) for k in range(len(self)))

    def _get_attributes_as_list(self, names: Sequence[str]) -> List[Tuple[Any, ...]]:
        return list(zip(*(to_list(self.column(name)) for name in names)))

    def _get_attributes_as_arrays(
        self, names: Sequence[str], multiple_synapses: str = "sum"
    ) -> List[NDArray[Any]]:
        return [self._matrix(self.column(name), multiple_synapses) for name in names]

    def _matrix(self, column: NDArray[Any], multiple_synapses: str) -> NDArray[Any]:
        """A value for each pair of cells; NaN where they are not connected."""
        made = np.full(self.shape, np.nan)
        order: NDArray[Any] = np.arange(len(self))
        if multiple_synapses == "first":
            order = order[::-1].copy()  # for NumPy may turn a view back
        pairs = self._pre[order], self._post[order]
        column = column[order]
        made[pairs] = column  # the last one counts
        if multiple_synapses in _TOGETHER:
            add = _TOGETHER[multiple_synapses]
            if multiple_synapses == "sum":
                made[pairs] = 0.0
            add.at(made, pairs, column)
        return made

    def save(self, attribute_names: Any, file: Any, *how: Any, **named: Any) -> None:
        to = TextFile(file, mode="wb") if isinstance(file, str) else file
        super().save(attribute_names, to, *how, **named)

    save.__doc__ = common.Projection.save.__doc__

    # ---- setting ----

    def _set_attributes(self, parameter_space: Any) -> None:
        parameter_space.evaluate(simplify=False)
        for name in parameter_space.keys():
            self._refuse_change_of(name)
        everyone = np.arange(len(self))
        for name, values in parameter_space.items():
            self.change(name, everyone, np.asarray(values)[self._pre, self._post])

    def _refuse_change_of(self, name: str) -> None:
        if name != "weight":
            simulator.state.refuse_if_built(f"change {name} of a Projection")

    def change(self, name: str, which: NDArray[Any], values: Any) -> None:
        """Gives some connections another value of an attribute. Nothing has changed where it is
        refused."""
        built = simulator.state.built
        self._refuse_change_of(name)
        values = np.broadcast_to(np.asarray(values, float), which.shape)
        if name == "weight":
            self._check_weights(values)
        before = self._columns[name][which]
        self._columns[name][which] = values
        try:
            if name != "weight":
                self._check_delays()
            elif built is not None:
                built.set_weights(self, which, values)
        except Exception:
            self._columns[name][which] = before
            raise

    def initialize(self, **initial_values: Any) -> None:
        """Where synapses begin: only there where libizh's begin anyway."""
        begins = self.synapse_type.default_initial_values
        for variable, value in initial_values.items():
            if variable not in begins:
                raise errors.InvalidParameterValueError(
                    f"{type(self.synapse_type).__name__} has no state {variable!r} to begin at"
                )
            if not np.array_equal(np.unique(value), [begins[variable]]):
                raise NotImplementedError(f"libizh begins with {variable} = {begins[variable]:g}")
            self.initial_values[variable] = value
