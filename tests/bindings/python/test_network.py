import copy
import gc
import inspect
import math
import os
import pathlib
import pickle
import queue
import re
import threading

import numpy as np
import pytest

import izh
from izh import _network

SOURCE = pathlib.Path(os.environ['IZH_SOURCE'])
RECEPTORS = {'ampa': izh.conductance(5, E=0), 'gaba': izh.current(6), 'kick': izh.jump(),
             'nmda': izh.conductance(100, E=0, rise=2, nmda=True, range=16), 'pulse': izh.current()}


def fails(text, call, kind=izh.InvalidError):
    with pytest.raises(kind) as caught:
        call()
    assert text in str(caught.value)
    return caught.value


def small(n=4, **options):
    """A few neurons at rest, which do nothing by themselves."""
    net = izh.Network(n, **{'dt': .1, 'receptors': RECEPTORS, 'sources': 3, **options})
    net.neurons.set_state(-70, -14)
    return net


# ---- the same bits as from C ----


def golden():
    text = (SOURCE / 'tests/determinism/test_network_languages.c').read_text()
    return re.search(r'GOLDEN = \{0x(\w+), 0x(\w+), (\d+)\}', text).groups()


def weights_of(pairs, weight, weights, delay, delays):
    i = np.arange(len(pairs[0]))
    return (*pairs, weight * (1 + i % weights), .1 * (delay + i % delays))


def languages(**options):
    """tests/determinism/test_network_languages.c's network."""
    receptors = {name: RECEPTORS[name] for name in ('ampa', 'gaba', 'kick', 'nmda')}
    net = izh.Network(100, dt=.1, noise_sigma=2, seed=7, sources=20, receptors=receptors, **options)
    sources = range(100, 120)
    net.connect(*weights_of(izh.in_degree(80, 100, 10, 1), .125, 3, 5, 20), 'ampa')
    net.connect(*weights_of(izh.pairwise(range(80, 100), 100, .25, 2), -8, 1, 4, 1), 'gaba')
    net.connect(*izh.all_to_all(range(100, 105), 10), 2, 0, 'kick')
    net.connect(*weights_of(izh.in_degree(sources, 100, 2, 3), .25, 1, 10, 1), 'nmda')
    net.neurons.set_current(4)
    net.set_rates(50 + np.arange(20))
    net.set_background('ampa', 200, .25)
    net.send(1.05 + np.arange(5), np.arange(5))
    return net


@pytest.mark.parametrize('options', [{}, {'threads': 2, 'tile': 32, 'isa': 'scalar'},
                                     {'in_flight': 100000, 'send_capacity': 5}])
def test_golden_bits(options):
    at_50, at_100, count = golden()
    net = languages(**options)
    spikes = len(net.run(20)) + len(net.run(50))
    assert net.hash == int(at_50, 16)
    ampa = net.synapses[0]
    ampa.weight = ampa.weight / 2
    spikes += len(net.run(100))
    assert (net.hash, spikes) == (int(at_100, 16), int(count))


# ---- time ----


def test_a_spike_travels():
    """A jump beyond the peak spikes at the tick at which it arrives, and counts at the next."""
    net = small()
    net.connect([4, 0, 1], [0, 1, 2], 200, [.5, 0, 1.2], 'kick')
    net.send(2, 0)
    spikes = net.run(10)
    assert spikes['i'].tolist() == [0, 1, 2]
    assert spikes['t'] == pytest.approx([2 + .5, 2.5 + .1 + 0, 2.6 + .1 + 1.2])
    assert net.time == 10 and net.dt == .1 and net.neurons.spikes is spikes


def test_what_is_sent_between_ticks_counts_at_the_next():
    net = small()
    net.connect(4, 0, 200, 0, 'kick')
    net.send([3.41, 7], 0)
    assert net.run(20)['t'] == pytest.approx([3.5, 7])


def test_a_pulse_is_a_current_for_one_tick():
    net, alone = small(), izh.Population(4, dt=.1)
    net.connect(5, [1, 3], 12.5, .3, 'pulse')
    net.send(1, 1)
    net.run(5)
    alone.set_state(-70, -14)
    for t, I in (1.3, 0), (1.4, [0, 125, 0, 125]), (5, 0):
        alone.set_current(I)
        alone.run(round(t / .1) * alone.dt)
    assert net.neurons.hash == alone.hash and net.input('pulse').tolist() == [0] * 4


def test_receptors_decay():
    net = small()
    for name, weight in ('ampa', 2), ('gaba', -3), ('nmda', 1):
        net.connect(4, 0, weight, 0, name)
    net.send(0, 0)
    net.run(10)
    peak = math.exp(-10 / 100) - math.exp(-10 / 2)
    t = 100 * 2 / (100 - 2) * math.log(100 / 2)
    top = math.exp(-t / 100) - math.exp(-t / 2)
    expected = {'ampa': 2 * math.exp(-2), 'gaba': -3 * math.exp(-10 / 6), 'nmda': peak / top}
    for name, value in expected.items():
        assert net.input(name) == pytest.approx([value, 0, 0, 0], rel=1e-7)
        assert net.input(name, first=1).tolist() == [0] * 3
    assert net.input('kick', count=2).tolist() == [0, 0]


def test_rates_and_background():
    net = small(200, sources=200)
    net.connect(np.arange(200, 400), np.arange(200), 1e-6, 0, 'gaba')
    net.set_rates(np.full(100, 1000.), first=100)
    net.set_background('ampa', 500, np.full(50, 1e-6), count=50)
    net.run(5)
    driven, background = net.input('gaba'), net.input('ampa')
    assert not driven[:100].any() and (driven[100:] > 0).sum() > 80
    assert not background[50:].any() and (background[:50] > 0).sum() > 30
    net.set_rates(0)
    net.set_background('ampa', 0, 1)
    before = net.input('gaba')
    net.run(6)
    assert net.input('gaba') == pytest.approx(before * math.exp(-1 / 6), rel=1e-6)


# ---- synapses ----


def test_synapses_are_in_one_order():
    net = small()
    s = net.connect([2, 0, 0, 1], [1, 3, 2, 0], [.5, 1, 2, 3], [.2, .1, .1, 0], 'ampa')
    assert len(s) == 4 and s.group == 0 and isinstance(s, izh.Synapses)
    assert s.source.tolist() == [0, 0, 1, 2] and s.target.tolist() == [2, 3, 0, 1]
    assert s.delay == pytest.approx([.1, .1, 0, .2]) and s.weight.tolist() == [2, 1, 3, .5]
    for array in s.source, s.target, s.delay, s.weight:
        with pytest.raises(ValueError):
            array[0] = 1
    s.weight = 3
    assert s.weight.tolist() == [3] * 4
    s.weight = [4, 3, 2, 0]
    assert s.weight.tolist() == [4, 3, 2, 0]
    for bad, text in (([1, 2], '2 weights for 4 synapses'), (2000, 'weight = 2000'),
                      ([1, 1, -1, 1], 'weights[2], for number 2 of the group: weight = -1'), (math.nan, 'weight'),
                      (1e-12, 'round to 0')):
        fails(text, lambda: setattr(s, 'weight', bad))
    assert s.weight.tolist() == [4, 3, 2, 0]
    for name in 'source', 'target', 'delay', 'group', 'x':
        with pytest.raises(AttributeError):
            setattr(s, name, 1)
    fails('was built by ', lambda: net.connect(0, 1, 1, 0, 'ampa'))


def test_arrays_broadcast():
    net = small()
    s = net.connect(np.arange(2)[:, None], np.arange(4), [1, 2, 3, 4], 1, 'ampa')
    t = net.connect(0, 1, 1, receptor='gaba')
    none = net.connect([], [], 1, 1, 'ampa')
    assert (len(s), len(t), len(none)) == (8, 1, 0)
    assert s.weight.tolist() == [1, 2, 3, 4] * 2 and t.delay.tolist() == [1]
    assert none.source.shape == none.weight.shape == (0,)
    none.weight = 1
    assert [each.group for each in net.synapses] == [0, 1, 2]
    assert repr(s) == '<izh.Synapses: 8 of group 0>' and '9 synapses' in repr(net)


def test_many_are_read_in_parts(monkeypatch):
    monkeypatch.setattr(_network, '_PART', 7)
    net = small(30)
    s = net.connect(*izh.all_to_all(30, 30), 1, 0, 'ampa')
    assert np.array_equal(s.source, np.repeat(np.arange(30), 30))
    assert np.array_equal(s.target, np.tile(np.arange(30), 30))


def test_delays_are_whole_ticks():
    net = small()
    s = net.connect(0, 1, 1, np.arange(1000) * .1, 'ampa')
    u = net.connect(0, 1, 1, [.16, .1 + .2, .34, .26], 'gaba', round=True)
    assert s.delay == pytest.approx(np.arange(1000) * .1)
    assert u.delay / .1 == pytest.approx([2, 3, 3, 3])
    net = small()
    for delay, text in ((.25, 'delay = 0.25 ms is no multiple of dt = 0.1 ms; round=True'),
                        (.0015, '0.0015 ms is no multiple of dt = 0.1 ms, and nearer to 0: delay is in ms'),
                        ([0, .1, .13], 'delay[2] = 0.13 ms'), (-.1, 'delay = -0.1 ms is not 0 or more'),
                        ([[1, math.nan]], 'delay[0, 1] = nan ms'), (math.inf, 'more than 65535 ticks'),
                        (6553.6, 'more than 65535 ticks'), (.1 + 1e-15, 'no multiple')):
        fails(text, lambda: net.connect(0, 1, 1, delay, 'ampa'))
    assert len(net.connect(0, 1, 1, 6553.5, 'ampa')) == 1
    ties = net.connect(0, 1, 1, [.05, .25, .15], 'ampa', round=True)
    assert ties.delay / .1 == pytest.approx([0, 1, 2])


def test_wrong_synapses():
    net = small()
    for arguments, text in (
            ((7, 0, 1), 'source = 7 is not in 0 ... 6'), ((-1, 0, 1), 'source = -1'),
            (([0, 1, 7], 0, 1), 'source[2] = 7'), ((0, [0, 4], 1), 'target[1] = 4 is not in 0 ... 3'),
            ((0, 1 << 40, 1), 'target = 1099511627776'), ((0, 0, [1, 1, -1]), 'weight[2] = -1.0: a conductance'),
            ((0, 0, math.nan), 'weight = nan: must be a number'), ((0, 0, 1024), "range, 1024"),
            ((0, 0, [[1, 1024 - 2 ** -23]]), 'weight[0, 1] = 1023.99'), ((0, 0, 1e308), 'weight = 1e+308'),
            ((0, 0, math.inf), 'weight = inf'), ((0, 0, 1e-10), 'would round to 0'),
            ((0, 0, [1, 1e-10]), "weight[1] = 1e-10: would round to 0"),
            ((0, 0, 1e-10), "receptor 'ampa' has range 1024: choose a smaller one"),
            ((0, 0, 2 ** -22), 'multiples of 4.76837158203125e-07'),
            (([0, 1], [0, 1, 2], 1), 'source (2,), target (3,)')):
        fails(text, lambda: net.connect(*arguments, 1, 'ampa'))
    for arguments in ((.5, 0, 1), ('x', 0, 1), ([True], 0, 1), (0, [0.], 1), (0, 0, 'x'), (0, 0, None),
                      (0, 0, 1j), (np.ma.masked_array([1, 2]), 0, 1)):
        with pytest.raises(TypeError):
            net.connect(*arguments, 1, 'ampa')
    fails("receptor = 'x' is none of ampa, gaba", lambda: net.connect(0, 0, 1, 1, 'x'))
    fails('receptor is missing; there are ampa, gaba', lambda: net.connect(0, 0, 1))
    fails('receptor is missing; there are none', lambda: izh.Network(3).connect(0, 0, 1))
    fails('', lambda: net.connect(0, 0, 1, 1, 3), TypeError)
    pairs = izh.pairwise(4, 4, .5, seed=1)
    fails('unpack it, connect(*pairs,', lambda: net.connect(pairs, .1, 1.5, receptor='ampa'), TypeError)
    assert net.synapses == ()
    s, unit = net.connect(0, 0, .7 * 2 ** -21, 1, 'ampa'), 2 ** -21
    assert len(s) == 1 and s.group == 0 and s.weight == unit and len(net.synapses) == 1
    edges = [-.7, .51, 1.5, 2.5, -2 ** 31 + 1]
    t = small().connect(0, 0, np.array(edges) * unit, 1, 'kick')
    assert sorted(t.weight / unit) == sorted([-1, 1, 2, 2, -2 ** 31 + 1])
    only = izh.Network(3, receptors={'a': izh.jump()})
    assert len(only.connect(0, 1, 2)) == 1


@pytest.mark.parametrize('bad', [{'weight': -1}, {'weight': math.nan}, {'weight': 1024},
                                 {'weight': 1e-10}, {'delay': .25}, {'source': 7}, {'target': 4},
                                 {'stp': izh.STP(2)}])
def test_what_is_refused_leaves_no_group(bad):
    """Not even where the next synapses have another receptor."""
    net, twin = small(), small()
    with pytest.raises(izh.IzhError):
        net.connect(**{'source': 0, 'target': 1, 'weight': 1, 'receptor': 'ampa', **bad})
    for each in net, twin:
        assert each.connect(0, 1, 1, receptor='gaba').group == 0
        assert each.connect(1, 2, 1, receptor='ampa').group == 1
    assert len(net.synapses) == 2 and net.hash == twin.hash and net.save() == twin.save()


def test_without_memory_a_group_waits(monkeypatch):
    net = small()
    with monkeypatch.context() as patch:
        patch.setattr(_network._c.lib, 'izh_network_connect', lambda *_: -2)
        with pytest.raises(izh.OutOfMemoryError):
            net.connect(0, 1, 1, receptor='ampa')
    assert net.connect(0, 1, 1, receptor='ampa').group == 0


# ---- who with whom ----


def test_all_to_all():
    source, target = izh.all_to_all(range(4, 6), 3)
    assert source.tolist() == [4, 5] * 3 and target.tolist() == [0, 0, 1, 1, 2, 2]
    assert izh.all_to_all([7], np.array([2, 1]))[1].tolist() == [2, 1]
    assert izh.all_to_all(0, 5)[0].shape == (0,)


def test_in_degree():
    source, target = izh.in_degree(50, 100, 20, 3)
    assert target.tolist() == np.repeat(np.arange(100), 20).tolist()
    assert source.min() >= 0 and source.max() == 49 and len(np.unique(source)) == 50
    some = izh.in_degree(range(50), [70, 71, 5, 72], 20, 3)
    rows = source.reshape(100, 20)
    assert np.array_equal(some[0].reshape(4, 20), rows[[70, 71, 5, 72]])
    assert np.array_equal(some[1], np.repeat([70, 71, 5, 72], 20))
    shifted = izh.in_degree(range(100, 200, 2), 100, 20, 3)
    assert np.array_equal(shifted[0], 100 + 2 * source)
    assert not np.array_equal(izh.in_degree(50, 100, 20, 4)[0], source)
    counts = np.bincount(izh.in_degree(10, 1000, 100, 1)[0])
    assert ((counts - 1e4) ** 2 / 1e4).sum() < 27.9  # chi-squared, 9 degrees of freedom, p = .001


def test_pairwise():
    source, target = izh.pairwise(300, 200, .1, 5)
    assert abs(len(source) - 6000) < 5 * math.sqrt(6000 * .9)
    assert len({*zip(source.tolist(), target.tolist())}) == len(source)
    assert np.array_equal(np.lexsort((source, target)), np.arange(len(source)))
    some = izh.pairwise(range(1000, 1300), range(50, 80), .1, 5)
    here = (target >= 50) & (target < 80)
    assert np.array_equal(some[0], 1000 + source[here]) and np.array_equal(some[1], target[here])
    assert len(izh.pairwise(3, 4, 1, 1)[0]) == 12 and len(izh.pairwise(3, 4, 0, 1)[0]) == 0
    assert len(izh.pairwise(3, 0, .5, 1)[0]) == 0


def test_wrong_members():
    for call, text in ((lambda: izh.all_to_all(-1, 3), 'a = -1'),
                       (lambda: izh.all_to_all(3, [1, -2]), 'b[1] = -2'),
                       (lambda: izh.in_degree(3, [[1]], 1, 1), 'b must have 1 dimension'),
                       (lambda: izh.in_degree(0, 3, 1, 1), 'a is empty'),
                       (lambda: izh.in_degree(3, 3, -1, 1), 'k = -1'),
                       (lambda: izh.in_degree(3, 3, 1, -1), 'seed = -1'),
                       (lambda: izh.pairwise(3, 3, 1.5, 1), 'p = 1.5'),
                       (lambda: izh.pairwise(3, 3, math.nan, 1), 'p = nan')):
        fails(text, call)
    for call in (lambda: izh.all_to_all(1.5, 3), lambda: izh.all_to_all(3, [.5]),
                 lambda: izh.in_degree(3, 3, 1.5, 1), lambda: izh.pairwise(3, 3, 'x', 1)):
        with pytest.raises(TypeError):
            call()


# ---- making one ----


def test_receptors():
    assert izh.conductance(5, 0) == izh.Receptor('conductance', 5, 0, 0, False, 0)
    assert izh.current(6) == izh.Receptor('current', 6) and izh.jump(2).range == 2
    net = small()
    assert dict(net.receptors) == RECEPTORS and list(net.receptors) == list(RECEPTORS)
    for receptor, text in ((izh.conductance(-1, 0), 'tau = -1'),
                           (izh.conductance(5, math.nan), 'E = nan'),
                           (izh.conductance(5, 0, rise=5), 'rise = 5'), (izh.jump(range=3), 'range = 3'),
                           (izh.Receptor('x'), "kind = 'x'")):
        error = fails(text, lambda: small(receptors={'good': izh.jump(), 'bad': receptor}))
        assert str(error).startswith("receptors['bad']")
    for bad in [izh.jump()], {'a': 3}, {3: izh.jump()}, 'x':
        with pytest.raises(TypeError):
            small(receptors=bad)
    with pytest.raises(TypeError):
        izh.conductance('x', 0)
    fails('receptor_count = 9', lambda: small(receptors={str(k): izh.jump() for k in range(9)}))


def test_a_receptor_in_seconds_is_warned_of():
    with pytest.warns(izh.IzhWarning, match=r"receptors\['b'\]: tau = 0.005 ms is below dt = 0.1 ms") as caught:
        izh.Network(3, receptors={'a': izh.jump(), 'b': izh.current(.005), 'c': izh.current(.1)})
    assert len(caught) == 1 and caught[0].filename == __file__


def test_what_is_the_neurons_is_named():
    net = small()
    for name in 'set_current', 'set_params', 'state', 'record', 'spikes', 'on_current':
        fails(f'use net.neurons.{name}', lambda: getattr(net, name), AttributeError)
    for name in 'connected', '_n', '__array__':
        assert 'use' not in str(fails(f"a network has no '{name}'", lambda: getattr(net, name), AttributeError))
    assert not hasattr(net, 'record') and pickle.loads(pickle.dumps(net)).n == 4


def test_built_is_what_connect_says():
    net = small()
    net.run(1)
    fails('connect: the network was built by run', lambda: net.connect(0, 1, 1, receptor='ampa'))


def test_wrong_arguments():
    for options, text in (({'n': -1}, 'n = -1'), ({'sources': -1}, 'sources = -1'),
                          ({'neurons': 3}, 'neurons = 3'), ({'in_flight': -1}, 'in_flight'),
                          ({'send_capacity': 1 << 64}, 'send_capacity'), ({'dt': -1}, 'dt'),
                          ({'neurons': 9}, 'exchange'), ({'method': 'x'}, 'method'),
                          ({'max_spikes_per_ms': 3e4}, 'max_spikes_per_ms')):
        fails(text, lambda: small(**{'n': 4, **options}))
    with pytest.raises(NotImplementedError):
        izh.Network(3, 'dopri5')
    for options in {'sources': 1.5}, {'exchange': 3}, {'neurons': 'x'}, {'seed': None}:
        with pytest.raises(TypeError):
            small(**options)


def test_arguments_are_the_populations_and_more():
    population = list(inspect.signature(izh.Population).parameters.values())
    network = list(inspect.signature(izh.Network).parameters.values())
    assert network[:len(population)] == population
    assert [x.name for x in network[len(population):]] == [
        'receptors', 'sources', 'neurons', 'in_flight', 'send_capacity', 'exchange']


def test_wrong_input():
    net = small()
    for call, text in ((lambda: net.send(1, 3), 'i = 3 is not in 0 ... 2'),
                       (lambda: net.send(-1, 0), 't = -1'), (lambda: net.send([1, math.nan], 0), 't = nan'),
                       (lambda: net.send([1, 2], [0, 1, 2]), 't has shape (2,), i has (3,)'),
                       (lambda: net.send([1.] * 256, 0), '255'),
                       (lambda: net.set_rates(-1), 'hz'), (lambda: net.set_rates(1e6), 'hz'),
                       (lambda: net.set_rates([1, 2]), '2 rates for 3 sources: give count=2'),
                       (lambda: net.set_rates(1, first=4), 'first = 4, but sources = 3'),
                       (lambda: net.set_background('x', 1, 1), "receptor = 'x'"),
                       (lambda: net.set_background('ampa', 1, -1), 'weight = -1'),
                       (lambda: net.set_background('ampa', [1, 2], [1]), 'hz has 2 values, weight has 1'),
                       (lambda: net.set_background('ampa', [1, 2], 1), '2 rates for 4 neurons'),
                       (lambda: net.set_background('ampa', 1, 1, first=5), 'first = 5, but n = 4'),
                       (lambda: net.input('x'), "receptor = 'x'"),
                       (lambda: net.input('ampa', first=2, count=3), 'first = 2 and count = 3'),
                       (lambda: net.run(.05), 't_end = 0.05'), (lambda: net.run(-1), 't_end')):
        fails(text, call)
    for call in (lambda: net.send('x', 0), lambda: net.send(1, .5), lambda: net.set_rates('x'),
                 lambda: net.run('x'), lambda: net.load(3), lambda: net.set_background(3, 1, 1)):
        with pytest.raises(TypeError):
            call()
    assert net.time == 0 and 't_end' in net.message
    full = small(send_capacity=2)
    full.send(1, [0, 1])
    with pytest.raises(izh.OutOfMemoryError):
        full.send(1, 2)
    with pytest.raises(AttributeError, match=r'net.neurons.set_current\(I\)'):
        net.I = 3
    with pytest.raises(AttributeError, match='which takes it'):
        net.neurons = 3


def test_weights_are_read_and_set_in_parts():
    net = small(4)
    s = net.connect(np.arange(2)[:, None], np.arange(4), [1, 2, 3, 4], 1, 'ampa')
    assert s.get_weights(3, 2).tolist() == [4, 1] and s.get_weights(6).tolist() == [3, 4]
    s.set_weights([7, 8], 3)
    s.set_weights(.5, 6, 1)
    assert s.weight.tolist() == [1, 2, 3, 7, 8, 2, .5, 4] == s.get_weights().tolist()
    fails('first = 7 and count = 2, but synapses = 8', lambda: s.get_weights(7, 2))
    fails('2 weights for 8 synapses', lambda: s.set_weights([1, 1]))
    fails('weights[1], for number 3 of the group: weight = -1', lambda: s.set_weights([1, -1], 2))
    assert s.weight.tolist() == [1, 2, 3, 7, 8, 2, .5, 4]
    part = izh.Network(3, first=5, neurons=9, receptors=net.receptors,
                       exchange=lambda mine: mine)
    assert part.first == 5 and net.first == 0


def test_no_room_in_flight_ends_the_run():
    net = small(100, in_flight=10)
    net.connect(np.arange(100), np.arange(100), 1e-6, 50, 'gaba')
    net.neurons.set_current(20)
    with pytest.raises(izh.OutOfMemoryError) as caught:
        net.run(1000)
    assert 0 < net.time < 100 and len(caught.value.spikes) <= 10
    time = net.time
    with pytest.raises(izh.OutOfMemoryError):
        net.run(1000)
    assert net.time == time


# ---- its neurons ----


def test_the_neurons_are_a_population(rs):
    net = small()
    p = net.neurons
    assert isinstance(p, izh.Population) and p is net.neurons and len(p) == net.n == 4
    p.set_params([rs] * 4)
    p.set_current([0, 10, 20, 30])
    recording, parts, asked = p.record([0, 3], 20), [], []
    p.on_spikes(parts.append)
    p.on_current(lambda t, first, count: asked.append(t) if t < 1 else None)
    assert len(net.run(50)) == 0 and p.time == net.time == 50
    assert len(np.concatenate(parts)) > 5 and len(asked) == 10 and p.recorded == 20
    assert not np.isnan(recording['v']).any()
    p.on_spikes(None)
    assert len(net.run(100)) > 5 and p.state().shape == (4,)
    for call in lambda: p.run(200), p.close, lambda: p.load(p.save()):
        fails("a network's", call, izh.BusyError)
    for call in lambda: pickle.dumps(p), lambda: copy.copy(p), lambda: p.__init__():
        fails("a network's", call, TypeError)
    assert p.trouble_count == 0 and net.time == 100
    net.close()
    assert p.closed and net.closed
    for call in (lambda: p.run(1), p.state, p.close, lambda: p.hash, lambda: p.set_current(1), p.save,
                 lambda: p.load(b'')):
        fails('the network is closed', call)
    assert 'closed' in repr(p)


def test_the_neurons_keep_the_network(calls):
    def alive():
        return sum(name == 'izh_network_destroy' for name, _ in calls.alive)
    gc.collect()
    before = alive()
    p = small().neurons
    recording = p.record([0], 10)
    assert alive() == before + 1 and p.state().shape == (4,)
    del p
    assert alive() == before and np.isnan(recording['v']).all()
    net = small()
    s = net.connect(0, 1, 1, 1, 'ampa')
    del net
    assert len(s) == 1 and alive() == before + 1  # no cycle: it goes with the last reference
    del s
    assert alive() == before


def test_trouble():
    net = small()
    net.connect(0, [1, 2], 1, 1, 'ampa')
    net.neurons.set_current([10, 1e150, 10, 10])
    error = fails('neuron 1', lambda: net.run(50), izh.DivergedError)
    assert net.time == 50 and net.neurons.trouble_count == 1 and set(error.spikes['i']) == {0, 2, 3}
    assert len(net.run(100))


def test_closed():
    with small() as net:
        s = net.connect(0, 1, 1, 1, 'ampa')
        net.run(1)
    net.close()
    for call in (lambda: net.run(2), lambda: net.neurons, lambda: net.time, lambda: net.hash, net.save,
                 net.build, lambda: net.connect(0, 1, 1, 1, 'ampa'), lambda: net.send(3, 0),
                 lambda: net.set_rates(1), lambda: net.set_background('ampa', 1, 1), lambda: net.message,
                 lambda: net.input('ampa'), lambda: net.load(b''), lambda: net.synapses, lambda: len(s),
                 lambda: s.weight, lambda: s.source, lambda: setattr(s, 'weight', 1), lambda: net.dt,
                 lambda: copy.copy(net), lambda: copy.copy(s)):
        fails('the network is closed', call)
    assert repr(net) == '<izh.Network: closed>' and 'closed' in repr(s)


def test_a_second_init_makes_another():
    net = small()
    s, p = net.connect(0, 1, 1, 1, 'ampa'), net.neurons
    net.__init__(7, 'rk4')
    assert repr(net) == '<izh.Network: 7 neurons, 0 sources, 0 synapses, rk4 at 0 ms>'
    assert len(net.neurons) == 7 and p.closed
    fails('closed', lambda: len(s))
    fails('closed', p.state)
    fails('dt', lambda: net.__init__(3, dt=-1))
    assert net.n == 7
    broken = izh.Network.__new__(izh.Network)
    broken.close()
    fails('closed', lambda: broken.run(1))


# ---- callbacks ----


@pytest.mark.parametrize('name', ['current', 'spikes'])
def test_busy_inside_a_callback(rs, name):
    net = small()
    s = net.connect([0, 1], [1, 2], 1, 1, 'ampa')
    blob, done = net.save(), []

    def fn(*_):
        if done:
            return
        p = net.neurons
        for call in (lambda: net.run(30), net.close, net.build, lambda: net.load(blob),
                     lambda: net.connect(0, 1, 1, 1, 'ampa'), lambda: net.send(40, 0),
                     lambda: net.set_rates(1), lambda: net.set_background('ampa', 1, 1),
                     lambda: setattr(s, 'weight', 1), lambda: net.__init__(3),
                     lambda: fails('or use on_current', lambda: p.set_current(1), izh.BusyError) and p.set_current(1),
                     lambda: p.set_params(rs), lambda: p.on_spikes(None),
                     lambda: p.run(50), p.close):
            with pytest.raises(izh.BusyError):
                call()
        gc.collect()
        assert net.hash and net.time >= 0 and net.input('ampa').shape == p.state().shape == (4,)
        assert len(s) == 2 and s.weight.tolist() == [1, 1] and s.source.tolist() == [0, 1]
        done.append(1)
    net.neurons.set_current(20)
    getattr(net.neurons, 'on_' + name)(fn)
    net.run(10)
    assert net.time == 10 and done


def test_callbacks_stop_and_raise():
    net = small()
    net.neurons.set_current(20)
    net.neurons.on_spikes(lambda spikes: izh.STOP)
    net.run(1000)
    assert 0 < net.time < 1000
    for wrong, error in ((lambda spikes: 3), TypeError), ((lambda spikes: 1 / 0), ZeroDivisionError):
        net.neurons.on_spikes(wrong)
        with pytest.raises(error) as caught:
            net.run(1000)
        assert len(caught.value.spikes) == 0
    net.neurons.on_spikes(None)
    net.neurons.on_current(lambda t, first, count: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        net.run(1000)


def test_another_thread_gets_an_error():
    net, said = small(), []

    def fn(t, first, count):
        def body():
            for call in (lambda: net.run(9), lambda: net.hash, lambda: net.neurons.state(), net.close,
                         lambda: net.neurons.hash):
                try:
                    call()
                except izh.BusyError as error:
                    said.append(str(error))
        thread = threading.Thread(target=body)
        thread.start()
        thread.join()
    net.neurons.on_current(fn)
    net.run(.1)
    assert len(said) == 5 and all('another thread' in x for x in said)


def test_control_c_is_heard_between_chunks():
    import _thread
    net = small(20000)
    net.connect(np.arange(20000), np.arange(20000), .01, 1, 'gaba')
    net.neurons.set_current(10)
    timer = threading.Timer(.3, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt) as caught:
        net.run(1e6)
    assert net.time > 0 and (caught.value.spikes['t'] <= net.time).all()
    net.run(net.time + net.dt)


def test_collection_in_the_middle_of_a_run():
    holder = {'net': small()}
    holder['net'].neurons.set_current(20)

    def fn(spikes):
        holder.clear()
        gc.collect()
        small().run(1)
    holder['net'].neurons.on_spikes(fn)
    holder['net'].run(50)
    assert not holder


# ---- slices ----


def in_slices(make, t_ends):
    """Two slices, each with a thread of its own; their networks and spikes."""
    boxes = [queue.Queue(), queue.Queue()]
    results = [None, None]

    def body(k):
        def exchange(mine):
            boxes[1 - k].put(mine)
            return np.concatenate([boxes[k].get(timeout=60), mine])
        try:
            net = make(first=50 * k, exchange=exchange)
            results[k] = net, np.concatenate([net.run(t) for t in t_ends[k]])
        except BaseException as error:
            results[k] = error
            boxes[1 - k].put(None)
    threads = [threading.Thread(target=body, args=(k,)) for k in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def layered(n, first=0, **options):
    net = izh.Network(n, dt=.1, first=first, seed=3, noise_sigma=1, sources=10, neurons=100,
                      receptors=RECEPTORS, **options)
    source, target = izh.in_degree(100, range(first, first + n), 20, 1)
    net.connect(source, target - first, .25, .3 + .1 * (source % 7), 'ampa')
    net.connect(*izh.all_to_all(range(100, 110), n), 2, 0, 'kick')
    net.set_rates(100)
    net.neurons.set_current(4 + np.arange(first, first + n) * .05)
    return net


def test_slices_are_the_whole():
    whole = layered(100)
    spikes = whole.run(60)
    parts = in_slices(lambda **options: layered(50, **options), [(60,), (7, 33.3, 60)])
    assert len(spikes) > 200
    assert sum(net.hash for net, _ in parts) % 2**64 == whole.hash
    assert sorted([(t, i + net.neurons._arguments['first']) for net, train in parts
                   for t, i in train.tolist()]) == sorted(spikes.tolist())


def test_an_exchange_that_fails():
    def raising(mine):
        raise ZeroDivisionError
    for exchange, error in ((raising, ZeroDivisionError), (lambda mine: 3, TypeError),
                            (lambda mine: None, TypeError), (lambda mine: [(1, 2)], TypeError),
                            (lambda mine: np.zeros((1, 1), izh.SENT), TypeError)):
        net = layered(50, exchange=exchange)
        s = net.synapses[0]
        for call in (net.build, net.save, lambda: net.run(1), lambda: s.weight, lambda: net.load(b''),
                     lambda: copy.copy(net)):
            with pytest.raises(error):
                call()
        assert net.time == 0 and len(net.connect(0, 1, 1, 1, 'ampa')) == 1
    far = np.zeros(1, izh.SENT)
    far['source'] = 1000
    fails('', lambda: layered(50, exchange=lambda mine: far).run(1))


def test_nothing_ends_inside_an_exchange():
    said = []

    def exchange(mine):
        for call in (net.close, lambda: net.run(1), net.build, lambda: net.__init__(3), lambda: net.hash,
                     lambda: net.neurons.time):
            with pytest.raises(izh.BusyError):
                call()
        said.append(len(mine))
        return mine
    net = izh.Network(10, dt=.1, exchange=exchange, receptors=RECEPTORS)
    net.connect(0, 1, 1, .1, 'ampa')
    net.build()
    assert len(said) == 2
    net.run(1)
    assert len(said) > 2


# ---- saving ----


def test_saved_is_resumed_bit_for_bit():
    net = languages()
    net.run(20)
    net.synapses[0].weight = net.synapses[0].weight * 2
    net.run(50)
    blob = net.save()
    other = languages()
    other.load(blob)
    others = [pickle.loads(pickle.dumps(net)), copy.copy(net), other]
    spikes = net.run(80)
    for other in others:
        assert other.time == 50 and np.array_equal(other.run(80), spikes)
        assert other.hash == net.hash and other.save() == net.save()
        for one, two in zip(other.synapses, net.synapses):
            for name in 'source', 'target', 'delay', 'weight':
                assert np.array_equal(getattr(one, name), getattr(two, name))


def test_twins_are_saved_in_their_order():
    net = small()
    s = net.connect([0, 0, 0], 1, [1, 2, 3], 0, 'ampa')
    s.weight = [3, 1, 2]
    again = pickle.loads(pickle.dumps((net, s)))
    assert again[1].weight.tolist() == [3, 1, 2] and again[1]._network is again[0]
    assert again[0].hash == net.hash


class Cells(izh.Network):
    pass


def exchange_alone(mine):
    return mine


def test_what_pickle_takes():
    cells = Cells(3, receptors={'a': izh.jump()}, exchange=exchange_alone)
    cells.layer = 4
    again = pickle.loads(pickle.dumps(cells))
    assert type(again) is Cells and again.layer == 4 and again.hash == cells.hash
    again.run(5)
    cells.neurons.on_spikes(print)
    with pytest.warns(UserWarning, match='functions'):
        pickle.dumps(cells)


def test_bad_blobs():
    net = small()
    net.connect(0, 1, 1, 1, 'ampa')
    blob = net.save()
    for bad in blob[:-1], b'', b'x' * 500, net.neurons.save():
        fails('', lambda: net.load(bad), izh.FormatError)
    other = small()
    other.connect(0, 2, 1, 1, 'ampa')
    fails('but not receptors, sources, groups, their order, or synapses', lambda: other.load(blob))
    fails('the blob has n = 4, method midpoint, f64, exact events; the population n = 5',
          lambda: small(n=5).load(blob))
    fails('the blob has dt = 0.1, first = 0, seed = 0; the network dt = 0.1, first = 0, seed = 7',
          lambda: small(seed=7).load(blob))
    fails('the network dt = 0.5', lambda: small(dt=.5).load(blob))
    fails('structure', lambda: small(sources=7).load(blob))
    fails('', lambda: izh.Population(4).load(blob), izh.FormatError)


def test_groups_have_an_order_and_synapses_have_none():
    def web(*receptors, turned=False):
        net = small(n=20, noise_sigma=5)
        source, target = izh.pairwise(20, 20, .4, seed=1)
        if turned:
            source, target = source[::-1], target[::-1]
        for receptor in receptors:
            net.connect(source, target, {'ampa': 2, 'gaba': 3}[receptor], receptor=receptor)
        net.neurons.set_current(8)
        return net, net.run(50)
    net, spikes = web('ampa', 'gaba')
    same, others = web('ampa', 'gaba', turned=True)
    assert same.hash == net.hash and np.array_equal(others, spikes) and len(spikes) > 20
    same.load(net.save())
    swapped, others = web('gaba', 'ampa')
    assert swapped.hash != net.hash and np.array_equal(others, spikes)
    fails('groups, their order', lambda: swapped.load(net.save()))
