-- How fast the cells of the book (E. M. Izhikevich, Dynamical Systems in Neuroscience, MIT Press 2007,
-- chapter 8) fire under a constant current, once they are used to it.
--
--     lua fi_curve.lua [points]          a picture in text
--     lua fi_curve.lua points file.png   a picture by gnuplot
local izh = require "izh"

local function with(params, changes)
    for name, value in pairs(changes) do
        params[name] = value
    end
    return params
end

local cells = {
    {"RS", "regular spiking", izh.params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100), -60},
    {"IB", "intrinsically bursting", izh.params_2007(150, 1.2, -75, -45, 50, .01, 5, -56, 130), -75},
    {"CH", "chattering", izh.params_2007(50, 1.5, -60, -40, 25, .03, 1, -40, 150), -60},
    {"LTS", "low-threshold spiking", with(izh.params_2007(100, 1, -56, -42, 40, .03, 8, -53, 20),
                                         {vpeak_u = -.1, c_u = .04, u_max = 670}), -56},
    {"FS", "fast spiking", with(izh.params_2007(20, 1, -55, -40, 25, .2, 0, -45, 0),
                                {b_lo = 0, b_hi = 0, b3 = .025}), -55},
    {"TC", "thalamocortical", izh.preset("2007-TC").params, izh.preset("2007-TC").initial.v},
    {"RTN", "reticular thalamic", izh.preset("2007-RTN").params, izh.preset("2007-RTN").initial.v},
}
local colors = {"#0072b2", "#009e73", "#cc79a7", "#d55e00", "#444444", "#56b4e9", "#e69f00"}
local most, settle, count = 600, 1000, 2000 -- pA, ms, ms

-- Spikes per second under a current, from the first to the last.
local function rate(params, v, current)
    local spikes, first, last = 0, 0, 0
    local solver = izh.Solver(params, {initial = {v, 0}})
    solver:set_current(current)
    solver:run(settle)
    solver:on_spike(function(event)
        spikes = spikes + 1
        first, last = spikes == 1 and event.t or first, event.t
    end)
    solver:run(settle + count)
    solver:close()
    return spikes > 1 and (spikes - 1) * 1000 / (last - first) or 0
end

local function curve(cell, points)
    local rates = {}
    for k = 0, points do
        rates[k] = rate(cell[3], cell[4], most * k / points)
    end
    return rates
end

local function print_curve(cell, rates, points)
    print(("%-4s %s"):format(cell[1], cell[2]))
    for k = 0, points do
        print(("%6.0f pA %6.0f Hz %s"):format(most * k / points, rates[k], ("#"):rep(math.floor(rates[k] / 4 + .5))))
    end
end

local function plot(all, points, path)
    local gnuplot = assert(io.popen("gnuplot", "w"))
    gnuplot:write('set terminal pngcairo size 900, 600 font "sans,12"\nset output "', path, '"\n',
                  'set title "Cells of the book under a constant current, after a second"\n',
                  'set xlabel "current, pA"\nset ylabel "spikes per second"\nset key left top Left reverse\nset grid\n',
                  "set border 3\nset tics nomirror\nplot ")
    for i, cell in ipairs(cells) do
        gnuplot:write(i > 1 and ", " or "", ("'-' with lines linewidth 2.5 linecolor '%s' title '%s: %s'"):format(colors[i], cell[1], cell[2]))
    end
    gnuplot:write "\n"
    for _, rates in ipairs(all) do
        for k = 0, points do
            gnuplot:write(("%.17g %.17g\n"):format(most * k / points, rates[k]))
        end
        gnuplot:write "e\n"
    end
    gnuplot:close()
end

local points, path = tonumber(arg[1]) or 20, arg[2]
local all = {}
for i, cell in ipairs(cells) do
    all[i] = curve(cell, points)
    if not path then
        print_curve(cell, all[i], points)
    end
end
if path then
    plot(all, points, path)
end
