-- functions as binary chunks, and what debug tells of their variables
local f = load(string.dump(function () return 1 end), nil, "b", {})
print(type(f), f())
print(pcall(string.dump, print))
local function pieces(x)
    local i = 0
    return function() i = i + 1 return x:sub(i, i) end
end
local x = string.dump(load("x = 1; return x"))
print(x:sub(1, 4) == "\27Lua", x:byte(5), string.unpack("jn", x, 16))
print(load(pieces(x), nil, "b")(), _G.x)
print(load(pieces(x), nil, "t"))
print(load(x, nil, "t"))
print(load("return 1", "text", "b"))
local a, b = 20, 30
x = load(string.dump(function (x)
    if x == "set" then
        a = 10 + b
        b = b + 1
    else
        return a
    end
end), "", "b", nil)
print(x())
print(debug.setupvalue(x, 1, "hi"), x(), debug.setupvalue(x, 2, 13), debug.setupvalue(x, 3, 10))
x("set") print(x())
x("set") print(x())
local outer
XX = 123
local function h()
    local y = outer
    return XX, y
end
x = load(string.dump(h), "", "b")
print((debug.getupvalue(x, 2)), (debug.getupvalue(h, 1)), (debug.getupvalue(h, 2)), debug.getupvalue(h, 3))
debug.setupvalue(x, 2, { XX = "mine" })
print((x()))
print(debug.getupvalue(load("a = 3"), 1) == "_ENV", select(2, debug.getupvalue(load("a = 3"), 1)) == _G)
print(debug.getinfo(h, "u").nups, debug.getinfo(load("return 1"), "u").nups)

local s = assert(load(string.dump(function (a) return a + 1 end, true)))
print(s(3), pcall(s, {}))
s = assert(load(string.dump(function () local t = {} return t + 1 end, true)))
print(pcall(s))
local d = string.dump(s)
for i = 1, #d - 1 do
    local fn, msg = load(d:sub(1, i), "=d")
    assert(not fn and msg:find "truncated", msg)
end
for i = 1, 15 do
    assert(not load(d:sub(1, i - 1) .. string.char(d:byte(i) + 1) .. d:sub(i + 1)))
end
s = load(string.dump(function ()
    local t = {}
    for i = 1, 3 do t[#t + 1] = "x" .. i end
    for i = 10, 1, -4.0 do t[#t + 1] = i // 1 | 0 end
    return table.concat(t, " "), 7 // 2, 1 // 0.0
end, true))
print(s())
s = load(string.dump(function (n)
    local x <close> = setmetatable({}, { __close = function() n = n + 1 end })
    return function() return n .. "!" end
end), "n", "b", { setmetatable = setmetatable })
print((pcall(s, 3)))

print(debug.getinfo(load("return 1", "modname")).source, debug.getinfo(load("return 1", "=name")).short_src)
print(pcall(debug.setuservalue, debug.upvalueid(h, 1), {}))

local mt = { __index = function(n, k) return n + k end, __len = function(n) return n // 1 | 0 end }
debug.setmetatable(10, mt)
print(getmetatable(-2) == mt, getmetatable(1 << 62) == mt, (10)[3], #3.45)
debug.setmetatable(23, nil)
print(getmetatable(-2), pcall(function() return (10)[3] end))
