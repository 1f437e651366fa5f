"""The answers in the course's pages, computed without libizh: by hand, plain loops and SciPy. Prints TAP.
Usage: exercises.py SOURCE"""
import math
import pathlib
import re
import sys

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

RS = (.02, .2, -65., 8.)


def fire(params, I, t_end, state=(-65., -13.), inputs=(), tau=5., most=None):
    """Spike times, and the highest v, of a neuron under a constant current and arrivals (t, weight) of a synapse with
    E = 0: Radau's and others' steps with an event at the peak."""
    a, b, c, d = params
    spikes, high, t, y = [], -math.inf, 0., [*state, 0.]
    stops = sorted([*inputs, (t_end, 0.)])

    def rates(_, y):
        v, u, g = y
        return [.04 * v * v + 5 * v + 140 - u + I - g * v, a * (b * v - u), -g / tau]

    def peak(_, y):
        return y[0] - 30
    peak.terminal = True
    for stop, weight in stops:
        while t < stop:
            run = solve_ivp(rates, (t, stop), y, 'DOP853', events=peak, rtol=1e-8, atol=1e-8, max_step=2.,
                            dense_output=True)
            high = max(high, run.sol(np.linspace(run.t[0], run.t[-1], 2000))[0].max())
            t, y = run.t[-1], list(run.y[:, -1])
            if run.status == 1:
                spikes.append(t)
                y[0], y[1] = c, y[1] + d
                if most and len(spikes) == most:
                    return spikes, high
        y[2] += weight
    return spikes, high


def page_1():
    rest = ((-(5 - .25)) - math.sqrt((5 - .25) ** 2 - 4 * .04 * 140)) / .08
    first = fire(RS, 5, 100, most=1)[0][0]
    steps = np.diff(fire(RS, 10, 1000)[0])
    d = max(d for d in (3, 4) if len(fire((.02, .2, -65, d), 10, 1000)[0]) >= 40)
    return [[rest], [first], [steps[0], steps[-1]], [d]]


def page_2():
    v = (.02 - 5) / .08  # where the trace is 0
    hopf = .2 * v - (.04 * v * v + 5 * v + 140)
    fold = (5 + .1) ** 2 / .16 - 140  # where the discriminant is 0
    # At the border both happen at one v: the fold's has 0.08 v + 5 = b, and a trace of 0 has 0.08 v + 5 = a.
    border = .02
    spikes = np.array(fire((.02, .2, -50, 2), 10, 300)[0])
    burst = int(np.argmax(np.diff(spikes) > 20)) + 1
    return [[hopf, v], [fold], [border], [burst]]


def page_3():
    v, u, spikes = -65., -13., []
    for n in range(2000):
        v, u = v + .5 * (.04 * v * v + 5 * v + 140 - u + 10), u + .5 * .02 * (.2 * v - u)
        if v >= 30:
            spikes.append(.5 * (n + 1))
            v, u = -65., u + 8
    v, u, count = -65., -13., 0
    for n in range(1000):
        v += .5 * (.04 * v * v + 5 * v + 140 - u + 10)
        v += .5 * (.04 * v * v + 5 * v + 140 - u + 10)
        u += .02 * (.2 * v - u)
        if v >= 30:
            v, u, count = -65., u + 8, count + 1
    return [[len(spikes)], [spikes[-1]], [count]]


def page_4():
    def high(*inputs):
        return fire(RS, 0, 60, (-70., -14.), inputs)[1]
    low, least = .02, 1.
    while least - low > 1e-6:
        middle = (low + least) / 2
        low, least = (low, middle) if high((11., middle)) > 29 else (middle, least)
    return [[high((11., .015))], [least], [high((11., least / 2), (13., least / 2))], [.03 * 5]]


def page_5():
    r, w, tau = 1., .008, 5.
    return [[r * w * tau, w * math.sqrt(r * tau / 2)], [800 * .1, math.sqrt(800 * .1 * .9)],
            [200 * .1 * .004 * .03 * 6], [r * w * tau * (0 - -60)]]


def page_6():
    def part(hz):
        e = math.exp(-1000 / hz / 800)
        return .5 * (1 - e) / (1 - .5 * e)
    return [[.001 * math.exp(-(8 - .1) / 10)], [.0012 * math.exp(-8 / 10)], [part(20)],
            [brentq(lambda hz: part(hz) - .1, 1, 100)]]


def given(page):
    """The numbers of the answers, as they stand in the page."""
    text = page.read_text().partition('## Answers')[2].partition('\n\nNext')[0].partition('\n\nThat')[0]
    lines = re.findall(r'^\d\. (.*)$', text, re.M)
    return [re.findall(r'-?\d+(?:\.\d+)?', line) for line in lines]


def faults(page, answers):
    stands = given(page)
    if [len(row) for row in stands] != [len(row) for row in answers]:
        yield f'the page has {stands}, computed was {answers}'
        return
    for k, (row, computed) in enumerate(zip(stands, answers)):
        for text, value in zip(row, computed):
            digits = len(text.partition('.')[2])
            if abs(float(text) - value) > .502 * 10 ** -digits:
                yield f'answer {k + 1} is {text}, computed was {value:.{digits + 2}f}'


def main(source):
    pages = [page_1, page_2, page_3, page_4, page_5, page_6]
    print(f'1..{len(pages)}')
    for k, page in enumerate(pages, 1):
        wrong = list(faults(pathlib.Path(source) / 'docs' / f'course-{k}.md', page()))
        print('not ok' if wrong else 'ok', k, '- page', k)
        for fault in wrong:
            print('#', fault)


if __name__ == '__main__':
    main(*sys.argv[1:])
