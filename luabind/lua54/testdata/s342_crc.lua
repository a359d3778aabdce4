local c = 0xffffffff for b in ("123456789"):gmatch(".") do c = c ~ b:byte() for _ = 1, 8 do c = (c & 1 == 1) and (c >> 1) ~ 0xedb88320 or c >> 1 end end print(string.format("%x", ~c & 0xffffffff))
