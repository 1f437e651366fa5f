"""The network that is run: an `izh.Network` made of what a script has made.

Neurons have the order in which their populations were made, and so have sources. A projection is
one group of synapses, or several where its synapses differ in receptor or in rules.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from functools import partial
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple, Union

import numpy as np
from numpy.typing import NDArray

from pyNN import errors

from .. import STDP, STP, InvalidError, Network, Receptor
from .._arrays import to_list
from .._network import SYNAPSE
from .._network import _Rules as Rules
from . import poisson
from .cells import SCALE, SpikeSourceArray, SpikeSourcePoisson
from .electrodes import combined
from .synapses import STDPMechanism, TsodyksMarkramSynapse

_KINDS = ("jump", "current", "conductance")
_STATES = ("v", "u")
RECEPTORS_MOST = 8
#: Weights that are at least this share of the range are rounded by a thousandth at most.
SHARED = 2.0**-22
#: Samples that a part of a run keeps at a time, of states or currents.
SAMPLES_MOST = 1 << 22


Which = Union[slice, NDArray[Any]]


@contextmanager
def _as(kind: Any) -> Iterator[None]:
    """What libizh refuses is an error of PyNN."""
    try:
        yield
    except InvalidError as error:
        raise kind(str(error)) from error


class _Wanted(NamedTuple):
    """A group that is to be made."""

    projection: Any
    which: Which  #: connections
    receptor: Tuple[Any, ...]
    scale: float
    rules: Dict[str, float]


class Part:
    """The synapses of a projection in one group."""

    def __init__(self, group: _Wanted, synapses: Any, made: NDArray[Any], unit: float) -> None:
        self.which = group.which  #: connections
        self.synapses = synapses  #: the group's
        self.scale = group.scale  #: from PyNN's unit of weights to libizh's
        self.unit = unit  #: of the receptor's weights, in libizh's
        self._made: Optional[NDArray[Any]] = made  # in the order of the connections
        self._order = np.empty(0, np.int64)
        self._rank = np.empty(0, np.int64)  # the other way round

    @property
    def order(self) -> NDArray[Any]:
        """Connection `which[order[k]]` is the group's kth."""
        if self._made is not None:
            made, self._made = self._made, None
            weight = np.rint(made["weight"] / self.unit)
            self._order = np.lexsort((weight, made["target"], made["delay"], made["source"]))
        return self._order

    def places(self, which: NDArray[Any]) -> Tuple[NDArray[Any], NDArray[Any]]:
        """Which of some connections are in the group, and their places in it."""
        if not len(self._rank):
            self._rank = np.empty(len(self.order), np.int64)
            self._rank[self.order] = np.arange(len(self.order))
        if isinstance(self.which, slice):
            return np.ones(len(which), bool), self._rank[which]
        own = np.isin(which, self.which)
        return own, self._rank[np.searchsorted(self.which, which[own])]


def range_for(largest: float) -> float:
    """The range of a receptor for weights up to this size: libizh's own, 1024, or 1 where all are
    below 1, as docs/networks.md advises; else the least power of two above 16 times as much."""
    if largest == 0 or 1 <= largest < 1024:
        return 1024.0
    if 2.0**-10 <= largest < 1:
        return 1.0
    return float(2.0 ** math.floor(math.log2(16 * largest) + 1))


class Built:
    """An `izh.Network`, and where a script's cells and connections are in it."""

    def __init__(self, state: Any) -> None:
        self.state = state
        self.dt: float = state.dt
        self.tick = 0
        self._number(state.populations, state.id_counter)
        wanted = [group for each in state.projections for group in self._groups_of(each)]
        receptors, names = self._receptors(wanted)
        with _as(errors.InvalidParameterValueError):
            self.network = Network(
                self.n, dt=self.dt, sources=self.sources, receptors=receptors, **state.options
            )
        for population in self.neurons:
            self._set_params(population)
            self._set_states(population)
        self._parts: Dict[Any, List[Part]] = {each: [] for each in state.projections}
        for group, name in zip(wanted, names):
            part = self._connect(group, list(receptors).index(name), receptors[name].range)
            self._parts[group.projection].append(part)
        self._weights: Dict[Any, NDArray[Any]] = {}  # of projections, as they are now
        self._sent = -1  # the tick up to which spikes were sent
        self._trains: Dict[Any, Tuple[NDArray[Any], ...]] = {}
        self._currents = np.zeros(self.n)  # that the neurons have
        self._rates = np.zeros(self.sources)  # that the sources have
        self._has_stimulus = False

    # ---- making it ----

    def _number(self, populations: List[Any], ids: int) -> None:
        """Gives neurons and sources their numbers."""
        self.neurons = [each for each in populations if each.has_membrane]
        self.inputs = [each for each in populations if not each.has_membrane]
        self.first: Dict[Any, int] = {}
        self._index = np.zeros(ids, np.int64)  # by ID
        self.n = max(sum(each.size for each in self.neurons), 1)  # a network has one at least
        self.sources = sum(each.size for each in self.inputs)
        for group, base in ((self.neurons, 0), (self.inputs, self.n)):
            at = 0
            for each in group:
                self.first[each] = at
                first = int(each.first_id)
                self._index[first : first + each.size] = base + at + np.arange(each.size)
                at += each.size

    def _cells(self, population: Any) -> slice:
        return slice(self.first[population], self.first[population] + population.size)

    def _set_params(self, population: Any) -> None:
        cell = population.celltype
        with _as(errors.InvalidParameterValueError):
            self.network.neurons.set_params(
                cell.params(population._parameters), first=self.first[population]
            )

    def _set_states(self, population: Any) -> None:
        initial = population._initial
        with _as(errors.InvalidParameterValueError):
            self.network.neurons.set_state(
                initial["v"], initial["u"], first=self.first[population], count=population.size
            )

    # ---- receptors and synapses ----

    def _laws(self, role: str) -> NDArray[Any]:
        """Each neuron's receptor for a role: its kind, time constant and reversal potential."""
        made = np.zeros((self.n, 3))
        for population in self.neurons:
            cells = self._cells(population)
            made[cells, 0] = _KINDS.index(population.celltype.kind)
            made[cells, 1:] = population.celltype.receptor(role, population._parameters)
        return made

    def _groups_of(self, projection: Any) -> List[_Wanted]:
        """The groups that a projection needs."""
        role = projection.receptor_type
        cells, at = projection.targets
        laws, law_of = _alike(self._laws(role)[self._index[cells]])
        rules = _rules_of(projection)
        columns = ([law_of[at]] if len(laws) > 1 else []) + list(rules.values())
        kinds, places = _alike(np.column_stack(columns)) if columns else (np.empty((1, 0)), at)
        made = []
        for k, row in enumerate(to_list(kinds)):
            code, tau, E = laws[int(row.pop(0)) if len(laws) > 1 else 0]
            kind = _KINDS[int(code)]
            key = (kind, tau, E, "" if kind == "jump" else role)
            scale = 1.0 if kind == "jump" else SCALE
            which: Which = np.flatnonzero(places == k) if len(kinds) > 1 else slice(None)
            made.append(_Wanted(projection, which, key, scale, dict(zip(rules, row))))
        return made

    def _receptors(self, wanted: List[_Wanted]) -> Tuple[Dict[str, Receptor], List[str]]:
        """The receptors, in the order in which groups first use them, and the name of each group's.
        Groups share one, but for those whose weights its range would round too much."""
        ranges = [0.0] * len(wanted)
        for law in dict.fromkeys(group.receptor for group in wanted):
            rest = [k for k, group in enumerate(wanted) if group.receptor == law]
            while rest:
                rest = self._share(wanted, rest, ranges)
        self._receptor_names: Dict[Tuple[Any, ...], str] = {}
        made: Dict[str, Receptor] = {}
        names = []
        for group, range in zip(wanted, ranges):
            kind, tau, E, role = group.receptor
            key = (*group.receptor, range)
            if key not in self._receptor_names:
                name = role or kind
                self._receptor_names[key] = f"{name} {len(made)}" if name in made else name
                made[self._receptor_names[key]] = Receptor(kind, tau=tau, E=E, range=range)
            names.append(self._receptor_names[key])
        if len(made) > RECEPTORS_MOST:
            raise errors.InvalidModelError(
                f"libizh has at most {RECEPTORS_MOST} receptors, that is different values of "
                f"tau_syn and e_rev, and these projections need {len(made)}"
            )
        return made, names

    def _share(self, wanted: List[_Wanted], those: List[int], ranges: List[float]) -> List[int]:
        """Gives the group of the largest weights a range, and all others for which it will do;
        returns those that are left."""
        sizes = {k: _sizes(wanted[k]) for k in those}
        first = max(those, key=lambda k: sizes[k][1])
        range = self.state.weight_range or range_for(sizes[first][1])
        least = 0.0 if self.state.weight_range else range * SHARED
        for k in those:
            if k == first or sizes[k][0] >= least:
                ranges[k] = range
        return [k for k in those if not ranges[k]]

    def _connect(self, group: _Wanted, receptor: int, range: float) -> Part:
        """As `Network.connect` does, but that here the library looks at the values: where it
        refuses them, the whole network is let go."""
        projection, which = group.projection, group.which
        ticks = projection.delay_ticks[which]
        made = np.zeros(len(ticks), SYNAPSE)
        for name, (cells, at) in (("source", projection.sources), ("target", projection.targets)):
            made[name] = self._index[cells][at[which]]
        made["delay"] = ticks
        np.multiply(projection._columns["weight"][which], group.scale, out=made["weight"])
        stdp, stp = _izh_rules(projection, group.rules, group.scale, self.dt)
        with _as(errors.InvalidWeightError):
            synapses = self.network._add(Rules(receptor, stdp, stp), made)
        return Part(group, synapses, made, range * 2.0**-31)

    def weights(self, projection: Any) -> NDArray[Any]:
        """The weights now, in PyNN's unit. One that no run has changed is what it was set to, and
        not that rounded to libizh's unit."""
        if projection not in self._weights:
            made: NDArray[Any] = projection._columns["weight"].copy()
            for part in self._parts[projection]:
                now = np.empty(len(part.synapses))
                now[part.order] = part.synapses.get_weights()
                as_set = np.rint(made[part.which] * part.scale / part.unit) * part.unit
                made[part.which] = np.where(now == as_set, made[part.which], now / part.scale)
            self._weights[projection] = made
        return self._weights[projection]

    def set_weights(self, projection: Any, which: NDArray[Any], values: NDArray[Any]) -> None:
        """Sets those of some connections. Nothing has changed where one is refused."""
        self._weights.pop(projection, None)
        done: List[Tuple[Any, NDArray[Any]]] = []
        try:
            for part in self._parts[projection]:
                own, places = part.places(which)
                with _as(errors.InvalidWeightError):
                    if len(which) == 1 == len(places):
                        part.synapses.set_weights(values[own] * part.scale, first=int(places[0]))
                    elif len(places):
                        before = part.synapses.get_weights()
                        weights = before.copy()
                        weights[places] = values[own] * part.scale
                        part.synapses.set_weights(weights)
                        done.append((part, before))
        except Exception:
            for part, before in done:
                part.synapses.set_weights(before)
            raise

    # ---- what a script changes between runs ----

    def changed(self, population: Any, names: Set[str]) -> None:
        """Some parameters of a population have other values."""
        if population.has_membrane and names & set(population.celltype.form):
            self._set_params(population)
        if "spike_times" in names:
            self._trains.pop(population, None)

    def place(self, population: Any, cells: NDArray[Any], variable: str) -> None:
        """Puts one state of some neurons where they were to begin. Nothing has changed where one is
        refused."""
        neurons, first = self.network.neurons, self.first[population]
        states = neurons.state(first=first, count=population.size)
        states[variable][cells] = population._initial[variable][cells]
        # One bound holds for the size of every v and u. So the largest comes first: where it is not
        # refused, none is. What is set already could not be undone where a neuron was in trouble.
        sizes = np.maximum(np.abs(states["v"]), np.abs(states["u"]))
        spans = sorted(_spans_of(cells), key=lambda span: -float(sizes[slice(*span)].max()))
        for begin, end in spans:
            with _as(errors.InvalidParameterValueError):
                neurons.set_state(states[begin:end], first=first + begin, count=end - begin)

    # ---- running ----

    def advance(self, end: int) -> None:
        """Runs to a tick, in parts between which nothing changes."""
        self._weights.clear()
        for recorder in self.state.recorders:
            self.sample_now(recorder)
        self._send(end)
        sources = [each for each in self.state.current_sources if each.cells]
        sampled = [each for each in sources if each.is_sampled(self.tick, end)]
        held = [each for each in sources if each not in sampled]
        stops = self._stops(held, end)
        longest = self._longest(len(sampled))
        if self._has_stimulus and not sampled:
            self.network.neurons.set_stimulus(None)
            self._has_stimulus = False
        while self.tick < end:
            stop = int(min(stops[np.searchsorted(stops, self.tick, side="right")],
                           self.tick + longest))  # fmt: skip
            self._set_currents(held)
            if sampled:
                self._set_stimulus(sampled, stop)
            self._set_rates()
            self._run(stop)

    def _stops(self, held: List[Any], end: int) -> NDArray[Any]:
        """The ticks at which something changes, or is to be looked at; the end is the last."""
        found = [np.array([float(end)])]
        found += [each.changes(self.tick, end) for each in held]
        for population in self._poisson():
            found += [each for each in _spans(population, self.state)]
        for recorder in self.state.recorders:
            if set(recorder.variables) - set(_STATES):
                step = recorder.every
                first = self.tick - (self.tick - recorder.start) % step + step
                found.append(np.arange(first, end, step))
        every = np.unique(np.concatenate(found))
        return np.asarray(every[(every > self.tick) & (every <= end)])

    def _longest(self, sampled: int) -> int:
        """How many ticks a part may have, so that its samples find room."""
        recorded = sum(
            len(cells)
            for recorder in self.state.recorders
            for cells in recorder.sampled(*_STATES).values()
        )
        return max(SAMPLES_MOST // max(sampled * max(sampled, 8), recorded, 1), 1)

    def _run(self, stop: int) -> None:
        before = self.tick
        memory, neurons, every = self._record(stop)
        try:
            self._spikes(np.asarray(self.network.run(stop * self.dt)))
        except BaseException as error:
            spikes = getattr(error, "spikes", None)
            if spikes is not None:
                self._spikes(np.asarray(spikes))
            raise
        finally:
            self.tick = round(self.network.time / self.dt)
            self._drawn(before)
            for source in self.state.current_sources:
                source.log(before, self.tick - before)
            if memory is not None:
                self._keep(memory[: self.network.neurons.recorded], neurons, every, before)
            for recorder in self.state.recorders:
                if set(recorder.variables) - set(_STATES):
                    self._sample_synapses(recorder)

    # ---- input ----

    def _poisson(self) -> List[Any]:
        return [each for each in self.inputs if isinstance(each.celltype, SpikeSourcePoisson)]

    def _set_rates(self) -> None:
        rates = np.zeros(self.sources)
        for population in self._poisson():
            start, stop = _spans(population, self.state)
            flows = (start <= self.tick) & (self.tick < stop)
            rates[self._cells(population)] = np.where(flows, population._parameters["rate"], 0.0)
        if not np.array_equal(rates, self._rates):
            with _as(errors.InvalidParameterValueError):
                self.network.set_rates(rates)
            self._rates = rates

    def _send(self, end: int) -> None:
        """Sends spikes up to a tick, those of the tick among them."""
        for population in self.inputs:
            if not isinstance(population.celltype, SpikeSourceArray):
                continue
            if population not in self._trains:
                self._trains[population] = _trains(population._parameters["spike_times"], self.dt)
            ticks, times, cells = self._trains[population]
            span = slice(*np.searchsorted(ticks, [self._sent, end], side="right"))
            with _as(errors.InvalidParameterValueError):
                self.network.send(ticks[span] * self.dt, cells[span] + self.first[population])
            population.recorder.add_spikes(times[span], cells[span])
        self._sent = max(self._sent, end)

    def _set_currents(self, held: List[Any]) -> None:
        """The neurons' constant currents, pA: their own, then those of sources in the order in
        which these were made."""
        currents = np.zeros(self.n)
        for population in self.neurons:
            currents[self._cells(population)] = population._parameters["i_offset"] * SCALE
        for source in held:
            amplitude = source.samples(self.tick, 1)[0] * SCALE
            np.add.at(currents, self._index[source.cells], amplitude)
        if not np.array_equal(currents, self._currents):
            with _as(errors.InvalidParameterValueError):
                self.network.neurons.set_current(currents)
            self._currents = currents

    def _set_stimulus(self, sampled: List[Any], stop: int) -> None:
        """The sampled currents from now to a tick. A trace is the sum of what flows into the same
        neurons."""
        count = stop - self.tick
        samples = [each.samples(self.tick, count) * SCALE for each in sampled]
        those, channel = combined([self._index[each.cells] for each in sampled], self.n)
        traces = np.zeros((len(those), count))
        for trace, sources in zip(traces, those):
            for k in sources:
                trace += samples[k]
        with _as(errors.InvalidParameterValueError):
            self.network.neurons.set_stimulus(
                traces, self.dt, channel=np.maximum(channel, 0), gain=np.where(channel < 0, 0.0, 1.0)
            )
        self._has_stimulus = True

    # ---- what comes out ----

    def _spikes(self, spikes: NDArray[Any]) -> None:
        for population in self.neurons:
            if population.recorder.has_spikes:
                cells = spikes["i"].astype(np.int64) - self.first[population]
                own = (cells >= 0) & (cells < population.size)
                population.recorder.add_spikes(spikes["t"][own], cells[own])

    def _drawn(self, before: int) -> None:
        """The spikes of Poisson processes since a tick, where they are recorded."""
        for population in self._poisson():
            if population.recorder.has_spikes:
                index = self.n + self.first[population] + np.arange(population.size)
                means = self._rates[self._cells(population)] * self.dt / 1000
                draw = partial(
                    poisson.spikes, self.state.options["seed"], index, means, before, self.tick
                )
                population.recorder.add_drawn(draw, self.dt)

    def _record(self, stop: int) -> Tuple[Optional[NDArray[Any]], NDArray[Any], int]:
        """Has the run record what recorders want: where to, of which neurons, and how often."""
        every, wanted = 0, [np.empty(0, np.int64)]
        for population in self.neurons:
            recorder = population.recorder
            for cells in recorder.sampled(*_STATES).values():
                every = math.gcd(math.gcd(every, recorder.every), recorder.start % recorder.every)
                wanted.append(cells + self.first[population])
        neurons = np.unique(np.concatenate(wanted))
        samples = stop // every - self.tick // every if every else 0
        if not samples:
            return None, neurons, every
        memory = self.network.neurons.record(neurons, samples, every=every)
        return np.asarray(memory), neurons, every

    def _keep(self, memory: NDArray[Any], neurons: NDArray[Any], every: int, before: int) -> None:
        """Gives recorders what a run has recorded since a tick."""
        ticks = (before // every + 1 + np.arange(len(memory))) * every
        for population in self.neurons:
            recorder = population.recorder
            rows = np.flatnonzero((ticks - recorder.start) % recorder.every == 0)
            for variable, cells in recorder.sampled(*_STATES).items():
                if len(rows):
                    columns = np.searchsorted(neurons, cells + self.first[population])
                    values = memory[_name(variable)][np.ix_(rows, columns)]
                    recorder.add_samples(_name(variable), cells, int(ticks[rows[0]]), values)

    def sample_now(self, recorder: Any) -> None:
        """Gives a recorder the sample of now, if it is to have one."""
        if not recorder.is_due(self.tick) or not recorder.population.has_membrane:
            return
        population = recorder.population
        sampled = recorder.sampled(*_STATES)
        if sampled:
            first = self.first[population]
            states = self.network.neurons.state(first=first, count=population.size)
            for variable, cells in sampled.items():
                name = _name(variable)
                recorder.add_samples(name, cells, self.tick, states[name][cells][None, :])
        self._sample_synapses(recorder)

    def _sample_synapses(self, recorder: Any) -> None:
        """The same of conductances, uS, and currents, nA."""
        population = recorder.population
        if not population.has_membrane or not recorder.is_due(self.tick):
            return
        for name in set(recorder.variables) - set(_STATES):
            role = "excitatory" if name.endswith("exc") else "inhibitory"
            values = self._input(population, role) / SCALE
            for cells in recorder.sampled(name).values():
                recorder.add_samples(name, cells, self.tick, values[cells][None, :])

    def _input(self, population: Any, role: str) -> NDArray[Any]:
        """What the synapses of a role give each cell of a population, pA or nS."""
        laws = population.celltype.receptor(role, population._parameters)
        made = np.zeros(population.size)
        for (kind, tau, E, its, _), name in self._receptor_names.items():
            own = (laws == (tau, E)).all(axis=1)
            if its == role and kind == population.celltype.kind and own.any():
                first = self.first[population]
                values = self.network.input(name, first=first, count=population.size)
                made[own] += values[own]
        return made


# ---- rules ----


def _spans_of(cells: NDArray[Any]) -> List[Tuple[int, int]]:
    """Where cells that follow each other begin and end. Others between them are not touched: setting
    a state mends a neuron in trouble, and ends the step of a method that chooses its steps."""
    places = np.unique(cells)
    parts = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    return [(int(part[0]), int(part[-1]) + 1) for part in parts if len(part)]


def _alike(rows: NDArray[Any]) -> Tuple[NDArray[Any], NDArray[Any]]:
    """The different rows, and which of them each row is."""
    if len(rows) and (rows == rows[0]).all():
        return rows[:1], np.zeros(len(rows), np.int64)
    kinds, places = np.unique(rows, axis=0, return_inverse=True)
    return kinds, places.reshape(-1)


def _sizes(group: _Wanted) -> Tuple[float, float]:
    """The least and the greatest size of a group's weights that are not 0, and of its bounds; the
    steps that learning makes count, too."""
    rules = group.rules
    weights = np.abs(group.projection._columns["weight"][group.which])
    least = weights.min(initial=np.inf)
    small = [least if least > 0 else weights[weights > 0].min(initial=np.inf)]
    small += [rules[x] * abs(rules["w_max"]) or np.inf for x in ("A_plus", "A_minus") if x in rules]
    large = [weights.max(initial=0.0), *(abs(rules.get(name, 0.0)) for name in ("w_min", "w_max"))]
    return float(min(small)) * group.scale, float(max(large)) * group.scale


def _rules_of(projection: Any) -> Dict[str, NDArray[Any]]:
    """The attributes by which synapses change."""
    others = ("weight", "delay", "dendritic_delay_fraction")
    return {name: x for name, x in projection._columns.items() if name not in others}


def _izh_rules(
    projection: Any, rules: Dict[str, float], scale: float, dt: float
) -> Tuple[Optional[STDP], Optional[STP]]:
    """A group's rules, as libizh has them."""
    if isinstance(projection.synapse_type, TsodyksMarkramSynapse):
        return None, STP(rules["U"], rules["tau_rec"], rules["tau_facil"])
    if isinstance(projection.synapse_type, STDPMechanism):
        return _stdp(rules, scale, dt), None
    return None, None


def _stdp(rules: Dict[str, float], scale: float, dt: float) -> Optional[STDP]:
    """libizh's pair of a distance of one tick has all of a_plus, and PyNN's exp(-dt / tau_plus)."""
    w_min, w_max = rules["w_min"] * scale, rules["w_max"] * scale
    tau_plus, tau_minus = rules["tau_plus"], rules["tau_minus"]
    a_plus = rules["A_plus"] * w_max
    a_minus = rules["A_minus"] * w_max
    if a_plus == 0 and a_minus == 0:
        return None
    return STDP(
        a_plus * math.exp(-dt / tau_plus) if a_plus else 0.0,
        a_minus,
        tau_plus if a_plus else 0.0,
        tau_minus if a_minus else 0.0,
        w_min,
        w_max,
    )


# ---- sources ----


def _spans(population: Any, state: Any) -> Tuple[NDArray[Any], NDArray[Any]]:
    """The ticks from which on and up to which each Poisson process runs."""
    start, duration = (population._parameters[name] for name in ("start", "duration"))
    return state.ticks(start), state.ticks(start + duration)


def _trains(spike_times: NDArray[Any], dt: float) -> Tuple[NDArray[Any], ...]:
    """All spikes of a SpikeSourceArray by tick: ticks, times and cells. A spike counts at the first
    tick that is not before it."""
    each = [np.asarray(times.value, float) for times in spike_times]
    times = np.concatenate([np.empty(0), *each])
    cells = np.repeat(np.arange(len(each)), [len(x) for x in each])
    exact = times / dt
    near = np.rint(exact)
    ticks = np.where(np.abs(exact - near) < 1e-6, near, np.ceil(exact))
    order = np.argsort(ticks, kind="stable")
    return ticks[order], times[order], cells[order]


def _name(variable: Any) -> str:
    return str(getattr(variable, "name", variable))
