"""From a network to a model."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Dict, List, Mapping, Optional, Tuple

import numpy as np
from numpy.typing import NDArray

from .._arrays import shown, to_list
from .._blob import currents_of, parts_of
from .._network import Network, Receptor
from .._params import Params, params_2003, params_2007
from .._plasticity import STP
from .._stimulus import Traces
from ..errors import InvalidError, UnsupportedError
from ._model import FOR_EVER, Cell, Model, Place, Pulse, Source, Synapse, Wires



def _refuse_what_there_is_no_word_for(net: Network, blob: bytes) -> None:
    arguments = net._arguments
    if net.time != 0:
        raise InvalidError(f"the network is at {net.time} ms: NeuroML begins at 0, before any run")
    for name in ("noise_sigma", "noise_white", "noise_ou"):
        if arguments[name]:
            raise UnsupportedError(f"{name} = {shown(arguments[name])!r}: NeuroML has no such noise")
    if net._input is None or bool(parts_of(blob) & 2) != bool(net._neurons.stimulus):
        raise InvalidError("what the network gets came with load(): it is not known here")
    if net.whole != net.n:
        raise UnsupportedError("this is a slice of a network")
    if set(net._pending.functions) & {"current"}:
        raise UnsupportedError("on_current: NeuroML has no functions")


# ---- cells ----


def cell_of(name: str, params: Params, v: float, u: float) -> Cell:
    """The cell with these parameters and this state.

    Raises:
        UnsupportedError: NeuroML has none.
    """
    values: Mapping[str, float]
    plain = _as_2003(params)
    if plain:
        values = {**plain, "thresh": params.vpeak, "v0": v}
        form, start = "2003", v * plain["b"]
    else:
        values = {**_as_2007(params), "v0": v}
        form, start = "2007", 0.0
    if u != start:
        raise UnsupportedError(
            f"u = {u!r} at v = {v!r}: a cell of NeuroML begins with u = {start!r} there"
        )
    return Cell(name, form, values, params, (v, u))


def _as_2003(params: Params) -> Dict[str, float]:
    """Its four numbers; none where it is not of this form to the bit."""
    try:
        values = params.replace(vpeak=30.0).as_2003()
    except UnsupportedError:
        return {}
    return values if params_2003(**values).replace(vpeak=params.vpeak) == params else {}


def _as_2007(params: Params) -> Dict[str, float]:
    values = params.as_2007()
    if params_2007(**values) != params:
        raise UnsupportedError(f"{params!r} is of neither form to the bit")
    return values


def _cells(net: Network, made: Model) -> None:
    """Populations of neurons that follow each other and are the same."""
    params, state = net._neurons.told_params(), net.neurons.state()
    keys = np.empty(net.n, [("params", f"V{params.itemsize}"), ("state", f"V{state.itemsize}")])
    keys["params"], keys["state"] = params.view(f"V{params.itemsize}"), state.view(f"V{state.itemsize}")
    names: Dict[bytes, str] = {}
    raw = keys.tobytes()
    size, begins = keys.itemsize, 0
    rows = [raw[i * size : (i + 1) * size] for i in range(net.n)]
    for i in range(1, net.n + 1):
        if i < net.n and rows[i] == rows[begins]:
            continue
        key = rows[begins]
        if key not in names:
            names[key] = f"cell{len(names)}"
            try:
                made.cells[names[key]] = cell_of(
                    names[key], Params(*params[begins].tolist()), *state[begins].tolist()
                )
            except UnsupportedError as error:
                raise UnsupportedError(f"neuron {begins}: {error}") from None
        name = f"population{len(made.populations)}"
        made.populations[name] = range(begins, i)
        made.kinds[name] = names[key]
        begins = i


# ---- synapses ----


def _kind(name: str, receptor: Receptor, stp: Optional[STP]) -> Tuple[str, float]:
    """The component that does what a receptor does, and what a weight of 1 is for it."""
    if receptor.nmda:
        raise UnsupportedError(f"receptor {name}: NeuroML's NMDA synapses depend on v in another way")
    if receptor.kind == "jump" or not receptor.tau:
        raise UnsupportedError(f"receptor {name}: NeuroML has no synapse that acts at once")
    if stp is not None and not receptor.rise:
        raise UnsupportedError(f"receptor {name}: NeuroML's short-term plasticity needs a rise")
    if stp is not None and not stp.tau_rec:
        raise UnsupportedError("stp: NeuroML needs tau_rec above 0")
    if stp is not None:
        return "blockingPlasticSynapse", 1.0
    if receptor.kind == "current":
        return "expCurrSynapse", 1000.0
    return ("expTwoSynapse" if receptor.rise else "expOneSynapse"), 1.0


def _synapses(net: Network, made: Model) -> None:
    groups = list(net.synapses)
    names = list(net.receptors)
    of = [names[rules.receptor] for rules in net._groups]
    for number, (group, name) in enumerate(zip(groups, of)):
        if group.stdp is not None:
            raise UnsupportedError(f"group {number}: NeuroML has no such STDP")
        _synapse(net, made, f"synapse{number}", name, group.stp)
        wires = Wires(
            f"synapse{number}", group.source, group.target, group.weight, group.delay, Place()
        )
        made.projections.append(wires)
    for name in names:
        if name not in of:
            _synapse(net, made, f"unused_{names.index(name)}", name, None)
    made.synapses = {
        x.id: x for name in names for x in made.synapses.values() if x.name == name
    }


def _synapse(net: Network, made: Model, id: str, name: str, stp: Optional[STP]) -> None:
    receptor = net.receptors[name]
    kind, _ = _kind(name, receptor, stp)
    if not name.isprintable():
        raise UnsupportedError(f"receptor {name!r}: XML has no such characters")
    receptor = receptor._replace(range=receptor.range or 1024.0)
    made.synapses[id] = Synapse(id, receptor, 1.0, name, stp, kind)


# ---- all of it ----


def model_of(net: Network, length: Optional[float]) -> Model:
    """The model of a network that has not run."""
    blob = net.save()
    _refuse_what_there_is_no_word_for(net, blob)
    made = Model(length=length, step=net.dt)
    _cells(net, made)
    _synapses(net, made)
    _currents(made, currents_of(blob), length)
    for traces in net._neurons.stimulus:
        _traces(made, traces)
    _sources(net, made)
    _background(net, made)
    _check_dimensions(made)
    return made


def _currents(made: Model, currents: NDArray[np.float64], length: Optional[float]) -> None:
    names: Dict[Any, str] = {}
    for population, which in made.populations.items():
        plain = made.cells[made.kinds[population]].form == "2003"
        for neuron in which:
            I = float(currents[neuron])
            if I == 0:
                continue
            key = (I, plain)
            if key not in names:
                names[key] = f"current{len(names)}"
                made.inputs[names[key]] = Pulse(names[key], "pulse", plain, 0.0, FOR_EVER, I)
            made.targets.append((neuron, names[key], 1.0, Place()))


# ---- what comes from outside ----


def _traces(made: Model, traces: Traces) -> None:
    told = traces.told(made.n)
    if told is None:
        why = "set_stimulus: NeuroML has pulses and ramps for pieces, none for samples"
        raise UnsupportedError(why)
    pieces, channel, gain = told
    names: Dict[Any, str] = {}
    for population, which in made.populations.items():
        plain = made.cells[made.kinds[population]].form == "2003"
        for neuron in which:
            key = (int(channel[neuron]), plain)
            if key not in names:
                names[key] = _compound(made, pieces[key[0]], plain)
            if names[key]:
                made.targets.append((neuron, names[key], float(gain[neuron]), Place()))


def _compound(made: Model, pieces: NDArray[Any], plain: bool) -> str:
    """An input of a trace's pieces; none where nothing flows."""
    name = f"trace{len(made.compounds)}"
    rows = to_list(pieces)
    parts: List[str] = []
    ends = [row[0] for row in rows[1:]] + [FOR_EVER]
    for (t, I, slope), end in zip(rows, ends):
        if (I or slope) and end > t:
            part = _piece(f"{name}/piece{len(parts)}", t, end, I, slope, plain)
            made.inputs[part.id] = part
            parts.append(part.id)
    if parts:
        made.compounds[name] = parts
    return name if parts else ""


def _near(x: float) -> List[float]:
    return [x, *(x + k * math.ulp(x) for k in (1, -1, 2, -2, 3, -3, 4, -4))]


def _piece(id: str, t: float, end: float, I: float, slope: float, plain: bool) -> Pulse:
    """The pulse or ramp that reads back as this piece, to the bit."""
    if t < 0:
        raise UnsupportedError(f"set_stimulus: a piece begins at {t} ms: NeuroML begins at 0")
    for duration in _near(end - t):
        if t + duration != end:
            continue
        if not slope:
            return Pulse(id, "pulse", plain, t, duration, I)
        for finish in _near(I + slope * duration):
            if (finish - I) / duration == slope:
                return Pulse(id, "ramp", plain, t, duration, I, finish)
    raise UnsupportedError(
        f"set_stimulus: the piece (t, I, slope) = ({t!r}, {I!r}, {slope!r}) is no ramp of NeuroML's "
        "to the bit"
    )


def _sources(net: Network, made: Model) -> None:
    """Populations of sources that follow each other and do the same."""
    told = net._input
    assert told is not None
    t = np.concatenate([np.empty(0), *(t for t, _ in told.sent)])
    i = np.concatenate([np.empty(0, np.int64), *(i for _, i in told.sent)])
    order = np.lexsort((t, i))
    trains = np.split(t[order], np.cumsum(np.bincount(i, minlength=net.sources))[:-1])
    last: Any = None
    for source in range(net.sources):
        hz, times = float(told.rates[source]), trains[source]
        if hz and len(times):
            raise UnsupportedError(f"source {source} spikes by chance and was sent spikes, too")
        if (hz, times.tolist()) != last:
            last = (hz, times.tolist())
            name = f"sources{len(made.sources)}"
            made.sources[name] = range(source, source)
            made.kinds[name] = f"source{len(made.sources)}"
            made.trains[name] = Source(made.kinds[name], None if hz else times, hz=hz)
        made.sources[name] = range(made.sources[name].start, source + 1)


def _background(net: Network, made: Model) -> None:
    told = net._input
    assert told is not None
    for receptor, (rates, weights) in told.background.items():
        names: Dict[float, str] = {}
        for neuron in to_list(np.flatnonzero(rates)):
            weight = float(weights[neuron])
            if weight not in names:
                if net.receptors[receptor].kind != "conductance":
                    why = f"set_background: NeuroML has none for the receptor {receptor}"
                    raise UnsupportedError(why)
                which = list(net.receptors).index(receptor)
                names[weight] = f"background{which}_{len(names)}"
                _synapse(net, made, names[weight], receptor, None)
                made.synapses[names[weight]] = replace(made.synapses[names[weight]], scale=weight)
            made.noise.append((neuron, names[weight], float(rates[neuron]), Place()))


def _check_dimensions(made: Model) -> None:
    """NeuroML's synapses give currents in amperes, which its cell of 2003 does not take."""
    forms = np.array([made.cells[made.kinds[name]].form == "2003" for name in made.populations])
    stops = np.array([which.stop for which in made.populations.values()])
    noisy = np.array([neuron for neuron, _, _, _ in made.noise], np.int64)
    for targets in (*(wires.target for wires in made.projections), noisy):
        into = forms[np.searchsorted(stops, targets, side="right")]
        if into.any():
            neuron = int(targets[np.argmax(into)])
            raise UnsupportedError(
                f"neuron {neuron} is of the 2003 form, and has synapses: NeuroML's izhikevichCell takes "
                "dimensionless currents, and its synapses give others; to_2007() converts neurons"
            )
