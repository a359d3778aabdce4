local function f(a, b, c)
  if a and b then return 1 elseif a or c then return 2 elseif not b and not c then return 3 else return 4 end
end
for _, a in ipairs{true, false} do for _, b in ipairs{true, false} do for _, c in ipairs{true, false} do
  io.write(f(a, b, c), " ")
end end end
print()
if nil then print("no") elseif false then print("no") elseif 0 then print("zero is true") end
if "" then print("empty is true") end
if not (1 > 2 or 3 > 4) and not nil then print("yes") end
local n = 0
if (function() n = n + 1 return false end)() and (function() n = n + 10 end)() then end
print(n)
if 1 then end if nil then else print("else") end
local x = 5
if x > 3 then local x = 1 print(x) end print(x)
