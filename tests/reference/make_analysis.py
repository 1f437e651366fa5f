#!/usr/bin/env python3
"""Prints analysis.csv: equilibria and bifurcations in arithmetic of 50 digits, by mpmath's roots of
polynomials in v, for the neurons of cases.csv and random_cases.csv and for some wild ones. Usage:
make_analysis.py > analysis.csv, in this folder; two minutes."""
import random
import sys

import mpmath
from mpmath import mp, mpf

mp.dps = 50
WILD = 300
NAMES = "cm k2 k1 k0 a r b_lo b_hi b3 vb vpeak vpeak_u c c_u d u_max".split()
KINDS = "stable-node stable-focus unstable-node unstable-focus saddle".split()
draw = random.Random(1848)


def read(name):
    for line in open(name):
        fields = line.strip().split(",")
        if line[0] != "#" and len(fields) > 17:
            yield fields[0], [float(x) for x in fields[1:17]]


def about(size, digits=4):
    return round(size * (2 * draw.random() - 1), digits)


def wild():
    """Any signs, any leak; a third with a kink, of these half with a cubic."""
    p = dict.fromkeys(NAMES, 0.0)
    p.update(cm=round(.5 + 99 * draw.random(), 3), k2=about(1.5), a=about(.3), b_lo=about(9),
             vb=about(70, 2), r=draw.choice([1, 1, 1, .5, -1, 1e-3]), vpeak=about(60, 2))
    v1, v2 = about(80, 2), about(80, 2)
    p.update(k1=round(-p["k2"] * (v1 + v2), 6), k0=round(p["k2"] * v1 * v2, 6), b_hi=p["b_lo"],
             c=p["vpeak"] - 20, u_max=float("inf"))
    if draw.random() < .35:
        p["b_hi"] = about(9)
        p["b3"] = draw.choice([0, about(.05)])
    if draw.random() < .2:
        p["vpeak_u"] = about(.1)
    return [float(x) for x in p.values()]


class Neuron:
    def __init__(self, values):
        self.__dict__.update(zip(NAMES, map(mpf, values)))
        self.kinked = self.b_lo != self.b_hi or self.b3 != 0
        self.pieces = [(self.b_lo, mpf(0)), (self.b_hi, self.b3)] if self.kinked else \
            [(self.b_hi, self.b3)]

    def holds(self, k, v):
        return not self.kinked or (v < self.vb if k == 0 else v >= self.vb)

    def U(self, k, v):
        b, b3 = self.pieces[k]
        return b * (v - self.vb) + b3 * (v - self.vb) ** 3

    def dU(self, k, v):
        b, b3 = self.pieces[k]
        return b + 3 * b3 * (v - self.vb) ** 2

    def current(self, k, v):
        return self.U(k, v) / self.r - (self.k2 * v * v + self.k1 * v + self.k0)

    def curve(self, k, I):
        """Coefficients in v, the highest first, of (k2 v^2 + ...) + I - U/r."""
        b, b3 = (x / self.r for x in self.pieces[k])
        w = self.vb
        return [-b3, self.k2 + 3 * b3 * w, self.k1 - b - 3 * b3 * w * w,
                self.k0 + I + b * w + b3 * w ** 3]

    def trace(self, v):
        return (2 * self.k2 * v + self.k1) / self.cm - self.a * self.r

    def determinant(self, k, v):
        return (-self.a * self.r * (2 * self.k2 * v + self.k1) + self.a * self.dU(k, v)) / self.cm

    def below_peak(self, k, v):
        return v < self.vpeak + self.vpeak_u * self.U(k, v) / self.r

    def kind(self, k, v):
        t, d = self.trace(v), self.determinant(k, v)
        if d < 0:
            return "saddle"
        return ("stable-" if t < 0 else "unstable-") + ("focus" if t * t < 4 * d else "node")

    def equilibria(self, I):
        return sorted((v, k) for k in range(len(self.pieces))
                      for v in real_roots(self.curve(k, I)) if self.holds(k, v))

    def stable(self, I):
        return sum(self.kind(k, v).startswith("stable") and self.below_peak(k, v)
                   for v, k in self.equilibria(I))

    def bifurcations(self):
        found = []
        for k, (b, b3) in enumerate(self.pieces):
            c = self.curve(k, 0)
            for v in real_roots([3 * c[0], 2 * c[1], c[2]]):
                if self.holds(k, v):
                    found.append((self.current(k, v), v, "saddle-node"))
            if self.k2 and self.a:
                v = (self.a * self.r * self.cm - self.k1) / (2 * self.k2)
                if self.holds(k, v) and self.determinant(k, v) > 0:
                    found.append((self.current(k, v), v, "hopf"))
        if self.kinked:
            slopes = [self.dU(k, self.vb) / self.r - 2 * self.k2 * self.vb - self.k1 for k in (0, 1)]
            if slopes[0] * slopes[1] < 0:
                found.append((self.current(1, self.vb), self.vb, "saddle-node"))
        near = mpf(10) ** -15
        return [(*x, self.stable(x[0] - near) > self.stable(x[0] + near)) for x in sorted(found)]


def real_roots(c):
    while c and c[0] == 0:
        c = c[1:]
    if len(c) < 2:
        return []
    roots = mpmath.polyroots(c, maxsteps=500, extraprec=400)
    return [mpmath.re(x) for x in roots if abs(mpmath.im(x)) < mpf(10) ** -40 * (1 + abs(x))]


def eigenvalues(p, k, v):
    t, d = p.trace(v), p.determinant(k, v)
    s = mpmath.sqrt(mpmath.mpc(t * t / 4 - d))
    return sorted((t / 2 - s, t / 2 + s), key=lambda x: (x.real, x.imag))


def text(x):
    return mpmath.nstr(x, 17)


def a_current(p, bifurcations):
    """Between the bifurcations or near one, with few digits."""
    all_I = [float(x[0]) for x in bifurcations] or [0.]
    size = max(abs(all_I[0]), abs(all_I[-1]), 1)
    near = draw.choice(all_I)
    return round(near + draw.choice([-1, -1, 1]) * size * 10 ** (-6 * draw.random()), 9)


def row(name, values):
    p = Neuron(values)
    bifurcations = p.bifurcations()
    I = a_current(p, bifurcations)
    yield ",".join([name, repr(I), *(f"{x:.17g}" for x in values if name[0] == "w")])
    for v, k in p.equilibria(mpf(I)):
        both = [y for x in eigenvalues(p, k, v) for y in (x.real, x.imag)]
        yield f"{p.kind(k, v)},{text(v)}," + ",".join(map(text, both))
    for current, v, kind, ends in bifurcations:
        yield f"{kind},{text(v)},{text(current)},{int(ends)}"


def main():
    seen = set()
    print("# Equilibria and bifurcations by make_analysis.py, in arithmetic of 50 digits.")
    print("# A neuron: name, I, and of those in no other table the parameters as there. Then its")
    print("# equilibria at I: kind, v, eigenvalues by parts; and its bifurcations: kind, v, I,")
    print("# whether a stable equilibrium below the peak ceases there.")
    neurons = [*read("cases.csv"), *read("random_cases.csv")]
    neurons += [(f"w{i:03}", wild()) for i in range(WILD)]
    for name, values in neurons:
        if tuple(values[:12]) in seen or values[NAMES.index("r")] == 0:
            continue
        seen.add(tuple(values[:12]))
        print("\n".join(row(name, values)))


if __name__ == "__main__":
    sys.exit(main())
