local n = 0 local function f() n = n + 1 return n end local a = f(), f(), f() print(a, n)
