-- The module's table: version, statuses, methods, parameters, presets.
local izh, tap = require "izh", require "tap"
local test, check, same, close, raises = tap.test, tap.check, tap.same, tap.close, tap.raises

test("the version is text and a number", function()
    local text, number = izh.version()
    check(text:match "^%d+%.%d+%.%d+$" and number >= 1000 and number == math.floor(number))
end)

test("statuses have names and texts", function()
    same(izh.status_name(izh.E_INVALID), "IZH_E_INVALID")
    same(izh.status_name(izh.OK), "IZH_OK")
    same(izh.status_name(izh.NO_REST), "IZH_NO_REST")
    same(izh.status_name(-1000), "unknown status")
    check(#izh.status_text(izh.E_FILE) > 5)
    raises("no status", izh.status_name, .5)
    raises("no status", izh.status_name, 0 / 0)
    raises("number expected", izh.status_text, "0")
    raises("number expected", izh.status_text)
end)

test("sizes of structs", function()
    same(izh.struct_size "izh_params", 128)
    same(izh.struct_size "izh_solver", nil)
end)

test("methods have names", function()
    check(#izh.methods >= 10)
    same(izh.methods[1], "euler")
    same(izh.default_method, "taylor")
    for _, name in ipairs(izh.methods) do
        check(izh.has_method(name))
    end
    check(not izh.has_method "rk5")
end)

test("what the library has", function()
    check(izh.has "populations" and izh.has "taylor" and izh.has "scalar")
    same(izh.has "rk5", false)
    for _, isa in ipairs {"sse2", "avx2", "avx512", "neon"} do
        same(izh.has(isa), izh.isa_supported(isa))
    end
end)

test("instruction sets", function()
    check(izh.isa_supported "scalar" and izh.isa_supported "best" ~= nil)
    raises("mmx", izh.isa_supported, "mmx")
end)

test("parameters are tables of 16 numbers", function()
    local p = izh.params_2003(.02, .2, -65, 8)
    same(p.k2, .04) same(p.k1, 5) same(p.k0, 140) same(p.b_lo, .2) same(p.u_max, math.huge)
    local q = izh.params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100)
    same(q.cm, 100) same(q.k1, -(.7 * (-60 + -40))) same(q.vb, -60)
    local n = 0
    for _, x in pairs(q) do
        check(type(x) == "number")
        n = n + 1
    end
    same(n, 16)
    raises("missing: number expected", izh.params_2003, 1, 2, 3)
    raises("number expected, got string", izh.params_2003, "1", 2, 3, 4)
end)

test("parameters are checked", function()
    local p = izh.params_2003(.02, .2, -65, 8)
    same(izh.params_check(p), true)
    p.cm = -1
    local fine, field = izh.params_check(p)
    same(fine, false)
    same(field, "cm")
    for name in pairs(p) do -- under the name that C has for it, too
        local q = izh.params_2003(.02, .2, -65, 8)
        q[name] = 0 / 0
        same(select(2, izh.params_check(q)), name)
    end
    p.cm = nil
    raises("params.cm is missing", izh.params_check, p)
    raises("table expected, got number", izh.params_check, 3)
    raises("params is missing", izh.params_check)
end)

test("a neuron rests, or does not", function()
    local p = izh.params_2003(.02, .2, -65, 8)
    local v, u = izh.params_rest(p, 0)
    tap.close(v, -70, 1e-9)
    tap.close(u, -14, 1e-9)
    same(izh.params_rest(p, 10), nil)
    raises("IZH_E_INVALID: I", izh.params_rest, p, 0 / 0)
    p.a = 0 / 0
    raises("IZH_E_INVALID: params.a", izh.params_rest, p, 0)
end)

if izh.preset then
    test("a neuron in other units", function()
        local p = izh.params_2003(.02, .2, -65, 8)
        local q, units = izh.params_to_2007(p, 100)
        same(q.cm, 100) same(q.c, -65) same(units.t, 1) same(units.v, 1) same(units.u, 100)
        local r, back = izh.params_to_2003(q)
        close(r.b_lo, .2, 1e-12) close(r.d, 8, 1e-12) close(back.u, .01, 1e-12)
        raises("IZH_E_INVALID", izh.params_to_2007, p, 0)
        raises("number expected", izh.params_to_2007, p)
        p.r = 0
        raises("IZH_E_UNSUPPORTED", izh.params_to_2003, p)
    end)

    test("presets run", function()
        check(#izh.presets > 20)
        for _, name in ipairs(izh.presets) do
            local preset = izh.preset(name)
            same(preset.name, name)
            check(preset.title and preset.source and preset.equation and preset.note)
            local s = izh.Solver(preset.params, {initial = preset.initial})
            s:set_stimulus(preset.stimulus)
            check(s:run(math.min(preset.duration, 50)))
            check(type(preset.published_method) == "string" and preset.published_dt > 0)
            check(preset.published_until >= preset.duration)
        end
        raises("no preset '2004-Z'; see izh.presets", izh.preset, "2004-Z")
    end)
end

tap.done()
