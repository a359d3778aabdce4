local a, b, s = 10, 1, -4 for i = a, b, s do io.write(i, " ") end s = 4 for i = b, a, s do io.write(i, " ") end print()
