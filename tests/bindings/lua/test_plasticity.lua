-- izh.STP and izh.STDP.
local izh, tap = require "izh", require "tap"
local test, check, same, close, raises = tap.test, tap.check, tap.same, tap.close, tap.raises

local UNIT = 2 ^ -31

-- Neurons that never spike, with a receptor that adds up what arrives: it does not decay.
local function silent(n, sources)
    local net = izh.Network {n = n or 2, dt = .1, sources = sources or 2, receptors = {
        izh.current(1e300, {name = "sum", range = 1}), izh.jump {name = "kick"}}}
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

tap.done()
