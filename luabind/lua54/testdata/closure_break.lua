local f
while true do do local x = 1 f = function() x = x + 1 return x end break end end
local a, b, c = 10, 20, 30
print(f(), f(), a, b, c)
for i = 1, 3 do local y = i if i == 2 then f = function() y = y + 1 return y end break end end
local p, q = 5, 6
print(f(), f(), p, q)
repeat local z = 7 f = function() z = z + 1 return z end if z then break end until false
local r, s = 1, 2
print(f(), f(), r, s)
for _, v in ipairs{1, 2, 3} do do local w = v if v == 2 then f = function() w = w + 1 return w, v end break end end end
local t, u, v = 1, 2, 3
print(f())
