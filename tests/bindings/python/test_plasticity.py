import copy
import math
import pickle
from fractions import Fraction

import numpy as np
import pytest

import izh

UNIT = 2.0 ** -30


def fails(text, call, kind=izh.InvalidError):
    with pytest.raises(kind) as caught:
        call()
    assert text in str(caught.value)
    return caught.value


def silent(n=2, sources=2, **options):
    """Neurons that never spike, with a receptor that adds up what arrives: it does not decay."""
    net = izh.Network(n, dt=.1, sources=sources, receptors={
        'sum': izh.current(1e300, range=2), 'kick': izh.jump()}, **options)
    net.neurons.set_state(-70, -14)
    return net


# ---- short-term plasticity ----


def delivered(rule, times, k=1 << 20, delay=.5):
    """What a synapse of k units delivers at each spike of its source, in units."""
    net = silent()
    net.connect(2, 0, k * UNIT, delay, 'sum', stp=rule)
    net.send(times, 0)
    sums = [0]
    for t in times:
        net.run(round((t + delay + .1) / .1) * net.dt)
        sums.append(net.input('sum')[0] / UNIT)
    assert all(x == int(x) for x in sums)
    return np.diff(sums).astype(int).tolist()


def exact(factors, k=1 << 20):
    return [(k * round(f * 2 ** 30) + 2 ** 29) // 2 ** 30 for f in factors]


def near(found, expected):
    """The library's exponential may be another in the last place."""
    assert len(found) == len(expected) and max(abs(a - b) for a, b in zip(found, expected)) <= 1


def test_depression_is_the_closed_form():
    U, e = Fraction(1, 2), Fraction(math.exp(-20 / 800))
    q, last = (1 - U) * e, (1 - e) / (1 - (1 - U) * e)
    x = [last + (1 - last) * q ** n for n in range(20)]
    found = delivered(izh.STP(.5, tau_rec=800), [20. * n for n in range(20)])
    near(found, exact([U * each for each in x]))
    assert found[0] == 1 << 19 and found[-1] < 1 << 16


def test_facilitation_is_the_closed_form():
    U, e = Fraction(1, 8), Fraction(math.exp(-5 / 1000))
    q = (1 - U) * e
    u = [U * (1 - q ** n) / (1 - q) for n in range(1, 21)]
    found = delivered(izh.STP(.125, tau_facil=1000), [5. * n for n in range(20)])
    near(found, exact(u))
    assert found[0] == 1 << 17 and found[-1] > 7 * found[0]


def test_both_in_fractions():
    U, times, u, x, factors = Fraction(1, 4), [0., 3, 50.5, 51, 400, 400.5, 2000], 0, 1, []
    for before, t in zip([0., *times], times):
        u = u * Fraction(math.exp((before - t) / 500))
        x = 1 - (1 - x) * Fraction(math.exp((before - t) / 150))
        u += U * (1 - u)
        factors.append(u * x)
        x -= u * x
    near(delivered(izh.STP(.25, 150, 500), times, delay=0), exact(factors))


def test_sources_and_groups_are_apart():
    """Each source has a state for each group, whatever the delays."""
    net = silent(3)
    net.connect([3, 3], [0, 1], .5, [0, 7], 'sum', stp=izh.STP(.5, tau_rec=1e9))
    net.connect(4, 0, .5, 0, 'sum', stp=izh.STP(.5, tau_rec=1e9))
    net.connect(3, 2, .5, 0, 'sum')
    net.send([0, 1, 2], [0, 0, 1])
    net.run(20)
    assert net.input('sum') == pytest.approx([.25 + .125 + .25, .25 + .125, 1], abs=1e-6)


@pytest.mark.parametrize('rule', [izh.STP(.5), izh.STP(.5, 800), izh.STP(.25, 100, 1000)])
def test_stp_is_kept(rule):
    net = silent()
    s = net.connect([2, 3], [0, 1], [.25, .5], .3, 'sum', stp=rule)
    assert s.stp == rule and s.stdp is None and net.connect(2, 0, .1, receptor='kick').stp is None
    net.send([1, 2, 3, 4, 5], [0, 1, 0, 0, 1])
    net.run(3)
    blob = net.save()
    others = [pickle.loads(pickle.dumps(net)), copy.copy(net)]
    net.run(8)
    for other in others:
        assert [each.stp for each in other.synapses] == [rule, None]
        other.run(8)
        assert other.hash == net.hash and (other.input('sum') == net.input('sum')).all()
    fixed = silent()
    fixed.connect([2, 3], [0, 1], [.25, .5], .3, 'sum')
    fixed.connect(2, 0, .1, receptor='kick')
    fails('structure', lambda: fixed.load(blob))


# ---- spike-timing-dependent plasticity ----


def test_the_gain_decides_what_is_learned():
    net = silent()
    rule = izh.STDP(.125, .125, 20, 20, w_max=.75, every=10, keep=1, gain=0)
    s = net.connect(2, 0, .25, .5, 'sum', stdp=rule)
    fixed = net.connect(3, 1, .25, .5, 'sum')
    net.connect(3, 0, 130, 0, 'kick')
    net.send([1, 1.5], [0, 1])  # arrives at 1.5; the neuron is kicked then, and counts one tick later
    net.run(10)
    assert s.weight.tolist() == [.25]
    s.set_gain(.5)
    net.run(10.1)
    assert s.weight.tolist() == [.25 + .125 / 2]
    net.run(20.1)
    assert s.weight.tolist() == [.25 + 2 * .125 / 2]
    fails('finite', lambda: s.set_gain(math.inf))
    fails('has no stdp whose changes wait', lambda: fixed.set_gain(1))


# ---- rules ----


def test_rules_do_not_change():
    stp = izh.STP(.5, tau_rec=800)
    assert repr(stp) == 'STP(U=0.5, tau_rec=800.0, tau_facil=0.0)'
    assert stp == izh.STP(U=np.float32(.5), tau_rec=800) and stp != izh.STP(.5) and hash(stp)
    stdp = izh.STDP(.1, .12, 20, 25, w_max=10, pairs='nearest', every=1000)
    assert repr(stdp) == ("STDP(a_plus=0.1, a_minus=0.12, tau_plus=20.0, tau_minus=25.0, w_min=0.0, w_max=10.0, "
                          "pairs='nearest', every=1000.0, drift=0.0, keep=0.0, gain=0.0)")
    for rule in stp, stdp:
        assert pickle.loads(pickle.dumps(rule)) == copy.copy(rule) == rule
        for name in 'U', 'a_plus', 'x':
            with pytest.raises(AttributeError):
                setattr(rule, name, 1)


def test_rules_hold_numbers():
    for call, text in ((lambda: izh.STP('x'), 'U must be a number'),
                       (lambda: izh.STP(.5, tau_rec=None), 'tau_rec must be a number'),
                       (lambda: izh.STDP(a_plus=[1]), 'a_plus must be a number'),
                       (lambda: izh.STDP(gain=1j), 'gain must be a number'),
                       (lambda: izh.STDP(every='1'), 'every must be a number'),
                       (lambda: izh.STDP(pairs=0), 'pairs must be a string'),
                       (lambda: izh.STDP(tau=3), 'tau'), (lambda: izh.STP(), 'U')):
        fails(text, call, TypeError)
    fails("pairs = 'some' is none of all, nearest", lambda: izh.STDP(pairs='some'))


WRONG_STP = [({'U': -.1}, 'stp.U = -0.1 must be from 0 to 1'), ({'U': 1.5}, 'stp.U = 1.5'),
             ({'U': math.nan}, 'stp.U = nan'), ({'U': .5, 'tau_rec': -1}, 'stp.tau_rec = -1'),
             ({'U': .5, 'tau_facil': math.inf}, 'stp.tau_facil = inf'),
             ({'U': 0, 'tau_rec': 5}, 'stp.U = 0 is no plasticity')]


@pytest.mark.parametrize('fields, text', WRONG_STP)
def test_wrong_stp_leaves_no_group(fields, text):
    net, twin = silent(), silent()
    fails(text, lambda: net.connect(2, 0, .1, receptor='sum', stp=izh.STP(**fields)))
    for each in net, twin:
        assert each.connect(3, 1, .1, receptor='sum').group == 0
    assert net.hash == twin.hash and net.save() == twin.save()


def test_what_is_no_rule():
    net = silent()
    for name, kind in ('stp', 'STP'), ('stdp', 'STDP'):
        for bad in 1, 'x', {'U': .5}, izh.STP if name == 'stp' else izh.STP(.5):
            fails(f'{name} must be made by izh.{kind}', lambda: net.connect(2, 0, .1, receptor='sum', **{name: bad}),
                  TypeError)
    assert net.synapses == ()


def test_plastic_groups_wait_for_their_own(monkeypatch):
    """A group whose synapses had no memory is for synapses of the same rule."""
    net, rule = silent(), izh.STP(.5)
    with monkeypatch.context() as patch:
        patch.setattr(izh._network._c.lib, 'izh_network_connect', lambda *_: -2)
        with pytest.raises(izh.OutOfMemoryError):
            net.connect(2, 0, .1, receptor='sum', stp=rule)
    assert net.connect(2, 0, .1, receptor='sum').group == 1
    assert net.connect(2, 0, .1, receptor='sum', stp=rule).group == 0


# ---- spike-timing-dependent plasticity ----

RULE = {'a_plus': .01, 'a_minus': .012, 'tau_plus': 2, 'tau_minus': 3, 'w_max': 1}


def learning(rule, arrivals, posts, weight=.5, delay=3):
    """A network of one synapse at which spikes arrive at some ticks, and whose target's count at others."""
    net = silent(1)
    s = net.connect(1, 0, weight, delay * .1, 'sum', stdp=rule)
    net.connect(2, 0, 200, 0, 'kick')
    net.send(.1 * (np.array(arrivals) - delay), 0)
    net.send(.1 * (np.array(posts) - 1), 1)  # a jump beyond the peak counts at the next tick
    return net, s


def by_pairs(rule, arrivals, posts, weight=.5):
    """The weight in units, from all events in the order of time, posts first: O(n^2)."""
    k, low, high = (round(x / UNIT) for x in (weight, rule.w_min, rule.w_max))
    for tick, is_arrival in sorted([(p, 0) for p in posts] + [(a, 1) for a in arrivals]):
        before = [p for p in posts if p <= tick] if is_arrival else [a for a in arrivals if a < tick]
        partners = before if rule.pairs == 'all' else before[-1:]
        if is_arrival:
            by = -sum(rule.a_minus * math.exp((p - tick) * .1 / rule.tau_minus) for p in partners)
        else:
            by = sum(rule.a_plus * math.exp((a + 1 - tick) * .1 / rule.tau_plus) for a in partners)
        k = min(max(k + round(by / UNIT), low), high)
    return k


def test_the_window():
    """One pair at each distance; the target's spike at the arrival's own tick depresses."""
    rule, n, delay = izh.STDP(**RULE), 61, 30
    net = silent(n)
    s = net.connect(n, np.arange(n), .5, delay * .1, 'sum', stdp=rule)
    net.connect(n + 1, np.arange(n), 200, .1 * np.arange(n), 'kick')
    net.send(1, [0, 1])
    assert sorted(net.run(12)['i']) == list(range(n))
    for found, distance in zip(s.weight, np.arange(n) + 1 - delay):
        if distance > 0:
            expected = .01 * math.exp(-(distance - 1) * .1 / 2)
        else:
            expected = -.012 * math.exp(distance * .1 / 3)
        assert found - .5 == pytest.approx(expected, abs=1.01 * UNIT)
    assert s.weight[delay - 1] < .5 < s.weight[delay]  # distances 0 and 1


@pytest.mark.parametrize('pairs', ['all', 'nearest'])
def test_trains_are_pairs(pairs):
    rng = np.random.default_rng(1)
    rule = izh.STDP(**RULE, pairs=pairs)
    arrivals, posts = (sorted(rng.choice(np.arange(10, 2000), 40, False).tolist()) for _ in range(2))
    arrivals = sorted({*arrivals, *posts[::5]})
    net, s = learning(rule, arrivals, posts)
    assert len(net.run(210)) == len(posts)
    events = len(arrivals) + len(posts)
    assert abs(s.weight[0] / UNIT - by_pairs(rule, arrivals, posts)) <= events
    assert abs(s.weight[0] - .5) > .01


def test_weights_are_as_of_now():
    """At a tick they are those before the posts that count at it, and before what arrives."""
    net, s = learning(izh.STDP(**RULE), [20, 60], [22])
    steps = []
    for tick in 20, 21, 22, 23, 60, 61:
        net.run(tick * net.dt)
        steps.append(s.weight[0] - .5)
    plus, minus = .01 * math.exp(-.1 / 2), .012 * math.exp(-3.8 / 3)
    assert steps == pytest.approx([0, 0, 0, plus, plus, plus - minus], abs=3 * UNIT)
    assert net.input('sum')[0] == .5 + s.weight[0]  # the weight that results is delivered


def test_bounds():
    up, down = izh.STDP(**{**RULE, 'a_plus': .4}), izh.STDP(**{**RULE, 'a_minus': .4, 'w_min': .25})
    for rule, arrivals, posts, end in (up, [10, 20], [11, 21], 1), (down, [10, 20], [9, 19], .25):
        net, s = learning(rule, arrivals, posts)
        net.run(5)
        assert s.weight == end


def test_changes_wait():
    """spnet's and the dopamine network's way: what gathered acts at sweeps, through a gain."""
    rule = izh.STDP(**RULE, pairs='nearest', every=10, drift=.001, keep=.5, gain=2)
    net, s = learning(rule, [20, 150], [22, 140])
    waits, k = np.float32(0), .5
    for sweep, gain, more in ((100, 2, [.01 * math.exp(-.1 / 2)]),
                              (200, 2, [.01 * math.exp(-11.9 / 2), -.012 * math.exp(-1 / 3)]), (300, 50, [])):
        net.run(sweep * net.dt)
        assert s.weight[0] == pytest.approx(k, abs=30 * UNIT)  # those before the sweep
        for x in more:
            waits += np.float32(x)
        s.set_gain(gain)
        k += .001 + gain * float(waits)
        waits *= np.float32(.5)
        net.run((sweep + 1) * net.dt)
        assert s.weight[0] == pytest.approx(k, abs=30 * UNIT)
    assert s.stdp == rule and s.stdp.gain == 2


def test_stdp_and_stp_together():
    rule, stp = izh.STDP(**RULE), izh.STP(.5, tau_rec=1e9)
    net, both = silent(1), []
    s = net.connect(1, 0, .5, .3, 'sum', stdp=rule, stp=stp)
    net.connect(2, 0, 200, 0, 'kick')
    net.send([1, 3], 0)
    net.send(1.4, 1)
    net.run(5)
    assert (s.stdp, s.stp) == (rule, stp)
    last = by_pairs(rule, [13, 33], [15]) * UNIT
    assert s.weight[0] == pytest.approx(last, abs=3 * UNIT)
    assert net.input('sum')[0] == pytest.approx(.25 + last / 4, abs=1e-6)


@pytest.mark.parametrize('more', [{}, {'pairs': 'nearest'}, {'every': 1, 'keep': .9, 'gain': .1, 'drift': 1e-4}])
def test_stdp_is_kept(more):
    rule = izh.STDP(**RULE, **more)
    net, s = learning(rule, range(20, 200, 7), range(15, 200, 11))
    net.run(6)
    if more.get('every'):
        s.set_gain(.2)
    blob = net.save()
    others = [pickle.loads(pickle.dumps(net)), copy.copy(net), learning(rule, [], [])[0]]
    others[2].load(blob)
    net.run(25)
    for other in others:
        assert other.synapses[0].stdp == rule
        other.run(25)
        assert other.hash == net.hash and (other.synapses[0].weight == s.weight).all()
    assert s.weight != .5
    fails('structure', lambda: learning(izh.STDP(**{**RULE, 'a_plus': .02}), [], [])[0].load(blob))


def test_weights_set_are_within_the_bounds():
    net, s = learning(izh.STDP(**RULE), [20], [22])
    net.run(4)
    for bad in 1.5, -.1:
        fails('w_min', lambda: setattr(s, 'weight', bad), izh.InvalidError)
    s.weight = .75
    assert s.weight == .75


def test_every_is_in_ticks_of_dt():
    net = silent()
    def connect(every, **options):
        return net.connect(2, 0, .1, receptor='sum', stdp=izh.STDP(**RULE, every=every), **options)
    for every, text in ((.25, 'stdp.every = 0.25 ms is no multiple of dt = 0.1 ms; round=True'), (-1, 'stdp.every = -1'),
                        (math.nan, 'stdp.every = nan'), (1e9, 'stdp.every = 1000000000.0 ms is more than 4294967295')):
        fails(text, lambda: connect(every))
    fails('would round to 0', lambda: connect(.01, round=True))
    assert net.synapses == () and connect(.1 + .2).stdp.every == .1 + .2
    assert connect(.26, round=True).stdp.every == pytest.approx(.3)


WRONG_STDP = [({'a_plus': -1}, 'stdp.a_plus = -1'), ({'a_minus': math.nan}, 'stdp.a_minus = nan'),
              ({'a_plus': 1e-9}, 'stdp.a_plus = 1e-09 is below 16 units'), ({'tau_plus': 0}, 'stdp.tau_plus = 0'),
              ({'tau_minus': 1e9}, 'stdp.tau_minus = 1e+09 must be from 0 to 65536 dt'), ({'w_max': 0}, 'stdp.w_max = 0'),
              ({'w_max': 2}, 'stdp.w_max = 2 is no weight of the receptor'), ({'w_min': -.5}, 'stdp.w_min = -0.5'),
              ({'w_min': .6, 'w_max': .5}, 'stdp.w_max = 0.5 must be above w_min'), ({'drift': 1}, 'stdp.drift = 1'),
              ({'keep': .5}, 'stdp.keep = 0.5'), ({'gain': 1}, 'stdp.gain = 1'),
              ({'every': 1, 'keep': 2}, 'stdp.keep = 2'), ({'every': 1, 'gain': math.inf}, 'stdp.gain = inf'),
              ({'a_plus': 0, 'a_minus': 0}, 'stdp.a_plus = 0'),
              ({'w_min': .3}, 'weight = 0.25: is outside stdp\'s w_min = 0.3 and w_max = 1'),
              ({'w_max': .2}, 'weight = 0.25: is outside')]


@pytest.mark.parametrize('fields, text', WRONG_STDP)
def test_wrong_stdp_leaves_no_group(fields, text):
    net, twin = silent(), silent()
    fails(text, lambda: net.connect(2, 0, .25, receptor='sum', stdp=izh.STDP(**{**RULE, **fields})))
    for each in net, twin:
        assert each.connect(3, 1, .1, receptor='sum').group == 0
    assert net.hash == twin.hash and net.save() == twin.save()


def test_set_gain_is_checked():
    net, s = learning(izh.STDP(**RULE, every=1), [], [])
    fixed = net.connect(1, 0, .1, receptor='sum')
    fails('gain = nan must be finite', lambda: s.set_gain(math.nan))
    fails('no stdp whose changes wait', lambda: fixed.set_gain(1))
    with pytest.raises(TypeError):
        s.set_gain('x')
    net.neurons.on_spikes(lambda spikes: s.set_gain(1))
    net.send(1, 1)
    with pytest.raises(izh.BusyError):
        net.run(5)
