"""Spikes and recordings that runs return."""
import copy
import pickle

import numpy as np
import pytest

import izh

N = 30


@pytest.fixture
def population():
    made = izh.Population(N, t0=50., seed=3, noise_sigma=4)
    made.set_current(np.linspace(0, 14, N))
    return made


@pytest.fixture
def spikes(population):
    return population.run(450)


def by_hand(spikes):
    """Trains by the plainest way."""
    return [[float(t) for t, i in zip(spikes['t'], spikes['i']) if i == k] for k in range(N)]


# ---- spikes ----

def test_a_run_returns_spikes_that_know_their_neurons_and_time(population, spikes):
    assert isinstance(spikes, np.ndarray) and type(spikes) is izh.Spikes and spikes.dtype == izh.SPIKE
    assert (spikes.n, spikes.t_start, spikes.t_stop, spikes.duration) == (N, 50, 450, 400)
    more = population.run(460)
    assert (more.t_start, more.t_stop) == (450, 460) and population.spikes is more
    assert type(spikes['t']) is np.ndarray and type(spikes['i']) is np.ndarray
    assert type(spikes[['t']]) is np.ndarray and isinstance(spikes[0], np.void)
    part = spikes[spikes['i'] < 5]
    assert type(part) is izh.Spikes and part.n == N and part.t_stop == 450
    assert type(spikes == spikes) is np.ndarray and (spikes == spikes).all()
    for again in copy.copy(spikes), copy.deepcopy(spikes), pickle.loads(pickle.dumps(spikes)):
        assert np.array_equal(again, spikes) and type(again) is izh.Spikes
        assert (again.n, again.t_start, again.t_stop) == (N, 50, 450)


def test_before_a_run_and_with_a_function_there_are_none(population):
    assert len(population.spikes) == 0 and population.spikes.n == N
    assert population.spikes.t_start == population.spikes.t_stop == 50
    got = []
    population.on_spikes(got.append)
    assert len(population.run(450)) == 0 and len(got[0]) > 0
    assert population.spikes.trains() == [pytest.approx([])] * N


def test_what_a_failed_run_leaves_knows_how_far_it_came(population):
    def fail(t, first, count):
        if t > 100:
            raise KeyError('enough')
    population.on_current(fail)
    with pytest.raises(KeyError) as error:
        population.run(450)
    assert error.value.spikes.t_start == 50 and error.value.spikes.t_stop == population.time < 450


def test_trains(spikes):
    trains = by_hand(spikes)
    assert len(spikes) > 100 and [] in trains
    assert [list(train) for train in spikes.trains()] == trains
    assert {i: list(t) for i, t in spikes.by_neuron().items()} == {
        i: train for i, train in enumerate(trains) if train}
    assert spikes.counts().tolist() == [len(train) for train in trains]
    assert spikes.rates() == pytest.approx([len(train) / .4 for train in trains])
    mixed = spikes[np.random.default_rng(1).permutation(len(spikes))]
    assert [list(train) for train in mixed.trains()] == trains


def test_intervals_are_those_of_metrics(spikes):
    trains = by_hand(spikes)
    assert spikes.isi() == pytest.approx(np.concatenate([np.diff(train) for train in trains]))
    expected = [izh.metrics.intervals(train).cv for train in trains]
    assert spikes.cv() == pytest.approx(expected, rel=1e-12, nan_ok=True)
    assert np.isnan(spikes.cv()).any() and np.isfinite(spikes.cv()).any()


def test_parts(spikes):
    part = spikes.of([20, 7])
    assert part.n == 2 and part.t_stop == 450
    assert [list(x) for x in part.trains()] == [by_hand(spikes)[20], by_hand(spikes)[7]]
    assert spikes.of(range(N)).rates() == pytest.approx(spikes.rates())
    late = spikes.window(150, 250)
    assert (late.t_start, late.t_stop) == (150, 250) and late.n == N
    assert late['t'].min() >= 150 and late['t'].max() < 250
    assert late.rates() == pytest.approx([sum(150 <= t < 250 for t in x) / .1 for x in by_hand(spikes)])
    last = spikes['t'][-1]
    at_end = izh.Spikes(spikes['t'], spikes['i'], t_stop=last).window(last - 1, 1e9)
    assert at_end['t'][-1] == last == at_end.t_stop
    for wrong in (lambda: spikes.of([N]), lambda: spikes.of([1, 1]), lambda: spikes.window(500, 600)):
        with pytest.raises(izh.InvalidError):
            wrong()


def test_runs_are_joined(population, spikes):
    both = izh.Spikes.join([spikes, population.run(500)])
    again = izh.Population(N, t0=50., seed=3, noise_sigma=4)
    again.set_current(np.linspace(0, 14, N))
    assert np.array_equal(both, again.run(500))
    assert (both.n, both.t_start, both.t_stop) == (N, 50, 500)
    with pytest.raises(izh.InvalidError, match=r'30, 1\b'):
        izh.Spikes.join([spikes, izh.Population(1).run(1)])
    with pytest.raises(izh.InvalidError):
        izh.Spikes.join([])


def test_a_psth_over_the_run(spikes):
    t, rate, edges = spikes.psth(30)  # which is no divisor of 400: the last bin has 10 ms
    assert len(edges) == 15 and edges[0] == 50 and edges[-1] == 450 and edges[1] == 80
    assert t[0] == 65 and t[-1] == 445
    for k in range(14):
        inside = (spikes['t'] >= edges[k]) & ((spikes['t'] < edges[k + 1]) | (k == 13))
        assert rate[k] == pytest.approx(inside.sum() * 1000 / N / (edges[k + 1] - edges[k]))
    assert len(spikes.psth().t) == 80  # of 5 ms: the round number that is not below 4
    assert (rate * np.diff(edges)).sum() * N / 1000 == pytest.approx(len(spikes))


def test_a_psth_around_events(spikes):
    events = [100, 220.5, 300]
    t, rate, edges = spikes.psth(5, events, before=10, after=50)
    assert edges.tolist() == list(range(-10, 51, 5)) and t[0] == -7.5
    for k in range(12):
        count = sum(((spikes['t'] >= e + edges[k]) & (spikes['t'] < e + edges[k + 1])).sum() for e in events)
        assert rate[k] == pytest.approx(count * 1000 / (5 * N * 3))
    for wrong, message in (([420], r'at\[0\] = 420'), ([100, 55], r'at\[1\] = 55'), ([], 'empty')):
        with pytest.raises(izh.InvalidError, match=message):
            spikes.psth(5, wrong, before=10, after=50)
    for bin in 0, -1, float('nan'), 1e-9:
        with pytest.raises(izh.InvalidError, match='bin'):
            spikes.psth(bin)


def test_spikes_from_elsewhere():
    made = izh.Spikes([3, 1., 2], [0, 2, 0], n=4, t_stop=10)
    assert [list(x) for x in made.trains()] == [[2, 3], [], [1], []]
    assert made.rates().tolist() == [200, 0, 100, 0]
    bare = izh.Spikes([3, 1.], [0, 2])
    assert (bare.n, bare.t_start, bare.t_stop) == (3, 0, 3) and izh.Spikes([], []).n == 0
    assert izh.Spikes([-5.], [0]).t_start == -5 and izh.Spikes([], []).trains() == []
    for wrong, message in ((([1., 2], [0]), 'shape'), (([1.], [4], 4), r'i\[0\] = 4'),
                           (([1., np.nan], [0, 0]), r't\[1\] = nan'), (([1., 9], [0, 0], 1, 0, 8), r't\[1\] = 9'),
                           (([-1.], [0], 1, 0), r't\[0\] = -1')):
        with pytest.raises(izh.InvalidError, match=message):
            izh.Spikes(*wrong)
    with pytest.raises(izh.InvalidError, match='no time'):
        izh.Spikes([], []).rates()


def test_a_networks_spikes_and_recording():
    net = izh.Network(5, receptors={'x': izh.jump()})
    net.neurons.set_current(10)
    rows = net.neurons.record([4], 100)
    spikes = net.run(10)
    assert type(spikes) is izh.Spikes and spikes.n == 5 and spikes.t_stop == 10
    assert rows.t[0] == .1 and rows.t[-1] == 10 and np.isfinite(rows['v']).all()


# ---- recordings ----

def test_a_recording_has_times(population):
    population.run(50.3)
    rows = population.record([3, 20], 10, every=7)
    assert rows.shape == (10, 2) and rows.neurons.tolist() == [3, 20] and len(rows.filled) == 0
    assert rows.t == pytest.approx(50 + .1 * 7 * np.arange(1, 11), rel=1e-15)
    for t, row in zip(rows.t[:4], range(4)):
        population.run(t)
        assert population.state()[[3, 20]].tolist() == rows[row].tolist()
    filled = rows.filled
    assert type(filled) is izh.Recording and len(filled) == 4 == population.recorded
    assert filled.t.tolist() == rows.t[:4].tolist() and rows[1:3].t.tolist() == rows.t[1:3].tolist()
    assert type(rows['v']) is np.ndarray and type(rows[0]) is np.ndarray
    again = pickle.loads(pickle.dumps(rows))
    assert np.array_equal(again.t, rows.t) and again['v'].tobytes() == rows['v'].tobytes()
    population.run(60)
    assert len(rows.filled) == 10 and np.isfinite(rows['u']).all()
    with pytest.raises(izh.InvalidError, match='no times'):
        rows.reshape(-1).t


@pytest.mark.parametrize('method', [copy.copy, copy.deepcopy, izh.Recording.copy])
def test_a_copy_of_a_recording_is_one(population, method):
    population.run(50)
    rows = population.record([3, 20], 10)
    population.run(50.5)
    again = method(rows)
    assert type(again) is izh.Recording and again.tobytes() == rows.tobytes()
    assert again.t.tolist() == rows.t.tolist() and again.neurons.tolist() == [3, 20]
    population.run(51)
    assert len(rows.filled) == 10 and len(again.filled) == 5  # runs fill the first one alone
    again.t[:] = 0
    assert rows.t[0] == pytest.approx(50.1)
    nameless = method(rows.reshape(-1))
    with pytest.raises(izh.InvalidError, match='no times'):
        nameless.t
    assert pickle.loads(pickle.dumps(rows.reshape(-1))).shape == (20,)


def test_times_begin_where_a_loaded_population_began():
    old = izh.Population(2, dt=.5, t0=1000.25)
    old.run(1001.75)
    new = izh.Population(2)
    new.load(old.save())
    assert new.record([0], 3, every=2).t.tolist() == [1002.25, 1003.25, 1004.25]
    again = pickle.loads(pickle.dumps(old))
    assert again.record([0], 3, every=2).t.tolist() == [1002.25, 1003.25, 1004.25]
    old = izh.Network(2, dt=.5, t0=1000.25)
    old.run(1001.75)
    new = izh.Network(2, dt=.5)
    new.load(old.save())
    assert new.neurons.record([0], 3, every=2).t.tolist() == [1002.25, 1003.25, 1004.25]


# ---- pictures ----

@pytest.fixture
def plt():
    matplotlib = pytest.importorskip('matplotlib')
    matplotlib.use('agg')
    import matplotlib.pyplot as pyplot
    yield pyplot
    pyplot.close('all')


@pytest.mark.parametrize('n', [N, 500])
def test_a_raster(plt, n):
    population = izh.Population(n)
    population.set_current(10)
    spikes = population.run(100)
    figure = spikes.plot()
    top, low = figure.axes
    figure.canvas.draw()
    assert top.get_xlim() == low.get_xlim() == (0, 100) and top.get_ylim() == (-.5, n - .5)
    assert low.get_xlabel() == 't (ms)' and 'Hz' in low.get_ylabel()
    alone = plt.figure().subplots()
    assert spikes.plot(alone) is alone.figure and alone.get_xlabel() == 't (ms)'
    assert izh.Spikes([], []).plot() is not None  # nothing to see, and no error


def test_traces_reach_the_peak_at_spikes(plt, population):
    rows = population.record([29, 3], 4000)
    rows.plot()
    spikes = population.run(150)
    upper, lower = rows.plot(spikes).axes
    (line,) = upper.lines
    t, v = line.get_data()
    own = spikes['t'][spikes['i'] == 29]
    assert len(own) > 2 and np.isin(own, t).all() and (np.diff(t) >= 0).all()
    for x in own:  # up and down again
        assert v[t == x].max() >= 30 and len(v[t == x]) == 3
    without = np.isin(t, own)
    assert np.array_equal(v[~without], rows.filled['v'][:, 0])
    assert len(lower.lines[0].get_xdata()) == 1000 + 3 * (spikes['i'] == 3).sum()
    alone = plt.figure().subplots()
    assert rows.plot(axes=alone) is alone.figure and len(alone.lines) == 2


# ---- other packages ----

@pytest.mark.parametrize('module, package, call', [
    ('neo', 'Neo', lambda s, r, o: s.to_neo()), ('neo', 'Neo', lambda s, r, o: r.to_neo()),
    ('neo', 'Neo', lambda s, r, o: o.to_neo()), ('h5py', 'h5py', lambda s, r, o: s.to_sonata('x')),
    *(('pandas', 'pandas', lambda s, r, o, k=k: (s, r, o)[k].to_pandas()) for k in range(3)),
    *(('xarray', 'xarray', lambda s, r, o, k=k: (s, r, o)[k].to_xarray()) for k in range(3)),
    *(('matplotlib.pyplot', 'matplotlib', lambda s, r, o, k=k: (s, r, o)[k].plot()) for k in range(3))])
def test_a_package_that_is_not_there_is_named(monkeypatch, population, module, package, call):
    import sys
    monkeypatch.setitem(sys.modules, module, None)
    rows = population.record([0], 10)
    with pytest.raises(ImportError, match=rf'(to_\w+|plot) needs {package}: '):
        call(population.run(60), rows, izh.simulate('2003-RS', duration=10))
