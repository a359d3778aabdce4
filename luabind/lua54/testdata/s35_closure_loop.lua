local a = {} local x = 20 for i = 1, 3 do local y = 0 a[i] = function() y = y + 1 return x + y end end print(a[1](), a[1](), a[2]())
