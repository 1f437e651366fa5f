"""Pictures, by matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from ._simulate import Result

_V, _U, _I = "#1f4e79", "#b3541e", "#5a5a5a"


def _draw_v(axes: Any, result: Result) -> None:
    t, v, _ = result.trace()
    axes.plot(t, v, color=_V, linewidth=0.9)
    axes.set_ylabel("v (mV)")
    axes.set_title(result.title, loc="left", fontsize="medium")


def draw(result: Result, plt: Any, axes: Optional[Any]) -> Any:
    """`Result.plot`."""
    if axes is not None:
        _draw_v(axes, result)
        axes.set_xlabel("t (ms)")
        return axes.figure
    figure, (top, middle, low) = plt.subplots(
        3, 1, sharex=True, figsize=(8, 5), gridspec_kw={"height_ratios": (4, 1.6, 1)},
        constrained_layout=True,
    )  # fmt: skip
    _draw_v(top, result)
    t, _, u = result.trace()
    middle.plot(t, u, color=_U, linewidth=0.9)
    middle.set_ylabel("u")
    low.plot(result.t, result.I, color=_I, linewidth=0.9, drawstyle="default")
    low.set_ylabel("I")
    low.margins(y=0.2)
    low.set_xlabel("t (ms)")
    low.set_xlim(result.t[0], result.t[-1])
    for axis in (top, middle, low):
        axis.spines[["top", "right"]].set_visible(False)
    figure.align_ylabels()
    return figure
