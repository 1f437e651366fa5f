"""The examples run to their end and draw their pictures."""
import importlib.util
import os
import pathlib
import subprocess
import sys

import pytest

EXAMPLES = pathlib.Path(os.environ['IZH_SOURCE']) / 'bindings' / 'python' / 'examples'


def run(folder, name, *arguments):
    done = subprocess.run([sys.executable, EXAMPLES / name, *arguments], cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_first_spike(tmp_path):
    assert run(tmp_path, 'first_spike.py').splitlines()[0] == 'spike at 3.127055303877 ms'


@pytest.mark.parametrize('name, arguments, says', [
    ('fi_curve.py', (), 'the picture is x.png'), ('network_2003.py', (), '8050 spikes in 1000 ms'),
    ('sweep.py', ('30',), '900 neurons')])
def test_pictures(tmp_path, name, arguments, says):
    pytest.importorskip('matplotlib')
    assert says in run(tmp_path, name, 'x.png', *arguments)
    assert (tmp_path / 'x.png').stat().st_size > 20000


def test_fit(tmp_path):
    pytest.importorskip('scipy', reason='no SciPy, for izh.fit')
    import izh
    true = izh.params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100)
    for k, I in enumerate((70, 150)):
        spikes = izh.simulate(true, I, 1000, initial=(-60, 0)).spikes
        rows = [f'0,{I},0', *(f'{t!r},{I},1' for t in spikes.tolist()), f'1000,{I},0']
        (tmp_path / f'{k}.csv').write_text('t,I,spike\n' + '\n'.join(rows) + '\n')
    arguments = ('0.csv', '1.csv', '--fix', 'C=100', 'vr=-60', 'vt=-40', 'vpeak=35', 'b=-2', 'c=-50',
                 '--free', 'k=.4:1.2', 'a=.01:.1', 'd=50:200')
    said = run(tmp_path, 'fit.py', *arguments).splitlines()
    assert said[1].startswith('     k 0.7 +- ') and said[-1] == 'the spikes agree'
    assert 'sweep 0: 7 spikes, fitted 7, Gamma 1.000' in said[9]


def fit_from_neo(tmp_path):
    """A recording of two segments that Neo has written, in other units, from 3 s on."""
    import izh
    import neo
    import numpy as np
    import quantities as pq
    true, block = izh.params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100), neo.Block()
    for I in 70, 150:
        v = izh.simulate(true, I, 1000, every=.02, initial=(-60, 0)).v
        how = dict(sampling_rate=50 * pq.kHz, t_start=3 * pq.s)
        segment = neo.Segment()
        segment.analogsignals += [neo.AnalogSignal(np.full(len(v), I / 1000), units='nA', **how),
                                  neo.AnalogSignal(np.asarray(v), units='mV', **how)]
        block.segments.append(segment)
    neo.io.PickleIO(str(tmp_path / 'two.pkl')).write_block(block)
    arguments = ('two.pkl', '--threshold', '33', '--fix', 'C=100', 'vr=-60', 'vt=-40', 'vpeak=35', 'b=-2',
                 'c=-50', '--free', 'k=.4:1.2', 'a=.01:.1', 'd=50:200', '--sigma', '.1')
    said = run(tmp_path, 'fit.py', *arguments).splitlines()
    assert 'sweep 0: 7 spikes, fitted 7, Gamma 1.000' in said[9] and said[-1] == 'the spikes agree'
    assert float(said[1].split()[1]) == pytest.approx(.7, rel=1e-3)


if importlib.util.find_spec('neo') and importlib.util.find_spec('scipy'):  # the long tests install it
    test_fit_from_neo = fit_from_neo


def test_wrong_arguments(tmp_path):
    for arguments in ('sweep.py', 'x.png', 'many'), ('sweep.py', 'x.png', '1'), ('fi_curve.py', 'a', 'b'):
        done = subprocess.run([sys.executable, EXAMPLES / arguments[0], *arguments[1:]], cwd=tmp_path,
                              stderr=subprocess.PIPE, text=True)
        assert done.returncode == 2 and 'usage' in done.stderr


def test_every_example_is_tested():
    by_long_tests = {'fit_hodgkin_huxley.py'}  # it takes half a minute
    assert {path.name for path in EXAMPLES.glob('*.py')} - by_long_tests == {
        'first_spike.py', 'fi_curve.py', 'fit.py', 'network_2003.py', 'sweep.py'}
