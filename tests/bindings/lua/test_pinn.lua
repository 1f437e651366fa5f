-- Pinn: solutions and flow maps
local izh, tap, report = require "izh", require "tap", require "report"
local test, check, same, close, raises = tap.test, tap.check, tap.same, tap.close, tap.raises

local function config(extra)
    local c = {params = report.params, initial = report.initial, stimulus = report.stimulus, t_end = 250}
    for name, value in pairs(extra or {}) do
        c[name] = value
    end
    return c
end

local solution = izh.pinn_train(config())

test("a solution has the report's spike", function()
    local p, finished = izh.pinn_train(config())
    same(finished, true)
    same(p:end_time(), 250)
    local spikes = p:spikes()
    same(#spikes, 1)
    close(spikes[1].t, report.spikes[1], 1e-6)
    same(spikes[1].v, 35)
    local v, u = p:eval(200)
    close(v, 2.61018714576879523, 1e-4)
    close(u, -33.4245803253047197, 1e-4)
    check(tostring(p):find "izh.Pinn: 1 spikes, %d+ windows, to 250 ms")
end)

test("it is evaluated at numbers, lists and buffers", function()
    local v = solution:eval(10)
    same(solution:eval({10, 20})[1], v)
    same(solution:eval(izh.buffer {10})[0], v)
    check(solution:residual(10) < 1e-6)
    same(#solution:residual {10, 20, 30}, 3)
    same(#solution:residual(izh.buffer(4)), 4)
    raises("beyond the solution", solution.eval, solution, 251)
    raises("beyond the solution", solution.residual, solution, {0 / 0})
    raises("times: number", solution.eval, solution, "1")
end)

test("it says how it was trained", function()
    local windows, losses = solution:windows(), solution:losses()
    check(#windows > 3 and #losses > #windows)
    local t, iterations = 0, 0
    for _, window in ipairs(windows) do
        close(window.t, t, 1e-9)
        same(window.first_loss, iterations)
        check(window.residual <= 1e-9 and window.attempts >= 1 and window.parameters > 0)
        check(window.trained >= window.length)
        t, iterations = t + window.length, iterations + window.iterations
    end
    same(iterations, #losses)
    same(solution:message(), "")
end)

test("progress is told, stops training, and may fail", function()
    local seen = 0
    local p, finished = izh.pinn_train(config {progress = function(progress)
        check(progress.t_end == 250 and progress.loss >= 0 and progress.length > 0)
        check(progress.iteration >= 1 and progress.window >= 0)
        seen = seen + 1
        if progress.t > 50 then
            return izh.STOP
        end
    end})
    same(finished, false)
    check(seen > 3 and p:end_time() > 50 and p:end_time() < 250)
    raises("bored", izh.pinn_train, config {progress = function() error "bored" end})
    raises("progress: function expected", izh.pinn_train, config {progress = 5})
    local co = coroutine.create(function()
        izh.pinn_train(config {progress = function() coroutine.yield() end})
    end)
    check(not coroutine.resume(co))
end)

test("what is wrong with a config is named", function()
    raises("params is missing", izh.pinn_train, {t_end = 5})
    raises("IZH_E_INVALID: t_end", izh.pinn_train, config {t_end = -1})
    raises("IZH_E_INVALID: tolerance", izh.pinn_train, config {tolerance = -1})
    raises("IZH_E_INVALID: pinn.hidden", izh.pinn_train, config {pinn = {hidden = 3}})
    raises("there is no option 'tend'", izh.pinn_train, config {tend = 1})
    raises("table expected", izh.pinn_train)
    raises("stimulus", izh.pinn_train, config {stimulus = 70})
end)

test("blobs and files", function()
    local copy = izh.pinn_load(solution:save())
    same((copy:eval(200)), (solution:eval(200)))
    raises("IZH_E_FORMAT", izh.pinn_load, "no")
    raises("string expected", izh.pinn_load)
    local path = os.tmpname()
    solution:save_file(path)
    same(izh.pinn_load_file(path):save(), solution:save())
    os.remove(path)
    raises("IZH_E_FILE", izh.pinn_load_file, path)
    raises("IZH_E_FILE", solution.save_file, solution, "/nowhere/at/all")
    raises("it is a directory", solution.save_file, solution, "/tmp")
    check(#solution:message() > 0)
end)

test("closed solutions say so", function()
    local p = izh.pinn_load(solution:save())
    p:close()
    p:close()
    for _, name in ipairs {"end_time", "eval", "residual", "spikes", "windows", "losses", "message",
                           "save", "save_file"} do
        raises("the solution is closed", p[name], p, 1)
    end
    same(tostring(p), "izh.Pinn: closed")
end)

-- A small map, which trains in a moment.
local small = {params = report.params, I_lo = 0, I_hi = 100, units = 16, points = 400}

test("a flow map trains, says what it is, and is evaluated", function()
    local seen = 0
    small.progress = function(progress)
        check(progress.loss >= 0 and progress.iteration <= progress.iterations)
        seen = seen + 1
    end
    local map, finished = izh.flow_train(small)
    same(finished, true)
    local info = map:info()
    same(info.params.cm, 100)
    same(info.I_hi, 100) same(info.units, 16) same(info.points, 400)
    same(info.iterations, seen)
    check(info.step > 0 and info.step <= 1 and info.residual_new > 0 and info.u_lo < info.u_hi)
    local v, u, residual = map:eval({-60, 0}, 0, 0, info.step / 2)
    close(v, -60, .1)
    close(u, 0, .5)
    check(residual >= 0)
    same(#map:eval({-60, 0}, 0, 0, {0, .1}), 2)
    raises("IZH_E_INVALID: a time beyond the step", map.eval, map, {-60, 0}, 0, 0, 5)
    raises("IZH_E_INVALID", map.eval, map, {-60, 0}, 1e6, 0, .1)
    raises("from.u", map.eval, map, {-60}, 0, 0, .1)
    same(map:message(), "")
    small.map = nil
    small.progress = function(progress) return progress.iteration == 3 and izh.STOP or nil end
    local _, whole = izh.flow_train(small)
    same(whole, false)
    small.progress = function() error "bored" end
    raises("bored", izh.flow_train, small)
    small.progress = nil
end)

test("a solver runs by a map, which lives as long", function()
    local map = izh.flow_train(small)
    local function solver(flow)
        local s = izh.Solver(report.params, {method = "pinn", initial = report.initial, flow = flow})
        s:set_stimulus(report.stimulus)
        return s
    end
    local s, q = solver(map), solver(izh.flow_load(map:save()))
    map:close()
    map = nil
    collectgarbage() collectgarbage()
    check(s:run(150) and q:run(150))
    same((s:state()), (q:state()))
    s:close()
    q = nil
    collectgarbage()
    raises("flow: izh.Flow expected, got table", solver, {})
    raises("izh.Flow expected", solver, izh.buffer(1))
end)

test("a map's blobs and files; closed maps say so", function()
    local map = izh.flow_train(small)
    local path = os.tmpname()
    map:save_file(path)
    same(izh.flow_load_file(path):save(), map:save())
    os.remove(path)
    raises("IZH_E_FILE", izh.flow_load_file, path)
    raises("IZH_E_FILE", map.save_file, map, "/nowhere/at/all")
    raises("it is a directory", map.save_file, map, "/tmp")
    check(#map:message() > 0)
    raises("IZH_E_FORMAT", izh.flow_load, "no")
    map:close()
    map:close()
    for _, name in ipairs {"info", "message", "save", "save_file"} do
        raises("the flow map is closed", map[name], map, "x")
    end
    raises("closed", map.eval, map, {-60, 0}, 0, 0, 0)
    raises("closed", izh.Solver, report.params, {method = "pinn", flow = map})
    raises("IZH_E_INVALID: I_hi", izh.flow_train, {params = report.params, I_lo = 5, I_hi = 5})
    raises("no option 'I'", izh.flow_train, {params = report.params, I = 5})
end)

tap.done()
