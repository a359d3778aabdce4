-- vars: txn.out
-- args: path=path
-- request: /

-- A file for each method: HAProxy takes the first method of a file for all that read it alike.
local maps = {
  Map.new("words.map"), Map.new("words.map", Map._str), Map.new("words-beg.map", Map.beg), Map.new("words-end.map", Map._end),
  Map.new("words-sub.map", Map._sub), Map.new("words-dir.map", Map._dir), Map.new("words-dom.map", Map._dom), Map.new("words-reg.map", Map._reg),
}
local ints, ips = Map.new("ints.map", Map._int), Map.new("ips.map", Map._ip)
core.register_action("maps", {"http-req"}, function(txn)
  local out = {}
  for i, m in ipairs(maps) do
    for _, key in ipairs({
      "example.org", "www.example.org:80", "notexample.org", "/a/app/b", "/application", "app", "", "prefix-more", "prefix", "pre",
      "novalue", "spaced", "twice", "Example.org", "x/app?y", "#hidden", "later#hash", "/app",
    }) do
      out[#out + 1] = tostring(m:lookup(key)) .. ";" .. m:slookup(key)
    end
    out[#out + 1] = tostring((pcall(m.lookup, m, nil))) .. tostring((pcall(m.lookup, m))) .. tostring((pcall(m.lookup, m, 5)))
  end
  for _, n in ipairs({5, "5", 10, 15, 20, 21, 35, -5, 100, 1000, 99}) do out[#out + 1] = tostring(ints:lookup(n)) end
  out[#out + 1] = tostring((pcall(ints.lookup, ints, "x")))
  for _, a in ipairs({"10.2.0.1", "::ffff:10.2.0.1", "10.1.2.3", "11.0.0.1", "2001:db8::5", "2001:db9::5", "192.0.2.9", "nothing", "172.16.5.5"}) do
    out[#out + 1] = tostring(ips:lookup(a))
  end
  out[#out + 1] = tostring((pcall(Map.new, "words.map")))
  txn:set_var("txn.out", table.concat(out, " "))
end)
