Programs for TestCorpus; see prelude for show and try.
---- values in and out
local co = coroutine.create(function(a, b) show("start", a, b) local c = coroutine.yield(a + b) show("again", c) local d, e = coroutine.yield(c * 2) show("last", d, e) return "done", 99 end) show(coroutine.resume(co, 1, 2)) show(coroutine.resume(co, 10)) show(coroutine.resume(co, "x", "y")) show(coroutine.resume(co)) show(coroutine.status(co))
---- wrap
local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) show(gen(), gen(), gen(), gen()) try(gen) local w = coroutine.wrap(function() error("oops") end) try(w) try(function() local w = coroutine.wrap(function() error("oops") end) w() end) local w = coroutine.wrap(function() error({}) end) show(type(select(2, pcall(w))))
---- status
local co co = coroutine.create(function() show(coroutine.status(co)) local inner = coroutine.create(function() show(coroutine.status(co)) end) coroutine.resume(inner) coroutine.yield() end) show(coroutine.status(co)) coroutine.resume(co) show(coroutine.status(co)) coroutine.resume(co) show(coroutine.status(co)) try(coroutine.status, 5)
---- running and isyieldable
show(select(2, coroutine.running()), coroutine.isyieldable()) coroutine.wrap(function() show(select(2, coroutine.running()), coroutine.isyieldable(), coroutine.status((coroutine.running()))) end)()
---- yield outside
try(coroutine.yield) try(coroutine.yield, 1, 2)
---- yield across pcall
local co = coroutine.wrap(function() local ok, v = pcall(function() local x = coroutine.yield("in pcall") if x then error("after " .. x, 0) end return "fine" end) coroutine.yield(ok, v) return "end" end) show(co()) show(co("resume")) show(co())
---- yield across xpcall
local co = coroutine.wrap(function() return xpcall(function(...) return coroutine.yield(...) end, debug and print or print, 1, 2) end) show(co()) show(co(3, 4))
---- yield in metamethods
local mt = {__index = function(_, k) return coroutine.yield(k) end, __add = function(a, b) return coroutine.yield("add") end, __call = function(self, x) return coroutine.yield("call " .. x) end, __eq = function() return coroutine.yield("eq") end, __lt = function() return coroutine.yield("lt") end, __concat = function() return coroutine.yield("cat") end, __len = function() return coroutine.yield("len") end} local co = coroutine.wrap(function() local t, u = setmetatable({}, mt), setmetatable({}, mt) return t.field, t + 1, t(5), t == u, t < u, t .. "x", #t end) show(co()) for i = 1, 7 do show(co(i)) end
---- yield in iterators
local co = coroutine.wrap(function() for x in function(_, i) return coroutine.yield(i) end, nil, 0 do show("got", x) end return "over" end) show(co()) show(co(1)) show(co(2)) show(co(nil))
---- yield in tail calls
local co = coroutine.wrap(function() return coroutine.yield(1) end) show(co()) show(co(2, 3))
---- close
local co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) show(coroutine.close(co), coroutine.status(co)) show(coroutine.resume(co)) show(coroutine.close(co)) show(coroutine.close(coroutine.create(print))) local co = coroutine.create(function() error("e", 0) end) coroutine.resume(co) show(coroutine.close(co)) show(coroutine.close(co)) try(coroutine.close, coroutine.running()) coroutine.wrap(function() try(coroutine.close, coroutine.running()) end)()
---- close runs pending closes
local log = {} local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = function() log[#log + 1] = "closed" end}) coroutine.yield(1) end) coroutine.resume(co) show(coroutine.close(co), table.concat(log)) 
---- close through pcall
local log = {} local co = coroutine.create(function() pcall(function() coroutine.yield(1) end) log[#log + 1] = "not reached" end) coroutine.resume(co) show(coroutine.close(co), #log)
---- errors
local co = coroutine.create(function() local x = nil; x.y = 1 end) show(coroutine.resume(co)) show(coroutine.status(co)) try(coroutine.create) try(coroutine.create, 5) try(coroutine.resume, 5) try(coroutine.wrap, {}) show(coroutine.resume(coroutine.create(error), "msg")) show(coroutine.resume(coroutine.create(error)))
---- resume self and parent
local co co = coroutine.create(function() return coroutine.resume(co) end) show(coroutine.resume(co)) local a a = coroutine.create(function() local b = coroutine.create(function() return coroutine.resume(a) end) return coroutine.resume(b) end) show(coroutine.resume(a)) local w w = coroutine.wrap(function() return pcall(w) end) show(w())
---- producer and consumer
local function producer() return coroutine.create(function() for i = 1, 4 do coroutine.yield("item" .. i) end end) end local function filter(p) return coroutine.create(function() while true do local ok, v = coroutine.resume(p) if not v then return end coroutine.yield(v:upper()) end end) end local f = filter(producer()) for i = 1, 5 do show(coroutine.resume(f)) end
---- permutations
local function permgen(a, n) n = n or #a if n <= 1 then coroutine.yield(a) else for i = 1, n do a[n], a[i] = a[i], a[n] permgen(a, n - 1) a[n], a[i] = a[i], a[n] end end end local n = 0 for p in coroutine.wrap(function() permgen({1, 2, 3, 4}) end) do n = n + 1 if n % 6 == 0 then show(table.concat(p, " ")) end end show(n)
---- closures over locals survive
local co = coroutine.wrap(function() local x = 1 local function get() return x end coroutine.yield(get) x = 2 pcall(error) coroutine.yield(get()) x = 3 return get() end) local get = co() show(get()) show(co()) show(co(), get())
---- many values
local co = coroutine.wrap(function(...) return select("#", coroutine.yield(...)) end) show(select("#", co(table.unpack({}, 1, 200)))) show(co(table.unpack({}, 1, 150)))
---- many coroutines
local t = {} for i = 1, 200 do t[i] = coroutine.wrap(function() for j = 1, 3 do coroutine.yield(i * j) end end) end local sum = 0 for j = 1, 3 do for i = 1, 200 do sum = sum + t[i]() end end show(sum)
---- table functions yield through wrap only when they may
show(pcall(coroutine.wrap(function() for k, v in pairs({a = 1}) do coroutine.yield(k, v) end end)))
