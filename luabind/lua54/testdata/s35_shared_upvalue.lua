local function mk() local v = 0 return function() v = v + 1 return v end, function(n) v = n end end local g, s = mk() g() s(10) print(g())
