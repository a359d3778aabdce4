local a = {} local i = 1 i, a[i], a.x = 2, "one", i print(i, a[1], a[2], a.x)
