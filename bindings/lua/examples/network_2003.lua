-- The network of the 2003 paper (E. M. Izhikevich, Simple model of spiking neurons, IEEE Trans. Neural
-- Networks 14): 800 excitatory and 200 inhibitory neurons, wired all to all, under noise. Numbers, step
-- and events are those of the paper's listing; the random numbers are not Matlab's. The network is made
-- here, in Lua; the population steps it, a millisecond at a time.
--
--     lua network_2003.lua [ms [file.png]]
package.path = arg[0]:gsub("[^/]*$", "") .. "?.lua;" .. package.path
local izh, common = require "izh", require "common"

local usage = "lua network_2003.lua [ms [file.png]]"
local excitatory, n = 800, 1000
local duration, path = common.whole(usage, arg[1], 1000, 1), arg[2]
common.no_more(usage, arg[3])
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

local rasters, counts, count, current = {{}, {}}, {}, 0, izh.buffer(n)
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
        local raster = rasters[i < excitatory and 1 or 2]
        count = count + 1
        raster[#raster + 1] = ("%g %d"):format(time, i)
    end
    counts[t] = ("%g %d"):format(t - 1, population:spike_count())
end
counts[duration + 1] = ("%d 0"):format(duration) -- where the last millisecond ends
print(("%d spikes in %d ms: %.3f Hz on average"):format(count, duration, count / n * 1000 / duration))

if path then
    common.draw(path, 1000, 750, {
        common.block("excitatory", rasters[1]), common.block("inhibitory", rasters[2]),
        common.block("counts", counts),
        "set multiplot\nset lmargin at screen .09\nset rmargin at screen .95\n",
        ("set xrange [0:%d]\nunset key\n"):format(duration),
        "set tmargin at screen .95\nset bmargin at screen .30\n",
        common.title "Random network of the 2003 paper", "set ylabel 'neuron' offset 1\nset format x ''\n",
        ("set yrange [-.5:%g]\n"):format(n - .5),
        "set label 'excitatory' at graph 1.02, .4 center rotate textcolor '#1f4e79'\n",
        "set label 'inhibitory' at graph 1.02, .9 center rotate textcolor '#b3541e'\n",
        "plot $excitatory with points pointtype 7 pointsize .2 linecolor '#1f4e79', ",
        "$inhibitory with points pointtype 7 pointsize .2 linecolor '#b3541e'\n",
        "set tmargin at screen .27\nset bmargin at screen .08\nunset label\nset format x '%g'\n",
        "set yrange [0:*]\nset ytics autofreq 0, 50\nset ylabel 'spikes / ms'\nset xlabel 't (ms)'\nset style fill solid noborder\n",
        "plot $counts with fillsteps linecolor '#5a5a5a'\nunset multiplot\n",
    })
    print("the picture is " .. path)
end
