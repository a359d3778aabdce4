local t = {a = 1, b = 2} t.a, t.b = t.b, t.a print(t.a, t.b)
