local function f(...) return select("#", ...) end print(f(), f(nil), f"s", f{}, f[[x]], f(f(), f()), (f(1, 2)))
