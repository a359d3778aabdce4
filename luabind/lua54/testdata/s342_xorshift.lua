local x = 88172645463325252 for _ = 1, 5 do x = x ~ (x << 13) x = x ~ (x >> 7) x = x ~ (x << 17) end print(x)
