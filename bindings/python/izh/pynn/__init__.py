"""libizh as a backend of PyNN: ``import izh.pynn as sim``.

    >>> import izh.pynn as sim
    >>> sim.setup(timestep=0.1)
    >>> cells = sim.Population(100, sim.Izhikevich(i_offset=0.01))
    >>> cells.record("spikes")
    >>> sim.run(100.0)
    >>> spiketrains = cells.get_data().segments[0].spiketrains

Needs PyNN 0.10 or newer, which brings Neo. docs/pynn.md says what is supported, and what of a
script means what here.
"""

from __future__ import annotations

try:
    import pyNN
except ImportError as error:
    raise ImportError(
        "izh.pynn needs PyNN 0.10 or newer (https://neuralensemble.org/PyNN; python3-pynn in "
        f"Debian): {error}"
    ) from error

import os
from typing import Any, List, Optional, Union

from pyNN import common, space
from pyNN.common.control import DEFAULT_MAX_DELAY, DEFAULT_MIN_DELAY, DEFAULT_TIMESTEP
from pyNN.connectors import (
    AllToAllConnector,
    ArrayConnector,
    CloneConnector,
    CSAConnector,
    DisplacementDependentProbabilityConnector,
    DistanceDependentProbabilityConnector,
    FixedNumberPostConnector,
    FixedNumberPreConnector,
    FixedProbabilityConnector,
    FixedTotalNumberConnector,
    FromFileConnector,
    FromListConnector,
    IndexBasedProbabilityConnector,
    SmallWorldConnector,
)
from pyNN.random import NumpyRNG, RandomDistribution
from pyNN.recording import get_io
from pyNN.space import Space
from pyNN.standardmodels import StandardCellType

from .. import Network
from . import simulator
from .cells import (
    MISSING,
    Izhikevich,
    Izhikevich2007,
    Izhikevich2007_cond_exp,
    Izhikevich2007_curr_exp,
    Izhikevich_cond_exp,
    Izhikevich_curr_exp,
    IzhikevichNormal,
    IzhikevichNormal_cond_exp,
    IzhikevichNormal_curr_exp,
    SpikeSourceArray,
    SpikeSourcePoisson,
    preset,
)
from .electrodes import ACSource, DCSource, NoisyCurrentSource, StepCurrentSource
from .mended import OneToOneConnector
from .populations import Assembly, Population, PopulationView
from .projections import Connection, Projection
from .synapses import (
    AdditivePotentiationMultiplicativeDepression,
    AdditiveWeightDependence,
    ElectricalSynapse,
    GutigWeightDependence,
    MultiplicativeWeightDependence,
    MultiQuantalSynapse,
    SimpleStochasticSynapse,
    SpikePairRule,
    StaticSynapse,
    STDPMechanism,
    StochasticTsodyksMarkramSynapse,
    TsodyksMarkramSynapse,
    Vogels2011Rule,
)

globals().update(MISSING)


def list_standard_models() -> List[str]:
    """The names of PyNN's standard cells that libizh has."""
    return [
        name
        for name, cell in globals().items()
        if isinstance(cell, type) and issubclass(cell, StandardCellType)
        if cell is not StandardCellType
    ]


#: What MPI's launchers tell each process of their number.
_PROCESSES = ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MV2_COMM_WORLD_SIZE")


def _refuse_processes() -> None:
    """PyNN would share the network among them; each would run all of it here."""
    for name in _PROCESSES:
        if os.environ.get(name, "1") not in ("", "0", "1"):
            raise NotImplementedError(
                f"izh.pynn runs in one process, and MPI began {os.environ[name]} ({name}): "
                "setup(threads=...) uses several cores"
            )


def setup(
    timestep: float = DEFAULT_TIMESTEP,
    min_delay: Union[float, str] = DEFAULT_MIN_DELAY,
    weight_range: Optional[float] = None,
    **extra_params: Any,
) -> int:
    """Forgets what was made before, and begins at time 0.

    Args:
        timestep: ms: libizh's tick.
        min_delay: the least delay, ms: the default of synapses. "auto": one time step.
        weight_range: the range of all receptors (`izh.Receptor`), mV, pA or nS. None: chosen for
            each by its largest weight.
        extra_params: max_delay, ms; of `izh.Network`: method, events, precision, threads and
            max_spikes_per_ms; rng_seed, which is its seed. Those that only other simulators have do nothing.
    """
    _refuse_processes()
    max_delay = extra_params.get("max_delay", DEFAULT_MAX_DELAY)
    common.setup(timestep, min_delay, **extra_params)
    options = {name: x for name, x in extra_params.items() if name in simulator.OPTIONS}
    simulator.state.configure(timestep, min_delay, max_delay, options, weight_range)
    return int(rank())


def end(compatible_output: bool = True) -> None:
    """Writes the files that `record` was told to."""
    waiting, simulator.state.write_on_end = simulator.state.write_on_end, []
    for population, variables, filename in waiting:
        population.write_data(get_io(filename), variables)


def get_network() -> Network:
    """The `izh.Network` that is run, made of what there is now where there is none."""
    return simulator.state.build().network


run, run_until = common.build_run(simulator)
run_for = run
reset = common.build_reset(simulator)
initialize = common.initialize
set = common.set

(
    get_current_time,
    get_time_step,
    get_min_delay,
    get_max_delay,
    num_processes,
    rank,
) = common.build_state_queries(simulator)

create = common.build_create(Population)
connect = common.build_connect(Projection, FixedProbabilityConnector, StaticSynapse)
record = common.build_record(simulator)


def record_v(source: Any, filename: str) -> None:
    """Records membrane potentials to a file."""
    record(["v"], source, filename)


def record_gsyn(source: Any, filename: str) -> None:
    """Records synaptic conductances to a file."""
    record(["gsyn_exc", "gsyn_inh"], source, filename)
