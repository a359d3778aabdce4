local n = 0 local function f() n = n + 1 return n end local t = {f(), [f()] = f(), f(), x = f()} print(t[1], t[2], t.x)
