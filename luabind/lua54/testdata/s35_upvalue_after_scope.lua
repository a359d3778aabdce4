local g do local v = 1 g = function() v = v * 2 return v end end local a, b, c = 7, 8, 9 print(g(), g(), a, b, c)
