local a, b = 1, 2
a, b = b, a
print(a, b)
local x, y, z = (function() return 1, 2, 3 end)()
print(x, y, z)
local t = {}
local i = 1
i, t[i] = i + 1, 20
print(i, t[1], t[2])
local function gcd(a, b) while b ~= 0 do a, b = b, a % b end return a end
print(gcd(54, 24))
local n = 0
local function inc() n = n + 1 return n end
print(pcall(error, "x"))
inc() print(n)
for i = 0.5, 2 do print(i) end
for i = 10, 1, -3 do print(i) end
local c = t and t[1] or "none"
print(c, t.x and 1 or 2, not t.x, n == 1 and "one", n ~= 1 or "two")
for k, v in pairs({10}) do print(k, v) end
local s = "a" .. 1 .. "b" .. 2
print(s, 7 // 2, -7 // 2, 7 % -3, 3 & 5, 3 | 5, 3 ~ 5, 1 << 4, ~0, 256 >> 4)
goto done
print("never")
::done::
local fs = {}
for i = 1, 3 do fs[i] = function() i = i + 1 return i end end
print(fs[1](), fs[1](), fs[2]())
do local x <close> = setmetatable({}, {__close = function() print("closed") end}) print("in") end
print(pcall(function() local q; q.x = 1 end))
print(pcall(function() return undefinedthing.x end))
print(select("#", table.unpack({1, nil, 3})))
print(10 / 4)
