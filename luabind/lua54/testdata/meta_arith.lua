local mt = {}
local function v(x) return setmetatable({x = x}, mt) end
local function n(a) return type(a) == "table" and a.x or a end
for _, op in ipairs{"add", "sub", "mul", "div", "mod", "pow", "idiv", "band", "bor", "bxor", "shl", "shr", "concat"} do
  mt["__" .. op] = function(a, b) return op .. ":" .. tostring(n(a)) .. "," .. tostring(n(b)) end
end
mt.__unm = function(a, b) return "unm:" .. n(a) end
mt.__bnot = function(a, b) return "bnot:" .. n(a) .. n(b) end
mt.__len = function(a) return 42 end
local a, b = v(1), v(2)
print(a + b, a + 3, 3 + a, a - b, a * 2, 2 / a, a % 5, a ^ 2)
print(a // b, a // 3, 3 // a, a & b, a & 3, 3 & a, a | 1, a ~ 1, a << 1, 1 << a, a >> 1, ~a, -a, #a)
print(a .. b, a .. "s", "s" .. a, 1 .. a, a .. 1, "x" .. "y" .. a, a .. "x" .. "y")
print("5" + a, a + "5", "x" & a)
print(pcall(function() return a + nil end))
print(pcall(function() return a < b end))
