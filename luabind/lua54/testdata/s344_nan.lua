local n = 0/0 print(n == n, n ~= n, n < n, n <= n, n > 1, not (n < 1))
