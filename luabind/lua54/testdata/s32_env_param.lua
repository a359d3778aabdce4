local function f(_ENV, a) x = a return x, _ENV.x end print(f({}, 5)) print(x)
