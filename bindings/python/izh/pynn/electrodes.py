"""Sources of current.

Direct and stepped currents change at ticks, where the network sets neurons' constant currents.
Those that change all the time, alternating and noisy ones, are sampled at each tick.
"""

from __future__ import annotations

import math
from typing import Any, Dict, List, Tuple

import numpy as np
from numpy.typing import NDArray

from pyNN import errors
from pyNN.parameters import ArrayParameter, ParameterSpace, Sequence
from pyNN.standardmodels import StandardCurrentSource, build_translations, electrodes

from .._arrays import to_list
from . import simulator

#: More changes than this in a run, and a stepped current is sampled.
STEPS_MOST = 256


class CurrentSource(StandardCurrentSource):
    """What all sources of current here have in common. Amplitudes are in nA."""

    def __init__(self, **parameters: Any) -> None:
        self._values: Dict[str, Any] = {}  # first: PyNN looks what is missing up in it
        self._recording = False
        space = ParameterSpace(self.default_parameters, self.get_schema(), (1,), type(self))
        space.update(**parameters)
        self.set_native_parameters(self.translate(space))
        self._begin()

    def _begin(self) -> None:
        """Becomes one of the sources that there are, and flows nowhere yet."""
        sources = simulator.state.current_sources
        self.cells: List[int] = []  # their IDs
        self._number = len(sources)
        self.restart()
        sources.append(self)

    # ---- what PyNN asks for ----

    def set_native_parameters(self, parameters: Any) -> None:
        parameters.evaluate(simplify=True)
        values = dict(self._values)
        for name, value in parameters.items():
            is_array = isinstance(value, ArrayParameter)
            values[name] = np.array(value.value, float) if is_array else float(value)
            if np.isnan(values[name]).any():
                raise errors.InvalidParameterValueError(f"{name} must be a number, not {value}")
        self._values = self._checked(values)

    def get_native_parameters(self) -> Any:
        made = {
            name: Sequence(value) if isinstance(value, np.ndarray) else value
            for name, value in self._values.items()
        }
        return ParameterSpace(made, self.get_schema(), shape=(1,))

    def get_parameters(self) -> Dict[str, Any]:
        return dict(self._values)

    def inject_into(self, cells: Any, location: Any = None) -> None:
        """Lets the current flow into some cells, besides those of before.

        Args:
            cells: a Population, PopulationView or Assembly, or a list of cells.
            location: where on the cells, which PyNN's later versions may say: None.
        """
        if location is not None:
            raise NotImplementedError("libizh's neurons have no compartments")
        for cell in cells:
            if not cell.celltype.injectable:
                raise TypeError("Can't inject current into a spike source.")
        for population in {id(cell.parent): cell.parent for cell in cells}.values():
            simulator.state.refuse_older(population)
        if not any(each is self for each in simulator.state.current_sources):
            self._begin()  # it was made before setup()
        self.cells.extend(int(cell) for cell in cells)

    def record(self) -> None:
        """Keeps the current from now on, for `get_data`."""
        self._recording = True

    _record = record

    def _get_data(self) -> Tuple[NDArray[Any], NDArray[Any]]:
        """Times, ms, and currents, nA, at each tick up to now."""
        if not self._recording:
            raise ValueError("a current source's record() comes before get_data()")
        state = simulator.state
        values = np.concatenate([*self._log, self.samples(state.tick, 1)])
        first = state.tick + 1 - len(values)
        return np.arange(first, state.tick + 1) * state.dt, values

    # ---- what the network asks for ----

    def restart(self) -> None:
        """Time is 0 again."""
        self._log: List[NDArray[Any]] = []

    def log(self, tick: int, count: int) -> None:
        if self._recording:
            self._log.append(self.samples(tick, count))

    def _checked(self, values: Dict[str, Any]) -> Dict[str, Any]:
        """The same, as they are kept. Refuses what has no meaning."""
        return values

    def _span(self) -> Tuple[float, float]:
        """The ticks from which on and up to which it flows."""
        start, stop = simulator.state.ticks([self._values["start"], self._values["stop"]])
        return float(start), float(stop)

    def changes(self, tick: int, end: int) -> NDArray[Any]:
        """The ticks in between at which a held current changes."""
        raise NotImplementedError

    def is_sampled(self, tick: int, end: int) -> bool:
        """Whether it is to be sampled at each of these ticks."""
        raise NotImplementedError

    def samples(self, tick: int, count: int) -> NDArray[Any]:
        """The current from each of these ticks to the next, nA."""
        raise NotImplementedError


def _between(ticks: Any, tick: int, end: int) -> NDArray[Any]:
    found = np.asarray(ticks, float)
    return found[(found > tick) & (found < end)]


def _same(*names: str) -> Any:
    return build_translations(*((name, name) for name in names))


class DCSource(CurrentSource, electrodes.DCSource):
    __doc__ = electrodes.DCSource.__doc__
    translations = _same("amplitude", "start", "stop")

    def changes(self, tick: int, end: int) -> NDArray[Any]:
        return _between(self._span(), tick, end)

    def is_sampled(self, tick: int, end: int) -> bool:
        return False

    def samples(self, tick: int, count: int) -> NDArray[Any]:
        start, stop = self._span()
        ticks = np.arange(tick, tick + count)
        return np.where((ticks >= start) & (ticks < stop), self._values["amplitude"], 0.0)


class StepCurrentSource(CurrentSource, electrodes.StepCurrentSource):
    __doc__ = electrodes.StepCurrentSource.__doc__
    translations = _same("amplitudes", "times")

    def _checked(self, values: Dict[str, Any]) -> Dict[str, Any]:
        """Times on ticks; of several at a tick the last one counts."""
        times, amplitudes = values["times"], values["amplitudes"]
        if (times < 0).any():
            raise ValueError("Step current cannot accept negative timestamps.")
        if (np.diff(times) <= 0).any():
            raise ValueError("Step current timestamps should be monotonically increasing.")
        if len(times) != len(amplitudes):
            raise ValueError(f"there are {len(times)} times and {len(amplitudes)} amplitudes")
        state = simulator.state
        ticks = state.ticks(times)
        last = np.append(np.diff(ticks) > 0, True)[: len(ticks)]
        return {"times": ticks[last] * state.dt, "amplitudes": amplitudes[last]}

    def changes(self, tick: int, end: int) -> NDArray[Any]:
        return _between(simulator.state.ticks(self._values["times"]), tick, end)

    def is_sampled(self, tick: int, end: int) -> bool:
        return len(self.changes(tick, end)) > STEPS_MOST

    def samples(self, tick: int, count: int) -> NDArray[Any]:
        times = simulator.state.ticks(self._values["times"])
        amplitudes = np.concatenate([[0.0], self._values["amplitudes"]])
        which = np.searchsorted(times, np.arange(tick, tick + count), side="right")
        return np.asarray(amplitudes[which])


class _Sampled(CurrentSource):
    """A current that changes at each tick, from start to stop."""

    def changes(self, tick: int, end: int) -> NDArray[Any]:
        return np.empty(0)

    def is_sampled(self, tick: int, end: int) -> bool:
        start, stop = self._span()
        return start < end and tick < stop

    def samples(self, tick: int, count: int) -> NDArray[Any]:
        start, stop = self._span()
        ticks = np.arange(tick, tick + count)
        flows = (ticks >= start) & (ticks < stop)
        made = np.zeros(count)
        if flows.any():
            made[flows] = self._course(ticks[flows] - int(start))
        return made

    def _course(self, since: NDArray[Any]) -> NDArray[Any]:
        """The current so many ticks after the start, nA."""
        raise NotImplementedError


class ACSource(_Sampled, electrodes.ACSource):
    __doc__ = electrodes.ACSource.__doc__
    translations = _same("amplitude", "start", "stop", "frequency", "offset", "phase")

    def _course(self, since: NDArray[Any]) -> NDArray[Any]:
        v = self._values
        cycles = since * (simulator.state.dt * v["frequency"] / 1000) + v["phase"] / 360
        made: NDArray[Any] = v["offset"] + v["amplitude"] * np.sin(2 * math.pi * cycles)
        return made


class NoisyCurrentSource(_Sampled, electrodes.NoisyCurrentSource):
    __doc__ = electrodes.NoisyCurrentSource.__doc__
    translations = _same("mean", "start", "stop", "stdev", "dt")

    def restart(self) -> None:
        super().restart()
        seed = [simulator.state.options["seed"], self._number]
        self._generator = np.random.Generator(np.random.Philox(seed))
        self._drawn: NDArray[Any] = np.empty(0)

    def _checked(self, values: Dict[str, Any]) -> Dict[str, Any]:
        if not values["dt"] > 0:
            raise ValueError(f"dt must be above 0 ms, not {values['dt']:g}")
        return values

    def _course(self, since: NDArray[Any]) -> NDArray[Any]:
        held = max(int(simulator.state.ticks(self._values["dt"])), 1)
        which = since // held
        more = int(which[-1]) + 1 - len(self._drawn)
        if more > 0:
            drawn = np.concatenate([self._drawn, self._generator.standard_normal(more)])
            self._drawn = drawn
        made: NDArray[Any] = self._values["mean"] + self._values["stdev"] * self._drawn[which]
        return made


def combined(places: List[NDArray[Any]], n: int) -> Tuple[List[List[int]], NDArray[Any]]:
    """Which sources flow into the same neurons: the combinations, and each neuron's among them;
    -1 where there is none."""
    of_neuron: Dict[int, List[int]] = {}
    for k, where in enumerate(places):
        for neuron in to_list(where):
            of_neuron.setdefault(neuron, []).append(k)
    combinations: Dict[Tuple[int, ...], int] = {}
    channel = np.full(n, -1, np.int64)
    for neuron, those in of_neuron.items():
        channel[neuron] = combinations.setdefault(tuple(those), len(combinations))
    return [list(those) for those in combinations], channel
