"""From NeuroML and LEMS elements to a model. Each element that it knows has a function here; there
is no other way in, so that what is not known is refused."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

import numpy as np

from .._network import Receptor
from .._params import params_2003, params_2007
from .._plasticity import STP
from ..errors import IzhError, UnsupportedError
from ._model import Cell, Model, Place, Pulse, Source, Synapse, Wires
from ._units import quantity, whole
from ._xml import Node, load

#: Definitions of NeuroML's core: what they say is what this module knows.
CORE = frozenset(
    f"{name}.xml"
    for name in "Cells Channels Inputs Networks NeuroML2CoreTypes NeuroMLCoreCompTypes "
    "NeuroMLCoreDimensions PyNN Simulation Synapses".split()
)
_ID = frozenset(("id",))
_ALWAYS = frozenset(("id", "metaid", "neuroLexId", "type"))
_MOST_NEURONS = 10_000_000


def _needs(node: Node, *names: str, optional: Tuple[str, ...] = ()) -> None:
    node.check(_ID | frozenset(names), _ALWAYS | frozenset(optional))


def _numbers(node: Node, **dimensions: str) -> Dict[str, float]:
    """Its attributes, in libizh's units."""
    _needs(node, *dimensions)
    for _ in node.parts():
        pass
    return {name: quantity(node, name, dimension) for name, dimension in dimensions.items()}


def _guarded(node: Node, call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """What the library refuses, with its line."""
    try:
        return call(*arguments, **named)
    except IzhError as error:
        node.fail(str(error), type(error))


def _positive(node: Node, values: Dict[str, float], *names: str) -> None:
    for name in names:
        if not values[name] > 0:
            node.fail(f"{name} = {values[name]!r} must be above 0")


def _property(node: Node, tag: str) -> Optional[str]:
    """The value of a property, <property tag="..." value="..."/>."""
    for child in node.children:
        if child.tag == "property" and child.attributes.get("tag") == tag:
            child.check(frozenset(("tag", "value")))
            return child.attributes["value"]
    return None


# ---- cells ----


def _cell_2003(node: Node) -> Cell:
    x = _numbers(node, v0="voltage", thresh="voltage", a="none", b="none", c="none", d="none")
    params = _guarded(node, params_2003, x["a"], x["b"], x["c"], x["d"])
    params = _guarded(node, params.replace, vpeak=x["thresh"])
    return Cell(node.attributes["id"], "2003", x, params, (x["v0"], x["v0"] * x["b"]))


def _cell_2007(node: Node) -> Cell:
    x = _numbers(
        node, v0="voltage", C="capacitance", k="conductance_per_voltage", vr="voltage",
        vt="voltage", vpeak="voltage", a="per_time", b="conductance", c="voltage", d="current",
    )  # fmt: skip
    arguments = [x[name] for name in "C k vr vt vpeak a b c d".split()]
    params = _guarded(node, params_2007, *arguments)
    return Cell(node.attributes["id"], "2007", x, params, (x["v0"], 0.0))


CELLS = {"izhikevichCell": _cell_2003, "izhikevich2007Cell": _cell_2007}


# ---- inputs ----

#: A ramp's attributes, and what a `Pulse` calls them.
RAMP = {
    "startAmplitude": "amplitude", "finishAmplitude": "finish", "baselineAmplitude": "baseline",
}  # fmt: skip


def _pulse(node: Node, kind: str, plain: bool, more: Mapping[str, str]) -> Pulse:
    x = _numbers(node, delay="time", duration="time", **more)
    for name in ("delay", "duration"):
        if x[name] < 0:
            node.fail(f"{name} = {x[name]!r} is negative")
    if kind == "sine":
        _positive(node, x, "period")
    values = {RAMP.get(name, name): value for name, value in x.items()}
    return Pulse(node.attributes["id"], kind, plain, **values)


def _pulses() -> Dict[str, Callable[[Node], Pulse]]:
    made: Dict[str, Callable[[Node], Pulse]] = {}
    for plain, end, kind in ((False, "", "current"), (True, "DL", "none")):
        parts = {
            "pulse": dict(amplitude=kind),
            "ramp": {f"{x}Amplitude": kind for x in ("start", "finish", "baseline")},
            "sine": dict(amplitude=kind, period="time", phase="none"),
        }
        for name, more in parts.items():
            made[f"{name}Generator{end}"] = partial(_pulse, kind=name, plain=plain, more=more)
    return made


PULSES = _pulses()


# ---- synapses ----


def _receptor(node: Node, kind: str, tau: float, rise: float = 0.0, E: float = 0.0) -> Receptor:
    if not tau > 0:
        node.fail(f"a time constant of {tau!r} ms must be above 0")
    if rise > 0.95 * tau:
        node.fail(
            f"rises with {rise!r} ms and decays with {tau!r} ms: libizh's receptors rise with at most "
            ".95 of the decay", UnsupportedError,
        )  # fmt: skip
    text = _property(node, "izh:range")
    told = Node("property", {"value": text or "0"}, node.file, node.line)
    span = quantity(told, "value", "none")
    return Receptor(kind, tau, rise, E, range=span)


def _synapse(node: Node, receptor: Receptor, scale: float, stp: Optional[STP] = None) -> Synapse:
    if scale < 0:
        node.fail(f"gbase = {scale!r} nS is negative")
    name = _property(node, "izh:receptor") or ""
    place = Place(node.file, node.line)
    return Synapse(node.attributes["id"], receptor, scale, name, stp, node.tag, place)


def _exp_one(node: Node) -> Synapse:
    x = _numbers(node, gbase="conductance", erev="voltage", tauDecay="time")
    return _synapse(node, _receptor(node, "conductance", x["tauDecay"], E=x["erev"]), x["gbase"])


_TWO = dict(gbase="conductance", erev="voltage", tauRise="time", tauDecay="time")


def _two(node: Node, x: Dict[str, float]) -> Receptor:
    _positive(node, x, "tauRise")
    return _receptor(node, "conductance", x["tauDecay"], x["tauRise"], x["erev"])


def _exp_two(node: Node) -> Synapse:
    x = _numbers(node, **_TWO)
    return _synapse(node, _two(node, x), x["gbase"])


def _plastic(node: Node) -> Synapse:
    _needs(node, *_TWO)
    x = {name: quantity(node, name, dimension) for name, dimension in _TWO.items()}
    rules = [_stp(child) for child in node.parts("plasticityMechanism")]
    if len(rules) != 1:
        node.fail(f"has {len(rules)} plasticityMechanisms: one is supported", UnsupportedError)
    return _synapse(node, _two(node, x), x["gbase"], rules[0])


def _stp(node: Node) -> STP:
    kind = node.attributes.get("type", "")
    names = {"initReleaseProb": "none", "tauRec": "time"}
    if kind == "tsodyksMarkramDepFacMechanism":
        names["tauFac"] = "time"
    elif kind != "tsodyksMarkramDepMechanism":
        node.fail(f'the type "{kind}" is not supported', UnsupportedError)
    node.check(frozenset(("type", *names)), _ALWAYS)
    x = {name: quantity(node, name, dimension) for name, dimension in names.items()}
    _positive(node, x, *names)
    if x["initReleaseProb"] > 1:
        node.fail(f"initReleaseProb = {x['initReleaseProb']!r} is above 1")
    return STP(x["initReleaseProb"], x["tauRec"], x.get("tauFac", 0.0))


def _pynn_cond(node: Node) -> Synapse:
    x = _numbers(node, tau_syn="none", e_rev="none")  # ms and mV; weights are in uS
    return _synapse(node, _receptor(node, "conductance", x["tau_syn"], E=x["e_rev"]), 1000.0)


def _pynn_curr(node: Node) -> Synapse:
    x = _numbers(node, tau_syn="none")  # ms; weights are in nA
    return _synapse(node, _receptor(node, "current", x["tau_syn"]), 1000.0)


# An alpha function has two equal time constants, which no receptor can have: these are the nearest,
# with the peak at the same time.
_RISE = 0.95
_PEAK = math.log(1 / _RISE) * _RISE / (1 - _RISE)  # of the decay


def _nearly_alpha(node: Node, tau: float, E: float, scale: float) -> Synapse:
    decay = tau / _PEAK
    return _synapse(node, _receptor(node, "conductance", decay, _RISE * decay, E), scale)


def _alpha(node: Node) -> Synapse:
    x = _numbers(node, gbase="conductance", erev="voltage", tau="time")
    _positive(node, x, "tau")
    return _nearly_alpha(node, x["tau"], x["erev"], x["gbase"])


def _pynn_alpha(node: Node) -> Synapse:
    x = _numbers(node, tau_syn="none", e_rev="none")  # ms and mV; weights are in uS
    _positive(node, x, "tau_syn")
    return _nearly_alpha(node, x["tau_syn"], x["e_rev"], 1000.0)


#: Those that are had nearly.
ALPHAS: Dict[str, Callable[[Node], Synapse]] = {
    "alphaSynapse": _alpha, "alphaCondSynapse": _pynn_alpha,
}  # fmt: skip

SYNAPSES: Dict[str, Callable[[Node], Synapse]] = {
    **ALPHAS,
    "expOneSynapse": _exp_one, "expTwoSynapse": _exp_two, "blockingPlasticSynapse": _plastic,
    "expCondSynapse": _pynn_cond, "expCurrSynapse": _pynn_curr,
}  # fmt: skip


# ---- sources of spikes ----


def _spike_array(node: Node) -> Source:
    _needs(node)
    times = []
    for child in node.parts("spike"):
        child.check(frozenset(("time",)), _ALWAYS)
        times.append(quantity(child, "time", "time"))
        if times[-1] < 0:
            child.fail(f"time = {times[-1]!r} is negative")
    return Source(node.attributes["id"], np.array(times), place=Place(node.file, node.line))


def _spike_generator(node: Node) -> Source:
    x = _numbers(node, period="time")
    _positive(node, x, "period")
    place = Place(node.file, node.line)
    return Source(node.attributes["id"], period=x["period"], place=place)


def _rate(node: Node) -> float:
    rate = quantity(node, "averageRate", "per_time", "Hz")
    if not rate > 0:
        node.fail(f"averageRate = {rate!r} Hz must be above 0")
    return rate


def _spike_poisson(node: Node) -> Source:
    _needs(node, "averageRate")
    return Source(node.attributes["id"], hz=_rate(node), place=Place(node.file, node.line))


SOURCES: Dict[str, Callable[[Node], Source]] = {
    "spikeArray": _spike_array, "spikeGenerator": _spike_generator,
    "spikeGeneratorPoisson": _spike_poisson,
}  # fmt: skip


# ---- the document ----


class _Document:
    """What was found in the files, before it is put together."""

    def __init__(self, root: Optional[Path], alpha: bool) -> None:
        self.root = root
        self.alpha = alpha
        self.components: Dict[str, Node] = {}
        self.networks: Dict[str, Node] = {}
        self.simulations: Dict[str, Node] = {}
        self.target: Optional[Node] = None
        self.seen: List[Path] = []

    def take(self, root: Node, folder: Optional[Path]) -> None:
        if root.tag == "neuroml":
            root.check(frozenset(), _ALWAYS)
        elif root.tag in ("Lems", "LEMS"):
            root.check(frozenset(), frozenset(("description",)))
        else:
            root.fail("is neither neuroml nor Lems", UnsupportedError)
        for node in root.children:
            self.element(node, folder)

    def element(self, node: Node, folder: Optional[Path]) -> None:
        if node.tag == "Component":
            node.check(frozenset(("id", "type")), frozenset(node.attributes))
            node.tag = node.attributes.pop("type")
        if node.tag in ("Include", "include"):
            self.include(node, folder)
        elif node.tag == "Target":
            node.check(frozenset(("component",)), frozenset(("reportFile", "timesFile")))
            self.once(node, self.target is None, "a second Target")
            self.target = node
        elif node.tag == "Simulation":
            self.add(self.simulations, node)
        elif node.tag in ("network", "networkWithTemperature"):
            self.add(self.networks, node)
        elif node.tag in KNOWN:
            self.add(self.components, node)
        elif node.tag != "property":
            node.fail("is not supported", UnsupportedError)

    @staticmethod
    def once(node: Node, fine: bool, what: str) -> None:
        if not fine:
            node.fail(what)

    def add(self, to: Dict[str, Node], node: Node) -> None:
        name = node.attributes.get("id")
        if name is None:
            node.fail("the attribute id is missing")
        every = (self.components, self.networks, self.simulations)
        self.once(node, not any(name in each for each in every), "there is another one of this id")
        to[name] = node

    def include(self, node: Node, folder: Optional[Path]) -> None:
        where = "href" if node.tag == "include" else "file"
        node.check(frozenset((where,)))
        name = node.attributes[where]
        if name.rpartition("/")[2] in CORE and name.rpartition("/")[0] in ("", "."):
            return
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", name) or name.startswith(("/", "\\")):
            node.fail(f"{name} is not read: only files beside this one are", UnsupportedError)
        if folder is None or self.root is None:
            node.fail(f"{name} is not read: this text is in no folder", UnsupportedError)
        path = (folder / name).resolve()
        if self.root != path and self.root not in path.parents:
            why = f"{name} is not read: it is outside {self.root}; root=... allows more"
            node.fail(why, UnsupportedError)
        if path.exists() and not path.is_file():
            node.fail(f"{name} is not read: it is no file", UnsupportedError)
        if path not in self.seen:
            self.seen.append(path)
            if len(self.seen) > 100:
                node.fail("more than 100 files are included", UnsupportedError)
            try:
                tree = load(path, str(path.relative_to(self.root)))
            except IzhError as error:
                if hasattr(error, "line"):
                    raise
                node.fail(str(error), type(error))
            self.take(tree, path.parent)


KNOWN = frozenset(
    (*CELLS, *PULSES, *SYNAPSES, *SOURCES, "compoundInput", "compoundInputDL", "poissonFiringSynapse")
)

# What a Simulation writes or draws: nothing of it changes the model.
_OUTPUTS = ("Display", "OutputFile", "EventOutputFile", "Meta")


def read_document(
    root: Node, folder: Optional[Path], within: Optional[Path], network: Optional[str], alpha: bool
) -> Model:
    """The model of a file's root element."""
    document = _Document(within, alpha)
    document.take(root, folder)
    return _Assembly(document, root).model(network)


class _Assembly:
    """Puts a model together."""

    def __init__(self, document: _Document, root: Node) -> None:
        self.document = document
        self.root = root
        self.made = Model()
        self.poissons: Dict[str, Tuple[str, float]] = {}
        self.instances: Dict[str, Dict[str, int]] = {}
        self.every: Dict[str, range] = {}  # populations, of cells and of sources
        self.counts = {True: 0, False: 0}  # cells and sources

    def model(self, network: Optional[str]) -> Model:
        for node in self.document.components.values():
            self.component(node)
        self.order_synapses()
        self.network(self.chosen(network))
        return self.made

    # ---- which network, and for how long ----

    def chosen(self, network: Optional[str]) -> Node:
        simulation = self.simulation()
        if network is None and simulation is not None:
            network = simulation.attributes["target"]
        networks = self.document.networks
        if network is None and len(networks) == 1:
            return next(iter(networks.values()))
        if network is None or network not in networks:
            node = simulation or self.root
            have = ", ".join(networks) or "none"
            missing = f"there is no network {network!r}: there are {have}"
            node.fail(missing if network else f"which network: {have}?")
        return networks[network]

    def simulation(self) -> Optional[Node]:
        target, every = self.document.target, self.document.simulations
        if target is not None:
            name = target.attributes["component"]
            if name not in every:
                target.fail(f'there is no Simulation "{name}"')
            node = every[name]
        elif len(every) == 1:
            node = next(iter(every.values()))
        elif every:
            list(every.values())[1].fail("there are several Simulations, and no Target")
        else:
            return None
        node.check(frozenset(("id", "length", "step", "target")), frozenset(("seed",)))
        for _ in node.parts(*_OUTPUTS):
            pass
        x = {name: quantity(node, name, "time") for name in ("length", "step")}
        _positive(node, x, "length", "step")
        self.made.length, self.made.step = x["length"], x["step"]
        self.made.place = Place(node.file, node.line)
        return node

    # ---- components ----

    def order_synapses(self) -> None:
        """Into the order of the receptors, where they say their places."""
        places = {}
        for number, name in enumerate(self.made.synapses):
            node = self.document.components[name]
            text = _property(node, "izh:place")
            told = Node("property", {"value": text or str(number)}, node.file, node.line)
            places[name] = whole(told, "value")
        self.made.synapses = {
            name: self.made.synapses[name] for name in sorted(places, key=lambda name: places[name])
        }

    def component(self, node: Node) -> None:
        name, made = node.attributes["id"], self.made
        if node.tag in ALPHAS and not self.document.alpha:
            node.fail("is not supported: alpha=True takes what is nearly it", UnsupportedError)
        if node.tag in CELLS:
            made.cells[name] = CELLS[node.tag](node)
        elif node.tag in PULSES:
            made.inputs[name] = PULSES[node.tag](node)
        elif node.tag in SYNAPSES:
            made.synapses[name] = SYNAPSES[node.tag](node)
        elif node.tag in SOURCES:
            made.trains[name] = SOURCES[node.tag](node)
        elif node.tag == "poissonFiringSynapse":
            node.check(_ID | {"averageRate", "synapse", "spikeTarget"}, _ALWAYS)
            self.poissons[name] = (node.attributes["synapse"], _rate(node))
        else:
            self.compound(node)

    def compound(self, node: Node) -> None:
        _needs(node)
        end = "DL" if node.tag.endswith("DL") else ""
        names = []
        for child in node.parts(*(f"{x}Generator{end}" for x in ("pulse", "ramp", "sine"))):
            part = PULSES[child.tag](child)
            name = f"{node.attributes['id']}/{part.id}"
            if name in self.made.inputs:
                child.fail(f'there is another part "{part.id}"')
            self.made.inputs[name] = replace(part, id=name)
            names.append(name)
        self.made.compounds[node.attributes["id"]] = names

    # ---- the network ----

    def network(self, node: Node) -> None:
        node.check(_ID, _ALWAYS | {"temperature"})
        handlers: Dict[str, Callable[[Node], None]] = {
            "population": self.population, "projection": self.projection,
            "explicitInput": self.explicit_input, "inputList": self.input_list,
            "synapticConnection": self.connection, "synapticConnectionWD": self.connection,
        }  # fmt: skip
        children = list(node.parts(*handlers))
        for child in sorted(children, key=lambda child: child.tag != "population"):
            handlers[child.tag](child)
        self.made.trains = {
            name: self.made.trains[self.made.kinds[name]] for name in self.made.sources
        }

    def population(self, node: Node) -> None:
        _needs(node, "component", optional=("size",))
        name, kind, made = node.attributes["id"], node.attributes["component"], self.made
        if name in self.every:
            node.fail("there is another population of this id")
        size = self.size(node)
        is_cell = kind in made.cells
        if not is_cell and kind not in made.trains:
            why = f'component = "{kind}" is no cell and no source of spikes that is known'
            node.fail(why, UnsupportedError)
        to = made.populations if is_cell else made.sources
        first = self.counts[is_cell]
        if first + size > _MOST_NEURONS:
            node.fail(f"there are more than {_MOST_NEURONS} neurons")
        self.counts[is_cell] = first + size
        to[name] = self.every[name] = range(first, first + size)
        made.kinds[name] = kind

    def size(self, node: Node) -> int:
        """A population's size, which must agree with that of its list."""
        numbers: Dict[str, int] = {}
        for child in node.parts("instance"):
            child.check(_ID, _ALWAYS | {"i", "j", "k"})
            for _ in child.parts("location"):
                pass
            number = str(whole(child, "id"))
            if number in numbers:
                child.fail("there is another instance of this id")
            numbers[number] = len(numbers)
        if node.attributes.get("type", "population") not in ("population", "populationList"):
            node.fail(f'the type "{node.attributes["type"]}" is not supported', UnsupportedError)
        if not numbers and "size" not in node.attributes:
            node.fail("the attribute size is missing")
        size = whole(node, "size", _MOST_NEURONS) if "size" in node.attributes else len(numbers)
        if numbers and size != len(numbers):
            node.fail(f"size = {size}, but there are {len(numbers)} instances")
        if numbers:
            self.instances[node.attributes["id"]] = numbers
        return size

    _PATH = re.compile(
        r"(?:\.\./|\./)*([A-Za-z_][A-Za-z0-9_]*)"
        r"(?:\[([0-9]{1,10})\]|/([0-9]{1,10})(?:/([A-Za-z_]\w*))?)/?"
    )

    def member(self, node: Node, attribute: str, population: Optional[str] = None) -> Tuple[str, int]:
        """The population and the number in it that a path names: ../pop/0/cell or pop[0]."""
        text = node.attributes[attribute]
        match = self._PATH.fullmatch(text)
        if not match:
            node.fail(f'{attribute} = "{text[:60]}" is no path to a cell, as ../population/0/cell is')
        name, plain, listed, cell = match.groups()
        if name not in self.every:
            node.fail(f'{attribute} = "{text}": there is no population {name}')
        if population is not None and name != population:
            node.fail(f'{attribute} = "{text}" is not in the population {population}')
        if cell is not None and cell != self.made.kinds[name]:
            node.fail(f'{attribute} = "{text}": the cells of {name} are {self.made.kinds[name]}')
        number = str(int(plain if listed is None else listed))
        index = self.instances[name].get(number, -1) if name in self.instances else int(number)
        if not 0 <= index < len(self.every[name]):
            node.fail(f'{attribute} = "{text}": {name} has no cell {number}')
        return name, index

    def neuron(self, node: Node, attribute: str, population: Optional[str] = None) -> int:
        """The same, which must be a cell: its number in the network."""
        name, index = self.member(node, attribute, population)
        if name not in self.made.populations:
            text = node.attributes[attribute]
            node.fail(f'{attribute} = "{text}" is a source of spikes, and no cell')
        return self.made.populations[name][index]

    def origin(self, node: Node, attribute: str, population: Optional[str] = None) -> int:
        """The same, of a cell or a source, as `Network.connect` counts them."""
        name, index = self.member(node, attribute, population)
        if name in self.made.sources:
            return self.counts[True] + self.made.sources[name][index]
        return self.made.populations[name][index]

    # ---- projections ----

    def synapse(self, node: Node, population: str) -> str:
        """Its synapse, which the population's cells must take."""
        name = node.attributes["synapse"]
        if name not in self.made.synapses:
            node.fail(f'synapse = "{name}" is no synapse that is known', UnsupportedError)
        cell = self.made.cells.get(self.made.kinds.get(population, ""))
        if cell is not None and cell.form == "2003":
            node.fail(
                f"{cell.id} is an izhikevichCell, which takes dimensionless currents: {name} gives pA",
                UnsupportedError,
            )
        return name

    _SOMA = {"preSegmentId": ("0",), "postSegmentId": ("0",),
             "preFractionAlong": ("0.5", "0", "1"), "postFractionAlong": ("0.5", "0", "1"),
             "destination": ("synapses",)}  # fmt: skip

    def soma(self, node: Node) -> None:
        """Whether what says where on the cell says its only place."""
        for name, allowed in self._SOMA.items():
            if node.attributes.get(name, allowed[0]) not in allowed:
                why = f'{name} = "{node.attributes[name]}": a point neuron has one place'
                node.fail(why, UnsupportedError)

    def projection(self, node: Node) -> None:
        node.check(_ID | {"presynapticPopulation", "postsynapticPopulation", "synapse"}, _ALWAYS)
        pre, post = (node.attributes[f"{x}synapticPopulation"] for x in ("pre", "post"))
        for name in (pre, post):
            if name not in self.every:
                node.fail(f"there is no population {name}")
        synapse = self.synapse(node, post)
        rows = [
            self.wire(child, "preCellId", "postCellId", pre, post)
            for child in node.parts("connection", "connectionWD")
        ]
        self.wires(node, synapse, rows)

    def wire(
        self, node: Node, pre: str, post: str, sources: Optional[str], targets: Optional[str]
    ) -> Tuple[int, int, float, float]:
        """Source, target, weight and delay."""
        weighs = node.tag.endswith("WD")
        needed = frozenset((pre, post, *(("weight", "delay") if weighs else ())))
        alone = frozenset(("synapse",)) if sources is None else frozenset()
        node.check(needed, _ALWAYS | frozenset(self._SOMA) | alone)
        self.soma(node)
        weight = quantity(node, "weight", "none") if weighs else 1.0
        delay = quantity(node, "delay", "time") if weighs else 0.0
        if delay < 0:
            node.fail(f"delay = {delay!r} ms is negative")
        return self.origin(node, pre, sources), self.neuron(node, post, targets), weight, delay

    def wires(self, node: Node, synapse: str, rows: List[Tuple[int, int, float, float]]) -> None:
        source, target, weight, delay = zip(*rows) if rows else ((), (), (), ())
        self.made.projections.append(
            Wires(
                synapse, np.array(source, np.int64), np.array(target, np.int64),
                np.array(weight, np.float64), np.array(delay, np.float64),
                Place(node.file, node.line),
            )  # fmt: skip
        )

    def connection(self, node: Node) -> None:
        row = self.wire(node, "from", "to", None, None)
        if "synapse" not in node.attributes:
            node.fail("the attribute synapse is missing")
        self.wires(node, self.synapse(node, self.member(node, "to")[0]), [row])

    # ---- inputs ----

    def explicit_input(self, node: Node) -> None:
        ports = {"destination", "sourcePort", "targetPort"}
        node.check(frozenset(("target", "input")), _ALWAYS | ports)
        self.soma(node)
        name, _ = self.member(node, "target")
        self.input(node, node.attributes["input"], name, self.neuron(node, "target"), 1.0)

    def input_list(self, node: Node) -> None:
        node.check(_ID | {"component", "population"}, _ALWAYS)
        population = node.attributes["population"]
        for child in node.parts("input", "inputW"):
            weighs = child.tag == "inputW"
            needed = frozenset(("target", *(("weight",) if weighs else ())))
            child.check(needed, _ALWAYS | {"destination", "segmentId", "fractionAlong"})
            self.soma(child)
            if child.attributes.get("segmentId", "0") != "0":
                child.fail("segmentId: a point neuron has one place", UnsupportedError)
            weight = quantity(child, "weight", "none") if weighs else 1.0
            neuron = self.neuron(child, "target", population)
            self.input(child, node.attributes["component"], population, neuron, weight)

    def input(self, node: Node, name: str, population: str, neuron: int, weight: float) -> None:
        place = Place(node.file, node.line)
        if name in self.poissons:
            if weight != 1:
                node.fail("a Poisson process has no weight here", UnsupportedError)
            hz = self.poissons[name][1]
            lines = self.document.components[name]
            synapse = self.synapse(lines, population)
            if self.made.synapses[synapse].stp is not None:
                lines.fail(f"{synapse} is plastic, and noise is not", UnsupportedError)
            if lines.attributes["spikeTarget"].rpartition("/")[2] != synapse:
                lines.fail("the spikeTarget is not the synapse", UnsupportedError)
            self.made.noise.append((neuron, synapse, hz, place))
            return
        if name not in self.made.inputs and name not in self.made.compounds:
            node.fail(f'"{name}" is no input that is known', UnsupportedError)
        for part in self.made.parts(name):
            self.fits(node, part, population)
        self.made.targets.append((neuron, name, weight, place))

    def fits(self, node: Node, part: Pulse, population: str) -> None:
        """Whether a cell takes currents of this dimension."""
        cell = self.made.cells[self.made.kinds[population]]
        if part.plain != (cell.form == "2003"):
            takes, gives = ("none", "current") if cell.form == "2003" else ("current", "none")
            node.fail(
                f"{cell.id} takes currents of the dimension {takes}, and {part.id} gives {gives}"
            )
