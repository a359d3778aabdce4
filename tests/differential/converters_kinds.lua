-- vars: txn.inputs txn.params txn.fields
-- request: /
-- What converters make of numbers, booleans and all else, as their input and their parameters.
local function shown(ok, v)
  if not ok then return "error" end
  return v == nil and "nil" or (tostring(v):gsub("[^%g ]", function(c) return ("<%02x>"):format(c:byte()) end))
end
local others = {{}, true, false, print, 1.5}
core.register_action("converters_kinds", {"http-req"}, function(txn)
  local c, out = txn.c, {}
  local function add(name, ...) out[#out + 1] = name .. "=" .. shown(pcall(c[name], c, ...)) end
  for _, v in ipairs{5, -1, 1 << 40, true, false, {}, 1.5, "5", ""} do
    for _, name in ipairs{"base64", "ub64enc", "hex", "crc32", "crc32c", "sha1", "djb2", "sdbm", "wt6", "xxh32", "xxh64", "xxh3", "lower", "length", "hex2i", "http_date", "bool", "odd", "htonl", "host_only"} do
      add(name, v)
    end
    add("be2dec", v, ":", 2) add("be2hex", v, ":", 3) add("digest", v, "md5") add("hmac", v, "sha1", "a2V5") add("ipmask", v, 16) add("utime", v, "%s")
  end
  txn:set_var("txn.inputs", table.concat(out, " "))
  out = {}
  for _, bad in ipairs(others) do
    add("field", "a,b", 1, bad) add("field", "a,b", bad, ",") add("ltrim", "xa", bad) add("json", "a", bad) add("sha2", "a", bad) add("lower", bad)
    add("http_date", 1, bad) add("ipmask", "1.2.3.4", bad) add("crc32", "a", bad) add("concat", "a", bad) add("lower", "A", bad) add("utime", 1, bad)
    add("regsub", "abc", "b", bad) add("regsub", "abc", bad, "x") add("iif", 1, bad, "x") add("digest", "a", bad) add("url_dec", "a", bad)
    add("set_var", "a", bad) add("strcmp", "a", bad) add("add", 1, bad) add("be2hex", "abc", ":", bad) add("fix_tag_value", "a", bad)
  end
  add("field", "a,b", nil, ",") add("field", "a,b", 1, nil) add("lower", nil) add("lower", "A", nil) add("field", "a,b", "1", ",") add("field", "a,b", 1, "")
  add("word", "a,b", 1, "") add("ltrim", "5a", 5) add("ltrim", "a", "") add("url_enc", "a", 5) add("sha2", "a", "256") add("crc32", "a", "1") add("digest", "a", "")
  add("ipmask", "1.2.3.4", 33) add("ipmask", "1.2.3.4", -1) add("ipmask", 1 << 40, 8) add("hex2i", "ffffffffffffffffff") add("hex2i", "12g") add("hex2i", "-1")
  add("http_date", 784111777, 1, "s") add("http_date", 784111777123, 1, "x") add("http_date", 1, "1") add("http_date", -1) add("utime", 1, "%s", -10) add("utime", -1, "%Y")
  txn:set_var("txn.params", table.concat(out, " "))
  out = {}
  for _, s in ipairs{"a,b,,c", ",a,", "a\xff,b", ",,a;b,;"} do
    for _, index in ipairs{1, 2, 3, -1, -2} do
      for count = -1, 4 do add("field", s, index, ",", count) add("field", s, index, ",;", count) end
    end
    add("word", s, 1, ",", 0) add("word", s, 1, ",", 3) add("word", s, -1, ",", 0) add("word", s, -1, ",", 3) add("word", s, 1, ",", -1)
    add("ltrim", s, "\xfe,") add("rtrim", s, "\xff,;")
  end
  txn:set_var("txn.fields", table.concat(out, " "))
end)
