local function c(name) return setmetatable({}, {__close = function(_, e) print("close", name, e) end}) end
do local a <close> = c("a") local b <close> = c("b") print("body") end
local function f() local x <close> = c("x") return "ret", 1 end
print(f())
for i = 1, 2 do local l <close> = c("loop" .. i) if i == 2 then break end end
do local n <close> = nil local m <close> = false print("nil ok") end
local function g() local x <close> = c("g") error("err", 0) end
print(pcall(g))
do local q <close> = c("goto") goto done end
::done::
local function h() local x <close> = c("h1") do local y <close> = c("h2") return (function() print("inner") return 5 end)() end end
print(h())
print(pcall(function() local z <close> = 42 end))
print(pcall(function() local z <close> = {} end))
local i = 0
while i < 2 do i = i + 1 local w <close> = c("while" .. i) if i == 1 then goto cont end print("second") ::cont:: end
repeat local r <close> = c("repeat") until true
