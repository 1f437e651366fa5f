"""The first spikes of a regular spiking neuron (Izhikevich 2003) under a constant current."""
import izh

solver = izh.Solver(izh.params_2003(0.02, 0.2, -65, 8), initial=(-65, -13))
solver.on_spike(lambda event: print(f"spike at {event.t:.12f} ms"))
solver.set_current(10)
solver.run(100)
