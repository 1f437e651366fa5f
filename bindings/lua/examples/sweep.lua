-- One population of 100489 neurons, 317 x 317, each with its own a and b: how fast a neuron of the 2003
-- form fires, over these two.
--
--     lua sweep.lua [side [file.png]]
local izh = require "izh"

local side, path = tonumber(arg[1]) or 317, arg[2]
local n, settle, duration = side * side, 500, 1000 -- ms
local a, b, u, counts = izh.buffer(n), izh.buffer(n), izh.buffer(n), izh.buffer(n)
for i = 0, n - 1 do
    a[i] = .005 + .115 * (i % side) / (side - 1)
    b[i] = .05 + .25 * math.floor(i / side) / (side - 1)
    u[i] = -65 * b[i]
end

local params = izh.params_2003(0, 0, -65, 6)
params.a, params.b_lo, params.b_hi = a, b, b -- a column for each neuron's own
local population = izh.Population {n = n, threads = 2}
population:set_params(params)
population:set_state(-65, u)
population:set_current(10)
population:on_spikes(function() end) -- not of interest yet
population:run(settle)
population:on_spikes(function(spikes)
    for _, i in spikes do
        counts[i] = counts[i] + 1
    end
end)
population:run(settle + duration)

local total, most = 0, 0
for i = 0, n - 1 do
    total, most = total + counts[i], math.max(most, counts[i])
end
print(("%d neurons: %.2f Hz on average, %.0f Hz at most"):format(n, total / n * 1000 / duration, most * 1000 / duration))

if path then
    local gnuplot = assert(io.popen("gnuplot", "w"))
    gnuplot:write('set terminal pngcairo size 900, 700 font "sans,12"\nset output "', path, '"\n',
                  'set title "Spikes per second under a current of 10 (c = -65, d = 6)"\n',
                  'set xlabel "a, 1/ms"\nset ylabel "b"\nset cblabel "Hz"\nset xrange [.005:.12]\nset yrange [.05:.3]\n',
                  "set palette defined (0 '#0d0887', 1 '#7e03a8', 2 '#cc4778', 3 '#f89540', 4 '#f0f921')\n",
                  "plot '-' with image notitle\n")
    for i = 0, n - 1 do
        gnuplot:write(("%.9g %.9g %.9g\n"):format(a[i], b[i], counts[i] * 1000 / duration))
    end
    gnuplot:write "e\n"
    gnuplot:close()
end
