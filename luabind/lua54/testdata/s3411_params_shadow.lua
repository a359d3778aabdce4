local function f(a, a) return a end print(f(1, 2)) local function g(x) local x = x or 5 return x end print(g(), g(1))
