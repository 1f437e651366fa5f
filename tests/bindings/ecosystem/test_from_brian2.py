"""The pairs of docs/from-brian2.md: what Brian2's half computes, the other half does."""
import pathlib
import re

import numpy as np
import pytest

pytest.importorskip('brian2')
PAGE = pathlib.Path(__file__).parents[3] / 'docs' / 'from-brian2.md'


def sections():
    parts = re.split(r'^## (.*)$', PAGE.read_text(), flags=re.M)
    begin = re.findall(r'```python\n(.*?)```', parts[0], re.S)
    assert len(begin) == 2
    found = {}
    for title, text in zip(parts[1::2], parts[2::2]):
        halves = re.findall(r'```python\n(.*?)```', text, re.S)
        assert len(halves) == 2 and re.search(r'^Brian2:\n\n```python.*^izh:\n\n```python', text, re.M | re.S)
        found[title] = [before + half for before, half in zip(begin, halves)]
    return found


SECTIONS = sections()


def run(title):
    """What the names of both halves stand for in the end."""
    spaces = []
    for half in SECTIONS[title]:
        spaces.append({'__name__': 'half'})
        exec(compile(half, title, 'exec'), spaces[-1])
    return spaces


def test_no_pair_is_forgotten():
    source = pathlib.Path(__file__).read_text()
    assert len(SECTIONS) == 6
    for title in SECTIONS:
        assert f"run('{title}')" in source, title


@pytest.mark.parametrize('call', [lambda: run('Neurons under a current'), lambda: run('A current over time')])
def test_the_same_steps_give_the_same_spikes(call):
    brian, ours = call()
    for theirs, own in zip(brian['trains'], ours['trains']):
        assert len(theirs) == len(own) > 1
        assert own == pytest.approx(theirs, abs=1e-9)


def test_v():
    brian, ours = run('What v does')
    assert ours['t'] == pytest.approx(brian['t'], abs=1e-9)
    assert ours['v'] == pytest.approx(brian['v'], abs=1e-6)


def test_conductances_and_delays():
    brian, ours = run('Spikes from outside, conductances and delays')
    counts = [len(train) for train in ours['trains']]
    assert counts == [len(train) for train in brian['trains']] and counts[0] > 0 and counts[1] > 0
    for theirs, own in zip(brian['trains'], ours['trains']):
        assert (own > theirs - .02).all() and (own < theirs + .12).all()  # conductances are held, here means
    assert ours['v'].min() < -66 and ours['v'] == pytest.approx(brian['v'], abs=.05)


@pytest.mark.parametrize('call', [lambda: run('Neurons connected at random'), lambda: run('Poisson input')])
def test_rates(call):
    brian, ours = call()
    assert ours['rate'] == pytest.approx(brian['rate'], rel=.1) and ours['rate'] > 2
