"""The f-I curves of the book's cells: how fast each fires, over the current that drives it.

Each cell is one population: a neuron for each current. Rates are means over the second half of
four seconds, from the first spike there to the last.

Source: E. M. Izhikevich, Dynamical Systems in Neuroscience, MIT Press (2007), chapter 8.
"""

import sys
from typing import Any

import numpy as np

import izh

DURATION = 4000  # ms

fast = izh.params_2007(20, 1, -55, -40, 25, 0.2, 0, -45, 0).replace(b_lo=0, b_hi=0, b3=0.025)
low = izh.params_2007(100, 1, -56, -42, 40, 0.03, 8, -53, 20).replace(
    vpeak_u=-0.1, c_u=0.04, u_max=670
)
CELLS = {
    "FS, fast spiking": fast,
    "LTS, low-threshold spiking": low,
    "CH, chattering": izh.params_2007(50, 1.5, -60, -40, 25, 0.03, 1, -40, 150),
    "RS, regular spiking": izh.params_2007(100, 0.7, -60, -40, 35, 0.03, -2, -50, 100),
    "IB, intrinsically bursting": izh.params_2007(150, 1.2, -75, -45, 50, 0.01, 5, -56, 130),
    "TC, thalamocortical": izh.presets["2007-TC"].params,
    "RTN, reticular thalamic": izh.presets["2007-RTN"].params,
}


def rates(params: izh.Params, currents: Any) -> Any:
    """Hz; 0 where there are not two spikes in the second half."""
    with izh.Population(len(currents), "rk4") as cells:
        cells.set_params(params)
        cells.set_state(*(params.rest() or (params.c, params.U(params.c))))
        cells.set_current(currents)
        cells.run(DURATION / 2)
        settled = cells.run(DURATION)
    hz = np.zeros(len(currents))
    for i in range(len(currents)):
        times = settled["t"][settled["i"] == i]
        if len(times) > 1:
            hz[i] = 1000 * (len(times) - 1) / (times[-1] - times[0])
    return hz


def main(picture: str = "fi_curve.png") -> None:
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.5), constrained_layout=True)
    currents = np.linspace(0, 600, 301)
    for name, params in CELLS.items():
        axes.plot(currents, rates(params, currents), linewidth=1.4, label=name)
    axes.set_xlabel("current (pA)")
    axes.set_ylabel("rate (Hz)")
    axes.set_xlim(0, 600)
    axes.set_ylim(0, None)
    axes.set_title("The book's cells: rate over current", loc="left", fontsize="medium")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(picture, dpi=150)
    print(f"the picture is {picture}")


main(*sys.argv[1:2])
