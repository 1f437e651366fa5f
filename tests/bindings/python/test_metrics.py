"""izh.metrics: the numbers of C by the way of NumPy, and what is refused."""
import math

import numpy as np
import pytest

import izh
from izh import metrics


def trains(seed, n=12):
    random = np.random.default_rng(seed)
    return [np.sort(random.uniform(0, 100, random.integers(0, n))) for _ in range(2)]


@pytest.mark.parametrize('seed', range(30))
def test_distances_are_their_definitions(seed):
    a, b = trains(seed)

    def pairs(x, y, tau=7):
        return np.exp(-abs(np.subtract.outer(x, y)) / tau).sum()

    squared = pairs(a, a) / 2 + pairs(b, b) / 2 - pairs(a, b)
    assert metrics.van_rossum(a, b, 7)**2 == pytest.approx(squared, abs=1e-12)
    cost = np.add.outer(np.arange(len(a) + 1.), np.arange(len(b) + 1.))
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            cost[i + 1, j + 1] = min(cost[i, j] + .2 * abs(x - y), cost[i, j + 1] + 1, cost[i + 1, j] + 1)
    assert metrics.victor_purpura(a, list(b), .2) == pytest.approx(cost[-1, -1], abs=1e-12)
    assert metrics.spike_distance(a, a, 0, 100) == 0


def test_spike_distance_by_its_profile():
    # One spike in the middle against none: S = 100 t/(2 75^2) up to it, and falls as it rose.
    assert metrics.spike_distance([50], [], 0, 100) == pytest.approx(2 / 9, abs=1e-14)


def test_coincidence():
    chance = 2 * 3 / 100 * .6
    expected = (1 - chance * 3) / 3 / (1 - chance)
    assert metrics.coincidence([10, 20, 30], (10.5, 21, 45), .6, 100) == pytest.approx(expected, abs=1e-14)
    assert metrics.coincidence([], [], 2, 100) == 1 and metrics.coincidence([1], [], 2, 100) == 0


def test_intervals():
    of = metrics.intervals([0, 1, 3])
    assert of.count == 2 and of.mean == 1.5 and of.rate == pytest.approx(1000 / 1.5)
    assert of.cv == pytest.approx(math.sqrt(.5) / 1.5) and of.lv == pytest.approx(1 / 3)
    assert of.adaptation == pytest.approx(1 / 3)
    assert math.isnan(metrics.intervals([]).rate) and math.isnan(metrics.intervals([1, 2]).cv)


@pytest.mark.parametrize('call, message', [
    (lambda: metrics.van_rossum([1, 3, 2], [], 1), r'a\[2\] = 2.0 comes before'),
    (lambda: metrics.victor_purpura([], [1, math.nan], 1), r'b\[1\] = nan is not finite'),
    (lambda: metrics.intervals([math.inf]), r'times\[0\] = inf is not finite'),
    (lambda: metrics.van_rossum([], [], 0), 'tau = 0.0 must be above 0'),
    (lambda: metrics.van_rossum([], [], math.nan), 'tau = nan must be above 0'),
    (lambda: metrics.victor_purpura([], [], -1), 'q = -1.0 must be at least 0'),
    (lambda: metrics.coincidence([], [1, 2], 25, 100), 'precision = 25.0 is too coarse for 2 spikes'),
    (lambda: metrics.coincidence([], [], -1, 100), 'precision = -1.0 must be at least 0'),
    (lambda: metrics.coincidence([], [], 1, 0), 'duration = 0.0 must be above 0'),
    (lambda: metrics.coincidence([], [], math.inf, 9), 'precision = inf is too coarse'),
    (lambda: metrics.spike_distance([], [], 1, 1), 'end = 1.0 must be above begin = 1.0'),
    (lambda: metrics.spike_distance([], [2, 5], 0, 4), r'b\[1\] = 5.0 is not within 0.0 and 4.0'),
])
def test_refusals_say_what_is_wrong(call, message):
    with pytest.raises(izh.InvalidError, match=message):
        call()


def test_types():
    with pytest.raises(TypeError, match='a must hold real numbers'):
        metrics.van_rossum(['x'], [], 1)
    with pytest.raises(TypeError, match='tau must be a number'):
        metrics.van_rossum([], [], 'x')
