#!/usr/bin/env python3
"""Writes flow_cases.csv: the report's regular spiking neuron from random states, under random
currents of four kinds, which `quad FOLDER flow` solves (see quad.c).

The current stays within 70 and 200 pA: constant, or 1 to 10 steps, or ramps between 1 to 10 knots,
or 1 to 10 pulses over a base. All numbers are short decimals, so that the file is small.
"""
import os
import random
import sys

sys.dont_write_bytecode = True
from make_cases import HEADER, case, form_2007  # noqa: E402

NEURON = form_2007(100, .7, -60, -40, 35, .03, -2, -50, 100)
T = 1000
CASES = 40  # of each kind
SHORTEST_RAMP = 5  # ms
GRAIN = .01  # ms: of times, and so the least between two

draw = random.Random(2007)  # only random() is used: the same numbers in every version of Python


def between(low, high):
    """A random number of two decimals."""
    return round(low + (high - low) * draw.random(), 2)


def level():
    return between(70, 200)


def some():
    return 1 + int(10 * draw.random())


def spread(count, gap, span):
    """Times in ascending order, at least the gap from each other and from 0 and the span's end."""
    free = sorted(between(0, span - (count + 1) * gap) for _ in range(count))
    return [round(t + (i + 1) * gap, 2) for i, t in enumerate(free)]


# ---- stimuli

def constant():
    return f"0:{level()}"


def steps():
    return " ".join(f"{t}:{level()}" for t in [0, *spread(some(), GRAIN, T)])


def ramps():
    """Each slope is cut to four decimals towards zero and the next ramp begins where it leads to,
    within .1 pA of the level that was drawn, so that the current is continuous."""
    times = [0, *spread(some(), SHORTEST_RAMP, T), T]
    segments = []
    I = level()
    for t, after in zip(times, times[1:]):
        slope = int((level() - I) / (after - t) * 1e4) / 1e4
        segments.append(f"{t}:{I}:{slope:.4f}")
        I = round(I + slope * (after - t), 6)
    return " ".join(segments)


def pulses():
    base = level()
    widths = [between(1, 50) for _ in range(some())]
    segments = [f"0:{base}"]
    earlier = 0  # the widths of the pulses before
    for t, width in zip(spread(len(widths), GRAIN, T - sum(widths)), widths):
        start = round(t + earlier, 2)
        earlier += width
        segments.append(f"{start}:{level()} {round(t + earlier, 2)}:{base}")
    return " ".join(segments)


# ---- cases

def flow_cases():
    for make in (constant, steps, ramps, pulses):
        for i in range(CASES):
            v0, u0 = between(-80, -45), between(-60, 150)
            yield case(f"{make.__name__}_{i:02}", NEURON, v0, u0, T, make(), digits=12)


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "flow_cases.csv")
    with open(path, "w", encoding="ascii", newline="\n") as file:
        file.write("# One neuron under random currents; written by make_flow_cases.py, solved by quad.c.\n")
        file.write(HEADER.split("\n", 1)[1])
        for line in flow_cases():
            file.write(line + "\n")


if __name__ == "__main__":
    main()
