"""Brian2's C++ standalone code beside libizh, taking turns, on the networks of bench_network.c: the same cells, Euler's
steps at 1 ms, weights and delays from the same distributions, noise; Brian2's default flags stay as they are. Argument:
the program bench_network. Prints ms for a second, and what an event costs where synapses learn; medians of several
runs, of the run alone: Brian2 without code generation, compiler, wiring and output."""
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
    # Those of excitatory neurons learn: all pairs, at once.
    "plastic": (2000, 0.05, 0.1, {"j": "int(rand()*N_post) for _ in range(1000)"}, "(1 + int(rand()*20))*ms", 2000),
    # The same neurons without synapses.
    "bare": (2000, 0, 0, None, None, 2000),
}
MODEL = """
dv/dt = ((0.04*v + 5)*v + 140 - u + I + 5*randn())/ms : 1
du/dt = a*(0.2*v - u)/ms : 1
I : 1
a : 1 (constant)
d : 1 (constant)
"""
# The rule of bench_network.c: its steps are so small that rates stay those of fixed synapses.
STEP = 20*2.0**-30
TRACES = """
w : 1
dapre/dt = -apre/(20*ms) : 1 (event-driven)
dapost/dt = -apost/(20*ms) : 1 (event-driven)
"""
RULE = {
    "model": TRACES,
    "on_pre": f"I_post += w; apre += {STEP}; w = clip(w + apost, 0, 1)",
    "on_post": f"apost -= {STEP}; w = clip(w + apre, 0, 1)",
}
FIXED = {"model": "w : 1", "on_pre": "I_post += w"}


def connect(source, target, rule, weight, wiring, delay):
    synapses = b2.Synapses(source, target, **rule)
    synapses.connect(**wiring)
    synapses.w = weight
    if delay:
        synapses.delay = delay
    return synapses


def wire(name, neurons, excitatory):
    _, excitation, inhibition, wiring, delay, _ = NETWORKS[name]
    if not wiring:
        return []
    if name == "plastic":
        return [connect(neurons[:excitatory], neurons, RULE, f"{excitation}*rand()", wiring, delay),
                connect(neurons[excitatory:], neurons, FIXED, f"-{inhibition}*rand()", wiring, delay)]
    weight = f"({excitation}*int(i < {excitatory}) - {inhibition}*int(i >= {excitatory}))*rand()"
    return [connect(neurons, neurons, FIXED, weight, wiring, delay)]


def build(directory, name, threads):
    n, length = NETWORKS[name][0], NETWORKS[name][-1]
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
    monitor = b2.SpikeMonitor(neurons, record=False)
    b2.Network(neurons, pulse, monitor, *wire(name, neurons, excitatory)).run(length*ms)
    b2.device.build(directory=directory, run=False, with_output=False)
    return monitor


def run_brian(directory, length):
    b2.device.run(directory, False, [])
    return 1e6*b2.device._last_run_time/length


def run_library(program, name, threads):
    answer = subprocess.run([program, "--few", name, str(threads)], check=True, capture_output=True, text=True).stdout
    return [float(x) for x in answer.split()]


def race(program, name, threads):
    """Medians of ms for a second, libizh's and Brian2's, and the rates."""
    n, length = NETWORKS[name][0], NETWORKS[name][-1]
    brian, library = [], []
    with tempfile.TemporaryDirectory() as directory:
        monitor = build(directory, name, threads)
        for _ in range(RUNS):
            brian.append(run_brian(directory, length))
            library.append(run_library(program, name, threads))
        rate = 1e3*monitor.num_spikes/n/length
    return statistics.median(x[0] for x in library), statistics.median(brian), library[0][1], rate


def print_wholes(program):
    print("| network | threads | libizh | Brian2 | Brian2 / libizh | Hz | Hz of Brian2 |\n|---|---|---|---|---|---|---|")
    for name in ("paper", "large"):
        for threads in THREADS:
            ours, time, our_rate, rate = race(program, name, threads)
            print(f"| {name} | {threads} | {ours:.1f} | {time:.1f} | {time/ours:.1f} | {our_rate:.1f} | {rate:.1f} |",
                  flush=True)


def print_plastic(program):
    """What an arrival costs: the difference to the same neurons without synapses, as in bench_network.c."""
    print("\nPlastic synapses, 8 of 10 in 2e+06, all pairs, at once: ns an event\n")
    print("| libizh | Brian2 | Brian2 / libizh | Hz | Hz of Brian2 |\n|---|---|---|---|---|")
    learning, bare = race(program, "plastic", 1), race(program, "bare", 1)
    synapses = 1000*NETWORKS["plastic"][0]
    ours, theirs = (1e6*(learning[k] - bare[k])/(learning[2 + k]*synapses) for k in (0, 1))
    print(f"| {ours:.2f} | {theirs:.1f} | {theirs/ours:.1f} | {learning[2]:.1f} | {learning[3]:.1f} |")


def main():
    print(f"\nBrian2 {b2.__version__}, C++ standalone, ms for a second\n")
    b2.set_device("cpp_standalone", build_on_run=False)
    print_wholes(sys.argv[1])
    print_plastic(sys.argv[1])


if __name__ == "__main__":
    main()
