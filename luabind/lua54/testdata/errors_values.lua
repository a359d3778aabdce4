print(pcall(error, {1}) == false, select(2, pcall(error, nil)), select(2, pcall(error)))
print(select(2, pcall(error, 42)), select(2, pcall(error, true)))
print(pcall(error, "msg", 0)) print(pcall(error, "msg", 1)) print(pcall(error, "msg", 2))
local function f() error("at f") end
local function g() error("at g", 2) end
print(pcall(f)) print(pcall(g)) print(pcall(function() g() end))
print(xpcall(f, function(e) return "h: " .. e end))
print(xpcall(function(a, b) return a + b end, print, 1, 2))
print(pcall(pcall, error, "x"))
local t = setmetatable({}, {__tostring = function() return "obj" end})
print(select(2, pcall(error, t)) == t)
print(pcall(function() local ok, e = pcall(error, "in", 0) error(e .. "+out", 0) end))
