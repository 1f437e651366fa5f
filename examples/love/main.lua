-- A neuron to play with, for LÖVE 11:  love examples/love
--
--     hold the left button    current: the higher the mouse, the more
--     right button, space     a kick of 20 mV
--     wheel                   the current that stays
--     1 ... 7                 another kind of neuron
--     left, right             slower, faster
--
--     love examples/love --frames N [--picture FILE]    plays a script of its own, says what happened, and ends
local Neuron = require "neuron"

local SPEEDS = {10, 25, 50, 100, 250, 1000} -- ms of the neuron's for a second
local MOST = 30 -- of current
local FLASH = .15 -- s
local PAPER, INK, SOFT = {.98, .97, .94}, {.13, .16, .2}, {.75, .75, .72}
local BLUE, RED, GREEN, GOLD = {.12, .42, .7}, {.82, .2, .18}, {.15, .55, .35}, {.95, .72, .2}

local neuron, script
local base, speed, flash = 0, 4, 0
local held = false -- the left button, or the script's finger
local trace_box, plane_box, cell

-- ---- what the player does ----

local function layout()
    local w, h = love.graphics.getDimensions()
    trace_box = {x = 60, y = 50, w = w - 90, h = h * .42}
    plane_box = {x = 60, y = h * .58, w = w * .5 - 60, h = h * .34}
    cell = {x = w * .77, y = h * .75, r = h * .13}
end

-- By the height of the mouse.
local function pushed(y)
    return MOST * math.max(0, math.min(1, 1 - y / love.graphics.getHeight()))
end

local function press(y)
    held = true
    neuron:set_current(pushed(y))
end

local function release()
    held = false
    neuron:set_current(base)
end

function love.mousepressed(_, y, button)
    if button == 1 then
        press(y)
    elseif button == 2 then
        neuron:kick(20)
    end
end

function love.mousereleased(_, _, button)
    if button == 1 then
        release()
    end
end

function love.mousemoved(_, y)
    if held then
        neuron:set_current(pushed(y))
    end
end

function love.wheelmoved(_, up)
    base = math.max(-MOST, math.min(MOST, base + up / 2))
    if not held then
        neuron:set_current(base)
    end
end

function love.keypressed(key)
    if Neuron.kinds[tonumber(key)] then
        neuron:become(tonumber(key))
    elseif key == "space" then
        neuron:kick(20)
    elseif key == "left" or key == "right" then
        speed = math.max(1, math.min(#SPEEDS, speed + (key == "right" and 1 or -1)))
    elseif key == "escape" then
        love.event.quit()
    end
end

-- ---- what it looks like ----

local function text(s, x, y, colour)
    love.graphics.setColor(colour or INK)
    love.graphics.print(s, math.floor(x), math.floor(y))
end

local function frame(box)
    love.graphics.setColor(SOFT)
    love.graphics.setLineWidth(1)
    love.graphics.rectangle("line", box.x, box.y, box.w, box.h)
end

-- Where a value between low and high lies in a box, from its bottom.
local function up(box, value, low, high)
    return box.y + box.h * (1 - (value - low) / (high - low))
end

local function across(box, value, low, high)
    return box.x + box.w * (value - low) / (high - low)
end

local function line(points, colour, width)
    if #points >= 4 then
        love.graphics.setColor(colour)
        love.graphics.setLineWidth(width)
        love.graphics.setLineJoin("none") -- others run far beyond the peak of a spike
        love.graphics.line(points)
    end
end

local function draw_trace()
    local box, now = trace_box, neuron:time()
    local from = now - Neuron.window
    local v, I = {}, {}
    for _, point in ipairs(neuron.trace) do
        if point.t >= from then
            local x = across(box, point.t, from, now)
            v[#v + 1], v[#v + 2] = x, up(box, point.v, -110, 50)
            I[#I + 1], I[#I + 2] = x, up(box, point.I, -10, 10 * MOST)
        end
    end
    frame(box)
    line(I, GREEN, 1.5)
    line(v, BLUE, 2)
    for _, mV in ipairs {-100, -60, -20, 20} do
        text(mV .. " mV", box.x - 54, up(box, mV, -110, 50) - 7, SOFT)
    end
    text("v over the last " .. Neuron.window .. " ms", box.x + 8, box.y + 6, BLUE)
    text(("current %.1f"):format(neuron.I), box.x + 190, box.y + 6, GREEN)
end

local function draw_nullclines(low, high, bottom, top)
    local box, parabola, straight = plane_box, {}, {}
    for k = 0, 100 do
        local v = low + (high - low) * k / 100
        local p, s = neuron:nullclines(v)
        local x = across(box, v, low, high)
        parabola[#parabola + 1], parabola[#parabola + 2] = x, up(box, p, bottom, top)
        straight[#straight + 1], straight[#straight + 2] = x, up(box, s, bottom, top)
    end
    love.graphics.setScissor(box.x, box.y, box.w, box.h)
    line(parabola, GREEN, 1.5)
    line(straight, GOLD, 1.5)
end

local function draw_plane()
    local box, low, high, bottom, top = plane_box, -90, 35, -25, 25
    local now, path = neuron:time(), {}
    draw_nullclines(low, high, bottom, top)
    for _, point in ipairs(neuron.trace) do
        if point.t >= now - 150 then
            path[#path + 1], path[#path + 2] = across(box, point.v, low, high), up(box, point.u, bottom, top)
        end
    end
    line(path, BLUE, 1.5)
    local v, u = neuron:state()
    love.graphics.setColor(RED)
    love.graphics.circle("fill", across(box, v, low, high), up(box, u, bottom, top), 5)
    love.graphics.setScissor()
    frame(box)
    text("u against v, and where each stands still", box.x + 8, box.y + 6)
end

local function draw_cell()
    local v = neuron:state()
    local warm = math.max(0, math.min(1, (v + 80) / 60))
    local lit = flash / FLASH
    love.graphics.setColor(GOLD[1], GOLD[2], GOLD[3], lit * .6)
    love.graphics.circle("fill", cell.x, cell.y, cell.r * (1.25 + .2 * lit))
    love.graphics.setColor(.3 + .6 * warm + .1 * lit, .45 + .5 * lit, .75 - .5 * warm)
    love.graphics.circle("fill", cell.x, cell.y, cell.r)
    love.graphics.setColor(INK)
    love.graphics.setLineWidth(held and 4 or 2)
    love.graphics.circle("line", cell.x, cell.y, cell.r)
    text(neuron.name, cell.x - cell.r, cell.y - cell.r * 1.6)
    text(#neuron.spikes .. " spikes", cell.x - cell.r, cell.y + cell.r * 1.35)
end

function love.draw()
    love.graphics.clear(PAPER)
    draw_trace()
    draw_plane()
    draw_cell()
    text("hold the left button: current by height    right button or space: kick    wheel: lasting current    " ..
        "1-7: kind    left, right: " .. SPEEDS[speed] .. " ms a second", 60, 18)
end

-- ---- time ----

-- What the script's finger does, frame by frame.
local function play()
    script.frame = script.frame + 1
    if script.frame == 30 then
        script.pressed = neuron:time()
        press(love.graphics.getHeight() * 2 / 3) -- a current of 10
    elseif script.frame == 210 then
        script.first = neuron.spikes[1]
        release()
    elseif script.frame == 270 then
        script.before = #neuron.spikes
        neuron:kick(30)
    end
end

function love.update(dt)
    if script then
        play()
        dt = 1 / 60
    end
    local before = #neuron.spikes
    neuron:live(math.min(dt, .1) * SPEEDS[speed])
    flash = math.max(0, flash - dt)
    if #neuron.spikes > before then
        flash = FLASH
    end
end

local function tell()
    print(("%d frames, %d spikes"):format(script.frame, #neuron.spikes))
    if script.first then
        print(("first spike %.9f ms after the current"):format(script.first - script.pressed))
    end
    if script.before then
        print(("%d by the kick"):format(#neuron.spikes - script.before))
    end
end

local function take_picture(image)
    local file = assert(io.open(script.picture, "wb"))
    file:write(image:encode("png"):getString())
    file:close()
    love.event.quit()
end

-- In place of love.run's end of a frame: the picture is of the last one.
local function end_of_script()
    if script.done or script.frame < script.frames then
        return
    end
    script.done = true
    tell()
    if script.picture then
        love.graphics.captureScreenshot(take_picture)
    else
        love.event.quit()
    end
end

function love.load(arguments)
    for k, argument in ipairs(arguments) do
        if argument == "--frames" then
            script = script or {frame = 0}
            script.frames = assert(tonumber(arguments[k + 1]), "--frames takes a number")
        elseif argument == "--picture" then
            script = script or {frame = 0, frames = 300}
            script.picture = assert(arguments[k + 1], "--picture takes the name of a file")
        end
    end
    neuron = Neuron.new(1)
    layout()
    if script then
        local draw = love.draw
        love.draw = function()
            draw()
            end_of_script()
        end
    end
end

love.resize = layout
