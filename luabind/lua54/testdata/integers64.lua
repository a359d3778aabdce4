local max, min = math.maxinteger, math.mininteger
print(max, min, max + 1 == min, min - 1 == max, max * 2, -min == min, max // 2, max % 10)
print(max - 1, max == max + 0, max < min, max > 1, 1 < max, max >= max, 1.5 < max, max < math.huge, min < -1)
local t = {[max] = "a", [min] = "b"}
print(t[max], t[min], t[max - 1])
print(max // 1 == max, min // -1 == min, min % -1, max // 3, -7 // max, 7 % max)
print(max & 0xff, max | 0, max ~ max, max >> 62, max << 1, ~max == min)
print(max .. "|" .. min, tostring(max), -max)
print(9007199254740993, 9007199254740993 + 1, 9007199254740993 - 9007199254740992)
local fnv = -3750763034362895579
for c in ("hello"):gmatch(".") do fnv = fnv ~ c:byte(); fnv = fnv * 1099511628211 end
print(fnv)
local h = 2166136261
for c in ("hello"):gmatch(".") do h = ((h ~ c:byte()) * 16777619) & 0xffffffff end
print(h)
local d = 5381
for c in ("hello world, this is long"):gmatch(".") do d = ((d << 5) + d + c:byte()) & 0xffffffffffff end
print(d)
