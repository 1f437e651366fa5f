"""Derivatives of spike times and states. The equations are tested in C; here are the names."""
import pickle

import numpy as np
import pytest

import izh

NUMBERS = dict(C=100., k=.7, vr=-60., vt=-40., vpeak=35., a=.03, b=-2., c=-50., d=100.)
NAMES = [*NUMBERS, 'v0', 'u0', ('I', 0), ('slope', 0), ('t', 0), 'b_lo', {'vr': 1, 'v0': 1}]


def solver(numbers=NUMBERS, initial=(-60., 0.), segment=(10., 100., .01), **options):
    made = izh.Solver(izh.params_2007(**numbers), initial=initial, **options)
    made.set_stimulus([segment])
    return made


def spikes(**what):
    times, made = [], solver(**what)
    made.on_spike(lambda event: times.append(event.t))
    made.run(200)
    return np.array(times)


def moved(name, by):
    """The spikes where what has that name is larger by so much."""
    numbers, initial, segment = dict(NUMBERS), [-60., 0.], [10., 100., .01]
    for part in [name] if not isinstance(name, dict) else name:
        if part in numbers:
            numbers[part] += by
        elif part in ('v0', 'u0'):
            initial['vu'.index(part[0])] += by
        else:
            segment[['t', 'I', 'slope'].index(part[0])] += by
    return spikes(numbers=numbers, initial=tuple(initial), segment=tuple(segment))


def test_they_are_the_limits_of_differences():
    times, slopes = solver(gradients=NAMES).run_gradients(200)
    assert (times == spikes()).all() and len(times) >= 2
    assert slopes.shape == (len(times), len(NAMES))
    for i, name in enumerate(NAMES):
        if name == 'b_lo':  # v stays above vr here, and b is b_hi
            assert (slopes[:, i] == 0).all()
            continue
        by = 1e-5 * (NUMBERS[name] if isinstance(name, str) and name in NUMBERS else 1)
        differences = (moved(name, by) - moved(name, -by)) / (2 * by)
        assert slopes[:, i] == pytest.approx(differences, rel=1e-6, abs=1e-7), name


def test_a_conductance_has_names():
    def of_inputs(g=2., E=-50.):
        made = izh.Solver(izh.params_2007(**NUMBERS), initial=(-60., 0.), gradients=[('g', 1), ('E', 1)])
        made.set_inputs([5, 20], 120, [0, g], [0, E])
        return made.run_gradients(200)
    by, (times, slopes) = 1e-5, of_inputs()
    assert len(times) >= 2 and (abs(slopes) > 1e-3).all()
    differences = [(of_inputs(**up)[0] - of_inputs(**down)[0]) / (2 * by) for up, down in (
        (dict(g=2 + by), dict(g=2 - by)), (dict(E=-50 + by), dict(E=-50 - by)))]
    assert slopes.T == pytest.approx(np.array(differences), rel=1e-6)


def test_the_2003_form_has_names_too():
    params = izh.params_2003(.02, .2, -65, 8)
    made = izh.Solver(params, initial=(-65, -13), gradients=['a', 'b', 'c', 'd', 'b_lo', 'b_hi'])
    made.set_current(10)
    _, slopes = made.run_gradients(200)
    assert slopes[:, 1] == pytest.approx(slopes[:, 4] + slopes[:, 5], rel=1e-9)
    with pytest.raises(izh.UnsupportedError, match='2007'):
        izh.Solver(params, gradients=['vr'])


def test_states_and_samples():
    one, other = solver(gradients=NAMES), solver(gradients=NAMES)
    v, u, slopes = one.sample_gradients([50, 60, 150])
    assert v.shape == u.shape == (3,) and slopes.shape == (3, len(NAMES), 2)
    for k, t in enumerate([50, 60, 150]):
        other.run(t)
        assert (other.gradients() == slopes[k]).all()
    restored = pickle.loads(pickle.dumps(one))
    for made in (one, restored):
        made.run(200)
    assert (one.gradients() == restored.gradients()).all()
    assert (one.spike_gradients() == restored.spike_gradients()).all()


def test_own_functions_are_called():
    seen, made = [], solver(gradients=['C'])
    assert np.isnan(made.spike_gradients()).all()

    def at_spike(event):
        seen.append((event.t, made.spike_gradients()[0]))
        return izh.STOP

    made.on_spike(at_spike)
    times, slopes = made.run_gradients(200)
    assert len(times) == 1 and made.time == times[0] and seen == [(times[0], slopes[0, 0])]
    made.run(200)
    assert len(seen) == 2


def test_what_is_no_name_says_so():
    with pytest.raises(izh.InvalidError, match="'q' is none of cm, k2"):
        solver(gradients=['q'])
    with pytest.raises(TypeError, match='is a list'):
        solver(gradients='a')
    with pytest.raises(TypeError, match='is no name'):
        solver(gradients=[7])
    with pytest.raises(izh.InvalidError, match='-1 is not in'):
        solver(gradients=[('I', -1)])
    with pytest.raises(izh.InvalidError, match='b_lo and b_hi'):
        izh.Solver(izh.presets['2007-FS'].params, gradients=['b'])
    with pytest.raises(izh.UnsupportedError, match='midpoint has no gradients'):
        solver(method='midpoint', gradients=['a'])
    for call in (lambda s: s.gradients(), lambda s: s.spike_gradients(),
                 lambda s: s.run_gradients(10), lambda s: s.sample_gradients([1])):
        with pytest.raises(izh.InvalidError, match='without gradients'):
            call(solver())
    with pytest.raises(izh.InvalidError, match='0 gradients'):
        solver(gradients=['a']).load(solver().save())
    with pytest.raises(izh.InvalidError, match=r'gradients\[0\]'):
        solver(gradients=['a']).load(solver(gradients=['b']).save())
