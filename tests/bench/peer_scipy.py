"""SciPy's solve_ivp on the bench's task (peer.h), beside libizh in one run: reads nothing, prints rows
in the form of bench_solver."""
import time

from scipy.integrate import solve_ivp

EXACT_LAST = 967.305370690093518  # tests/reference/spikes.csv, rs-2003


def rhs(t, y):
    return [.04 * y[0] * y[0] + 5 * y[0] + 140 - y[1] + 10, .02 * (.2 * y[0] - y[1])]


def peak(t, y):
    return y[0] - 30


peak.terminal = True


def run(method, tolerance):
    t, y, spikes = 0., [-65., -13.], []
    while t < 1000:
        solution = solve_ivp(rhs, (t, 1000), y, method=method, rtol=tolerance, atol=tolerance,
                             events=peak)
        t, y = solution.t[-1], solution.y[:, -1]
        if solution.status != 1:
            break
        t, y = solution.t_events[0][0], solution.y_events[0][0]
        spikes.append(t)
        y = [-65., y[1] + 8]
    return spikes


for method, tolerances in (("RK45", (1e-4, 1e-6, 1e-8)), ("DOP853", (1e-4, 1e-7, 1e-10, 1e-12))):
    for tolerance in tolerances:
        start = time.perf_counter()
        spikes = run(method, tolerance)
        us = 1e6 * (time.perf_counter() - start)
        error = abs(spikes[-1] - EXACT_LAST) if len(spikes) == 23 else float("inf")
        print(f"scipy {method:<22} {tolerance:8.0e} {error:10.2e} {us:12.1f}")
