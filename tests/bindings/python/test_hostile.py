"""What must not crash, hang or be taken for something else."""
import os
import pickle
import signal
import threading
import time

import numpy as np
import pytest

import izh
from izh import _arrays


def ctrl_c_after(seconds):
    def send():
        time.sleep(seconds)
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=send).start()


def run_solver(solver):
    solver.on_spike(lambda event: None)
    solver.run(3e6)


def run_stimulus(solver):
    solver.on_stimulus(lambda t, state: (10, 0, t + 1))
    solver.run(1e6)


def run_population(solver):
    population = izh.Population(3000)
    population.on_current(lambda t, first, count: 10)
    population.run(3000)


def run_training(solver):
    izh.pinn.train(izh.presets['2007-RS'].params, 20000, current=100)


@pytest.mark.parametrize('run', [run_solver, run_stimulus, run_population, run_training])
def test_ctrl_c_is_heard_where_c_calls_back(solver, run):
    """Python handles it at the start of the function, whose exceptions ctypes drops."""
    handler = signal.getsignal(signal.SIGINT)
    for _ in range(4):
        with pytest.raises(KeyboardInterrupt):
            ctrl_c_after(.02)
            run(solver)
        assert signal.getsignal(signal.SIGINT) is handler
    solver.on_spike(None)
    solver.set_current(0)
    solver.run(solver.time + 1)


def test_ctrl_c_before_and_after_the_run_leaves_no_handler(solver, monkeypatch):
    handler, set_handler = signal.getsignal(signal.SIGINT), signal.signal
    for late in 0, 1:
        calls = iter(range(9))

        def interrupted(number, new):
            nth = next(calls)
            if nth == 1 == late:
                os.kill(os.getpid(), signal.SIGINT)
            before = set_handler(number, new)
            if nth == 0 == late:
                os.kill(os.getpid(), signal.SIGINT)
            return before

        with monkeypatch.context() as patch:
            patch.setattr(signal, 'signal', interrupted)
            with pytest.raises(KeyboardInterrupt):
                solver.on_spike(lambda event: None)
                solver.run(solver.time + 1)
        assert signal.getsignal(signal.SIGINT) is handler


def test_ctrl_c_reaches_the_inner_of_two_runs(solver, rs):
    def outer(event):
        with pytest.raises(KeyboardInterrupt):
            ctrl_c_after(.02)
            run_solver(izh.Solver(rs, initial=(-65, -13)))
            run_training(None)
        return izh.STOP
    solver.on_spike(outer)
    assert not solver.run(100)


def test_signals_of_other_handlers_are_left_alone(solver):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        solver.on_spike(lambda event: None)
        assert solver.run(100)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_stop_without_a_current_asks_again(solver):
    asked = []
    solver.on_stimulus(lambda t, state: asked.append(t) or (izh.STOP if len(asked) == 1 else 5))
    assert not solver.run(10)
    assert solver.run(20)
    assert asked[:2] == [0, 0] and all(t > 0 for t in asked[2:])


def test_other_objects_are_no_flow_and_no_pinn(rs):
    trajectory = izh.pinn.train(rs, 1)
    for wrong in trajectory, izh.Solver(rs), izh.Population(1), 3, object():
        with pytest.raises(TypeError, match='flow must be izh.pinn.Flow'):
            izh.Solver(rs, 'pinn', flow=wrong)
    for wrong in None, (16, 20, 1, 0), 3:
        with pytest.raises(TypeError, match='pinn must be izh.pinn.Network'):
            izh.Solver(rs, 'pinn', pinn=wrong)
        with pytest.raises(TypeError, match='pinn must be izh.pinn.Network'):
            izh.pinn.train(rs, 1, pinn=wrong)


@pytest.mark.parametrize('kind', [izh.pinn.Flow, izh.pinn.Trajectory])
def test_trained_objects_are_not_made_of_addresses(kind):
    for arguments in (), (0,), (12345,):
        with pytest.raises(TypeError):
            kind(*arguments)


def test_a_zero_does_not_end_a_name(rs, tmp_path):
    with pytest.raises(ValueError):
        izh.Solver(rs, 'euler\0 or so')
    trajectory = izh.pinn.train(rs, 1)
    with pytest.raises(ValueError):
        trajectory.save_file(str(tmp_path / 'model\0.bin'))
    with pytest.raises(ValueError):
        izh.pinn.Trajectory.load_file(str(tmp_path / 'model\0.bin'))
    assert not list(tmp_path.iterdir())
    for name in '2004-A\0', '\ud800':
        assert name not in izh.presets
        with pytest.raises(ValueError):
            izh.Solver(rs, name)


def test_complex_numbers_are_no_numbers(solver):
    for wrong in 1 + 2j, np.complex64(1), np.complex128(1 + 2j):
        with pytest.raises(TypeError):
            solver.set_current(wrong)


def test_segments_are_a_list(solver):
    pieces = np.zeros((2, 2), izh.SEGMENT)
    pieces['t'] = [[0, 1], [2, 3]]
    with pytest.raises(ValueError, match='1 dimension'):
        solver.set_stimulus(pieces)


def unaligned(array):
    memory = np.empty(array.nbytes + 1, np.uint8)[1:]
    copy = np.frombuffer(memory, array.dtype)
    copy[...] = array
    assert not copy.flags.aligned
    return copy


def test_unaligned_arrays_are_copied(rs):
    assert _arrays.reals('x', unaligned(np.arange(3.))).flags.aligned
    assert _arrays.segments(unaligned(np.zeros(1, izh.SEGMENT))).flags.aligned
    population = izh.Population(3)
    population.set_current(unaligned(np.arange(3.)))
    population.set_state(unaligned(population.state()))
    population.set_params(unaligned(np.array([tuple(rs)] * 3, izh.PARAMS)))
    with pytest.raises(ValueError, match='aligned'):
        population.state(out=unaligned(population.state()))


class Named(izh.Solver):
    def __init__(self, name, params):
        super().__init__(params, initial=(-65, -13))
        self.name = name


class Cells(izh.Population):
    pass


def test_subclasses_are_pickled_as_such(rs):
    solver = Named('first', rs)
    solver.run(5)
    again = pickle.loads(pickle.dumps(solver))
    assert type(again) is Named and again.name == 'first' and again.state == solver.state
    cells = Cells(3)
    cells.layer = 4
    again = pickle.loads(pickle.dumps(cells))
    assert type(again) is Cells and again.layer == 4 and again.hash == cells.hash


def test_a_message_is_for_one_error():
    """Where two chunks have neurons in trouble, the second says nothing, then or later."""
    population = izh.Population(2)
    population.on_current(lambda t, first, count: [1e150, 1e150 if t > .25 else 0])  # by ticks
    with pytest.raises(izh.DivergedError):
        population.run(1)
    assert population.trouble_count == 2
    with pytest.raises(izh.UnsupportedError) as caught:
        izh.presets['2007-FS'].params.to_2003()
    assert 'neuron' not in str(caught.value)


def test_long_runs_to_zero_are_interruptible():
    population = izh.Population(1, t0=-1000)
    population.run(-999.9)
    with population._use() as pointer:
        assert len(list(population._chunks(pointer, 0.))) > 3


def test_a_recording_that_is_refused_leaves_the_one_before():
    population = izh.Population(2)
    recording = population.record([0], 5)
    for _ in range(3):
        with pytest.raises(izh.InvalidError):
            population.record([1], 5, every=0)
    assert len(population._recording) == 1
    population.run(1)
    assert population.recorded == 5 and not np.isnan(recording['v']).any()
