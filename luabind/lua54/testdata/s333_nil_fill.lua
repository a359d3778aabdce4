local a, b, c = (function() return 1 end)() print(a, b, c) a, b = nil print(a, b)
