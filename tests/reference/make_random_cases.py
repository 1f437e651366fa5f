#!/usr/bin/env python3
"""Prints candidates for random_cases.csv, for `quad FOLDER random` to choose from (see quad.c).

Half of the 1000 neurons are drawn around the cells of the 2003 paper, the others around those of
the 2007 book; three in ten of the latter have the book's special terms. Each neuron has several
candidates of the same name and of the same cell, of which quad keeps the first that is well posed:
it fires, seldom, and does not barely reach the peak.
"""
import random
import sys

sys.dont_write_bytecode = True
from make_cases import HEADER, case, form_2003, form_2007, pulses  # noqa: E402

NEURONS = 1000
CANDIDATES = 60

# a, b, c, d; the first two are the paper's whole excitatory and inhibitory populations
CELLS_2003 = dict(
    excitatory=None, inhibitory=None,
    RS=(.02, .2, -65, 8), IB=(.02, .2, -55, 4), CH=(.02, .2, -50, 2), FS=(.1, .2, -65, 2),
    TC=(.02, .25, -65, .05), RZ=(.1, .26, -65, 2), LTS=(.02, .25, -65, 2))

# C, k, vr, vt, vpeak, a, b, c, d: LTS and FS without their special terms, the last by Stewart and
# Bair
CELLS_2007 = dict(
    RS=(100, .7, -60, -40, 35, .03, -2, -50, 100), IB=(150, 1.2, -75, -45, 50, .01, 5, -56, 130),
    CH=(50, 1.5, -60, -40, 25, .03, 1, -40, 150), LTS=(100, 1, -56, -42, 40, .03, 8, -53, 20),
    FS=(20, 1, -55, -40, 25, .15, 8, -55, 200), LS=(20, .3, -66, -40, 30, .17, 5, -45, 100),
    SB=(200, 1.3, -65, -50, 48, .03, -9.5, -85, 0))

# the same with special terms; vb is given from vr on
CELLS_SPECIAL = dict(
    TC=((200, 1.6, -60, -50, 35, .01, 0, -60, 10), dict(b_lo=15, vb=-5, vpeak_u=.1, c_u=-.1)),
    RTN=((40, .25, -65, -45, 0, .015, 2, -55, 50), dict(b_lo=10)),
    FS=((20, 1, -55, -40, 25, .2, 0, -45, 0), dict(b3=.025)),
    LTS=((100, 1, -56, -42, 40, .03, 8, -53, 20), dict(vpeak_u=-.1, c_u=.04, u_max=670)))

draw = random.Random(1952)  # only random() is used: the same numbers in every version of Python


def between(low, high):
    """A random number of four digits."""
    return float(f"{low + (high - low) * draw.random():.4g}")


def pick(choices):
    return choices[int(len(choices) * draw.random())]


def about(x, part=.15):
    return between(x * (1 - part), x * (1 + part))


# ---- neurons

def neuron_2003(kind):
    if kind == "excitatory":
        x = draw.random()
        return form_2003(.02, .2, round(-65 + 15 * x * x, 4), round(8 - 6 * x * x, 4))
    if kind == "inhibitory":
        x = draw.random()
        return form_2003(round(.02 + .08 * x, 5), round(.25 - .05 * x, 5), -65, 2)
    a, b, c, d = CELLS_2003[kind]
    return form_2003(about(a), about(b, .04), between(c - 3, c + 3), about(d))


def around_2007(C, k, vr, vt, vpeak, a, b, c, d):
    near = [between(v - 2, v + 2) for v in (vr, vt, vpeak, c)]
    return [about(C), about(k), *near[:3], about(a), about(b), near[3], about(d)]


def neuron_2007(kind):
    return form_2007(*around_2007(*CELLS_2007[kind]))


def neuron_special(kind):
    numbers, special = CELLS_SPECIAL[kind]
    numbers = around_2007(*numbers)
    special = {name: about(x) for name, x in special.items()}
    if "vb" in special:
        special["vb"] += numbers[2]
    return form_2007(*numbers, **special)


# ---- stimuli

def U(neuron, v):
    w = v - neuron["vb"]
    return neuron["b_lo"] * w if w < 0 else neuron["b_hi"] * w + neuron["b3"] * w ** 3


def need(neuron, v, u):
    """The current that holds v where it is."""
    return u - neuron["k2"] * v * v - neuron["k1"] * v - neuron["k0"]


def rest_of(neuron):
    """v at rest: the lowest at which no current is needed, or else the least."""
    grid = [-95 + i / 4 for i in range(200)]
    needs = [need(neuron, v, U(neuron, v)) for v in grid]
    for v, n, n_after in zip(grid, needs, needs[1:]):
        if n < 0 <= n_after:
            return v
    return grid[needs.index(max(needs))]


def threshold_of(neuron, rest):
    """About the least constant current that makes it fire: between u at rest and u following v."""
    grid = [rest + i / 2 for i in range(80)]
    slow = max(need(neuron, v, U(neuron, v)) for v in grid)
    fast = max(need(neuron, v, U(neuron, rest)) for v in grid)
    return max((slow + fast) / 2, scale_of(neuron) / 4)


def scale_of(neuron):
    """A current that matters to the neuron; some fire with hardly any."""
    return neuron["k2"] * 60


def fires(neuron, v, u, I, T):
    """Does it reach 0 mV within T? A crude Euler method."""
    dt = .25
    for _ in range(int(T / dt)):
        v, u = (v + dt * (I - need(neuron, v, u)) / neuron["cm"],
                u + dt * neuron["a"] * (U(neuron, v) - u))
        if v > 0:
            return True
    return False


def least_current(neuron, rest, T):
    """The threshold within T for a step from rest, but for the crudeness of fires."""
    low, high = 0, 2 * threshold_of(neuron, rest) + scale_of(neuron)
    for _ in range(12):
        middle = (low + high) / 2
        if fires(neuron, rest, U(neuron, rest), middle, T):
            high = middle
        else:
            low = middle
    return high


def stimulus_of(neuron, rest, T):
    threshold, scale = threshold_of(neuron, rest), scale_of(neuron)

    def current():
        """From just enough to a multiple."""
        return round(threshold + scale * (4 * draw.random() ** 2 - .2), 4)

    def little():
        return pick([0, round(threshold * (1.2 * draw.random() - .5), 4)])

    def near_threshold():
        x = draw.random()
        return round(least_current(neuron, rest, T - start) + scale * (.05 * x * x * x - .002), 4)

    start = between(1, 60)
    middle = between(80, T - 40)
    kind = pick(["constant", "step", "two steps", "ramp", "pulses", "near", "release"])
    if kind == "constant":
        return f"0:{current()}"
    if kind == "step":
        return f"0:{little()} {start}:{current()}"
    if kind == "two steps":
        return f"0:{little()} {start}:{current()} {middle}:{pick([little, current])()}"
    if kind == "ramp":
        low, high = sorted([little(), current()])
        if draw.random() < .3:
            low, high = high, low
        return f"0:{little()} {start}:{low}:{(high - low) / (T - start):.5g}"
    if kind == "pulses":
        count = 2 + int(4 * draw.random())
        period = between(20, (T - start) / count)
        return pulses(start, period, between(2, 15), round(1.5 * current() + scale, 4), count)
    if kind == "near":
        return f"0:0 {start}:{near_threshold()}"
    return f"0:{-current()} {start}:{little()}"  # let go: may rebound


# ---- cases

def initial_of(neuron, rest):
    """At rest, near it, or anywhere about it; + 0.0 turns -0 into 0."""
    if draw.random() < .3:
        return rest, round(U(neuron, rest), 6) + 0.0
    if draw.random() < .5:
        v = between(rest - 2, rest + 2)
        return v, round(U(neuron, v), 6) + 0.0
    spread = neuron["k2"] * 60
    return between(rest - 15, rest + 15), between(-spread, spread) + round(U(neuron, rest), 4)


def candidate(name, make, kind):
    neuron = make(kind)
    rest = rest_of(neuron)
    T = 150 + int(151 * draw.random())
    stimulus = stimulus_of(neuron, rest, T)
    v0, u0 = initial_of(neuron, rest)
    return case(name, neuron, v0, u0, T, stimulus)


def main():
    print("# Random neurons; candidates by make_random_cases.py, chosen and solved by quad.c.")
    print(HEADER.split("\n", 1)[1], end="")
    for i in range(NEURONS):
        if i % 20 < 10:
            make, cells = neuron_2003, CELLS_2003
        elif i % 20 < 17:
            make, cells = neuron_2007, CELLS_2007
        else:
            make, cells = neuron_special, CELLS_SPECIAL
        kind = pick(list(cells))
        for _ in range(CANDIDATES):
            print(candidate(f"r{i + 1:04}", make, kind))


if __name__ == "__main__":
    main()
