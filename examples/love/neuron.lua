-- The neuron, and what it did lately. Knows nothing of the window.
local izh = require "izh"

local SAMPLE = .25 -- ms between points of the trace
local WINDOW = 500 -- ms that are remembered

local Neuron = {kinds = {
    {"regular spiking", .02, .2, -65, 8},
    {"intrinsically bursting", .02, .2, -55, 4},
    {"chattering", .02, .2, -50, 2},
    {"fast spiking", .1, .2, -65, 2},
    {"low-threshold spiking", .02, .25, -65, 2},
    {"thalamo-cortical", .02, .25, -65, .05},
    {"resonator", .1, .26, -65, 2},
}, window = WINDOW}
Neuron.__index = Neuron

function Neuron.new(kind)
    local self = setmetatable({I = 0, spikes = {}, trace = {}}, Neuron)
    self:become(kind)
    return self
end

-- Begins anew, at rest, as another kind.
function Neuron:become(kind)
    self.kind, self.name = kind, self.kinds[kind][1]
    self.params = izh.params_2003(unpack(self.kinds[kind], 2))
    if self.solver then
        self.solver:close()
    end
    self.solver = izh.Solver(self.params)
    self.solver:on_spike(function(event)
        self:remember(event.t, event.v, event.u)
        self:remember(event.t, event.reset_v, event.reset_u)
        self.spikes[#self.spikes + 1] = event.t
    end)
    self.solver:set_current(self.I)
    self.spikes, self.trace = {}, {}
end

function Neuron:remember(t, v, u)
    self.trace[#self.trace + 1] = {t = t, v = v, u = u, I = self.I}
end

-- Lets go of what has left the window: now and then, for that moves all the rest.
function Neuron:forget()
    local first = self.trace[1]
    if not first or first.t > self:time() - 2 * WINDOW then
        return
    end
    local kept = {}
    for _, point in ipairs(self.trace) do
        if point.t >= self:time() - WINDOW then
            kept[#kept + 1] = point
        end
    end
    self.trace = kept
end

function Neuron:live(ms)
    local now = self:time()
    local steps = math.max(1, math.floor(ms / SAMPLE + .5))
    for k = 1, steps do
        self.solver:run(now + ms * k / steps)
        self:remember(self:time(), self.solver:state())
    end
    self:forget()
end

function Neuron:time()
    return self.solver:time()
end

function Neuron:state()
    return self.solver:state()
end

function Neuron:set_current(I)
    self.I = I
    self.solver:set_current(I)
end

function Neuron:kick(dv)
    self.solver:kick(dv, 0)
end

-- u on the v-nullcline and on the u-nullcline, at v.
function Neuron:nullclines(v)
    local n = izh.params_nullclines(self.params, self.I)
    local z = v - n.vb
    return n.v0 + n.v1 * v + n.v2 * v * v, (z < 0 and n.u_lo or n.u_hi) * z
end

return Neuron
