-- izh.Network. The argument is tests/determinism/test_network_languages.c.
local izh, tap = require "izh", require "tap"
local test, check, same, close, raises = tap.test, tap.check, tap.same, tap.close, tap.raises

local function receptors()
    return {izh.conductance(5, {name = "ampa", E = 0}), {name = "gaba", kind = "current", tau = 6},
            izh.jump {name = "kick"},
            izh.conductance(100, {name = "nmda", E = 0, rise = 2, nmda = true, range = 16}),
            izh.current(nil, {name = "pulse"})}
end

-- A few neurons at rest, which do nothing by themselves.
local function small(n, options)
    local all = {n = n or 4, dt = .1, receptors = receptors(), sources = 3}
    for name, value in pairs(options or {}) do all[name] = value end
    local net = izh.Network(all)
    net:neurons():set_state(-70, -14)
    return net
end

local function list(iterate)
    local times, neurons = {}, {}
    for t, i in iterate do
        times[#times + 1], neurons[#neurons + 1] = t, i
    end
    return times, neurons
end

local function same_list(buffer, expected)
    local values = type(buffer) == "table" and buffer or buffer:table()
    same(#values, #expected)
    for k, x in ipairs(expected) do close(values[k], x, 1e-9 * math.max(1, math.abs(x))) end
end

-- ---- the same bits as from C ----

local function weights_of(source, target, receptor, weight, weights, delay, delays)
    local w, d = izh.buffer(#source), izh.buffer(#source)
    for i = 0, #source - 1 do
        w[i] = weight * (1 + i % weights)
        d[i] = .1 * (delay + i % delays)
    end
    return {source = source, target = target, weight = w, delay = d, receptor = receptor}
end

local function with(receptor, weight, weights, delay, delays, source, target)
    return weights_of(source, target, receptor, weight, weights, delay, delays)
end

local function languages(options)
    local all = {n = 100, dt = .1, noise_sigma = 2, seed = 7, sources = 20, receptors = receptors()}
    all.receptors[5] = nil
    for name, value in pairs(options or {}) do all[name] = value end
    local net = izh.Network(all)
    local sources = {first = 100, count = 20}
    same(net:connect(with("ampa", .125, 3, 5, 20, izh.in_degree(80, 100, 10, 1))), 0)
    same(net:connect(with("gaba", -8, 1, 4, 1, izh.pairwise({first = 80, count = 20}, 100, .25, "2"))), 1)
    same(net:connect(with("kick", 2, 1, 0, 1, izh.all_to_all({100, 101, 102, 103, 104}, 10))), 2)
    same(net:connect(with("nmda", .25, 1, 10, 1, izh.in_degree(sources, 100, 2, 3))), 3)
    net:neurons():set_current(4)
    local hz = {}
    for i = 1, 20 do hz[i] = 49 + i end
    net:set_rates(hz)
    net:set_background("ampa", 200, .25)
    net:send({1.05, 2.05, 3.05, 4.05, 5.05}, izh.buffer {0, 1, 2, 3, 4})
    return net
end

test("the golden network of C", function()
    local text = io.open(arg[1]):read "*a"
    local at_50, at_100, count = text:match "GOLDEN = {0x(%x+), 0x(%x+), (%d+)}"
    for _, options in ipairs {{}, {threads = 2, tile = 32}} do
        local net = languages(options)
        check(net:run(50))
        local spikes = net:spike_count()
        same(net:hash(), at_50)
        local weights = net:get_weights(0)
        for k = 0, #weights - 1 do weights[k] = weights[k] / 2 end
        net:set_weights(0, weights)
        check(net:run(100))
        same(net:hash(), at_100)
        same(spikes + net:spike_count(), tonumber(count))
    end
end)

-- ---- time and input ----

test("a spike travels", function()
    local net = small()
    net:connect {source = {4, 0, 1}, target = {0, 1, 2}, weight = 200, delay = {.5, 0, 1.2},
                 receptor = "kick"}
    net:send(2, 0)
    same(net:run(10), true)
    local times, neurons = list(net:spikes())
    same_list(neurons, {0, 1, 2})
    same_list(times, {2.5, 2.6, 3.9})
    same(net:spike_count(), 3)
    same(net:time(), 10)
    same(net:dt(), .1)
    same(net:first(), 0)
    same((list(net:neurons():spikes()))[3], times[3])
end)

test("receptors decay", function()
    local net = small()
    for name, weight in pairs {ampa = 2, gaba = -3, nmda = 1} do
        net:connect {source = 4, target = 0, weight = weight, delay = 0, receptor = name}
    end
    net:send(0, 0)
    net:run(10)
    local t = 100 * 2 / 98 * math.log(50)
    local nmda = (math.exp(-10 / 100) - math.exp(-10 / 2)) / (math.exp(-t / 100) - math.exp(-t / 2))
    close(net:input("ampa")[0], 2 * math.exp(-2), 1e-7)
    close(net:input("gaba")[0], -3 * math.exp(-10 / 6), 1e-7)
    close(net:input("nmda")[0], nmda, 1e-7)
    same_list(net:input("ampa", 1), {0, 0, 0})
    local room = izh.buffer(4, 7)
    same(net:input("pulse", 0, 2, room), room)
    same_list(room, {0, 0, 7, 7})
end)

test("rates and background", function()
    local net = small(200, {sources = 200})
    net:connect(with("gaba", 1e-3, 1, 0, 1, izh.all_to_all({first = 300, count = 100}, {0})))
    net:connect(with("gaba", 1e-3, 1, 0, 1, izh.all_to_all({first = 200, count = 100}, {1})))
    net:set_rates(izh.buffer(100, 1000), 100)
    net:set_background("ampa", 500, izh.buffer(50, 1e-6), 0, 50)
    net:run(5)
    local some = 0
    for i = 0, 199 do
        local x = net:input("ampa", i, 1)[0]
        check(i < 50 or x == 0)
        if x > 0 then some = some + 1 end
    end
    check(some > 30)
    check(net:input("gaba", 0, 1)[0] > .1)
    same(net:input("gaba", 1, 1)[0], 0)
    net:set_rates(0)
    net:set_background("ampa", 0, 0)
    local before = net:input("gaba", 0, 1)[0]
    net:run(6)
    close(net:input("gaba", 0, 1)[0], before * math.exp(-1 / 6), 1e-6 * before)
end)

-- ---- synapses ----

test("synapses are in one order", function()
    local net = small()
    local g = net:connect {source = {2, 0, 0, 1}, target = {1, 3, 2, 0}, weight = {.5, 1, 2, 3},
                           delay = {.2, .1, .1, 0}, receptor = "ampa"}
    same(g, 0)
    same(net:count(g), 4)
    same(net:count(7), 0)
    local source, target, delay, weight = net:synapses(g)
    same_list(source, {0, 0, 1, 2})
    same_list(target, {2, 3, 0, 1})
    same_list(delay, {.1, .1, 0, .2})
    same_list(weight, {2, 1, 3, .5})
    source = net:synapses(g, 2)
    same_list(source, {1, 2})
    same_list(net:get_weights(g, 1, 2), {1, 3})
    net:set_weights(g, 4)
    same_list(net:get_weights(g), {4, 4, 4, 4})
    net:set_weights(g, {5, 6}, 1)
    net:set_weights(g, 0, 3, 1)
    same_list(net:get_weights(g), {4, 5, 6, 0})
    raises("weight[2], for number 1 of the group: weight = -1", net.set_weights, net, g, {1, -1, 1, 1})
    raises("weight[1], for number 1 of the group: weight = -1", net.set_weights, net, g, izh.buffer {1, -1, 1, 1})
    raises("weight[2], for number 3 of the group", net.set_weights, net, g, {1, -1}, 2)
    raises("2 weights for 4 synapses", net.set_weights, net, g, {1, 1})
    raises("set_gain: group 0 has no stdp", net.set_gain, net, g, .5)
    raises("group = 9", net.set_gain, net, 9, .5)
    raises("connect: the network was built by ", net.connect, net, {source = 0, target = 0, weight = 1, receptor = "ampa"})
    raises("group = 9", net.synapses, net, 9)
    same_list(net:get_weights(g), {4, 5, 6, 0})
end)

test("many synapses are read in parts", function()
    local net = small(70)
    net:connect(with("ampa", 1, 5, 0, 1, izh.all_to_all(70, 70)))
    local source, target = net:synapses(0)
    same(#source, 4900)
    for k = 0, 4899 do check(source[k] == math.floor(k / 70) and target[k] == k % 70) end
end)

test("delays are whole ticks", function()
    local net = small()
    local function delays(delay, round)
        local g = net:connect {source = 0, target = 1, weight = 1, delay = delay, receptor = "ampa",
                               round = round}
        return g
    end
    local all = {}
    for k = 0, 999 do all[k + 1] = k * .1 end
    local g, h = delays(all), delays({.16, .26, .1 + .2}, true)
    raises("delay = 0.25 ms is no multiple of dt = 0.1 ms; round = true", delays, .25)
    raises("delay = 0.0015 ms is no multiple of dt = 0.1 ms, and nearer to 0: delay is in ms", delays, .0015)
    raises("delay[3] = 0.13 ms", delays, {0, .1, .13})
    raises("delay[2] = 0.13 ms", delays, izh.buffer {0, .1, .13})
    raises("delay = -0.1 ms is not 0 or more", delays, -.1)
    raises("delay = ", delays, 0 / 0)
    raises("more than 65535 ticks", delays, 6553.6)
    raises("inf ms is more than 65535 ticks", delays, math.huge)
    local last = delays(6553.5)
    same_list(select(3, net:synapses(g)), all)
    same_list(select(3, net:synapses(h)), {.2, .3, .3})
    same_list(select(3, net:synapses(last)), {6553.5})
    net = small()
    same_list(select(3, net:synapses(net:connect {source = 0, target = 0, weight = 1,
                                                  receptor = "gaba"})), {1})
end)

test("wrong synapses", function()
    local net = small()
    local function connect(source, target, weight, more)
        local options = {source = source, target = target, weight = weight, receptor = "ampa"}
        for name, value in pairs(more or {}) do options[name] = value end
        return net:connect(options)
    end
    raises("source = 7 is no whole number from 0 to 6", connect, 7, 0, 1)
    raises("source[3] = 7", connect, {0, 1, 7}, 0, 1)
    raises("source[2] = 7", connect, izh.buffer {0, 1, 7}, 0, 1)
    raises("target = -1", connect, 0, -1, 1)
    raises("target[1] = 1.5", connect, 0, {1.5}, 1)
    raises("target = 4294967296", connect, 0, 2 ^ 32, 1)
    raises("target[2] = 4", connect, 0, {0, 4}, 1)
    raises("weight[3] = -1: a conductance", connect, 0, 0, {1, 1, -1})
    raises("weight = nan must be a number", connect, 0, 0, 0 / 0)
    raises("the receptor has range 1024: choose a smaller one", connect, 0, 0, 1e-10)
    raises("weight = inf", connect, 0, 0, math.huge)
    raises("range, 1024", connect, 0, 0, 1024)
    raises("weight[2] = 1023.9999998807907 rounds to", connect, 0, 0, {1, 1024 - 2 ^ -23})
    raises("would round to 0", connect, 0, 0, 1e-10)
    raises("multiples of 4.76837158203125e-07", connect, 0, 0, 2 ^ -22)
    raises("weight has 3 elements, not 2", connect, {0, 1}, 0, {1, 1, 1})
    raises("source[1]: number expected, got string", connect, {"0"}, 0, 1)
    raises("weight is missing", connect, 0, 0, nil)
    raises("receptor = 'x' is none of ampa, gaba", connect, 0, 0, 1, {receptor = "x"})
    raises("receptor: string expected, got number", connect, 0, 0, 1, {receptor = 1})
    raises("receptor is missing; there are ampa, gaba", net.connect, net,
           {source = 0, target = 0, weight = 1})
    raises("there is no option 'delays'", connect, 0, 0, 1, {delays = 1})
    raises("round: boolean expected", connect, 0, 0, 1, {round = 1})
    same(connect(0, 0, 1), 0)
    same(connect({}, {}, 1), 1)
    same(net:count(0), 1)
    same(net:count(1), 0)
    net = small() -- what is refused leaves no group
    for _, bad in ipairs {-1, 1024, 1e-10} do
        raises("weight = ", net.connect, net, {source = 0, target = 0, weight = bad, receptor = "ampa"})
    end
    same(net:connect {source = 0, target = 0, weight = -.7 * 2 ^ -21, receptor = "gaba"}, 0)
    same(connect(0, 0, 1), 1)
    same_list(select(4, net:synapses(0)), {-2 ^ -21})
    local only = izh.Network {n = 2, receptors = {izh.jump {name = "a"}}}
    same(only:connect {source = 0, target = 1, weight = 1}, 0)
    raises("there are none", function()
        izh.Network {n = 2}:connect {source = 0, target = 1, weight = 1}
    end)
end)

test("who with whom", function()
    local source, target = izh.all_to_all({first = 4, count = 2}, 3)
    same_list(source, {4, 5, 4, 5, 4, 5})
    same_list(target, {0, 0, 1, 1, 2, 2})
    source, target = izh.in_degree(50, 100, 20, 3)
    same(#source, 2000)
    local some, theirs = izh.in_degree({first = 0, count = 50}, {70, 5}, 20, "0x3")
    for k = 0, 19 do
        same(some[k], source[70 * 20 + k])
        same(some[20 + k], source[5 * 20 + k])
        check(theirs[k] == 70 and theirs[20 + k] == 5 and target[70 * 20 + k] == 70)
    end
    source, target = izh.pairwise(300, 200, .1, 5)
    check(math.abs(#source - 6000) < 5 * math.sqrt(5400))
    some, theirs = izh.pairwise(300, {50}, .1, 5)
    local k = 0
    for j = 0, #source - 1 do
        if target[j] == 50 then
            check(some[k] == source[j] and theirs[k] == 50)
            k = k + 1
        end
    end
    same(k, #some)
    same(#izh.pairwise(3, 4, 1, 1), 12)
    same(#izh.pairwise(3, 4, 0, 1), 0)
    same(#izh.all_to_all({}, 4), 0)
    raises("b[2] = -2", izh.all_to_all, 3, {1, -2})
    raises("a is empty", izh.in_degree, 0, 3, 1, 1)
    raises("p = 1.5 is no probability", izh.pairwise, 3, 3, 1.5, 1)
    raises("p = ", izh.pairwise, 3, 3, 0 / 0, 1)
    raises("seed: number expected, got nil", izh.pairwise, 3, 3, .5)
    raises("a has no field 'n'", izh.all_to_all, {n = 3}, 3)
    raises("bad argument", izh.in_degree, 3, 3, 1.5, 1)
end)

-- ---- making one ----

test("receptors are checked", function()
    local function make(receptor) return izh.Network {n = 1, receptors = {izh.jump {name = "good"}, receptor}} end
    for text, receptor in pairs {["tau = -1"] = izh.conductance(-1, {name = "bad", E = 0}),
                                 ["range = 3"] = izh.jump {name = "bad", range = 3},
                                 ["rise = 5"] = izh.conductance(5, {name = "bad", E = 0, rise = 5})} do
        check(raises(text, make, receptor):find "receptors%[2%]")
    end
    raises("receptors[2].name: string expected, got nil", make, izh.jump())
    raises("receptors[2].name = 'good', as that of receptors[1]", make, izh.jump {name = "good"})
    raises("receptors[2].kind is missing", make, {name = "bad"})
    raises("kind = 'x' is none of jump, current, conductance", make, {name = "bad", kind = "x"})
    raises("receptors[2] has no field 't'", make, {name = "bad", kind = "jump", t = 3})
    raises("receptors[2]: a table expected, got number", make, 3)
    raises("tau: number expected, got string", make, {name = "bad", kind = "current", tau = "5"})
    raises("nmda: boolean expected, got number", make, {name = "bad", kind = "conductance", tau = 5, E = 0, nmda = 1})
    raises("receptors[2].E is missing", make, izh.conductance(5, {name = "bad"}))
    raises("receptors[2].E is missing", make, {name = "bad", kind = "conductance", tau = 5})
    raises("there is no option 'e'", izh.conductance, 5, {e = 0})
    raises("number expected", izh.conductance)
    local many = {}
    for k = 1, 9 do many[k] = izh.jump {name = tostring(k)} end
    raises("9 are more than 8", izh.Network, {n = 1, receptors = many})
    raises("no field 'ampa'", izh.Network, {n = 1, receptors = {ampa = izh.conductance(5)}})
end)

test("options are checked", function()
    for text, options in pairs {["sources = -1"] = {sources = -1}, ["neurons = 3"] = {neurons = 3},
                                ["exchange: function expected"] = {exchange = 3}, ["dt"] = {dt = -1},
                                ["there is no option 'receptor'"] = {receptor = 1},
                                ["IZH_E_UNSUPPORTED"] = {method = "dopri5"},
                                ["a slice needs exchange"] = {neurons = 9}} do
        raises(text, small, 4, options)
    end
    raises("n is missing", izh.Network, {})
    raises("there is no option 'sources'", izh.Population, {n = 3, sources = 3})
end)

test("input is checked", function()
    local net = small()
    raises("i = 3 is no whole number from 0 to 2", net.send, net, 1, 3)
    raises("spike 2: t = -1", net.send, net, {1, -1}, 0)
    raises("i has 3 elements, not 2", net.send, net, {1, 2}, {0, 1, 2})
    raises("hz[2] = -1 must not be negative", net.set_rates, net, {1, -1, 1})
    raises("hz[1] = -1", net.set_rates, net, izh.buffer {1, -1, 1})
    raises("set_rates: hz = -1", net.set_rates, net, -1)
    raises("2 rates for 3 sources", net.set_rates, net, {1, 2})
    raises("first = 4, but sources = 3", net.set_rates, net, 1, 4)
    raises("weight = -1", net.set_background, net, "ampa", 1, -1)
    raises("receptor = 'x'", net.set_background, net, "x", 1, 1)
    raises("first = 5, but n = 4", net.set_background, net, "ampa", 1, 1, 5)
    raises("receptor = 'x'", net.input, net, "x")
    raises("first = 2 and count = 3, but n = 4", net.input, net, "ampa", 2, 3)
    raises("t_end", net.run, net, .05)
    check(net:message():find "t_end")
    raises("number expected", net.run, net, "1")
    local full = small(4, {send_capacity = 2})
    full:send(1, {0, 1})
    raises("IZH_E_MEMORY", full.send, full, 1, 2)
    raises("use network:neurons():set_current(I)", function() net.I = 3 end)
    same(net:time(), 0)
end)

test("no room in flight ends the run", function()
    local net = small(100, {in_flight = 10})
    net:connect(with("gaba", 1e-6, 1, 500, 1, izh.all_to_all(100, 1)))
    net:neurons():set_current(20)
    raises("IZH_E_MEMORY", net.run, net, 1000)
    check(net:time() > 0 and net:time() < 100 and net:spike_count() <= 10)
end)

-- ---- its neurons ----

test("the neurons are a population", function()
    local net = small()
    local p = net:neurons()
    check(p == net:neurons() and #p == 4)
    p:set_current {0, 10, 20, 30}
    p:record({0, 3}, 1, 20)
    local seen, asked = 0, 0
    p:on_spikes(function(spikes, count)
        local times = list(spikes)
        same(#times, count)
        seen = seen + count
    end)
    p:on_current(function(t) asked = asked + (t < 1 and 1 or 0) end)
    same(net:run(50), true)
    check(seen > 5 and p:recorded() == 20 and p:time() == 50 and #p:recording(3) == 20)
    same(asked, 10)
    p:on_spikes(nil)
    p:on_current(nil)
    net:run(100)
    check(p:spike_count() > 5 and p:spike_count() == net:spike_count())
    raises("use network:run(t_end)", p.run, p, 200)
    raises("use network:load(blob)", p.load, p, p:save())
    raises("use network:close()", p.close, p)
    net:close()
    net:close()
    p:close()
    for _, name in ipairs {"run", "hash", "save", "time", "spikes", "build", "message"} do
        raises("the network is closed", net[name], net, 1)
    end
    raises("the network is closed", p.hash, p)
    raises("the network is closed", net.neurons, net)
    check(tostring(net) == "izh.Network: closed" and tostring(p) == "izh.Population: closed")
end)

test("either may be collected first", function()
    local p = small():neurons()
    collectgarbage()
    collectgarbage()
    p:set_current(10)
    same(#p, 4)
    local net = small(4, {exchange = function(source, tick) return source, tick end})
    collectgarbage()
    collectgarbage()
    check(net:run(5))
    p, net = nil, nil
    collectgarbage()
    collectgarbage()
end)

test("trouble is raised at the end", function()
    local net = small()
    net:neurons():set_current {10, 1e150, 10, 10}
    raises("neuron 1", net.run, net, 50)
    same(net:time(), 50)
    check(net:spike_count() > 0)
    check(net:run(100))
end)

test("busy inside a callback", function()
    local net = small()
    local g = net:connect {source = {0, 1}, target = {1, 2}, weight = 1, receptor = "ampa"}
    local blob, calls = net:save(), 0
    local p = net:neurons()
    p:set_current(20)
    local function body()
        calls = calls + 1
        for _, call in ipairs {function() net:run(30) end, function() net:close() end,
                               function() net:build() end, function() net:load(blob) end,
                               function() net:connect {source = 0, target = 1, weight = 1, receptor = "ampa"} end,
                               function() net:send(40, 0) end, function() net:set_rates(1) end,
                               function() net:set_background("ampa", 1, 1) end,
                               function() net:set_weights(g, 1) end, function() p:set_current(1) end,
                               function() p:run(50) end, function() p:close() end} do
            raises("IZH_E_BUSY", call)
        end
        collectgarbage()
        check(#net:hash() == 16 and net:time() >= 0 and #net:input "ampa" == 4)
        check(net:get_weights(g)[1] == 1 and net:synapses(g)[1] == 1)
    end
    p:on_spikes(body)
    check(net:run(10))
    p:on_current(body)
    check(net:run(10.3))
    check(calls > 3)
    p:on_current(nil)
    p:on_spikes(function() return izh.STOP end)
    same(net:run(1000), false)
    p:on_spikes(function() error {} end)
    local fine, raised = pcall(net.run, net, 2000)
    check(not fine and type(raised) == "table")
end)

-- ---- slices ----

test("an exchange gives and takes", function()
    local function ring(options)
        local net = small(4, options)
        net:connect {source = {0, 1, 2, 3, 4}, target = {1, 2, 3, 0, 0}, weight = 200, delay = 1,
                     receptor = "kick"}
        net:send(1, 0)
        return net
    end
    local whole, calls, told = ring(), 0, 0
    local slice = ring {exchange = function(source, tick)
        calls = calls + 1
        told = told + #source
        for k = 0, #source - 1 do check(calls <= 2 or source[k] < 4 and tick[k] < 11) end
        return source, tick:table()
    end}
    whole:run(20)
    slice:build()
    same(calls, 2)
    slice:run(7)
    slice:run(20)
    same(slice:hash(), whole:hash())
    check(calls > 15 and told > 10)
end)

test("an exchange that fails", function()
    local function make(exchange)
        local net = small(4, {exchange = exchange})
        net:connect {source = 0, target = 1, weight = 1, receptor = "ampa"}
        return net
    end
    for text, exchange in pairs {["oh"] = function() error "oh" end,
                                 ["exchange's sources is missing"] = function() end,
                                 ["exchange's ticks has 2 elements, not 1"] = function() return {1}, {1, 2} end,
                                 ["exchange's sources[1] = -1"] = function() return {-1}, {1} end} do
        local net = make(exchange)
        for _, name in ipairs {"build", "save", "run", "synapses", "get_weights"} do
            raises(text, net[name], net, 0)
        end
        same(net:time(), 0)
        same(net:connect {source = 0, target = 1, weight = 1, receptor = "ampa"}, 1)
    end
    raises("IZH_E_INVALID", function() make(function() return {1000}, {0} end):run(5) end)
    local net
    net = make(function(source, tick)
        for _, name in ipairs {"run", "build", "close"} do
            raises("IZH_E_BUSY", net[name], net, 1)
        end
        return source, tick
    end)
    check(net:run(5))
end)

-- ---- blobs ----

test("a saved network goes on bit for bit", function()
    local net, other = languages(), languages()
    net:run(20)
    net:set_weights(0, .5)
    net:run(50)
    local blob = net:save()
    other:load(blob)
    same(other:time(), 50)
    net:run(80)
    other:run(80)
    check(other:hash() == net:hash() and other:save() == net:save())
    raises("IZH_E_FORMAT", other.load, other, blob:sub(1, -2))
    raises("the blob has n = ", function() small():load(blob) end)
    raises("string expected", other.load, other, 3)
end)

tap.done()
