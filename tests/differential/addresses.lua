-- vars: txn.out
-- args: path=path
-- request: /

local texts = {
  "127.0.0.5", "127.0.0.1/8", "127.0.0.0/8", "127.0.0.0/255.0.0.0", "10.0.0.0/8", "0.0.0.0/0", "2001:db8::1", "2001:db8::/32",
  "2001:db8::1/32", "::/0", "::ffff:127.0.0.5", "127.0.0.5/32", "127.1.2.3/16", "127.1", "127", "127/8", "127.0.0.1", "0.0.0.127", "1.515", "1.0.2.3", "127.0.5.5/255.0.255.0",
}
core.register_action("addresses", {"http-req"}, function(txn)
  local out = {}
  for _, a in ipairs(texts) do
    local row = ""
    for _, b in ipairs(texts) do
      row = row .. (core.match_addr(core.parse_addr(a), core.parse_addr(b)) and "1" or "0")
    end
    out[#out + 1] = row
  end
  for _, bad in ipairs({"", "x", "1.2.3", "1.2.3.4/33", "1.2.3.4/x", "example.org", "::1/129", "1.2.3.4/", "1.2.3.4/255.0.255.0"}) do
    out[#out + 1] = tostring(core.parse_addr(bad) == nil)
  end
  out[#out + 1] = tostring(core.match_addr("1.2.3.4", core.parse_addr("1.2.3.4")))
  txn:set_var("txn.out", table.concat(out, " "))
end)
