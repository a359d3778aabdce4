print(pcall(function()

  local t
  t.x = 1
end))
print(pcall(function() return 1 +
 nil end))
