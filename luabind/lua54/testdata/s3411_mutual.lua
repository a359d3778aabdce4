local even, odd function even(n) return n == 0 or odd(n - 1) end function odd(n) return n ~= 0 and even(n - 1) end print(even(100), odd(7))
