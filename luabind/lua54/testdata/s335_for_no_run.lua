for i = 1, 0 do print("no") end for i = 0, 1, -1 do print("no") end for i = 1, 1 do print("one") end
