-- The examples, which the argument has the folder of, run, small, and print what they should.
local tap = require "tap"
local folder = arg[1]

-- Runs an example in a state of its own, as if from the command line; what it prints.
local function run(name, ...)
    local lines, arguments = {}, {[0] = name, ...}
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
    local path = folder .. "/" .. name
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

tap.done()
