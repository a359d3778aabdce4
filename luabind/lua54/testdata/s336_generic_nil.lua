for a in function() return nil end do print("no") end for a in function() return false end do print(a) break end
