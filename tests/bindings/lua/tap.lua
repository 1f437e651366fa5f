-- A tiny runner: each test is a function, and its failure an error. Prints TAP.
local tap = {}
local count, failed = 0, 0

function tap.test(name, fn)
    count = count + 1
    local fine, message = xpcall(fn, debug.traceback)
    print((fine and "ok " or "not ok ") .. count .. " - " .. name)
    if not fine then
        failed = failed + 1
        print("# " .. tostring(message):gsub("\n", "\n# "))
    end
end

function tap.check(x, message)
    if not x then
        error(message or "not so", 2)
    end
end

function tap.same(x, y)
    if x ~= y then
        error(("%s is not %s"):format(tostring(x), tostring(y)), 2)
    end
end

function tap.close(x, y, tolerance)
    if not (math.abs(x - y) <= tolerance) then
        error(("%.17g and %.17g differ by %.3g"):format(x, y, math.abs(x - y)), 2)
    end
end

-- fn(...) raises an error that has the text in it, which is returned.
function tap.raises(text, fn, ...)
    local fine, message = pcall(fn, ...)
    if fine then
        error("no error, but should be: " .. text, 2)
    elseif not tostring(message):find(text, 1, true) then
        error(("'%s' lacks '%s'"):format(tostring(message), text), 2)
    end
    return message
end

function tap.done()
    print("1.." .. count)
    os.exit(failed == 0 and 0 or 1, true)
end

return tap
