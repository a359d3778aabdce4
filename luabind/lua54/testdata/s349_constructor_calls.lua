local function f() return 1, 2 end print(#{f()}, #{f(), f()}, #{f(), nil, f()}, #{(f())}, #{x = f()})
