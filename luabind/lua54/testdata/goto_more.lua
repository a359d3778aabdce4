do goto l1 local a ::l1:: end
goto f
::b:: print("b") goto e
::f:: print("f") goto b
::e:: print("e")
do
  local i = 0
  ::redo::
  i = i + 1
  if i < 3 then goto redo end
  print(i)
end
for i = 1, 2 do
  do goto cont end
  print("never")
  ::cont:: ; ;
end
while true do
  if true then goto out end
end
::out:: print("out")
repeat
  local x = 5
  if x then goto cont2 end
  ::cont2::
  x = 6
until x == 6
do ::same:: end do ::same:: end
local function f() goto same ::same:: return 1 end
print(f())
