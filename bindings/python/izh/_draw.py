"""Who is connected to whom. Source: ``include/izh/network.h``."""

from __future__ import annotations

from ctypes import c_double, c_int32, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any, List, Tuple, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _c
from ._arrays import check_plain, indices, integer, real
from .errors import InvalidError, check

# ---- the library: its structs and functions ----

_c.declare(
    [],
    {
        "izh_draw_in_degree": (
            c_int32,
            (c_uint64, c_uint32, c_uint32, c_uint32, c_uint32, c_void_p),
        ),
        "izh_draw_pairwise": (
            c_size_t,
            (c_uint64, c_uint32, c_uint32, c_uint32, c_double, c_void_p, c_void_p, c_size_t),
        ),
    },
)

Members = Union[int, range, ArrayLike]
Pairs = Tuple[NDArray[np.int64], NDArray[np.int64]]


def _members(name: str, members: Members) -> NDArray[np.int64]:
    """The numbers that an int n (0 ... n - 1), a range or an array stands for."""
    check_plain(name, members)
    if isinstance(members, range):
        members = np.arange(members.start, members.stop, members.step)
    elif np.ndim(members) == 0:
        members = np.arange(integer(name, members, 32))
    array = indices(name, members, 1 << 32)
    if array.ndim != 1:
        raise InvalidError(f"{name} must have 1 dimension, not shape {array.shape}")
    return array.astype(np.int64)


def _stretches(numbers: NDArray[np.int64]) -> List[Tuple[int, int]]:
    """Where numbers go up by one: the first, and how many."""
    ends = np.flatnonzero(np.diff(numbers) != 1) + 1
    return [(int(part[0]), len(part)) for part in np.split(numbers, ends) if len(part)]


def all_to_all(a: Members, b: Members) -> Pairs:
    """Each of `a` with each of `b`, a neuron with itself, too: for `Network.connect`.

    Args:
        a: the sources: an int n for 0 ... n - 1, a range, or an integer array.
        b: the targets: the same.

    Returns:
        The sources and the targets, arrays of shape (len(a) * len(b),), in the order of
        (target, source).
    """
    sources, targets = _members("a", a), _members("b", b)
    return np.tile(sources, len(targets)), np.repeat(targets, len(sources))


def in_degree(a: Members, b: Members, k: int, seed: int) -> Pairs:
    """Gives each of `b` `k` of `a`, drawn with repetition: for `Network.connect`.

    What a target gets depends on the seed, its own number and len(a) alone, and is the same in
    every language. A neuron may get itself, and another one twice.

    Args:
        a: the sources: an int n for 0 ... n - 1, a range, or an integer array.
        b: the targets: the same.
        k: how many sources each target gets.
        seed: of the generator.

    Returns:
        The sources and the targets, arrays of shape (k * len(b),), in the order of the targets.
    """
    sources, targets = _members("a", a), _members("b", b)
    k, seed = integer("k", k, 32), integer("seed", seed, 64)
    if not len(sources) and len(targets) and k:
        raise InvalidError(f"a is empty: there is nothing to draw k = {k} sources from")
    drawn = np.empty((len(targets), k), np.uint32)
    row = 0
    for first, count in _stretches(targets):
        data = drawn[row:].ctypes.data
        check(_c.lib.izh_draw_in_degree(seed, len(sources), first, count, k, data))
        row += count
    return sources[drawn.ravel()], np.repeat(targets, k)


def pairwise(a: Members, b: Members, p: float, seed: int) -> Pairs:
    """Pairs of one of `a` and one of `b`, each pair with probability `p`: for `Network.connect`.

    What a target gets depends on the seed, its own number and len(a) alone, and is the same in
    every language. A neuron may get itself.

    Args:
        a: the sources: an int n for 0 ... n - 1, a range, or an integer array.
        b: the targets: the same.
        p: the probability, 0 to 1.
        seed: of the generator.

    Returns:
        The sources and the targets, arrays of one length, in the order of (target, source).
    """
    sources, targets = _members("a", a), _members("b", b)
    p, seed = real("p", p), integer("seed", seed, 64)
    if not 0 <= p <= 1:
        raise InvalidError(f"p = {p} is no probability, 0 to 1")
    pairs = [
        _draw_pairs(seed, len(sources), first, count, p) for first, count in _stretches(targets)
    ]
    empty = np.empty(0, np.int64)
    drawn = [np.concatenate([empty, *(pair[side] for pair in pairs)]) for side in (0, 1)]
    return sources[drawn[0]], drawn[1]


def _draw_pairs(seed: int, sources: int, first: int, targets: int, p: float) -> Any:
    count = _c.lib.izh_draw_pairwise(seed, sources, first, targets, p, None, None, 0)
    source, target = np.empty(count, np.uint32), np.empty(count, np.uint32)
    _c.lib.izh_draw_pairwise(
        seed, sources, first, targets, p, source.ctypes.data, target.ctypes.data, count
    )
    return source.astype(np.int64), target.astype(np.int64)
