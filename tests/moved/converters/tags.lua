-- Converters and fetches that a configuration uses in many ways.
core.register_converters("wrap", function(text, left, right)
  return (left or "<") .. text .. (right or left or ">")
end)

core.register_converters("size", function(text) return #text end)

core.register_converters("count", function(text, ...) return select("#", ...) end)

core.register_fetches("greeting", function(txn) return txn.sf:env("GREETING") end)

core.register_converters("listed", function(text)
  if text == "" then return end
  return text:find("^trusted") ~= nil
end)

core.register_fetches("part", function(txn, n)
  local i = 0
  for part in txn.sf:path():gmatch("[^/]+") do
    i = i + 1
    if i == tonumber(n) then return part end
  end
end)

core.register_action("refuse", { "http-req" }, function(txn, why)
  local reply = txn:reply{ status = 403 }
  reply:set_body("refused: " .. why)
  txn:done(reply)
end, 1)

core.register_action("pass", { "http-req" }, function(txn)
  if txn.sf:path():find("/stop", 1, true) then return act.STOP end
end)
