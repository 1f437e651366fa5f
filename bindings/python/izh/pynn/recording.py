"""Recording, into Neo by PyNN's own code."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Set, Tuple

import numpy as np
from numpy.typing import NDArray

from pyNN import recording

from . import simulator


class Block(NamedTuple):
    """Samples of some cells in a row of time."""

    first: int  #: the first sample, in sampling intervals from the recorder's start
    cells: NDArray[Any]  #: places in the population
    values: NDArray[Any]  #: shape (samples, cells)


class Recorder(recording.Recorder):
    """What is recorded of a population."""

    _simulator = simulator

    def __init__(self, population: Any, file: Any = None) -> None:
        super().__init__(population, file)
        self.restart(simulator.state.tick)

    # ---- what the network asks for and gives ----

    def restart(self, tick: int) -> None:
        """Forgets what was recorded. The first sample is that of `tick`."""
        self.start = tick
        self._spikes: List[Tuple[NDArray[Any], NDArray[Any]]] = []
        self._drawn: List[Tuple[Callable[[], Any], float]] = []
        self._blocks: Dict[str, List[Block]] = {}

    @property
    def every(self) -> int:
        """The sampling interval, in ticks."""
        return max(int(simulator.state.ticks(self.sampling_interval)), 1)

    def sampled(self, *names: str) -> Dict[str, NDArray[Any]]:
        """Those of the named variables that are recorded, each with its cells' places."""
        return {
            variable: self._places(ids)
            for variable, ids in self.recorded.items()
            if ids and _name(variable) in names
        }

    @property
    def has_spikes(self) -> bool:
        return any(ids for variable, ids in self.recorded.items() if _name(variable) == "spikes")

    @property
    def variables(self) -> List[str]:
        """The names of all that is sampled."""
        names = {_name(variable) for variable, ids in self.recorded.items() if ids}
        return sorted(names - {"spikes"})

    def add_spikes(self, t: NDArray[Any], cells: NDArray[Any]) -> None:
        if self.has_spikes and len(t):
            self._spikes.append((t, cells))

    def add_drawn(self, draw: Callable[[], Any], dt: float) -> None:
        """Spikes that are drawn when they are asked for: ticks and cells."""
        self._drawn.append((draw, dt))

    def is_due(self, tick: int) -> bool:
        """Whether there is a sample at a tick."""
        return tick >= self.start and (tick - self.start) % self.every == 0

    def add_samples(self, name: str, cells: NDArray[Any], tick: int, values: NDArray[Any]) -> None:
        """Samples of some cells from a tick on, shape (samples, cells)."""
        first = (tick - self.start) // self.every
        self._blocks.setdefault(name, []).append(Block(first, cells, values))

    def _places(self, ids: Any) -> NDArray[Any]:
        first = int(self.population.first_id)
        return np.sort(np.fromiter((int(id) for id in ids), np.int64, len(ids))) - first

    # ---- what PyNN asks for ----

    def _check_sampling_interval(self, sampling_interval: Optional[float]) -> None:
        """Refuses an interval before anything of `record` is done: since PyNN 0.10.1."""
        super()._check_sampling_interval(sampling_interval)
        _check_interval(sampling_interval)

    def _record(
        self, variable: Any, new_ids: Set[Any], sampling_interval: Optional[float] = None
    ) -> None:
        _check_interval(sampling_interval)
        if sampling_interval is not None:
            self.sampling_interval = sampling_interval

    def _all_spikes(self) -> Tuple[NDArray[Any], NDArray[Any]]:
        """All that were recorded: times and places, by (place, time)."""
        for draw, dt in self._drawn:
            ticks, places = draw()
            self._spikes.append((ticks * dt, places))
        self._drawn = []
        t = np.concatenate([np.empty(0), *(t for t, _ in self._spikes)])
        cells = np.concatenate([np.empty(0, np.int64), *(cells for _, cells in self._spikes)])
        order = np.lexsort((t, cells))
        return t[order], cells[order]

    def _trains(self, ids: Any) -> Dict[int, NDArray[Any]]:
        t, cells = self._all_spikes()
        first = int(self.population.first_id)
        edges = np.searchsorted(cells, np.arange(self.population.size + 1))
        return {
            int(id): t[edges[int(id) - first] : edges[int(id) - first + 1]].copy() for id in ids
        }

    def _get_spiketimes(self, ids: Any, *_: Any, **__: Any) -> Any:
        if np.iterable(ids):
            return self._trains(ids)
        return self._trains([ids])[int(ids)]

    def _get_all_signals(self, variable: Any, ids: Any, clear: bool = False) -> Any:
        """Shape (samples, cells), and from PyNN 0.10.1 on times, which are those of the sampling
        interval; NaN where a cell was not recorded yet."""
        state = simulator.state
        if state.built is not None:
            state.built.sample_now(self)
        places = self._places(ids)
        count = (state.tick - self.start) // self.every + 1
        made = np.full((count, len(places)), np.nan)
        for block in self._blocks.get(_name(variable), []):
            wanted = np.isin(block.cells, places)
            columns = np.searchsorted(places, block.cells[wanted])
            rows = slice(block.first, block.first + len(block.values))
            made[rows, columns] = block.values[:, wanted]
        return (made, None) if hasattr(self, "record_times") else made

    def _local_count(self, variable: Any, filter_ids: Any = None) -> Dict[int, int]:
        ids = self.filter_recorded(variable, filter_ids)
        return {id: len(train) for id, train in self._trains(ids).items()}

    def _clear_simulator(self) -> None:
        self.restart(simulator.state.tick)

    def _reset(self) -> None:
        """Ends recording: PyNN forgets what was to be recorded, and what was is forgotten here, as
        it may be of another interval."""
        self.restart(self.start)


def _check_interval(ms: Optional[float]) -> None:
    """Whether samples are at ticks."""
    if ms is None:
        return
    dt, ticks = simulator.state.dt, float(simulator.state.ticks(ms))
    if ticks < 1 or abs(ticks * dt - ms) > 1e-6 * dt:
        raise ValueError(
            f"sampling_interval = {ms:g} ms must be a multiple of the time step, {dt:g} ms"
        )


def _name(variable: Any) -> str:
    """PyNN's later versions have more to a variable than its name."""
    return str(getattr(variable, "name", variable))
