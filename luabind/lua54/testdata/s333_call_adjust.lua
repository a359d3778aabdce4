local function f() return 1, 2, 3 end local a, b, c, d = f(), f() print(a, b, c, d) local t = {f(), (f())} print(#t)
