"""Pictures, by matplotlib."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Callable, List, Optional, Tuple

import numpy as np
from numpy.typing import NDArray

from ._arrays import SEGMENT

if TYPE_CHECKING:
    from ._fit import Fit
    from ._simulate import Result

Floats = NDArray[np.float64]

_V, _U, _I = "#1f4e79", "#b3541e", "#5a5a5a"


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


def draw(result: Result, plt: Any, axes: Optional[Any]) -> Any:
    """`Result.plot`."""
    if axes is not None:
        _draw_v(axes, result)
        axes.set_xlabel("t (ms)")
        return axes.figure
    from ._picture import Picture

    _forget_last(plt)
    figure, (top, middle, low) = _without_warning(plt, lambda: plt.subplots(
        3, 1, sharex=True, figsize=(8, 5), gridspec_kw={"height_ratios": (4, 1.6, 1)},
        constrained_layout=True, FigureClass=Picture,
    ))  # fmt: skip
    _last[:] = [weakref.ref(figure)]
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
        from ._picture import Picture

        _forget_last(plt)
        figure, axes = _without_warning(plt, lambda: plt.subplots(
            figsize=(8, 1.3 + 0.55 * len(fit.sweeps)), constrained_layout=True, FigureClass=Picture,
        ))  # fmt: skip
        _last[:] = [weakref.ref(figure)]
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
