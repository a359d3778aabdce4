local a, t = 1, {} a, t.x, g, t[1] = 5, a, a + 1, a + 2 print(a, t.x, g, t[1])
