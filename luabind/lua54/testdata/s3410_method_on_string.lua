print(("abc"):upper(), ("%d-%d"):format(1, 2), #("x"):rep(10), ("a,b"):find(",", 1, true))
