"""What workload.c computes, in Python."""
import izh
import numpy as np

neuron = izh.Solver(izh.params_2003(0.02, 0.2, -65, 8), initial=(-65, -13))
neuron.on_spike(lambda event: izh.STOP)
neuron.set_current(10)
neuron.run(1000)
print(f"first spike at {neuron.time:.12f} ms")

neurons = izh.Population(100)
neurons.set_current(4 + 0.125 * np.arange(100))
for i in range(1, 100, 2):
    neurons.set_params(izh.params_2003(0.1, 0.2, -65, 2), first=i, count=1)
spikes = neurons.run(200)
print(len(spikes), "spikes")
print(f"hash {neurons.hash:016x}")
