"""Published neurons. Source: ``include/izh/preset.h``, which has each one's own source."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_char_p, c_double, c_size_t
from dataclasses import dataclass
from typing import Any, Iterator, List, Mapping

import numpy as np
from numpy.typing import NDArray

from . import _c
from ._arrays import SEGMENT, shown
from ._html import table
from ._params import Params, State, of_c
from ._solver import Solver
from .errors import PresetError

# ---- the library: its structs and functions ----


class izh_preset(ctypes.Structure):
    _fields_ = [
        ("size", c_size_t),
        ("name", c_char_p),
        ("title", c_char_p),
        ("family", c_char_p),
        ("source", c_char_p),
        ("equation", c_char_p),
        ("note", c_char_p),
        ("params", _c.izh_params),
        ("initial", _c.izh_state),
        ("segments", POINTER(_c.izh_segment)),
        ("segment_count", c_size_t),
        ("duration", c_double),
        ("published_method", c_char_p),
        ("published_dt", c_double),
        ("published_until", c_double),
    ]


_c.declare(
    [izh_preset],
    {
        "izh_preset_count": (c_size_t, ()),
        "izh_preset_get": (POINTER(izh_preset), (c_size_t,)),
        "izh_preset_find": (POINTER(izh_preset), (c_char_p,)),
    },
)


@dataclass(frozen=True, eq=False, repr=False)
class Preset:
    """A published neuron, with what it is driven by, in two flavours.

    In the exact one the equations are solved, from 0 to `duration`. In the published one the steps
    are those of the publication's own program, `published_method` with grid events and
    `published_dt`, from 0 to `published_until`. The two often differ.
    """

    name: str  #: family and label, "2004-A"
    title: str  #: what it is: "tonic spiking"
    family: str  #: the publication: "2003", "2004", "2007" or "report"
    source: str  #: author, work, year, and the figure, page or table in it
    equation: str  #: the equation as the source writes it, without its reset
    note: str  #: what to know about it; empty where there is nothing
    params: Params  #: the neuron
    initial: State  #: its state at t = 0
    segments: NDArray[Any]  #: its current: fields t, ms, I, pA, and slope, pA/ms
    duration: float  #: how long the publication runs it, ms
    published_method: str  #: how its program steps
    published_dt: float  #: its program's step, ms
    published_until: float  #: where its program ends, ms

    def __repr__(self) -> str:
        return f"<izh.Preset {self.name}: {self.title}>"

    def _repr_html_(self) -> str:
        rows = [
            ("source", self.source),
            ("equation", self.equation),
            ("note", self.note),
            ("parameters", repr(self.params)),
            ("at t = 0", f"v = {self.initial.v:.15g}, u = {self.initial.u:.15g}"),
            ("duration", f"{self.duration:.15g} ms"),
        ]
        return table(f"{self.name}: {self.title}", [row for row in rows if row[1]])

    def solver(self, published: bool = False) -> Solver:
        """A solver of it, in its state at t = 0 and with its current."""
        if published:
            solver = Solver(
                self.params,
                self.published_method,
                self.published_dt,
                self.initial,
                events="grid",
            )
        else:
            solver = Solver(self.params, initial=self.initial)
        solver.set_stimulus(self.segments)
        return solver


def _of_c(c: Any) -> Preset:
    size = c.segment_count * SEGMENT.itemsize
    segments = np.frombuffer(ctypes.string_at(c.segments, size), SEGMENT)
    texts = "name", "title", "family", "source", "equation", "note", "published_method"
    numbers = "duration", "published_dt", "published_until"
    return Preset(
        params=of_c(c.params),
        initial=State(c.initial.v, c.initial.u),
        segments=segments,
        **{name: getattr(c, name).decode() for name in texts},
        **{name: getattr(c, name) for name in numbers},
    )


class Presets(Mapping[str, Preset]):
    """The published neurons by name: ``izh.presets["2004-A"]``, ``list(izh.presets)``.

    They are ordered by publication, within each as it is there.
    """

    __slots__ = ()

    def __getitem__(self, name: str) -> Preset:
        found = isinstance(name, str) and name.isprintable()
        preset = _c.lib.izh_preset_find(name.encode()) if found else None
        if not preset:
            raise PresetError(f"no preset {shown(name)!r}; see list(izh.presets)")
        return _of_c(preset.contents)

    def __len__(self) -> int:
        return int(_c.lib.izh_preset_count())

    def __iter__(self) -> Iterator[str]:
        return iter([_c.lib.izh_preset_get(k).contents.name.decode() for k in range(len(self))])

    def __repr__(self) -> str:
        return f"<izh.presets: {', '.join(self)}>"

    def _repr_html_(self) -> str:
        return table("izh.presets", [(name, self[name].title) for name in self])

    def _ipython_key_completions_(self) -> List[str]:
        return list(self)


presets = Presets()
