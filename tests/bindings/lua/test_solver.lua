-- izh.Solver, but for callbacks that misbehave
local izh, tap, report = require "izh", require "tap", require "report"
local test, check, same, close, raises = tap.test, tap.check, tap.same, tap.close, tap.raises

local function rs(options)
    options = options or {}
    options.initial = options.initial or {-65, -13}
    return izh.Solver(izh.params_2003(.02, .2, -65, 8), options)
end

local function run_report(options)
    local times = {}
    options = options or {}
    options.initial = report.initial
    local s = izh.Solver(report.params, options)
    s:set_stimulus(report.stimulus)
    s:on_spike(function(event) times[#times + 1] = event.t end)
    return s, times
end

test("the report's spikes are those of quadruple precision", function()
    local s, times = run_report()
    same(s:run(1000), true)
    same(#times, 6)
    for i, t in ipairs(report.spikes) do
        close(times[i], t, 1e-10)
    end
    local v, u = s:state()
    close(v, report.v_end, 1e-9)
    close(u, report.u_end, 1e-9)
    same(s:time(), 1000)
    check(s:spike_error_bound() < 1e-6)
    local statistics = s:statistics()
    same(statistics.spikes, 6)
    check(statistics.steps > 20 and statistics.rhs > statistics.steps)
    check(statistics.rejected >= 0 and statistics.iterations > 0)
end)

test("derivatives are the limits of differences", function()
    local function spikes(k, v0, I)
        local times, params = {}, izh.params_2007(100, k, -60, -40, 35, .03, -2, -50, 100)
        local s = izh.Solver(params, {initial = {v0, 0}})
        s:set_stimulus {{10, I}}
        s:on_spike(function(event) times[#times + 1] = event.t end)
        s:run(150)
        return times
    end
    local form = izh.params_2007_jacobian(100, .7, -60, -40, 35, .03, -2, -50, 100)
    local params = izh.params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100)
    local s = izh.Solver(params, {initial = {-60, 0}, gradients = {form[2], "v0", {"I", 1}, {v0 = 2}}})
    s:set_stimulus {{10, 100}}
    local seen = {}
    s:on_spike(function() seen[#seen + 1] = s:spike_gradients() end)
    local v, u, dv, du, reached = s:sample_gradients {50, 150}
    same(reached, true)
    same(#v, 2)
    same(#dv, 8)
    same(#du, 8)
    local now_v, now_u = s:gradients()
    for i = 1, 4 do
        same(now_v[i], dv[4 + i])
        same(now_u[i], du[4 + i])
    end
    close(now_v[4], 2 * now_v[2], 1e-12)
    local moves = {{1e-6, 0, 0}, {0, 1e-5, 0}, {0, 0, 1e-5}}
    for i, x in ipairs(moves) do
        local h = x[1] + x[2] + x[3]
        local up = spikes(.7 + x[1], -60 + x[2], 100 + x[3])
        local down = spikes(.7 - x[1], -60 - x[2], 100 - x[3])
        same(#up, #seen)
        for k = 1, #seen do
            local slope = (up[k] - down[k]) / (2 * h)
            close(seen[k][i], slope, 1e-6 * (1 + math.abs(slope)))
        end
    end
    local conducting = izh.Solver(params, {initial = {-60, 0}, gradients = {{"g", 1}, {"E", 1}}})
    conducting:set_current(100)
    conducting:run(20)
    same(conducting:gradients()[1] > 0, true) -- E is 0, above v
    same(conducting:gradients()[2], 0)
    local form_2003 = izh.params_2003_jacobian(.02, .2, -65, 8)
    same(form_2003[2].b_lo, 1)
    same(form_2003[2].b_hi, 1)
    for _, wrong in ipairs {{"q"}, {7}, {{"I", 0}}, {{"J", 1}}, {{a = "x"}}, "a"} do
        raises("gradients: ", izh.Solver, params, {gradients = wrong})
    end
    raises("midpoint has no gradients", izh.Solver, params, {method = "midpoint", gradients = {"a"}})
    raises("without gradients", function() rs():gradients() end)
    raises("without gradients", function() rs():spike_gradients() end)
    raises("without gradients", function() rs():sample_gradients {1} end)
end)

test("steps beyond the limit of stability are counted", function()
    local rs = izh.params_2003(.02, .2, -65, 8)
    local s = izh.Solver(rs, {method = "midpoint", dt = 1, initial = {-70, -14}})
    s:set_current(-100)
    s:run(200)
    same(s:statistics().spikes, 159) -- the equations have none
    check(s:statistics().unstable_steps > 100)
    same(s:statistics().unstable_t, 0) -- v' is evaluated at -122 and below
    local p = izh.Population({n = 3, method = "midpoint", dt = 1, max_spikes_per_ms = 50})
    same(p:statistics().unstable_steps, 0)
    same(p:statistics().unstable_t, nil)
    p:set_current({0, 0, -1000})
    p:run(20)
    check(p:statistics().unstable_steps > 10)
    same(p:statistics().unstable_t, 0)
    same(p:statistics().unstable_neuron, 2)
end)

test("every method runs", function()
    for _, name in ipairs(izh.methods) do
        local known, s, times = pcall(run_report, {method = name})
        if known then
            check(s:run(250))
            close(times[1], report.spikes[1], 3)
        else -- others' programs take 2003 neurons, on the grid, only
            raises("IZH_E_UNSUPPORTED", run_report, {method = name})
            check(rs({method = name, events = "grid"}):run(50))
        end
    end
end)

test("events on the grid", function()
    local s, times = run_report {method = "euler", events = "grid", dt = .5}
    s:run(250)
    same(times[1] % .5, 0)
end)

test("a sample is a number, a list or a buffer, as its times are", function()
    local s = rs()
    s:set_current(10)
    local v, u, reached = s:sample(1)
    check(type(v) == "number" and type(u) == "number" and reached == true)
    local vs, us = s:sample {2, 3, 3}
    check(#vs == 3 and #us == 3 and vs[2] == vs[3])
    local vb, ub = s:sample(izh.buffer {4, 5})
    check(#vb == 2 and ub[1] ~= 0)
    same(vb[1], (s:state()))
    same(#s:sample {}, 0)
    s:on_spike(function() return izh.STOP end)
    local w, _, fully = s:sample {6, 1000}
    same(fully, false)
    check(w[2] ~= w[2])
    raises("IZH_E_INVALID: ", s.sample, s, {1})
    raises("IZH_E_INVALID: times[2]", s.sample, s, {1, {}})
    raises("times is missing", s.sample, s, nil)
end)

test("a conductance is part of the equation", function()
    local s, last = izh.Solver(izh.params_2003(.02, .2, -65, 8), {initial = {-70, -14}})
    s:on_spike(function(e) last = e.t end)
    s:set_inputs {{t = 0, I = 20, g = .25, E = -60}}
    s:run(300)
    close(last, 289.406625557639253, 1e-9)
    raises("inputs[2].g = -1 is negative", s.set_inputs, s, {{0, 1}, {1, 1, 0, -1}})
    raises("a list of", s.set_inputs, s, 1)
    raises("input.t is missing", s.set_inputs, s, {{}})
end)

test("a stimulus may have names, and slopes", function()
    local s, q = rs(), rs()
    s:set_stimulus {{1, 2, .5}, {t = 5, I = 3}}
    q:set_stimulus {{t = 1, I = 2, slope = .5}, {5, 3, 0}}
    s:run(20) q:run(20)
    same((s:state()), (q:state()))
    s:set_stimulus {}
    raises("IZH_E_INVALID: ", s.set_stimulus, s, {{5, 1}, {1, 1}})
    raises("IZH_E_INVALID: ", s.set_stimulus, s, {{0 / 0, 1}})
    raises("segment.I is missing", s.set_stimulus, s, {{1}})
    raises("stimulus[1]: a table", s.set_stimulus, s, {1})
    raises("a list of", s.set_stimulus, s, 1)
    raises("a list of", s.set_stimulus, s)
end)

test("a function gives the current", function()
    local s, q, calls = rs(), rs(), 0
    s:on_stimulus(function(t, v, u)
        check(v < 30 and u == u)
        calls = calls + 1
        return t, 1, math.floor(t) + 1 -- a ramp, asked once a ms and after each spike
    end)
    q:set_stimulus {{0, 0, 1}}
    check(s:run(10) and q:run(10))
    check(calls >= 10)
    close((s:state()), (q:state()), 1e-9)
    local n = 0
    s:on_stimulus(function() n = n + 1 return 5 end) -- for ever
    s:run(20)
    same(n, 1)
    s:on_stimulus(function() return 5, izh.STOP end)
    same(s:run(30), false)
    same(s:time(), 20)
    s:on_stimulus(nil)
    same(s:run(30), true)
end)

test("the spike function sees the spike, and may keep or replace the reset", function()
    local s, seen = rs(), 0
    s:set_current(10)
    s:on_spike(function(event)
        same(event.neuron, 0)
        same(event.v, 30)
        same(event.reset_v, -65)
        same(event.reset_u, event.u + 8)
        same(event.t, s:time())
        seen = seen + 1
        return -60, event.u + 20
    end)
    s:run(50)
    check(seen > 0)
    local kept = rs()
    kept:set_current(10)
    kept:run(50)
    check(kept:state() ~= s:state())
end)

test("the spike function stops the run at the spike", function()
    local s, n = rs(), 0
    s:set_current(10)
    s:on_spike(function() n = n + 1 return izh.STOP end)
    same(s:run(100), false)
    close(s:time(), 3.127055303877, 1e-9)
    same((s:state()), -65)
    same(s:run(100), false)
    same(n, 2)
    s:on_spike(function() return -55, 0, izh.STOP end)
    same(s:run(1000), false)
    same((s:state()), -55)
    s:on_spike(nil)
    same(s:run(1001), true)
end)

test("parameters, state and kicks change", function()
    local s = rs()
    s:set_state(-60, -10)
    s:kick(5)
    s:kick(1, 2)
    local v, u = s:state()
    same(v, -54) same(u, -8)
    s:set_params(izh.params_2003(.1, .2, -65, 2))
    check(s:run(5))
    raises("IZH_E_INVALID", s.kick, s, 0 / 0)
    raises("number expected", s.kick, s, "5")
    raises("number expected", s.set_state, s, -60)
    raises("IZH_E_INVALID", s.set_state, s, math.huge, 0)
    raises("IZH_E_INVALID", s.set_current, s, 0 / 0)
    raises("number expected", s.set_current, s)
    local bad = izh.params_2003(.02, .2, -65, 8)
    bad.k2 = 0 / 0
    raises("k2", s.set_params, s, bad)
    check(#s:message() > 0)
end)

test("a solver has the noise of a population's neuron", function()
    local p = izh.Population {n = 3, first = 4, noise_ou = {1, 4, 5}, noise_white = 2, seed = 9}
    local s = izh.Solver(izh.params_2003(.02, .2, -65, 8),
                         {initial = {-65, -13}, method = "midpoint", dt = .1})
    p:set_current(3)
    s:set_current(3)
    s:set_noise {dt = .1, white = 2, ou = {1, 4, 5}, seed = 9, neuron = 6}
    p:run(50)
    s:run(50)
    local v, u = p:state(2)
    local w, x = s:state()
    same(w, v)
    same(x, u)
    s:set_noise(nil)
    raises("noise.dt = -1", s.set_noise, s, {dt = -1})
    raises("there is no option 'sigmoid'", s.set_noise, s, {sigmoid = 1})
    raises("ou: table expected", s.set_noise, s, {ou = 1})
end)

test("a saved solver goes on with the same bits", function()
    local s = rs()
    s:set_current(10)
    s:run(20)
    local blob = s:save()
    local q = rs()
    q:load(blob)
    s:run(200) q:run(200)
    local v, u = s:state()
    local w, x = q:state()
    check(v == w and u == x)
    same(s:save(), q:save())
    raises("IZH_E_FORMAT", q.load, q, blob:sub(1, -2))
    raises("IZH_E_FORMAT", q.load, q, "")
    raises("IZH_E_INVALID", function() rs {method = "rk4"}:load(blob) end)
    raises("string expected", q.load, q, 7)
end)

test("what is wrong with a config is named", function()
    local params = izh.params_2003(.02, .2, -65, 8)
    raises("there is no option 'metod'", izh.Solver, params, {metod = "rk4"})
    raises("there is no method 'rk5'", izh.Solver, params, {method = "rk5"})
    raises("method: string expected, got number", izh.Solver, params, {method = 4})
    raises("dt: number expected, got string", izh.Solver, params, {dt = ".1"})
    raises("IZH_E_INVALID: dt", izh.Solver, params, {dt = -1})
    raises("IZH_E_INVALID: dt", izh.Solver, params, {dt = 0 / 0})
    raises("events = 'Grid'", izh.Solver, params, {events = "Grid"})
    raises("IZH_E_UNSUPPORTED", izh.Solver, params, {events = "grid"})
    raises("initial.u is missing", izh.Solver, params, {initial = {-65}})
    raises("initial: a table", izh.Solver, params, {initial = -65})
    raises("max_segments = -1 is no whole number", izh.Solver, params, {max_segments = -1})
    raises("no option 'seeds'", izh.Solver, params, {pinn = {seeds = 1}})
    raises("table expected, got number", izh.Solver, params, 5)
    raises("options have names", izh.Solver, params, {5})
    raises("params is missing", izh.Solver)
    params.c = 60
    raises("IZH_E_INVALID: params.c = 60 must be below vpeak", izh.Solver, params)
    raises("test_solver.lua:", function() local s = izh.Solver(params) return s end)
end)

test("options reach the solver", function()
    local s = rs {t0 = 5, max_segments = 1, dt = .5, method = "rk4"}
    same(s:time(), 5)
    raises("segments", s.set_stimulus, s, {{1, 1}, {2, 2}})
    local function steps(rtol)
        local q = rs {method = "dopri5", rtol = rtol, atol = rtol}
        q:run(50)
        return q:statistics().steps
    end
    check(steps(1e-10) > 2 * steps(1e-4))
    check(rs {max_spikes_per_ms = 2, pinn = {hidden = 8, points = 12, seed = "ff", shortest = .1}})
end)

test("runaway firing is an error, and the solver stays", function()
    local s = rs {max_spikes_per_ms = 1}
    s:set_current(1e5)
    raises("IZH_E_DIVERGED", s.run, s, 100)
    check(s:time() < 100 and s:state() <= 30)
end)

test("more steps within a millisecond than max_steps_per_ms are an error", function()
    local function run(most)
        local s = rs {max_steps_per_ms = most}
        s:set_current(10)
        return s:run(30)
    end
    same(run(nil), true)
    raises("max_steps_per_ms = 2 steps", run, 2)
    raises("max_steps_per_ms", run, .5)
end)

test("closed solvers say so", function()
    local s = rs()
    s:close()
    s:close()
    for _, name in ipairs {"run", "sample", "state", "time", "save", "load", "kick", "statistics",
                           "set_state", "set_current", "on_spike", "on_stimulus", "message",
                           "spike_error_bound"} do
        raises("IZH_E_INVALID: the solver is closed", s[name], s, 1)
    end
    raises("closed", s.set_params, s, report.params)
    raises("closed", s.set_stimulus, s, {})
    same(tostring(s), "izh.Solver: closed")
    check(tostring(rs()):find "izh.Solver: taylor at 0 ms")
    raises("izh.Solver expected", s.run, {}, 1)
    raises("izh.Solver expected", s.run, izh.buffer(1), 1)
    raises("izh.Solver expected", s.run)
end)

test("the next spike, without running there", function()
    local looks, runs, times = rs(), rs(), {}
    for _, s in ipairs {looks, runs} do
        s:set_current(10)
        s:run(1.3)
    end
    local t = looks:next_spike(100)
    same(looks:time(), 1.3)
    same(looks:save(), runs:save())
    runs:on_spike(function(e) times[#times + 1] = e.t return izh.STOP end)
    runs:run(100)
    same(times[1], t)
    same(looks:next_spike(2), nil)
    raises("limit = 1 must be finite and not before now", looks.next_spike, looks, 1)
end)

if _VERSION == "Lua 5.4" then
    test("a local of Lua 5.4 closes it", function()
        local outer
        assert(load([[local s, keep = ... local t <close> = s keep(t)]]))(rs(), function(s) outer = s end)
        raises("closed", outer.time, outer)
    end)
end

tap.done()
