for a, b, c in (function() local n = 0 return function() n = n + 1 if n < 3 then return n, n * 2, n * 3 end end end)() do print(a, b, c) end
