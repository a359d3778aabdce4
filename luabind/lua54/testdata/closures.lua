local function counter() local n = 0 return function() n = n + 1 return n end, function() return n end end
local inc, get = counter()
inc() inc()
print(get())
local inc2, get2 = counter()
inc2()
print(get(), get2())
local fs = {}
for i = 1, 3 do local j = i * 10 fs[#fs + 1] = function() j = j + 1 return i, j end end
for _, f in ipairs(fs) do print(f()) end
for _, f in ipairs(fs) do print(f()) end
local ws = {}
local k = 0
while k < 3 do k = k + 1 local c = k ws[k] = function() c = c + k return c end end
print(ws[1](), ws[2](), ws[3](), ws[1]())
local rs = {}
repeat local c = #rs rs[#rs + 1] = function() return c end until c >= 2
print(rs[1](), rs[2](), rs[3]())
local function outer() local a = 1 local function mid() local function inner() a = a + 1 return a end return inner end return mid()(), a end
print(outer())
for k, v in pairs({x = 1}) do fs[1] = function() return k, v end end
print(fs[1]())
