-- Every function that libizh exports is called by the module and has its counterpart in Lua. The
-- arguments: functions.h, which tests/robust/functions.py makes, and the module's sources.
local izh, tap = require "izh", require "tap"

-- Where the counterpart is not called as in C without izh_, or as a method without the object's name.
local names = {
    izh_method_find = "has_method", izh_method_name = "methods",
    izh_pinn_train = "pinn_train", izh_pinn_load = "pinn_load", izh_pinn_load_file = "pinn_load_file",
    izh_flow_train = "flow_train", izh_flow_load = "flow_load", izh_flow_load_file = "flow_load_file",
    izh_solver_create = "Solver", izh_population_create = "Population", izh_network_create = "Network",
    izh_solver_destroy = "Solver:close", izh_population_destroy = "Population:close",
    izh_network_destroy = "Network:close", izh_network_population = "Network:neurons",
    izh_network_group = "Network:connect", izh_network_get_input = "Network:input",
    izh_draw_in_degree = "in_degree", izh_draw_pairwise = "pairwise",
    izh_pinn_destroy = "Pinn:close", izh_flow_destroy = "Flow:close",
    izh_pinn_end = "Pinn:end_time", izh_flow_get_info = "Flow:info",
    izh_pinn_get_losses = "Pinn:losses", izh_pinn_get_spikes = "Pinn:spikes",
    izh_pinn_get_windows = "Pinn:windows", izh_population_get_statistics = "Population:statistics",
    izh_preset_count = "presets", izh_preset_get = "presets", izh_preset_find = "preset",
}
-- For hosts in C and C++: no Lua callback leaves the library by a jump, and messages are errors'.
local c_only = {izh_solver_abandon = true, izh_population_abandon = true, izh_solver_set_log = true,
                izh_population_set_log = true, izh_pinn_set_log = true, izh_flow_set_log = true}
local types = {solver = "Solver", population = "Population", network = "Network", pinn = "Pinn",
               flow = "Flow"}

local function read(path)
    local file = assert(io.open(path))
    local text = file:read "*a"
    file:close()
    return text
end

local function counterpart(name)
    local known = names[name]
    if not known then
        local object, method = name:match "^izh_(%a+)_([%w_]+)$"
        known = types[object] and types[object] .. ":" .. method or name:match "^izh_(.*)$"
    end
    local class, method = known:match "^(%a+):(.*)$"
    if class then
        return debug.getregistry()["izh." .. class].__index[method], known
    end
    return izh[known], known
end

local sources = {}
for i = 2, #arg do
    sources[#sources + 1] = read(arg[i])
end
sources = table.concat(sources, "\n")

local count = 0
for name in read(arg[1]):gmatch "X%((izh_[%w_]+)," do
    count = count + 1
    if not c_only[name] then tap.test(name, function()
        tap.check(sources:find("%f[%w_]" .. name .. "%("), "no source calls it")
        local found, known = counterpart(name)
        tap.check(found ~= nil, "there is no " .. known)
    end) end
end
tap.test("there are functions", function() tap.check(count > 60) end)
tap.done()
