local c = 0 for i = math.maxinteger - 1, math.maxinteger do c = c + 1 end for i = math.mininteger, math.mininteger + 1 do c = c + 1 end print(c)
