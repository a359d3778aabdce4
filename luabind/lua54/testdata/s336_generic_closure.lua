local fs = {} for i, v in ipairs{"a", "b"} do fs[i] = function() v = v .. "!" return v end end print(fs[1](), fs[2](), fs[1]())
