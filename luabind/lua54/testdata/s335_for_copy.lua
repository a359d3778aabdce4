for i = 1, 3 do local old = i i = i + 10 print(old, i) end
