-- metamethods that are no functions
local function try(f, ...) print(pcall(f, ...)) end
local bad = setmetatable({}, {
  __add = 34, __sub = {}, __mul = "x", __div = true, __mod = 1, __pow = 1, __unm = 1, __idiv = 1,
  __band = 1, __bor = 1, __shl = 1, __shr = 1, __bxor = 1, __bnot = 1, __concat = 1, __lt = {}, __le = 5,
})
try(function() return bad + 1 end)
try(function() return 1 + bad end)
try(function() return bad - bad end)
try(function() return 2 * bad end)
try(function() return bad / 2 end)
try(function() return bad % 2 end)
try(function() return bad ^ 2 end)
try(function() return -bad end)
try(function() return bad // 2 end)
try(function() return bad & 2 end)
try(function() return 2 | bad end)
try(function() return bad << 2 end)
try(function() return bad >> 2 end)
try(function() return bad ~ 2 end)
try(function() return ~bad end)
try(function() return bad .. "x" end)
try(function() return bad < bad end)
try(function() return bad <= 1 end)
try(function() return 1 > bad end)
try(function() return bad + {} end)
print(1 / -0.0, -0.0 == 0.0, 1 / (-0.0))
local zero <const> = -0.0
print(1 / zero)
