Programs for TestCorpus; see prelude for show and try.
---- concat
show(table.concat({}), table.concat({1, 2, 3}), table.concat({1, 2, 3}, ", "), table.concat({"a", 1.5, "b"}, "-"), table.concat({1, 2, 3}, ",", 2), table.concat({1, 2, 3}, ",", 2, 2), table.concat({1, 2, 3}, ",", 3, 2))
try(table.concat, {1, {}, 3}) try(table.concat, {1, nil, 3}, ",", 1, 3) try(table.concat, {true}) try(table.concat) try(table.concat, {}, {}) try(table.concat, {}, ",", "x")
show(table.concat({[math.maxinteger] = "end"}, ",", math.maxinteger, math.maxinteger))
---- concat with metamethods
show(table.concat(setmetatable({}, {__len = function() return 3 end, __index = function(_, i) return i * 10 end}), ","))
---- insert
local t = {1, 2, 3} table.insert(t, 4) show(table.concat(t, ",")) table.insert(t, 1, 0) show(table.concat(t, ",")) table.insert(t, 3, "x") show(table.concat(t, ",")) table.insert(t, #t + 1, "end") show(table.concat(t, ","))
try(table.insert, {1}, 0, 5) try(table.insert, {1}, 3, 5) try(table.insert, {1}, -1, 5) try(table.insert, {1}) try(table.insert, {1}, 1, 2, 3) try(table.insert, {1}, "a", 2) try(table.insert, nil, 1) try(table.insert, {1}, 1.5, 1)
---- remove
local t = {1, 2, 3, 4} show(table.remove(t), #t) show(table.remove(t, 1), table.concat(t, ",")) show(table.remove(t, 2), table.concat(t, ",")) show(table.remove(t, 2)) show(table.remove(t), table.remove(t), #t) show(table.remove({}, 0), table.remove({[0] = "z"}, 0)) show(table.remove({1, 2}, 3))
try(table.remove, {1, 2}, 4) try(table.remove, {1, 2}, 0) try(table.remove, {}, 5) try(table.remove, {}, -1) try(table.remove)
---- remove as a stack
local t = {} for i = 1, 1000 do t[#t + 1] = i end local sum = 0 while #t > 0 do sum = sum + table.remove(t) end show(sum, #t)
---- remove as a queue
local t = {} for i = 1, 300 do t[i] = i end local sum = 0 while #t > 0 do sum = sum * 3 % 1000003 + table.remove(t, 1) end show(sum)
---- insert with metamethods
local log = {} local p = setmetatable({}, {__len = function() return 2 end, __index = function(_, k) log[#log + 1] = "get" .. k return k end, __newindex = function(_, k, v) log[#log + 1] = "set" .. k .. "=" .. tostring(v) end}) table.insert(p, 1, "x") show(table.concat(log, " ")) log = {} table.remove(p, 1) show(table.concat(log, " "))
---- move
show(table.concat(table.move({1, 2, 3}, 1, 3, 2), ",")) show(table.concat(table.move({1, 2, 3}, 2, 3, 1), ",")) show(table.concat(table.move({1, 2, 3}, 1, 3, 3), ",")) show(table.concat(table.move({1, 2, 3}, 1, 3, 1, {}), ",")) show(table.concat(table.move({1, 2, 3}, 1, 0, 5), ","))
try(table.move, {}, 1, math.maxinteger, 2) try(table.move, {}, -1, math.maxinteger, 2) try(table.move, {}, 1, 2) try(table.move, 1, 2, 3, 4) try(table.move, {}, 1, 2, 3, 4)
show(next(table.move({[math.mininteger] = 7}, math.mininteger, math.mininteger, math.maxinteger, {})))
---- pack
local t = table.pack() show(t.n, #t) t = table.pack(1, nil, 3) show(t.n, t[1], t[2], t[3]) t = table.pack(nil) show(t.n)
---- unpack
show(table.unpack({1, 2, 3})) show(table.unpack({1, 2, 3}, 2)) show(table.unpack({1, 2, 3}, 2, 3)) show(table.unpack({}, 1, 3)) show(table.unpack({1, 2}, 3)) show((table.unpack({1, 2}))) show(select("#", table.unpack({}, 1, 100))) show(table.unpack({[-1] = "m", [0] = "z", "a"}, -1, 1)) show(select("#", table.unpack({n = 3}, 1, 3)))
try(table.unpack, {}, 1, 1e9) try(table.unpack, {}, math.mininteger, math.maxinteger) try(table.unpack, {}, 0, math.maxinteger) show(table.unpack({[math.maxinteger] = 1}, math.maxinteger, math.maxinteger)) show(table.unpack("abc", 1, 2))
---- unpack with metamethods
show(table.unpack(setmetatable({}, {__len = function() return 2 end, __index = function(_, i) return "v" .. i end})))
---- sort numbers
local t = {5, 2, 8, 1, 9, 3} table.sort(t) show(table.concat(t, ",")) table.sort(t, function(a, b) return a > b end) show(table.concat(t, ","))
---- sort strings
local t = {"banana", "apple", "Cherry", "", "app"} table.sort(t) show(table.concat(t, ",")) table.sort(t, function(a, b) return #a < #b or #a == #b and a < b end) show(table.concat(t, ","))
---- sort large
local t, x = {}, 1 for i = 1, 2000 do x = (x * 16807) % 2147483647 t[i] = x end table.sort(t) local ok = true for i = 2, #t do ok = ok and t[i - 1] <= t[i] end show(ok, t[1], t[2000]) table.sort(t) table.sort(t, function(a, b) return a > b end) show(t[1]) for i = 1, #t do t[i] = i % 3 end table.sort(t) show(t[1], t[1000], t[2000])
---- sort errors
try(table.sort, {1, "x"}) try(table.sort, {1, 2, nil, 4}) try(table.sort, {{}, {}}) try(table.sort, {3, 1}, 1) try(table.sort, {3, 1, 2}, function() error("in comparator") end) try(table.sort) try(table.sort, {1, 2, 3, 4, 5}, function() return true end) show(pcall(table.sort, {true, false}))
---- sort with __lt
local mt = {__lt = function(a, b) return a.v < b.v end} local t = {} for i, v in ipairs{3, 1, 2} do t[i] = setmetatable({v = v}, mt) end table.sort(t) show(t[1].v, t[2].v, t[3].v)
---- sort one and none
table.sort({}) table.sort({1}) local t = {2, 1} table.sort(t) show(t[1], t[2])
---- next
show(next({})) show(next({10})) show(next({10}, 1)) show(next({a = 1})) try(next) try(next, {}, nil) local n = 0 for k, v in next, {1, 2, 3} do n = n + v end show(n)
---- pairs
local t = {10, 20, 30, x = 1, y = 2} local n, sum = 0, 0 for k, v in pairs(t) do n = n + 1 sum = sum + v end show(n, sum) for k in pairs(t) do t[k] = nil end show(next(t)) for k, v in pairs(setmetatable({}, {__pairs = function(t) return function(_, k) k = (k or 0) + 1 if k < 4 then return k, k * k end end, t, nil end})) do show(k, v) end
---- pairs keeps array order
local t = {} for i = 1, 100 do t[i] = i end local last = 0 for i, v in pairs(t) do assert(i == last + 1) last = i end show(last)
---- ipairs
for i, v in ipairs({1, 2, nil, 4}) do show(i, v) end for i, v in ipairs(setmetatable({}, {__index = function(_, i) if i < 4 then return i * 2 end end})) do show(i, v) end for i in ipairs({}) do show(i) end for i, v in ipairs("abc") do show(i, v) end
---- select
show(select("#")) show(select("#", nil, nil)) show(select(2, "a", "b", "c")) show(select(-1, "a", "b")) show(select(-2, "a", "b")) show(select(5, "a")) show((select(1, "x", "y"))) try(select, 0) try(select, -5, 1) try(select, {}) show(select("2", "a", "b"))
---- raw access
local t = setmetatable({}, {__index = function() return "meta" end, __newindex = function() error("no") end, __len = function() return 99 end}) show(t.x, rawget(t, "x"), #t, rawlen(t)) rawset(t, 1, "one") show(t[1], rawlen(t), rawlen("abc")) show(rawequal(t, t), rawequal({}, {}), rawequal("a", "a"), rawequal(1, 1.0)) try(rawset, {}, nil, 1) try(rawget, 1, 2) try(rawset, {}, 1)
---- metatables
local t = setmetatable({}, {__metatable = "locked"}) show(getmetatable(t)) try(setmetatable, t, {}) try(setmetatable, 1, {}) try(setmetatable, {}, 5) try(setmetatable, {}) show(getmetatable({})) show(getmetatable(setmetatable({}, nil))) show(getmetatable(5), getmetatable(nil), getmetatable(print))
---- large sparse tables
local t = {} t[1] = 1 t[2^40 // 1 | 0] = 2 t[-5] = 3 t[0] = 4 t[1.5] = 5 local n = 0 for k, v in pairs(t) do n = n + v end show(n, t[2^40], #t)
