local t = {} do local k = 0 ::a:: local x k = k + 1 x = k t[k] = function() return x end if k < 3 then goto a end end print(t[1](), t[2](), t[3]())
