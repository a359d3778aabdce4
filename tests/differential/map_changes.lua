-- vars: txn.out
-- request: /
-- request: /
local words, addresses = Map.new("changes.map"), Map.new("changes.map", Map._ip)
local parts, numbers = Map.new("changes.map", Map._sub), Map.new("numbers.map", Map._int)
core.register_action("map_changes", {"http-req"}, function(txn)
  local out = {}
  local function look() out[#out + 1] = tostring(words:lookup("10.0.0.1")) .. tostring(addresses:lookup("10.0.0.1")) .. tostring(parts:lookup("x10.0.0.1x")) end
  local function try(f, ...) out[#out + 1] = tostring((pcall(f, ...))) end
  look()
  core.set_map("changes.map", "10.0.0.1", "one") look()
  core.set_map("changes.map", "10.0.0.1", 2) look()
  core.set_map("changes.map", "10.0.0.0/8", "net") look()
  core.del_map("changes.map", "10.0.0.1") look()
  core.del_map("changes.map", "nosuch") core.del_map("changes.map", "10.0.0.0/8") look()
  core.set_map("changes.map", "1.1.1.1", "all") -- twice in the file
  out[#out + 1] = words:lookup("1.1.1.1") .. addresses:lookup("1.1.1.1")
  core.add_acl("changes.map", "3.3.3.3") out[#out + 1] = tostring(words:lookup("3.3.3.3"))
  core.del_acl("changes.map", "3.3.3.3") out[#out + 1] = tostring(words:lookup("3.3.3.3"))
  core.set_map("numbers.map", "5:7", "b") out[#out + 1] = numbers:lookup(6)
  core.del_map("numbers.map", "5:7") out[#out + 1] = tostring(numbers:lookup(6))
  core.add_acl("changes.map", "3.3.3.3") core.set_map("changes.map", "3.3.3.3", "x") look()
  out[#out + 1] = tostring(words:lookup("3.3.3.3")) .. tostring(addresses:lookup("3.3.3.3")) -- it stays without a value
  core.del_acl("changes.map", "3.3.3.3")
  core.set_map("changes.map", "word", "1") out[#out + 1] = tostring(words:lookup("word")) -- no address, so nowhere
  try(core.set_map, "nosuch", "a", "b") try(core.set_map, "changes.map", "a") try(core.set_map, "changes.map", "1.2.3.4", nil)
  try(core.del_map, "nosuch", "a") try(core.add_acl, "nosuch", "a") try(core.del_acl, "nosuch", "a") try(core.del_map, "changes.map", {})
  txn:set_var("txn.out", table.concat(out, " "))
end)
