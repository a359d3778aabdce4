do end while false do end if nil then else end for _ = 1, 0 do end repeat until true print("ok")
