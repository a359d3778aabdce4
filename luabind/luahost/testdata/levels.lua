-- The levels of error, debug.traceback and debug.getinfo, and the names of
-- functions there: metamethods, iterators and callbacks of the library.
local object = setmetatable({}, {
    __concat = function() error("at the concatenation", 2) end,
    __idiv = function() local x = nil; x.y = 1 end,
    __close = function() error("closing") end,
    __index = function(_, k) return k.z.y end,
    __add = function() print(debug.traceback("in add")) return 1 end,
    __lt = function() error("at the comparison", 2) end,
    __unm = function() error("at the minus", 2) end,
    __len = function() error("at the length", 2) end,
    __band = function() print(debug.getinfo(1, "n").name, debug.getinfo(2, "l").currentline) return 1 end,
})
print(pcall(function() return object .. "x" end))
print(pcall(function()
    return object // 2 end))
print(select(2, xpcall(function() local c <close> = object end, debug.traceback)))
print(select(2, xpcall(function() return object.foo end, debug.traceback)))
print(object + 1)
print(object & 1)
print(pcall(function() return object < object end))
print(pcall(function() return -object end))
print(pcall(function() return #object end))

local function last() return debug.traceback("after a tail call") end
local function calls() return last() end
print(calls())
function globalfunction() return (debug.traceback()) end
print(globalfunction())
local m = {}
function m.f() return (debug.traceback()) end
function m:g() return (debug.traceback()) end
print(m.f())
print(m:g())
print((string.gsub("x", "x", function() return (debug.traceback()) end)))
for x in (function() print(debug.traceback("iterates")) end) do print(x) end
table.sort({ 2, 1 }, function(a, b) print(debug.traceback("compares")) return a < b end)
print(coroutine.wrap(function() return (debug.traceback("in a coroutine")) end)())

print(select(2, xpcall(string.rep, debug.traceback)))
print(select(2, xpcall(function() local s = ("x"):rep({}) end, debug.traceback)))
for _, v in ipairs { 1 } do print(v, pcall(string.rep)) end
print(pcall(function() string.rep() end), pcall(function() ("x"):rep() end))
print(pcall(error), xpcall(error, function(msg) return "handled " .. tostring(msg) end))

-- The handler of a full stack sees it, and has room.
local function deep() return 1 + deep() end
local ok, text = xpcall(deep, debug.traceback)
print(ok, (text:gsub("skipping %d+", "skipping many")))
print(xpcall(deep, function(msg)
    print((msg:gsub("^.-: ", "")))
    return (select(2, pcall(deep)):gsub("^.-: ", ""))
end))
print(xpcall(deep, function() local function f(n) return n == 0 and 1 or 1 + f(n - 1) end return f(10) end))

-- What getinfo tells of the caller.
local function caller(n)
    local i = debug.getinfo(n, "nSl")
    return i.name, i.namewhat, i.what, i.currentline
end
local function outer() local a, b, c, d = caller(2) return a, b, c, d end
print(outer())
print(debug.getinfo(100) == nil, pcall(debug.getinfo, "x"))
print(select("#", debug.getinfo(print, "n")), debug.getinfo(print, "S").what)
