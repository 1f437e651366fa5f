-- Every function of the module, while Lua collects all garbage at every allocation, and a finalizer then
-- closes the very object that the function works on, or changes it. Run with MALLOC_PERTURB_ or a sanitizer,
-- so that memory in use after it was freed is seen.
local izh, tap = require "izh", require "tap"
if rawget(_G, "jit") then
    jit.off() -- compiled code runs no finalizers
end

-- ---- a collection at every allocation, and a finalizer in each ----

local finalizable = newproxy and function(fn)
    local garbage = newproxy(true)
    getmetatable(garbage).__gc = fn
end or function(fn)
    setmetatable({}, {__gc = fn})
end

local function eager(on)
    collectgarbage("setpause", on and 0 or 200)
    if _VERSION == "Lua 5.4" then
        collectgarbage("incremental", 0, on and 1000 or 100, on and 63 or 13) -- 2^63 bytes a step
    else
        collectgarbage("setstepmul", on and 0 or 200) -- 0: no end of a step
    end
end

-- Calls fn, with harm() in the kth finalizer. How many finalizers ran, and what pcall returned.
local function with_harm(k, harm, fn)
    local count, armed = 0, true
    local function step()
        if armed then
            count = count + 1
            if count == k then
                pcall(harm)
            end
            finalizable(step)
        end
    end
    eager(true)
    collectgarbage() -- the next one begins at once
    finalizable(step)
    local results = {pcall(fn)}
    eager(false)
    armed = false
    return count, results
end

-- ---- comparing ----

local function same(x, y)
    if type(x) == "userdata" and type(y) == "userdata" and x ~= y then
        local fine, list = pcall(function() return x:table() end)
        return not fine or same(list, y:table())
    elseif type(x) ~= "table" or type(y) ~= "table" then
        return x == y or x ~= x and y ~= y or type(x) == "userdata" or type(x) == "function"
    end
    for key in pairs(y) do
        if x[key] == nil then return false end
    end
    for key, value in pairs(x) do
        if not same(value, y[key]) then return false end
    end
    return true
end

-- ---- the cases: each returns what a finalizer is to harm, and what is called ----

local rs = izh.params_2003(.02, .2, -65, 8)
local initial = {-65, -13}
local neuron = izh.preset "2007-RS".params
local net = {hidden = 4, points = 4}
local trained = izh.pinn_train {params = rs, t_end = 5, stimulus = {{0, 10}}, initial = initial}:save()
local map = izh.flow_train({params = neuron, I_lo = -20, I_hi = 120, units = 16, points = 400}):save()
local path = os.tmpname()

local function solver(setup)
    local s = izh.Solver(rs, {initial = initial})
    s:set_current(10)
    if setup then setup(s) end
    return s
end

local function with_gradients()
    local s = izh.Solver(rs, {initial = initial, gradients = {"a", "v0", {"I", 1}, {k2 = 1, k1 = 100}}})
    s:set_current(10)
    return s
end

local function population(setup)
    local p = izh.Population {n = 3, block = 2}
    p:set_current(10)
    p:record({0, 2}, 1, 200)
    p:on_spikes(nil)
    p:run(5)
    if setup then setup(p) end
    return p
end

local function network(setup)
    local net = izh.Network {n = 3, dt = .1, sources = 2, block = 2, receptors = {
        izh.conductance(5, {name = "ampa", E = 0}), izh.jump {name = "kick"}},
        exchange = function(source, tick) return source, tick:table() end}
    net:neurons():set_current(10)
    net:connect {source = {0, 3, 4}, target = {1, 0, 2}, weight = {.5, 2, 1}, receptor = "ampa"}
    net:connect {source = 1, target = 2, weight = 1, receptor = "kick",
                 stdp = {a_plus = .1, tau_plus = 20, w_max = 2, every = 1, gain = 1}}
    if setup ~= "unbuilt" then net:run(5) end
    return net
end

local function unbuilt() return network "unbuilt" end

local function in_trouble()
    return population(function(p)
        p:set_current(1e150)
        pcall(p.run, p, 6)
    end)
end

local function list(iterate)
    local spikes = {}
    for t, i in iterate do
        spikes[#spikes + 1] = {t, i}
    end
    return spikes
end

-- What is called is object[name](object, ...).
local function method(make, name, ...)
    local n, arguments = select("#", ...), {...}
    return function()
        local object = make()
        return object, function()
            return object[name](object, (table.unpack or unpack)(arguments, 1, n))
        end
    end
end

local function meta(make, name, ...)
    local arguments = {...}
    return function()
        local object = make()
        local fn = debug.getmetatable(object)[name]
        return object, function() return fn(object, (table.unpack or unpack)(arguments)) end
    end
end

local function plain(name, ...)
    local n, arguments = select("#", ...), {...}
    return function()
        return nil, function() return izh[name]((table.unpack or unpack)(arguments, 1, n)) end
    end
end

-- What raises an error that says what to do instead.
local function refused(make)
    return function()
        local object = make()
        return object, function()
            local fine, message = pcall(function() object.I = 1 end)
            return fine, (tostring(message):gsub("^.-: ", ""))
        end
    end
end

local function pinn() return izh.pinn_load(trained) end
local function flow() return izh.flow_load(map) end
local function buffer() return izh.buffer {1, 2, 3} end
local function on_spike(event) return event.reset_v, event.reset_u end

local cases = {
    version = plain "version", status_name = plain("status_name", -1), status_text = plain("status_text", -1),
    struct_size = plain("struct_size", "izh_params"), has = plain("has", "threads"),
    has_method = plain("has_method", "rk4"), isa_supported = plain("isa_supported", "scalar"),
    params_2003 = plain("params_2003", .02, .2, -65, 8),
    params_2007 = plain("params_2007", 100, .7, -60, -40, 35, .03, -2, -50, 100),
    params_2003_jacobian = plain("params_2003_jacobian", .02, .2, -65, 8),
    params_2007_jacobian = plain("params_2007_jacobian", 100, .7, -60, -40, 35, .03, -2, -50, 100),
    params_rates = plain("params_rates", rs, -60, 3, 10), params_jacobian = plain("params_jacobian", rs, -60),
    params_nullclines = plain("params_nullclines", rs, 0), params_equilibria = plain("params_equilibria", rs, 0),
    params_bifurcations = plain("params_bifurcations", rs), params_rest_ends = plain("params_rest_ends", rs),
    params_f_i = plain("params_f_i", rs, {0, 10}, 20, {method = "rk4", threads = 1}),
    params_rheobase = plain("params_rheobase", rs, 10, "step", 1e-3),
    params_check = plain("params_check", rs), params_rest = plain("params_rest", rs, 0),
    params_to_2003 = plain("params_to_2003", rs), params_to_2007 = plain("params_to_2007", rs, 100),
    metric_check = plain("metric_check", {2, 1}), metric_intervals = plain("metric_intervals", {1, 2, 4}),
    metric_coincidence = plain("metric_coincidence", {1, 2}, izh.buffer {1, 3}, .5, 9),
    metric_van_rossum = plain("metric_van_rossum", {1, 2}, izh.buffer {1, 3}, 5),
    metric_victor_purpura = plain("metric_victor_purpura", {1, 2}, izh.buffer {1, 3}, .5),
    metric_spike = plain("metric_spike", {1, 2}, izh.buffer {1, 3}, 0, 9),
    preset = plain("preset", "2004-A"), buffer = plain("buffer", {1, 2, 3}),
    pinn_train = plain("pinn_train", {params = rs, t_end = 1, tolerance = 1e-2, pinn = net,
                                      stimulus = {{0, 1}}, progress = function() return {} and nil end}),
    flow_train = plain("flow_train", {params = neuron, I_lo = -20, I_hi = 120, units = 8, points = 100,
                                      progress = function() return izh.STOP end}),
    pinn_load = plain("pinn_load", trained), flow_load = plain("flow_load", map),
    pinn_load_file = function()
        pinn():save_file(path)
        return nil, function() return izh.pinn_load_file(path):save() end
    end,
    flow_load_file = function()
        flow():save_file(path)
        return nil, function() return izh.flow_load_file(path):save() end
    end,
    Solver = function()
        local held = flow()
        return held, function()
            return izh.Solver(neuron, {method = "pinn", flow = held, pinn = net}):run(1)
        end
    end,
    Network = plain("Network", {n = 3, neurons = 3, sources = 1, exchange = function() end,
                                receptors = {izh.jump {name = "a"}, izh.current(5, {name = "b"})}}),
    conductance = plain("conductance", 5, {name = "a", E = 0, rise = 2}), current = plain("current", 5),
    STP = plain("STP", {U = .5, tau_rec = 100}), STDP = plain("STDP", {a_plus = .1, pairs = "all"}),
    jump = plain("jump", {name = "a"}), all_to_all = plain("all_to_all", {1, 2}, izh.buffer {3, 4}),
    in_degree = plain("in_degree", {5, 6, 7}, {first = 1, count = 3}, 2, 1),
    pairwise = plain("pairwise", 5, izh.buffer {3, 4}, .5, "f"),
    Population = plain("Population", {n = 3, method = "rk4", seed = "0xff"}),

    ["Solver:run"] = method(function()
        return solver(function(s)
            s:on_spike(on_spike)
            s:on_stimulus(function(t) return 10, 0, t + 2 end)
        end)
    end, "run", 5),
    ["Solver:next_spike"] = method(solver, "next_spike", 50),
    ["Solver:sample"] = method(solver, "sample", {1, 2, 3, 4}),
    ["Solver:sample_gradients"] = method(with_gradients, "sample_gradients", {1, 2, 3, 4}),
    ["Solver:gradients"] = method(with_gradients, "gradients"),
    ["Solver:spike_gradients"] = method(with_gradients, "spike_gradients"),
    ["Solver:message"] = method(function()
        return solver(function(s) pcall(s.run, s, -1) end)
    end, "message"),
    ["Solver:on_spike"] = method(solver, "on_spike", on_spike),
    ["Solver:on_stimulus"] = method(solver, "on_stimulus", function() return 10 end),
    ["Solver:set_current"] = method(solver, "set_current", 5),
    ["Solver:set_inputs"] = method(solver, "set_inputs", {{0, 1, 0, .1, 0}, {t = 1, g = .2, E = -70}}),
    ["Solver:set_stimulus"] = method(solver, "set_stimulus", {{0, 1}, {1, 2, 3}}),
    ["Solver:set_noise"] = method(solver, "set_noise", {dt = .5, white = 1, ou = {1, 2, 3}, seed = "ff"}),
    ["Solver:set_params"] = method(solver, "set_params", rs),
    ["Solver:set_state"] = method(solver, "set_state", -60, 0), ["Solver:kick"] = method(solver, "kick", 1),
    ["Solver:load"] = method(solver, "load", solver():save()),
    ["Solver.__gc"] = meta(solver, "__gc"),
    ["Solver.__newindex"] = refused(solver), ["Population.__newindex"] = refused(population),
    ["Pinn.__newindex"] = refused(pinn), ["Flow.__newindex"] = refused(flow),
    ["Solver.__close"] = meta(solver, "__close"), ["Solver.__tostring"] = meta(solver, "__tostring"),

    ["Population:run"] = method(function()
        return population(function(p)
            p:on_current(function(_, current) current:fill(10) end)
            p:on_spikes(function(spikes) list(spikes) end)
        end)
    end, "run", 7),
    ["Population:spikes"] = function()
        local p = population()
        return p, function() return list(p:spikes()) end
    end,
    ["Population:on_spikes"] = method(population, "on_spikes", function() end),
    ["Population:on_current"] = method(population, "on_current", function() end),
    ["Population:set_params"] = method(population, "set_params", {rs, rs, rs}),
    ["Population:set_state"] = method(population, "set_state", {-60, -61, -62}, 0),
    ["Population:state"] = method(population, "state", 1),
    ["Population:set_current"] = method(population, "set_current", {1, 2, 3}),
    ["Population:set_stimulus"] = method(population, "set_stimulus",
        {samples = {{1, 2}, izh.buffer {3, 4}}, dt = 1, channel = {0, 1, 1}, gain = 2},
        {pieces = {{{0, 1}, {1, 2, 3}}}, t = 0, E = 0, channel = 0, gain = {1, 0, 1}}),
    ["Population:kick"] = method(population, "kick", {1, 2, 3}, 1),
    ["Population:record"] = method(population, "record", {0, 1}, 1, 10),
    ["Population:recording"] = method(population, "recording", 2),
    ["Population:statistics"] = method(in_trouble, "statistics"),
    ["Population:troubles"] = method(in_trouble, "troubles"),
    ["Population:message"] = method(in_trouble, "message"),
    ["Population:load"] = method(population, "load", population():save()),
    ["Population.__gc"] = meta(population, "__gc"),
    ["Population.__close"] = meta(population, "__close"), ["Population.__len"] = meta(population, "__len"),
    ["Population.__tostring"] = meta(population, "__tostring"),

    ["Network:connect"] = method(unbuilt, "connect", {source = {0, 1}, target = izh.buffer {1, 2}, weight = 1,
                                                      delay = .5, receptor = "ampa",
                                                      stp = izh.STP {U = .5, tau_rec = 100},
                                                      stdp = izh.STDP {a_plus = .1, tau_plus = 20, w_max = 2}}),
    ["Network:build"] = method(unbuilt, "build"),
    ["Network:run"] = method(function()
        local net = unbuilt()
        net:neurons():on_current(function(_, current) current:fill(10) end)
        net:neurons():on_spikes(function(spikes) list(spikes) end)
        return net
    end, "run", 3),
    ["Network:neurons"] = function()
        local net = network()
        return net, function() return net:neurons():time() end
    end,
    ["Network:spikes"] = function()
        local net = network()
        return net, function() return list(net:spikes()) end
    end,
    ["Network:send"] = method(network, "send", {6, 7}, 1),
    ["Network:set_rates"] = method(network, "set_rates", {6, 7}),
    ["Network:set_background"] = method(network, "set_background", "ampa", {1, 2, 3}, .5),
    ["Network:input"] = method(network, "input", "ampa"),
    ["Network:count"] = method(network, "count", 0),
    ["Network:synapses"] = method(unbuilt, "synapses", 0),
    ["Network:get_weights"] = method(unbuilt, "get_weights", 0),
    ["Network:set_weights"] = method(unbuilt, "set_weights", 0, {1, 2, 3}),
    ["Network:set_gain"] = method(network, "set_gain", 1, 2),
    ["Network:stdp"] = method(network, "stdp", 1), ["Network:stp"] = method(network, "stp", 1),
    ["Network:save"] = method(unbuilt, "save"), ["Network:load"] = method(network, "load", network():save()),
    ["Network:message"] = method(network, "message"),
    ["Network.__newindex"] = refused(network), ["Network.__close"] = meta(network, "__close"),
    ["Network.__tostring"] = meta(network, "__tostring"),

    ["Pinn:eval"] = method(pinn, "eval", {0, 1, 2}),
    ["Pinn:residual"] = method(pinn, "residual", {0, 1, 2}),
    ["Pinn:save_file"] = method(pinn, "save_file", path),
    ["Pinn.__gc"] = meta(pinn, "__gc"), ["Pinn.__close"] = meta(pinn, "__close"),
    ["Pinn.__tostring"] = meta(pinn, "__tostring"),

    ["Flow:eval"] = method(flow, "eval", initial, 0, 0, {0, .1}),
    ["Flow:save_file"] = method(flow, "save_file", path),
    ["Flow.__gc"] = meta(flow, "__gc"), ["Flow.__close"] = meta(flow, "__close"),
    ["Flow.__tostring"] = meta(flow, "__tostring"),

    ["Buffer:fill"] = method(buffer, "fill", 1), ["Buffer:add"] = method(buffer, "add", {1, 2, 3}),
    ["Buffer.__index"] = meta(buffer, "__index", 0), ["Buffer.__newindex"] = meta(buffer, "__newindex", 0, 1),
    ["Buffer.__len"] = meta(buffer, "__len"), ["Buffer.__tostring"] = meta(buffer, "__tostring"),
}

-- ---- the module's list ----

local function functions_of_module()
    local names = {}
    for name, value in pairs(izh) do
        if type(value) == "function" then names[name] = true end
    end
    for key, metatable in pairs(debug.getregistry()) do
        local class = type(key) == "string" and key:match "^izh%.(%u%a+)$"
        if class then
            local methods = metatable.__index
            if type(methods) == "function" then
                methods = select(2, debug.getupvalue(methods, 1))
                if not methods then return nil end -- Lua 5.1 shows no upvalues of C functions
            end
            for name in pairs(methods) do names[class .. ":" .. name] = true end
            for name, value in pairs(metatable) do
                if type(value) == "function" then names[class .. "." .. name] = true end
            end
        end
    end
    return names
end

-- Methods that need no arguments have no case of their own.
local makers = {Solver = solver, Population = population, Network = network, Pinn = pinn, Flow = flow, Buffer = buffer}
for name in pairs(functions_of_module() or cases) do
    local class, key = name:match "^(%a+):(.*)$"
    if class and not cases[name] then cases[name] = method(makers[class], key) end
end

tap.test("there is a collection at every allocation", function()
    local count = with_harm(0, nil, function()
        for _ = 1, 20 do izh.buffer(1) end
    end)
    tap.check(count >= 20, count)
end)

tap.test("every function of the module is tried", function()
    local count, functions = 0, functions_of_module() or cases
    for name in pairs(functions) do
        count = count + 1
        tap.check(cases[name], "no case for " .. name)
    end
    for name in pairs(cases) do
        tap.check(functions[name], "the module has no " .. name)
    end
    tap.check(count >= 90, count)
end)

-- Other ways of harm than to close: what the object had is replaced, and grows or goes.
local function change(object)
    local name = tostring(object)
    if name:find "izh.Solver" then
        local long = {}
        for k = 1, 100 do long[k] = {k, 1} end
        object:set_stimulus(long)
        object:on_spike(nil)
        object:run(object:time() + 1)
    elseif name:find "izh.Network" then
        object:neurons():record({1}, 1, 3)
        object:set_rates(0)
        object:run(object:time() + 1)
    elseif name:find "izh.Population" then
        object:record({1}, 1, 3)
        object:on_current(nil)
        object:on_spikes(nil)
        object:set_params {rs, neuron, rs}
        object:set_state(-60, 0)
        object:run(object:time() + 1)
    end
end

local names = {}
for name in pairs(cases) do names[#names + 1] = name end
table.sort(names)

local MOST = 60 -- finalizers of a call that are tried

for _, name in ipairs(names) do
    tap.test(name, function()
        local _, call = cases[name]()
        local calm = {pcall(call)}
        tap.check(calm[1], calm[2])
        for _, harm in ipairs {function(object) object:close() end, change} do
            for k = 1, MOST do
                local object, harmed = cases[name]()
                local count, results = with_harm(k, function() harm(object) end, harmed)
                if count < k then break end
                local said = tostring(results[2]) -- or shown, by tostring()
                local closed = said:find "closed$" or said:find "these spikes are gone"
                tap.check(closed or harm == change or same(results, calm),
                          ("%s, finalizer %d: %s"):format(name, k, said))
            end
        end
    end)
end
os.remove(path)
tap.done()
