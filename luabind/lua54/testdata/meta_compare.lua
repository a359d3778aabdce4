local mt = {}
mt.__eq = function(a, b) return a.v == b.v end
mt.__lt = function(a, b) return (type(a) == "table" and a.v or a) < (type(b) == "table" and b.v or b) end
mt.__le = function(a, b) return (type(a) == "table" and a.v or a) <= (type(b) == "table" and b.v or b) end
local function new(v) return setmetatable({v = v}, mt) end
local a, b, c = new(1), new(2), new(1)
print(a == b, a == c, a ~= b, a ~= c, rawequal(a, c), a == 1, 1 == a)
print(a < b, a <= c, a > b, a >= c, b < a)
print(a < 2, a < 1, 0 < a, 2 < a, a <= 1, 1 <= a, 2 <= a, a > 0, a >= 2, 0 >= a)
if a < 5 then print("yes") end
if not (a > 5) then print("no") end
local r = a < 2 and "lt" or "ge"
print(r, 3 > a and 1)
print(pcall(function() return a < {} end))
print(pcall(function() return {} < {} end))
print(pcall(function() return {} <= 1 end))
print(pcall(function() return nil > 1 end))
print(pcall(function() return "a" < 1 end))
local p = setmetatable({}, {__lt = function() return 1 end, __le = function() return nil end})
print(p < {}, {} < p, p <= {}, p > 1, 1 >= p)
