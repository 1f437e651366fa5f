"""From a model to NeuroML and LEMS."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import Any, Container, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple
from xml.sax.saxutils import XMLGenerator

import numpy as np

from .._arrays import shown, to_list
from ..errors import InvalidError
from ._model import Cell, Model, Pulse, Source, Synapse, Wires
from ._read import ALPHAS, RAMP
from ._units import written

_SPACE = "http://www.neuroml.org/schema/neuroml2"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = "https://raw.github.com/NeuroML/NeuroML2/development/Schemas/NeuroML2/NeuroML_v2.3.1.xsd"

_CELL_UNITS = {
    "v0": "voltage", "thresh": "voltage", "C": "capacitance", "k": "conductance_per_voltage",
    "vr": "voltage", "vt": "voltage", "vpeak": "voltage",
}  # fmt: skip
_CELL_2007 = {"a": "per_time", "b": "conductance", "c": "voltage", "d": "current"}


class _Lines:
    """Elements, each on a line, to a stream."""

    def __init__(self, to: Any) -> None:
        self._xml: Any = XMLGenerator(to, "utf-8", short_empty_elements=True)
        self._depth = 0
        self._xml.startDocument()

    def _begin(self, name: str, attributes: Dict[str, str]) -> None:
        self._xml.ignorableWhitespace("\n" * (self._depth > 0) + "  " * self._depth)
        self._xml.startElement(name, attributes)

    def empty(self, name: str, **attributes: str) -> None:
        self._begin(name, attributes)
        self._xml.endElement(name)

    @contextmanager
    def within(self, name: str, **attributes: str) -> Iterator[None]:
        self._begin(name, attributes)
        self._depth += 1
        yield
        self._depth -= 1
        self._xml.ignorableWhitespace("\n" + "  " * self._depth)
        self._xml.endElement(name)
        if not self._depth:
            self._xml.ignorableWhitespace("\n")


# ---- components, in the order that NeuroML's schema has ----

_CELLS = ("2003", "2007")
_SYNAPSES = ("expOneSynapse", "expTwoSynapse", "blockingPlasticSynapse")
_PYNN_SYNAPSES = ("expCondSynapse", "expCurrSynapse")
_PULSES = ("pulse", "sine", "ramp")


def _cell(to: _Lines, cell: Cell) -> None:
    units = {**_CELL_UNITS, **(_CELL_2007 if cell.form == "2007" else {})}
    values = {name: written(x, units.get(name, "none")) for name, x in cell.values.items()}
    to.empty("izhikevichCell" if cell.form == "2003" else "izhikevich2007Cell", id=cell.id, **values)


def _pulse(to: _Lines, pulse: Pulse, id: str) -> None:
    kind = "none" if pulse.plain else "current"
    names = RAMP if pulse.kind == "ramp" else {"amplitude": "amplitude"}
    values = {name: written(getattr(pulse, x), kind) for name, x in names.items()}
    times = {x: written(getattr(pulse, x), "time") for x in ("delay", "duration")}
    if pulse.kind == "sine":
        values.update(phase=written(pulse.phase), period=written(pulse.period, "time"))
    to.empty(f"{pulse.kind}Generator{'DL' if pulse.plain else ''}", id=id, **times, **values)


def _pulses_in_order(pulses: Iterable[Tuple[str, Pulse]]) -> List[Tuple[str, Pulse]]:
    return sorted(pulses, key=lambda item: (_PULSES.index(item[1].kind), item[1].plain))


def _inputs_of(to: _Lines, model: Model) -> None:
    """Inputs, and sums of inputs, whose parts are within them."""
    parts = {part for names in model.compounds.values() for part in names}
    alone = [(name, pulse) for name, pulse in model.inputs.items() if name not in parts]
    for name, pulse in _pulses_in_order(alone):
        _pulse(to, pulse, name)
    plain = {
        name: any(model.inputs[part].plain for part in names)
        for name, names in model.compounds.items()
    }
    for name in sorted(plain, key=lambda name: plain[name]):
        with to.within("compoundInputDL" if plain[name] else "compoundInput", id=name):
            for part, pulse in _pulses_in_order((x, model.inputs[x]) for x in model.compounds[name]):
                _pulse(to, pulse, part.rpartition("/")[2])


def _synapse_attributes(synapse: Synapse) -> Tuple[str, Dict[str, str]]:
    x = synapse.receptor
    kind = synapse.kind or ("expTwoSynapse" if x.rise else "expOneSynapse")
    kind = "expTwoSynapse" if kind in ALPHAS else kind
    if kind == "expCurrSynapse":
        return kind, {"tau_syn": written(x.tau)}
    if kind == "expCondSynapse":
        return kind, {"tau_syn": written(x.tau), "e_rev": written(x.E)}
    values = dict(gbase=written(synapse.scale, "conductance"), erev=written(x.E, "voltage"))
    if x.rise:
        values["tauRise"] = written(x.rise, "time")
    return kind, {**values, "tauDecay": written(x.tau, "time")}


def _synapses_of(to: _Lines, model: Model, kinds: Sequence[str]) -> None:
    """Those of some kinds. Where the order of kinds is another than the model's, which is that of
    receptors, each says its place."""
    every = list(model.synapses.values())
    of = [_synapse_attributes(synapse)[0] for synapse in every]
    order = [(*_SYNAPSES, *_PYNN_SYNAPSES).index(kind) for kind in of]
    chosen = [place for place, kind in enumerate(of) if kind in kinds]
    for place in sorted(chosen, key=lambda place: order[place]):
        _synapse(to, every[place], place if order != sorted(order) else None)


def _synapse(to: _Lines, synapse: Synapse, place: Optional[int]) -> None:
    kind, values = _synapse_attributes(synapse)
    with to.within(kind, id=synapse.id, **values):
        if synapse.name:
            to.empty("property", tag="izh:receptor", value=synapse.name)
        if synapse.receptor.range:
            to.empty("property", tag="izh:range", value=written(synapse.receptor.range))
        if place is not None:
            to.empty("property", tag="izh:place", value=str(place))
        if synapse.stp is not None:
            _stp(to, synapse)


def _stp(to: _Lines, synapse: Synapse) -> None:
    stp = synapse.stp
    assert stp is not None
    times = {"tauRec": written(stp.tau_rec, "time")}
    if stp.tau_facil:
        times["tauFac"] = written(stp.tau_facil, "time")
    kind = f"tsodyksMarkramDep{'Fac' if stp.tau_facil else ''}Mechanism"
    to.empty("plasticityMechanism", type=kind, initReleaseProb=written(stp.U), **times)


def _source(to: _Lines, id: str, source: Source) -> None:
    if source.hz:
        to.empty("spikeGeneratorPoisson", id=id, averageRate=f"{written(source.hz)} Hz")
    elif source.times is None:
        to.empty("spikeGenerator", id=id, period=written(source.period, "time"))
    else:
        with to.within("spikeArray", id=id):
            for k, t in enumerate(to_list(source.times)):
                to.empty("spike", id=str(k), time=written(t, "time"))


def _sources_of(to: _Lines, model: Model) -> None:
    sources = {model.kinds[each]: model.trains[each] for each in model.sources}
    for id, source in sorted(
        sources.items(), key=lambda item: (item[1].times is None, item[1].hz > 0)
    ):
        _source(to, id, source)


# ---- ids ----


def _ids(model: Model) -> Dict[str, str]:
    """The ids of the components that stand beside the network, and what each is of."""
    parts = {part for names in model.compounds.values() for part in names}
    kinds = {
        "cells": model.cells, "inputs": [*model.inputs, *model.compounds],
        "synapses": model.synapses, "sources": [model.kinds[each] for each in model.sources],
    }  # fmt: skip
    return {id: kind for kind, ids in kinds.items() for id in ids if id not in parts}


def _free(wanted: str, taken: Container[str]) -> str:
    """An id that is not taken yet: what is wanted, or nearly that."""
    return wanted if wanted not in taken else _free(wanted + "_", taken)


def _noises(model: Model, name: str) -> Dict[Tuple[str, float], str]:
    """The ids of Poisson processes, by synapse and rate."""
    taken = {*_ids(model), name}
    made: Dict[Tuple[str, float], str] = {}
    for synapse, hz in dict.fromkeys((x, hz) for _, x, hz, _ in model.noise):
        made[synapse, hz] = _free(f"poisson_{synapse}_{_hz(hz)}", taken)
        taken.add(made[synapse, hz])
    return made


# ---- the network ----


class _Places:
    """What the cells are called, and which population each is in."""

    def __init__(self, model: Model) -> None:
        n = model.n
        every = list(model.populations.items())
        every += [(x, range(n + y.start, n + y.stop)) for x, y in model.sources.items()]
        self.names = [name for name, _ in every]
        self._every = every
        self._stops = np.array([which.stop for _, which in every])

    def population(self, neurons: Any) -> Any:
        """Numbers of the populations that cells are in."""
        return np.searchsorted(self._stops, neurons, side="right")

    def path(self, neuron: int) -> str:
        name, which = self._every[int(self.population(neuron))]
        return f"../{name}[{neuron - which.start}]"


def _projections(to: _Lines, model: Model, places: _Places) -> None:
    for number, wires in enumerate(model.projections):
        pre, post = places.population(wires.source), places.population(wires.target)
        pairs = pre * len(places.names) + post
        synapse = model.synapses[wires.synapse]
        order = np.argsort(pairs, kind="stable")
        every, begins = np.unique(pairs[order], return_index=True)
        for part, (pair, which) in enumerate(zip(to_list(every), np.split(order, begins[1:]))):
            with to.within(
                "projection", id=f"projection{number}_{part}",
                presynapticPopulation=places.names[pair // len(places.names)],
                postsynapticPopulation=places.names[pair % len(places.names)], synapse=synapse.id,
            ):  # fmt: skip
                _connections(to, wires, which, places, synapse)


def _connections(to: _Lines, wires: Wires, which: Any, places: _Places, synapse: Synapse) -> None:
    # A PyNN synapse's weights are in uS and nA, a thousand of libizh's units: moved in decimal.
    power = -3 if synapse.scale == 1 and synapse.kind in ("expCurrSynapse", "expCondSynapse") else 0
    rows = zip(*(to_list(x[which]) for x in (wires.source, wires.target, wires.weight, wires.delay)))
    for k, (source, target, weight, delay) in enumerate(rows):
        to.empty(
            "connectionWD", id=str(k), preCellId=places.path(source), postCellId=places.path(target),
            weight=written(weight, "none", power), delay=written(delay, "time"),
        )  # fmt: skip


def _inputs(to: _Lines, model: Model, places: _Places) -> None:
    """Lists of inputs, in such an order that each neuron's stand in the order that they have."""
    lists: Dict[Tuple[int, str, str], List[Tuple[int, float]]] = {}
    seen: Dict[int, int] = {}
    for neuron, name, weight, _ in model.targets:
        slot = seen[neuron] = seen.get(neuron, -1) + 1
        population = places.names[int(places.population(neuron))]
        lists.setdefault((slot, name, population), []).append((neuron, weight))
    ordered = sorted(lists.items(), key=lambda item: item[0][0])
    for number, ((_, name, population), rows) in enumerate(ordered):
        with to.within("inputList", id=f"inputs{number}", component=name, population=population):
            for k, (neuron, weight) in enumerate(sorted(rows, key=lambda row: row[1] != 1)):
                more = {} if weight == 1 else {"weight": written(weight)}
                kind = "inputW" if more else "input"
                to.empty(kind, id=str(k), target=places.path(neuron), destination="synapses", **more)


def _network(to: _Lines, model: Model, name: str, noises: Dict[Tuple[str, float], str]) -> None:
    places = _Places(model)
    with to.within("network", id=name):
        for each, which in (*model.populations.items(), *model.sources.items()):
            to.empty("population", id=each, component=model.kinds[each], size=str(len(which)))
        _projections(to, model, places)
        for neuron, synapse, hz, _ in model.noise:
            to.empty("explicitInput", target=places.path(neuron)[3:], input=noises[synapse, hz],
                     destination="synapses")  # fmt: skip
        _inputs(to, model, places)


def _hz(hz: float) -> str:
    return written(hz).replace(".", "_").replace("-", "m")


def neuroml(model: Model, name: str) -> str:
    """A NeuroML document."""
    ids = _ids(model)
    if name in ids:
        raise InvalidError(f"name = {shown(name)!r} is taken: one of the {ids[name]} has this id")
    noises = _noises(model, name)
    out = io.StringIO()
    to = _Lines(out)
    with to.within(
        "neuroml", **{"xmlns": _SPACE, "xmlns:xsi": _XSI, "xsi:schemaLocation": f"{_SPACE} {_SCHEMA}"},
        id=name,
    ):  # fmt: skip
        _synapses_of(to, model, _SYNAPSES)
        for cell in sorted(model.cells.values(), key=lambda cell: _CELLS.index(cell.form)):
            _cell(to, cell)
        _inputs_of(to, model)
        _sources_of(to, model)
        for (synapse_id, hz), id in noises.items():
            to.empty("poissonFiringSynapse", id=id, averageRate=f"{written(hz)} Hz",
                     synapse=synapse_id, spikeTarget=f"./{synapse_id}")  # fmt: skip
        _synapses_of(to, model, _PYNN_SYNAPSES)
        _network(to, model, name, noises)
    return out.getvalue()


def lems(model: Model, name: str, file: str) -> str:
    """A LEMS document that runs the network of a NeuroML file beside it."""
    if model.length is None or model.step is None:
        raise InvalidError("a LEMS simulation needs the length and the step")
    simulation = _free("simulation", {*_ids(model), *_noises(model, name).values(), name})
    out = io.StringIO()
    to = _Lines(out)
    with to.within("Lems"):
        to.empty("Target", component=simulation)
        pynn = any(_synapse_attributes(x)[0] in _PYNN_SYNAPSES for x in model.synapses.values())
        core = ("Cells.xml", "Networks.xml", *(("PyNN.xml",) if pynn else ()), "Simulation.xml")
        for each in (*core, file):
            to.empty("Include", file=each)
        to.empty(
            "Simulation", id=simulation, length=written(model.length, "time"),
            step=written(model.step, "time"), target=name,
        )  # fmt: skip
    return out.getvalue()
