for _, p in ipairs{{7,3},{-7,3},{7,-3},{-7,-3},{6,3},{0,5},{5.5,2},{-5.5,2},{5.5,-2}} do
  io.write(string.format("%g %g\n", p[1] % p[2], p[1] // p[2]))
end
print(5 % math.huge == 5, -5 % math.huge == math.huge, 5 % -math.huge == -math.huge)
print(1 // 0.3 == 3, 0.75 // 0.25 == 3)
local z = 0
print(pcall(function() return 1 // z end))
print(pcall(function() return 1 % z end))
print(pcall(function() return 1 % 0 end))
print(0.5 // z, -0.5 // z)
local nan = 0.5 % z
print(nan ~= nan)
