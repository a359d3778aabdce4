for i = 1, 5 do if i == 1 then print("a") elseif i == 2 then print("b") elseif i < 5 then print("c") else print("d") end end
