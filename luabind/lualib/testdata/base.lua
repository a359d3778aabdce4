Programs for TestCorpus; see prelude for show and try.
---- assert
show(assert(1, 2, 3)) try(assert, false) try(assert, nil, "msg") try(assert, false, 5) try(assert) show(select(2, pcall(assert, false, {1}))[1]) try(function() assert(false) end) try(function() assert(false, "text") end)
---- error
try(error, "x") try(error, "x", 0) try(function() error("here") end) try(function() error("caller", 2) end) try(function() error("none", 0) end) try(error) try(error, nil) show(select(2, pcall(error, {5}))[1]) try(function() error(5) end) try(function() error(true) end)
---- error levels
local function inner() error("deep", 3) end
local function middle() inner() end
local function outer() middle() end
try(outer)
---- pcall
show(pcall(function(...) return ... end, 1, nil, 3)) show(pcall(pcall, error, "x")) try(nil) try({}) show(pcall(setmetatable({}, {__call = function(_, a) return "called", a end}), 1)) try(5) try(pcall)
---- pcall keeps upvalues
local n = 0 local function inc() n = n + 1 end pcall(error, "x") inc() pcall(function() inc() error("y") end) show(n) local fs = {} for i = 1, 3 do pcall(function() fs[i] = function() i = i + 10 return i end error("z") end) end show(fs[1](), fs[2](), fs[3](), fs[1]())
---- pcall in loops
local bad = 0 for i = 1, 100 do if not pcall(function() if i % 2 == 0 then error(i) end end) then bad = bad + 1 end end show(bad)
---- xpcall
show(xpcall(function(...) return ... end, print, 1, 2)) show(xpcall(error, function(m) return m .. "!" end, "x")) show(xpcall(function() local x = nil; x() end, function(m) return "handled" end)) show(xpcall(error, function(m) return m, 2 end, "y")) show(xpcall(error, function(m) if m == "a" then error("b", 0) end return "got " .. m end, "a")) try(xpcall) try(xpcall, print, 5)
---- nested errors in pcall
show(pcall(function() local ok, err = pcall(error, "inner") error("outer after " .. err, 0) end))
---- error objects
local e = setmetatable({}, {__tostring = function() return "object" end}) local ok, err = pcall(error, e) show(ok, err == e, tostring(err))
---- load strings
show(load("return 1 + 1")()) show(load("x = ", "=chunk")) show(load("return ...", "c")(7, 8)) show(load("return a", "c", "t", {a = 5})()) show(load("b = 3; return b", "c", "t", {})()) show(b) show(load("syntax error here")) show(load("")) 
---- load functions
local parts = {"return ", "4", "2"} local i = 0 show(load(function() i = i + 1 return parts[i] end)()) show(load(function() return nil end)) show(load(function() error("reader failed", 0) end)) show(load(function() return true end)) try(load) try(load, 5.5, "=x") try(load, {})
---- load modes
show(load("return 1", "=x", "b")) show(load("return 1", "=x", "t")()) show(load("return 1", "=x", "bt")()) show(load("\27Lua", "=x", "t"))
---- load chunk names
try(load("error('e')", "=name")) try(load("error('e')", "@file.lua")) try(load("error('e')")) try(load("\nerror('e')")) try(load("error('e')", "@" .. ("x"):rep(100))) try(load("error('e')", "=" .. ("y"):rep(100))) try(load("error('e')", ("z"):rep(100)))
---- load env
local env = {} local f = load("x = 1; local y = 2; return x", "c", "t", env) show(f(), env.x, x) show(pcall(load("return z.w", "=c", "t", {}))) local f = load("function g() return h end", "c", "t", env) f() env.h = "found" show(env.g())
---- load nested
local src = "return 1" for i = 1, 20 do src = ("return load(%q)()"):format(src) end show(#src > 100)
local depth = 0 local function nest(n) if n == 0 then return 0 end return 1 + load("return ...")(nest(n - 1)) end show(nest(50))
---- type
show(type(nil), type(1), type("x"), type({}), type(print), type(true), type(coroutine.create(print)), type(math.maxinteger)) try(type)
---- print and tostring
print() print(1, nil, "x", true) print("a\0b" == "a\0b") show(tostring(1), tostring(1.5), tostring("x")) try(tostring)
---- globals
show(_VERSION, _G._G == _G, type(_G)) local names = {} for _, n in ipairs{"assert", "collectgarbage", "error", "getmetatable", "ipairs", "load", "next", "pairs", "pcall", "print", "rawequal", "rawget", "rawlen", "rawset", "select", "setmetatable", "tonumber", "tostring", "type", "warn", "xpcall"} do if type(_G[n]) ~= "function" then names[#names + 1] = n end end show(#names) show(unpack, loadstring, setfenv, getfenv, module, table.maxn, math.pow, string.gfind)
---- library contents
local function names(t) local r = {} for k, v in pairs(t) do r[#r + 1] = k .. ":" .. type(v) end table.sort(r) return table.concat(r, " ") end show(names(string)) show(names(table)) show(names(math)) show(names(utf8)) show(names(coroutine))
---- method errors
local s = setmetatable({}, {__index = string}) try(function() s:rep(1) end) try(function() ("x"):rep() end) try(function() ("x"):rep({}) end) try(function() string.rep() end) local r = string.rep try(function() r() end) local t = {f = string.rep} try(function() t.f({}) end) try(function() t["f"]({}) end)
---- close variables and errors
local log = {} local function res(n) return setmetatable({}, {__close = function(_, e) log[#log + 1] = n .. ":" .. tostring(e) end}) end pcall(function() local a <close> = res("a") local b <close> = res("b") error("boom", 0) end) do local c <close> = res("c") end show(table.concat(log, " "))
---- integers beyond 2^53
show(math.maxinteger + 1 == math.mininteger, math.maxinteger // 2, math.maxinteger % 10, 9007199254740993, 9007199254740993 + 0) local t = {} t[math.maxinteger] = 1 show(t[math.maxinteger], t[math.maxinteger - 1]) show(string.format("%d", math.maxinteger), #tostring(math.mininteger), math.abs(math.mininteger + 1), math.maxinteger > 9007199254740993)
for i, v in ipairs(setmetatable({}, {__index = function() return nil end})) do show(i) end
show(table.concat({math.maxinteger, math.mininteger}, ",")) show(select("#", table.unpack({1, 2}, math.maxinteger - 1, math.maxinteger))) show(math.max(1, math.maxinteger), math.min(math.mininteger, 0.5), math.max(2^60, 1)  == 2^60)
---- collectgarbage remembers
show(collectgarbage("isrunning"), collectgarbage("stop"), collectgarbage("isrunning"), collectgarbage("restart"), collectgarbage("isrunning"))
collectgarbage("incremental", 152, 300)
show(collectgarbage("setpause", 172), collectgarbage("setpause", 200), collectgarbage("setstepmul", 120), collectgarbage("setstepmul", 100))
show(collectgarbage("generational"), collectgarbage("incremental"), collectgarbage("incremental"))
try(collectgarbage, "none") try(collectgarbage, {}) show(collectgarbage(nil), collectgarbage("collect", 5), collectgarbage("count", 1) > 0)
