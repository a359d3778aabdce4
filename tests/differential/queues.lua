-- since: 3.0
-- vars: txn.out txn.waited
-- request: /
-- request: /
local q, fed, made = core.queue(), core.queue(), 0
core.register_task(function()
  while true do
    made = made + 1
    fed:push({number = made, list = {1, "two", true}})
    core.msleep(1)
    if made % 100 == 0 then core.yield() end
  end
end)
core.register_action("queues", {"http-req"}, function(txn)
  local out = {}
  local function say(...)
    for i = 1, select("#", ...) do out[#out + 1] = tostring((select(i, ...))) end
  end
  while q:pop() ~= nil do end
  say(q:size(), q:pop(), q:push("a"), q:push(2), q:push(2.5), q:push(true), q:push(false), q:push({1, k = "v"}), q:size())
  say(pcall(q.push, q, nil)) say((pcall(q.push, q))) say((pcall(q.push, q, 1, 2))) say((pcall(q.push, {}, 1)))
  say(q:pop(), math.type(q:pop()), q:pop(), q:pop(), q:pop(), q:size())
  local t = q:pop()
  say(t[1], t.k, q:pop(), q:size())
  local local_queue = core.queue()
  local_queue:push("x")
  say(local_queue:pop_wait(), local_queue:size())
  txn:set_var("txn.out", table.concat(out, " "))
  local got = fed:pop_wait()
  txn:set_var("txn.waited", table.concat({type(got.number), got.list[1], got.list[2], tostring(got.list[3])}, " "))
end)
