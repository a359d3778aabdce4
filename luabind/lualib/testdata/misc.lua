Programs for TestCorpus; see prelude for show and try.
---- line 1
print(math.tointeger("3"), math.tointeger(3.5), math.tointeger({}), pcall(math.tointeger))
---- line 2
print(pcall(math.random,0,1,2)) print(pcall(math.random,2,1)) 
---- line 3
print(math.randomseed(42)) print(math.random(0),math.random(0),math.random(10),math.random(100), math.random())
---- line 4
print(math.randomseed(42,7)) print(math.random(1,1000))
---- line 5
print(pcall(math.fmod,5,0)) print(math.fmod(-5,3),math.fmod(5.5,2)) print(pcall(math.floor,"x")) print(math.floor("3.7"))
---- line 6
print(math.type(1),math.type(1.5),math.type("1"),pcall(math.type))
---- line 7
print(math.ult(1,-1), pcall(math.abs,{})) print(math.abs(math.mininteger))
---- line 8
print(pcall(utf8.char,-1)) print(pcall(utf8.char,0x80000000)) print(utf8.char(72,228,0x7fffffff):byte(1,-1))
---- line 9
print(pcall(utf8.codepoint,"abc",4)) print(pcall(utf8.codepoint,"abc",0)) print(pcall(utf8.codepoint,"\xff")) print(pcall(utf8.codepoint,"abc",1,-1))
---- line 10
print(pcall(utf8.len,"abc",5)) print(pcall(utf8.len,"abc",4)) print(utf8.len("\xff")) print(utf8.len("aä\xffb"))
---- line 11
print(pcall(utf8.len,"abc",1,9))
---- line 12
print(pcall(utf8.offset,"äb",1,2)) print(pcall(utf8.offset,"äb",1,9)) print(utf8.offset("äb",2),utf8.offset("äb",3),utf8.offset("äb",4),utf8.offset("äb",-1),utf8.offset("äb",0,2))
---- line 13
print(pcall(function() for p,c in utf8.codes("a\xff") do print(p,c) end end))
---- line 14
print(pcall(utf8.codes(""), "\x80", 0))
---- line 15
print(pcall(utf8.len,"\u{7fffffff}",1,-1,true)) print(utf8.len("\u{7fffffff}")) print(utf8.len("\u{D800}",1,-1,true), utf8.len("\u{D800}"))
---- line 16
print(pcall(os.time,{})) print(pcall(os.time,{year=2020})) print(pcall(os.time,{year=2020,month="x",day=1})) print(pcall(os.time,{year=2020,month=1.5,day=1}))
---- line 17
print(pcall(os.time,{year=1e18,month=1,day=1})) print(pcall(os.time,{year=2^31-1,month=1,day=1}))
---- line 18
print(pcall(os.date,"%Ez",0)) print(pcall(os.date,"%Q",0)) print(pcall(os.date,"%",0)) print(pcall(os.date,"%O",0)) print(pcall(os.date,"x",2^60))
---- line 19
print(os.date("!%c|%x|%X|%p|%r|%Z|%z|%Ec|%Od",0)) print(os.date("%Z|%z",0)) print(pcall(os.time,5))
---- line 20
local t={year=2024,month=14,day=-3,hour=30,sec=-5} print(os.time(t), t.year,t.month,t.day,t.hour,t.min,t.sec,t.wday,t.yday,t.isdst)
---- line 21
print(pcall(tonumber,1,10)) print(pcall(tonumber,"1",1)) print(pcall(tonumber)) print(tonumber("zz",36),tonumber(" -ff ",16),tonumber("8",8),tonumber("7fffffffffffffffff",16)) print(pcall(tonumber,{},10))
---- line 22
print(pcall(rawlen,5)) print(pcall(rawset,{},nil,1)) print(pcall(rawset,{},0/0,1)) print(pcall(rawget,{})) print(pcall(rawequal,1))
---- line 23
print(pcall(pairs)) print(pcall(function() for k in pairs(nil) do end end)) print(pcall(ipairs)) print(pcall(function() for k in ipairs(nil) do end end)) print(pcall(function() for k in ipairs(5) do end end))
---- line 24
print(pcall(getmetatable)) print(pcall(select)) print(pcall(table.concat,{1,nil,3},",",1,3)) print(pcall(table.insert,{},"x",1)) print(pcall(table.insert,nil,1)) print(pcall(table.insert,{}))
---- line 25
print(pcall(table.remove,{1,2,3},7)) print(pcall(table.move,{},1,math.maxinteger,2)) print(pcall(table.move,{},-1,math.maxinteger,2)) print(pcall(table.unpack)) print(pcall(table.concat,5)) print(pcall(table.sort,{1,2,3},function() return true end)) print(pcall(table.sort,{1,2,3,4},function() return true end))
---- line 26
print(pcall(xpcall)) print(pcall(xpcall,print)) print(xpcall(error,function(m) return m.."!" end,"x")) print(xpcall(error,function(m) error("y") end,"x"))
---- line 27
local co=coroutine.create(function() error("x") end) print(coroutine.resume(co)) print(coroutine.status(co), coroutine.close(co)) print(coroutine.resume(co))
---- line 28
local co co=coroutine.wrap(function() co() end) print(pcall(co)) 
---- line 29
local co co=coroutine.create(function() return coroutine.resume(co) end) print(coroutine.resume(co))
---- line 30
local function g(n) return (("x"):gsub("x",function() return g(n+1) end)) end print(pcall(g,1))
---- line 31
local t=setmetatable({},{__tostring=function(s) return tostring(s) end}) print(pcall(tostring,t))
