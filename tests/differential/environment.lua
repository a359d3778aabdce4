-- vars: txn.out
-- args: path=path
-- request: /
-- What a script finds beside the API.
local args, inits = table.pack(...), {}
core.register_init(function() inits[#inits + 1] = "first" end)
core.register_init(function() inits[#inits + 1] = "second" end)
local early = {pcall(function() return core.now().sec > 1600000000 end)}
core.register_action("environment", {"http-req"}, function(txn)
  local out = {args.n, table.concat(inits, ","), tostring(early[1]), tostring(early[2])}
  local function say(...) for i = 1, select("#", ...) do out[#out + 1] = tostring((select(i, ...))) end end
  local now = core.now()
  say(math.type(now.sec), math.type(now.usec), now.sec == core.now().sec, now.usec == core.now().usec, math.abs(os.time() - now.sec) < 100)
  say(os.getenv("NO_SUCH_VARIABLE"), type(os.clock()), type(os.time({year = 2020, month = 1, day = 1, hour = 12})), type(require), type(package.path), type(_G), type(_VERSION))
  say(core.thread, type(core.get_info), type(core.proxies), type(Map), type(Regex), type(act), type(filter), type(print))
  local c = core.concat()
  c:add("a") c:add(5)
  say(c:dump(), (pcall(c.add, c, {})), (pcall(c.add, c)), c:add("b"), c:dump())
  local done = {pcall(core.done, "value")}
  say(done[1], #done)
  say(pcall(core.tokenize, "a,b", ",", "x"), (pcall(core.tokenize)), #core.tokenize("a,,b,", ","), #core.tokenize("a,,b,", ",", true), #core.tokenize("", ","), #core.tokenize("", ",", true))
  txn:set_var("txn.out", table.concat(out, " "))
end)
