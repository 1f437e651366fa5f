"""The spikes of a network's Poisson sources, which C draws and does not report.

The same numbers as in lib/network/sources.c: a uniform one for each source and tick by Philox
4x32-10 (lib/util/philox.h), from which the count follows by inversion.
"""

from __future__ import annotations

from typing import Any, List, Tuple

import numpy as np
from numpy.typing import NDArray

_STREAM = 0x9E3779B97F4A7C15  # IZH_MIX_START
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_COUNT_MOST = 255
_AT_ONCE = 1 << 18  # draws


def _philox(index: NDArray[Any], tick: NDArray[Any], key: int) -> NDArray[Any]:
    """The first two words of each block, as one of 64 bits."""
    c0, c1 = index & _LOW, index >> _HALF
    c2, c3 = tick & _LOW, tick >> _HALF
    k0, k1 = key & 0xFFFFFFFF, key >> 32
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1 = (p1 >> _HALF) ^ c1 ^ np.uint64(k0), p1 & _LOW
        c2, c3 = (p0 >> _HALF) ^ c3 ^ np.uint64(k1), p0 & _LOW
        k0, k1 = (k0 + _W0) & 0xFFFFFFFF, (k1 + _W1) & 0xFFFFFFFF
    return c0 | c1 << _HALF


def _counts(index: NDArray[Any], means: NDArray[Any], ticks: NDArray[Any], key: int) -> Any:
    """How often each process spikes in each tick: shape (ticks, processes)."""
    i, tick = np.broadcast_arrays(index.astype(np.uint64), ticks.astype(np.uint64)[:, None])
    x = (_philox(i, tick, key) >> np.uint64(11)) * 2.0**-53
    probability = np.broadcast_to(np.exp(-means), x.shape).copy()
    total = probability.copy()
    counts = np.zeros(x.shape, np.int64)
    for k in range(1, _COUNT_MOST + 1):
        more = (x >= total) & (counts == k - 1)
        more &= ~((k - 1 > means) & (probability < 2.0**-60))  # the sum has rounded to less than 1
        if not more.any():
            break
        counts[more] = k
        probability *= means / k
        total += probability
    return counts


def spikes(
    seed: int, index: NDArray[Any], means: NDArray[Any], start: int, stop: int
) -> Tuple[NDArray[Any], NDArray[Any]]:
    """The spikes at the ticks from `start` to before `stop`, by tick: ticks, and which process.

    Args:
        seed: the population's.
        index: of each process, its number for synapses.
        means: of each, how many spikes it has in a tick.
    """
    key = (seed + _STREAM) % 2**64
    active = np.flatnonzero(means > 0)
    size = max(_AT_ONCE // max(len(active), 1), 1)
    every: List[Tuple[NDArray[Any], NDArray[Any]]] = [(np.empty(0, np.int64),) * 2]
    for first in range(start, stop, size) if len(active) else ():
        here = np.arange(first, min(first + size, stop))
        counts = _counts(index[active], means[active], here, key)
        row, column = np.nonzero(counts)
        times = counts[row, column]
        every.append((np.repeat(here[row], times), np.repeat(active[column], times)))
    ticks, which = (np.concatenate(columns) for columns in zip(*every))
    return ticks, which
