"""The rates of examples/balanced.c beside Brian2's with the same cells, weights and probability, over some seeds. The
wiring and the initial states are other ones in each, and Brian2's spikes and resets are on the grid, so the rates
agree as far as they do from seed to seed. Argument: the program `balanced`; how many seeds. Prints means and standard
deviations, Hz."""
import logging
import re
import statistics
import subprocess
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
import brian2 as b2  # noqa: E402
from brian2 import ms, mV, nS, pA, pF  # noqa: E402

EXCITATORY, N = 3200, 4000
BEGIN, END = 200, 1200  # ms

MODEL = """
dv/dt = (0.7*nS/mV*(v + 60*mV)*(v + 40*mV) - u + 100*pA + I)/(100*pF) : volt
du/dt = 0.03/ms*(-2*nS*(v + 60*mV) - u) : amp
"""
SYNAPSES = {
    "currents": ("""I = ge + gi : amp
dge/dt = -ge/(5*ms) : amp
dgi/dt = -gi/(10*ms) : amp""", 16.2*pA, -90*pA),
    "conductances": ("""I = ge*(0*mV - v) + gi*(-80*mV - v) : amp
dge/dt = -ge/(5*ms) : siemens
dgi/dt = -gi/(10*ms) : siemens""", .324*nS, 3*nS),
}


def run_brian(kind, seed):
    b2.start_scope()
    b2.seed(seed)
    b2.defaultclock.dt = .1*ms
    receptors, excitation, inhibition = SYNAPSES[kind]
    neurons = b2.NeuronGroup(N, MODEL + receptors, threshold="v >= 35*mV", reset="v = -50*mV; u += 100*pA",
                             method="rk2")
    neurons.v = "-65*mV + 20*mV*rand()"
    synapses = []
    for first, last, target, weight in ((0, EXCITATORY, "ge", excitation), (EXCITATORY, N, "gi", inhibition)):
        s = b2.Synapses(neurons[first:last], neurons, on_pre=f"{target}_post += weight",
                        namespace={"weight": weight})
        s.connect(p=.02)
        synapses.append(s)
    monitor = b2.SpikeMonitor(neurons, record=True)
    b2.Network(neurons, monitor, *synapses).run(END*ms)
    late = monitor.i[monitor.t >= BEGIN*ms]
    seconds = (END - BEGIN)/1000
    return sum(late < EXCITATORY)/EXCITATORY/seconds, sum(late >= EXCITATORY)/(N - EXCITATORY)/seconds


def run_library(program, kind, seed):
    said = subprocess.run([program, kind, str(seed)], check=True, capture_output=True, text=True).stdout
    return tuple(float(x) for x in re.findall(r"([0-9.]+) Hz", said))


def row(name, rates):
    cells = [f"{statistics.mean(x):7.3f} +- {statistics.stdev(x):.3f}" for x in zip(*rates)]
    print(f"{name:24} {cells[0]:>18} {cells[1]:>18}", flush=True)


def main():
    program, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    print(f"Brian2 {b2.__version__}, {count} seeds\n{'':24} {'excitatory, Hz':>18} {'inhibitory, Hz':>18}")
    for kind in SYNAPSES:
        row(f"libizh, {kind}", [run_library(program, kind, seed) for seed in range(1, count + 1)])
        row(f"Brian2, {kind}", [run_brian(kind, seed) for seed in range(1, count + 1)])


if __name__ == "__main__":
    main()
