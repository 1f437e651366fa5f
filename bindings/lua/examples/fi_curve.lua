-- How fast the cells of the book (E. M. Izhikevich, Dynamical Systems in Neuroscience, MIT Press 2007,
-- chapter 8) fire under a constant current, once they are used to it. Rates are over whole periods: from
-- the first spike after a second, or the first of a burst, to the last such one.
--
--     lua fi_curve.lua [points]          a picture in text
--     lua fi_curve.lua points file.png   a picture by gnuplot
package.path = arg[0]:gsub("[^/]*$", "") .. "?.lua;" .. package.path
local izh, common = require "izh", require "common"

local names = {"RS", "IB", "CH", "LTS", "FS", "TC", "RTN"}
local colors = {"#0072b2", "#009e73", "#cc79a7", "#d55e00", "#444444", "#56b4e9", "#e69f00"}
local most, settled, t_end = 600, 1000, 4000 -- pA, ms, ms

-- The shortest and the longest interval.
local function extremes(times)
    local low, high = math.huge, 0
    for k = 2, #times do
        low, high = math.min(low, times[k] - times[k - 1]), math.max(high, times[k] - times[k - 1])
    end
    return low, high
end

-- Spikes per second. A part of a burst would make a sawtooth of the curve: a burst begins after a long
-- interval, and is counted whole.
local function rate(times)
    local low, high = extremes(times)
    local long = high > 1.5 * low and math.sqrt(low * high) or 0
    local first, last
    for k = long > 0 and 2 or 1, #times do
        if long == 0 or times[k] - times[k - 1] > long then
            first, last = first or k, k
        end
    end
    if first == last then -- no two bursts
        first, last = 1, #times
    end
    return last > first and 1000 * (last - first) / (times[last] - times[first]) or 0
end

local function rate_under(params, current)
    local times = {}
    local solver = izh.Solver(params)
    solver:set_current(current)
    solver:run(settled)
    solver:on_spike(function(event) times[#times + 1] = event.t end)
    solver:run(t_end)
    solver:close()
    return rate(times)
end

local function curve(params, points)
    local rates = {}
    for k = 0, points do
        rates[k] = rate_under(params, most * k / points)
    end
    return rates
end

local function print_curve(name, title, rates, points)
    print(("%-4s %s"):format(name, title))
    for k = 0, points do
        print(("%6.0f pA %6.1f Hz %s"):format(most * k / points, rates[k], ("#"):rep(math.floor(rates[k] / 4 + .5))))
    end
end

local function plot(all, titles, points, path)
    local script, plots = {}, {}
    for i, name in ipairs(names) do
        local lines = {}
        for k = 0, points do
            lines[#lines + 1] = ("%.9g %.9g"):format(most * k / points, all[i][k])
        end
        script[i] = common.block(name, lines)
        plots[i] = ("$%s with lines linewidth 2 linecolor '%s' title '%s, %s'"):format(name, colors[i], name, titles[i])
    end
    script[#script + 1] = common.title "The book's cells: rate over current" .. "set xlabel 'current (pA)'\nset ylabel 'rate (Hz)'\nset xrange [0:" .. most .. "]\nset yrange [0:*]\n"
        .. "set key left top Left reverse samplen 2\nplot " .. table.concat(plots, ", ") .. "\n"
    common.draw(path, 900, 600, script)
end

local usage = "lua fi_curve.lua [points [file.png]]"
local points, path = common.whole(usage, arg[1], 20, 1), arg[2]
common.no_more(usage, arg[3])
local all, titles = {}, {}
for i, name in ipairs(names) do
    local cell = izh.preset("2007-" .. name)
    all[i], titles[i] = curve(cell.params, points), cell.title
    if not path then
        print_curve(name, titles[i], all[i], points)
    end
end
if path then
    plot(all, titles, points, path)
    print("the picture is " .. path)
end
