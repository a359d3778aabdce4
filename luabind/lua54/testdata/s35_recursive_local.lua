local f = function(n) return f end print(f(1)) local function g(n) return n == 0 and "done" or g(n - 1) end print(g(5))
