local a, b = 5, 9 a = a ~ b b = a ~ b a = a ~ b print(a, b)
