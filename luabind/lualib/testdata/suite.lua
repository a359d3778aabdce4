-- what the official test suite looks at and nothing else did
print(pcall(next, {}, "x"))
print(pcall(next, { 10, 20 }, 3))
print(pcall(next, { 10, 20, x = 1 }, "y"))
print(pcall(next, {}, 1))
print(next({ 10, 20 }, 2), next({ x = 1 }, "x"), next({}))
local t = { 1, 2, 3, x = 1, y = 2, [{}] = 3, [1.5] = 4 }
local n = 0
for k in pairs(t) do t[k] = nil; n = n + 1 end
print(n, next(t))
t = { 1, 2, 3 }
local k = next(t, 2)
t[k] = nil
print(next(t, k))

print(tonumber("  +1Z  ", 36), tonumber("+10", 2), tonumber("-10", 2), tonumber("+-1", 10), tonumber("+", 10))
local whole, rest = math.modf(math.mininteger)
print(whole, rest == 0, math.type(whole))
whole, rest = math.modf(math.maxinteger)
print(whole, rest == 0)
