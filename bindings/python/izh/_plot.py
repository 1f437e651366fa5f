"""Pictures, by matplotlib."""

from __future__ import annotations

import weakref
from importlib import import_module
from typing import TYPE_CHECKING, Any, Callable, List, Optional, Tuple

import numpy as np
from numpy.typing import NDArray

from ._arrays import SEGMENT

if TYPE_CHECKING:
    from ._fit import Fit
    from ._results import Recording, Spikes
    from ._simulate import Result

Floats = NDArray[np.float64]

_V, _U, _I = "#1f4e79", "#b3541e", "#5a5a5a"


def pyplot(what: str) -> Any:
    """Matplotlib's pyplot."""
    try:
        return import_module("matplotlib.pyplot")
    except ImportError as error:
        raise ImportError(f"{what} needs matplotlib: {error}") from error


def _label(axes: Any, text: str) -> None:
    """Upright, to be read without turning the head."""
    axes.set_ylabel(text, rotation=0, ha="right", va="center")


def _finish(axes: Any, result: Result) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    if result.t[-1] > result.t[0]:
        axes.set_xlim(result.t[0], result.t[-1])


def _draw_line(axes: Any, t: Floats, values: Floats, color: str) -> None:
    axes.plot(t, values, "." if len(t) == 1 else "-", color=color, linewidth=0.9)


def _draw_v(axes: Any, result: Result) -> None:
    t, v, _ = result.trace()
    _draw_line(axes, t, v, _V)
    _label(axes, "v (mV)")
    axes.set_title(result.title, loc="left", fontsize="medium")
    _finish(axes, result)


def _draw_u(axes: Any, result: Result) -> None:
    t, _, u = result.trace()
    _draw_line(axes, t, u, _U)
    _label(axes, f"u ({result.unit})")
    _finish(axes, result)


def corners(result: Result) -> Tuple[Floats, Floats]:
    """The current as a line: both ends of each piece, so that jumps are upright."""
    start, end = result.t[0], result.t[-1]
    if end == start:
        return result.t, result.I
    before = np.zeros(1, SEGMENT)  # there is none before the first piece
    before["t"] = start
    pieces = np.concatenate([before, result.pieces])
    t = np.column_stack([pieces["t"], np.append(pieces["t"][1:], end)]).clip(start, end)
    I = pieces["I"][:, None] + pieces["slope"][:, None] * (t - pieces["t"][:, None])
    shown = t[:, 1] > t[:, 0]
    return t[shown].ravel(), I[shown].ravel()


def _draw_current(axes: Any, result: Result) -> None:
    t, I = corners(result)
    axes.fill_between(t, I, color=_I, alpha=0.15, linewidth=0)
    _draw_line(axes, t, I, _I)
    low, high = min(I.min(), 0), max(I.max(), 0)
    room = 0.15 * ((high - low) or 1)
    axes.set_ylim(low - (room if low < 0 else room / 3), high + room)
    _label(axes, f"I ({result.unit})")
    _finish(axes, result)


_last: List[Callable[[], Any]] = []  # the figure that was drawn last, if it is alive


def _forget_last(plt: Any) -> None:
    """Pyplot keeps each figure for ever: the one before goes where nothing will show it."""
    for last in _last:
        figure = last()
        if figure is not None and not figure.is_shown():
            plt.close(figure)


def _without_warning(plt: Any, make: Callable[[], Any]) -> Any:
    """No word about many figures: those that stay are in windows, or in a notebook's cell. Not by
    rc_context, which would undo what a backend sets when it is loaded meanwhile."""
    most = plt.rcParams["figure.max_open_warning"]
    plt.rcParams["figure.max_open_warning"] = 0
    try:
        return make()
    finally:
        plt.rcParams["figure.max_open_warning"] = most


def _subplots(plt: Any, rows: int, size: Tuple[float, float], **options: Any) -> Tuple[Any, Any]:
    """A new figure with so many axes, in place of the last one."""
    from ._picture import Picture

    _forget_last(plt)
    figure, axes = _without_warning(plt, lambda: plt.subplots(
        rows, 1, figsize=size, constrained_layout=True, FigureClass=Picture, **options,
    ))  # fmt: skip
    _last[:] = [weakref.ref(figure)]
    return figure, axes


def draw(result: Result, plt: Any, axes: Optional[Any]) -> Any:
    """`Result.plot`."""
    if axes is not None:
        _draw_v(axes, result)
        axes.set_xlabel("t (ms)")
        return axes.figure
    heights = {"height_ratios": (4, 1.6, 1)}
    figure, (top, middle, low) = _subplots(plt, 3, (8, 5), sharex=True, gridspec_kw=heights)
    _draw_v(top, result)
    _draw_u(middle, result)
    _draw_current(low, result)
    low.set_xlabel("t (ms)")
    figure.align_ylabels()
    return figure


def _draw_train(axes: Any, spikes: Floats, row: float, color: str, label: str) -> None:
    axes.vlines(spikes, row - 0.19, row + 0.19, color=color, linewidth=1.1, label=label)


def draw_fit(fit: Fit, plt: Any, axes: Optional[Any]) -> Any:
    """`Fit.plot`."""
    if axes is None:
        _, axes = _subplots(plt, 1, (8, 1.3 + 0.55 * len(fit.sweeps)))
    for k, (sweep, spikes) in enumerate(zip(fit.sweeps, fit.spikes)):
        _draw_train(axes, sweep.spikes, k - 0.2, _I, "" if k else "recorded")
        _draw_train(axes, spikes, k + 0.2, _V, "" if k else "fitted")
    names = [f"{k}: Gamma {score.gamma:.3f}" for k, score in enumerate(fit.scores)]
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlim(0, max(sweep.duration for sweep in fit.sweeps))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(left=False)
    axes.set_xlabel("t (ms)")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncol=2, frameon=False)
    return axes.figure


# ---- spikes ----

_LINES = 60  # rows of a raster whose spikes are lines; more are dots


def _bare(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)


def _limit_time(axes: Any, first: float, last: float) -> None:
    if last > first:
        axes.set_xlim(first, last)
    axes.set_xlabel("t (ms)")


def _draw_raster(axes: Any, spikes: Spikes) -> None:
    t, i = spikes["t"], spikes["i"]
    if spikes.n <= _LINES:
        axes.vlines(t, i - 0.4, i + 0.4, color=_V, linewidth=0.9)
    else:  # as vectors, a million dots are no picture
        size = min(4.0, max(0.7, 1800.0 / spikes.n))
        axes.plot(t, i, ".", color=_V, markersize=size, markeredgewidth=0, rasterized=True)
    axes.set_ylim(-0.5, max(spikes.n, 1) - 0.5)
    axes.yaxis.get_major_locator().set_params(integer=True)
    _label(axes, "neuron")
    _bare(axes)
    _limit_time(axes, spikes.t_start, spikes.t_stop)


def _draw_rate(axes: Any, spikes: Spikes, bin: Optional[float]) -> None:
    if spikes.duration > 0:
        rates = spikes.psth(bin)
        axes.stairs(rates.rate, rates.edges, color=_U, fill=True, alpha=0.25)
        axes.stairs(rates.rate, rates.edges, color=_U, linewidth=0.9)
    axes.set_ylim(bottom=0)
    _label(axes, "rate (Hz)")
    _bare(axes)
    _limit_time(axes, spikes.t_start, spikes.t_stop)


def draw_raster(spikes: Spikes, plt: Any, axes: Optional[Any], bin: Optional[float]) -> Any:
    """`Spikes.plot`."""
    if axes is not None:
        _draw_raster(axes, spikes)
        return axes.figure
    heights = {"height_ratios": (3, 1)}
    figure, (top, low) = _subplots(plt, 2, (8, 5), sharex=True, gridspec_kw=heights)
    _draw_raster(top, spikes)
    _draw_rate(low, spikes, bin)
    top.set_xlabel("")
    figure.align_ylabels()
    return figure


# ---- recordings ----

_TRACES = 12


def _with_spikes(t: Floats, v: Floats, spikes: Floats, top: float) -> Tuple[Floats, Floats]:
    """Samples with a line up at each spike, and down again."""
    inside = spikes[(spikes >= t[0]) & (spikes <= t[-1])]
    place = np.repeat(np.searchsorted(t, inside), 3)
    foot = v[np.maximum(place - 1, 0)]
    peak = np.where(np.arange(len(place)) % 3 == 1, top, np.nan)
    values = np.where(np.isnan(peak), foot, peak)
    values[2::3] = v[np.minimum(place[2::3], len(v) - 1)]
    return np.insert(t, place, np.repeat(inside, 3)), np.insert(v, place, values)


def _draw_trace(
    axes: Any, recording: Recording, k: int, spikes: Optional[Spikes], top: float, **style: Any
) -> None:
    t, v = recording.t, recording["v"][:, k]
    if spikes is not None and len(t):
        own = np.sort(spikes["t"][spikes["i"] == recording.neurons[k]])
        t, v = _with_spikes(t, v, own, top)
    axes.plot(t, v, "." if len(t) == 1 else "-", linewidth=0.9, **style)


def draw_traces(
    recording: Recording, spikes: Optional[Spikes], plt: Any, axes: Optional[Any]
) -> Any:
    """`Recording.plot`."""
    rows = recording.filled
    shown = min(rows.shape[1], _TRACES)
    top = max(30.0, float(rows["v"].max(initial=30.0)))
    first, last = (rows.t[0], rows.t[-1]) if len(rows) else (0.0, 0.0)
    if axes is not None:
        for k in range(shown):
            _draw_trace(axes, rows, k, spikes, top, label=f"neuron {rows.neurons[k]}")
        _label(axes, "v (mV)")
        _bare(axes)
        _limit_time(axes, first, last)
        return axes.figure
    size = 8, 1.2 + 1.1 * max(shown, 1)
    figure, every = _subplots(plt, max(shown, 1), size, sharex=True, sharey=True, squeeze=False)
    for k, each in enumerate(every[:shown, 0]):
        _draw_trace(each, rows, k, spikes, top, color=_V)
        _label(each, f"neuron {rows.neurons[k]}\nv (mV)")
        _bare(each)
    _limit_time(every[-1, 0], first, last)
    figure.align_ylabels()
    return figure
