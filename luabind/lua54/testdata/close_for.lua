local function iter(n, name)
  local i = 0
  return function() i = i + 1 if i <= n then return i end end, nil, nil, setmetatable({}, {__close = function(_, e) print("closed", name, e) end})
end
for i in iter(2, "normal") do print(i) end
for i in iter(5, "break") do if i == 2 then break end end
local function f() for i in iter(5, "return") do if i == 2 then return i, "r" end end end
print(f())
print(pcall(function() for i in iter(5, "error") do error("e", 0) end end))
for i in iter(1, "outer") do for j in iter(3, "inner") do if j == 2 then goto next end end ::next:: end
for i in iter(0, "empty") do end
local function g() local x <close> = setmetatable({}, {__close = function() print("x") end}) for i in iter(3, "nested") do return i end end
print(g())
