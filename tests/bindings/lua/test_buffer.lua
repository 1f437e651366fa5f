-- izh.buffer
local izh, tap = require "izh", require "tap"
local test, check, same, raises = tap.test, tap.check, tap.same, tap.raises

test("a buffer holds doubles from index 0", function()
    local b = izh.buffer(3)
    same(#b, 3)
    same(b[0], 0)
    b[2] = 2.5
    same(b[2], 2.5)
    same(izh.buffer(2, 7)[1], 7)
    local c = izh.buffer {4, 5}
    same(#c, 2) same(c[0], 4) same(c[1], 5)
    same(izh.buffer(c)[1], 5)
    same(#izh.buffer(0), 0)
    same(tostring(b), "izh.Buffer of 3")
    local list = c:table()
    same(#list, 2) same(list[1], 4)
end)

test("bounds and types are checked", function()
    local b = izh.buffer(3)
    for _, i in ipairs {-1, 3, .5, 1e300, -math.huge, math.huge, 0 / 0} do
        raises("IZH_E_INVALID: buffer[", function() return b[i] end)
        raises("IZH_E_INVALID: buffer[", function() b[i] = 1 end)
    end
    same(b.nothing, nil)
    same(b[{}], nil)
    raises("number expected", function() b.x = 1 end)
    raises("number expected", function() b[0] = "1" end)
    raises("number expected", function() b[0] = nil end)
    raises("no whole number from 0 to", izh.buffer, -1)
    raises("no whole number from 0 to", izh.buffer, 1.5)
    raises("number expected", izh.buffer)
    raises("[2]: number expected, got string", izh.buffer, {1, "2"})
    check(not pcall(izh.buffer, 2 ^ 52)) -- no memory
    check(not pcall(izh.buffer, 2 ^ 60))
    raises("izh.Buffer expected", b.fill, {}, 1)
    raises("izh.Buffer expected", b.fill, io.stdout, 1)
end)

test("fill and add", function()
    local b = izh.buffer(4):fill(1):fill(9, 2):fill(5, 0, 1)
    same(table.concat(b:table(), " "), table.concat({izh.buffer{5}[0], izh.buffer{1}[0], b[2], b[3]}, " "))
    same(b[0], 5) same(b[1], 1) same(b[2], 9) same(b[3], 9)
    b:add(1):add({1, 2, 3, 4}, -1):add(izh.buffer(4, 10))
    same(b[0], 15) same(b[3], 16)
    raises("no whole number from 0 to", b.fill, b, 0, 5)
    raises("no whole number from 0 to", b.fill, b, 0, 2, 3)
    raises("3 elements to a buffer of 4", b.add, b, izh.buffer(3))
    raises("number, table or buffer expected, got string", b.add, b, "1")
end)

if jit then
    test("LuaJIT's ffi reaches the numbers", function()
        local ffi = require "ffi"
        local b = izh.buffer {1, 2, 3}
        local x = ffi.cast("double *", b:pointer())
        x[1] = 42
        same(b[1], 42)
    end)
end

test("the metatable is out of reach", function()
    same(getmetatable(izh.buffer(1)), "izh.Buffer")
end)

tap.done()
