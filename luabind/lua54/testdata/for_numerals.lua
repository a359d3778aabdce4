-- numerals in strings are numbers for a loop, too
local function try(f, ...)
    local ok, err = pcall(f, ...)
    print(ok, err)
end
local function loop(first, last, step)
    local n, sum = 0, 0
    for i = first, last, step do n, sum = n + 1, sum + i end
    print(n, sum | 0)
end
local function up(first, last)
    local n = 0
    for i = first, last do n = n + 1 end
    print(n)
end
loop("10", "1", "-2")
loop(1, " 0x3 ", "1")
loop("1e0", 3, 1)
up(1, "3")
up("1", 3)
up("2", "4")
up("4", "2")
up(5, "4.5")
for i = 1, "2" do print(i) end
for i = 3, "1", -1 do print(i) end
for i = 2, "1" do print("never") end
try(function() for _ = 1, "x" do end end)
try(function() for _ = "x", 1 do end end)
try(up, 1, "x")
try(up, "x", 1)
try(up, {}, 1)
try(loop, 1, 2, "x")
try(loop, 1, 2, "0")

-- steps of 64 bits
local maxi, mini = math.maxinteger, math.mininteger
local function values(first, last, step)
    local t = {}
    for i = first, last, step do t[#t + 1] = tostring(i) end
    print(#t, table.concat(t, " "))
end
values(mini, maxi, maxi)
values(mini, math.huge, maxi)
values(maxi, mini, mini)
values(maxi, mini, -maxi)
values(maxi, -math.huge, mini)
values(mini, maxi, maxi // 3)
values(maxi, mini, -(maxi // 3))
values(maxi, maxi, maxi)
values(maxi, maxi, mini)
values(mini, mini, mini)
values(1, maxi, maxi)
values(0, maxi, maxi - 1)
values(-5, mini, mini)
