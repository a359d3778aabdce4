local x = 12345 for _ = 1, 5 do x = (x * 6364136223846793005 + 1442695040888963407) & 0x7fffffffffffffff end print(x)
