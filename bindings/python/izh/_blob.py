"""What blobs say: the library's save.c has their layout, a row of 64-bit words behind a head."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

_HEAD = 24  # bytes: magic, version, length
_T0 = 6  # n, method, precision, events, first and dt come before
_WITH_INPUT = 3  # the format that says which parts there are
_COLUMNS = 16  # of parameters


def population_of(blob: bytes) -> bytes:
    """A population's blob: of a network's that of its neurons, behind a fingerprint and a length."""
    return blob[_HEAD + 16 :] if blob[:8] == b"izhnetwk" else blob


def t0_of(blob: bytes) -> float:
    """The time at which the saved population began, ms; of a blob that was loaded."""
    (t0,) = struct.unpack_from("<d", population_of(blob), _HEAD + 8 * _T0)
    return float(t0)


def currents_of(blob: bytes) -> NDArray[np.float64]:
    """Each neuron's constant current, pA."""
    words = np.frombuffer(population_of(blob), "<u8")
    version, n = int(words[1]), int(words[3])
    at = 3 + 13  # behind the head, whose last word says which columns differ
    varying = int(words[at])
    at += 1 + (version == _WITH_INPUT)
    at += sum(n if varying >> column & 1 else 1 for column in range(_COLUMNS))
    return words[at : at + n].view("<f8").astype(np.float64)


def parts_of(blob: bytes) -> int:
    """Which parts a population's blob has besides: 2, a stimulus; 4, currents that wander."""
    words = np.frombuffer(population_of(blob), "<u8", 3 + 15)
    return int(words[3 + 14]) if words[1] == _WITH_INPUT else 0
