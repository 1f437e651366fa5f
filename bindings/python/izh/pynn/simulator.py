"""What PyNN's common code needs of a simulator: its name, cells' IDs, and one state.

The state keeps what a script has made. The network that is run is made of it at the first run, and
again at the first one after `reset`.
"""

from __future__ import annotations

import math
from typing import Any, Dict, List, Optional, Union

import numpy as np
from numpy.typing import NDArray

from pyNN import common, errors

from .. import Network
from .._network import DELAY_MAX
from .network import Built

name = "libizh"

#: What `setup` passes to `izh.Network`, and its defaults; rng_seed is the seed there.
OPTIONS: Dict[str, Any] = {
    "method": "midpoint",
    "events": "exact",
    "precision": "f64",
    "threads": 1,
    "max_spikes_per_ms": 0.0,
    "rng_seed": 0,
}


class ID(int, common.IDMixin):
    """A cell: its number, and what PyNN does with it."""


class State(common.control.BaseState):
    """What a script has made so far."""

    def __init__(self) -> None:
        common.control.BaseState.__init__(self)
        self.configure(0.1, "auto", "auto", {}, None)

    def configure(
        self,
        dt: float,
        min_delay: Union[float, str],
        max_delay: Union[float, str],
        options: Dict[str, Any],
        weight_range: Optional[float],
    ) -> None:
        """Begins anew. Nothing has changed where an option is refused."""
        chosen = {**OPTIONS, **options}
        chosen["seed"] = chosen.pop("rng_seed")
        Network(1, dt=dt, **chosen).close()  # refuses what the network would
        self.mpi_rank, self.num_processes = 0, 1
        self.dt = float(dt)
        self.options = chosen
        self.weight_range = weight_range
        self._min_delay = None if min_delay == "auto" else float(min_delay)
        self.max_delay = DELAY_MAX * self.dt if max_delay == "auto" else float(max_delay)
        self.clear()

    def clear(self) -> None:
        """Forgets all that was made."""
        self.recorders: Any = set()
        self.write_on_end: List[Any] = []
        self.populations: List[Any] = []
        self.projections: List[Any] = []
        self.current_sources: List[Any] = []
        self.id_counter = 0
        self.segment_counter = -1
        self.built: Optional[Built] = None
        self.reset()

    def reset(self) -> None:
        """Time 0, initial states and weights: the network is made anew at the next run."""
        for recorder in self.recorders:
            recorder.restart(0)
        for source in self.current_sources:
            source.restart()
        self.built = None
        self.running = False
        self.t_start = 0
        self.segment_counter += 1

    @property
    def default_delay(self) -> float:
        """The delay of synapses that are given none, and the least that is allowed."""
        return self.dt if self._min_delay is None else self._min_delay

    @property
    def min_delay(self) -> float:
        """What PyNN calls so: the same, or where it was not given the shortest delay of all."""
        found = min((each.shortest for each in self.projections), default=math.inf)
        wanted = self._min_delay is None and math.isfinite(found)
        return float(found) if wanted else self.default_delay

    @property
    def tick(self) -> int:
        return 0 if self.built is None else self.built.tick

    @property
    def t(self) -> float:
        """The time now, ms."""
        return self.tick * self.dt

    def ticks(self, ms: Any) -> NDArray[Any]:
        """Times in ticks: the nearest, as float64, for they may be far beyond a run."""
        return np.asarray(np.rint(np.asarray(ms, float) / self.dt))

    def forget(self, population: Any) -> None:
        """Lets a population go that was not made to its end."""
        self.recorders = {each for each in self.recorders if each.population is not population}
        self.populations = [each for each in self.populations if each is not population]

    def build(self) -> Built:
        """The network, made of what there is now where there is none."""
        if self.built is None:
            self.built = Built(self)
        return self.built

    def refuse_if_built(self, what: str) -> None:
        """The structure of a network that was run is fixed."""
        if self.built is not None:
            raise NotImplementedError(f"libizh cannot {what} after run(): reset() comes first")

    def refuse_older(self, cells: Any) -> None:
        """What was made before setup() is gone; its IDs may be those of other cells now."""
        for each in getattr(cells, "populations", [cells]):
            whole = getattr(each, "grandparent", each)
            if not any(whole is population for population in self.populations):
                raise errors.ConnectionError(f"{each.label} was made before setup(), which ended it")

    def run(self, simtime: float) -> None:
        self.run_until(self.t + simtime)

    def run_until(self, tstop: float) -> None:
        """Runs to the tick that is nearest to a time."""
        if not math.isfinite(tstop):
            raise ValueError(f"cannot run until {tstop} ms")
        built = self.build()
        self.running = True
        built.advance(int(self.ticks(tstop)))


state = State()
