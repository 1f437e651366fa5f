-- The same bits as from C: the golden hashes of tests/methods.def, whose path is the
-- argument.
local izh, tap = require "izh", require "tap"

local function read_golden(path)
    local rows = {}
    for method, precision, events, hash, count in io.open(path):read("*a"):gmatch(
        "POPULATION_BITS%(IZH_([%w_]+), IZH_(F%d+), IZH_EVENTS_(%u+), 0x(%x+), 0x%x+, (%d+)%)") do
        rows[#rows + 1] = {method = method:lower():gsub("_", "-"), precision = precision:lower(),
                           events = events:lower(), hash = hash, count = tonumber(count)}
    end
    return rows
end

-- tests/support_population.c has the same.
local function params(i)
    local x, kind = 1e-3 * (i % 97), i % 7
    if kind == 0 then return izh.params_2003(.02 + x, .2, -65, 8) end
    if kind == 1 then return izh.params_2003(.1, .2 + x, -65, 2) end
    if kind == 2 then return izh.params_2003(.02, .25, -50 - 10 * x, 2) end
    if kind == 3 then return izh.params_2007(100 + 100 * x, .7, -60, -40, 35, .03, -2, -50, 100) end
    local p
    if kind == 4 then
        p = izh.params_2007(20, 1, -55, -40, 25, .2, 0, -45, 0)
        p.b_lo, p.b_hi, p.b3 = 0, 0, .025 + x / 10
    elseif kind == 5 then
        p = izh.params_2007(100, 1, -56, -42, 40, .03, 8, -53, 20)
        p.vpeak_u, p.c_u, p.u_max = -.1, .04 + x / 10, 670
    else
        p = izh.params_2007(200, 1.6, -60, -50, 35, .01, 15, -60, 10)
        p.vb, p.b_hi, p.vpeak_u, p.c_u = -65, 0, .1, -.1
    end
    return p
end

local function create(row)
    local n, first = 139, 5
    local p = izh.Population {n = n, first = first, noise_sigma = 5, seed = 42, method = row.method,
                              precision = row.precision, events = row.events}
    local most = {[0] = 20, 20, 20, 300, 400, 500, 400}
    local all, v, u, I = {}, izh.buffer(n), izh.buffer(n), izh.buffer(n)
    for k = 0, n - 1 do
        local i = first + k
        all[k + 1] = params(i)
        v[k] = -70 + .1 * (i % 113)
        u[k] = i % 7 < 3 and -13 or .3 * (i % 31)
        I[k] = most[i % 7] * (i % 53) / 52
    end
    p:set_params(all)
    p:set_state(v, u)
    p:set_current(I)
    return p
end

local rows = read_golden(arg[1])
tap.test("there are golden hashes", function() tap.check(#rows >= 26) end)
for _, row in ipairs(rows) do
    tap.test(row.method .. " " .. row.precision .. " " .. row.events, function()
        local p = create(row)
        local slow = row.method == "published-2003" or row.method == "taylor"
        pcall(p.run, p, 200 * (slow and 1 or .1)) -- some neurons get in trouble
        tap.same(p:hash(), row.hash)
        tap.same(p:spike_count(), row.count)
    end)
end
tap.done()
