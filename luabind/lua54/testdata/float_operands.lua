-- a numeral such as 0.0 makes the operation one of floats
local x = 1
print(1 // 0.0, -1 // 0.0, x // 0.0, x // -0.0, -x // 0e0, 7 // 2.0 == 3)
print(x % 0.0 ~= x % 0.0, 0.0 % 0 ~= 0.0 % 0, 1 % (0 / 1) ~= 1 % (0 / 1))
print(x // (1 / 0) == 0, -x // (1 / 0) == -1, 3.5 // 0.0, x // (2 ^ 0) == 1)
print(pcall(function() return x // 0 end))
print(pcall(function() return x % 0 end))
print(pcall(function() return {} // 1.0 end))
print(pcall(function() local s = "a"; return s // 1.0 end))
print("10" // 0.0, pcall(function() return "10" // 0 end))

-- an integer of 64 bits and a float
local maxi, mini = math.maxinteger, math.mininteger
print(maxi + 1.0 == 2 ^ 63, maxi + 1.0 == maxi + 0.0, mini - 1.0 == -2 ^ 63)
print(maxi * 2.0, mini * -1.0, 1.0 * maxi, maxi + 0.5, 1e3 - mini)
print(maxi < mini * -1.0, maxi + 1.0 > maxi, maxi + 1 == mini)
print(pcall(function() return (maxi + 0.0) | 0 end))
print((mini + 0.0) | 0)

-- signs of zeros that are written down
print(1 / -0.0, 1 / (0.0 * -1), 1 / (-0.0), 1 / (0 * -1), 1 / (-4.0 % 2))

-- variables that start as integers of a kind that only hashes have
local u = 0xf0
for _ = 1, 7 do u = u * 256 + 0xff end
print(u)
local h = 0x811c9dc5
for c = 104, 114 do h = (h * 16777619 + c) % 0x100000000 end
print(h)
local big = (1 << 53) | 0
print(big + 1, big + 1 > big, 2 ^ 53 < big + 1)
