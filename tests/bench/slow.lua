-- A message that is answered at once, and two that are slow.
spoa.on("fast", function() set_var("txn.answer", 1) end)

-- 5 ms of the processor, in Lua alone.
spoa.on("burn", function()
  local n = 0
  for i = 1, 150000 do n = n + i end
  set_var("txn.answer", n > 0)
end)

-- A binding that waits.
spoa.on("sleep", function()
  core.msleep(50)
  set_var("txn.answer", true)
end)
