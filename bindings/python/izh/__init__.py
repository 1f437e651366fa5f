"""Izhikevich neurons, solved right: the Python binding of libizh.

    >>> import izh
    >>> solver = izh.Solver(izh.params_2003(.02, .2, -65, 8), initial=(-65, -13))
    >>> solver.on_spike(lambda event: print(f"{event.t:.6f} ms"))
    >>> solver.set_current(10)
    >>> solver.run(30)
    3.127055 ms
    26.226025 ms
    True

`Solver` is one neuron, by any of `methods`, with a function called at its spikes; `simulate` runs
one from beginning to end and returns arrays; `Population` is many neurons on one grid of time;
`Network` has synapses between them; `presets` are published neurons; `pinn` solves by trained nets;
`metrics` compares trains of spikes, `fit` finds the neuron of a recording, and `neuroml` reads and
writes NeuroML.
Units: mV, ms, pA, pF, nS; in the 2003 form currents and u are in mV/ms. Errors are `IzhError`, and
built-in exceptions, too.
"""

from . import errors, metrics, neuroml, pinn
from ._analysis import FI, Bifurcation, Equilibrium, Nullclines, Rheobase
from ._arrays import PARAMS, SEGMENT, SPIKE, STATE
from ._c import library_path
from ._draw import all_to_all, in_degree, pairwise
from ._fit import Fit, Score, Sweep, fit
from ._methods import has, isas, methods
from ._network import SENT, Network, Receptor, Synapses, conductance, current, jump
from ._objects import STOP
from ._params import Conversion, Params, State, params_2003, params_2007
from ._plasticity import STDP, STP
from ._population import Population, PopulationStatistics
from ._presets import Preset, presets
from ._results import PSTH, Recording, Spikes
from ._simulate import Result, simulate
from ._solver import Solver, SpikeEvent, Statistics
from ._stimulus import Traces
from ._version import __version__
from .errors import (
    BusyError,
    DivergedError,
    FileError,
    FormatError,
    InvalidError,
    IzhError,
    IzhWarning,
    OutOfMemoryError,
    PresetError,
    ResetError,
    StabilityWarning,
    ToleranceError,
    UnsupportedError,
)

__all__ = [
    "FI",
    "PARAMS",
    "PSTH",
    "SEGMENT",
    "SENT",
    "SPIKE",
    "STATE",
    "STDP",
    "STOP",
    "STP",
    "Bifurcation",
    "BusyError",
    "Conversion",
    "DivergedError",
    "Equilibrium",
    "FileError",
    "Fit",
    "FormatError",
    "InvalidError",
    "IzhError",
    "IzhWarning",
    "Network",
    "Nullclines",
    "OutOfMemoryError",
    "Params",
    "Population",
    "PopulationStatistics",
    "Preset",
    "PresetError",
    "Receptor",
    "Recording",
    "ResetError",
    "Result",
    "Rheobase",
    "Score",
    "Solver",
    "SpikeEvent",
    "Spikes",
    "StabilityWarning",
    "State",
    "Statistics",
    "Sweep",
    "Synapses",
    "ToleranceError",
    "Traces",
    "UnsupportedError",
    "__version__",
    "all_to_all",
    "conductance",
    "current",
    "errors",
    "fit",
    "has",
    "in_degree",
    "isas",
    "jump",
    "library_path",
    "methods",
    "metrics",
    "neuroml",
    "pairwise",
    "params_2003",
    "params_2007",
    "pinn",
    "presets",
    "simulate",
]
