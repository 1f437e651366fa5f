import copy
import math
import pickle
from fractions import Fraction

import numpy as np
import pytest

import izh

UNIT = 2.0 ** -31


def fails(text, call, kind=izh.InvalidError):
    with pytest.raises(kind) as caught:
        call()
    assert text in str(caught.value)
    return caught.value


def silent(n=2, sources=2, **options):
    """Neurons that never spike, with a receptor that adds up what arrives: it does not decay."""
    net = izh.Network(n, dt=.1, sources=sources, receptors={
        'sum': izh.current(1e300, range=1), 'kick': izh.jump()}, **options)
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
