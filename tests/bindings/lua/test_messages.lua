-- What a newcomer gets wrong is an error that says what to do; objects print what they are.
local izh, tap = require "izh", require "tap"
local test, check, same, raises = tap.test, tap.check, tap.same, tap.raises
local rs = izh.params_2003(.02, .2, -65, 8)

local function fails(text, ...)
    local message = raises(text, ...)
    check(message:find "IZH_E_%u+: ", message)
    return message
end

local function answering(name, object, ...)
    local answers, n = {...}, select("#", ...)
    object[name](object, function() return (unpack or table.unpack)(answers, 1, n) end)
    return object
end

test("a solver without a state starts at rest, or else at its reset", function()
    local s = izh.Solver(rs)
    local v, u = s:state()
    local w, x = izh.params_rest(rs, 0)
    check(v == w and u == x and v < -69)
    same((izh.Solver(rs, {method = "rk4"}):state()), w)
    local always = izh.params_2003(.02, .2, -65, 8)
    always.k0 = 160
    v, u = izh.Solver(always):state()
    same(v, -65)
    same(u, .2 * -65)
    local fast = izh.preset "2007-FS".params
    fast.k0 = fast.k0 + 1e4
    v, u = izh.Solver(fast):state()
    same(v, fast.c)
    same(u, fast.b3 * (v - fast.vb) * (v - fast.vb) * (v - fast.vb))
    v, u = izh.pinn_train({params = rs, t_end = 1}):eval(0)
    tap.close(v, w, 1e-9)
    tap.close(u, x, 1e-9)
end)

test("fields that there are not are named", function()
    local p = izh.Population {n = 3}
    local params = izh.params_2003(.02, .2, -65, 8)
    params.b = .25
    for _, call in ipairs {function() izh.Solver(params) end, function() p:set_params(params) end,
                           function() p:set_params {rs, rs, params} end,
                           function() izh.Solver(rs):set_params(params) end,
                           function() izh.params_check(params) end} do
        fails("params has no field 'b': b is b_lo and b_hi", call)
    end
    params.b, params.D = nil, {1, 2, 3}
    fails("params has no field 'D'", p.set_params, p, params)
    fails("izh.params_2003(a, b, c, d) or izh.params_2007", izh.Solver, {a = .02, b = .2, c = -65, d = 8})
    fails("izh.params_2007(C, k, vr, vt, vpeak, a, b, c, d) makes", izh.Solver, {C = 100})
    fails("izh.params_2003(a, b, c, d) makes", izh.Solver, {.02, .2, -65, 8})
    fails("preset.params is its neuron", izh.Solver, izh.preset "2004-A")
    fails("preset.params is its neuron", p.set_params, p, izh.preset "2004-A")
    fails("izh.preset(name).params", izh.Solver, "2004-A")
    fails("izh.params_2003(a, b, c, d)", p.set_params, p, .02)
    local s = izh.Solver(rs)
    fails("segment has no field 'i'", s.set_stimulus, s, {{t = 0, I = 1, i = 2}})
    fails("segment has no field [4]", s.set_stimulus, s, {{0, 1, 2, 3}})
    fails("segment: fields have names", s.set_stimulus, s, {{0, 1, [true] = 2}})
    fails("initial has no field 'w'", izh.Solver, rs, {initial = {v = 1, u = 2, w = 3}})
end)

test("an array without a range is for all", function()
    local p = izh.Population {n = 10}
    fails("3 currents for 10 neurons: give first = 0 and count = 3", p.set_current, p, {1, 2, 3})
    fails("3 params for 10 neurons: give", p.set_params, p, {rs, rs, rs})
    fails("2 states for 10 neurons: give", p.set_state, p, izh.buffer(2), izh.buffer(2))
    check(not fails("11 currents for 10 neurons", p.set_current, p, izh.buffer(11)):find "give")
    fails("first = 20, but n = 10", p.set_current, p, {1}, 20)
    fails("first = 8 and count = 3, but n = 10", p.set_current, p, {1, 2, 3}, 8)
    fails("4 currents for 5 neurons", p.set_current, p, {1, 2, 3, 4}, 0, 5)
    fails("first = 3000000000, but n = 10", p.set_current, p, {1}, 3e9)
    fails("neuron 3000000000, but n = 10", p.state, p, 3e9)
    fails("neuron 3000000000 is not recorded", p.recording, p, 3e9)
    p:set_current({1, 2, 3}, 0, 3)
    p:set_current({1, 2, 3}, 7)
end)

test("choices are listed, values given, what is missing is missing", function()
    fails("there is no method 'rk5'; there are euler, ", izh.Solver, rs, {method = "rk5"})
    fails("there is no option 'metod'; there are method, initial, ", izh.Solver, rs, {metod = 1})
    fails("precision = 'f16' is none of f64, f32", izh.Population, {n = 1, precision = "f16"})
    fails("n = -1 is no whole number from 0 to 4294967295", izh.Population, {n = -1})
    fails("n is missing", izh.Population, {})
    fails("n is missing", izh.Population, {method = "euler"})
    same(#izh.Population {n = 0}, 0)
    raises("2.5 is no whole number", izh.buffer, 2.5)
    raises("missing: number expected", izh.params_2003, 1, 2, 3)
    fails("params is missing", izh.Solver)
    fails("the stimulus, a list of {t, I, slope}, is missing", izh.Solver(rs).set_stimulus, izh.Solver(rs))
    fails("no preset '2004-Z'; see izh.presets", izh.preset, "2004-Z")
    local message = fails("the method dopri5 has no populations; these have: euler, ", izh.Population,
                          {n = 1, method = "dopri5"})
    check(message:find "midpoint" and not message:find "genn")
end)

test("indices of buffers are whole, and the last is named", function()
    local b = izh.buffer(3)
    fails("buffer[3]: its indices are 0 to 2", function() return b[3] end)
    fails("buffer[-1]: its indices are 0 to 2", function() b[-1] = 0 end)
    fails("buffer[1.5]: its indices are 0 to 2", function() return b[1.5] end)
    fails("buffer[0]: it has no elements", function() return izh.buffer(0)[0] end)
end)

test("functions are no currents", function()
    local s, p = izh.Solver(rs), izh.Population {n = 3}
    fails("on_stimulus", s.set_current, s, math.sin)
    fails("on_stimulus", s.set_stimulus, s, math.sin)
    fails("on_current", p.set_current, p, math.sin)
end)

test("callbacks' wrong answers", function()
    local function solver() local s = izh.Solver(rs, {initial = {30, 0}}) return s end
    for _, s in ipairs {answering("on_spike", solver(), nil, 5), answering("on_spike", solver(), izh.STOP, 1),
                        answering("on_spike", solver(), nil, nil, izh.STOP),
                        answering("on_spike", solver(), "x")} do
        fails("IZH_E_INVALID: on_spike: the function returns nothing, v and u", s.run, s, 1)
    end
    for _, s in ipairs {answering("on_stimulus", solver()), answering("on_stimulus", solver(), 1, "2"),
                        answering("on_stimulus", solver(), {})} do
        fails("IZH_E_INVALID: on_stimulus: the function returns I, slope, until", s.run, s, 1)
    end
    local function population()
        local p = izh.Population {n = 3}
        p:set_state(30, 0)
        return p
    end
    for _, answer in ipairs {5, {}, true, "halt"} do
        local p = answering("on_spikes", population(), answer)
        fails("IZH_E_INVALID: on_spikes: the function returns nothing or izh.STOP, not", p.run, p, 1)
        p = answering("on_current", population(), answer)
        fails("and writes the currents into its second argument, not", p.run, p, 1)
        same(p:time(), .1)
        fails("progress: the function returns nothing or izh.STOP", izh.pinn_train,
              {params = rs, t_end = 5, progress = function() return answer end})
    end
end)

test("a function of currents stops the run at its tick", function()
    local p = izh.Population {n = 3}
    p:on_current(function(t) return t == 1 and izh.STOP or nil end)
    same(p:run(5), false)
    tap.close(p:time(), 1.1, 1e-9)
    same(p:run(5), true)
end)

test("a current that is not finite is named", function()
    local p = izh.Population {n = 4}
    p:on_current(function(t, current) if t == 1 then current[2] = 0 / 0 end end)
    fails("on_current gave neuron 2 ", p.run, p, 2)
    p:on_current(nil)
    p:set_state(-65, -13)
    p:set_current({1e150, 0, 0, 0})
    check(not fails("neuron 0", p.run, p, 3):find "on_current")
end)

test("a flow is for one method", function()
    local neuron = izh.preset "2007-RS".params
    local map = izh.flow_train {params = neuron, I_lo = -20, I_hi = 120, units = 16, points = 400}
    fails("flow is for the method 'pinn', not 'taylor'", izh.Solver, neuron, {flow = map})
    fails("flow is for the method 'pinn', not 'rk4'", izh.Solver, neuron, {flow = map, method = "rk4"})
    check(izh.Solver(neuron, {flow = map, method = "pinn"}):run(1))
    check(tostring(map):find "izh.Flow: 16 units, currents %-20 to 120, steps to [%d.]+ ms")
    map:close()
    same(tostring(map), "izh.Flow: closed")
end)

test("an end that is no tick runs nothing", function()
    local p = izh.Population {n = 3}
    p:on_current(function() end)
    fails("is no tick", p.run, p, 100 * (1 + 8 * 2 ^ -52))
    same(p:time(), 0)
    check(p:run(100 * (1 + 2 ^ -52)))
end)

test("elements of lists count from 1, of buffers from 0", function()
    local s, p = izh.Solver(rs), izh.Population {n = 3}
    fails("stimulus[3].t = 1 is not after stimulus[2].t = 2", s.set_stimulus, s, {{0, 1}, {2, 1}, {1, 1}})
    fails("stimulus[2]: t = 1, I = inf, slope = 0 must be finite", s.set_stimulus, s, {{0, 1}, {1, 1 / 0}})
    check(s:message():find("stimulus[2]", 1, true))
    fails("stimulus[2]: a table", s.set_stimulus, s, {{0, 1}, 2})
    fails("times[2] = 1 must be finite and not before 2", s.sample, s, {2, 1})
    check(s:message():find("times[2]", 1, true))
    fails("times[1] = 1 must be finite and not before 2", s.sample, s, izh.buffer {2, 1})
    check(s:message():find("times[1]", 1, true))
    fails("neurons[2] = 7, but n = 3", p.record, p, {0, 7}, 1, 1)
    fails("neurons[1] = 7, but n = 3", p.record, p, izh.buffer {0, 7}, 1, 1)
    check(p:message():find("neurons[1]", 1, true))
    fails("neurons[2] = 1.5 is no neuron", p.record, p, {0, 1.5}, 1, 1)
    fails("neurons[1] = 1.5 is no neuron", p.record, p, izh.buffer {0, 1.5}, 1, 1)
end)

test("messages have Lua's words", function()
    for _, call in ipairs {function() izh.Solver(rs, {events = "grid"}) end,
                           function() izh.Population {n = 1, method = "taylor", events = "grid"} end} do
        fails("events = 'grid': taylor", call)
    end
    fails("events = 'exact': figure1", izh.Solver, rs, {method = "figure1"})
end)

test("objects have no fields to set", function()
    local s, p = izh.Solver(rs), izh.Population {n = 3}
    fails("a solver has no field 'I' to set: use set_current(I)", function() s.I = 200 end)
    fails("a population has no field 'v' to set: use set_state(v, u)", function() p.v = -65 end)
    fails("a solver has no field 'on_spike' to set: use on_spike(function)", function() s.on_spike = print end)
    fails("a solver has no field 'quite' to set", function() s.quite = 1 end)
    fails("a population has no field 'number' to set", function() p[1] = 1 end)
    fails("a solution has no field 'I' to set", function() izh.pinn_train {params = rs, t_end = 1}.I = 1 end)
end)

test("loading of another kind names both", function()
    local blob = izh.Solver(rs, {method = "rk4"}):save()
    local s = izh.Solver(rs)
    fails("method rk4 and exact events; the solver has taylor and exact", s.load, s, blob)
end)

test("objects print what they are", function()
    local s = izh.Solver(rs)
    s:run(2.5)
    same(tostring(s), "izh.Solver: taylor at 2.5 ms")
    same(tostring(izh.Population {n = 10}), "izh.Population: 10 neurons, midpoint at 0 ms")
end)

tap.done()
