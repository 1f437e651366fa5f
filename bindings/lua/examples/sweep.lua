-- One population of 99856 neurons, 316 x 316, each with its own a and b: how fast a neuron of the 2003
-- form fires, over these two. All have c = -65, d = 8 and a current of 10. Rates are those of the second
-- half of two seconds, from the first spike there to the last.
--
--     lua sweep.lua [side [file.png]]
package.path = arg[0]:gsub("[^/]*$", "") .. "?.lua;" .. package.path
local izh, common = require "izh", require "common"

local usage = "lua sweep.lua [side [file.png]]"
local side, path = common.whole(usage, arg[1], 316, 2), arg[2]
common.no_more(usage, arg[3])
local n, half = side * side, 1000 -- ms
local a, b, u = izh.buffer(n), izh.buffer(n), izh.buffer(n)
for i = 0, n - 1 do
    a[i] = .005 * 40 ^ (i % side / (side - 1))
    b[i] = .05 + .25 * math.floor(i / side) / (side - 1)
    u[i] = -65 * b[i]
end

local params = izh.params_2003(0, 0, -65, 8)
params.a, params.b_lo, params.b_hi = a, b, b -- a column for each neuron's own
local population = izh.Population {n = n, threads = 2}
population:set_params(params)
population:set_state(-65, u)
population:set_current(10)
population:on_spikes(function() end) -- not of interest yet
population:run(half)

local count, first, last = izh.buffer(n), izh.buffer(n), izh.buffer(n)
population:on_spikes(function(spikes)
    for t, i in spikes do
        if count[i] == 0 then
            first[i] = t
        end
        count[i], last[i] = count[i] + 1, t
    end
end)
population:run(2 * half)

-- Hz; one spike in all is counted: it has no interval.
local function rate(i)
    return count[i] > 1 and 1000 * (count[i] - 1) / (last[i] - first[i]) or 1000 * count[i] / half
end

local total, lines = 0, {}
for i = 0, n - 1 do
    total = total + count[i]
    local hz = rate(i)
    lines[i + 1] = ("%d %d %s"):format(i % side, math.floor(i / side), hz > 0 and ("%.6g"):format(hz) or "NaN")
end
print(("%d neurons, %d spikes in the second half"):format(n, total))

-- Places on the axes, which count neurons: an image has no logarithmic axes.
local function place_a(x)
    return (side - 1) * math.log(x / .005) / math.log(40)
end

local function place_b(x)
    return (side - 1) * (x - .05) / .25
end

local function tics(place, format, values)
    local all = {}
    for k, x in ipairs(values) do
        all[k] = ("'" .. format .. "' %.9g"):format(x, place(x))
    end
    return "(" .. table.concat(all, ", ") .. ")"
end

if path then
    common.draw(path, 860, 640, {
        common.block("rates", lines),
        common.title "Rate under a current of 10, c = -65, d = 8",
        "set xlabel 'a (1/ms)'\nset ylabel 'b'\nset cblabel 'rate (Hz)'\nset logscale cb\nset border 15\n",
        "set xtics ", tics(place_a, "%g", {.005, .01, .02, .05, .1, .2}), "\n",
        "set ytics ", tics(place_b, "%.2f", {.05, .1, .15, .2, .25, .3}), "\n",
        "set cbtics (1, 2, 5, 10, 20, 50, 100, 200)\n",
        ("set xrange [-.5:%g]\nset yrange [-.5:%g]\n"):format(side - .5, side - .5),
        "set palette defined (0 '#440154', 1 '#472d7b', 2 '#3b528b', 3 '#2c728e', 4 '#21918c', 5 '#28ae80', ",
        "6 '#5ec962', 7 '#addc30', 8 '#fde725')\n",
        "set object rectangle from graph 0, 0 to graph 1, 1 behind fillcolor '#d9d9d9' linewidth 0\n",
        ("set label 'silent' at %g, %g center textcolor '#404040' front\n"):format(place_a(.03), place_b(.075)),
        ("set label 'regular spiking' at %g, %g textcolor 'white' offset .6, .7 "):format(place_a(.02), place_b(.2)),
        "point pointtype 6 pointsize 1.2 linecolor 'white' front\n",
        "plot $rates using 1:2:3 with image notitle\n",
    })
    print("the picture is " .. path)
end
