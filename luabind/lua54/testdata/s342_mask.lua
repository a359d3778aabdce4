local ip = 0 for o in ("192.168.1.10"):gmatch("%d+") do ip = ip << 8 | tonumber(o) end print(ip, ip >> 24, ip & 0xff, ip & ~0xff, (ip & 0xffff0000) == 0xc0a80000)
