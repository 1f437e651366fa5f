import gc
import math
import os
import pickle

import numpy as np
import pytest

import izh
from izh import pinn

REPORT = izh.params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100)
CURRENT = [(0, 0), (101, 70)]


@pytest.fixture(scope='module')
def trained():
    return pinn.train(REPORT, 400, current=CURRENT, initial=(-60, 0))


def test_a_trajectory_is_the_solution(trained):
    assert trained.end == 400 and len(trained.spikes) == 2
    assert abs(trained.spikes['t'] - [201.0224709569527, 348.8095578693404]).max() < 1e-7
    assert trained.spikes['v'] == pytest.approx(35)
    solver = izh.Solver(REPORT, initial=(-60, 0))
    solver.set_stimulus(CURRENT)
    times = np.linspace(0, 400, 101)
    for x, y in zip(trained.eval(times), solver.sample(times)):
        assert np.abs(x - y).max() < 1e-5
    assert 0 <= trained.residual(times).max() < 1e-8
    windows = trained.windows
    assert windows['t'][0] == 0 and windows['length'].sum() == pytest.approx(400)
    assert len(trained.losses) == windows['iterations'].sum()
    assert trained.message == ''


def test_times_beyond_are_nan(trained):
    v, u = trained.eval([-1, 5, 401, math.nan])
    assert np.isnan(v).tolist() == [True, False, True, True]
    assert np.isnan(trained.residual([401]))[0]
    assert len(trained.eval([])[0]) == 0
    for bad in ['x'], [[1]], 3:
        with pytest.raises((TypeError, ValueError)):
            trained.eval(bad)


def test_views_outlive_the_trajectory():
    short = pinn.train(REPORT, 20, current=300., initial=(-60, 0), t0=5)
    spikes, losses, windows = short.spikes, short.losses[3:], short.windows
    expected = losses.copy()
    with pytest.raises(ValueError):
        losses[0] = 1
    del short
    gc.collect()
    assert np.array_equal(losses, expected) and windows['t'][0] == 5
    assert len(spikes) == 0 or spikes['t'][0] > 5


def test_saved(trained, tmp_path):
    blob = trained.save()
    path = tmp_path / 'trained.izh'
    trained.save_file(path)
    assert path.read_bytes() == blob
    times = np.linspace(0, 400, 50)
    for other in (pinn.Trajectory.load(blob), pinn.Trajectory.load_file(str(path)),
                  pinn.Trajectory.load_file(os.fsencode(path)),
                  pickle.loads(pickle.dumps(trained))):
        assert np.array_equal(other.eval(times), trained.eval(times))
    with pytest.raises(OSError) as caught:
        trained.save_file(tmp_path / 'none' / 'x')
    assert isinstance(caught.value, izh.FileError) and 'none' in trained.message
    with pytest.raises(OSError):
        pinn.Trajectory.load_file(tmp_path / 'none')
    with pytest.raises(izh.FormatError):
        pinn.Trajectory.load(blob[:-1])
    with pytest.raises(TypeError):
        pinn.Trajectory.load('x')


def test_progress():
    seen = []
    short = pinn.train(REPORT, 100, initial=(-50, 0), progress=lambda p: seen.append(p))
    assert seen[0].iteration == 1 and seen[-1].t_end == 100 and len(seen) == len(short.losses)
    stopped = pinn.train(REPORT, 1000, current=CURRENT,
                         progress=lambda p: izh.STOP if p.window == 2 else None)
    assert 0 < stopped.end < 1000

    def fail(progress):
        raise KeyError(progress.window)
    with pytest.raises(KeyError):
        pinn.train(REPORT, 100, progress=fail)
    with pytest.raises(TypeError):
        pinn.train(REPORT, 100, progress=lambda p: 3)


def test_wrong_input():
    for options in ({'t_end': math.nan}, {'t_end': -1}, {'tolerance': -1}, {'longest': -1},
                    {'pinn': pinn.Network(hidden=3)}, {'pinn': pinn.Network(seed=-1)},
                    {'current': [(0, math.nan)]}, {'initial': (math.nan, 0)}):
        with pytest.raises(ValueError):
            pinn.train(REPORT, **{'t_end': 10, **options})
    for options in ({'t_end': 'x'}, {'current': 'x'}, {'params': 3}, {'initial': 3}):
        with pytest.raises(TypeError):
            pinn.train(**{'params': REPORT, 't_end': 10, **options})
    with pytest.raises(ArithmeticError):
        pinn.train(REPORT, 10, current=1e9, tolerance=1e-11)


def test_the_method(rs):
    solver = izh.Solver(rs, 'pinn', initial=(-65, -13), pinn=pinn.Network(hidden=12, seed=3))
    solver.set_current(10)
    spikes = []
    solver.on_spike(lambda event: spikes.append(event.t))
    solver.run(5)
    assert spikes[0] == pytest.approx(3.127055303877, abs=1e-8)


@pytest.fixture(scope='module')
def flow():
    return pinn.train_flow(REPORT, -20, 120, units=32, points=800)


def test_flow(flow):
    info = flow.info
    assert info.params == REPORT and (info.I_lo, info.I_hi, info.units) == (-20, 120, 32)
    assert 0 < info.residual < .1 and info.step <= 1
    v, u, residual = flow.eval((-60, 0), [0, info.step / 2, info.step], I=70)
    assert v[0] == pytest.approx(-60) and v[2] > v[1] and residual.max() < .1
    assert np.isnan(flow.eval((-60, 0), [0, 2 * info.step])[0]).tolist() == [False, True]
    for bad in {'I': 1e6}, {'initial': (1e6, 0)}:
        with pytest.raises(ValueError, match='beyond'):
            flow.eval(**{'initial': (-60, 0), 'times': [.1], **bad})
    assert flow.message == ''


def test_what_a_file_is_stays(trained, flow, tmp_path):
    target, link = tmp_path / 'target', tmp_path / 'link'
    link.symlink_to('target')
    for saved in trained, flow:
        saved.save_file(link)
        assert link.is_symlink() and target.read_bytes() == saved.save()
        target.chmod(0o600)
        saved.save_file(link)
        assert target.stat().st_mode & 0o7777 == 0o600
        target.chmod(0o400)
        with pytest.raises(izh.FileError, match='denied'):
            saved.save_file(link)
        target.unlink()
        os.mkfifo(target)
        with pytest.raises(izh.FileError, match='it is a FIFO'):
            saved.save_file(link)
        with pytest.raises(izh.FileError, match='it is a FIFO'): # and does not wait for a writer
            type(saved).load_file(target)
        target.unlink()
        with pytest.raises(izh.FileError, match='it is a directory'):
            saved.save_file(tmp_path)
    assert os.listdir(tmp_path) == ['link']


def test_a_solver_keeps_its_flow(flow, tmp_path):
    flow.save_file(tmp_path / 'flow')
    mine = pinn.Flow.load_file(tmp_path / 'flow')
    solver = izh.Solver(REPORT, 'pinn', initial=(-60, 0), flow=mine)
    del mine
    gc.collect()
    solver.set_stimulus(CURRENT)
    solver.run(150)
    other = pickle.loads(pickle.dumps(solver))
    assert solver.run(160) and other.run(160) and solver.state == other.state
    cycle = {'solver': solver, 'flow': pinn.Flow.load(flow.save())}
    cycle['self'] = cycle


def test_flow_progress_and_wrong_input():
    seen = []

    def stop(progress):
        seen.append(progress)
        return izh.STOP if progress.iteration == 3 else None
    try:
        pinn.train_flow(REPORT, -20, 120, units=8, points=200, progress=stop)
    except izh.ToleranceError:
        pass
    assert [x.iteration for x in seen] == [1, 2, 3] and seen[0].iterations > 3
    with pytest.raises(ZeroDivisionError):
        pinn.train_flow(REPORT, -20, 120, units=8, points=200, progress=lambda p: 1 / 0)
    with pytest.raises(NotImplementedError):
        pinn.train_flow(REPORT.replace(b_lo=0), -20, 120)
    for bad in {'units': 3}, {'I_hi': -30}, {'points': -1}, {'seed': 1 << 64}:
        with pytest.raises(ValueError):
            pinn.train_flow(REPORT, **{'I_lo': -20, 'I_hi': 120, **bad})
