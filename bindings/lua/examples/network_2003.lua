-- The network of the 2003 paper (E. M. Izhikevich, Simple model of spiking neurons, IEEE Trans. Neural
-- Networks 14): 800 excitatory and 200 inhibitory neurons, wired all to all, under noise. Numbers, step
-- and events are those of the paper's listing; the random numbers are not Matlab's. The network is made
-- here, in Lua; the population steps it, a millisecond at a time.
--
--     lua network_2003.lua [ms [file.png]]
local izh = require "izh"

local excitatory, n = 800, 1000
local duration, path = tonumber(arg[1]) or 1000, arg[2]
math.randomseed(2003)

local spare
local function normal() -- Marsaglia's polar method
    if spare then
        local x = spare
        spare = nil
        return x
    end
    while true do
        local x, y = 2 * math.random() - 1, 2 * math.random() - 1
        local s = x * x + y * y
        if s > 0 and s < 1 then
            s = math.sqrt(-2 * math.log(s) / s)
            spare = y * s
            return x * s
        end
    end
end

local population = izh.Population {n = n, method = "published-2003", events = "grid"} -- its tick is 1 ms
local params, v, u, weights = {}, izh.buffer(n, -65), izh.buffer(n), {}
for j = 0, n - 1 do
    local r = math.random()
    local is_excitatory = j < excitatory
    local p = is_excitatory and izh.params_2003(.02, .2, -65 + 15 * r * r, 8 - 6 * r * r)
              or izh.params_2003(.02 + .08 * r, .25 - .05 * r, -65, 2)
    params[j + 1] = p
    u[j] = p.b_lo * v[j]
    local row = izh.buffer(n) -- what a spike of j adds to the currents in the next ms
    for i = 0, n - 1 do
        row[i] = is_excitatory and .5 * math.random() or -math.random()
    end
    weights[j] = row
end
population:set_params(params)
population:set_state(v, u)

local raster, count, current = {}, 0, izh.buffer(n)
for t = 1, duration do
    for i = 0, n - 1 do
        current[i] = (i < excitatory and 5 or 2) * normal()
    end
    for _, i in population:spikes() do
        current:add(weights[i])
    end
    population:set_current(current)
    population:run(t)
    for time, i in population:spikes() do
        count = count + 1
        raster[count] = ("%g %d\n"):format(time, i)
    end
end
print(("%d spikes in %d ms: %.3f Hz on average"):format(count, duration, count / n * 1000 / duration))

if path then
    local gnuplot = assert(io.popen("gnuplot", "w"))
    gnuplot:write('set terminal pngcairo size 1000, 700 font "sans,12"\nset output "', path, '"\n',
                  'set title "1000 neurons, wired all to all: 800 excitatory, 200 inhibitory above the line"\n',
                  'set xlabel "time, ms"\nset ylabel "neuron"\n',
                  ("set xrange [0:%d]\nset yrange [0:%d]\nset tics nomirror\n"):format(duration, n),
                  ("set arrow from 0,%d to %d,%d nohead linecolor 'gray40'\n"):format(excitatory, duration, excitatory),
                  "plot '-' with points pointtype 7 pointsize .25 linecolor 'black' notitle\n",
                  table.concat(raster), "e\n")
    gnuplot:close()
end
