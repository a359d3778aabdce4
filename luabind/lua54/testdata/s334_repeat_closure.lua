local fs = {} local i = 0 repeat i = i + 1 local j = i fs[i] = function() j = j + 1 return j end until fs[i]() > 3 print(i, fs[1](), fs[2]())
