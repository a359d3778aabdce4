-- since: 3.2
-- vars: txn.out
-- request: /
-- A task waits; in an action core.wait brings HAProxy 3.2 down.
local asked, answered = core.queue(), core.queue()
core.register_task(function()
  while true do
    asked:alarm()
    if asked:size() == 0 then core.wait(10) end
    local number = asked:pop()
    if number then answered:push(number + 1) end
  end
end)
core.register_action("waits", {"http-req"}, function(txn)
  local out = {}
  for i = 1, 3 do
    asked:push(i)
    out[#out + 1] = answered:pop_wait()
  end
  out[#out + 1] = tostring((pcall(asked.alarm, {})))
  txn:set_var("txn.out", table.concat(out, " "))
end)
