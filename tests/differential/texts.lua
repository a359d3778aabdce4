-- vars: txn.out
-- args: path=path
-- request: /

core.register_action("texts", {"http-req"}, function(txn)
  local out = {}
  local function show(...)
    local t = core.tokenize(...)
    out[#out + 1] = #t .. "[" .. table.concat(t, "|") .. "]"
  end
  show("", ",") show("", ",", true) show("a,,b,", ",") show("a,,b,", ",", true) show("a;b c", "; ") show("abc", "")
  show(",", ",") show("a\0b,c", ",") show(12, "1") show("a,b", ",", false)
  out[#out + 1] = tostring(pcall(core.tokenize, "a", ",", 1)) .. tostring(pcall(core.tokenize, "a"))
  local c = core.concat()
  out[#out + 1] = tostring(select("#", c:add("x"))) .. c:dump()
  c:add(1) c:add("yz")
  out[#out + 1] = c:dump() .. tostring((pcall(c.add, c, nil))) .. tostring((pcall(c.add, c, {})))
  txn:set_var("txn.out", table.concat(out, " "))
end)
