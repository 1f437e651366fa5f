"""izh.fit: cells from their own spikes, and what it says where that cannot be."""
import math

import numpy as np
import pytest

import izh

pytest.importorskip('scipy', reason='no SciPy, for izh.fit')

NAMES = 'C k vr vt vpeak a b c d'.split()
# C. k, vr, vt, vpeak, a, b, c, d of cells like the book's, and five currents, pA.
CELLS = {
    'RS': ((100, .7, -60, -40, 35, .03, -2, -50, 100), (70, 85, 100, 130, 180)),
    'CH': ((50, 1.5, -60, -40, 25, .03, 1, -42, 150), (200, 250, 300, 350, 400)),
    'LTS': ((100, 1, -56, -42, 40, .03, 8, -53, 20), (120, 160, 200, 250, 300)),
}
FREE = 'k a b c d'.split()


def sweep_of(params, current, duration=1000, initial=None):
    spikes = []
    with izh.Solver(params, initial=initial) as solver:
        if isinstance(current, tuple):
            solver.set_stimulus(*current)
        else:
            solver.set_current(current)
        solver.on_spike(lambda event: spikes.append(event.t))
        solver.run(duration)
    return izh.Sweep(current=current, spikes=spikes, duration=duration)


def box(values, names, seed=1):
    """Half as wide as their middle to either side; the values are anywhere in it."""
    random = np.random.default_rng(seed)
    bounds = {}
    for name in names:
        middle = values[name] / random.uniform(.52, 1.48)
        bounds[name] = tuple(sorted((.5 * middle, 1.5 * middle)))
    return bounds


def rest_of(values, names):
    return {name: value for name, value in values.items() if name not in names}


@pytest.mark.parametrize('cell', CELLS)
def test_a_cell_is_found_from_its_own_spikes(cell):
    numbers, currents = CELLS[cell]
    values = dict(zip(NAMES, numbers))
    initial = (values['vr'], 0.)
    sweeps = [sweep_of(izh.params_2007(**values), I, initial=initial) for I in currents]
    assert min(len(sweep.spikes) for sweep in sweeps) >= 5
    found = izh.fit(sweeps, 2007, rest_of(values, FREE), box(values, FREE), initial)
    assert found.success and found.message == 'the spikes agree' and found.undetermined == []
    assert found.condition < 1e6 and found.loose == []
    for name in NAMES:
        assert found.values[name] == pytest.approx(values[name], rel=1e-8), name
    assert found.params == izh.params_2007(**found.values)
    for score, sweep in zip(found.scores, sweeps):
        assert score.gamma == pytest.approx(1) and score.rms < 1e-8
        assert score.recorded == score.fitted == len(sweep.spikes)
    assert found.covariance.shape == (5, 5) and set(found.errors) == set(FREE)


def test_the_form_of_2003_and_a_current_of_pieces():
    values = dict(a=.02, b=.2, c=-65, d=8)
    t = np.arange(0, 500, 25.)
    current = (t, 8 + 6 * np.sin(t / 40))
    params = izh.params_2003(**values)
    sweeps = [sweep_of(params, current, 500, params.rest()), sweep_of(params, 12, 300, params.rest())]
    found = izh.fit(sweeps, 2003, bounds=box(values, values))
    assert found.success
    for name, value in values.items():
        assert found.values[name] == pytest.approx(value, rel=1e-8), name
    assert found.initial == pytest.approx(tuple(params.rest()))


def test_errors_are_those_of_the_jitter():
    values = dict(zip(NAMES, CELLS['RS'][0]))
    initial, params = (-60., 0.), izh.params_2007(**values)
    random = np.random.default_rng(3)
    sweeps = []
    for I in CELLS['RS'][1]:
        exact = sweep_of(params, I, initial=initial).spikes
        jittered = np.sort(exact + .1 * random.standard_normal(len(exact)))
        sweeps.append(izh.Sweep(I, jittered[jittered < 1000], 1000))
    found = izh.fit(sweeps, 2007, rest_of(values, FREE), box(values, FREE), initial, sigma=.1)
    off = np.array([found.values[name] - values[name] for name in FREE])
    assert found.success and 0 < off @ np.linalg.solve(found.covariance, off) < 20.5  # 99.9 % of it
    assert .07 < np.sqrt(np.mean([score.rms**2 for score in found.scores])) < .13
    told = izh.fit(sweeps, 2007, rest_of(values, FREE), box(values, FREE), initial, starts=1)
    assert told.sigma == pytest.approx(.1, rel=.3)


def test_what_spikes_cannot_tell_is_said():
    """Shift and scale of v change no spike: with all of the form free two directions are left."""
    numbers, currents = CELLS['RS']
    values = dict(zip(NAMES, numbers))
    sweeps = [sweep_of(izh.params_2007(**values), I, initial=(-60., 0.)) for I in currents[:3]]
    low_high = {name: tuple(sorted((.98 * x, 1.03 * x))) for name, x in values.items()}
    found = izh.fit(sweeps, 2007, bounds=low_high, starts=1)
    assert len(found.undetermined) == 2 and not found.success
    assert 'do not determine' in found.message
    assert math.isinf(found.covariance[2, 2])  # vr
    # Both are shifts and scales: what is said to be free leaves the spikes where they are.
    width = {name: high - low for name, (low, high) in low_high.items()}
    for direction in found.undetermined:
        moved = dict(found.values)
        for name, part in direction.items():
            moved[name] += 1e-4 * part * width[name]
        there = sweep_of(izh.params_2007(**moved), currents[0], initial=(moved['vr'], 0.))
        assert there.spikes == pytest.approx(found.spikes[0], abs=2e-4)


def test_what_only_exact_times_tell_is_said():
    """One sweep of constant firing fits within less than a recording knows, with other parameters."""
    values = dict(zip(NAMES, CELLS['RS'][0]))
    sweep, bounds = sweep_of(izh.params_2007(**values), 180, initial=(-60., 0.)), box(values, FREE)
    found = izh.fit(sweep, 2007, rest_of(values, FREE), bounds, (-60., 0.))
    assert found.success and found.scores[0].rms < .01
    assert max(abs(found.values[name] / values[name] - 1) for name in FREE) > .01
    [direction] = found.loose
    assert found.message.startswith('the spikes agree; but times uncertain by 0.1 ms would not determine ')
    assert all(f'{part:+.2g} {name}' in found.message for name, part in direction.items())

    def moved_by(change):
        there = {name: found.values[name] + .02 * part * (bounds[name][1] - bounds[name][0])
                 for name, part in change.items()}
        there = sweep_of(izh.params_2007(**{**found.values, **there}), 180, initial=(-60., 0.))
        both = min(len(there.spikes), len(found.spikes[0]))
        return abs(there.spikes[:both] - found.spikes[0][:both]).max()
    assert moved_by(direction) < .1 < 1 < min(moved_by({name: 1}) for name in ('k', 'a', 'd'))
    # Who knows the times better is not warned.
    exact = izh.fit(sweep, 2007, rest_of(values, ['k', 'd']), {name: bounds[name] for name in ('k', 'd')},
                    (-60., 0.), sigma=1e-6)
    assert exact.success and exact.loose == [] and exact.message == 'the spikes agree'


def test_v_below_the_peak_tells_what_spikes_cannot():
    numbers, currents = CELLS['RS']
    values = dict(zip(NAMES, numbers))
    params, initial, sweeps = izh.params_2007(**values), (-60., 0.), []
    for I in currents[:2]:
        ran = izh.simulate(params, I, 400, every=5, initial=initial)
        sweeps.append(izh.Sweep(I, ran.spikes, 400, v=(ran.t, ran.v)))
    free = ['k', 'vt', 'c', 'd']
    found = izh.fit(sweeps, 2007, rest_of(values, free), box(values, free), initial)
    assert found.success
    for name in free:
        assert found.values[name] == pytest.approx(values[name], rel=1e-8), name


def test_counts_that_differ_and_ends_of_bounds_are_said():
    values = dict(zip(NAMES, CELLS['RS'][0]))
    sweep = sweep_of(izh.params_2007(**values), 100, initial=(-60., 0.))
    wrong = izh.Sweep(100, np.append(sweep.spikes, [997, 998, 999]), 1000)
    found = izh.fit([wrong], 2007, rest_of(values, ['k', 'd']), {'k': (.65, .75), 'd': (95, 105)},
                    (-60., 0.), starts=1)
    assert not found.success
    assert f'sweep 0 has {len(wrong.spikes)} spikes and the fit' in found.message
    assert found.scores[0].gamma < 1


BOUNDS = {'a': (.01, .03)}
FIXED = dict(b=.2, c=-65, d=8)
SWEEP = izh.Sweep(10, [3, 30], 50)


@pytest.mark.parametrize('call, message', [
    (lambda: izh.Sweep(1, [1, 3, 2], 9), r'spikes\[2\] = 2.0 comes before'),
    (lambda: izh.Sweep(1, [1, 12], 9), r'spikes\[1\] = 12.0 is not within 0 and 9.0'),
    (lambda: izh.Sweep(1, [], -1), 'duration = -1.0 must be above 0'),
    (lambda: izh.Sweep(1, [], 9, v=([1, 2], [3])), 'of one length'),
    (lambda: izh.fit([SWEEP], 2005), 'form = 2005 is none of 2003, 2007'),
    (lambda: izh.fit([SWEEP], 2003, {**FIXED, 'k': 3}, BOUNDS), "'k' is none of the form's"),
    (lambda: izh.fit([SWEEP], 2003, {}, BOUNDS), 'b is neither fixed nor in bounds'),
    (lambda: izh.fit([SWEEP], 2003, {**FIXED, 'a': 1}, BOUNDS), 'a is both fixed and in bounds'),
    (lambda: izh.fit([SWEEP], 2003, {**FIXED, 'a': 1}), 'nothing is free'),
    (lambda: izh.fit([SWEEP], 2003, FIXED, {'a': (2, 1)}), r'bounds of a, \(2.0, 1.0\), must ascend'),
    (lambda: izh.fit([], 2003, FIXED, BOUNDS), '0 spikes in 0 sweeps cannot determine 1'),
    (lambda: izh.fit([SWEEP], 2003, FIXED, BOUNDS, (math.nan, 0)), 'initial = .nan, 0.0. must be'),
    (lambda: izh.fit([SWEEP], 2003, FIXED, BOUNDS, sigma=0), 'sigma = 0.0 must be above 0'),
    (lambda: izh.fit([SWEEP], 2003, FIXED, BOUNDS, starts=0), 'starts = 0: there must be one'),
    (lambda: izh.fit([SWEEP], 2003, FIXED, BOUNDS, seed=-1), 'seed = -1 is not in 0'),
    (lambda: izh.fit([SWEEP], 2003, dict(a=.02, b=3, d=8), {'c': (31, 40)}), 'make a neuron'),
])
def test_refusals_say_what_is_wrong(call, message):
    with pytest.raises(izh.InvalidError, match=message):
        call()


def test_types():
    with pytest.raises(TypeError, match=r'current must be a number or a pair of arrays \(t, I\), not \[1\]'):
        izh.Sweep([1], [], 9)
    with pytest.raises(TypeError, match=r'v must be a pair of arrays \(t, v\), not 3'):
        izh.Sweep(1, [], 9, v=3)
    with pytest.raises(TypeError, match=r'bounds of a must be a pair \(low, high\), not 0.02'):
        izh.fit([SWEEP], 2003, FIXED, {'a': .02})
    with pytest.raises(TypeError, match='starts must be an integer, not float'):
        izh.fit([SWEEP], 2003, FIXED, BOUNDS, starts=1.5)
    with pytest.raises(TypeError, match='sweeps are izh.Sweep, not int'):
        izh.fit([3], 2003, FIXED, BOUNDS)


def test_it_returns_pythons_own_numbers():
    found = izh.fit([SWEEP], 2003, FIXED, BOUNDS, sigma=np.float64(.1))
    assert {type(x) for x in (*found.initial, found.sigma)} == {float}


def test_it_says_that_it_needs_scipy(monkeypatch):
    monkeypatch.setitem(__import__('sys').modules, 'scipy.optimize', None)
    with pytest.raises(ImportError, match='fit needs SciPy'):
        izh.fit([SWEEP], 2003, FIXED, BOUNDS)


def test_plot(tmp_path):
    pytest.importorskip('matplotlib').use('Agg')
    sweep = sweep_of(izh.params_2003(.02, .2, -65, 8), 10, 100, (-70., -14.))
    found = izh.fit([sweep], 2003, FIXED, BOUNDS, (-70., -14.))
    assert found.values['a'] == pytest.approx(.02, rel=1e-8)
    assert repr(found) == '<izh.Fit a=0.02: the spikes agree>' and '<table' in found._repr_html_()
    found.plot().savefig(tmp_path / 'fit.png')
    assert (tmp_path / 'fit.png').stat().st_size > 3000
