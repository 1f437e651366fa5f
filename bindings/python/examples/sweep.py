"""A sweep over 10^5 neurons in one population: how the firing rate depends on a and b.

All have c = -65, d = 8 and a current of 10, as the 2003 paper's regular spiking neuron; a and b
differ. Rates are those of the second half of two seconds, from the first spike there to the last.
"""

import argparse
from typing import Any, Tuple

import numpy as np

import izh

SIDE = 316  # neurons on each axis: 99856 in all
HALF = 1000  # ms


def rates(spikes: Any, n: int) -> Any:
    """Hz; 0 for neurons that are silent. One spike in all is counted: it has no interval."""
    count = np.bincount(spikes["i"], minlength=n)
    first, last = np.zeros(n), np.zeros(n)
    first[spikes["i"][::-1]] = spikes["t"][::-1]  # spikes are in the order of t: the last wins
    last[spikes["i"]] = spikes["t"]
    span = np.where(count > 1, last - first, HALF)
    return 1000 * np.where(count > 1, count - 1, count) / span


def sweep(a: Any, b: Any) -> Tuple[Any, int]:
    """Hz, shape (len(b), len(a)), and how many spikes there were."""
    grid_a, grid_b = (x.ravel() for x in np.meshgrid(a, b))
    neurons = izh.Population(len(grid_a), threads=2)
    neurons.set_params({"a": grid_a, "b": grid_b, "c": -65, "d": 8})
    neurons.set_state(-65, -65 * grid_b)
    neurons.set_current(10)
    neurons.run(HALF, progress=True)
    spikes = neurons.run(2 * HALF, progress=True)
    return rates(spikes, len(neurons)).reshape(len(b), len(a)), len(spikes)


def draw(a: Any, b: Any, hz: Any, picture: str) -> None:
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.5, 4.8), constrained_layout=True)
    axes.set_facecolor("#d9d9d9")
    firing = np.where(hz > 0, hz, np.nan)
    mesh = axes.pcolormesh(a, b, firing, cmap="viridis", norm="log", shading="nearest")
    axes.set_xscale("log")
    ticks = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2]
    axes.set_xticks(ticks, [f"{x:g}" for x in ticks])
    axes.minorticks_off()
    axes.tick_params(direction="out")
    axes.text(0.03, 0.075, "silent", color="#404040", ha="center", va="center")
    axes.set_xlabel("a (1/ms)")
    axes.set_ylabel("b")
    axes.plot(0.02, 0.2, "o", markersize=6, markerfacecolor="none", markeredgecolor="white")
    axes.annotate(
        "regular spiking", (0.02, 0.2), (6, 6), textcoords="offset points", color="white"
    )
    bar = figure.colorbar(mesh, label="rate (Hz)")
    bar.set_ticks([x for x in (1, 2, 5, 10, 20, 50, 100, 200) if hz[hz > 0].min() <= x <= hz.max()])
    bar.ax.yaxis.set_major_formatter("{x:g}")
    bar.ax.minorticks_off()
    outline: Any = bar.outline  # one spine, though matplotlib 3.10 declares several
    outline.set_visible(False)
    axes.set_title("Rate under a current of 10, c = -65, d = 8", loc="left", fontsize="medium")
    figure.savefig(picture, dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description="How the firing rate depends on a and b.")
    parser.add_argument("picture", nargs="?", default="sweep.png")
    parser.add_argument("side", nargs="?", type=int, default=SIDE, help="neurons on each axis")
    arguments = parser.parse_args()
    if arguments.side < 2:
        parser.error("side is at least 2")
    a = np.geomspace(0.005, 0.2, arguments.side)
    b = np.linspace(0.05, 0.3, arguments.side)
    hz, count = sweep(a, b)
    print(f"{hz.size} neurons, {count} spikes in the second half")
    draw(a, b, hz, arguments.picture)
    print(f"the picture is {arguments.picture}")


main()
