"""Input over time, and kicks."""
import copy
import re

import numpy as np
import pytest

import izh

N = 40


def make(**options):
    population = izh.Population(N, **options)
    population.set_current(4)
    return population


def samples(traces, count, seed=1):
    return np.random.default_rng(seed).uniform(0, 12, (traces, count))


def same(a, b):
    return a.hash == b.hash and a.time == b.time


def test_held_samples_are_currents_tick_by_tick():
    traces, channel = samples(3, 500), np.arange(N) % 3
    gain = np.linspace(.5, 1.5, N)
    p, q = make(t0=2.), make(t0=2.)
    p.set_stimulus(traces, channel=channel, gain=gain)
    spikes = p.run(52)
    for k in range(500):
        q.set_current(4 + gain * traces[channel, k])
        q.run(2 + (k + 1) * q.dt)
    assert len(spikes) > N and same(p, q)
    p.run(60)
    q.set_current(4)
    q.run(60)
    assert same(p, q)


def test_one_trace_is_for_all_and_n_traces_are_each_ones_own():
    one = samples(1, 100)[0]
    p, q, r = make(), make(), make()
    p.set_stimulus(one, .2)
    q.set_stimulus(izh.Traces(np.tile(one, (N, 1)), .2))
    r.set_stimulus([izh.Traces(one, .2, gain=.5), izh.Traces(one, .2, gain=.5)])
    for each in p, q, r:
        each.run(20)
    assert same(p, q) and same(p, r)
    assert len(izh.Traces(one)) == 1


def test_traces_are_what_they_were_when_they_were_made():
    """Channels, gains and pieces are copied then, samples when a population gets them."""
    table = np.array([(0., 3., 0.), (5., 9., .1)], izh.SEGMENT)
    channel, gain = np.arange(N) % 2, np.linspace(.5, 1.5, N)
    traces, first = izh.Traces(pieces=[table, [(0, 1)]], channel=channel, gain=gain), samples(1, 9)
    channel[:], gain[:], table['I'] = 1, 0, 0
    p, q = make(), make()
    p.set_stimulus([traces, izh.Traces(first)])
    q.set_stimulus([izh.Traces(pieces=[[(0., 3., 0.), (5., 9., .1)], [(0, 1)]], channel=np.arange(N) % 2,
                               gain=np.linspace(.5, 1.5, N)), izh.Traces(first.copy())])
    first[:] = 0
    assert len(p.run(50)) == len(q.run(50)) > N and same(p, q)


def test_a_recording_in_parts():
    whole = samples(2, 300)
    p, q = make(), make()
    p.set_stimulus(whole, channel=np.arange(N) % 2)
    p.run(30)
    for k in range(3):  # each from now on
        q.set_stimulus(whole[:, 100 * k:100 * (k + 1)], channel=np.arange(N) % 2)
        q.run(10 * (k + 1))
    assert same(p, q)


def test_lines_pieces_and_conductances():
    p, q = make(), make()
    p.set_stimulus([0, 10, 10, 0], 5, linear=True)
    q.set_stimulus(pieces=[[(0, 0, 2), (5, 10, 0), (10, 10, -2), (15, 0, 0)]])
    p.run(20)
    q.run(20)
    np.testing.assert_allclose(p.state()['v'], q.state()['v'], rtol=1e-12)
    p.set_stimulus([.3], 10, t=25, E=-80)
    s = izh.Solver(izh.params_2003(.02, .2, -65, 8), initial=tuple(p.state()[0]), t0=20,
                   method='midpoint', dt=.1)
    s.set_inputs([20, 25, 35], 4., [0, .3, 0], -80.)
    p.run(40)
    s.run(40)
    assert p.state()['v'][0] == pytest.approx(s.state.v, abs=1e-9)


def test_none_takes_a_stimulus_away():
    p, q = make(), make()
    p.set_stimulus([5, 5], 5)
    p.set_stimulus(None)
    p.run(10)
    q.run(10)
    assert same(p, q)


def test_a_stimulus_is_saved():
    p = make()
    p.set_stimulus(samples(2, 200), channel=np.arange(N) % 2)
    p.run(7)
    q = copy.copy(p)
    p.run(20)
    q.run(20)
    assert same(p, q)


def test_kicks():
    p = make()
    p.run(5)
    before = p.state()
    p.kick(2, .5)
    p.kick(du=[1, 2], first=3)
    after = p.state()
    assert (after['v'] == before['v'] + 2).all()
    assert after['u'][3] == before['u'][3] + .5 + 1
    p.kick([200.], first=7)
    assert p.run(5).tolist() == [(5.0, 7)]


WRONG = [
    (lambda p: p.set_stimulus([1, np.nan], .1), izh.InvalidError, 'sample 1 of trace 0 is nan'),
    (lambda p: p.set_stimulus([], .1), izh.InvalidError, 'must have samples'),
    (lambda p: p.set_stimulus([[[1]]], .1), izh.InvalidError, 'shape (1, 1, 1)'),
    (lambda p: p.set_stimulus([1, 2], -.1), izh.InvalidError, 'dt = -0.1'),
    (lambda p: p.set_stimulus(samples(3, 5)), izh.InvalidError, '3 traces for 40 neurons'),
    (lambda p: p.set_stimulus(samples(3, 5), channel=3), izh.InvalidError, 'channel = 3'),
    (lambda p: p.set_stimulus(samples(3, 5), channel=[0, 1]), izh.InvalidError, '40 values'),
    (lambda p: p.set_stimulus([1, -2], E=0), izh.InvalidError, 'negative'),
    (lambda p: p.set_stimulus([1], pieces=[[(0, 1)]]), TypeError, 'either values or pieces'),
    (lambda p: p.set_stimulus(izh.Traces([1]), .1), TypeError, 'dt and options'),
    (lambda p: p.set_stimulus([izh.Traces([1]), 3]), TypeError, 'izh.Traces'),
    (lambda p: p.set_stimulus('abc'), TypeError, 'the stimulus'),
    (lambda p: p.set_stimulus([izh.Traces([1])] * 9), izh.InvalidError, 'count = 9'),
    (lambda p: p.kick(np.nan), izh.InvalidError, 'dv = nan'),
    (lambda p: p.kick([1, 2]), izh.InvalidError, '2 kicks'),
    (lambda p: setattr(p, 'stimulus', 3), AttributeError, 'set_stimulus'),
]


@pytest.mark.parametrize('call, error, message', WRONG)
def test_what_is_wrong_is_named(call, error, message):
    p, q = make(), make()
    for each in p, q:
        each.set_stimulus([3, 4], 5)
    with pytest.raises(error, match=re.escape(message)):
        call(p)
    p.run(10)
    q.run(10)
    assert same(p, q)


# ---- noise ----


def test_white_noise_is_held_noise_of_another_size():
    p, q = make(noise_white=3, seed=1), make(noise_sigma=3 / np.sqrt(.1), seed=1)
    p.run(30)
    q.run(30)
    assert same(p, q)


def test_a_current_that_wanders():
    p = izh.Population(2000, 'euler', noise_ou=(3, 2, 5))
    p.set_params(izh.Params(cm=1, k2=0, k1=0, k0=0, a=0, r=0, b_lo=0, b_hi=0, b3=0, vb=0,
                            vpeak=1e9, vpeak_u=0, c=-65, c_u=0, d=0, u_max=np.inf))
    p.set_state(0, 0)
    p.run(.1)
    first = p.state()['v'] / .1
    assert first.mean() == pytest.approx(3, abs=5 * 2 / np.sqrt(2000))
    assert first.std() == pytest.approx(2, rel=.1)
    q = copy.copy(p)
    p.run(20)
    q.run(10)
    q.run(20)
    assert same(p, q)
    net = izh.Network(10, noise_ou=(3, 2, 5), receptors={'a': izh.jump()})
    net.run(10)
    alone = izh.Population(10, noise_ou=[3, 2, 5])
    alone.run(10)
    assert net.neurons.hash == alone.hash


@pytest.mark.parametrize('options, error, message', [
    ({'noise_ou': (1, 2)}, TypeError, '(mean, sigma, tau)'),
    ({'noise_ou': 'abc'}, TypeError, '(mean, sigma, tau)'),
    ({'noise_ou': (1, -2, 3)}, izh.InvalidError, 'noise_ou.sigma = -2'),
    ({'noise_ou': (1, 2, 0)}, izh.InvalidError, 'noise_ou.tau = 0'),
    ({'noise_white': -1}, izh.InvalidError, 'noise_white = -1'),
])
def test_wrong_noise_is_named(options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        izh.Population(3, **options)


def test_a_solver_has_the_noise_of_a_neuron():
    p = izh.Population(3, first=4, noise_ou=(1, 4, 5), noise_white=2, seed=9)
    p.set_current(3)
    p.run(50)
    s = izh.Solver(izh.params_2003(.02, .2, -65, 8), initial=(-65, -13), method='midpoint', dt=.1)
    s.set_current(3)
    s.set_noise(.1, white=2, ou=(1, 4, 5), seed=9, neuron=4 + 2)
    s.run(50)
    assert tuple(s.state) == tuple(p.state()[2])
    t = copy.copy(s)
    s.run(70)
    t.run(70)
    assert s.state == t.state
    s.set_noise()
    with pytest.raises(izh.InvalidError, match='noise.dt = -1'):
        s.set_noise(-1, white=1)
