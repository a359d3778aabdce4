Programs for TestCorpus; see prelude for show and try.
---- line 1
print(pcall(string.rep))
---- line 2
print(pcall(string.rep,"x",{}))
---- line 3
do end
---- line 4
print(pcall(function() local r=string.rep r("x",{}) end))
---- line 5
print(pcall(function() string.rep("x",{}) end))
---- line 6
print(pcall(function() ("x"):rep({}) end))
---- line 7
print(pcall(function() ("x").rep() end))
---- line 8
print(pcall(function() local s=setmetatable({},{__index=string}) s:rep(1) end))
---- line 9
print(pcall(function() string.rep("x",1.5) end))
---- line 10
print(pcall(function() string.rep("x","1.5") end))
---- line 11
print(pcall(function() string.rep("x","a") end))
---- line 12
print(pcall(function() local t=setmetatable({},{__name="Foo"}) string.rep(t) end))
---- line 13
print(pcall(function() setmetatable(1,2) end))
---- line 14
print(pcall(function() setmetatable({}) end))
---- line 15
print(pcall(function() ipairs() end))
---- line 16
print(pcall(function() tostring() end))
---- line 17
print(pcall(function() error() end))
---- line 18
print(pcall(function() error(nil) end))
---- line 19
print(pcall(function() assert(false) end))
---- line 20
print(pcall(function() assert(nil,"x") end))
---- line 21
print(pcall(function() assert() end))
---- line 22
print(pcall(error,"x"))
---- line 23
print(pcall(error,"x",2))
---- line 24
print(pcall(function() table.concat({1,{},3}) end))
---- line 25
print(pcall(function() table.insert({1,2,3},6,1) end))
---- line 26
print(pcall(function() table.insert({1,2,3},1,2,3) end))
---- line 27
print(pcall(function() ("x"):bad() end))
---- line 28
print(pcall(string.format,"%d",1.5))
---- line 29
print(pcall(string.format,"%y",1.5))
---- line 31
print(select('#', pcall(pcall)))
---- line 32
print(pcall(pcall))
---- line 33
print(pcall(table.sort,{3,1,2},1))
---- line 34
print(pcall(table.sort,{3,1,"x"}))
---- line 35
print(pcall(function() string.gsub("x","x",true) end))
---- line 36
print(pcall(function() ("x"):gsub("x",function() return {} end) end))
---- line 37
print(pcall(setmetatable, setmetatable({},{__metatable=1}),{}))
---- line 38
print(pcall(function()local x= coroutine.wrap(function() error"a" end) x() end))
---- line 39
print(pcall(function()local x= coroutine.wrap(function() end) x() x() end))
