"""An Izhikevich neuron for a cell of the Hodgkin-Huxley type, and a picture of both in a sweep that was not fitted.

The cell is a regular spiking one of cortex, with a slow potassium current that lets it adapt. Its own spikes under
fluctuating currents are the recording: four sweeps are fitted, four are kept to judge by.

Source of the cell: M. Pospischil et al., Minimal Hodgkin-Huxley type models for different classes of cortical and
thalamic neurons, Biological Cybernetics 99 (2008).
"""

import argparse
from typing import Any, List, Tuple

import numpy as np

import izh
from izh import metrics

DURATION, HELD, DT = 1500.0, 0.5, 0.05  # ms: of a sweep, a sample of its current, and a step
SWEEPS, SEED = 4, 1
PRECISION = 4.0  # ms
FIXED = {"vr": -68.0, "vt": -50.0, "vpeak": 30.0}
BOUNDS = {
    "C": (50.0, 800.0),
    "k": (0.1, 10.0),
    "a": (0.001, 0.3),
    "b": (-10.0, 30.0),
    "c": (-85.0, -51.0),
    "d": (0.0, 400.0),
}
START = (-68.0, 0.0)

AREA = np.pi * 96e-4**2  # cm^2
E_NA, E_K, E_LEAK = 50.0, -90.0, -70.0  # mV
G_NA, G_K, G_M, G_LEAK = 50.0, 5.0, 0.07, 0.1  # mS/cm^2
V_T, TAU_MAX = -56.2, 608.0  # mV, ms


def ratio(x: Any, scale: float) -> Any:
    return x / np.expm1(x / scale)


def gates(v: Any) -> Tuple[Any, Any]:
    """Where m, h, n and p go, and how fast, 1/ms."""
    x = v - V_T
    opens = np.array([
        0.32 * ratio(13 - x, 4), 0.128 * np.exp((17 - x) / 18), 0.032 * ratio(15 - x, 5),
    ])  # fmt: skip
    shuts = np.array([
        0.28 * ratio(x - 40, 5), 4 / (1 + np.exp((40 - x) / 5)), 0.5 * np.exp((10 - x) / 40),
    ])  # fmt: skip
    slow = (3.3 * np.exp((v + 35) / 20) + np.exp(-(v + 35) / 20)) / TAU_MAX
    ends = np.vstack([opens / (opens + shuts), 1 / (1 + np.exp(-(v + 35) / 10))])
    return ends, np.vstack([opens + shuts, slow])


def cell(I: Any) -> Tuple[List[Any], Any]:
    """The spikes, ms, and v, mV, of one cell for each row of currents, pA, a sample a step: each gate and
    v goes on as an exponential."""
    v = np.full(len(I), -68.0)
    open_now = gates(v)[0]
    trace = np.empty(I.shape)
    for k in range(I.shape[1]):
        ends, rates = gates(v)
        open_now = ends + (open_now - ends) * np.exp(-DT * rates)
        m, h, n, p = open_now
        sodium, potassium = G_NA * m**3 * h, G_K * n**4 + G_M * p
        g = sodium + potassium + G_LEAK  # of 1 uF/cm^2
        end = (sodium * E_NA + potassium * E_K + G_LEAK * E_LEAK + I[:, k] * 1e-6 / AREA) / g
        v = end + (v - end) * np.exp(-DT * g)
        trace[:, k] = v
    return [rises(row) for row in trace], trace


def rises(v: Any) -> Any:
    """Where v rises through 0, ms."""
    k = np.flatnonzero((v[:-1] < 0) & (v[1:] >= 0))
    return (k + 1 - v[k] / (v[k + 1] - v[k])) * DT


def currents() -> Any:
    """pA, shape (2 SWEEPS, samples): an Ornstein-Uhlenbeck process of 5 ms about several means."""
    random = np.random.default_rng(SEED)
    mean = np.resize([600, 700, 800, 650], 2 * SWEEPS)[:, None]
    spread = np.resize([350, 300, 250, 400], 2 * SWEEPS)[:, None]
    decay = np.exp(-HELD / 5)
    x = np.empty((2 * SWEEPS, int(DURATION / HELD)))
    x[:, 0] = random.standard_normal(2 * SWEEPS)
    for k in range(1, x.shape[1]):
        x[:, k] = decay * x[:, k - 1] + np.sqrt(1 - decay**2) * random.standard_normal(2 * SWEEPS)
    return mean + spread * x


def recorded() -> Tuple[List[izh.Sweep], Any]:
    """All sweeps, and v in each."""
    I = currents()
    spikes, v = cell(np.repeat(I, round(HELD / DT), axis=1))
    t = HELD * np.arange(I.shape[1])
    return [izh.Sweep((t, row), own, DURATION) for row, own in zip(I, spikes)], v


def sweeps() -> Tuple[List[izh.Sweep], List[izh.Sweep]]:
    """Those to fit, and those to judge by."""
    every, _ = recorded()
    return every[:SWEEPS], every[SWEEPS:]


def fit(fitted_to: List[izh.Sweep]) -> izh.Fit:
    return izh.fit(fitted_to, 2007, FIXED, BOUNDS, START, precision=PRECISION)


def spikes_of(neuron: izh.Params, sweep: izh.Sweep) -> Any:
    return izh.simulate(neuron, sweep.pieces, DURATION, initial=START, every=DURATION).spikes


def draw(found: izh.Fit, held_out: List[izh.Sweep], v: Any, picture: str) -> None:
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    figure, (top, low) = plt.subplots(
        2, 1, figsize=(8, 6), constrained_layout=True, gridspec_kw={"height_ratios": (3, 2)}
    )
    until = 600
    ran = izh.simulate(found.params, held_out[0].pieces, until, initial=START)
    t, own, _ = ran.trace()
    top.plot(DT * np.arange(v.shape[1]), v[0], color="#8a8a8a", linewidth=1.1, label="the cell")
    top.plot(t, own, color="#1f4e79", linewidth=0.9, label="the fitted neuron")
    top.set_xlim(0, until)
    top.set_ylabel("v (mV)")
    top.set_title("A sweep that was not fitted", loc="left", fontsize="medium")
    top.legend(loc="lower right", bbox_to_anchor=(1, 1), ncol=2, frameon=False)
    for k, sweep in enumerate(held_out):
        theirs = spikes_of(found.params, sweep)
        low.vlines(sweep.spikes, k - 0.4, k - 0.05, color="#8a8a8a", linewidth=1.1)
        low.vlines(theirs, k + 0.05, k + 0.4, color="#1f4e79", linewidth=1.1)
    low.set_yticks(range(len(held_out)), [f"Gamma {x:.2f}" for x in gammas(found.params, held_out)])
    low.invert_yaxis()
    low.set_xlim(0, DURATION)
    low.set_xlabel("t (ms)")
    low.set_title("Spikes in all sweeps that were not fitted", loc="left", fontsize="medium")
    for axes in top, low:
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(picture, dpi=120)


def gammas(neuron: izh.Params, judged: List[izh.Sweep]) -> List[float]:
    return [
        metrics.coincidence(sweep.spikes, spikes_of(neuron, sweep), PRECISION, DURATION)
        for sweep in judged
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="A neuron for a Hodgkin-Huxley cell.")
    parser.add_argument("picture", nargs="?", default="fit_hodgkin_huxley.png")
    picture = parser.parse_args().picture
    every, v = recorded()
    found = fit(every[:SWEEPS])
    print(found.params)
    print(found.message)
    print(f"Gamma at {PRECISION:g} ms, mean of the fitted sweeps: {np.mean(gammas(found.params, every[:SWEEPS])):.3f}")
    print(f"of those that were not fitted: {np.mean(gammas(found.params, every[SWEEPS:])):.3f}")
    draw(found, every[SWEEPS:], v[SWEEPS:], picture)
    print(f"the picture is {picture}")


if __name__ == "__main__":
    main()
