local log = {}
local function L(x) log[#log + 1] = x return x end
local t = setmetatable({}, {__newindex = function(t, k, v) L("set " .. k) rawset(t, k, v) end})
t[L"a"], t[L"b"] = L(1), L(2)
print(table.concat(log, ","))
local a = {1, 2, 3}
local i = 1
i, a[i], a[i + 1] = i + 1, 10, 20
print(i, a[1], a[2], a[3])
local function id(x) L("id" .. x) return a end
log = {}
id(1)[L(1)] = L("v")
print(table.concat(log, ","), a[1])
