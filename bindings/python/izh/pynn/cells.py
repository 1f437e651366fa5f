"""Cells: PyNN's own Izhikevich cell, libizh's, and sources of spikes.

Parameters keep the names and units that they have here, also inside. What a network needs of them
is said by `Neuron.params` and `SCALE`.
"""

from __future__ import annotations

from typing import Any, Dict, Tuple, Type

import numpy as np
from numpy.typing import NDArray

from pyNN.models import BaseCellType
from pyNN.standardmodels import ModelNotAvailable, StandardCellType, build_translations, cells

from .. import PARAMS, params_2003, presets
from .._arrays import shown

#: From nA to pA, and from uS to nS.
SCALE = 1000.0

_ROLES = ("excitatory", "inhibitory")
_SHORT = {"excitatory": "exc", "inhibitory": "inh"}
_SHARED = ("v", "u")  # the states that runs sample


class Neuron:
    """What this backend asks of a cell with a membrane."""

    kind = "jump"  #: of its receptors, as `izh.Receptor` has it
    form: Tuple[str, ...] = ()  #: its parameters that make the neuron, see `izh.Population`

    @classmethod
    def params(cls, parameters: Dict[str, NDArray[Any]]) -> Dict[str, NDArray[Any]]:
        """What `izh.Population.set_params` takes."""
        return {name: parameters[name] for name in cls.form}

    @classmethod
    def receptor(cls, role: str, parameters: Dict[str, NDArray[Any]]) -> NDArray[Any]:
        """Each cell's time constant, ms, and reversal potential, mV: shape (n, 2)."""
        n = len(parameters["i_offset"])
        made = np.zeros((n, 2))
        end = "E" if role == "excitatory" else "I"
        if cls.kind != "jump":
            made[:, 0] = parameters[f"tau_syn_{end}"]
        if cls.kind == "conductance":
            made[:, 1] = parameters[f"e_rev_{end}"]
        return made

    @classmethod
    def weight_scale(cls) -> float:
        """From PyNN's unit to libizh's."""
        return 1.0 if cls.kind == "jump" else SCALE


class Izhikevich(cells.Izhikevich, Neuron):
    __doc__ = cells.Izhikevich.__doc__
    form = ("a", "b", "c", "d")
    translations = build_translations(*((name, name) for name in (*form, "i_offset")))


# ---- native cells ----

_2003 = {"a": 0.02, "b": 0.2, "c": -65.0, "d": 2.0}
_2007 = {
    "C": 100.0, "k": 0.7, "vr": -60.0, "vt": -40.0, "vpeak": 35.0,
    "a": 0.03, "b": -2.0, "c": -50.0, "d": 100.0,
}  # fmt: skip
_NORMAL = dict(zip(PARAMS.names or (), params_2003(0.02, 0.2, -65, 2)))

_UNITS_2003 = {"v": "mV", "u": "mV/ms", "a": "1/ms", "b": "1/ms", "c": "mV", "d": "mV/ms"}
_UNITS_2007 = {
    "v": "mV", "u": "pA", "C": "pF", "k": "pA/mV**2", "vr": "mV", "vt": "mV", "vpeak": "mV",
    "a": "1/ms", "b": "nS", "c": "mV", "d": "pA",
}  # fmt: skip
_UNITS_NORMAL = {
    "v": "mV", "u": "pA", "cm": "pF", "k2": "pA/mV**2", "k1": "nS", "k0": "pA", "a": "1/ms",
    "r": "dimensionless", "b_lo": "nS", "b_hi": "nS", "b3": "pA/mV**3", "vb": "mV", "vpeak": "mV",
    "vpeak_u": "mV/pA", "c": "mV", "c_u": "mV/pA", "d": "pA", "u_max": "pA",
}  # fmt: skip


class NativeCell(BaseCellType, Neuron):
    """A cell that only libizh has."""

    receptor_types = _ROLES
    injectable = True
    conductance_based = False
    units: Dict[str, str] = {}


def _synapses(kind: str) -> Dict[str, Any]:
    """What the receptors add to a class of cells."""
    parameters: Dict[str, float] = {"i_offset": 0.0}
    if kind != "jump":
        parameters.update(tau_syn_E=5.0, tau_syn_I=5.0)
    if kind == "conductance":
        parameters.update(e_rev_E=0.0, e_rev_I=-70.0)
    units = {"i_offset": "nA", "tau_syn_E": "ms", "tau_syn_I": "ms", "e_rev_E": "mV"}
    units["e_rev_I"] = "mV"
    first, unit = {"jump": ("", ""), "current": ("i", "nA"), "conductance": ("g", "uS")}[kind]
    sampled = [f"{first}syn_{short}" for short in _SHORT.values()] if first else []
    units.update(dict.fromkeys(sampled, unit))
    return dict(parameters=parameters, units=units, sampled=sampled)


def _native(
    name: str, title: str, kind: str, own: Dict[str, float], units: Dict[str, str]
) -> Type[NativeCell]:
    """A class of native cells."""
    synapses = _synapses(kind)
    state = {"v": -70.0, "u": -14.0} if units["u"] == "mV/ms" else {"v": -60.0, "u": 0.0}
    how = {
        "jump": "synapses that add their weight, mV, to v",
        "current": "synapses that give a current, nA, which decays with tau_syn_E or tau_syn_I",
        "conductance": "synapses that give a conductance, uS, which decays with tau_syn_E or "
        "tau_syn_I",
    }
    return type(
        name,
        (NativeCell,),
        {
            "__doc__": f"{title}, with {how[kind]}.",
            "__module__": __name__,
            "kind": kind,
            "form": tuple(own),
            "default_parameters": {**own, **synapses["parameters"]},
            "recordable": ["spikes", *_SHARED, *synapses["sampled"]],
            "conductance_based": kind == "conductance",
            "voltage_based_synapses": kind == "jump",
            "default_initial_values": {**state, **dict.fromkeys(synapses["sampled"], 0.0)},
            "units": {**synapses["units"], **units},
        },
    )


_THE_2003 = "Izhikevich's cell of 2003"
_THE_2007 = (
    "Izhikevich's cell of 2007, C v' = k (v - vr) (v - vt) - u + I, u' = a (b (v - vr) - u), in "
    "its own units (pF, pA, mV, nS), but for i_offset, nA"
)
_THE_NORMAL = "Any cell that libizh has, by the fields of `izh.Params`, but for i_offset, nA"

Izhikevich_curr_exp = _native("Izhikevich_curr_exp", _THE_2003, "current", _2003, _UNITS_2003)
Izhikevich_cond_exp = _native("Izhikevich_cond_exp", _THE_2003, "conductance", _2003, _UNITS_2003)
Izhikevich2007 = _native("Izhikevich2007", _THE_2007, "jump", _2007, _UNITS_2007)
Izhikevich2007_curr_exp = _native(
    "Izhikevich2007_curr_exp", _THE_2007, "current", _2007, _UNITS_2007
)
Izhikevich2007_cond_exp = _native(
    "Izhikevich2007_cond_exp", _THE_2007, "conductance", _2007, _UNITS_2007
)
IzhikevichNormal = _native("IzhikevichNormal", _THE_NORMAL, "jump", _NORMAL, _UNITS_NORMAL)
IzhikevichNormal_curr_exp = _native(
    "IzhikevichNormal_curr_exp", _THE_NORMAL, "current", _NORMAL, _UNITS_NORMAL
)
IzhikevichNormal_cond_exp = _native(
    "IzhikevichNormal_cond_exp", _THE_NORMAL, "conductance", _NORMAL, _UNITS_NORMAL
)

_NORMALS = {
    "delta": IzhikevichNormal,
    "curr_exp": IzhikevichNormal_curr_exp,
    "cond_exp": IzhikevichNormal_cond_exp,
}


def preset(name: str, synapses: str = "delta", **parameters: Any) -> NativeCell:
    """A published neuron, in its published state at the start; without its published current.

        >>> cells = sim.Population(10, sim.preset("2007-RS", "cond_exp", tau_syn_E=2.0))

    Args:
        name: one of `izh.presets`.
        synapses: "delta", "curr_exp" or "cond_exp".
        parameters: others of `IzhikevichNormal` and its kin, in place of the preset's.
    """
    if synapses not in _NORMALS:
        raise ValueError(f"synapses must be one of {', '.join(_NORMALS)}, not {shown(synapses)!r}")
    found = presets[name]
    own = dict(zip(PARAMS.names or (), found.params))
    cell = _NORMALS[synapses](**{**own, **parameters})
    cell.default_initial_values = {**cell.default_initial_values, **found.initial._asdict()}
    return cell


# ---- sources of spikes ----


class SpikeSourcePoisson(cells.SpikeSourcePoisson):
    __doc__ = cells.SpikeSourcePoisson.__doc__
    translations = build_translations(*((x, x) for x in ("rate", "start", "duration")))


class SpikeSourceArray(cells.SpikeSourceArray):
    __doc__ = cells.SpikeSourceArray.__doc__
    translations = build_translations(("spike_times", "spike_times"))


# ---- what libizh has not ----


def _missing() -> Dict[str, Any]:
    """PyNN's other standard cells. Making one is PyNN's own error."""
    have = {"Izhikevich", "SpikeSourcePoisson", "SpikeSourceArray"}
    return {
        name: type(name, (ModelNotAvailable,), {"__doc__": ModelNotAvailable.__doc__})
        for name, cell in vars(cells).items()
        if isinstance(cell, type) and issubclass(cell, StandardCellType)
        if cell is not StandardCellType and name not in have
    }


MISSING = _missing()
