local a, b = 1, 2 local function s() a, b = b, a end s() print(a, b)
