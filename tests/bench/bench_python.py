"""What Python costs, as tables of Markdown: a population from Python against the same from C, and a solver
with a spike callback in Python against SciPy's solve_ivp with events, all in one run, least of some rounds.
Usage: bench_python.py BENCH_PYTHON_C [N], with IZH_LIBRARY and PYTHONPATH set: meson devenv"""
import math
import subprocess
import sys
import time

import numpy as np

import izh

T_END = 1000
ROUNDS = 5
EXACT_LAST = 967.305370690093518  # tests/reference/spikes.csv, rs-2003


def from_c(program, n):
    said = subprocess.run([program, str(n), str(T_END)], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.split()
    return float(said[0]), float(said[1]), int(said[2])


def from_python(n):
    population = izh.Population(n)
    population.set_current(4 + 6. * np.arange(n) / n)
    cpu, wall = time.process_time(), time.perf_counter()
    spikes = population.run(T_END)
    return time.process_time() - cpu, time.perf_counter() - wall, len(spikes)


def compare_population(program, n):
    """On one thread, so that the processor's time is that of the run; on a machine that others use,
    it is what can be compared."""
    least = {'C': [math.inf] * 2, 'Python': [math.inf] * 2}
    for _ in range(ROUNDS if n < 1e6 else 3):
        c, python = from_c(program, n), from_python(n)
        assert c[2] == python[2]
        for name, x in ('C', c), ('Python', python):
            least[name] = [min(pair) for pair in zip(least[name], x)]
    print(f'A population of {n} neurons, {T_END} ms, {c[2]} spikes\n')
    print('| | C, s | Python, s | Python / C |\n|---|---|---|---|')
    for k, name in enumerate(("the processor's time", "the clock's")):
        mine, theirs = least['Python'][k], least['C'][k]
        print(f'| {name} | {theirs:.2f} | {mine:.2f} | {mine / theirs:.2f} |')


def with_libizh():
    spikes = []
    solver = izh.Solver(izh.params_2003(.02, .2, -65, 8), initial=(-65, -13))
    solver.on_spike(lambda event: spikes.append(event.t))
    solver.set_current(10)
    solver.run(T_END)
    return spikes


def rhs(t, y):
    return [.04 * y[0] * y[0] + 5 * y[0] + 140 - y[1] + 10, .02 * (.2 * y[0] - y[1])]


def peak(t, y):
    return y[0] - 30


peak.terminal = True


def with_scipy(method, tolerance):
    from scipy.integrate import solve_ivp
    t, y, spikes = 0., [-65., -13.], []
    while True:
        solution = solve_ivp(rhs, (t, T_END), y, method=method, rtol=tolerance, atol=tolerance,
                             events=peak)
        if solution.status != 1:
            return spikes
        t, y = solution.t_events[0][0], solution.y_events[0][0]
        spikes.append(t)
        y = [-65., y[1] + 8]


def measure(call, rounds):
    """The processor's time, which other programs disturb less, and the error of the last spike."""
    least = math.inf
    for _ in range(rounds):
        start = time.process_time()
        spikes = call()
        least = min(least, time.process_time() - start)
    return least, abs(spikes[-1] - EXACT_LAST) if len(spikes) == 23 else math.inf


def compare_solver():
    mine, error = measure(with_libizh, 50)
    print(f"\nThe 2003 paper's regular spiking neuron, {T_END} ms, 23 spikes; times are the processor's\n")
    print('| | error of the last spike, ms | ms | times libizh |\n|---|---|---|---|')
    print(f'| `Solver`, `taylor`, a spike callback in Python | {error:.0e} | {1e3 * mine:.2f} | 1 |')
    for method, tolerance in (('RK45', 1e-4), ('RK45', 1e-8), ('DOP853', 1e-4), ('DOP853', 1e-8),
                              ('DOP853', 1e-12)):
        theirs, error = measure(lambda: with_scipy(method, tolerance), 3)
        print(f'| `solve_ivp`, {method}, {tolerance:.0e} | {error:.0e} | {1e3 * theirs:.0f} | {theirs / mine:.0f} |')


compare_population(sys.argv[1], int(float(sys.argv[2])) if len(sys.argv) > 2 else 100000)
compare_solver()
