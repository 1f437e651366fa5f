"""izh.fit beside SciPy's differential evolution over Brian2, on one task and one core: k, a, b, c and d of the
book's regular spiking cell from its own spikes in five sweeps of 1 s, with bounds of 50 % to either side of a
guess. Brian2 runs a generation's neurons, all sweeps of them, as one group by RK2 at 0.1 ms, in compiled code
(Cython); its preparation and compilation are not counted. The score is the mean coincidence factor Gamma at
2 ms, which the evolution maximizes until that of the exact neuron, by libizh, is 0.999. Argument: the most generations, by default 300."""
import logging
import sys
import time
import warnings

import numpy as np
from scipy.optimize import differential_evolution

import izh
from izh import metrics

TRUE = dict(C=100, k=.7, vr=-60, vt=-40, vpeak=35, a=.03, b=-2, c=-50, d=100)
GUESS = dict(k=.8, a=.026, b=-2.3, c=-55, d=115)
CURRENTS = 70., 85., 100., 130., 180.
T, START, PRECISION = 1000., (-60., 0.), 2.
BOUNDS = {name: tuple(sorted((.5 * x, 1.5 * x))) for name, x in GUESS.items()}
FIXED = {name: x for name, x in TRUE.items() if name not in BOUNDS}
SWEEPS = [izh.Sweep(I, izh.simulate(izh.params_2007(**TRUE), I, T, initial=START).spikes, T) for I in CURRENTS]
SIZE = 15  # neurons of a generation for each parameter, SciPy's default

MODEL = """
dv/dt = (k*(v - vr)*(v - vt) - u + I)/C/ms : 1
du/dt = a*(b*(v - vr) - u)/ms : 1
k : 1 (constant)
a : 1 (constant)
b : 1 (constant)
c : 1 (constant)
d : 1 (constant)
I : 1 (constant)
"""


def gamma(trains):
    """The mean over the sweeps; the worst there is where a train is too dense to say."""
    total = 0
    for sweep, train in zip(SWEEPS, trains):
        dense = 2 * PRECISION * len(train) >= T
        total += -1 if dense else metrics.coincidence(sweep.spikes, train, PRECISION, T)
    return total / len(SWEEPS)


class Brian:
    """A generation of neurons, each with all sweeps."""

    def __init__(self, n):
        warnings.filterwarnings("ignore")
        logging.disable(logging.WARNING)
        import brian2 as b2
        b2.prefs.codegen.target = "cython"
        b2.defaultclock.dt = .1 * b2.ms
        self.b2, self.n = b2, n
        space = {name: FIXED[name] for name in ("C", "vr", "vt", "vpeak")}
        self.group = b2.NeuronGroup(n * len(SWEEPS), MODEL, threshold="v >= vpeak", reset="v = c; u += d",
                                    method="rk2", namespace=space)
        self.monitor = b2.SpikeMonitor(self.group)
        self.net = b2.Network(self.group, self.monitor)
        self.net.store()
        self.run(np.tile(list(GUESS.values()), (n, 1)), 1)

    def run(self, points, duration=T):
        """The spikes of each point in each sweep."""
        self.net.restore()
        self.group.v, self.group.u = START
        for name, column in zip(BOUNDS, points.T):
            setattr(self.group, name, np.repeat(column, len(SWEEPS)))
        self.group.I = np.tile(CURRENTS, self.n)
        self.net.run(duration * self.b2.ms)
        trains = self.monitor.spike_trains()
        each = [np.sort(trains[i] / self.b2.ms) for i in range(self.n * len(SWEEPS))]
        return [each[i:i + len(SWEEPS)] for i in range(0, len(each), len(SWEEPS))]


def evolve(generations):
    n = SIZE * len(BOUNDS)
    brian = Brian(n)

    def badness(x):
        return np.array([1 - gamma(trains) for trains in brian.run(x.T)])

    began = time.process_time()
    found = differential_evolution(badness, list(BOUNDS.values()), vectorized=True, updating="deferred", popsize=SIZE,
                                   maxiter=generations, seed=1, polish=False, tol=0,
                                   callback=lambda x, convergence: score(dict(zip(BOUNDS, x))) > .999)
    return time.process_time() - began, found.nit, dict(zip(BOUNDS, found.x))


def fit():
    """The median of several; the first, which loads SciPy, does not count."""
    times = []
    for _ in range(6):
        began = time.process_time()
        found = izh.fit(SWEEPS, 2007, FIXED, BOUNDS, START)
        times.append(time.process_time() - began)
    return float(np.median(times[1:])), found.values


def score(values):
    """How well the exact neuron with these values fits."""
    neuron = izh.params_2007(**{**FIXED, **{name: values[name] for name in BOUNDS}})
    return gamma([izh.simulate(neuron, I, T, initial=START).spikes for I in CURRENTS])


def row(name, seconds, values):
    reached = score(values)
    worst = max(abs(values[name] / TRUE[name] - 1) for name in BOUNDS)
    print(f"| {name} | {seconds:.2f} | {reached:.4f} | {worst:.0e} |", flush=True)
    return reached


def main():
    generations = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print("| | s | Gamma | worst error of a parameter, as a share |\n|---|---|---|---|")
    own, values = fit()
    ours = row("`izh.fit`", own, values)
    theirs, generations, values = evolve(generations)
    their_score = row(f"evolution, {generations} generations", theirs, values)
    print(f"\n`izh.fit` is {theirs / own:.0f} times faster, with {'an equal or higher' if ours >= their_score else 'a lower'}"
          " score")
    return 0 if theirs >= 100 * own and ours >= their_score else 1


sys.exit(main())
