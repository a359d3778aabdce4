Programs for TestCorpus; see prelude for show and try.
---- rounding
show(math.floor(3.7), math.floor(-3.7), math.ceil(3.2), math.ceil(-3.2), math.floor(5), math.ceil(5), math.floor(2^40 + 0.5), math.floor("7.9"), math.floor(math.maxinteger), math.ceil(math.mininteger))
---- abs max min
show(math.abs(-5), math.abs(5.5), math.abs(math.maxinteger), math.max(1, 5, 3), math.min(1.5, -2, 3), math.max(2), math.min(math.maxinteger, 1)) try(math.max)
---- fmod
show(math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7, -3), math.fmod(5.5, 2), math.fmod(-5.5, 2), math.fmod(math.mininteger, -1), math.fmod(math.maxinteger, 10)) try(math.fmod, 1, 0) try(math.fmod, 1)
---- modf
show(select(2, math.modf(3.25)), select(2, math.modf(-3.25)), (math.modf(1/0)))
---- logs and powers
show(math.log(1024, 2) == 10, math.exp(0) == 1, math.sqrt(2), math.log(8, 3), math.log(0), math.sqrt(-1) ~= math.sqrt(-1)) try(math.log) try(math.sqrt, "x")
---- trigonometry
local function r(x) return string.format("%.10f", x) end show(r(math.sin(1)), r(math.cos(1)), r(math.tan(1)), r(math.asin(0.5)), r(math.acos(0.5)), r(math.atan(1)), r(math.atan(1, -1)), r(math.atan(-0.5, 2)), r(math.deg(math.pi)), r(math.rad(180)))
---- integers and types
show(math.type(1), math.type(1.5), math.type("1"), math.type(nil), math.type(math.maxinteger), math.type(1/0), math.type(2^53 | 0)) show(math.tointeger(5), math.tointeger("8"), math.tointeger("x"), math.tointeger(5.5), math.tointeger({}), math.tointeger(math.maxinteger), math.tointeger(2^63)) try(math.type) try(math.tointeger)
show(math.ult(1, 2), math.ult(-1, 2), math.ult(1, -1), math.ult(math.maxinteger, math.mininteger)) show(math.maxinteger, math.mininteger, math.huge, -math.huge, math.pi)
---- random sequences
math.randomseed(42) local t = {} for i = 1, 10 do t[i] = math.random(100) end show(table.concat(t, ",")) math.randomseed(42, 43) for i = 1, 10 do t[i] = math.random(-5, 5) end show(table.concat(t, ",")) math.randomseed(7) show(math.random(), math.random(), math.random(0), math.random(math.mininteger, math.maxinteger), math.random(math.maxinteger), math.random(1, 1)) math.randomseed(-1) show(math.random(1 << 40))
---- random errors
try(math.random, 0, -1) try(math.random, 5, 1) try(math.random, -1) try(math.random, 1, 2, 3) try(math.random, 1.5) try(math.random, "x") try(math.randomseed, "x") show(math.random(3.0) <= 3, math.random("2") <= 2)
---- random range
for i = 1, 1000 do local x = math.random(3, 7) assert(x >= 3 and x <= 7) local f = math.random() assert(f >= 0 and f < 1) end show("ok")
