local n = 0 local function f(v) n = n + 1 return v end for i = f(1), f(3), f(1) do end print(n)
