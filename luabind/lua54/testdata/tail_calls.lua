local function loop(n) if n == 0 then return "done" end return loop(n - 1) end
print(loop(100000))
local function even(n) if n == 0 then return true end return (function(m) return not even(m) end)(n - 1) end
print(even(10))
local function f(...) return select("#", ...) end
local function g(...) return f(...) end
print(g(1, 2, 3), g())
local t = {m = function(self, n) if n == 0 then return "m" end return self:m(n - 1) end}
print(t:m(1000))
local function h() return pcall(error, "x", 0) end
print(h())
print((function() return (f(1, 2)) end)())
