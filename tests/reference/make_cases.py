#!/usr/bin/env python3
"""Writes cases.csv, the neurons and stimuli that quad.c solves, from the lists below and from simple2003.csv.

A stimulus is a string of t:I:slope separated by spaces, as in cases.csv, and the slope may be left
out: "0:0 10:14" is 0 from 0 ms and 14 from 10 ms.
"""
import csv
import os
import random

HERE = os.path.dirname(os.path.abspath(__file__))
INFINITY = float("inf")

HEADER = """\
# Neurons and stimuli for the exact reference; written by make_cases.py, solved by quad.c.
# Each number is printed so that strtod gives back exactly the double that is meant.
# columns: name, the 16 parameters in the order of struct izh_params (cm, k2, k1, k0, a, r, b_lo,
# b_hi, b3, vb, vpeak, vpeak_u, c, c_u, d, u_max), v0, u0 at t = 0, T in ms, stimulus as t:I:slope
# separated by spaces: I(s) = I + slope (s - t) from t on, 0 before the first.
"""


def form_2003(a, b, c, d, **special):
    """v' = .04 v^2 + 5 v + 140 - u + I, u' = a (b v - u), peak at 30."""
    neuron = dict(cm=1, k2=.04, k1=5, k0=140, a=a, r=1, b_lo=b, b_hi=b, b3=0, vb=0,
                  vpeak=30, vpeak_u=0, c=c, c_u=0, d=d, u_max=INFINITY)
    return {**neuron, **special}


def form_2007(C, k, vr, vt, vpeak, a, b, c, d, **special):
    """C v' = k (v - vr) (v - vt) - u + I, u' = a (b (v - vr) - u), folded in this order."""
    neuron = dict(cm=C, k2=k, k1=-(k * (vr + vt)), k0=(k * vr) * vt, a=a, r=1, b_lo=b, b_hi=b, b3=0,
                  vb=vr, vpeak=vpeak, vpeak_u=0, c=c, c_u=0, d=d, u_max=INFINITY)
    return {**neuron, **special}


def case(name, neuron, v0, u0, T, stimulus, digits=17):
    """A line of cases.csv. Fewer digits will do where all numbers are short decimals."""
    numbers = [*neuron.values(), v0, u0, T]
    segments = []
    for text in stimulus.split():
        t, I, slope = (*map(float, text.split(":")), 0.0)[:3]
        segments.append(":".join(f"{x:.{digits}g}" for x in (t, I, slope)))
    return ",".join([name, *(f"{x:.{digits}g}" for x in numbers), " ".join(segments)])


def pulses(first, period, width, height, count):
    """A train of pulses, as a stimulus."""
    starts = [first + i * period for i in range(count)]
    return " ".join(f"{t}:{height} {t + width}:0" for t in starts)


# ---- E. M. Izhikevich, Which model to use for cortical spiking neurons?, IEEE Trans. Neural
# Networks 15, 2004: the 20 patterns; of T, which fires faster and faster without end, the first 110 ms.
# letter, k1, k0, a, b, c, d, v0, u0, T, stimulus
FIRST_L = 100 / 11  # (L): the pulses start at 100/11 ms and 5 ms later, for 2 ms
PATTERNS = [
    ("A", 5, 140, .02, .2, -65, 6, -70, -14, 100, "0:0 10:14"),
    ("B", 5, 140, .02, .25, -65, 6, -64, -16, 200, "0:0 20:0.5"),
    ("C", 5, 140, .02, .2, -50, 2, -70, -14, 220, "0:0 22:15"),
    ("D", 5, 140, .02, .25, -55, .05, -64, -16, 200, "0:0 20:0.6"),
    ("E", 5, 140, .02, .2, -55, 4, -70, -14, 160, "0:0 16:10"),
    ("F", 5, 140, .01, .2, -65, 8, -70, -14, 85, "0:0 8.5:30"),
    ("G", 4.1, 108, .02, -.1, -55, 6, -60, 6, 300, "0:0 30:0:.075"),
    ("H", 5, 140, .2, .26, -65, 0, -64, -16.64, 300, "0:-.5 30:-.5:.015"),
    ("I", 5, 140, .02, .2, -65, 6, -70, -14, 100, "0:0 10:7.04 13:0"),
    ("J", 5, 140, .05, .26, -60, 0, -62, -16.12, 200, "0:0 20:2 25:0"),
    ("K", 5, 140, .1, .26, -60, -1, -62, -16.12, 400,
     "0:0 40:.65 44:0 60:.65 64:0 280:.65 284:0 320:.65 324:0"),
    ("L", 4.1, 108, .02, -.1, -55, 6, -60, 6, 100,
     f"0:0 {FIRST_L}:9 {FIRST_L + 2}:0 {FIRST_L + 5}:9 {FIRST_L + 7}:0 70:9 72:0 80:9 82:0"),
    ("M", 5, 140, .03, .25, -60, 4, -64, -16, 200, "0:0 20:-15 25:0"),
    ("N", 5, 140, .03, .25, -52, 0, -64, -16, 200, "0:0 20:-15 25:0"),
    ("O", 5, 140, .03, .25, -60, 4, -64, -16, 100, "0:0 10:1 15:0 70:-6 75:0 80:1 85:0"),
    ("P", 5, 140, .1, .26, -60, 0, -61, -15.86, 300, "0:.24 37.5:1.24 42.5:.24 216:1.24 221:.24"),
    ("Q", 5, 140, 1, .2, -60, -21, -70, -14, 50, "0:0 9:20 11:0"),
    ("R", 5, 140, .02, 1, -55, 4, -65, -16, 400, "0:0:.04 200:0 300:0:.32 312.5:0"),
    ("S", 5, 140, -.02, -1, -60, 8, -63.8, 63.8, 350, "0:80 50:75 250:80"),
    ("T", 5, 140, -.026, -1, -45, -2, -63.8, 63.8, 110, "0:80 50:75 250:80"),
]


def pattern_cases():
    for letter, k1, k0, a, b, c, d, v0, u0, T, stimulus in PATTERNS:
        special = dict(r=0, vb=-65) if letter == "R" else {}
        neuron = form_2003(a, b, c, d, k1=k1, k0=k0, **special)
        yield case(f"pattern-{letter}", neuron, v0, u0, T, stimulus)


# ---- E. M. Izhikevich, Simple model of spiking neurons, IEEE Trans. Neural Networks 14, 2003,
# figure 2, as in simple2003.csv; u0 = b v0
def simple_cases():
    with open(os.path.join(HERE, "simple2003.csv"), encoding="ascii") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            a, b, c, d, v0, T = (float(row[key]) for key in ("a", "b", "c", "d", "v0", "T_ms"))
            yield case("simple-" + row["name"].replace(" ", "-"), form_2003(a, b, c, d), v0, b * v0, T,
                       row["stimulus"])


# ---- E. M. Izhikevich, Dynamical Systems in Neuroscience, MIT Press 2007, chapter 8. LS is the
# soma alone: late-spiking needs the dendrite. name: neuron, T, currents in pA from t = 0
BOOK = {
    "RS": (form_2007(100, .7, -60, -40, 35, .03, -2, -50, 100), 520, (60, 70, 85, 100)),
    "IB": (form_2007(150, 1.2, -75, -45, 50, .01, 5, -56, 130), 600, (290, 370, 500, 550)),
    "CH": (form_2007(50, 1.5, -60, -40, 25, .03, 1, -40, 150), 210, (200, 300, 400, 600)),
    "LTS": (form_2007(100, 1, -56, -42, 40, .03, 8, -53, 20, vpeak_u=-.1, c_u=.04, u_max=670),
            320, (100, 125, 200, 300)),
    "FS": (form_2007(20, 1, -55, -40, 25, .2, 0, -45, 0, b3=.025), 200, (73.2, 100, 200, 400)),
    "LS": (form_2007(20, .3, -66, -40, 30, .17, 5, -45, 100), 500, (130, 200)),
    "TC": (form_2007(200, 1.6, -60, -50, 35, .01, 0, -60, 10, b_lo=15, vb=-65, vpeak_u=.1, c_u=-.1),
           650, (50, 100, 150)),
    "RTN": (form_2007(40, .25, -65, -45, 0, .015, 2, -55, 50, b_lo=10), 650, (50, 70, 110)),
}
REST = dict(RS=-60, IB=-75, CH=-60, LTS=-56, FS=-55, LS=-66, TC=-60, RTN=-65)


def book_cases():
    for name, (neuron, T, currents) in BOOK.items():
        for I in currents:
            yield case(f"book-{name}-{I:g}", neuron, REST[name], 0, T, f"0:{I}")


# ---- Single published scenarios.
def published_cases():
    rs_2007 = BOOK["RS"][0]
    yield case("report", rs_2007, -60, 0, 1000, "0:0 101:70")
    yield case("rs-2003", form_2003(.02, .2, -65, 8), -65, -13, 1000, "0:10")
    # R. D. Stewart & W. Bair, Spiking neural network simulation: numerical integration with the
    # Parker-Sochacki method, J. Comput. Neurosci. 27, 2009
    stewart_bair = form_2007(200, 1.3, -65, -50, 48, .03, -9.5, -85, 0)
    for I in (30, 21):
        yield case(f"stewart-bair-{I}", stewart_bair, -65, 0, 1000, f"0:{I}")


# ---- More of both forms, over 1000 ms. name, a, b, c, d, stimulus; from v0 = -70, u0 = b v0.
MORE_2003 = [
    ("RS-steps", .02, .2, -65, 8, "0:0 100:5 300:10 500:20 700:4 900:0"),
    ("RS-ramp-up", .02, .2, -65, 8, "0:0 50:0:.02"),
    ("RS-ramp-down", .02, .2, -65, 8, "0:20:-.02"),
    ("RS-triangle", .02, .2, -65, 8, "0:0:.04 500:20:-.04"),
    ("RS-pulses", .02, .2, -65, 8, pulses(20, 61, 5.25, 12, 15)),
    ("RS-below-rheobase", .02, .2, -65, 8, "0:0 100:3.774"),
    ("RS-above-rheobase", .02, .2, -65, 8, "0:0 100:3.775"),
    ("IB-step", .02, .2, -55, 4, "0:0 50:12 900:0"),
    ("CH-step", .02, .2, -50, 2, "0:0 50:8"),
    ("FS-below-rheobase", .1, .2, -65, 2, "0:0 100:3.328"),
    ("FS-above-rheobase", .1, .2, -65, 2, "0:0 100:3.33"),
    ("FS-strong", .1, .2, -65, 2, "0:0 50:25"),
    ("FS-pulses", .1, .2, -65, 2, pulses(10, 33.3, 4.1, 15, 28)),
    ("LTS-ramp-down", .02, .25, -65, 2, "0:15:-.015"),
    ("TC-rebounds", .02, .25, -65, .05, pulses(50, 240, 60, -15, 4)),
    ("RZ-pulses", .1, .26, -65, 2, pulses(30, 40.7, 3, 5, 22)),
]

# name of the book's cell, what, stimulus; from rest
MORE_BOOK = [
    ("RS", "steps", "0:0 100:70 400:150 600:60 800:300"),
    ("RS", "ramp-up", "0:0 50:0:.25"),
    ("RS", "ramp-down", "0:250:-.25"),
    ("RS", "below-rheobase", "0:0 100:51.3"),
    ("RS", "above-rheobase", "0:0 100:52"),
    ("RS", "pulses", pulses(40, 83.2, 12.5, 200, 11)),
    ("IB", "ramp", "0:200:.5"),
    ("IB", "below-rheobase", "0:304.7"),
    ("IB", "above-rheobase", "0:304.8"),
    ("CH", "steps", "0:150 300:250 600:400"),
    ("LTS", "rebounds", pulses(100, 300, 120, -1000, 3)),
    ("LTS", "ramp", "0:0:.4"),
    ("FS", "below-rheobase", "0:0 100:71.28"),
    ("FS", "above-rheobase", "0:0 100:71.3"),
    ("FS", "pulses", pulses(10, 24.9, 8, 180, 38)),
    ("TC", "rebounds", "0:0 100:-1200 250:0 500:-1500 600:0 800:120"),
    ("RTN", "rebound", "0:0 100:-150 300:0 500:120"),
    ("LS", "triangle", "0:100:.5 500:350:-.5"),
]


def more_cases():
    for name, a, b, c, d, stimulus in MORE_2003:
        yield case(f"2003-{name}", form_2003(a, b, c, d), -70, b * -70, 1000, stimulus)
    for name, what, stimulus in MORE_BOOK:
        yield case(f"2007-{name}-{what}", BOOK[name][0], REST[name], 0, 1000, stimulus)


def random_cases():
    """The excitatory and inhibitory neurons of the 2003 paper's network, with random steps."""
    draw = random.Random(2003)
    for i in range(10):
        x = draw.random()
        if i % 2 == 0:
            kind = "excitatory"
            neuron = form_2003(.02, .2, round(-65 + 15 * x * x, 3), round(8 - 6 * x * x, 3))
        else:
            kind = "inhibitory"
            neuron = form_2003(round(.02 + .08 * x, 4), round(.25 - .05 * x, 4), -65, 2)
        times = [0] + sorted(round(draw.uniform(0, 1000), 2) for _ in range(8))
        stimulus = " ".join(f"{t}:{round(draw.uniform(-5, 15), 3)}" for t in times)
        yield case(f"random-{i}-{kind}", neuron, -65, neuron["b_lo"] * -65, 1000, stimulus)


def order_cases():
    """Smooth stretches without a spike, to measure the order of a method on."""
    neuron = form_2003(.02, .2, -65, 8)
    yield case("order-smooth", neuron, -52, -9, 25, "0:2")
    yield case("order-ramp", neuron, -68, -13, 25, "0:0:.5")


def main():
    sources = (order_cases, published_cases, pattern_cases, simple_cases, book_cases, more_cases, random_cases)
    with open(os.path.join(HERE, "cases.csv"), "w", encoding="ascii", newline="\n") as file:
        file.write(HEADER)
        for source in sources:
            for line in source():
                file.write(line + "\n")


if __name__ == "__main__":
    main()
