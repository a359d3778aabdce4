-- Loops end at the last integer that a float64 holds exactly, too.
for i = 9007199254740990, 9007199254740992 do print(i) end
for i = -9007199254740990, -9007199254740992, -1 do print(i) end
local a = 9007199254740989
local n = 0
for _ = a, a + 3 do n = n + 1 end
print(n)
n = 0
for _ = a, a + 5 do n = n + 1 end
print(n)
for i = a, a + 4, 2 do print(i) end
