local i = 0
while i < 5 do i = i + 1 if i == 2 then goto c end if i == 4 then break end io.write(i, " ") ::c:: end print(i)
repeat i = i - 1 local j = i until j <= 0
print(i)
while false do print("never") end
while nil do print("never") end
local n = 0
repeat n = n + 1 until true
print(n)
n = 0
while true do n = n + 1 if n > 10 then break end end
print(n)
repeat local a = 1 repeat local b = a break until false until a
n = 3
while n > 0 do n = n - 1 local f = function() return n end if f() == 1 then break end end
print(n)
