"""Brian2's C++ standalone code beside libizh, taking turns, on the networks of bench_network.c: the same cells, Euler's
steps at 1 ms, weights and delays from the same distributions, noise; Brian2's default flags stay as they are. Argument:
the program bench_network. Prints ms for a second, medians of several runs, of the run alone: Brian2 without code
generation, compiler, wiring and output."""
import logging
import statistics
import subprocess
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
import brian2 as b2  # noqa: E402
from brian2 import ms  # noqa: E402

RUNS = 5
THREADS = (1, 2)
# Neurons, synapses of each, the largest weights, the condition, delay and length of a run, ms.
NETWORKS = {
    "paper": (1000, 0.5, 1, {"p": 1}, None, 5000),
    "large": (10000, 0.05, 0.1, {"j": "int(rand()*N_post) for _ in range(1000)"}, "(1 + int(rand()*20))*ms", 2000),
}
MODEL = """
dv/dt = ((0.04*v + 5)*v + 140 - u + I + 5*randn())/ms : 1
du/dt = a*(0.2*v - u)/ms : 1
I : 1
a : 1 (constant)
d : 1 (constant)
"""


def build(directory, name, threads):
    n, excitation, inhibition, wiring, delay, length = NETWORKS[name]
    b2.device.reinit()
    b2.device.activate(directory=directory, build_on_run=False)
    b2.prefs.devices.cpp_standalone.openmp_threads = threads if threads > 1 else 0
    b2.defaultclock.dt = 1*ms
    excitatory = n//5*4
    neurons = b2.NeuronGroup(n, MODEL, threshold="v >= 30", reset="v = -65; u += d", method="euler")
    neurons.v, neurons.u = -65, -13
    neurons.a = f"0.02 + 0.08*int(i >= {excitatory})"
    neurons.d = f"8 - 6*int(i >= {excitatory})"
    # A pulse lasts a step: I is 0 again once the state is updated, before the synapses add to it.
    pulse = neurons.run_regularly("I = 0", when="before_thresholds")
    synapses = b2.Synapses(neurons, neurons, "w : 1", on_pre="I_post += w")
    synapses.connect(**wiring)
    synapses.w = f"({excitation}*int(i < {excitatory}) - {inhibition}*int(i >= {excitatory}))*rand()"
    if delay:
        synapses.delay = delay
    monitor = b2.SpikeMonitor(neurons, record=False)
    b2.Network(neurons, pulse, synapses, monitor).run(length*ms)
    b2.device.build(directory=directory, run=False, with_output=False)
    return monitor


def run_brian(directory, length):
    b2.device.run(directory, False, [])
    return 1e6*b2.device._last_run_time/length


def run_library(program, name, threads):
    answer = subprocess.run([program, "--few", name, str(threads)], check=True, capture_output=True, text=True).stdout
    return [float(x) for x in answer.split()]


def row(program, name, threads):
    n, length = NETWORKS[name][0], NETWORKS[name][-1]
    brian, library = [], []
    with tempfile.TemporaryDirectory() as directory:
        monitor = build(directory, name, threads)
        for _ in range(RUNS):
            brian.append(run_brian(directory, length))
            library.append(run_library(program, name, threads))
        rate = 1e3*monitor.num_spikes/n/length
    time, ours = statistics.median(brian), statistics.median(x[0] for x in library)
    print(f"| {name} | {threads} | {ours:.1f} | {time:.1f} | {time/ours:.1f} | {library[0][1]:.1f} | {rate:.1f} |",
          flush=True)


def main():
    print(f"\nBrian2 {b2.__version__}, C++ standalone, ms for a second\n")
    print("| network | threads | libizh | Brian2 | Brian2 / libizh | Hz | Hz of Brian2 |\n|---|---|---|---|---|---|---|")
    b2.set_device("cpp_standalone", build_on_run=False)
    for name in NETWORKS:
        for threads in THREADS:
            row(sys.argv[1], name, threads)


if __name__ == "__main__":
    main()
