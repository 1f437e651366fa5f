-- What the examples share: their arguments, and pictures by gnuplot.
local common = {}

local function leave(message)
    io.stderr:write(message, "\n")
    os.exit(2, true)
end

-- The whole number that an argument is, or the default where there is none.
function common.whole(usage, text, default, least)
    local x = text == nil and default or tonumber(text)
    if not x or x ~= math.floor(x) or x < least or x == math.huge then
        leave(("'%s' is no whole number from %d on\nusage: %s"):format(text, least, usage))
    end
    return math.floor(x)
end

function common.no_more(usage, text)
    if text ~= nil then
        leave(("'%s' is one argument too many\nusage: %s"):format(text, usage))
    end
end

-- A text as gnuplot quotes it.
local function quoted(text)
    local doubled = text:gsub("'", "''")
    return "'" .. doubled .. "'"
end

-- Lines of numbers as a block of data, which plots refer to by its name.
function common.block(name, lines)
    return ("$%s << EOD\n%s\nEOD\n"):format(name, table.concat(lines, "\n"))
end

-- Above the left end of the axes.
function common.title(text)
    return ("set label %s at graph 0, graph 1 offset 0, 1 left\n"):format(quoted(text))
end

-- Draws a picture of so many pixels; the script is a list of texts.
function common.draw(path, width, height, script)
    local name = os.tmpname()
    local file = assert(io.open(name, "w"))
    file:write(("set terminal pngcairo size %d, %d font 'sans,11'\n"):format(width, height),
               "set output ", quoted(path), "\nset tics nomirror out\nset border 3\nset tmargin 2.5\n", table.concat(script))
    assert(file:close())
    local status = os.execute("gnuplot '" .. name .. "'")
    os.remove(name)
    if status ~= true and status ~= 0 then -- 5.2 and later, 5.1
        leave "gnuplot has failed: is it installed?"
    end
end

return common
