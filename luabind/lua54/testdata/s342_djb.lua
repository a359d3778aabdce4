local h = 5381 for b in ("the quick brown fox jumps"):gmatch(".") do h = (h * 33 + b:byte()) & 0xffffffff end print(h)
