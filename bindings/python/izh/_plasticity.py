"""How synapses change. Source: ``include/izh/network.h``."""

from __future__ import annotations

import ctypes
from ctypes import c_double, c_int32, c_uint32
from dataclasses import dataclass
from typing import Any

from . import _c
from ._arrays import choice, real

# ---- the library: its structs ----


class izh_stp(ctypes.Structure):
    _fields_ = [(name, c_double) for name in "U tau_rec tau_facil".split()]


class izh_stdp(ctypes.Structure):
    _fields_ = [
        *(
            (name, c_double)
            for name in "a_plus a_minus tau_plus tau_minus w_min w_max drift keep gain".split()
        ),
        ("every", c_uint32),
        ("pairs", c_int32),
    ]


_c.declare([izh_stp, izh_stdp], {})


def _to_floats(rule: Any, struct: Any) -> None:
    """Makes floats of the fields that are doubles in C; TypeError for what is no number."""
    for name, kind in struct._fields_:
        if kind is c_double:
            object.__setattr__(rule, name, real(name, getattr(rule, name)))


def _fill(to: Any, rule: Any) -> None:
    """Copies the fields that are doubles in C."""
    for name, kind in to._fields_:
        if kind is c_double:
            setattr(to, name, getattr(rule, name))


# ---- short-term plasticity ----


@dataclass(frozen=True)
class STP:
    """Short-term plasticity, for `Network.connect` (Tsodyks, Pawelzik and Markram 1998): a spike
    delivers u x of each weight, by what its source did before.

    Each source has one u and one x for all synapses of one `connect`; u starts at 0, x at 1.
    Between spikes u falls to 0 with tau_facil, and x recovers to 1 with tau_rec. At a spike first
    u <- u + U (1 - u), then u x is delivered, then x <- x - u x. Weights that are read are those
    before this factor.

        >>> depressing = izh.STP(.5, tau_rec=800)
        >>> facilitating = izh.STP(.1, tau_rec=100, tau_facil=1000)

    Values are checked by `Network.connect`.
    """

    U: float  #: what of the weight a first spike delivers: above 0, at most 1
    tau_rec: float = 0.0  #: time constant of recovery from depression, ms; 0: at once
    tau_facil: float = 0.0  #: time constant of the decay of facilitation, ms; 0: at once

    def __post_init__(self) -> None:
        _to_floats(self, izh_stp)


# ---- spike-timing-dependent plasticity ----

PAIRS = {"all": 0, "nearest": 1}


@dataclass(frozen=True)
class STDP:
    """Spike-timing-dependent plasticity, for `Network.connect`: weights change by pairs of a spike
    that arrives at the synapse and a spike of its target.

    A target's spike later than the arrival adds a_plus exp(-(distance - dt) / tau_plus). One at the
    arrival's own tick or before takes a_minus exp(-distance / tau_minus) away. Weights stay within
    w_min and w_max.

        >>> stdp = izh.STDP(.1, .12, 20, 20, w_max=10)

    With `every` 0 each pair changes the weight at once. Else changes are gathered, and at each
    multiple of `every` the weight changes by drift + gain times their sum; then keep times the sum
    remains. `Synapses.set_gain` sets another gain: a reward, say.

    Values are checked by `Network.connect`, for what is allowed depends on the receptor.
    """

    a_plus: float = 0.0  #: in the receptor's unit, not negative
    a_minus: float = 0.0  #: in the receptor's unit, not negative; one of both is above 0
    tau_plus: float = 0.0  #: ms; above 0 where a_plus is
    tau_minus: float = 0.0  #: ms; above 0 where a_minus is
    w_min: float = 0.0  #: least weight, in the receptor's unit
    w_max: float = 0.0  #: greatest weight, above w_min; neither has the other sign
    pairs: str = "all"  #: "all" pairs, or "nearest": those of nearest neighbours
    every: float = 0.0  #: how often gathered changes are made, ms: whole ticks, as a delay; 0: at once
    drift: float = 0.0  #: what is added each time besides, in the receptor's unit; 0 without `every`
    keep: float = 0.0  #: what is kept of the sum each time, 0 to 1; 0 without `every`
    gain: float = 0.0  #: factor of the sum at first; 0 without `every`

    def __post_init__(self) -> None:
        _to_floats(self, izh_stdp)
        object.__setattr__(self, "every", real("every", self.every))
        choice("pairs", self.pairs, PAIRS)


def fill_stp(to: izh_stp, rule: STP) -> None:
    _fill(to, rule)


def fill_stdp(to: izh_stdp, rule: STDP, every: int) -> None:
    """`every` is in ticks."""
    _fill(to, rule)
    to.every = every
    to.pairs = PAIRS[rule.pairs]
