"""A model between its file and its network."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray

from .._arrays import real
from .._network import Network, Receptor
from .._params import Params
from .._plasticity import STP
from .._results import Spikes
from .._stimulus import Traces
from ..errors import InvalidError, IzhError, UnsupportedError

Floats = NDArray[np.float64]

_MOST_SAMPLES = 100_000_000
_MOST_SPIKES = 100_000_000  # that a network is sent
_MOST_SETS = 8  # of traces
_Mix = Tuple[Tuple[str, float], ...]  # inputs and their weights


@dataclass(frozen=True)
class Place:
    """Where something stands in a file."""

    file: str = ""
    line: int = 0

    def error(self, error: IzhError) -> IzhError:
        """The same error with this place."""
        if not self.file:
            return error
        made = type(error)(f"{self.file}, line {self.line}: {error}")
        setattr(made, "file", self.file)
        setattr(made, "line", self.line)
        return made


@dataclass(frozen=True)
class Cell:
    """An izhikevichCell or an izhikevich2007Cell."""

    id: str
    form: str  #: "2003" or "2007"
    values: Mapping[str, float]  #: its attributes, in libizh's units
    params: Params
    initial: Tuple[float, float]  #: v, mV, and u, pA (2003 form: mV/ms)


@dataclass(frozen=True)
class Pulse:
    """A pulse, ramp or sine: what flows from delay on for the duration, ms, and 0 or the baseline
    otherwise."""

    id: str
    kind: str  #: "pulse", "ramp" or "sine"
    plain: bool  #: dimensionless, for the 2003 form
    delay: float  #: ms
    duration: float  #: ms
    amplitude: float = 0.0  #: pA
    finish: float = 0.0  #: of a ramp: its last current, pA
    baseline: float = 0.0  #: of a ramp: the current outside of it, pA
    period: float = 0.0  #: of a sine, ms
    phase: float = 0.0  #: of a sine, rad

    def pieces(self) -> List[Tuple[float, float, float]]:
        """Its pieces (t, I, slope), of a pulse or ramp."""
        end = self.delay + self.duration
        slope = 0.0
        if self.kind == "ramp" and self.duration:
            slope = (self.finish - self.amplitude) / self.duration
        before = [(0.0, self.baseline, 0.0)] if self.delay > 0 else []
        return [*before, (self.delay, self.amplitude, slope), (end, self.baseline, 0.0)]

    def mean(self, begins: Floats, ends: Floats) -> Floats:
        """A sine's mean over stretches of time."""
        a, b = (np.clip(t - self.delay, 0, self.duration) for t in (begins, ends))
        w = 2 * math.pi / self.period
        area = (np.cos(self.phase + w * a) - np.cos(self.phase + w * b)) * (self.amplitude / w)
        mean: Floats = area / (ends - begins)
        return mean


@dataclass(frozen=True)
class Synapse:
    """What a synapse does: a receptor, by how much, and how it tires."""

    id: str
    receptor: Receptor
    scale: float  #: what a weight of 1 is, in the receptor's unit
    name: str = ""  #: the receptor's, where it is known
    stp: Optional[STP] = None
    kind: str = ""  #: the component's type, where it was read
    place: Place = Place()


@dataclass(frozen=True, eq=False)
class Wires:
    """Synapses of one kind: whole numbers of neurons, and beyond them of sources."""

    synapse: str
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    weight: Floats  #: times the synapse's scale
    delay: Floats  #: ms
    place: Place = Place()


@dataclass(frozen=True, eq=False)
class Source:
    """What sources do: spikes at times, every so often, or by chance."""

    id: str
    times: Optional[Floats] = None  #: ms
    period: float = 0.0  #: ms
    hz: float = 0.0  #: mean spikes a second
    place: Place = Place()


@dataclass(eq=False, repr=False)
class Model:
    """What a NeuroML file says: cells, populations, projections, inputs, and for how long to run.

    `build` makes its network, and `run` runs it.
    """

    cells: Dict[str, Cell] = field(default_factory=dict)  #: by id
    inputs: Dict[str, Pulse] = field(default_factory=dict)  #: pulses, ramps and sines, by id
    compounds: Dict[str, List[str]] = field(default_factory=dict)  #: inputs that are sums of others
    synapses: Dict[str, Synapse] = field(default_factory=dict)  #: by id
    populations: Dict[str, range] = field(default_factory=dict)  #: which neurons each has
    kinds: Dict[str, str] = field(default_factory=dict)  #: of each population its cell's id
    sources: Dict[str, range] = field(default_factory=dict)  #: populations of sources: which
    trains: Dict[str, Source] = field(default_factory=dict)  #: and what they do
    projections: List[Wires] = field(default_factory=list)
    #: which neuron gets which input, how strongly, and where that stands
    targets: List[Tuple[int, str, float, Place]] = field(default_factory=list)
    #: which neuron gets spikes by chance: neuron, synapse, spikes a second, where that stands
    noise: List[Tuple[int, str, float, Place]] = field(default_factory=list)
    length: Optional[float] = None  #: of the simulation, ms
    step: Optional[float] = None  #: its step, ms
    place: Place = Place()  #: where length and step stand

    def __repr__(self) -> str:
        wires = sum(len(each.source) for each in self.projections)
        length = "" if self.length is None else f", {self.length:.15g} ms by {self.step} ms"
        return f"<izh.neuroml.Model: {self.n} neurons, {wires} synapses{length}>"

    @property
    def n(self) -> int:
        """How many neurons there are."""
        return max((each.stop for each in self.populations.values()), default=0)

    def build(
        self,
        method: str = "midpoint",
        *,
        dt: Optional[float] = None,
        length: Optional[float] = None,
        round: bool = False,
        **options: Any,
    ) -> Network:
        """The network of this model, at time 0.

        Args:
            method: as all options, of `Network`. "euler" with events="grid" takes the steps of LEMS.
            dt: tick, ms. Default: the simulation's step; without one the method's own.
            length: how long it will run, ms, which sines and sources need. Default: the
                simulation's.
            round: round delays to whole ticks.

        Raises:
            InvalidError, UnsupportedError: with the file and the line that cannot be built.
        """
        if not self.n:
            raise InvalidError("the model has no neurons")
        receptors, place = self._receptors()
        tick = self.step if dt is None else real("dt", dt)
        sources = max((each.stop for each in self.sources.values()), default=0)
        try:
            net = Network(
                self.n, method, dt=tick or 0.0, receptors=receptors, sources=sources, **options
            )
        except IzhError as error:
            if dt is None and re.search(r"\bdt\b", str(error)):
                raise self.place.error(error) from None
            raise
        self._set_neurons(net)
        self._connect(net, place, round)
        until = self.length if length is None else real("length", length)
        self._set_inputs(net, until)
        self._set_noise(net, place)
        self._set_sources(net, until)
        return net

    def run(self, **options: Any) -> Spikes:
        """Builds the network and runs it for the simulation's length.

        Args:
            options: as those of `build`.
        """
        length = options.get("length") or self.length
        if length is None:
            raise InvalidError("the model has no Simulation: run(length=...) says how long")
        net = self.build(**options)
        if not math.isfinite(length / net.dt):
            raise self.place.error(InvalidError(f"length = {length} ms has too many steps"))
        return net.run(round_up(length, net.dt))

    # ---- what build does, one after the other ----

    def _range(self, synapse: Synapse) -> float:
        """A receptor's range: the least power of two that its weights fit in well."""
        if synapse.receptor.range:
            return synapse.receptor.range
        wires = [x for x in self.projections if self._same(x.synapse, synapse)]
        # Synapses that share the receptor differ in scale, by their gbase.
        parts = [
            np.abs(x.weight).max(initial=0.0) * abs(self.synapses[x.synapse].scale) for x in wires
        ]
        parts += [
            abs(self.synapses[name].scale)
            for _, name, _, _ in self.noise
            if self._same(name, synapse)
        ]
        most = max(parts, default=0.0)
        if not most:
            return 1024.0
        exponent = math.frexp(most * (1 + 1e-9))[1]
        return float(2.0 ** min(max(exponent, -20), 30))

    def _same(self, name: str, synapse: Synapse) -> bool:
        other = self.synapses[name]
        return (other.name, other.receptor) == (synapse.name, synapse.receptor)

    def _receptors(self) -> Tuple[Dict[str, Receptor], Dict[str, str]]:
        """The receptors by name, and which each synapse has."""
        named: Dict[Any, str] = {}
        made: Dict[str, Receptor] = {}
        of: Dict[str, str] = {}
        for synapse in self.synapses.values():
            key = synapse.name, synapse.receptor
            if key not in named:
                name = synapse.name or synapse.id
                if len(made) == 8 or name in made:
                    why = f"two receptors {name}" if name in made else "more than 8 kinds of synapses"
                    raise synapse.place.error(UnsupportedError(why))
                named[key] = name
                made[name] = synapse.receptor._replace(range=self._range(synapse))
            of[synapse.id] = named[key]
        return made, of

    def _set_neurons(self, net: Network) -> None:
        for name, where in self.populations.items():
            cell = self.cells[self.kinds[name]]
            if len(where):
                net.neurons.set_params(cell.params, first=where.start, count=len(where))
                net.neurons.set_state(*cell.initial, first=where.start, count=len(where))

    def _connect(self, net: Network, receptors: Mapping[str, str], to_nearest: bool) -> None:
        for name in dict.fromkeys(each.synapse for each in self.projections):
            parts = [each for each in self.projections if each.synapse == name]
            synapse = self.synapses[name]
            columns = [
                np.concatenate([getattr(part, column) for part in parts])
                for column in ("source", "target", "weight", "delay")
            ]
            try:
                net.connect(
                    columns[0], columns[1], columns[2] * synapse.scale, columns[3],
                    receptors[name], round=to_nearest, stp=synapse.stp,
                )  # fmt: skip
            except IzhError as error:
                raise parts[0].place.error(error) from None

    def parts(self, name: str) -> List[Pulse]:
        """What an input is the sum of."""
        return [self.inputs[part] for part in self.compounds.get(name, [name])]

    def _set_inputs(self, net: Network, length: Optional[float]) -> None:
        lines, waves, last = _Slots(), _Slots(), Place()
        currents = np.zeros(self.n)
        for neuron, name, weight, place in self.targets:
            parts = self.parts(name)
            sines = [pulse for pulse in parts if pulse.kind == "sine"]
            if sines and length is None:
                raise place.error(InvalidError("a sine needs the length of the simulation"))
            if all(is_constant(pulse, length) for pulse in parts):
                constant = weight * sum(pulse.amplitude for pulse in parts)
                currents[neuron] = _finite(float(currents[neuron]) + constant, name, place)
                continue
            for pulse in parts:
                for _, I, slope in pulse.pieces():
                    _finite(weight * (I + slope), name, place)
            if sines:
                last = place
                waves.add(neuron, name, weight)
            if len(sines) < len(parts):
                lines.add(neuron, name, weight)
        net.neurons.set_current(currents)
        if len(lines) + len(waves) > _MOST_SETS:
            lines.gather()
            waves.gather()
        traces = [self._lines(*lines.slot(k, self.n)) for k in range(len(lines))]
        try:
            for k in range(len(waves)):
                traces.append(self._waves(net, length or 0.0, *waves.slot(k, self.n)))
        except UnsupportedError as error:
            raise last.error(error) from None
        if traces:
            net.neurons.set_stimulus(traces)

    def _lines(self, mixes: List[_Mix], channel: NDArray[np.int64], gain: Floats) -> Traces:
        rows = [
            _sum([(x.pieces(), w) for name, w in mix for x in self.parts(name) if x.kind != "sine"])
            for mix in mixes
        ]
        return Traces(pieces=rows, channel=channel, gain=gain)

    def _waves(
        self, net: Network, length: float, mixes: List[_Mix], channel: NDArray[np.int64], gain: Floats
    ) -> Traces:
        ticks = int(math.ceil(length / net.dt - 1e-9)) + 1
        if ticks * len(mixes) > _MOST_SAMPLES:
            raise UnsupportedError(f"sines of {length} ms have more than {_MOST_SAMPLES} samples")
        t = net.dt * np.arange(ticks + 1, dtype=np.float64)
        rows = np.zeros((len(mixes), ticks))
        for row, mix in zip(rows, mixes):
            for name, weight in mix:
                for pulse in self.parts(name):
                    row += weight * pulse.mean(t[:-1], t[1:]) if pulse.kind == "sine" else 0.0
        return Traces(rows, net.dt, t=0.0, channel=channel, gain=gain)

    def _set_noise(self, net: Network, receptors: Mapping[str, str]) -> None:
        seen = set()
        for neuron, name, hz, place in self.noise:
            key = neuron, receptors[name]
            if key in seen:
                raise place.error(UnsupportedError(
                    f"neuron {neuron} has a Poisson process of this receptor already"
                ))  # fmt: skip
            seen.add(key)
            try:
                net.set_background(receptors[name], hz, self.synapses[name].scale, neuron, 1)
            except IzhError as error:
                raise place.error(error) from None

    def _set_sources(self, net: Network, length: Optional[float]) -> None:
        for name, which in self.sources.items():
            train = self.trains[name]
            try:
                if train.hz:
                    net.set_rates(train.hz, which.start, len(which))
                    continue
                times = _times(train, length, _MOST_SPIKES // max(len(which), 1))
                for source in which:
                    net.send(times, source)
            except IzhError as error:
                raise train.place.error(error) from None


def _times(train: Source, length: Optional[float], most: int) -> Floats:
    """When a source spikes."""
    if train.times is None and length is None:
        raise InvalidError(f"{train.id}: a spikeGenerator needs the length of the simulation")
    count = len(train.times) if train.times is not None else (length or 0.0) / train.period
    if not count <= most:
        raise UnsupportedError(f"{train.id} has more than {most} spikes")
    if train.times is not None:
        return train.times
    return train.period * np.arange(1, int(count) + 1, dtype=np.float64)


def _finite(current: float, name: str, place: Place) -> float:
    """The same, if a double holds it."""
    if not math.isfinite(current):
        raise place.error(InvalidError(f"{name} gives currents that no double can hold"))
    return current


class _Slots:
    """The inputs of each neuron, the first of all neurons in slot 0, and so on: each slot is a set
    of traces, so that what a neuron gets is summed in the order in which it stands."""

    def __init__(self) -> None:
        self._of: Dict[int, List[Tuple[_Mix, float]]] = {}

    def __len__(self) -> int:
        return max((len(each) for each in self._of.values()), default=0)

    def add(self, neuron: int, name: str, weight: float) -> None:
        self._of.setdefault(neuron, []).append((((name, 1.0),), weight))

    def gather(self) -> None:
        """Sums all inputs of a neuron into one."""
        for neuron, each in self._of.items():
            whole = tuple((mix[0][0], weight) for mix, weight in each)
            self._of[neuron] = [(whole, 1.0)]

    def slot(self, k: int, n: int) -> Tuple[List[_Mix], NDArray[np.int64], Floats]:
        """The traces of a slot, the first of which is empty, and each neuron's channel and gain."""
        number: Dict[_Mix, int] = {(): 0}
        channel, gain = np.zeros(n, np.int64), np.ones(n)
        for neuron, each in self._of.items():
            if k < len(each):
                mix, gain[neuron] = each[k]
                channel[neuron] = number.setdefault(mix, len(number))
        return list(number), channel, gain


FOR_EVER = 1e9  #: ms: longer than any simulation


def is_constant(pulse: Pulse, length: Optional[float]) -> bool:
    """Whether it flows from the beginning to the end."""
    covers = pulse.delay + pulse.duration >= (FOR_EVER if length is None else length)
    return pulse.kind == "pulse" and pulse.delay == 0 and covers


_Piece = Tuple[float, float, float]  # t, I, slope


def _sum(parts: Sequence[Tuple[List[_Piece], float]]) -> List[_Piece]:
    """Pieces of a sum of piecewise linear currents."""
    times = sorted({t for pieces, _ in parts for t, _, _ in pieces}) or [0.0]
    rows = []
    for t in times:
        I = slope = 0.0
        for pieces, weight in parts:
            at = [piece for piece in pieces if piece[0] <= t][-1:]
            for t0, I0, slope0 in at:
                I += weight * (I0 + slope0 * (t - t0))
                slope += weight * slope0
        rows.append((t, I, slope))
    return rows


def round_up(length: float, dt: float) -> float:
    """The first tick that is not before a time."""
    return dt * math.ceil(length / dt * (1 - 1e-12))
