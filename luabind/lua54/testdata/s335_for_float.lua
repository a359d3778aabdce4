for x = 0.5, 2.5 do io.write(x, " ") end for x = 1.5, 0, -0.25 do io.write(x * 4 // 1 | 0, " ") end print()
