-- A regular spiking neuron of the 2003 paper under a current of 10: its spikes in 100 ms.
local izh = require "izh"
local solver = izh.Solver(izh.params_2003(.02, .2, -65, 8), {initial = {-65, -13}})
solver:on_spike(function(event) print(("spike at %.12f ms"):format(event.t)) end)
solver:set_current(10)
solver:run(100)
