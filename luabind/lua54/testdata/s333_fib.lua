local function fib(n) local a, b = 0, 1 for _ = 1, n do a, b = b, a + b end return a end print(fib(10), fib(50))
