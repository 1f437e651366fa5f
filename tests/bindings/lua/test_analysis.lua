-- What the equations say without a run: by closed forms, and by runs.
local izh, tap = require "izh", require "tap"
local test, same, close, raises = tap.test, tap.same, tap.close, tap.raises
local rs = izh.params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100)

test("equilibria", function() -- z = v - vr: .7 z^2 - 14 z = -2 z
    local found = izh.params_equilibria(rs, 0)
    same(#found, 2)
    local rest, saddle = found[1], found[2]
    close(rest.v, -60, 1e-12)
    close(saddle.v, -60 + 12 / .7, 1e-12)
    close(saddle.u, -24 / .7, 1e-12)
    same(rest.kind, "stable node")
    same(saddle.kind, "saddle")
    same(rest.below_peak, true)
    for _, e in ipairs(found) do
        local j = izh.params_jacobian(rs, e.v)
        close(e.eigenvalues[1].re + e.eigenvalues[2].re, j.vv + j.uu, 1e-14)
        close(e.eigenvalues[1].re * e.eigenvalues[2].re, j.vv * j.uu - j.vu * j.uv, 1e-14)
        same(e.eigenvalues[1].im, 0)
        local dv, du = izh.params_rates(rs, e.v, e.u, 0)
        close(dv, 0, 1e-12)
        close(du, 0, 1e-12)
    end
end)

test("a fold", function()
    local p = izh.params_2007(250, 2.5, -60, -19.2, 35, .01, -2, -50, 100)
    same(#izh.params_equilibria(p, 1000 - 1e-9), 2)
    same(#izh.params_equilibria(p, 1000 + 1e-9), 0)
    same(izh.params_equilibria(p, 1000)[1].kind, "fold")
end)

test("where rest ends", function()
    local I, kind = izh.params_rest_ends(rs)
    close(I, 360 / 7, 1e-11)
    same(kind, "saddle-node")
    local all = izh.params_bifurcations(rs)
    same(#all, 1)
    same(all[1].I, I)
    close(all[1].v, -60 + 60 / 7, 1e-11)
    same(all[1].ends_rest, true)
    local lts = izh.params_2007(100, 1, -56, -42, 40, .03, 8, -53, 20)
    I, kind = izh.params_rest_ends(lts)
    close(I, 114.75, 1e-11)
    same(kind, "hopf")
    local still = izh.params_2003(0, .2, -65, 8)
    same(izh.params_rest_ends(still), nil)
end)

test("nullclines", function()
    local n = izh.params_nullclines(rs, 7)
    close(n.v0 + n.v1 * -50 + n.v2 * 2500, .7 * 10 * -10 + 7, 1e-11)
    same(n.u_lo, -2)
    same(n.u_hi, -2)
    same(n.u3, 0)
    same(n.vb, -60)
    same(#n.lines, 0)
    local p = izh.params_2003(.02, .2, -65, 8)
    p.r = 0
    same(izh.params_nullclines(p, 0).lines[1], 0)
end)

local function fires(I, duration)
    local s, spikes = izh.Solver(rs, {method = "rk4", dt = .02}), 0
    s:on_spike(function() spikes = spikes + 1 return izh.STOP end)
    s:set_stimulus {{0, I}, {duration, 0}}
    s:run(1000)
    return spikes > 0
end

test("rheobase", function()
    local I, r = izh.params_rheobase(rs, 5000)
    close(I, 51.44415, 1e-3)
    I, r = izh.params_rheobase(rs, 10)
    same(r.I, I)
    same(r.certified, true)
    tap.check(r.below < I and r.error_bound < .1 and r.t > 10)
    tap.check(fires(I * 1.0001, 10) and not fires(r.below * .9999, 10))
    tap.check(izh.params_rheobase(rs, 10, "ramp") > I)
    same(izh.params_rheobase(rs, math.huge), (izh.params_rest_ends(rs)))
    same(izh.params_rheobase(izh.params_2003(0, .2, -65, 8), 10), nil)
end)

test("an f-I curve", function()
    local currents = {0, 100, 300}
    local spikes, first, steady, last = izh.params_f_i(rs, currents, 300, {method = "taylor"})
    for k, I in ipairs(currents) do
        local s, times = izh.Solver(rs), {}
        s:on_spike(function(e) times[#times + 1] = e.t end)
        s:set_current(I)
        s:run(300)
        same(spikes[k], #times)
        if #times > 1 then
            same(first[k], times[2] - times[1])
            same(last[k], times[#times] - times[#times - 1])
        else
            tap.check(first[k] ~= first[k] and steady[k] ~= steady[k])
        end
    end
    tap.check(spikes[3] > 5 and steady[3] > first[3])
    local buffers = {izh.params_f_i(rs, izh.buffer {0, 300}, 300)}
    tap.close(buffers[3][1], steady[3], .01)
    same(#izh.params_f_i(rs, {}, 300), 0)
    raises("IZH_E_INVALID: currents[2] = nan", izh.params_f_i, rs, {1, 0 / 0}, 300)
    raises("duration = 0", izh.params_f_i, rs, {1}, 0)
    raises("no option 'n'", izh.params_f_i, rs, {1}, 10, {n = 3})
end)

test("what is refused", function()
    local nan = 0 / 0
    raises("IZH_E_INVALID: I must be finite", izh.params_equilibria, rs, nan)
    raises("IZH_E_INVALID: I must be finite", izh.params_nullclines, rs, nan)
    raises("IZH_E_INVALID: v must be finite", izh.params_jacobian, rs, nan)
    raises("IZH_E_INVALID: v, u and I", izh.params_rates, rs, -60, nan, 0)
    raises("IZH_E_INVALID: duration must be > 0", izh.params_rheobase, rs, 0)
    raises("tolerance finite", izh.params_rheobase, rs, 1, "step", -1)
    raises("pulse", izh.params_rheobase, rs, 1, "pulse")
    for _, name in ipairs {"equilibria", "nullclines", "jacobian", "rates", "bifurcations", "rest_ends",
                           "rheobase"} do
        local bad = izh.params_2003(.02, .2, -65, 8)
        bad.cm = -1
        raises("IZH_E_INVALID: params.cm", izh["params_" .. name], bad, 0, 0, 0)
    end
end)

tap.done()
