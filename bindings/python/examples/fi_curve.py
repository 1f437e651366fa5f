"""The f-I curves of the book's cells: how fast each fires, over the current that drives it.

Each cell is one population: a neuron for each current. Rates are those after a second, over whole
periods: from the first spike there, or the first of a burst, to the last such one.

Source: E. M. Izhikevich, Dynamical Systems in Neuroscience, MIT Press (2007), chapter 8.
"""

import argparse
from typing import Any

import numpy as np

import izh

SETTLED, END = 1000, 4000  # ms
CELLS = {
    "RS": "#0072b2",
    "IB": "#009e73",
    "CH": "#cc79a7",
    "LTS": "#d55e00",
    "FS": "#444444",
    "TC": "#56b4e9",
    "RTN": "#e69f00",
}


def rate(times: Any) -> float:
    """Hz, over whole periods: a part of a burst would make a sawtooth of the curve."""
    intervals = np.diff(times)
    if not len(intervals):
        return 0.0
    starts: Any = np.arange(len(times))
    if intervals.max() > 1.5 * intervals.min():  # a burst begins after a long interval
        starts = 1 + np.flatnonzero(intervals > np.sqrt(intervals.min() * intervals.max()))
    if len(starts) < 2:
        return float(1000 / intervals.mean())
    first, last = starts[0], starts[-1]
    return float(1000 * (last - first) / (times[last] - times[first]))


def rates(params: izh.Params, currents: Any) -> Any:
    """Hz, for each current."""
    with izh.Population(len(currents), "rk4") as cells:
        cells.set_params(params)
        cells.set_state(*(params.rest() or (params.c, params.U(params.c))))
        cells.set_current(currents)
        cells.run(SETTLED)
        spikes = cells.run(END)
    return np.array([rate(spikes["t"][spikes["i"] == i]) for i in range(len(currents))])


def draw(currents: Any, picture: str) -> None:
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7.5, 5), constrained_layout=True)
    for name, color in CELLS.items():
        cell = izh.presets[f"2007-{name}"]
        hz = rates(cell.params, currents)
        axes.plot(currents, hz, linewidth=1.6, color=color, label=f"{name}, {cell.title}")
    axes.set_xlabel("current (pA)")
    axes.set_ylabel("rate (Hz)")
    axes.set_xlim(0, currents[-1])
    axes.set_ylim(0, None)
    axes.set_title("The book's cells: rate over current", loc="left", fontsize="medium")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(picture, dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description="The f-I curves of the 2007 book's cells.")
    parser.add_argument("picture", nargs="?", default="fi_curve.png")
    picture = parser.parse_args().picture
    draw(np.linspace(0, 600, 301), picture)
    print(f"the picture is {picture}")


main()
