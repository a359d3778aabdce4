local n = 0 local function f(v) n = n + 1 return v end local _ = f(nil) and f(1) _ = f(1) or f(2) _ = f(false) or f(nil) print(n, _)
