import copy
import math
import pickle
import sys

import numpy as np
import pytest

import izh
from izh import _c

REPORT = izh.params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100)


def test_a_result(rs):
    result = izh.simulate(REPORT, [(0, 0), (101, 70)], 1000, initial=(-60, 0))
    assert len(result.spikes) == 6 and abs(result.spikes[0] - 201.0224709569527) < 1e-9
    assert len(result.t) == len(result.v) == len(result.u) == len(result.I) == 10001
    assert result.t[0] == 0 and result.t[-1] == 1000 and result.I[[1009, 1010]].tolist() == [0, 70]
    assert result.v.max() < 35
    assert abs(result.v[2500] - -54.6114411885775) < 1e-9
    t, v, u = result.trace()
    assert v.max() == pytest.approx(35) and len(t) == 10001 + 12 and (np.diff(t) >= 0).all()
    assert u[np.argmax(v) + 1] - u[np.argmax(v)] == pytest.approx(100)


def test_samples_and_steps(rs):
    fine = izh.simulate(rs, 10, 100)
    coarse = izh.simulate(rs, 10, 100, every=7)
    assert coarse.t.tolist() == [*range(0, 100, 7), 100] and np.array_equal(fine.spikes,
                                                                           coarse.spikes)
    euler = izh.simulate(rs, 10, 100, method='euler', dt=.5, events='grid')
    assert len(euler.t) == 201 and set(euler.spikes) <= set(euler.t)
    assert len(izh.simulate(rs, 10, 0).t) == 1 and len(izh.simulate(rs, 0, 50).spikes) == 0
    assert izh.simulate(rs, 0, 50).trace()[0].shape == (501,)
    ramp = izh.simulate(rs, [(10, 0, .5)], 20, every=5)
    assert ramp.I.tolist() == [0, 0, 0, 2.5, 5]


def test_wrong_input(rs):
    for arguments in ((rs,), (rs, 10), (rs, None, 10), (rs, 'x', 10), (rs, 10, 'x'), (3, 1, 1),
                      (None, 1, 1)):
        with pytest.raises(TypeError):
            izh.simulate(*arguments)
    for arguments in ((rs, 10, -1), (rs, 10, math.nan), (rs, math.nan, 10), (rs, [1, 2], 10)):
        with pytest.raises(ValueError):
            izh.simulate(*arguments)
    with pytest.raises(ValueError):
        izh.simulate(rs, 10, 10, every=-1)
    with pytest.raises(KeyError):
        izh.simulate('no such preset')


def test_plot(rs, monkeypatch, tmp_path):
    matplotlib = pytest.importorskip('matplotlib')
    matplotlib.use('agg')
    result = izh.simulate(rs, 10, 100)
    figure = result.plot()
    figure.savefig(tmp_path / 'x.png')
    assert len(figure.axes) == 3 and (tmp_path / 'x.png').stat().st_size > 5000
    import matplotlib.pyplot as plt
    axes = plt.figure().add_subplot()
    assert result.plot(axes) is axes.figure and len(axes.lines) == 1
    plt.close('all')


def test_plot_without_matplotlib(rs, monkeypatch):
    monkeypatch.setitem(sys.modules, 'matplotlib', None)
    monkeypatch.setitem(sys.modules, 'matplotlib.pyplot', None)
    with pytest.raises(ImportError, match='plot needs matplotlib'):
        izh.simulate(rs, 10, 10).plot()


def test_presets():
    names = list(izh.presets)
    assert len(names) == len(izh.presets)
    for bad in 'none', '', '2004-A\0', 3, None:
        with pytest.raises(KeyError):
            izh.presets[bad]
    if not hasattr(_c.lib.real, 'izh_preset_count'):
        assert not names
        return
    assert '2004-A' in izh.presets and 'report-RS' in names and 'presets: ' in repr(izh.presets)
    for name, preset in izh.presets.items():
        assert preset.name == name and preset.title and preset.source and preset.family in name
        assert preset.published_method and len(preset.segments) >= 1
        assert pickle.loads(pickle.dumps(preset)).params == copy.copy(preset).params
    report = izh.presets['report-RS']
    assert report.params == REPORT and report.initial == (-60, 0)
    exact = izh.simulate(report)
    assert abs(exact.spikes[0] - 201.0224709569527) < 1e-9
    solver = report.solver()
    solver.run(1000)
    assert solver.state == (exact.v[-1], exact.u[-1])
    published = report.solver(published=True)
    assert published.run(report.published_until)
