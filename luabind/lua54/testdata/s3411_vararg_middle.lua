local function f(...) return 0, ..., 9 end print(f(1, 2)) print((...)) print(select("#", f()))
