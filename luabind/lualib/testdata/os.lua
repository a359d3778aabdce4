Programs for TestCorpus; see prelude for show and try.
---- date conversions
local times = {0, 86399, 951782400, 1709210096, 1735689599, 1704067200, 1230768000, -1, 253402300799, 1e9}
for _, c in ipairs{"a","A","b","B","c","C","d","D","e","F","g","G","h","H","I","j","m","M","n","p","r","R","S","t","T","u","U","V","w","W","x","X","y","Y","z","Z","%"} do
  local r = {} for i, t in ipairs(times) do r[i] = os.date("!%" .. c, t) .. "/" .. os.date("%" .. c, t) end show(c, table.concat(r, "|"))
end
---- date modifiers
show(os.date("!%Ec %EC %Ex %EX %Ey %EY %Od %Oe %OH %OI %Om %OM %OS %Ou %OU %OV %Ow %OW %Oy", 1e9))
---- date errors
for _, f in ipairs{"%Q", "%", "%E", "%Ez", "%O", "%Oa", "%5d", "%-d", "%k", "%l", "%s", "%L", "%f", "%P", "%v", "%+", "abc%"} do try(os.date, f, 0) end try(os.date, {}, 0) try(os.date, "%c", "x") try(os.date, "%c", 1.5) try(os.date, "%c", 2^60)
---- date table
local t = os.date("!*t", 1e9) local r = {} for k, v in pairs(t) do r[#r + 1] = k .. "=" .. tostring(v) end table.sort(r) show(table.concat(r, " ")) show(os.date("*t", 0).year, os.date("!*t", 951782400).yday) show(#os.date(), os.date("!", 0), os.date("", 0), os.date("!x\0y", 0) == "x\0y")
---- time
show(os.time{year = 2001, month = 9, day = 9, hour = 1, min = 46, sec = 40}) show(os.time{year = 2024, month = 2, day = 30}) show(os.time{year = 2024, month = 14, day = -3, hour = 30, sec = -5}) show(os.time{year = "2020", month = "1", day = "1"}) show(os.time{year = 1970, month = 1, day = 1, hour = 0}) show(os.time{year = 1900, month = 1, day = 1}) show(math.abs(os.time() - os.time(os.date("*t"))) < 2, math.type(os.time()))
---- time normalises
local t = {year = 2023, month = 12, day = 32, hour = 25, min = 61, sec = 61} show(os.time(t)) show(t.year, t.month, t.day, t.hour, t.min, t.sec, t.wday, t.yday, t.isdst)
---- time errors
try(os.time, {}) try(os.time, {year = 2020, month = 1}) try(os.time, {year = 2020, month = 1, day = "x"}) try(os.time, {year = 2020, month = 1.5, day = 1}) try(os.time, {year = 1e15, month = 1, day = 1}) try(os.time, {year = 2020, month = 2^40, day = 1}) try(os.time, 5)
---- round trip
for _, t in ipairs{0, 1, 1e9, 1709210096, 4102444800} do assert(os.time(os.date("*t", t)) == t) end show(os.difftime(10, 4) == 6, type(os.clock()), os.getenv("NO_SUCH_VARIABLE_HERE")) try(os.difftime) try(os.getenv)
