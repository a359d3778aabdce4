print(1 << 0, 1 << 31, 1 << 32, 0xff >> 4, -1 >> 1 == math.maxinteger, 5 << -1, 5 >> -1)
