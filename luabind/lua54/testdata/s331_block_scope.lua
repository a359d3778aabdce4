local x = 1 do local x = 2 do x = 3 end print(x) end print(x)
