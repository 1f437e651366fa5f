-- What workload.c computes, in Lua.
local izh = require "izh"

local neuron = izh.Solver(izh.params_2003(.02, .2, -65, 8), {initial = {-65, -13}})
neuron:on_spike(function() return izh.STOP end)
neuron:set_current(10)
neuron:run(1000)
print(("first spike at %.12f ms"):format(neuron:time()))

local neurons = izh.Population {n = 100}
local I = {}
for i = 0, 99 do
    I[i + 1] = 4 + .125 * i
end
neurons:set_current(I)
for i = 1, 99, 2 do
    neurons:set_params(izh.params_2003(.1, .2, -65, 2), i, 1)
end
neurons:run(200)
print(neurons:spike_count() .. " spikes")
print("hash " .. neurons:hash())
