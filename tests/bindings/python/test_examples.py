"""The examples run to their end and draw their pictures."""
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
    ('fi_curve.py', (), ''), ('network_2003.py', (), '8050 spikes in 1000 ms'),
    ('sweep.py', ('30',), '900 neurons')])
def test_pictures(tmp_path, name, arguments, says):
    pytest.importorskip('matplotlib')
    assert says in run(tmp_path, name, 'x.png', *arguments)
    assert (tmp_path / 'x.png').stat().st_size > 20000


def test_wrong_arguments(tmp_path):
    for arguments in ('sweep.py', 'x.png', 'many'), ('sweep.py', 'x.png', '1'), ('fi_curve.py', 'a', 'b'):
        done = subprocess.run([sys.executable, EXAMPLES / arguments[0], *arguments[1:]], cwd=tmp_path,
                              stderr=subprocess.PIPE, text=True)
        assert done.returncode == 2 and 'usage' in done.stderr


def test_every_example_is_tested():
    assert {path.name for path in EXAMPLES.glob('*.py')} == {
        'first_spike.py', 'fi_curve.py', 'network_2003.py', 'sweep.py'}
