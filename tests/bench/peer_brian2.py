"""Brian2's C++ standalone code beside libizh, taking turns: the 2003 model by Euler's method at 1 ms,
regular spiking neurons with states and currents of their own, spikes detected and reset. libizh takes
the same step, and published-2003, which evaluates v' twice; it delivers the spikes as well, which are
not recorded by Brian2, whose default flags (-O3 -ffast-math -march=native) stay as they are. Argument:
the program bench_population. Prints ns per neuron-step, the least of several runs, of the run alone:
Brian2 without code generation, compiler, start and output."""
import logging
import subprocess
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
import brian2 as b2  # noqa: E402

RUNS = 3
SIZES = ((100_000, 1000), (10_000_000, 20))  # neurons and steps
MODEL = """
dv/dt = ((0.04*v + 5)*v + 140 - u + I)/ms : 1
du/dt = 0.02*(0.2*v - u)/ms : 1
I : 1 (constant)
"""


def build(directory, n, steps, real):
    b2.device.reinit()
    b2.device.activate(directory=directory, build_on_run=False)
    b2.prefs.core.default_float_dtype = real
    b2.defaultclock.dt = 1 * b2.ms
    neurons = b2.NeuronGroup(n, MODEL, threshold="v >= 30", reset="v = -65; u += 8",
                             method="euler")
    neurons.v = "-75 + 20*rand()"
    neurons.u = "-14 + 12*rand()"
    neurons.I = "10*(0.95 + 0.1*rand())"
    b2.run(steps * b2.ms)
    b2.device.build(directory=directory, run=False, with_output=False)


def run_brian(directory, n, steps):
    b2.device.run(directory, False, [])
    return 1e9 * b2.device._last_run_time / (n * steps)


def run_library(program, n, precision):
    answer = subprocess.run([program, "--few", str(n), precision], check=True, capture_output=True,
                            text=True).stdout
    return [float(x) for x in answer.split()]


def row(program, n, steps, real, precision):
    brian, library = [], []
    with tempfile.TemporaryDirectory() as directory:
        build(directory, n, steps, real)
        for _ in range(RUNS):
            brian.append(run_brian(directory, n, steps))
            library.append(run_library(program, n, precision))
    least = [min(column) for column in zip(*library)]
    cells = "".join(f" {ns:8.3f} {min(brian) / ns:6.2f}x" for ns in least)
    print(f"{precision} {n:5.0e} {min(brian):9.3f}{cells}", flush=True)


def main():
    b2.set_device("cpp_standalone", build_on_run=False)
    print(f"\nBrian2 {b2.__version__}, C++ standalone, Euler, 1 ms, 1 thread, and libizh with grid events"
          " on 1 and 2 threads: ns\nper neuron-step, and how many times faster than Brian2")
    heads = ("euler, 1", "euler, 2", "published, 1", "published, 2")
    print(f"{'':9} {'brian2':>9}" + "".join(f" {head:>16}" for head in heads))
    for real, precision in ((b2.float64, "f64"), (b2.float32, "f32")):
        for n, steps in SIZES:
            row(sys.argv[1], n, steps, real, precision)


main()
