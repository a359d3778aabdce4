local function f(o) o = o or {} return o.a or 5, o.b == nil and "unset" or o.b end print(f(), f{a = 1, b = 2})
