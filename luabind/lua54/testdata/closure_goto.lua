local n = 0
local function inc() n = n + 1 end
while n < 3 do inc() goto continue ::continue:: end
print(n)
local fs = {}
do local i = 1
::top::
local x = i * 10
fs[#fs + 1] = function() x = x + 1 return x end
i = i + 1
if i <= 3 then goto top end
end
print(fs[1](), fs[2](), fs[3](), fs[1]())
for i = 1, 3 do
  local y = i
  if i == 2 then goto next end
  fs[i] = function() y = y + 1 return y end
  ::next::
end
print(fs[1](), fs[3](), fs[1]())
do local k = 0
  ::a:: k = k + 1
  if k < 5 then goto a end
  print(k)
end
for i = 1, 3 do for j = 1, 3 do if j == 2 then goto outer end io.write(i, j, " ") end ::outer:: end
print()
