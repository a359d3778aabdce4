local a = {} local b = a a, a.x = {}, 1 print(a.x, b.x)
