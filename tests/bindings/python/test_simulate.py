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


def test_a_pair_of_columns(rs):
    """With two or three samples they were read as rows."""
    for n in 2, 3, 4, 5:
        t, I = np.arange(n) * 10., np.arange(n) * 5.
        right = izh.simulate(rs, np.column_stack([t, I]), 60)
        for pair in (t, I), (t.tolist(), I.tolist()), (t, I, 0), (t, I, np.zeros(n)):
            result = izh.simulate(rs, pair, 60)
            assert np.array_equal(result.I, right.I) and np.array_equal(result.v, right.v)
        solver = izh.Solver(rs)
        solver.set_stimulus((t, I))
        other = izh.Solver(rs)
        other.set_stimulus(t, I)
        assert solver.save() == other.save()
    rows = izh.simulate(rs, [(0, 10), (5, 6)], 20)
    assert np.array_equal(izh.simulate(rs, ((0, 10), (5, 6)), 20).I, rows.I)
    with pytest.raises(ValueError, match='columns, as in the tuple'):
        izh.simulate(rs, [np.array([0., 5]), np.array([10., 6])], 20)


class Notebook:
    """What IPython does with what a cell returns; and, at the cell's end, the inline backend with
    what pyplot has, by the same way."""

    def __init__(self, plt):
        self.plt = plt

    def display(self, figure):
        try:
            figure._ipython_display_()
        except NotImplementedError:
            assert figure._repr_png_().startswith(b'\x89PNG')
            return 1
        return 0

    def shown(self, *returned):
        count = sum(map(self.display, returned))
        count += sum(self.display(self.plt.figure(number)) for number in self.plt.get_fignums())
        self.plt.close('all')
        return count


def test_a_notebook_shows_a_plot_once(rs, monkeypatch):
    matplotlib = pytest.importorskip('matplotlib')
    matplotlib.use('agg')
    import matplotlib.pyplot as plt
    plt.close('all')
    result, cell = izh.simulate(rs, 10, 100), Notebook(plt)
    for backend in 'module://matplotlib_inline.backend_inline', 'inline':
        monkeypatch.setattr(matplotlib, 'get_backend', lambda: backend)
        figure = result.plot()
        assert cell.shown(figure) == 1  # as the last line
        assert cell.shown(figure) == 1  # again, in another cell
        result.plot()
        assert cell.shown() == 1  # before the last line
        for _ in range(3):
            figure = result.plot()
        assert cell.shown(figure) == 3
    monkeypatch.setattr(matplotlib, 'get_backend', lambda: 'TkAgg')
    assert cell.shown(result.plot()) == 0  # it has a window
    monkeypatch.undo()
    figure = result.plot()
    assert cell.display(figure) == 1  # nothing else would show it
    plt.close('all')


def test_many_plots_warn_of_nothing_and_take_no_memory(rs, recwarn):
    pytest.importorskip('matplotlib').use('agg')
    import matplotlib.pyplot as plt
    plt.close('all')
    own, result = plt.figure(), izh.simulate(rs, 10, 10)
    figures = [result.plot() for _ in range(25)]
    assert plt.get_fignums() == [own.number, figures[-1].number] and plt.gcf() is figures[-1]
    assert figures[0].canvas.draw() is None and not recwarn.list
    assert pickle.loads(pickle.dumps(type(figures[0]))) is type(figures[0])
    plt.close('all')


def test_tables_for_notebooks(rs):
    html = izh.simulate('2004-A')._repr_html_()
    assert '2004-A: tonic spiking' in html and ' to 30 mV' in html and html.count('<tr>') == 6
    assert izh.simulate(rs, 0, 0)._repr_html_().count('<tr>') == 6
    html = REPORT._repr_html_()
    assert 'params_2007' in html and html.count('<tr>') == 9 and '<td style=\'text-align:left\'>pF<' in html
    assert izh.presets['2007-FS'].params._repr_html_().count('<tr>') == 16
    html = izh.presets['2004-A']._repr_html_()
    assert 'tonic spiking' in html and 'params_2003(a=0.02' in html
    assert izh.presets._repr_html_().count('<tr>') == len(izh.presets)
    assert '&lt;' in izh.simulate(rs, 0, 1).__class__(
        **{**vars(izh.simulate(rs, 0, 1)), 'title': '<b>'})._repr_html_()
    assert izh.presets._ipython_key_completions_() == list(izh.presets)


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
