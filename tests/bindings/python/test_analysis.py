"""What `izh.Params` says of a neuron without a run: against closed forms and against runs."""
import math

import numpy as np
import pytest

import izh

RS = izh.params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100)
FOLD = izh.params_2007(250, 2.5, -60, -19.2, 35, .01, -2, -50, 100)


def test_equilibria_by_hand():
    """z = v - vr: .7 z^2 - 14 z = -2 z."""
    rest, saddle = RS.equilibria()
    assert (rest.v, rest.u) == pytest.approx((-60, 0), abs=1e-11)
    assert (saddle.v, saddle.u) == pytest.approx((-60 + 12 / .7, -24 / .7))
    assert (rest.kind, saddle.kind) == ('stable node', 'saddle')
    assert rest.stable and not saddle.stable and rest.below_peak
    for e in rest, saddle:
        expected = sorted(np.linalg.eigvals(RS.jacobian(e.v)))
        assert e.eigenvalues == pytest.approx(expected, rel=1e-12)
        assert RS.rates(e.v, e.u) == pytest.approx((0, 0), abs=1e-12)


def test_a_focus_has_a_complex_pair(rs):
    e = izh.presets['2004-J'].params.equilibria()[0]
    assert e.kind == 'stable focus'
    assert e.eigenvalues[0] == e.eigenvalues[1].conjugate() and e.eigenvalues[1].imag > 0


def test_folds():
    (fold,) = FOLD.equilibria(1000)
    assert fold.kind == 'fold' and fold.v == pytest.approx(-40, abs=1e-12)
    assert len(FOLD.equilibria(1000 - 1e-9)) == 2 and FOLD.equilibria(1000 + 1e-9) == []


@pytest.mark.parametrize('name, current, kind, excitability', [
    ('2007-RS', 360 / 7, 'saddle-node', 1), ('2007-IB', 347.65625, 'hopf', 2),
    ('2007-FS', 73.684375, 'hopf', 2), ('2007-LTS', 114.75, 'hopf', 2)])
def test_where_rest_ends(name, current, kind, excitability):
    params = izh.presets[name].params
    assert params.rest_ends() == (pytest.approx(current, rel=1e-13), kind)
    assert params.excitability == excitability
    assert params.rest(current - 1e-6) is not None and params.rest(current + 1e-6) is None
    ends = [b for b in params.bifurcations() if b.ends_rest]
    assert [(b.I, b.kind) for b in ends] == [params.rest_ends()]
    assert params.rheobase(math.inf) == params.rest_ends()[0]


def test_where_rest_never_ends():
    params = izh.presets['2004-R'].params  # r = 0
    assert params.rest_ends() == (math.inf, '') and params.excitability is None
    assert params.bifurcations() == []
    assert RS.replace(a=0).rest_ends() is None


def test_nullclines():
    params = izh.presets['2007-FS'].params
    n = params.nullclines(70)
    v = np.linspace(-70, -40, 7)
    for x, on_v, on_u in zip(v, n.v(v), n.u(v)):
        assert params.rates(x, on_v, 70)[0] == pytest.approx(0, abs=1e-11)
        assert params.rates(x, on_u, 70)[1] == pytest.approx(0, abs=1e-11)
    assert n.lines == () and n.v(-55.) == pytest.approx(70)
    lines = izh.presets['2004-R'].params.nullclines()
    assert lines.lines == (-65,) and math.isnan(lines.u(-60.))


@pytest.mark.parametrize('name, current', [
    ('2007-RS', 51.44415), ('2007-IB', 304.739), ('2007-CH', 157.594), ('2007-FS', 71.294),
    ('2007-LTS', 88.790)])
def test_rheobase_of_a_long_step(name, current):
    assert izh.presets[name].params.rheobase(5000) == pytest.approx(current, abs=1e-3)


def fires(params, pulse):
    solver = izh.Solver(params, 'rk4', dt=.02)
    spikes = []
    solver.on_spike(lambda event: spikes.append(event.t) or izh.STOP)
    solver.set_stimulus(pulse)
    solver.run(1000)
    return bool(spikes)


@pytest.mark.parametrize('duration', [3, 40])
def test_rheobase_by_another_method(duration):
    b = RS.rheobase_bracket(duration)
    assert b.certified and b.below < b.I and b.error_bound < .1
    assert RS.rheobase(duration) == b.I
    assert fires(RS, [(0, b.I * 1.0001), (duration, 0)])
    assert not fires(RS, [(0, b.below * .9999), (duration, 0)])
    ramp = RS.rheobase(duration, 'ramp')
    assert ramp > b.I
    assert fires(RS, [(0, 0, ramp * 1.0001 / duration), (duration, 0, 0)])
    assert not fires(RS, [(0, 0, ramp * .9999 / duration), (duration, 0, 0)])


def test_a_neuron_without_rest():
    params = RS.replace(k0=RS.k0 + 100)
    assert math.isnan(params.rheobase(5)) and params.rheobase_bracket(5) is None


def test_f_i_is_that_of_solvers():
    currents = np.linspace(0, 300, 7)
    f = RS.f_i(currents, 300, method='taylor', threads=2)
    assert (f.I == currents).all() and f.spikes.dtype == np.uint32
    for I, spikes, first, steady, last in zip(*f):
        s, t = izh.Solver(RS), []
        s.on_spike(lambda event: t.append(event.t))
        s.set_current(I)
        s.run(300)
        t = np.array(t)
        assert spikes == len(t)
        if len(t) > 1:
            half = t[t >= 150]
            assert (first, last) == (t[1] - t[0], t[-1] - t[-2])
            assert steady == pytest.approx(np.diff(half).mean(), rel=1e-12)
        else:
            assert np.isnan([first, steady, last]).all()
    assert f.spikes[-1] > 5
    near = RS.f_i(currents)
    assert near.spikes[-1] > 20 and near.first[-1] == pytest.approx(f.first[-1], abs=.01)


def test_f_i_bad_input():
    with pytest.raises(izh.InvalidError, match=r'I\[1\]'):
        RS.f_i([0, math.nan])
    with pytest.raises(izh.InvalidError, match='duration'):
        RS.f_i([0, 1], 0)
    with pytest.raises(TypeError, match='no n, step'):
        RS.f_i([0, 1], step=3, n=4)
    with pytest.raises(izh.UnsupportedError, match='pinn'):
        RS.f_i([0, 1], method='pinn')
    assert len(RS.f_i([]).first) == 0


def test_bad_input():
    for wrong in math.nan, math.inf:
        for call in RS.equilibria, RS.nullclines:
            with pytest.raises(izh.InvalidError, match='I = (nan|inf) must be finite'):
                call(wrong)
        with pytest.raises(izh.InvalidError, match='v = (nan|inf) must be finite'):
            RS.jacobian(wrong)
        with pytest.raises(izh.InvalidError, match='u = (nan|inf)'):
            RS.rates(-60, wrong)
    for wrong in 0, -1, math.nan:
        with pytest.raises(izh.InvalidError, match='duration = .* must be positive'):
            RS.rheobase(wrong)
    with pytest.raises(izh.InvalidError, match='tolerance = -1'):
        RS.rheobase(5, tolerance=-1)
    with pytest.raises((izh.InvalidError, ValueError), match='shape'):
        RS.rheobase(5, 'pulse')
    with pytest.raises(TypeError, match='I'):
        RS.equilibria('1')
