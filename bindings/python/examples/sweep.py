"""A sweep over 10^5 neurons in one population: how the firing rate depends on a and b.

All have c = -65, d = 8 and a current of 10, as the 2003 paper's regular spiking neuron; a and b
differ. Rates are those of the second half of two seconds.
"""

import sys
from typing import Any, Tuple

import numpy as np

import izh

SIDE = 316  # neurons on each axis: 99856 in all
HALF = 1000  # ms


def sweep(a: Any, b: Any) -> Tuple[Any, int]:
    """Hz, shape (len(b), len(a)), and how many spikes there were."""
    grid_a, grid_b = (x.ravel() for x in np.meshgrid(a, b))
    neurons = izh.Population(len(grid_a), threads=2)
    neurons.set_params({"a": grid_a, "b": grid_b, "c": -65, "d": 8})
    neurons.set_state(-65, -65 * grid_b)
    neurons.set_current(10)
    neurons.run(HALF, progress=True)
    spikes = neurons.run(2 * HALF, progress=True)
    hz = np.bincount(spikes["i"], minlength=len(grid_a)) * (1000 / HALF)
    return hz.reshape(len(b), len(a)), len(spikes)


def main(picture: str = "sweep.png", size: str = str(SIDE)) -> None:
    side = int(size)
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    a, b = np.geomspace(0.005, 0.2, side), np.linspace(0.05, 0.3, side)
    hz, count = sweep(a, b)
    print(f"{side * side} neurons, {count} spikes in the second half")
    figure, axes = plt.subplots(figsize=(6.5, 4.8), constrained_layout=True)
    axes.set_facecolor("#d9d9d9")
    firing = np.where(hz > 0, hz, np.nan)
    mesh = axes.pcolormesh(a, b, firing, cmap="viridis", norm="log", shading="nearest")
    axes.set_xscale("log")
    axes.set_xticks([0.005, 0.01, 0.02, 0.05, 0.1, 0.2], [".005", ".01", ".02", ".05", ".1", ".2"])
    axes.minorticks_off()
    axes.text(0.03, 0.075, "silent", color="#404040", ha="center", va="center")
    axes.set_xlabel("a (1/ms)")
    axes.set_ylabel("b")
    axes.plot(0.02, 0.2, "o", markersize=6, markerfacecolor="none", markeredgecolor="white")
    axes.annotate(
        "regular spiking", (0.02, 0.2), (6, 6), textcoords="offset points", color="white"
    )
    bar = figure.colorbar(mesh, label="rate (Hz)", format="%g")
    bar.set_ticks([1, 2, 5, 10, 20, 50, 100])
    axes.set_title("Rate under a current of 10, c = -65, d = 8", loc="left", fontsize="medium")
    figure.savefig(picture, dpi=150)
    print(f"the picture is {picture}")


main(*sys.argv[1:])
