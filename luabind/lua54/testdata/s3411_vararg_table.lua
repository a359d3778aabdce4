local function f(...) local t = {n = select("#", ...), ...} return t.n, #t end print(f(1, 2, 3))
