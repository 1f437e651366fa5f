"""How alike two trains of spikes are, and how regular one is. Source: ``include/izh/metrics.h``.

A train is an array of times in ms, ascending; equal times are allowed. An empty list is an empty
train. Everything is by the definition of the paper that a function names.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_double, c_int32, c_size_t, c_void_p
from dataclasses import dataclass, fields
from typing import Any, Tuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _c
from ._arrays import at, real, reals
from .errors import InvalidError, check

# ---- the library: its structs and functions ----


class izh_intervals(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("count", c_size_t),
        *((name, c_double) for name in "rate mean cv lv adaptation".split()),
    ]


_PAIR = (c_void_p, c_size_t, c_void_p, c_size_t)
_OUT = POINTER(c_double)

_c.declare(
    [izh_intervals],
    {
        "izh_metric_check": (c_int32, (c_void_p, c_size_t, POINTER(c_size_t))),
        "izh_metric_coincidence": (c_int32, (*_PAIR, c_double, c_double, _OUT)),
        "izh_metric_van_rossum": (c_int32, (*_PAIR, c_double, _OUT)),
        "izh_metric_victor_purpura": (
            c_int32,
            (*_PAIR, c_double, POINTER(_c.izh_allocator), _OUT),
        ),
        "izh_metric_spike": (c_int32, (*_PAIR, c_double, c_double, _OUT)),
        "izh_metric_intervals": (c_int32, (c_void_p, c_size_t, POINTER(izh_intervals))),
    },
)

__all__ = [
    "Intervals",
    "coincidence",
    "intervals",
    "spike_distance",
    "van_rossum",
    "victor_purpura",
]


@dataclass(frozen=True)
class Intervals:
    """What the intervals between the spikes of a train are like; NaN where too few say nothing."""

    count: int  #: how many: one less than spikes
    rate: float  #: 1000/mean, 1/s
    mean: float  #: mean interval, ms
    cv: float  #: coefficient of variation, with the sample's standard deviation; two intervals or more
    lv: float  #: local variation, of Shinomoto et al. 2003; two or more
    adaptation: float  #: adaptation index, of Druckmann et al. 2007: above 0 where spikes slow down


def _train(name: str, times: ArrayLike) -> NDArray[np.float64]:
    """Ascending finite times, for C to read."""
    train = reals(name, times)
    place = c_size_t()
    if _c.lib.izh_metric_check(train.ctypes.data, len(train), byref(place)) == _c.OK:
        return train
    k = place.value
    what = "comes before the time that it follows" if np.isfinite(train[k]) else "is not finite"
    raise InvalidError(f"{at(name, train, k)} {what}: a train ascends")


def _compare(name: str, trains: Tuple[Tuple[str, ArrayLike], ...], *arguments: Any) -> float:
    a, b = (_train(*train) for train in trains)
    result = c_double()
    function = getattr(_c.lib, name)
    check(function(a.ctypes.data, len(a), b.ctypes.data, len(b), *arguments, byref(result)))
    return result.value


def _number(name: str, value: float, above: float, what: str, or_equal: bool) -> float:
    """A number above one, or equal to it."""
    number = real(name, value)
    if not (number > above or or_equal and number == above):
        raise InvalidError(f"{name} = {number} must be {what}")
    return number


def coincidence(data: ArrayLike, model: ArrayLike, precision: float, duration: float) -> float:
    """The coincidence factor Gamma of a model's spikes with recorded ones: 1 where all coincide,
    about 0 for a Poisson process of the model's rate.

    By W. M. Kistler, W. Gerstner, J. L. van Hemmen, Neural Computation 9 (1997) 1015, and R. Jolivet
    et al., J. Neurosci. Methods 169 (2008) 417: (N - 2 nu precision n_data)/((n_data + n_model)/2)/
    (1 - 2 nu precision) with nu = n_model/duration, and N the most pairs not more than `precision`
    apart that share no spike. Two empty trains: 1; one of them empty: 0.

    Args:
        data: the recorded spikes, ms, shape (n_data,).
        model: the model's, ms, shape (n_model,).
        precision: ms.
        duration: of the recording, ms.

    Raises:
        InvalidError: a train does not ascend; 2 nu precision >= 1, where everything coincides.
    """
    precision = _number("precision", precision, 0, "at least 0", True)
    duration = _number("duration", duration, 0, "above 0", False)
    n = np.size(model)
    if not 2 * precision * n < duration:
        raise InvalidError(
            f"precision = {precision} is too coarse for {n} spikes of the model in {duration} ms: "
            "twice it times their rate must be below 1"
        )
    trains = (("data", data), ("model", model))
    return _compare("izh_metric_coincidence", trains, precision, duration)


def van_rossum(a: ArrayLike, b: ArrayLike, tau: float) -> float:
    """The distance D of M. C. W. van Rossum, Neural Computation 13 (2001) 751: D^2 is the integral,
    divided by tau, of the squared difference of the trains with each spike followed by exp(-t/tau).

    Args:
        a, b: the trains, ms.
        tau: ms, above 0; ``math.inf`` is allowed.
    """
    tau = _number("tau", tau, 0, "above 0", False)
    return _compare("izh_metric_van_rossum", (("a", a), ("b", b)), tau)


def victor_purpura(a: ArrayLike, b: ArrayLike, q: float) -> float:
    """The distance of J. D. Victor and K. P. Purpura, J. Neurophysiology 76 (1996) 1310: the least
    cost of making one train the other, where to insert or to delete a spike costs 1, and to move
    it by t costs q t.

    Args:
        a, b: the trains, ms.
        q: 1/ms, at least 0; ``math.inf`` is allowed.
    """
    q = _number("q", q, 0, "at least 0", True)
    return _compare("izh_metric_victor_purpura", (("a", a), ("b", b)), q, None)


def spike_distance(a: ArrayLike, b: ArrayLike, begin: float, end: float) -> float:
    """The SPIKE-distance of T. Kreuz et al., J. Neurophysiology 109 (2013) 1457, from 0 to 1.

    As in the paper, both trains get a spike at `begin` and one at `end`.

    Args:
        a, b: the trains, ms, within begin and end.
        begin, end: of the recording, ms.
    """
    begin = real("begin", begin)
    end = _number("end", end, begin, f"above begin = {begin}", False)
    trains = tuple((name, _train(name, times)) for name, times in (("a", a), ("b", b)))
    for name, train in trains:
        for k in [0, len(train) - 1][: len(train)]:
            if not begin <= train[k] <= end:
                raise InvalidError(f"{at(name, train, k)} is not within {begin} and {end}")
    return _compare("izh_metric_spike", trains, begin, end)


def intervals(times: ArrayLike) -> Intervals:
    """The statistics of a train's intervals.

    Args:
        times: the train, ms.
    """
    train = _train("times", times)
    found = izh_intervals(size=ctypes.sizeof(izh_intervals))
    check(_c.lib.izh_metric_intervals(train.ctypes.data, len(train), byref(found)))
    return Intervals(*(getattr(found, field.name) for field in fields(Intervals)))
