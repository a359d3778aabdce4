local x = 10
do local x = x print(x) x = x + 1 do local x = x + 1 print(x) end print(x) end
print(x)
local x = x * 2
print(x)
local function f() return x end
local x = "new"
print(f(), x)
for x = 1, 1 do print(x) end
print(x)
while true do local x = "inner" print(x) break end
repeat local done = true until done
local y = y
print(y)
do local a <const> = 5 print(a + 1) end
local c <const>, d = 1, 2
d = d + c
print(d)
