"""What blobs say: the library's save.c has their layout, a row of 64-bit words behind a head."""

from __future__ import annotations

import struct

_HEAD = 24  # bytes: magic, version, length
_T0 = 6  # n, method, precision, events, first and dt come before


def population_of(blob: bytes) -> bytes:
    """A population's blob: of a network's that of its neurons, behind a fingerprint and a length."""
    return blob[_HEAD + 16 :] if blob[:8] == b"izhnetwk" else blob


def t0_of(blob: bytes) -> float:
    """The time at which the saved population began, ms; of a blob that was loaded."""
    (t0,) = struct.unpack_from("<d", population_of(blob), _HEAD + 8 * _T0)
    return float(t0)
