-- izh.STP and izh.STDP.
local izh, tap = require "izh", require "tap"
local test, check, same, close, raises = tap.test, tap.check, tap.same, tap.close, tap.raises

local UNIT = 2 ^ -30

-- Neurons that never spike, with a receptor that adds up what arrives: it does not decay.
local function silent(n, sources)
    local net = izh.Network {n = n or 2, dt = .1, sources = sources or 2, receptors = {
        izh.current(1e300, {name = "sum", range = 2}), izh.jump {name = "kick"}}}
    net:neurons():set_state(-70, -14)
    return net
end

-- What a synapse of 2^20 units delivers at each spike of its source, in units.
local function delivered(rule, times)
    local net, before, found = silent(), 0, {}
    net:connect {source = 2, target = 0, weight = 2 ^ 20 * UNIT, delay = 0, receptor = "sum", stp = rule}
    net:send(times, 0)
    for k, t in ipairs(times) do
        net:run(math.floor((t + .1) * 10 + .5) * net:dt())
        local now = net:input("sum")[0] / UNIT
        found[k], before = now - before, now
    end
    return found
end

-- The library's exponential may be another in the last place.
local function near(found, factors)
    same(#found, #factors)
    for k, f in ipairs(factors) do
        check(found[k] == math.floor(found[k]))
        close(found[k], f * 2 ^ 20, 1)
    end
end

test("depression is the closed form", function()
    local times, factors, e = {}, {}, math.exp(-20 / 800)
    local last = (1 - e) / (1 - .5 * e)
    for n = 0, 19 do
        times[n + 1], factors[n + 1] = 20 * n, .5 * (last + (1 - last) * (.5 * e) ^ n)
    end
    near(delivered(izh.STP {U = .5, tau_rec = 800}, times), factors)
end)

test("facilitation is the closed form", function()
    local times, factors, q = {}, {}, .875 * math.exp(-5 / 1000)
    for n = 1, 20 do
        times[n], factors[n] = 5 * (n - 1), .125 * (1 - q ^ n) / (1 - q)
    end
    near(delivered({U = .125, tau_facil = 1000}, times), factors)
end)

test("each source has a state for each group", function()
    local net, slow = silent(3), izh.STP {U = .5, tau_rec = 1e9}
    local function connect(source, target, delay, stp)
        net:connect {source = source, target = target, weight = .5, delay = delay, receptor = "sum", stp = stp}
    end
    connect({3, 3}, {0, 1}, {0, 7}, slow)
    connect(4, 0, 0, slow)
    connect(3, 2, 0)
    net:send({0, 1, 2}, {0, 0, 1})
    net:run(20)
    for i, x in ipairs {.25 + .125 + .25, .25 + .125, 1} do close(net:input("sum")[i - 1], x, 1e-6) end
end)

test("rules are copied and checked", function()
    local given = {U = .5, tau_rec = 800}
    local rule = izh.STP(given)
    check(rule ~= given and rule.U == .5 and rule.tau_rec == 800 and rule.tau_facil == nil)
    same(izh.STDP {pairs = "nearest"}.pairs, "nearest")
    raises("stp has no field 'u'", izh.STP, {u = .5})
    raises("stp: a table expected, got number", izh.STP, .5)
    raises("stdp has no field 'a'", izh.STDP, {a = 1})
    raises("stdp has no field [1]", izh.STDP, {1})
    raises("stdp: a table expected, got nil", izh.STDP)
end)

test("a wrong rule leaves no group", function()
    local net, twin = silent(), silent()
    local function connect(option, rule)
        return net:connect {source = 2, target = 0, weight = .1, receptor = "sum", [option] = rule}
    end
    raises("stp: a table expected, got number", connect, "stp", .5)
    raises("stp has no field 'u'", connect, "stp", {u = 1})
    raises("stp.U: number expected, got string", connect, "stp", {U = ".5"})
    raises("stp.U = 1.5 must be from 0 to 1", connect, "stp", {U = 1.5})
    raises("stp.tau_rec = -1", connect, "stp", {U = .5, tau_rec = -1})
    raises("stp.U = 0 is no plasticity", connect, "stp", {tau_facil = 3})
    raises("pairs = 'some' is none of all, nearest", connect, "stdp", {pairs = "some"})
    raises("stdp.every = 0.25 ms is no multiple of dt", connect, "stdp", {every = .25})
    raises("stdp.every = -1 ms", connect, "stdp", {every = -1})
    for _, each in ipairs {net, twin} do
        same(each:connect {source = 3, target = 1, weight = .1, receptor = "sum"}, 0)
    end
    same(net:hash(), twin:hash())
    same(net:save(), twin:save())
end)

test("saved is resumed", function()
    local nets = {}
    for k = 1, 2 do
        nets[k] = silent()
        nets[k]:connect {source = 2, target = 0, weight = .25, delay = .3, receptor = "sum",
                         stp = izh.STP {U = .25, tau_rec = 100, tau_facil = 1000}}
        nets[k]:send({1, 2, 3, 4}, 0)
    end
    nets[1]:run(3)
    nets[2]:load(nets[1]:save())
    for _, net in ipairs(nets) do net:run(8) end
    same(nets[1]:hash(), nets[2]:hash())
end)

-- ---- STDP ----

local RULE = {a_plus = .01, a_minus = .012, tau_plus = 2, tau_minus = 3, w_max = 1}

local function rule(more)
    local all = izh.STDP(RULE)
    for name, value in pairs(more or {}) do all[name] = value end
    return izh.STDP(all)
end

test("the rules of a group are read as they were given", function()
    local net = silent(3)
    local function connect(stdp, stp, round)
        return net:connect {source = 3, target = 0, weight = .5, receptor = "sum", round = round, stdp = stdp, stp = stp}
    end
    local fast = rule {pairs = "nearest", every = .3, drift = .001, keep = .5, gain = 2}
    local both, fixed, at_once = connect(fast, {U = .5}), connect(), connect(rule())
    local function all_of(found, expected)
        for name, value in pairs(found) do same(value, expected[name] or name == "pairs" and "all" or 0) end
        for name in pairs(expected) do check(found[name] ~= nil) end
    end
    all_of(net:stdp(both), fast)
    all_of(net:stp(both), {U = .5, tau_rec = 0, tau_facil = 0})
    check(net:stdp(fixed) == nil and net:stp(fixed) == nil and net:stp(at_once) == nil)
    all_of(net:stdp(at_once), RULE)
    same(net:stdp(at_once).w_min, 0)
    same(net:stdp(at_once).pairs, "all")
    same(net:stdp(connect(rule {every = .26}, nil, true)).every, 3 * net:dt())
    pcall(connect, rule {a_plus = -1})
    raises("group = 4, but there are 4", net.stdp, net, 4)
    raises("group = 4, but there are 4", net.stp, net, 4)
    net:stdp(both).gain = 7 -- a copy
    net:set_gain(both, 3)
    same(net:stdp(both).gain, 2)
    same(connect(net:stdp(both), net:stp(both)), 4)
    all_of(net:stdp(4), fast)
    net:run(1)
    net:close()
    raises("closed", net.stdp, net, both)
end)

-- A synapse at which a spike arrives at tick 20, and whose target spikes so that it counts at tick `post`.
local function learning(stdp, post)
    local net = silent(1)
    same(net:connect {source = 1, target = 0, weight = .5, delay = .3, receptor = "sum", stdp = stdp}, 0)
    net:connect {source = 2, target = 0, weight = 200, delay = 0, receptor = "kick"}
    net:send(1.7, 0)
    net:send((post - 1) * .1, 1)
    return net
end

test("pairs change a weight by their distance", function()
    for post = 10, 30 do
        local net, distance = learning(rule {pairs = post % 2 == 0 and "all" or "nearest"}, post), post - 20
        net:run(5)
        same(net:spike_count(), 1)
        local expected = distance > 0 and .01 * math.exp(-(distance - 1) * .1 / 2)
                         or -.012 * math.exp(distance * .1 / 3)
        close(net:get_weights(0)[0] - .5, expected, 1.01 * UNIT)
    end
end)

test("changes wait, and a gain lets them in", function()
    local net = learning(rule {every = 4, drift = .001, keep = .5, gain = 0}, 22)
    local s = .01 * math.exp(-.1 / 2)
    net:run(4.1 * 10 * net:dt())
    close(net:get_weights(0)[0], .501, 2 * UNIT)
    net:set_gain(0, 3)
    net:run(81 * net:dt())
    close(net:get_weights(0)[0], .502 + 3 * s / 2, 100 * UNIT)
    raises("gain = inf must be finite", net.set_gain, net, 0, math.huge)
    raises("group = 7", net.set_gain, net, 7, 1)
    raises("no stdp whose changes wait", net.set_gain, net, 1, 1)
    raises("number expected", net.set_gain, net, 0)
    raises("w_min", net.set_weights, net, 0, 1.5)
    raises("set_gain(group, gain)", function() net.gain = 1 end)
end)

test("a wrong STDP rule leaves no group", function()
    local net, twin = silent(), silent()
    local function connect(more)
        return net:connect {source = 2, target = 0, weight = .25, receptor = "sum", stdp = rule(more)}
    end
    for text, more in pairs {["stdp.a_plus = -1"] = {a_plus = -1}, ["stdp.tau_minus = 0"] = {tau_minus = 0},
                             ["stdp.w_max = 0"] = {w_max = 0}, ["stdp.gain = 1"] = {gain = 1},
                             ["stdp.keep = 2"] = {every = 1, keep = 2},
                             ["stdp.a_minus = 1e-09 is below 16 units"] = {a_minus = 1e-9},
                             ["weight = 0.25 is outside stdp's w_min = 0.3 and w_max = 1"] = {w_min = .3},
                             ["weight = 0.25 is outside"] = {w_max = .2},
                             ["stdp.tau_plus: number expected, got string"] = {tau_plus = "2"}} do
        raises(text, connect, more)
    end
    for _, each in ipairs {net, twin} do
        same(each:connect {source = 3, target = 1, weight = .1, receptor = "sum"}, 0)
    end
    same(net:hash(), twin:hash())
    same(net:save(), twin:save())
end)

test("what has learned is resumed", function()
    local stdp = rule {every = 1, gain = .1, keep = .9}
    local net, other = learning(stdp, 22), learning(stdp, 22)
    net:run(2.1)
    net:set_gain(0, .5)
    other:load(net:save())
    for _, each in ipairs {net, other} do each:run(8) end
    same(net:hash(), other:hash())
    check(net:get_weights(0)[0] > .5)
    same(net:get_weights(0)[0], other:get_weights(0)[0])
end)

tap.done()
