"""Populations, views of them, and assemblies."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Dict, List

import numpy as np
from numpy.typing import NDArray

from pyNN import common, errors
from pyNN.models import BaseCellType
from pyNN.parameters import ArrayParameter, LazyArray, ParameterSpace, simplify
from pyNN.standardmodels import ModelNotAvailable, StandardCellType

from . import simulator
from .cells import Neuron, SpikeSourceArray, SpikeSourcePoisson
from .recording import Recorder

_STATES = ("v", "u")


def _evaluated(space: Any) -> Dict[str, NDArray[Any]]:
    """Each parameter's values."""
    try:
        space.evaluate(simplify=False)
    except ValueError as error:
        raise errors.InvalidParameterValueError(f"{', '.join(space.keys())}: {error}") from error
    return dict(space.as_dict())


class Assembly(common.Assembly):
    __doc__ = common.Assembly.__doc__
    _simulator = simulator

    @property
    def receptor_types(self) -> List[str]:
        """Those that all populations have, in the order of the first: the first is the default of
        projections that excite, and the second of those that inhibit."""
        first, *others = (each.celltype.receptor_types for each in self.populations)
        return [name for name in first if all(name in each for each in others)]


class PopulationView(common.PopulationView):
    __doc__ = common.PopulationView.__doc__
    _assembly_class = Assembly
    _simulator = simulator

    def _cells(self) -> NDArray[Any]:
        """Where these are in the population at the root."""
        return np.asarray(self.index_in_grandparent(np.arange(self.size)))

    def _get_parameters(self, *names: str) -> Any:
        whole, cells = self.grandparent, self._cells()
        return ParameterSpace(
            {name: simplify(whole._parameters[name][cells]) for name in names}, shape=(self.size,)
        )

    def _set_parameters(self, parameter_space: Any) -> None:
        self.grandparent.change(self._cells(), _evaluated(parameter_space))

    def _set_initial_value_array(self, variable: str, initial_values: Any) -> None:
        self.grandparent.begin_at(self._cells(), variable, initial_values.evaluate())

    def initialize(self, **initial_values: Any) -> None:
        """As PyNN has it."""
        for variable, value in initial_values.items():
            made = LazyArray(value, shape=(self.size,), dtype=float)
            self._set_initial_value_array(variable, made)

    def _get_view(self, selector: Any, label: Any = None) -> PopulationView:
        return PopulationView(self, selector, label)


class Population(common.Population):
    __doc__ = common.Population.__doc__
    _simulator = simulator
    _recorder_class = Recorder
    _assembly_class = Assembly

    _parameters: Dict[str, NDArray[Any]]  # each of shape (size,)

    def __init__(self, size: Any, cellclass: Any, *arguments: Any, **others: Any) -> None:
        """Refuses what libizh has not before PyNN has made anything of it."""
        simulator.state.refuse_if_built("make a Population")
        made = cellclass if isinstance(cellclass, type) else type(cellclass)
        if issubclass(made, ModelNotAvailable):
            made()  # raises PyNN's own error
        if issubclass(made, BaseCellType):  # else PyNN says what it wants
            if not issubclass(made, (Neuron, SpikeSourceArray, SpikeSourcePoisson)):
                raise errors.InvalidModelError(f"{made.__name__} is no cell type of izh.pynn")
        try:
            super().__init__(size, cellclass, *arguments, **others)
        except Exception:
            simulator.state.forget(self)
            raise

    def _create_cells(self) -> None:
        state = simulator.state
        first = state.id_counter
        self.all_cells = np.array(
            [simulator.ID(id) for id in range(first, first + self.size)], dtype=simulator.ID
        )
        for id in self.all_cells:
            id.parent = self
        self._mask_local = np.ones(self.size, bool)
        self._initial = {name: np.zeros(self.size) for name in _STATES if self.has_membrane}
        self._parameters = {}
        self.change(np.arange(self.size), self._native_parameters())
        state.id_counter += self.size
        state.populations.append(self)

    def _native_parameters(self) -> Dict[str, NDArray[Any]]:
        is_standard = isinstance(self.celltype, StandardCellType)
        cell = self.celltype  # which others may have, too
        space = cell.native_parameters if is_standard else deepcopy(cell.parameter_space)
        space.shape = (self.size,)
        return _evaluated(space)

    @property
    def has_membrane(self) -> bool:
        """Whether these are neurons, and no sources of spikes."""
        return isinstance(self.celltype, Neuron)

    # ---- parameters ----

    def change(self, cells: NDArray[Any], values: Dict[str, NDArray[Any]]) -> None:
        """Gives some cells other parameters. Nothing has changed where they are refused."""
        self._check(values)
        before = self._parameters
        self._parameters = {**before, **self._with(cells, values)}
        if simulator.state.built is not None:
            try:
                simulator.state.refuse_older(self)
                simulator.state.built.changed(self, set(values))
            except Exception:
                self._parameters = before
                raise

    def _with(self, cells: NDArray[Any], values: Dict[str, NDArray[Any]]) -> Dict[str, Any]:
        """The parameters of all, where some cells have others."""
        made = {}
        for name, value in values.items():
            if name in self._parameters:
                made[name] = self._parameters[name].copy()
            else:
                kind = object if isinstance(value[0], ArrayParameter) else float
                made[name] = np.empty(self.size, kind)
            made[name][cells] = value
        return made

    def _check(self, values: Dict[str, NDArray[Any]]) -> None:
        """What libizh would refuse only when it runs."""
        wrong = errors.InvalidParameterValueError
        for name in ("tau_syn_E", "tau_syn_I", "e_rev_E", "e_rev_I"):
            if name in values:
                simulator.state.refuse_if_built(f"change {name}")
                if name.startswith("tau") and not (np.asarray(values[name], float) > 0).all():
                    raise wrong(f"{name} must be above 0 ms, not {values[name]}")
        for times in values.get("spike_times", ()):
            if not (times.value >= 0).all() or not np.isfinite(times.value).all():
                raise wrong("Spike times given to SpikeSourceArray must be 0 ms or more")
            if (np.diff(times.value) < 0).any():
                raise wrong("Spike times given to SpikeSourceArray must be in increasing order")
        for name in ("i_offset", "start"):
            if not np.isfinite(np.asarray(values.get(name, 0.0), float)).all():
                raise wrong(f"{name} must be finite, not {values[name]}")
        for name in ("rate", "duration"):
            if not (np.asarray(values.get(name, 0.0), float) >= 0).all():
                raise wrong(f"{name} must be 0 or more, not {values[name]}")

    def _get_parameters(self, *names: str) -> Any:
        return ParameterSpace(
            {name: simplify(self._parameters[name]) for name in names}, shape=(self.size,)
        )

    def _set_parameters(self, parameter_space: Any) -> None:
        self.change(np.arange(self.size), _evaluated(parameter_space))

    # ---- states ----

    def begin_at(self, cells: NDArray[Any], variable: str, values: Any) -> None:
        """Sets where some cells begin, and where they are, if the network is made already."""
        values = np.broadcast_to(np.asarray(values, float), len(cells))
        if not np.isfinite(values).all():
            raise errors.InvalidParameterValueError(f"{variable} must be finite, not {values}")
        if variable in self._initial:
            before = self._initial[variable][cells]
            self._initial[variable][cells] = values
            try:
                if simulator.state.built is not None:
                    simulator.state.refuse_older(self)
                    simulator.state.built.place(self, cells, variable)
            except Exception:
                self._initial[variable][cells] = before
                raise
        elif variable not in self.celltype.default_initial_values:
            raise errors.InvalidParameterValueError(
                f"{type(self.celltype).__name__} has no state {variable!r} to begin at"
            )
        elif values.any():
            raise NotImplementedError(f"libizh begins with {variable} = 0")

    def _set_initial_value_array(self, variable: str, initial_values: Any) -> None:
        self.begin_at(np.arange(self.size), variable, initial_values.evaluate())

    def _set_cell_initial_value(self, id: Any, variable: str, value: float) -> None:
        super()._set_cell_initial_value(id, variable, value)
        self.begin_at(np.array([self.id_to_index(id)]), variable, value)

    def _get_view(self, selector: Any, label: Any = None) -> PopulationView:
        return PopulationView(self, selector, label)
