local function iter(t, i) i = i + 1 if t[i] then return i, t[i] end end
for i, v in iter, {"a", "b"}, 0 do io.write(i, v, " ") end print()
for k in next, {x = 1} do print(k) end
local function range(n) local i = 0 return function() i = i + 1 if i <= n then return i, i * i, i * i * i end end end
for a, b, c, d in range(3) do print(a, b, c, d) end
for a in range(0) do print("never") end
local t = setmetatable({}, {__call = function(self, s, c) if (c or 0) < 2 then return (c or 0) + 1 end end})
for i in t do io.write(i, " ") end print()
print(pcall(function() for x in nil do end end))
print(pcall(function() for x in 5 do end end))
for i, v in ipairs{1, 2, nil, 4} do io.write(i, " ") end print()
for w in ("one two three"):gmatch("%a+") do io.write(w, ".") end print()
for k, v in pairs{10, 20} do io.write(k, v, " ") end print()
for i, v in ipairs{"a", "b", "c"} do if i == 2 then goto c end io.write(v) ::c:: end print()
