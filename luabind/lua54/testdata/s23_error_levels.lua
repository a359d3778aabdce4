local function f(l) error("m", l) end
local function g(l) f(l) end
print(pcall(g, 1))
print(pcall(g, 2))
print(pcall(g, 0))
