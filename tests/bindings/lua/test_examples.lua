-- The examples, which the argument has the folder of, run, small, and print what they should.
local tap = require "tap"
local folder = arg[1]

-- Runs an example in a state of its own, as if from the command line; what it prints.
local function run(name, ...)
    local path = folder .. "/" .. name
    local lines, arguments = {}, {[0] = path, ...}
    local env = setmetatable({
        arg = arguments,
        print = function(...)
            local words = {}
            for i = 1, select("#", ...) do
                words[i] = tostring((select(i, ...)))
            end
            lines[#lines + 1] = table.concat(words, "\t")
        end,
    }, {__index = _G})
    local chunk
    if setfenv then
        chunk = setfenv(assert(loadfile(path)), env)
    else
        chunk = assert(loadfile(path, "t", env))
    end
    chunk(...)
    return table.concat(lines, "\n")
end

local function has(text, pattern)
    if not text:find(pattern) then
        error(("'%s' lacks '%s'"):format(text, pattern), 2)
    end
end

tap.test("first_spike", function()
    has(run "first_spike.lua", "3%.127055303877")
end)

tap.test("fi_curve", function()
    has(run("fi_curve.lua", "5"), "RS")
end)

tap.test("network_2003", function()
    has(run("network_2003.lua", "100"), "spikes in 100 ms")
end)

tap.test("sweep", function()
    has(run("sweep.lua", "20"), "400 neurons")
end)

-- The status of a command, its output thrown away.
local function status_of(command)
    local a, _, code = os.execute(command .. " >/dev/null 2>&1")
    return code or a
end

local function size_of(path)
    local file = assert(io.open(path, "rb"))
    local size = file:seek "end"
    file:close()
    return size
end

tap.test("wrong arguments are refused", function()
    for _, wrong in ipairs {"fi_curve.lua x", "fi_curve.lua 0", "fi_curve.lua 2.5", "fi_curve.lua 2 x.png y",
                            "network_2003.lua -1", "network_2003.lua 10ms", "sweep.lua 1", "sweep.lua file.png"} do
        local status = status_of(arg[-1] .. " " .. folder .. "/" .. wrong)
        tap.check(status == 2 or status == 2 * 256, wrong) -- 5.1's is the system's
    end
end)

if status_of "gnuplot --version" == 0 then
    tap.test("pictures", function()
        for name, size in pairs {fi_curve = "10", network_2003 = "50", sweep = "20"} do
            local path = os.tmpname()
            os.remove(path)
            has(run(name .. ".lua", size, path), name == "fi_curve" and "" or "%d")
            tap.check(size_of(path) > 5000, name)
            os.remove(path)
        end
    end)
    tap.test("gnuplot's failure is one", function()
        tap.check(status_of(arg[-1] .. " " .. folder .. "/sweep.lua 5 /nowhere/x.png") ~= 0)
    end)
end

tap.test("rates of bursts are over whole bursts", function()
    local rates = {}
    for rate in run("fi_curve.lua", "60"):match("CH .*\nLTS"):gmatch "([%d.]+) Hz" do
        rates[#rates + 1] = tonumber(rate)
    end
    tap.same(#rates, 61)
    for k = 18, 45 do -- from 170 to 440 pA it chatters, faster and faster
        tap.check(rates[k + 1] > rates[k], k)
    end
end)

tap.done()
