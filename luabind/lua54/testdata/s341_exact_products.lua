-- Sums, differences and products of integers are exact beyond 2^53, and wrap
-- around at 2^63.
local function factorial(n)
  if n == 0 then return 1 end
  return n * factorial(n - 1)
end
for n = 17, 26 do print(n, factorial(n)) end

local seed = 42
for _ = 1, 5 do
  seed = (seed * 1103515245 + 12345) % 2147483648
  print(seed)
end

local hash = 5381
for c in ("the quick brown fox jumps over the lazy dog"):gmatch(".") do hash = hash * 33 + c:byte() end
print(hash)

local power = 1
for _ = 1, 64 do
  power = power * 2
  if power < 0 then print("negative", power) end
end
print(power)

local a, b = 0, 1
for _ = 1, 100 do a, b = b, a + b end
print(a, b)

local edge = 9007199254740991
print(edge + 1, edge + 2, edge + edge, edge * 3, edge - -2, -edge - 2, edge * 1024)
print((edge + 2) - 2 == edge, edge * 2 - edge == edge, (edge + 2) % 10, (edge * 1000) | 0)
print(edge * 1000, -(edge * 1000))
print(edge + "2", "9007199254740991" + 2, "9007199254740991" * 4)
local t = { x = 3037000499 }
print(t.x * t.x, -(t.x * t.x), t.x * -t.x, t.x * t.x + t.x * 2)
print(pcall(function(v) return v * v - 1 end, 3037000499))

-- What is seen to be a float stays one.
local x = 1.0
for _ = 1, 70 do x = x * 2 end
print(x)
local h = 2 ^ 40
print(h * h, h * 2 ^ 20, -h * h)
local third = 10 / 3
print(third * 9007199254740992, edge * 1024.0, edge * edge * 1e3)
local s = 0.0
for i = 1, 3 do s = s + edge * 2.5 * i end
print(s)
do
  local y <const> = 3e15
  print(y * y, y * 7.0 - y)
end
