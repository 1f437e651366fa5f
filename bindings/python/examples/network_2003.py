"""The network of the 2003 paper for a second: 800 excitatory and 200 inhibitory neurons, wired all
to all, under noise. The population is libizh's, the network is NumPy's.

Numbers, step and events are those of the paper's listing; the random numbers are not Matlab's.

Source: E. M. Izhikevich, Simple model of spiking neurons, IEEE Trans. Neural Networks 14 (2003).
"""

import argparse
from typing import Any

import numpy as np

import izh

EXCITATORY, INHIBITORY = 800, 200
N = EXCITATORY + INHIBITORY
DURATION = 1000  # ms


def simulate(duration: int) -> Any:
    """The spikes."""
    rng = np.random.default_rng(2003)
    re, ri = rng.random(EXCITATORY), rng.random(INHIBITORY)
    a = np.r_[0.02 * np.ones(EXCITATORY), 0.02 + 0.08 * ri]
    b = np.r_[0.2 * np.ones(EXCITATORY), 0.25 - 0.05 * ri]
    c = np.r_[-65 + 15 * re**2, -65 * np.ones(INHIBITORY)]
    d = np.r_[8 - 6 * re**2, 2 * np.ones(INHIBITORY)]
    S = np.c_[0.5 * rng.random((N, EXCITATORY)), -rng.random((N, INHIBITORY))]
    noise = np.r_[5 * np.ones(EXCITATORY), 2 * np.ones(INHIBITORY)]

    neurons = izh.Population(N, "published-2003", events="grid")
    neurons.set_params({"a": a, "b": b, "c": c, "d": d})
    neurons.set_state(-65, b * -65)
    spikes = [neurons.spikes]
    for t in range(duration):
        neurons.set_current(noise * rng.standard_normal(N) + S[:, spikes[-1]["i"]].sum(axis=1))
        spikes.append(neurons.run(t + 1))
    return np.concatenate(spikes)


def draw(spikes: Any, duration: int, picture: str) -> None:
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    figure, (top, low) = plt.subplots(
        2,
        1,
        sharex=True,
        figsize=(8, 6),
        gridspec_kw={"height_ratios": (4, 1)},
        constrained_layout=True,
    )
    for kind, color in (
        (spikes["i"] < EXCITATORY, "#1f4e79"),
        (spikes["i"] >= EXCITATORY, "#b3541e"),
    ):  # points at the very edge are whole
        t, i = spikes["t"][kind], spikes["i"][kind]
        top.plot(t, i, "o", markersize=1.1, markeredgewidth=0, color=color, clip_on=False)
    top.text(1.01, 0.4, "excitatory", color="#1f4e79", rotation=90, transform=top.transAxes)
    top.text(1.01, 0.83, "inhibitory", color="#b3541e", rotation=90, transform=top.transAxes)
    top.set_ylabel("neuron")
    top.set_ylim(-0.5, N - 0.5)
    top.set_title("Random network of the 2003 paper", loc="left", fontsize="medium")
    # A spike at t belongs to the millisecond that ends there.
    counts = np.bincount(np.ceil(spikes["t"]).astype(int), minlength=duration + 1)[1:]
    edges, counts = np.arange(duration + 1), np.append(counts, counts[-1])
    low.fill_between(edges, counts, step="post", color="#5a5a5a", linewidth=0)
    low.set_ylabel("spikes / ms")
    low.set_xlabel("t (ms)")
    low.set_xlim(0, duration)
    low.set_ylim(0, None)
    for axes in (top, low):
        axes.spines[["top", "right"]].set_visible(False)
    figure.align_ylabels()
    figure.savefig(picture, dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description="The network of the 2003 paper for a second.")
    parser.add_argument("picture", nargs="?", default="network_2003.png")
    picture = parser.parse_args().picture
    spikes = simulate(DURATION)
    print(f"{len(spikes)} spikes in {DURATION} ms: {1000 * len(spikes) / DURATION / N:.3f} Hz")
    draw(spikes, DURATION, picture)
    print(f"the picture is {picture}")


main()
