-- For test_allocator.c, which gives the global izh: a little of everything. What has no memory is left
-- out, and the rest goes on.
collectgarbage("setpause", 50)

local function try(object, name, ...)
    return object and select(2, pcall(object[name], object, ...))
end

local function make(name, ...)
    local fine, object = pcall(izh[name], ...)
    return fine and object or nil
end

local params = izh.params_2003(.02, .2, -65, 8)

local solver = make("Solver", params, {initial = {-65, -13}})
try(solver, "set_stimulus", {{0, 10}, {5, 11, .1}})
try(solver, "on_spike", function(event) return event.reset_v, event.reset_u end)
try(solver, "run", 10)
try(solver, "on_stimulus", function(t) return 10, 0, t + 2 end)
try(solver, "sample", {12, 14})
try(solver, "load", try(solver, "save"))
try(solver, "on_spike", function() make("buffer", 3) error {} end)
try(solver, "run", 40)
try(solver, "statistics")

local population = make("Population", {n = 3, block = 2})
try(population, "set_params", {params, params, params})
for k = 1, 2 do
    try(population, "record", {0, 2}, 1, 40)
    try(population, "on_current", function(_, I) I[1] = 10 end)
    try(population, "on_spikes", function(spikes) for _ in spikes do end end)
    collectgarbage()
    try(population, "run", 2 * k)
end
try(population, "recording", 2)
try(population, "on_spikes", nil)
try(population, "on_current", nil)
try(population, "set_current", {10, 11, 12})
try(population, "run", 15)
pcall(function() for _ in population:spikes() do end end)
try(population, "get_state", 0, 3)
try(population, "load", try(population, "save"))

local network = make("Network", {n = 3, dt = .1, sources = 2, receptors = {
    {name = "ampa", kind = "conductance", tau = 5}, make("jump", {name = "kick"})},
    exchange = function(source, tick) return source, tick end})
local source = select(2, pcall(izh.in_degree, 5, 3, 2, 1))
try(network, "connect", {source = {0, 3, 4}, target = {1, 0, 2}, weight = .5, receptor = "ampa",
                         stp = make("STP", {U = .5, tau_rec = 100}),
                         stdp = make("STDP", {a_plus = .1, tau_plus = 20, w_max = 2, every = 1})})
try(network, "connect", {source = source, target = 0, weight = 5, delay = 0, receptor = "kick"})
try(network, "send", {1, 2}, 0)
try(network, "set_background", "ampa", {1, 2, 3}, .5)
try(try(network, "neurons"), "on_spikes", function(spikes) for _ in spikes do end end)
try(network, "run", 3)
try(network, "synapses", 0)
try(network, "set_weights", 0, .25)
try(network, "set_gain", 0, 2)
try(network, "stdp", 0)
try(network, "stp", 0)
try(network, "input", "ampa")
try(network, "load", try(network, "save"))

local trained = make("pinn_train", {params = params, t_end = 1, pinn = {hidden = 4, points = 4},
                                    tolerance = 1e-2, progress = function() end})
try(trained, "eval", {0, 1})
try(trained, "windows")
try(trained, "close")
make("pinn_load", "no blob")
make("flow_load", "no blob")
make("preset", "2004-A")
make("buffer", {1, 2, 3})
