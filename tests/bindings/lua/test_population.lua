-- izh.Population
local izh, tap = require "izh", require "tap"
local test, check, same, close, raises = tap.test, tap.check, tap.same, tap.close, tap.raises
local rs = izh.params_2003(.02, .2, -65, 8)

local function train(p)
    local times = {}
    for t, i in p:spikes() do
        times[#times + 1] = ("%.17g %d"):format(t, i)
    end
    same(#times, p:spike_count())
    return table.concat(times, "\n")
end

test("a population starts as regular spiking neurons", function()
    local p = izh.Population {n = 3}
    same(#p, 3)
    same(p:time(), 0)
    same(p:dt(), .1)
    local v, u = p:state(2)
    same(v, -65) same(u, -13)
    check(p:isa() ~= "best" and izh.isa_supported(p:isa()))
    check(p:hash():match "^%x+$" and #p:hash() == 16)
    same(p:message(), "")
    check(tostring(p):find "izh.Population: 3 neurons, midpoint at 0 ms")
    same(#izh.Population {n = 0}, 0)
end)

test("in float64 each neuron is a solver", function()
    local p = izh.Population {n = 2, method = "rk4"}
    p:set_current {4, 10}
    same(p:run(100), true)
    local times = {}
    local s = izh.Solver(rs, {method = "rk4", initial = {-65, -13}})
    s:set_current(10)
    s:on_spike(function(event) times[#times + 1] = event.t end)
    s:run(100)
    local n = 0
    for t, i in p:spikes() do
        if i == 1 then
            n = n + 1
            same(t, times[n])
        end
    end
    check(n == #times and n > 2)
    local v, u = s:state()
    local w, x = p:state(1)
    check(v == w and u == x)
end)

test("spikes come in order, whatever the capacity", function()
    local function go(capacity)
        local p = izh.Population {n = 100, seed = 5, noise_sigma = 4, spike_capacity = capacity}
        p:set_current(5)
        check(p:run(200))
        return train(p), p:hash()
    end
    local spikes, hash = go(nil)
    check(#spikes > 1000)
    for _, capacity in ipairs {1, 7, 100} do
        local s, h = go(capacity)
        check(s == spikes and h == hash)
    end
    local p = izh.Population {n = 100, seed = 5, noise_sigma = 4, spike_capacity = 7}
    local lines, calls = {}, 0
    p:set_current(5)
    p:on_spikes(function(each, count)
        check(count <= 7)
        calls = calls + 1
        for t, i in each do
            lines[#lines + 1] = ("%.17g %d"):format(t, i)
        end
    end)
    check(p:run(200))
    check(calls > 10)
    same(table.concat(lines, "\n"), spikes)
    same(p:spike_count(), 0)
end)

test("a seed may be a number or hex digits", function()
    local function hash(seed)
        local p = izh.Population {n = 10, noise_sigma = 5, seed = seed}
        p:run(10)
        return p:hash()
    end
    same(hash(255), hash "ff")
    same(hash(255), hash "0xFF")
    check(hash "ffffffffffffffff" ~= hash "7fffffffffffffff")
    raises("hexadecimal", hash, "xyz")
    raises("hexadecimal", hash, "11112222333344445")
    raises("hexadecimal", hash, "")
    raises("no whole number", hash, -1)
    raises("no whole number", hash, 1.5)
    raises("number expected", hash, {})
end)

test("threads, isa and slices do not change bits", function()
    local function make(options)
        options.noise_sigma, options.seed = 5, 7
        local p = izh.Population(options)
        p:set_current(6)
        p:run(50)
        return p
    end
    local whole = make {n = 300}
    same(make({n = 300, threads = 2, isa = "scalar", tile = 64, block = 3}):hash(), whole:hash())
    local slice = make {n = 100, first = 200}
    for _, i in ipairs {0, 57, 99} do
        same((slice:state(i)), (whole:state(200 + i)))
    end
    check(make({n = 300, precision = "f32"}):hash() ~= whole:hash())
end)

test("a stepwise current is the constant one where it says so", function()
    local p, q, ticks = izh.Population {n = 20}, izh.Population {n = 20}, 0
    p:on_current(function(t, current)
        close(t, ticks * .1, 1e-9)
        ticks = ticks + 1
        for i = 0, #current - 1 do
            current[i] = i
        end
    end)
    local I = {}
    for i = 1, 20 do I[i] = i - 1 end
    q:set_current(I)
    check(p:run(100) and q:run(100))
    same(ticks, 1000)
    same(train(p), train(q))
    same(p:hash(), q:hash())
    raises("is no tick", p.run, p, 100.55)
    same(p:time(), 100)
end)

test("a function stops the run", function()
    local p = izh.Population {n = 20, block = 10}
    p:set_current(10)
    p:on_spikes(function() return izh.STOP end)
    same(p:run(100), false)
    check(p:time() < 100)
    p:on_spikes(nil)
    same(p:run(100), true)
end)

test("parameters come as one table, as a list, or as columns", function()
    local function v(set)
        local p = izh.Population {n = 4}
        set(p)
        p:set_current(10)
        p:run(30)
        return table.concat({p:state(0), p:state(1), p:state(2), (p:state(3))}, " ")
    end
    local a, b = izh.params_2003(.1, .2, -65, 2), izh.params_2003(.02, .25, -65, 2)
    local one = v(function(p) p:set_params(a, 0, 1) p:set_params(b, 1, 1) p:set_params(a, 2) end)
    same(one, v(function(p) p:set_params {a, b, a, a} end))
    same(one, v(function(p) p:set_params({a, b}, 0) p:set_params({a, a}, 2) end))
    local columns = izh.params_2003(0, 0, -65, 2)
    columns.a = {.1, .02, .1, .1}
    columns.b_lo = izh.buffer {.2, .25, .2, .2}
    columns.b_hi = columns.b_lo
    same(one, v(function(p) p:set_params(columns) end))
    local p = izh.Population {n = 4}
    columns.d = {1, 2, 3}
    raises("d has 3 elements, not 4", p.set_params, p, columns)
    columns.d = "2"
    raises("d: number, table or buffer expected, got string", p.set_params, p, columns)
    raises("params.cm is missing", p.set_params, p, {a, {}})
    raises("IZH_E_INVALID", p.set_params, p, a, 3, 2)
    raises("1 params for 2 neurons", p.set_params, p, {a}, 0, 2)
    raises("table expected", p.set_params, p, 5)
    a.cm = 0
    raises("cm", p.set_params, p, a)
end)

test("states and currents go in and out", function()
    local p = izh.Population {n = 5}
    p:set_state(-70, -14)
    p:set_state(izh.buffer {-60, -61}, {1, 2}, 1)
    p:set_state({-50}, 3, 4)
    local v, u = p:get_state()
    same(#v, 5)
    same(table.concat(v:table(), " "), table.concat(izh.buffer({-70, -60, -61, -70, -50}):table(), " "))
    same(u[2], 2) same(u[4], 3)
    local w, x = izh.buffer(3), izh.buffer(3)
    local y, z = p:get_state(1, 2, w, x)
    check(rawequal(y, w) and rawequal(z, x) and w[1] == -61 and w[2] == 0)
    raises("3 neurons into a buffer of 2", p.get_state, p, 0, 3, izh.buffer(2), izh.buffer(3))
    raises("first = 4 and count = 2, but n = 5", p.get_state, p, 4, 2)
    raises("first = 6, but n = 5", p.get_state, p, 6)
    raises("neuron 5, but n = 5", p.state, p, 5)
    raises("no whole number from 0 to", p.state, p, -1)
    raises("number expected", p.state, p)
    raises("IZH_E_INVALID", p.set_state, p, 0 / 0, 0)
    raises("u has 3 elements, not 2", p.set_state, p, {1, 2}, {1, 2, 3})
    raises("IZH_E_INVALID", p.set_current, p, {1, 2, 0 / 0})
    raises("IZH_E_INVALID", p.set_current, p, {1, 2, 3}, 3)
    raises("IZH_E_INVALID", p.set_current, p, izh.buffer(6))
    raises("I is empty", p.set_current, p, {})
    raises("I is missing", p.set_current, p)
    raises("I[2]: number expected", p.set_current, p, {1, "x"})
    p:set_current(5, 1, 2)
    p:set_current(izh.buffer(5, 3))
end)

test("states are recorded", function()
    local p = izh.Population {n = 5}
    p:set_current(10)
    p:record({3, 0}, 10, 7)
    same(p:recorded(), 0)
    p:run(5)
    same(p:recorded(), 5)
    local v, u = p:recording(0)
    check(#v == 5 and #u == 5)
    local s = izh.Solver(rs, {method = "midpoint", initial = {-65, -13}})
    s:set_current(10)
    local w, x = s:sample {1, 2, 3, 4, 5}
    for k = 1, 5 do
        check(w[k] == v[k - 1] and x[k] == u[k - 1])
    end
    collectgarbage()
    p:run(50)
    same(p:recorded(), 7)
    raises("neuron 1 is not recorded", p.recording, p, 1)
    raises("IZH_E_INVALID", p.record, p, {5}, 1, 1)
    raises("no neuron", p.record, p, {.5}, 1, 1)
    raises("no neuron", p.record, p, {-1}, 1, 1)
    raises("IZH_E_INVALID", p.record, p, {1}, 0, 1)
    raises("number expected", p.record, p, {1})
    check(not pcall(p.record, p, {1}, 1, 2 ^ 51))
    same(#p:recording(3), 7) -- the old one stays
    p:record(nil)
    raises("not recorded", p.recording, p, 3)
    p:run(60)
end)

test("neurons in trouble are an error once the run is over", function()
    local p = izh.Population {n = 6}
    local bad = izh.params_2003(.02, .2, -65, 8)
    bad.a = -1e3
    p:set_params(bad, 4, 1)
    raises("IZH_E_DIVERGED: neuron 4 is in trouble since", p.run, p, 100)
    same(p:time(), 100)
    local list, total = p:troubles()
    same(total, 1)
    same(list[1].neuron, 4)
    same(list[1].status, "IZH_E_DIVERGED")
    check(list[1].t < 100)
    same(p:run(200), true) -- once only
    p:set_params(rs) p:set_state(-65, -13)
    same(select(2, p:troubles()), 0)
    p:on_current(function(t, current) if t > 201 then current[2] = 0 / 0 end end)
    raises("neuron 2 is in trouble", p.run, p, 210)
    same(p:time(), 210)
end)

test("a neuron that takes more steps than max_steps_per_ms is in trouble", function()
    local function run(most)
        local p = izh.Population {n = 2, method = "taylor", dt = .25, max_steps_per_ms = most}
        p:set_current {0, 10}
        return p:run(30)
    end
    same(run(nil), true)
    raises("neuron 1 is in trouble", run, 2)
    raises("max_steps_per_ms", run, .5)
end)

test("a saved population goes on with the same bits", function()
    local function make() return izh.Population {n = 40, noise_sigma = 5, seed = 1} end
    local p, q = make(), make()
    p:set_current(5)
    p:run(50)
    q:load(p:save())
    p:run(150) q:run(150)
    same(p:hash(), q:hash())
    same(train(p), train(q))
    raises("IZH_E_FORMAT", q.load, q, "nonsense")
    raises("IZH_E_INVALID", function() izh.Population({n = 41}):load(p:save()) end)
    local slow = izh.Population {n = 40, dt = .25} -- its tick is the blob's from now on
    slow:load(p:save())
    same(slow:dt(), .1)
end)

local function stimulated(...)
    local p = izh.Population {n = 6}
    p:set_current(4)
    p:set_stimulus(...)
    p:run(30)
    return p:hash()
end

test("held samples are currents tick by tick", function()
    local rows, p = {{}, {}}, izh.Population {n = 6}
    for k = 1, 200 do
        rows[1][k], rows[2][k] = k % 7, k % 13
    end
    for k = 1, 300 do
        local I = {}
        for i = 1, 6 do
            I[i] = 4 + (rows[i % 2 + 1][k] or 0) * i / 2
        end
        p:set_current(I)
        p:run(k * .1)
    end
    local channel, gain = {1, 0, 1, 0, 1, 0}, {.5, 1, 1.5, 2, 2.5, 3}
    same(stimulated {samples = rows, channel = channel, gain = gain}, p:hash())
    same(stimulated {samples = {rows[1], izh.buffer(rows[2])}, dt = .1, t = 0,
                     channel = izh.buffer(channel), gain = izh.buffer(gain)}, p:hash())
    check(stimulated() ~= p:hash())
end)

test("traces are lines, pieces and conductances, and add up", function()
    local lines = stimulated {samples = {0, 8, 8}, dt = 5, linear = true}
    local pieces = stimulated {pieces = {{{0, 0, 1.6}, {5, 8}, {t = 10, I = 0}}}}
    check(lines ~= stimulated())
    same(lines, stimulated({samples = {0, 4, 4}, dt = 5, linear = true},
                           {samples = izh.buffer {0, 8, 8}, dt = 5, linear = true, gain = .5}))
    check(pieces ~= stimulated())
    check(stimulated {samples = {.1}, dt = 10, E = 0} ~= stimulated())
    same(stimulated {samples = {{0, 1}, {5, 5}}, dt = 2, channel = 1},
         stimulated {samples = {5, 5}, dt = 2})
end)

test("what is wrong with traces is named", function()
    raises("either samples or pieces", stimulated, {dt = 1})
    raises("there is no option 'sample'", stimulated, {sample = {1}})
    raises("samples[2] has 1 elements, not 2", stimulated, {samples = {{1, 2}, {3}}})
    raises("channel[2] = 2 is no whole number from 0 to 1", stimulated,
           {samples = {{1}, {2}}, channel = {0, 2}})
    raises("gain has 2 elements for 6 neurons", stimulated, {samples = {1}, gain = {1, 2}})
    raises("traces[2]: sample 1 of trace 0 is nan", stimulated, {samples = {1}},
           {samples = {1, 0 / 0}})
    raises("dt: number expected", stimulated, {samples = {1}, dt = "1"})
    raises("dt = -1", stimulated, {samples = {1}, dt = -1})
    raises("table expected", stimulated, 5)
end)

test("kicks move states now", function()
    local p = izh.Population {n = 3}
    local v = p:get_state()
    p:kick(2)
    p:kick({0, 200}, 1, 1)
    local w = p:get_state()
    same(w[0], v[0] + 2)
    same(w[2], v[2] + 202)
    p:run(.1)
    local spikes = {}
    for t, i in p:spikes() do
        spikes[#spikes + 1] = t .. " " .. i
    end
    same(#spikes, 1)
    check(spikes[1]:find "^0%.?0? 2$")
    raises("dv = nan", p.kick, p, 0 / 0)
    raises("2 kicks for 3 neurons", p.kick, p, {1, 2})
end)

test("noise of an options' own kind", function()
    local function hash(options)
        local p = izh.Population(options)
        p:run(30)
        return p:hash()
    end
    local white = hash {n = 10, noise_white = 3, seed = 1}
    same(white, hash {n = 10, noise_sigma = 3 / math.sqrt(.1), seed = 1})
    local ou = hash {n = 10, noise_ou = {1, 4, 5}, seed = 1}
    same(ou, hash {n = 10, noise_ou = {mean = 1, sigma = 4, tau = 5}, seed = 1})
    check(ou ~= hash {n = 10, noise_ou = {1, 4, 6}, seed = 1})
    raises("noise_ou.tau = 0", hash, {n = 1, noise_ou = {1, 4, 0}})
    raises("noise_ou", hash, {n = 1, noise_ou = {1, 4}})
    raises("noise_ou: table expected", hash, {n = 1, noise_ou = 4})
    raises("noise_white = -1", hash, {n = 1, noise_white = -1})
end)

test("what is wrong with a config is named", function()
    raises("there is no option 'size'", izh.Population, {n = 1, size = 5})
    raises("is no whole number from 0 to 4294967295", izh.Population, {n = -1})
    raises("is no whole number from 0 to 4294967295", izh.Population, {n = 2 ^ 32})
    raises("n: number expected", izh.Population, {n = "5"})
    raises("precision = 'f16'", izh.Population, {n = 1, precision = "f16"})
    raises("isa = 'mmx'", izh.Population, {n = 1, isa = "mmx"})
    raises("IZH_E_INVALID: noise_sigma", izh.Population, {n = 1, noise_sigma = -1})
    raises("IZH_E_UNSUPPORTED", izh.Population, {n = 1, method = "dopri5"})
    raises("table expected", izh.Population, 5)
    raises("table expected", izh.Population)
    for _, isa in ipairs {"scalar", "sse2", "avx2", "avx512", "neon"} do
        check(izh.isa_supported(isa) == pcall(izh.Population, {n = 1, isa = isa}))
    end
end)

test("closed populations say so", function()
    local p = izh.Population {n = 5}
    p:record({0}, 1, 1000)
    p:close()
    p:close()
    for _, name in ipairs {"run", "time", "dt", "hash", "isa", "troubles", "message", "save", "load",
                           "get_state", "state", "recorded", "recording", "spikes", "spike_count",
                           "on_spikes", "on_current", "record"} do
        raises("IZH_E_INVALID: the population is closed", p[name], p, 1)
    end
    raises("closed", p.set_current, p, 1)
    raises("closed", p.set_state, p, 1, 1)
    raises("closed", p.kick, p, 1)
    raises("closed", p.set_stimulus, p)
    raises("closed", p.set_params, p, rs)
    same(tostring(p), "izh.Population: closed")
    raises("izh.Population expected", p.run, izh.buffer(1), 1)
    raises("number expected", function() izh.Population({n = 1}):run() end)
    raises("is no tick", function() izh.Population({n = 1}):run(.05) end)
    raises("IZH_E_INVALID", function() izh.Population({n = 1}):run(0 / 0) end)
end)

tap.done()
