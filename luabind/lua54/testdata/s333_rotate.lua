local a, b, c, d = 1, 2, 3, 4 a, b, c, d = d, a, b, c print(a, b, c, d)
