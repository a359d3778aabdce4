for i = 1, 3 do io.write(i, " ") end
for i = 3, 1, -1 do io.write(i, " ") end
for i = 1, 0 do io.write("never ") end
for i = 1, 2, 0.5 do io.write(i * 2, " ") end
for i = 0.1, 0.35, 0.1 do io.write(i, " ") end
for i = -0.5, 1 do io.write(i, " ") end
print()
local a, b, c = 10, 1, -3
for i = a, b, c do io.write(i, " ") end
for i = b, a, -c do io.write(i, " ") end
for i = b, a do if i > 4 then break end io.write(i, " ") end
print()
for i = 1, math.huge do if i > 3 then break end io.write(i, " ") end
for i = 1, -math.huge, -1 do if i < -3 then break end io.write(i, " ") end
for i = 1, math.maxinteger do if i > 3 then break end io.write(i, " ") end
for i = 3, 3.9 do io.write(i, " ") end
print()
for i = 1, 3 do local j = i i = i * 10 io.write(i, ":", j, " ") end
print()
print(pcall(function() for i = 1, 10, 0 do end end))
print(pcall(function() local s = 0 for i = 1, 10, s do end end))
print(pcall(function() for i = "a", 2 do end end))
print(pcall(function() for i = 1, 2, {} do end end))
print(pcall(function() local x for i = x, 2 do end end))
print(pcall(function() local x for i = 1, x do end end))
print(pcall(function() local x for i = 1, 2, x do end end))
print(pcall(function() local x, y = {}, "s" for i = y, "t" do end end))
