local max, min = math.maxinteger, math.mininteger
local n = 0
for i = max - 2, max do n = n + 1 io.write(i == max and "max " or "i ") end print(n)
n = 0
for i = min + 2, min, -1 do n = n + 1 end print(n)
n = 0
for i = max - 1, max, 2 do n = n + 1 end print(n)
n = 0
for i = min, min + 3 do n = n + 1 end print(n)
n = 0
for i = max, 1 do n = n + 1 end print(n)
for i = 1, 3 do local x = max - i io.write(x, " ") end print()
n = 0
local step = max // 2
for i = min, max, step do n = n + 1 end print(n)
for i = 3, min, -1 do if i < 0 then break end io.write(i, " ") end print()
for i = 9007199254740990, 9007199254740995 do io.write(i, " ") end print()
