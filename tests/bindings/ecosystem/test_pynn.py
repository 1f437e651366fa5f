"""izh.pynn: for each thing that docs/pynn.md says is supported, a test. What is expected comes from closed forms,
from the rules of PyNN's documentation, or from izh.Network by hand. Run by pytest; needs PyNN."""
import pathlib
import pickle
import re
import subprocess
import sys
import warnings

import numpy as np
import pytest

import izh
import izh.pynn as sim
from pyNN import errors
from pyNN.parameters import Sequence
from pyNN.random import NumpyRNG, RandomDistribution
from pyNN.space import Grid2D

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import pynn_twins  # noqa: E402

SOURCE = pathlib.Path(__file__).parents[3]
DT = .1


@pytest.fixture(autouse=True)
def fresh():
    """Each test begins with a simulator of .1 ms. Neo warns of its own later versions."""
    warnings.simplefilter('ignore')
    sim.setup(timestep=DT)
    yield


# ---- cells whose answers are known ----


def passive(kind=sim.IzhikevichNormal, **others):
    """C v' = -g v + I with C = 100 pF and a time constant of 10 ms."""
    return kind(**{**dict(cm=100, k2=0, k1=-10, k0=0, a=0, b_lo=0, b_hi=0, vpeak=1e6, c=0, d=0), **others})


def still(kind=sim.IzhikevichNormal, **others):
    """v' = I / (1 pF): it keeps what it gets."""
    return passive(kind, cm=1, k1=0, **others)


def at_zero(size, cell):
    population = sim.Population(size, cell)
    population.initialize(v=0, u=0)
    return population


def source_of(*times):
    return sim.Population(1, sim.SpikeSourceArray(spike_times=list(times)))


def signal(population, name='v', segment=-1):
    return population.get_data().segments[segment].filter(name=name)[0].magnitude


def trains(population, segment=-1):
    return [np.array(train.magnitude) for train in population.get_data('spikes').segments[segment].spiketrains]


def spikes_of(params, I, t, initial):
    """Those of a solver with the steps that populations take."""
    with izh.Solver(params, 'midpoint', DT, initial) as solver:
        found = []
        solver.set_current(I)
        solver.on_spike(lambda event: found.append(event.t))
        solver.run(t)
    return np.array(found)


def tick_of(times):
    return np.ceil(np.asarray(times) / DT - 1e-6).astype(int)


# ---- simulation control ----


def test_setup():
    assert sim.setup(timestep=.05, min_delay=.1, max_delay=5., spike_precision='off_grid') == 0
    assert (sim.get_time_step(), sim.get_min_delay(), sim.get_max_delay()) == (.05, .1, 5)
    sim.setup()
    assert (sim.get_time_step(), sim.get_min_delay(), sim.get_max_delay()) == (.1, .1, 65535 * .1)
    cells = sim.Population(2, sim.Izhikevich())
    sim.Projection(cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(delay=.5))
    assert sim.get_min_delay() == .5  # "auto": the shortest
    assert (sim.num_processes(), sim.rank()) == (1, 0)
    for wrong, error in (({'dt': .1}, Exception), ({'min_delay': .01}, Exception), ({'method': 'none'}, ValueError),
                         ({'timestep': -1}, ValueError), ({'method': 'dopri5'}, NotImplementedError)):
        with pytest.raises(error):
            sim.setup(**wrong)


def test_setup_options():
    sim.setup(timestep=.5, method='rk4', events='grid', precision='f32', threads=2, rng_seed=7)
    sim.Population(3, sim.Izhikevich())
    arguments = sim.get_network()._arguments
    assert {name: arguments[name] for name in ('method', 'events', 'precision', 'threads', 'seed', 'dt')} == {
        'method': 'rk4', 'events': 'grid', 'precision': 'f32', 'threads': 2, 'seed': 7, 'dt': .5}


def test_several_processes(monkeypatch):
    """Each of them would run the whole network."""
    monkeypatch.setenv('OMPI_COMM_WORLD_SIZE', '1')
    sim.setup()
    monkeypatch.setenv('PMI_SIZE', '2')
    with pytest.raises(NotImplementedError, match='MPI began 2'):
        sim.setup()


def test_run():
    sim.Population(1, sim.Izhikevich())
    assert sim.run(10.) == pytest.approx(10) and sim.run_for(2.7) == pytest.approx(12.7)
    assert sim.run_until(12.7) == pytest.approx(12.7)
    assert sim.run_until(99.94) == pytest.approx(99.9)  # the nearest tick
    assert sim.get_current_time() == pytest.approx(99.9)
    for wrong in (88.8, float('nan'), float('inf')):
        with pytest.raises(ValueError):
            sim.run_until(wrong)


def test_run_callbacks():
    cells = sim.Population(1, sim.Izhikevich(i_offset=.01))
    seen = []

    def every(t):
        seen.append(t)
        cells.set(i_offset=.01 if len(seen) < 3 else 0)
        return t + 10
    cells.record('spikes')
    sim.run(100, callbacks=[every])
    assert np.allclose(seen, np.arange(0, 101, 10))
    found = trains(cells)[0]
    assert len(found) and found.max() < 30


def test_run_split():
    """run(x + y) is run(x) and run(y)."""
    def run(parts):
        sim.setup(timestep=DT)
        cells = sim.Population(5, sim.Izhikevich(i_offset=np.linspace(.004, .02, 5)))
        source = sim.Population(5, sim.SpikeSourcePoisson(rate=200.))
        sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1., delay=.3))
        noise = sim.NoisyCurrentSource(mean=0, stdev=.005, start=3., stop=70., dt=.5)
        cells[1:3].inject(noise)
        cells.record(['spikes', 'v'])
        source.record('spikes')
        for part in parts:
            sim.run(part)
        return signal(cells), trains(cells), trains(source), sim.get_network().hash
    (v, spikes, sent, hashed), (v2, spikes2, sent2, hashed2) = run([100.]), run([.1, 20.2, 0, 54.7, 25])
    assert hashed == hashed2 and (v == v2).all()
    assert all((a == b).all() for a, b in zip(spikes + sent, spikes2 + sent2)) and sum(map(len, spikes)) > 20


def test_reset():
    cells = sim.Population(2, sim.Izhikevich(i_offset=[.01, .005]))
    cells.initialize(v=[-60, -55], u=-12)
    source = sim.Population(3, sim.SpikeSourcePoisson(rate=300.))
    sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=2., delay=1.))
    cells.record(['spikes', 'v'])
    for _ in range(3):
        sim.run(50.)
        sim.reset(annotations={'trial': 1})
    assert sim.get_current_time() == 0
    segments = cells.get_data().segments
    assert len(segments) == 3 and segments[0].annotations['trial'] == 1
    for segment in segments:
        assert (segment.analogsignals[0] == segments[0].analogsignals[0]).all()
        assert segment.analogsignals[0].magnitude[0].tolist() == [-60, -55]
    cells.set(i_offset=0)  # a reset leaves parameters as they are
    sim.run(50.)
    segments = cells.get_data().segments
    assert len(segments) == 4 and not (segments[3].analogsignals[0] == segments[0].analogsignals[0]).all()


def test_reset_then_change():
    """After a reset the structure may change."""
    cells = at_zero(1, still())
    cells.record('v')
    sim.run(1.)
    with pytest.raises(NotImplementedError, match='reset'):
        sim.Population(1, sim.Izhikevich())
    with pytest.raises(NotImplementedError, match='reset'):
        sim.Projection(cells, cells, sim.AllToAllConnector())
    sim.reset()
    sim.Projection(source_of(1.), cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=3., delay=.1))
    sim.run(2.)
    assert signal(cells)[-1, 0] == 3


def test_end(tmp_path):
    cells = sim.Population(2, sim.Izhikevich(i_offset=.01))
    cells.record('v', to_file=str(tmp_path / 'v.pkl'))
    sim.run(5.)
    sim.end()
    (block,) = [pickle.loads((tmp_path / 'v.pkl').read_bytes())]
    assert (block.segments[0].analogsignals[0].magnitude == signal(cells)).all()  # which is there after end()


def test_setup_forgets():
    found = []
    for _ in range(2):
        sim.setup(timestep=1.)
        cells = sim.Population(1, sim.Izhikevich(i_offset=.01))
        cells.record('v')
        sim.run(20.)
        found.append(signal(cells))
        sim.end()
    assert (found[0] == found[1]).all() and found[0].shape == (21, 1)
    source = sim.DCSource(amplitude=.01)
    sim.setup(timestep=DT)
    new = at_zero(1, still())
    for pre, post in (cells, new), (new, cells), (new, cells[:1]), (new, cells + new):  # whose IDs are those of new
        with pytest.raises(errors.ConnectionError, match='made before setup'):
            sim.Projection(pre, post, sim.AllToAllConnector(), sim.StaticSynapse(weight=1, delay=1))
    with pytest.raises(errors.ConnectionError, match='made before setup'):
        source.inject_into(cells)
    source.inject_into(new)  # a source of before flows, too
    sim.run(10.)
    for change in lambda: cells.set(a=.03), lambda: cells.initialize(v=-60), lambda: cells[:1].initialize(u=0):
        with pytest.raises(errors.ConnectionError, match='made before setup'):
            change()
    assert sim.get_network().neurons.state()['v'][0] == pytest.approx(.01 * 1000 * 10)


# ---- cells ----


def test_izhikevich():
    """The very spikes of the 2003 form under I = 10: i_offset is in nA, for a membrane of 1 pF."""
    cells = sim.Population(2, sim.Izhikevich(a=.02, b=.2, c=-65, d=[8, 6], i_offset=.01))
    cells.record(['spikes', 'v', 'u'])
    sim.run(300.)
    for k, d in enumerate((8, 6)):
        expected = spikes_of(izh.params_2003(.02, .2, -65, d), 10, 300, (-70, -14))
        assert (trains(cells)[k] == expected).all() and len(expected) > 5
    assert signal(cells, 'u')[0].tolist() == [-14, -14] and signal(cells)[0].tolist() == [-70, -70]
    assert cells.celltype.receptor_types == ('excitatory', 'inhibitory')


def test_izhikevich_2007():
    cells = sim.Population(1, sim.Izhikevich2007(i_offset=.1))
    cells.record('spikes')
    sim.run(500.)
    rs = izh.params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100)
    expected = spikes_of(rs, 100, 500, (-60, 0))
    assert (trains(cells)[0] == expected).all() and len(expected) > 5
    assert cells.find_units('C') == 'pF' and cells.find_units('i_offset') == 'nA'


def test_preset():
    preset = izh.presets['2004-A']
    cells = sim.Population(1, sim.preset('2004-A', i_offset=.014))
    assert [cells.initial_values[x][0] for x in 'vu'] == list(preset.initial)
    cells.record('spikes')
    sim.run(100.)
    expected = spikes_of(preset.params, 14, 100, preset.initial)
    assert (trains(cells)[0] == expected).all() and len(expected)
    sim.setup()
    for name in izh.presets:
        assert sim.Population(1, sim.preset(name, 'cond_exp', tau_syn_E=2.)).get('tau_syn_E') == 2
    sim.run(1.)
    with pytest.raises(ValueError):
        sim.preset('2004-A', 'alpha')
    with pytest.raises(KeyError):
        sim.preset('nobody')


def test_izhikevich_normal():
    """A cell by all fields of izh.Params."""
    fields = dict(zip(izh.PARAMS.names, izh.presets['2007-FS'].params))
    cells = sim.Population(1, sim.IzhikevichNormal(**fields))
    assert cells.get(list(fields)) == list(fields.values())


def test_spike_source_array():
    """It counts at the first tick that is not before it, and is recorded as it was given."""
    cells = at_zero(2, still())
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[Sequence([.2, .25, .25, 1.]), Sequence([])]))
    sim.Projection(source, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=1., delay=.1))
    source.record('spikes')
    cells.record('v')
    sim.run(1.)
    sim.run(1.)
    v = signal(cells)
    expected = np.zeros(21)
    for time in (.2, .3, .3, 1.):
        expected[round(time / DT) + 2:] += 1  # a delay of one tick, and the step that it acts on
    assert (v[:, 0] == expected).all() and not v[:, 1].any()
    assert [train.tolist() for train in trains(source)] == [[.2, .25, .25, 1.], []]
    sim.reset()
    for wrong in ([2., 1.], [-1.], [float('nan')]):
        with pytest.raises(errors.InvalidParameterValueError):
            sim.Population(1, sim.SpikeSourceArray(spike_times=wrong))


def test_spike_source_array_set():
    source = source_of(1., 5., 9.)
    source.record('spikes')
    sim.run(4.)
    source.set(spike_times=[2., 4., 6., 8.])
    sim.run(10.)
    assert trains(source)[0].tolist() == [1., 6., 8.]  # what is past is past


def test_spike_source_poisson():
    """What is recorded is what arrives, spike by spike; its rate, start and duration are as they were set."""
    sim.setup(timestep=DT, rng_seed=5)
    n = 40
    sources = sim.Population(n, sim.SpikeSourcePoisson(rate=np.linspace(0, 3000, n), start=20., duration=100.))
    cells = at_zero(n, still())
    sim.Projection(sources, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=1., delay=.1))
    sources.record('spikes')
    cells.record('v')
    sim.run(130.)
    sources.set(rate=100., start=140., duration=1e10)
    sim.run(30.)
    found = trains(sources)
    v = signal(cells)
    for k, train in enumerate(found):
        counts = np.bincount(np.rint(train / DT).astype(int), minlength=1601)
        assert (np.diff(v[:, k]) == np.concatenate([[0], counts[:1599]])).all()
        first = train[train < 131]
        assert not len(first) or (first.min() >= 20 and first.max() < 120)
        assert train[train > 131].min(initial=140) >= 140
    sizes = np.array([np.sum(train < 130) for train in found])
    expected = np.linspace(0, 300, n)
    assert (np.abs(sizes - expected) <= 5 * np.sqrt(expected)).all() and max(sizes) > 200
    sim.reset()
    for wrong in ({'rate': -1.}, {'duration': -1.}):
        with pytest.raises(errors.InvalidParameterValueError):
            sim.Population(1, sim.SpikeSourcePoisson(**wrong))


def test_poisson_recording_changes_nothing():
    hashes = []
    for recorded in (False, True):
        sim.setup(timestep=DT, rng_seed=3)
        source, cells = sim.Population(4, sim.SpikeSourcePoisson(rate=500.)), sim.Population(2, sim.Izhikevich())
        sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=2., delay=1.))
        if recorded:
            source.record('spikes')
        sim.run(50.)
        hashes.append(sim.get_network().hash)
    assert hashes[0] == hashes[1]


MISSING_CELLS = ['IF_curr_exp', 'IF_cond_exp', 'IF_curr_alpha', 'IF_cond_alpha', 'HH_cond_exp', 'EIF_cond_exp_isfa_ista',
                 'SpikeSourceGamma', 'SpikeSourcePoissonRefractory', 'SpikeSourceInhGamma', 'GIF_cond_exp']


def test_missing():
    for name in MISSING_CELLS + ['ElectricalSynapse', 'SimpleStochasticSynapse', 'MultiQuantalSynapse',
                                 'StochasticTsodyksMarkramSynapse', 'MultiplicativeWeightDependence',
                                 'AdditivePotentiationMultiplicativeDepression', 'GutigWeightDependence',
                                 'Vogels2011Rule']:
        with pytest.raises(NotImplementedError):
            getattr(sim, name)()
    with pytest.raises(NotImplementedError, match='IF_cond_exp'):
        sim.Population(10, sim.IF_cond_exp, {'tau_m': 10.})
    assert sorted(sim.list_standard_models()) == ['Izhikevich', 'SpikeSourceArray', 'SpikeSourcePoisson']
    from pyNN.mock import IF_curr_exp, MultiplicativeWeightDependence, SpikePairRule, STDPMechanism
    with pytest.raises(errors.InvalidModelError):
        sim.Population(1, IF_curr_exp())
    cells = sim.Population(1, sim.Izhikevich())
    with pytest.raises(errors.InvalidModelError):
        sim.Projection(cells, cells, sim.AllToAllConnector(), STDPMechanism(
            SpikePairRule(), MultiplicativeWeightDependence(), delay=.1))


# ---- populations ----


def test_population():
    cells = sim.Population((2, 3), sim.Izhikevich(a=.03, d=lambda i: 2. + i), label='grid',
                           initial_values={'v': -60., 'u': [1, 2, 3, 4, 5, 6]})
    assert len(cells) == cells.size == 6 and isinstance(cells.structure, Grid2D) and cells.label == 'grid'
    assert cells.get('a') == .03 and cells.get('d').tolist() == [2, 3, 4, 5, 6, 7]
    assert cells[2].d == 4 and cells[2].get_parameters()['a'] == .03
    assert cells.id_to_index(cells[3]) == 3 and cells[1].position.shape == (3,)
    assert list(cells.all()) == list(cells) and cells.nearest(cells.positions[:, 4]) == cells[4]
    cells[2].d = 9.
    cells.set(a=RandomDistribution('uniform', (.01, .02), rng=NumpyRNG(1)))
    assert cells.get('d').tolist() == [2, 3, 9, 5, 6, 7] and cells.get('a').min() >= .01
    assert 'grid' in cells.describe() and cells.can_record('v') and not cells.can_record('gsyn_exc')
    cells.record(['v', 'u'])
    sim.run(.1)
    assert (signal(cells)[0] == -60).all() and signal(cells, 'u')[0].tolist() == [1, 2, 3, 4, 5, 6]
    with pytest.raises(errors.NonExistentParameterError):
        cells.set(tau_m=3)
    for wrong in ({'a': 'bar'}, {'a': {}}):
        for those in (cells, cells[1:3]):
            with pytest.raises(errors.InvalidParameterValueError):
                those.set(**wrong)
    with pytest.raises(errors.NonExistentParameterError):
        sim.Izhikevich(tau_m=3)


def test_population_refused():
    """One that is refused leaves nothing."""
    first = sim.Population(2, sim.Izhikevich(i_offset=.01))
    for wrong in (dict(initial_values={'w': 1.}), dict(initial_values={'v': [1., 2.]})):
        with pytest.raises(ValueError):
            sim.Population(3, sim.Izhikevich(), **wrong)
    with pytest.raises(errors.InvalidParameterValueError):
        sim.Population(3, sim.Izhikevich_curr_exp(tau_syn_E=0.))
    last = sim.Population(1, sim.Izhikevich(i_offset=.02))
    for each in (first, last):
        each.record('spikes')
    sim.run(30.)
    assert sim.get_network().n == 3 and min(map(len, trains(first) + trains(last))) > 1
    sim.reset()


def test_population_set_while_running():
    """Parameters, currents and states may change between runs."""
    cells = sim.Population(3, sim.Izhikevich())
    cells.record(['v', 'u'])
    sim.run(10.)
    cells[1:2].set(d=20., i_offset=.02)
    cells[2].set_initial_value('v', -40.)
    cells[0:1].initialize(u=-10.)
    sim.run(40.)
    net = izh.Network(3)
    net.neurons.set_params({'a': .02, 'b': .2, 'c': -65, 'd': 2})
    net.neurons.set_state([-70] * 3, [-14] * 3)
    net.run(10)
    net.neurons.set_params({'a': .02, 'b': .2, 'c': -65, 'd': [2, 20, 2]})
    net.neurons.set_current([0, 20, 0])
    states = net.neurons.state()
    states['v'][2], states['u'][0] = -40, -10
    net.neurons.set_state(states)
    net.run(50)
    assert sim.get_network().hash == net.hash and signal(cells)[-1].tolist() == net.neurons.state()['v'].tolist()
    with pytest.raises(errors.InvalidParameterValueError):
        cells.set(c=50.)  # above the peak
    assert cells.get('c') == -65


def test_states_of_many_cells(monkeypatch):
    """States of cells that follow each other are set at once, and all or none; others are not touched."""
    cells = sim.Population(1000, sim.Izhikevich(i_offset=.001))
    sim.run(.5)
    calls, set_state = [], izh.Population.set_state
    monkeypatch.setattr(izh.Population, 'set_state', lambda *a, **b: (calls.append(b), set_state(*a, **b))[1])
    cells.initialize(v=np.linspace(-70, -60, 1000))
    cells[100:300].initialize(v=-66)
    assert [(each['first'], each['count']) for each in calls] == [(0, 1000), (100, 200)]
    v = sim.get_network().neurons.state()['v']
    assert v.tolist() == [*np.linspace(-70, -60, 1000)[:100], *[-66] * 200, *np.linspace(-70, -60, 1000)[300:]]
    sim.setup(timestep=DT, precision='f32')
    cells = sim.Population(9, sim.Izhikevich(i_offset=[0] * 4 + [1e9] + [0] * 4))
    with pytest.raises(izh.IzhError):
        sim.run(1.)
    neurons = sim.get_network().neurons
    before = neurons.state()
    for those in cells, cells[np.array([0, 3, 8])]:  # too large for single precision: the last one
        with pytest.raises(errors.InvalidParameterValueError):
            those.initialize(v=[-50.] * (len(those) - 1) + [1e300])
        assert (np.delete(neurons.state(), 4) == np.delete(before, 4)).all()
        assert (cells._initial['v'] == -70).all()
    with pytest.raises(errors.InvalidParameterValueError):
        cells[np.array([4, 8])].initialize(v=[-50., 1e300])
    assert neurons.trouble_count == 1  # a neuron in trouble is not mended where another is refused
    cells[np.array([0, 3, 8])].initialize(v=[-10., -20., -30.])
    assert neurons.trouble_count == 1 and neurons.state()['v'][[0, 3, 8]].tolist() == [-10, -20, -30]
    hashes = []
    for moved in False, True:  # the steps of those between go on
        sim.setup(timestep=DT, method='taylor')
        cells = sim.Population(3, sim.Izhikevich(i_offset=.01))
        sim.run(20.)
        if moved:
            cells[np.array([0, 2])].initialize(v=-60.)
        sim.run(20.)
        hashes.append(sim.get_network().neurons.state()[1].tobytes())
    assert hashes[0] == hashes[1]


def test_population_view():
    cells = sim.Population(10, sim.Izhikevich())
    view = cells[2:9][[1, 3, 4]]  # a view of a view
    assert view.all_cells.tolist() == cells.all_cells[[3, 5, 6]].tolist() and view.grandparent is cells
    view.set(d=[5., 6., 7.])
    view[0:1].initialize(v=-50.)
    assert cells.get('d').tolist() == [2, 2, 2, 5, 2, 6, 7, 2, 2, 2] and view.get('d').tolist() == [5, 6, 7]
    view.record('v')
    cells[np.arange(10) == 0].record('v')
    sim.run(1.)
    assert signal(cells).shape == (11, 4) and signal(view).shape == (11, 3)
    assert signal(view)[0].tolist() == [-50, -70, -70]
    assert len(cells.sample(4, NumpyRNG(1))) == 4 and isinstance(cells[1:2], sim.PopulationView)


def test_assembly():
    first, second = sim.Population(3, sim.Izhikevich(i_offset=.01)), sim.Population(4, sim.Izhikevich2007())
    both = first + second[1:3]
    assert isinstance(both, sim.Assembly) and len(both) == 5
    both.initialize(v=-58.)
    both.record('spikes')
    both[2:4].record('v')
    source = source_of(1.)
    made = sim.Projection(source, both, sim.AllToAllConnector(), sim.StaticSynapse(weight=50., delay=.1))
    assert len(made) == 5
    sim.run(5.)
    assert [len(train) > 0 for train in trains(both)] == [True] * 5
    assert signal(first)[0].tolist() == [-58]
    assert both.get_population(first.label) is first


def test_assembly_source():
    """A projection from an assembly of a population and a view."""
    first, second = source_of(1.), sim.Population(3, sim.SpikeSourceArray(spike_times=[[2.], [3.], [4.]]))
    cells = at_zero(2, still())
    made = sim.Projection(first + second[1:3], cells, sim.AllToAllConnector(),
                          sim.StaticSynapse(weight=np.array([[1., 10.], [2., 20.], [4., 40.]]), delay=.1))
    cells.record('v')
    sim.run(6.)
    v = signal(cells)
    assert v[[15, 25, 35, 45], 0].tolist() == [1, 1, 3, 7] and (v[:, 1] == 10 * v[:, 0]).all()
    assert made.get('weight', 'array').tolist() == [[1, 10], [2, 20], [4, 40]]


def test_procedural():
    cells = sim.create(sim.Izhikevich, {'d': 4.}, n=3)
    source = sim.create(sim.SpikeSourceArray(spike_times=[1.]))
    made = sim.connect(source, cells[0], weight=5., delay=.5)
    assert len(made) == 1 and cells.get('d') == 4
    sim.set(cells, c=-60.)
    sim.initialize(cells, v=-65., u=-13.)
    assert cells.get('c') == -60
    cells.record('v')
    sim.run(2.)
    v = signal(cells)
    assert v[0].tolist() == [-65] * 3 and v[17, 0] > v[17, 1] + 4


# ---- synapses ----


def test_delta():
    """A jump of the weight, mV: v = w exp(-t / 10 ms) after it arrives."""
    sim.setup(timestep=.01)
    cells = at_zero(2, passive())
    source = source_of(1.)
    sim.Projection(source, cells[0:1], sim.AllToAllConnector(), sim.StaticSynapse(weight=4., delay=2.))
    sim.Projection(source, cells[1:2], sim.AllToAllConnector(), sim.StaticSynapse(weight=-4., delay=2.))
    cells.record('v')
    sim.run(10.)
    t = np.arange(1001) * .01
    expected = np.where(t > 3.005, 4 * np.exp(-(t - 3) / 10), 0)
    v = signal(cells)
    assert np.allclose(v[:, 0], expected, atol=1e-5) and (v[:, 1] == -v[:, 0]).all()


def test_curr_exp():
    """A current w exp(-t / tau), w in nA: its closed form on a leaky cell."""
    sim.setup(timestep=.02)
    cells = at_zero(1, passive(sim.IzhikevichNormal_curr_exp, tau_syn_E=2., tau_syn_I=5.))
    for weight, when in ((.02, 1.), (-.03, 4.)):
        sim.Projection(source_of(when), cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=weight, delay=1.))
    cells.record(['v', 'isyn_exc', 'isyn_inh'])
    sim.run(10.)
    t = np.arange(501) * .02

    def response(w, tau, when):
        s = np.maximum(t - when, 0)
        return 1000 * w / 100 * (np.exp(-s / 10) - np.exp(-s / tau)) / (1 / tau - 1 / 10)
    assert np.allclose(signal(cells)[:, 0], response(.02, 2., 2.) + response(-.03, 5., 5.), atol=1e-5)
    for name, w, tau, when in (('isyn_exc', .02, 2., 2.), ('isyn_inh', -.03, 5., 5.)):
        expected = np.where(t > when + .005, w * np.exp(-(t - when) / tau), 0)
        assert np.allclose(signal(cells, name)[:, 0], expected, atol=1e-9)
    assert cells.find_units('isyn_exc') == 'nA'


def test_cond_exp():
    """A conductance w exp(-t / tau), w in uS: v' = (-g v + w e^(-t / tau) (E - v)) / C by small steps."""
    sim.setup(timestep=.02)
    cells = at_zero(1, passive(sim.IzhikevichNormal_cond_exp, tau_syn_E=3., tau_syn_I=6., e_rev_E=60., e_rev_I=-20.))
    for role, when, w in (('excitatory', 1., .008), ('inhibitory', 5., .02)):
        sim.Projection(source_of(when), cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=w, delay=.5),
                       receptor_type=role)
    cells.record(['v', 'gsyn_exc', 'gsyn_inh'])
    sim.run(10.)
    t, v = np.arange(501) * .02, [0.]
    for k in range(10000):  # Heun's steps of .001 ms
        def rate(at, x):
            g = [1000 * w * np.exp(-(at - when) / tau) * (at >= when - 1e-9)
                 for w, tau, when in ((.008, 3, 1.5), (.02, 6, 5.5))]
            return (-10 * x + g[0] * (60 - x) + g[1] * (-20 - x)) / 100
        slope = rate(.001 * k, v[-1])
        v.append(v[-1] + .0005 * (slope + rate(.001 * (k + 1) - 1e-6, v[-1] + .001 * slope)))
    assert np.allclose(signal(cells)[:, 0], v[::20], atol=3e-4) and max(v) > 1 > 0 > min(v)
    for name, w, tau, when in (('gsyn_exc', .008, 3, 1.5), ('gsyn_inh', .02, 6, 5.5)):
        expected = np.where(t > when + .005, w * np.exp(-(t - when) / tau), 0)
        assert np.allclose(signal(cells, name)[:, 0], expected, atol=1e-9)


def test_receptors_of_each_cell():
    """Time constants may differ from cell to cell; there are at most 8 different receptors."""
    tau = np.array([1., 2., 4.])
    cells = at_zero(3, passive(sim.IzhikevichNormal_curr_exp, tau_syn_E=tau))
    sim.Projection(source_of(1.), cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=.01, delay=.1))
    cells.record('isyn_exc')
    sim.run(5.)
    s = .1 * 50 - 1.1
    assert np.allclose(signal(cells, 'isyn_exc')[50], .01 * np.exp(-s / tau), atol=1e-9)
    with pytest.raises(NotImplementedError):
        cells.set(tau_syn_E=3.)
    sim.reset()
    cells.set(tau_syn_E=3.)
    sim.setup()
    cells = sim.Population(9, passive(sim.IzhikevichNormal_curr_exp, tau_syn_E=np.arange(1., 10.)))
    sim.Projection(source_of(1.), cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=.01))
    with pytest.raises(errors.InvalidModelError, match='8 receptors'):
        sim.run(1.)


def test_ranges():
    """Groups share a receptor, but for those whose weights its range would round too much."""
    cells = at_zero(2, still(sim.IzhikevichNormal_curr_exp))
    for weight, name in ((3e-9, 'small'), (.5, 'large'), (2e-6, 'both')):
        made = sim.Projection(source_of(1.), cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=weight, delay=.1),
                              label=name)
    cells.record('isyn_exc')
    sim.run(1.2)
    net = sim.get_network()
    assert [receptor.range for receptor in net.receptors.values()] == [2.0 ** -14, 1024]
    assert net.synapses[0].weight[0] == pytest.approx(3e-6, rel=1e-3)
    assert net.synapses[2].weight[0] == pytest.approx(2e-3, rel=1e-3)
    assert signal(cells, 'isyn_exc')[-1, 0] == pytest.approx((.5 + 2e-6 + 3e-9) * np.exp(-.1 / 5), abs=1e-9)
    for largest, expected in ((0, 1024), (1, 1024), (1023.9, 1024), (.999, 1), (.001, 1), (1024, 2 ** 15), (9e-4, 2 ** -6)):
        sim.setup()
        cells = sim.Population(1, sim.Izhikevich())
        sim.Projection(cells, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=largest, delay=.1))
        (receptor,) = sim.get_network().receptors.values()
        assert receptor.range == expected, largest


def test_weights_are_refused():
    cells = sim.Population(2, sim.Izhikevich_cond_exp())
    for weight, role in ((-1., 'excitatory'), (-1., 'inhibitory')):
        with pytest.raises(errors.ConnectionError):
            sim.Projection(cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=weight),
                           receptor_type=role)
    with pytest.raises(errors.ConnectionError):
        sim.Projection(cells, cells, sim.AllToAllConnector(), receptor_type='NMDA')
    with pytest.raises(errors.InvalidWeightError):
        sim.Projection(cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=np.inf))
    for delay in (.01, 1e5):
        with pytest.raises(errors.ConnectionError):
            sim.Projection(cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(delay=delay))
    made = sim.Projection(cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1e-5, delay=.1))
    sim.run(1.)
    with pytest.raises(errors.InvalidWeightError):
        made.set(weight=3.)  # 3000 nS: beyond the range that was chosen
    assert (made.get('weight', 'array') == 1e-5).all()
    sim.setup(weight_range=4096)
    cells = sim.Population(2, sim.Izhikevich_cond_exp())
    made = sim.Projection(cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1e-3, delay=.1))
    sim.run(1.)
    made.set(weight=3.)


def test_delays_are_rounded():
    cells = sim.Population(2, sim.Izhikevich())
    with pytest.warns(errors.RoundingWarning):
        made = sim.Projection(cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(delay=.26))
    assert made.get('delay', 'list', with_address=False) == pytest.approx([.3] * 4)
    with warnings.catch_warnings():
        warnings.simplefilter('error', errors.RoundingWarning)
        made = sim.Projection(cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(delay=.7))
    assert made.get('delay', 'list', with_address=False) == [.7] * 4


def test_tsodyks_markram():
    """What each spike delivers, by the recursion of Tsodyks, Pawelzik and Markram (1998)."""
    times = np.array([5., 15., 18., 40., 41., 90.])
    kinds = [dict(U=.5, tau_rec=100., tau_facil=0.), dict(U=.05, tau_rec=20., tau_facil=300.)]
    for given in kinds:
        sim.setup(timestep=DT)
        cells = at_zero(1, still())
        made = sim.Projection(source_of(*times), cells, sim.AllToAllConnector(),
                              sim.TsodyksMarkramSynapse(weight=10., delay=1., **given))
        cells.record('v')
        sim.run(100.)
        u, x, total, expected = 0., 1., 0., []
        for k, gap in enumerate(np.diff(times, prepend=0)):
            u *= np.exp(-gap / given['tau_facil']) if given['tau_facil'] else 0.
            x = 1 - (1 - x) * np.exp(-gap / given['tau_rec'])
            u += given['U'] * (1 - u)
            total += 10 * u * x
            x -= u * x
            expected.append(total)
        after = np.rint((times + 1) / DT).astype(int) + 1
        assert np.allclose(signal(cells)[after, 0], expected, atol=1e-5)
        assert made.get(['U', 'tau_rec', 'tau_facil'], 'list')[0][2:] == tuple(given.values())
    with pytest.raises(NotImplementedError):
        made.initialize(u=.5)
    made.initialize(u=0.)


def test_stdp():
    """Each pair of an arrival and a later spike adds A_plus w_max exp(-distance / tau_plus); of a spike and an
    arrival then or later, takes A_minus w_max exp(-distance / tau_minus)."""
    cells = sim.Population(1, sim.Izhikevich())
    pre, drive = source_of(10., 30., 31., 60.), source_of(12., 29., 45., 59.8, 75.)
    rule = sim.STDPMechanism(
        timing_dependence=sim.SpikePairRule(tau_plus=20., tau_minus=15., A_plus=.02, A_minus=.03),
        weight_dependence=sim.AdditiveWeightDependence(w_min=0., w_max=2.),
        dendritic_delay_fraction=0, weight=1., delay=2.)
    made = sim.Projection(pre, cells, sim.AllToAllConnector(), rule)
    sim.Projection(drive, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=70., delay=.1))
    cells.record('spikes')
    sim.run(11.)
    assert made[0].weight == 1
    sim.run(89.)
    arrivals, spikes = tick_of([12., 32., 33., 62.]), tick_of(trains(cells)[0])
    assert len(spikes) >= 4
    weight = 1.
    for p in arrivals:
        for q in spikes:
            weight += .04 * np.exp(-(q - p) * DT / 20) if q > p else -.06 * np.exp(-(p - q) * DT / 15)
    assert 0 < weight < 2 and weight != 1
    assert made.get('weight', 'list', with_address=False) == [pytest.approx(weight, abs=1e-5)]
    assert made.get(['A_plus', 'w_max'], 'list', with_address=False) == [(.02, 2.)]
    made.set(weight=.5)
    assert made[0].weight == .5
    sim.reset()
    assert made[0].weight == .5  # what was set last


def test_stdp_order():
    """Weights that were learned come back in the order of the connections."""
    rng = np.random.default_rng(1)
    pre = sim.Population(20, sim.SpikeSourceArray(spike_times=[Sequence(sorted(rng.uniform(0, 50, 4))) for _ in range(20)]))
    cells = sim.Population(10, sim.Izhikevich(i_offset=np.linspace(.01, .03, 10)))
    rule = sim.STDPMechanism(sim.SpikePairRule(), sim.AdditiveWeightDependence(w_max=3.), None, 0,
                             weight=RandomDistribution('uniform', (.5, 1.), rng=NumpyRNG(2)), delay=.5)
    made = sim.Projection(pre, cells, sim.FixedProbabilityConnector(.5, rng=NumpyRNG(3)), rule)
    twin = izh.Network(10, sources=20, receptors={'jump': izh.jump()})
    i, j, w = np.array(made.get('weight', 'list')).T
    sim.run(60.)
    twin.neurons.set_params({'a': .02, 'b': .2, 'c': -65, 'd': 2})
    twin.neurons.set_state([-70] * 10, [-14] * 10)
    twin.neurons.set_current(np.linspace(.01, .03, 10) * 1000)
    stdp = izh.STDP(.03 * np.exp(-.1 / 20), .03, 20, 20, 0, 3)
    synapses = twin.connect(10 + i.astype(int), j.astype(int), w, .5, stdp=stdp)
    for k, times in enumerate(pre.get('spike_times')):
        twin.send(tick_of(times.value) * DT, k)
    twin.run(60)
    assert twin.hash == sim.get_network().hash
    learned = made.get('weight', 'array')
    expected = np.full((20, 10), np.nan)
    expected[synapses.source - 10, synapses.target] = synapses.weight
    assert np.array_equal(np.isnan(learned), np.isnan(expected)) and np.nanmax(np.abs(learned - expected)) < 1e-6
    assert np.nanmax(np.abs(learned - made_matrix(i, j, w))) > .01


def made_matrix(i, j, w):
    matrix = np.full((20, 10), np.nan)
    matrix[i.astype(int), j.astype(int)] = w
    return matrix


def test_stdp_delays():
    """Delays are axonal: with all of the delay in the dendrite only one of a tick is as good."""
    cells = sim.Population(2, sim.Izhikevich())

    def make(**others):
        rule = sim.STDPMechanism(sim.SpikePairRule(), sim.AdditiveWeightDependence(w_max=2.), weight=1., **others)
        return sim.Projection(cells, cells, sim.AllToAllConnector(), rule)
    make(), make(delay=.1), make(delay=5., dendritic_delay_fraction=0.)
    for fraction in (1., .5):
        with pytest.raises(errors.InvalidParameterValueError, match='dendritic_delay_fraction'):
            make(delay=.2, dendritic_delay_fraction=fraction)
    with pytest.raises(errors.InvalidParameterValueError):
        make().set(delay=1.)
    with pytest.raises(NotImplementedError):
        sim.STDPMechanism(sim.SpikePairRule())
    with pytest.raises(NotImplementedError):
        sim.STDPMechanism(sim.SpikePairRule(), sim.AdditiveWeightDependence(), voltage_dependence=1)


# ---- connectors and projections ----


def test_connectors():
    """Each of PyNN's connectors makes what it says."""
    from pyNN.core import IndexBasedExpression

    class Parity(IndexBasedExpression):
        def __call__(self, i, j):
            return ((i + j) % 2 == 0).astype(float)
    rng = NumpyRNG(1)
    expected = {
        sim.AllToAllConnector(): 25, sim.OneToOneConnector(): 5,
        sim.AllToAllConnector(allow_self_connections=False): 20,
        sim.FixedProbabilityConnector(1.): 25, sim.FixedProbabilityConnector(0.): 0,
        sim.DistanceDependentProbabilityConnector('d < 1.5'): 13,
        sim.DisplacementDependentProbabilityConnector(lambda d: d[0] == 1): 4,
        sim.IndexBasedProbabilityConnector(Parity()): 13,
        sim.FromListConnector([(0, 1), (2, 3), (2, 3)]): 3,
        sim.FixedNumberPostConnector(2, rng=rng): 10, sim.FixedNumberPreConnector(3, rng=rng): 15,
        sim.FixedNumberPreConnector(7, with_replacement=True, rng=rng): 35,
        sim.FixedTotalNumberConnector(11, with_replacement=True, rng=rng): 11,
        sim.ArrayConnector(np.eye(5, dtype=bool)): 5,
    }
    cells = sim.Population(5, sim.Izhikevich())
    for connector, count in expected.items():
        made = sim.Projection(cells, cells, connector, sim.StaticSynapse(weight=.5, delay=.2))
        assert len(made) == made.size() == count, connector
        assert made.get(['weight', 'delay'], 'list', with_address=False) == [(.5, .2)] * count
    clone = sim.Projection(cells, cells, sim.CloneConnector(made))
    assert len(clone) == len(made)
    sim.run(1.)


def test_from_list_and_file(tmp_path):
    cells = sim.Population(4, sim.Izhikevich())
    made = sim.Projection(cells, cells, sim.FromListConnector([(0, 1, .3, .4), (3, 2, .5, 1.)],
                                                             column_names=['weight', 'delay']))
    assert sorted(made.get(['weight', 'delay'], 'list')) == [(0, 1, .3, .4), (3, 2, .5, 1.)]
    made.save('connections', str(tmp_path / 'list.txt'))
    again = sim.Projection(cells, cells, sim.FromFileConnector(str(tmp_path / 'list.txt'), distributed=False))
    assert sorted(again.get(['weight', 'delay'], 'list')) == sorted(made.get(['weight', 'delay'], 'list'))


def test_projection_get_set():
    first, second = sim.Population(3, sim.Izhikevich()), sim.Population(2, sim.Izhikevich())
    made = sim.Projection(first, second, sim.FromListConnector([(0, 0), (2, 0), (1, 1), (2, 0)]),
                          sim.StaticSynapse(weight=1., delay=lambda d: .5 + d))
    nan = np.nan
    assert np.array_equal(made.get('delay', 'array', multiple_synapses='last'), [[.5, nan], [nan, .5], [2.5, nan]],
                          equal_nan=True)
    made.set(weight=np.array([[1., 0], [0, 2.], [3., 0]]))
    for how, value in (('sum', 6), ('first', 3), ('last', 3), ('min', 3), ('max', 3)):
        assert made.get('weight', 'array', multiple_synapses=how)[2, 0] == value
    twice = [k for k, each in enumerate(made) if each.presynaptic_index == 2]
    made[twice[0]].weight = 7.
    assert [made.get('weight', 'array', multiple_synapses=how)[2, 0] for how in ('first', 'last', 'min', 'max')] == [
        7, 3, 3, 7]
    made.set(weight=RandomDistribution('uniform', (1, 2), rng=NumpyRNG(1)), delay=1.)
    assert 1 <= min(made.get('weight', 'list', with_address=False)) and made.shape == (3, 2)
    assert [x.delay for x in made.connections] == [1.] * 4 and made[0].as_tuple('presynaptic_index', 'delay') == (0, 1.)
    assert len(made[1:3]) == 2 and len(list(made)) == 4
    with pytest.raises(IndexError):
        made[4]
    with pytest.raises(AttributeError):
        made[0].U
    assert made.describe() and 'Projection' in repr(made)


def test_projection_set_while_running():
    cells = at_zero(2, still())
    made = sim.Projection(source_of(1., 11.), cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1., delay=.5))
    cells.record('v')
    sim.run(10.)
    made.set(weight=np.array([[2., 8.]]))
    sim.run(10.)
    assert signal(cells)[-1].tolist() == [3., 9.] and made.get('weight', 'array').tolist() == [[2., 8.]]
    made[1].weight = 5.
    assert sorted(sim.get_network().synapses[0].weight) == [2., 5.]
    with pytest.raises(errors.InvalidWeightError):
        made.set(weight=[1., 1e5])
    assert made.get('weight', 'array').tolist() == [[2., 5.]]
    with pytest.raises(NotImplementedError):
        made.set(delay=1.)


def test_refused_values_change_nothing():
    cells = sim.Population(2, sim.Izhikevich(), initial_values={'v': -60.})
    made = sim.Projection(source_of(1.), cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=1., delay=.5))
    for wrong in (lambda: cells.initialize(v=[-50., float('nan')]), lambda: cells.set(i_offset=float('nan')),
                  lambda: sim.Population(1, sim.SpikeSourcePoisson(start=float('nan'))),
                  lambda: sim.DCSource(amplitude=1., start=float('nan'))):
        with pytest.raises(errors.InvalidParameterValueError):
            wrong()
    sim.run(1.)
    with pytest.raises(errors.InvalidParameterValueError):
        cells.initialize(v=[-50., float('inf')])
    with pytest.raises(NotImplementedError):
        made.set(weight=3., delay=1.)
    assert made.get('weight', 'array').tolist() == [[1., 1.]]
    assert sorted(sim.get_network().synapses[0].weight) == [1., 1.]
    sim.reset()
    sim.run(1.)


def test_projection_order():
    """The library sorts synapses by source, delay, target and weight, and each connection keeps its own."""
    rng = np.random.default_rng(3)
    rows = [(i, j, w, d) for i, j, w, d in zip(rng.integers(5, size=60), rng.integers(4, size=60),
                                               rng.uniform(1, 2, 60), rng.choice([.1, .2, .3, .4], 60))]
    cells = sim.Population(4, sim.Izhikevich())
    made = sim.Projection(sim.Population(5, sim.SpikeSourceArray()), cells,
                          sim.FromListConnector(rows, column_names=['weight', 'delay']))
    sim.run(.1)
    for weights in (rng.uniform(1, 2, 60), rng.uniform(3, 4, 60)):
        for each, weight in zip(made, weights):
            each.weight = weight
        made.change('weight', np.arange(0, 60, 2), made.column('weight')[::2] + 1)
        (synapses,) = sim.get_network().synapses
        here = sorted(zip(synapses.source - 4, synapses.target, np.rint(synapses.delay / DT), synapses.weight))
        there = [(i, j, np.rint(d / DT), w) for i, j, w, d in made.get(['weight', 'delay'], 'list')]
        assert np.allclose(here, sorted(there), atol=1e-6)


def test_projection_of_several_groups():
    """Connections of one projection to different receptors and by different rules."""
    n = 40
    cells = at_zero(n, passive(sim.IzhikevichNormal_curr_exp, tau_syn_E=np.r_[[1.] * 20, [2.] * 20]))
    u = np.tile([[.2, .4]], (3, n // 2))
    made = sim.Projection(sim.Population(3, sim.SpikeSourceArray(spike_times=[1.])), cells,
                          sim.FixedProbabilityConnector(.7, rng=NumpyRNG(1)),
                          sim.TsodyksMarkramSynapse(weight=RandomDistribution('uniform', (.1, .2), rng=NumpyRNG(2)),
                                                    U=u, delay=.1))
    cells.record('isyn_exc')
    sim.run(1.2)
    weights = made.get('weight', 'array')
    expected = np.nansum(u * weights, axis=0) * np.exp(-.1 / cells.get('tau_syn_E'))
    assert len(sim.get_network().synapses) == 4
    assert np.allclose(signal(cells, 'isyn_exc')[-1], expected, rtol=1e-6)
    for k, each in enumerate(list(made)[::7]):
        each.weight = .3 + .001 * k
    weights = made.get('weight', 'list')
    net = sim.get_network()
    found = {(i - n, j): w for each in net.synapses for i, j, w in zip(each.source, each.target, each.weight)}
    assert len(found) == len(weights) and all(abs(found[i, j] - 1000 * w) < 1e-6 for i, j, w in weights)
    assert sum(w >= .3 for *_, w in weights) == len(weights[::7])


def test_projection_of_views():
    cells = at_zero(6, still())
    source = sim.Population(4, sim.SpikeSourceArray(spike_times=[[1.], [2.], [3.], [4.]]))
    made = sim.Projection(source[1:3], cells[[1, 4]], sim.AllToAllConnector(),
                          sim.StaticSynapse(weight=np.array([[1., 10.], [2., 20.]]), delay=.1))
    cells.record('v')
    sim.run(6.)
    assert signal(cells)[-1].tolist() == [0, 3, 0, 0, 30, 0] and made.get('weight', 'list') == [
        (0, 0, 1.), (1, 0, 2.), (0, 1, 10.), (1, 1, 20.)]


# ---- currents ----


def driven(source, t=30., **others):
    """v of a cell of 1 pF, in V: the integral of a source's current, nA."""
    sim.setup(timestep=DT)
    cells = at_zero(1, still())
    made = source()
    cells.inject(made)
    made.record()
    cells.record('v')
    sim.run(t)
    return signal(cells)[:, 0] / 1000, made


def test_dc():
    v, made = driven(lambda: sim.DCSource(amplitude=.02, start=5., stop=12.))
    t = np.arange(301) * DT
    assert np.allclose(v, .02 * np.clip(t - 5, 0, 7), atol=1e-12)
    data = made.get_data()
    assert len(data) == 301 and data.units.dimensionality.string == 'nA'
    assert np.allclose(data.magnitude[:, 0], .02 * ((t > 4.99) & (t < 11.99)))
    sim.setup()
    with pytest.raises(TypeError):
        made.inject_into(source_of(1.))
    with pytest.raises(errors.NonExistentParameterError, match='DCSource'):
        sim.DCSource(current=1.)
    with pytest.raises(NotImplementedError, match='compartments'):
        made.inject_into(sim.Population(1, sim.Izhikevich()), location='dendrite')
    assert (made.amplitude, made.start) == (.02, 5.)


def test_dc_changed():
    cells = at_zero(1, still())
    made = sim.DCSource(amplitude=.01)
    cells[0].inject(made)
    cells.record('v')
    sim.run(10.)
    made.amplitude = .03
    sim.run(10.)
    assert signal(cells)[-1, 0] == pytest.approx(400)


def test_step():
    v, made = driven(lambda: sim.StepCurrentSource(times=[2., 5.02, 9., 20.], amplitudes=[.01, -.03, .02, 0.]))
    t = np.arange(301) * DT
    expected = .01 * np.clip(t - 2, 0, 3) - .03 * np.clip(t - 5, 0, 4) + .02 * np.clip(t - 9, 0, 11)
    assert np.allclose(v, expected, atol=1e-12) and made.times.tolist() == pytest.approx([2., 5., 9., 20.])
    for times in ([2., 1.], [-1., 1.], [1., 1.]):
        with pytest.raises(ValueError):
            sim.StepCurrentSource(times=times, amplitudes=[1., 2.])
    many = np.arange(300) * DT  # so many that they are sampled
    w, _ = driven(lambda: sim.StepCurrentSource(times=many, amplitudes=np.sin(many)))
    assert np.allclose(w, np.concatenate([[0], np.cumsum(np.sin(many))]) * DT, atol=1e-12)


def test_ac():
    v, made = driven(lambda: sim.ACSource(amplitude=.02, offset=.01, frequency=100., phase=30., start=5., stop=25.))
    t = np.arange(301) * DT
    expected = np.where((t > 4.99) & (t < 24.99), .01 + .02 * np.sin(2 * np.pi * (.1 * (t - 5) + 30 / 360)), 0)
    assert np.allclose(made.get_data().magnitude[:, 0], expected, atol=1e-12)
    assert np.allclose(v, np.concatenate([[0], np.cumsum(expected[:-1])]) * DT, atol=1e-12)


def test_noisy():
    v, made = driven(lambda: sim.NoisyCurrentSource(mean=.1, stdev=.02, start=10., stop=1010., dt=.5), 1100.)
    current = made.get_data().magnitude[:, 0]
    assert np.allclose(v, np.concatenate([[0], np.cumsum(current[:-1])]) * DT, atol=1e-9)
    assert not current[:100].any() and not current[10100:].any()
    held = current[100:10100].reshape(2000, 5)
    assert (held == held[:, :1]).all()
    assert abs(held[:, 0].mean() - .1) < 4 * .02 / 2000 ** .5 and abs(held[:, 0].std() / .02 - 1) < .07
    again, _ = driven(lambda: sim.NoisyCurrentSource(mean=.1, stdev=.02, start=10., stop=1010., dt=.5), 1100.)
    assert (again == v).all()
    with pytest.raises(ValueError):
        sim.NoisyCurrentSource(mean=0., stdev=1., dt=0.)


def test_currents_add_up():
    cells = at_zero(3, still(i_offset=.001))
    dc, ac = sim.DCSource(amplitude=.01), sim.ACSource(amplitude=.02, frequency=50., start=2., stop=22.)
    noisy = sim.NoisyCurrentSource(mean=.5, stdev=.1)
    cells.inject(dc)
    cells[1:3].inject(ac)
    cells[2].inject(noisy)
    noisy.record()
    cells.record('v')
    sim.run(22.)
    v = signal(cells)[-1] / 1000
    noise = noisy.get_data().magnitude[:220, 0].sum() * DT
    assert v == pytest.approx([.011 * 22, .011 * 22, .011 * 22 + noise], abs=1e-9)  # the sine's periods cancel
    sim.setup()
    with pytest.raises(TypeError):
        source_of(1.).inject(dc)


# ---- recording ----


def test_record():
    cells = sim.Population(4, sim.Izhikevich(i_offset=.01), label='these')
    cells.record('spikes')
    cells[1:3].record(['v', 'u'])
    sim.run(50.)
    block = cells.get_data()
    assert block.name == 'these' and block.annotations['simulator'] == 'libizh' and len(block.segments) == 1
    segment = block.segments[0]
    v = segment.filter(name='v')[0]
    assert v.shape == (501, 2) and v.units.dimensionality.string == 'mV' and float(v.sampling_period) == DT
    assert v.array_annotations['channel_index'].tolist() == [1, 2]
    assert len(segment.spiketrains) == 4 and float(segment.spiketrains[0].t_stop) == pytest.approx(50)
    assert segment.spiketrains[2].annotations['source_index'] == 2
    counts = cells.get_spike_counts()
    assert counts == {int(id): len(train) for id, train in zip(cells, segment.spiketrains)}
    assert cells.mean_spike_count() == np.mean(list(counts.values())) > 2
    with pytest.raises(errors.RecordingError):
        cells.record('gsyn_exc')
    del cells.recorder.record_times  # which PyNN 0.10.0 has not
    assert (cells.recorder._get_all_signals('v', cells[1:3].all_cells) == v.magnitude).all()


def test_record_sampling_interval():
    """Each population has its own interval; the samples are those of the finest one."""
    sim.setup(timestep=DT)
    first, second, third = (sim.Population(2, sim.Izhikevich(i_offset=.01)) for _ in range(3))
    first.record('v')
    second.record('v', sampling_interval=.5)
    third.record('v', sampling_interval=.8)
    sim.run(3.3)
    sim.run(6.7)
    fine = signal(first)
    assert fine.shape == (101, 2) and (signal(second) == fine[::5]).all() and (signal(third) == fine[::8]).all()
    with pytest.raises(ValueError):
        first.record('v', sampling_interval=.25)


def test_record_clear():
    cells = sim.Population(1, sim.Izhikevich(i_offset=.01))
    cells.record(['v', 'spikes'])
    sim.run(20.)
    whole = [cells.get_data(clear=True)]
    sim.run(30.3)
    whole.append(cells.get_data(clear=True))
    signals = [block.segments[0].analogsignals[0] for block in whole]
    assert [x.shape for x in signals] == [(201, 1), (304, 1)] and float(signals[1].t_start) == 20
    assert signals[0][-1] == signals[1][0]
    spikes = [np.array(block.segments[0].spiketrains[0].magnitude) for block in whole]
    assert spikes[0].max() <= 20 < spikes[1].min() and len(spikes[1])


def test_record_clear_between_samples():
    """After a clear the samples begin there, also where that is between those of before."""
    cells = sim.Population(2, sim.Izhikevich(i_offset=.01))
    cells.record('v')
    sim.run(3.)
    every = signal(cells)
    sim.setup(timestep=DT)
    cells = sim.Population(2, sim.Izhikevich(i_offset=.01))
    cells.record('v', sampling_interval=.5)
    sim.run(.7)
    cells.get_data(clear=True)
    sim.run(2.)
    found = cells.get_data().segments[0].analogsignals[0]
    assert float(found.t_start) == pytest.approx(.7) and (found.magnitude == every[7:28:5]).all()


def test_record_later():
    """Before a cell is recorded its samples are NaN."""
    cells = sim.Population(2, sim.Izhikevich())
    cells[0:1].record('v')
    sim.run(1.)
    cells.record('v')
    sim.run(1.)
    v = signal(cells)
    assert v.shape == (21, 2) and not np.isnan(v[:, 0]).any()
    assert np.isnan(v[:10, 1]).all() and (v[10:, 1] == v[10:, 0]).all()


def test_record_none():
    cells = sim.Population(7, sim.Izhikevich())
    cells[3:4].record('v')
    sim.run(1.)
    sim.reset()
    cells.record(None)
    cells[4:5].record('v')
    sim.run(1.)
    channels = [x.analogsignals[0].array_annotations['channel_index'].tolist() for x in cells.get_data().segments]
    assert channels == [[3], [4]]


def test_record_none_and_another_interval():
    """Samples of another interval than those of before stand at their own times."""
    cells = sim.Population(2, sim.Izhikevich(i_offset=.01))
    cells.record('v')
    sim.run(6.)
    fine = signal(cells)
    sim.setup(timestep=DT)
    cells = sim.Population(2, sim.Izhikevich(i_offset=.01))
    cells.record(['v', 'spikes'])
    sim.run(2.)
    cells.record(None)
    cells.record('v', sampling_interval=.5)
    sim.run(4.)
    v = signal(cells)
    assert v.shape == (13, 2) and np.isnan(v[:4]).all() and (v[4:] == fine[20::5]).all()
    cells.record(None)
    with pytest.raises(ValueError):
        cells.record('v', sampling_interval=.25)
    assert not cells.recorder.recorded and cells.recorder.sampling_interval == .5  # nothing has changed


def test_write_data(tmp_path):
    cells = sim.Population(2, sim.Izhikevich(i_offset=.01))
    cells.record(['v', 'spikes'])
    sim.run(30.)
    name = str(tmp_path / 'data.pkl')
    cells.write_data(name, annotations={'script_name': 'mine'})
    with open(name, 'rb') as file:
        block = pickle.load(file)
    assert block.annotations['script_name'] == 'mine'
    assert (block.segments[0].analogsignals[0].magnitude == signal(cells)).all()
    sim.record('v', cells, str(tmp_path / 'v.pkl'))
    sim.end()
    assert (tmp_path / 'v.pkl').exists()


def test_trouble():
    """A neuron in trouble is libizh's own error; what was recorded until then is there."""
    cells = sim.Population(2, sim.IzhikevichNormal(i_offset=[0., 1e9]))
    cells.record('v')
    with pytest.raises(izh.IzhError):
        sim.run(5.)
    assert len(signal(cells)) > 1
    for most, error in ((0., True), (1e3, False)):
        sim.setup(max_spikes_per_ms=most)
        cells = sim.Population(1, sim.Izhikevich(i_offset=2.))
        cells.record('spikes')
        try:
            sim.run(2.)
            assert not error and len(trains(cells)[0]) > 8
        except izh.IzhError:
            assert error


# ---- the same as izh.Network, and as PyNN's own scripts ----


@pytest.mark.parametrize('kind', pynn_twins.KINDS)
def test_same_bits(kind):
    cells, net = pynn_twins.by_pynn(300, kind), pynn_twins.by_hand(300, kind)
    cells.record('spikes')
    cells[:5].record('v')
    v = net.neurons.record(np.arange(5), 2000)
    spikes = net.run(200)
    sim.run(200)
    assert sim.get_network().hash == net.hash and len(spikes) > 300
    assert (signal(cells)[1:] == v['v']).all()
    for k, train in enumerate(trains(cells)):
        assert (train == spikes['t'][spikes['i'] == k]).all()


SCRIPT = '''
from pyNN.utility import get_simulator
sim, options = get_simulator()
sim.setup(timestep=.05, min_delay=1.)
neurons = sim.Population(3, sim.Izhikevich(a=.02, b=.2, c=-65, d=6, i_offset=[.014, 0., 0.]))
source = sim.Population(1, sim.SpikeSourceArray(spike_times=[10. + k for k in range(41)]))
sim.Projection(source, neurons[1:2], sim.OneToOneConnector(), sim.StaticSynapse(weight=3., delay=1.),
               receptor_type='excitatory')
electrode = sim.DCSource(start=2., stop=92., amplitude=.014)
electrode.inject_into(neurons[2:3])
neurons.record(['v', 'spikes'])
neurons.initialize(v=-70., u=-14.)
sim.run(100.)
print([len(train) for train in neurons.get_data().segments[0].spiketrains], options.simulator)
'''


def test_main(tmp_path):
    """python3 -m izh.pynn runs a script that asks PyNN for a simulator by name."""
    (tmp_path / 'script.py').write_text(SCRIPT)
    done = subprocess.run([sys.executable, '-m', 'izh.pynn', str(tmp_path / 'script.py'), 'izh'],
                          capture_output=True, text=True)
    counts = eval(done.stdout.partition(']')[0] + ']')
    assert done.returncode == 0 and done.stdout.endswith('izh\n'), done.stderr
    assert counts[0] == counts[2] + 1 or counts[0] == counts[2] and min(counts) > 2


def test_without_pynn():
    """izh needs no PyNN; izh.pynn says that it does."""
    code = ('import sys; sys.modules["pyNN"] = None\nimport izh\n'
            'try:\n    import izh.pynn\nexcept ImportError as error:\n    print(error)')
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
    assert 'needs PyNN 0.10 or newer' in done.stdout, done.stderr


# ---- the documentation ----


def test_page():
    """The program of docs/pynn.md."""
    page = (SOURCE / 'docs/pynn.md').read_text()
    program, = re.findall(r'^```python\n(.*?)^```$', page, re.M | re.S)
    found = {}
    exec(program, found)
    data = found['data']
    assert len(data.spiketrains) == 100 and data.analogsignals[0].shape == (10001, 100)
    assert 2 < np.mean([len(train) for train in data.spiketrains]) < 100


def test_table():
    """Each "yes" of the table in docs/pynn.md names tests of this file, and each test is named there."""
    rows = re.findall(r'^\| (.+?) \| (yes|no)\b(.*?) \| (.*?) \|$', (SOURCE / 'docs/pynn.md').read_text(), re.M)
    named = set()
    for what, supported, _, tests in rows:
        found = re.findall(r'`(\w+)`', tests)
        assert found or supported == 'no', what
        named.update(found)
    have = {name[5:] for name in globals() if name.startswith('test_')} - {'table'}
    assert named == have
