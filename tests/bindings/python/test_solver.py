import copy
import csv
import gc
import math
import os
import pathlib
import pickle
import weakref

import numpy as np
import pytest

import izh

REFERENCE = pathlib.Path(os.environ['IZH_SOURCE']) / 'tests' / 'reference'


def reference(name, kind):
    rows = (line for line in open(REFERENCE / f'{kind}.csv') if not line.startswith('#'))
    return [row for row in csv.DictReader(rows) if row['case'] == name]


REPORT = izh.params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100)


def report_solver(**options):
    solver = izh.Solver(REPORT, initial=(-60, 0), **options)
    solver.set_stimulus([(0, 0), (101, 70)])
    return solver


def test_spikes_of_the_report_are_exact():
    spikes, solver = [], report_solver()
    solver.on_spike(lambda event: spikes.append(event))
    assert solver.run(1000) is True and solver.time == 1000
    exact = reference('report', 'spikes')
    assert len(spikes) == len(exact) == 6
    for spike, row in zip(spikes, exact):
        assert abs(spike.t - float(row['t_ms'])) < 1e-9
        assert abs(spike.before.u - float(row['u_before'])) < 1e-9
        assert spike.before.v == pytest.approx(35) and spike.after.v == -50
        assert spike.after.u == spike.before.u + 100
    assert 0 < solver.spike_error_bound < 1e-8
    assert solver.statistics.spikes == 6 and solver.statistics.steps > 10


def test_a_conductance_is_part_of_the_equation():
    solver = izh.Solver(izh.params_2003(.02, .2, -65, 8), initial=(-70, -14))
    times = []
    solver.on_spike(lambda event: times.append(event.t))
    solver.set_inputs([0], I=20, g=.25, E=-60)
    solver.run(300)
    assert len(times) == 15 and times[-1] == pytest.approx(289.406625557639253, abs=1e-9)
    with pytest.raises(izh.InvalidError, match=r'inputs\[1\].g = -1 is negative'):
        solver.set_inputs([0, 1], g=[1, -1])
    with pytest.raises(izh.InvalidError, match='E must be a number'):
        solver.set_inputs([0, 1], g=1, E=[1, 2, 3])
    with pytest.raises(izh.UnsupportedError):
        izh.Solver(izh.params_2003(.02, .2, -65, 8), 'figure1', events='grid').set_inputs([0], g=1)


def test_states_of_the_report_are_exact():
    rows = reference('report', 'states')
    v, u = report_solver().sample([float(row['t_ms']) for row in rows])
    assert len(v) > 4
    assert np.abs(v - [float(row['v']) for row in rows]).max() < 1e-9
    assert np.abs(u - [float(row['u']) for row in rows]).max() < 1e-9


def takes_any_neuron(method):
    """Whether a method is no dialect, which take neurons of the 2003 form on a grid only."""
    try:
        izh.Solver(REPORT, method)
    except izh.UnsupportedError:
        return False
    return True


@pytest.mark.parametrize('method, dt, count', [
    ('figure1', .25, None), ('nest-consistent', 1, 22), ('genn', 1, 20), ('carlsim-euler', .5, 23),
    ('carlsim-rk4', .1, 23), ('nemo', 1, 23), ('spinnaker', 1, 23)])
def test_dialects_run_on_a_grid(rs, method, dt, count):
    """The numbers of spikes are those of each program's scheme (docs/dialects.md)."""
    assert not takes_any_neuron(method)
    spikes = []
    with izh.Solver(rs, method, dt=dt, initial=(-65, -13), events='grid') as solver:
        solver.on_spike(lambda event: spikes.append(event.t))
        solver.set_current(10)
        assert solver.run(1000)
    assert len(spikes) == count or (count is None and spikes)


@pytest.mark.parametrize(
    'method', [name for name in izh.methods if name != 'pinn' and takes_any_neuron(name)])
def test_every_method_runs(method):
    spikes = []
    with report_solver(method=method) as solver:
        solver.on_spike(lambda event: spikes.append(event.t))
        assert solver.run(400)
        assert solver.spike_error_bound > 0
    assert len(spikes) == (1 if method == 'published-2003' else 2) or method == 'published-2003'
    with report_solver(method=method, dt=.5) as one, report_solver(method=method, dt=.25) as other:
        one.run(150), other.run(150)
        assert one.state != other.state or method in ('taylor', 'dopri5', 'exprb-adaptive')


def test_the_names_that_are_fixed(rs):
    solver = izh.Solver(rs, method='rk4', dt=.05, initial=(-65, -13))
    seen = []
    solver.on_spike(lambda event: seen.append(event.t))
    solver.set_current(10)
    solver.run(t_end=100)
    assert len(seen) == 3 and solver.state.v == solver.state[0] and solver.time == 100


def test_initial(rs):
    assert izh.Solver(rs).state == rs.rest()
    always = rs.replace(k0=160)
    assert always.rest() is None
    assert izh.Solver(always).state == (-65, always.U(-65))
    assert izh.Solver(rs, initial=np.array([-65, -13])).state == (-65, -13)


def test_stimulus_from_arrays(rs):
    t, I, slope = [0, 10, 30], [0, 10., -2], [0, .1, 0]
    states = []
    for arguments in ((t, I, slope), (np.transpose([t, I, slope]),), (list(zip(t, I, slope)),),
                      (np.rec.fromarrays([np.array(x, float) for x in (t, I, slope)],
                                         dtype=izh.SEGMENT),)):
        solver = izh.Solver(rs)
        solver.set_stimulus(*arguments)
        solver.run(100)
        states.append(solver.state)
    assert len(set(states)) == 1
    solver = izh.Solver(rs)
    solver.set_stimulus(t, I)
    solver.run(100)
    assert solver.state != states[0]
    solver.set_stimulus([])
    for bad in ([1, 2], [(1, 2, 3, 4)], [('a', 'b')], [(1, 1j)], 3, [(5, 1), (3, 1)], [(1, math.nan)]):
        with pytest.raises((TypeError, ValueError)):
            solver.set_stimulus(bad)
    for bad in (([0, 1], [1]), ([0], [1], [1, 2]), (0, 1)):
        with pytest.raises(ValueError):
            solver.set_stimulus(*bad)
    with pytest.raises(TypeError):
        solver.set_stimulus([(0, 1)], None, 3)


# ---- the spike callback ----


def test_a_new_reset(solver):
    resets = []

    def fn(event):
        resets.append(event)
        return -70, event.before.u + 4
    solver.on_spike(fn)
    solver.run(3.2)
    assert len(resets) == 1
    t = resets[0].t
    other = izh.Solver(izh.params_2003(.02, .2, -70, 4), initial=(-65, -13))
    other.set_current(10)
    assert np.array_equal(solver.sample([50])[0], other.sample([50])[0]) and t < 4


def test_stop(solver):
    times = []

    def fn(event):
        times.append(event.t)
        return izh.STOP
    solver.on_spike(fn)
    assert solver.run(100) is False and solver.time == times[0] and solver.state.v == -65
    assert solver.run(100) is False and solver.run(100) is False and solver.run(100) is True
    assert len(times) == 3


def test_sample_is_nan_after_a_stop(solver):
    solver.on_spike(lambda event: izh.STOP)
    v, u = solver.sample([1, 2, 3, 4, 5])
    assert np.isnan(v).tolist() == np.isnan(u).tolist() == [False] * 3 + [True] * 2


class Odd(Exception):
    pass


@pytest.mark.parametrize('error', [Odd, KeyboardInterrupt, SystemExit, StopIteration])
def test_what_a_callback_raises_comes_out(solver, error):
    def fn(event):
        raise error('here')
    solver.on_spike(fn)
    with pytest.raises(error, match='here'):
        solver.run(100)
    assert solver.time == pytest.approx(3.127, abs=1e-3)
    with pytest.raises(error):
        solver.sample([90])
    solver.on_spike(None)
    assert solver.run(100)


@pytest.mark.parametrize('answer, error', [
    (3, TypeError), ('ab', TypeError), ((1, 2, 3), TypeError), (True, TypeError),
    ((1, None), TypeError), ((math.nan, 0), izh.ResetError), ((30, 0), ValueError)])
def test_wrong_answers(solver, answer, error):
    solver.on_spike(lambda event: answer)
    with pytest.raises(error):
        solver.run(100)
    solver.on_spike(None)
    assert solver.run(100)


def test_an_exception_is_not_kept(solver):
    """Neither the exception nor the frames in its traceback outlive it."""
    class Big:
        pass
    seen = []

    def fn(event):
        big = Big()
        seen.append(weakref.ref(big))
        raise Odd
    solver.on_spike(fn)
    for _ in range(3):
        with pytest.raises(Odd):
            solver.run(100)
    gc.collect()
    assert len(seen) == 3 and [x() for x in seen] == [None] * 3


def test_inside_a_callback(solver, rs):
    said = []

    def fn(event):
        assert solver.time == event.t and solver.state == event.before
        solver.set_current(12)
        solver.set_params(rs.replace(d=6))
        solver.on_spike(fn)
        solver.on_spike(fn)
        assert len(solver.save()) > 100
        for call in (lambda: solver.run(200), lambda: solver.set_state(-60, 0), solver.close,
                     lambda: solver.kick(1), lambda: solver.load(solver.save()),
                     lambda: solver.sample([200])):
            with pytest.raises(izh.BusyError):
                call()
        gc.collect()
        said.append(event.t)
    solver.on_spike(fn)
    assert solver.run(100) and len(said) > 2


def test_a_callback_may_run_another_solver(rs):
    solver, inner = izh.Solver(rs, initial=(-65, -13)), izh.Solver(rs, initial=(-65, -13))
    solver.set_current(10)

    def fn(event):
        inner.kick(1)
        inner.run(event.t)
        if event.t > 50:
            raise Odd
    solver.on_spike(fn)
    with pytest.raises(Odd):
        solver.run(100)
    assert inner.time == solver.time > 50


# ---- the stimulus callback ----


def test_a_closed_loop(rs):
    asked = []

    def clamp(t, state):
        asked.append((t, state))
        return 10 + .1 * (-60 - state.v), 0, t + .5
    solver = izh.Solver(rs)
    solver.on_stimulus(clamp)
    assert solver.run(20)
    assert len(asked) == 41 or len(asked) == 40
    assert asked[1][0] == .5
    solver.on_stimulus(lambda t, state: 5)
    solver.run(30)
    constant = izh.Solver(rs)
    constant.set_current(5)
    linear = izh.Solver(rs)
    linear.on_stimulus(lambda t, state: (5, 0.))
    assert constant.run(30) and linear.run(30) and constant.state == linear.state
    solver.on_stimulus(None)
    assert solver.run(31)


def test_a_stimulus_that_raises_is_asked_again(rs):
    asked = []

    def fn(t, state):
        asked.append(t)
        if len(asked) == 2:
            raise Odd
        return 10, 0, t + 5
    solver = izh.Solver(rs)
    solver.on_stimulus(fn)
    with pytest.raises(Odd):
        solver.run(20)
    assert solver.time == asked[1] > 0
    assert solver.run(20) and asked[:3] == [0, asked[1], asked[1]]


@pytest.mark.parametrize('answer, error', [
    ('x', TypeError), (None, TypeError), ((), TypeError), ((1, 2, 3, 4), TypeError),
    (math.nan, ValueError), ((1, 0, -1), ValueError)])
def test_wrong_stimuli(rs, answer, error):
    solver = izh.Solver(rs)
    solver.on_stimulus(lambda t, state: answer)
    with pytest.raises(error):
        solver.run(20)
    solver.set_current(0)
    assert solver.run(20)


def test_a_stimulus_may_stop(rs):
    solver = izh.Solver(rs)
    solver.on_stimulus(lambda t, state: izh.STOP if t >= 5 else (1, 0, 5))
    assert solver.run(20) is False and solver.time == 5


def test_limit_of_steps(rs):
    """Where it fires at 10, `taylor` cuts more than two steps short within a millisecond."""
    def run(**limit):
        solver = izh.Solver(rs, initial=(-65, -13), **limit)
        solver.set_current(10)
        return solver.run(30)
    assert run() is True
    with pytest.raises(izh.DivergedError, match='max_steps_per_ms = 2 steps'):
        run(max_steps_per_ms=2)


# ---- wrong input ----


def test_wrong_configs(rs):
    for options, error in (({'method': 'newton'}, 'newton'), ({'method': ''}, 'none of euler'),
                           ({'events': 'soon'}, 'soon'), ({'dt': -1}, 'dt'),
                           ({'dt': math.nan}, 'dt'), ({'rtol': -1}, 'rtol'),
                           ({'initial': (math.nan, 0)}, 'v = nan'), ({'t0': math.inf}, 't0'),
                           ({'max_segments': -1}, 'max_segments'),
                           ({'max_spikes_per_ms': .5}, 'max_spikes_per_ms'),
                           ({'max_steps_per_ms': .5}, 'max_steps_per_ms'),
                           ({'max_segments': 1 << 64}, 'max_segments')):
        with pytest.raises(ValueError, match=error):
            izh.Solver(rs, **options)
    for options in ({'method': 3}, {'events': 1}, {'dt': 'x'}, {'initial': 3}, {'initial': 'ab'},
                    {'max_segments': 1.5}, {'initial': (1, 2, 3)}):
        with pytest.raises(TypeError):
            izh.Solver(rs, **options)
    with pytest.raises(NotImplementedError):
        izh.Solver(rs, 'taylor', events='grid')
    for params in None, (1, 2), 'RS', np.zeros(16):
        with pytest.raises(TypeError, match='izh.Params'):
            izh.Solver(params)


def test_wrong_calls(solver):
    for call in (lambda: solver.run(math.nan), lambda: solver.run(-1),
                 lambda: solver.set_current(math.inf), lambda: solver.set_state(math.nan, 0),
                 lambda: solver.kick(math.nan), lambda: solver.sample([3, 2]),
                 lambda: solver.sample([[1, 2]]), lambda: solver.sample(3),
                 lambda: solver.sample([math.nan])):
        with pytest.raises(ValueError):
            call()
    for call in (lambda: solver.run('x'), lambda: solver.set_current(None),
                 lambda: solver.sample(['a']), lambda: solver.set_params(3),
                 lambda: solver.sample([1j]), lambda: solver.load('abc')):
        with pytest.raises(TypeError):
            call()
    assert solver.time == 0
    with pytest.raises(izh.InvalidError, match='t_end = -1'):
        solver.run(-1)
    assert 't_end = -1' in solver.message
    assert [len(x) for x in solver.sample([])] == [0, 0]
    assert solver.sample(np.arange(5, dtype=np.float32))[0].dtype == np.float64


def test_divergence_is_an_arithmetic_error(rs):
    solver = izh.Solver(rs.replace(c=29.9, d=-8), initial=(-65, -13))
    solver.set_current(1e6)
    with pytest.raises(ArithmeticError) as caught:
        solver.run(1000)
    assert isinstance(caught.value, izh.DivergedError) and str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).args == caught.value.args


# ---- life ----


def test_closed(solver):
    with solver as same:
        assert same is solver and not solver.closed
    assert solver.closed
    solver.close()
    for call in (lambda: solver.run(1), lambda: solver.state, lambda: solver.time, solver.save,
                 lambda: solver.set_current(1), lambda: solver.on_spike(print),
                 lambda: solver.on_spike(None), lambda: solver.set_stimulus([(0, 1)]),
                 lambda: solver.sample([1]), lambda: solver.kick(1), lambda: solver.message,
                 lambda: solver.statistics, lambda: solver.spike_error_bound, solver.__enter__,
                 lambda: pickle.dumps(solver), lambda: solver.set_state(0, 0)):
        with pytest.raises(ValueError, match='closed'):
            call()
    assert 'closed' in repr(solver)


def test_an_exception_closes(rs):
    with pytest.raises(Odd):
        with izh.Solver(rs) as solver:
            raise Odd
    assert solver.closed


def test_a_cycle_is_collected(rs, calls):
    solver = type('Mine', (izh.Solver,), {})(rs)
    solver.on_spike(lambda event: solver.state)
    solver.me = solver
    mine = solver._handle.pointer
    del solver
    assert mine in [pointer for _, pointer in calls.alive]
    gc.collect()
    assert mine not in [pointer for _, pointer in calls.alive]


def test_without_a_cycle_it_goes_at_once(rs, calls):
    gc.disable()
    try:
        solver = izh.Solver(rs)
        solver.on_spike(print)
        solver.run(1)
        before = len(calls.alive)
        del solver
        assert len(calls.alive) == before - 1
    finally:
        gc.enable()


def test_collection_in_the_middle_of_a_run():
    """A solver whose last reference goes away inside its own callback lives until the run ends."""
    holder = {'solver': report_solver()}

    def fn(event):
        holder.clear()
        for _ in range(3):
            gc.collect()
        report_solver().run(10)
    holder['solver'].on_spike(fn)
    assert holder['solver'].run(500)


# ---- saving ----


def test_saved_is_resumed_bit_for_bit(rs):
    for method in izh.methods:
        if method == 'pinn' or not takes_any_neuron(method):
            continue
        solver = report_solver(method=method)
        solver.run(201.3)
        blob = solver.save()
        assert isinstance(blob, bytes)
        solver.run(500)
        other = izh.Solver(rs, method)
        other.load(blob)
        other.run(500)
        assert other.state == solver.state and other.save() == solver.save()
        other.load(bytearray(blob))
        assert other.time == 201.3


def test_pickles_and_copies():
    solver = report_solver(method='rk4', dt=.05, rtol=0)
    solver.run(201.3)
    others = [pickle.loads(pickle.dumps(solver)), copy.copy(solver), copy.deepcopy(solver)]
    solver.run(600)
    for other in others:
        assert other.time == 201.3
        other.run(600)
        assert other.state == solver.state


def test_functions_are_not_pickled(solver):
    solver.on_spike(print)
    with pytest.warns(UserWarning, match='on_spike'):
        pickle.dumps(solver)
    solver.on_stimulus(lambda t, state: 1)
    with pytest.raises(TypeError, match='on_stimulus'):
        pickle.dumps(solver)
    solver.set_current(1)
    solver.on_spike(None)
    pickle.dumps(solver)


def test_bad_blobs(solver, rs):
    blob = solver.save()
    for bad in blob[:-1], b'', blob[:20] + b'x' + blob[21:], b'x' * 1000:
        with pytest.raises(izh.FormatError):
            solver.load(bad)
    with pytest.raises(izh.InvalidError):
        izh.Solver(rs, 'euler').load(blob)
    assert solver.save() == blob


def test_next_spike(rs):
    looks, runs = (izh.Solver(rs, initial=(-65, -13)) for _ in range(2))
    for s in looks, runs:
        s.set_current(10)
        s.run(1.3)
    t = looks.next_spike(100)
    assert looks.time == 1.3 and looks.save() == runs.save()
    times = []
    runs.on_spike(lambda event: times.append(event.t) or izh.STOP)
    assert not runs.run(100) and times == [t]
    assert looks.next_spike(2) == math.inf
    with pytest.raises(izh.InvalidError, match='limit = 1 must be finite and not before now'):
        looks.next_spike(1)
    looks.on_stimulus(lambda t, state: 10)
    with pytest.raises(izh.UnsupportedError, match='stimulus function'):
        looks.next_spike(100)
