-- vars: txn.out
-- request: /
local found = Map.new("tasks.map")
core.register_task(function()
  core.sleep(0) core.yield()
  core.set_map("tasks.map", "task", "ran")
end)
core.register_action("tasks", {"http-req"}, function(txn)
  local out = {}
  core.yield() core.set_nice(1)
  for _ = 1, 1000 do
    if found:lookup("task") then break end
    core.msleep(10)
  end
  out[#out + 1] = tostring(found:lookup("task"))
  txn:set_var("txn.out", table.concat(out, " "))
end)
