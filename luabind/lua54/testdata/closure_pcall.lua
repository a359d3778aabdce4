local n = 0
local function inc() n = n + 1 return n end
print(pcall(error, "a")) inc() print(n)
local log = {}
local function try(f, ...) local ok, e = pcall(f, ...) if not ok then log[#log + 1] = e end return ok end
local count = 0
try(function() count = count + 1 error({}) end)
try(function() local x = 1 local function g() x = x + 1 error("e" .. x, 0) end g() end)
print(count, #log, log[2])
local saved
pcall(function() local v = 5 saved = function() v = v + 1 return v end error("x") end)
local a1, a2, a3, a4 = 1, 2, 3, 4
print(saved(), saved(), a1, a2, a3, a4)
local m = 0
for i = 1, 3 do pcall(function() m = m + i if i == 2 then error("y") end m = m + 10 end) end
print(m)
local x = 1
local f = function() x = x + 1 return x end
xpcall(function() x = x * 10 error("z") end, function(e) x = x + 5 return e end)
print(x, f(), x)
