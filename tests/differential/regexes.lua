-- vars: txn.out
-- args: path=path
-- request: /

core.register_action("regexes", {"http-req"}, function(txn)
  local out = {}
  local function show(pattern, sensitive, text)
    local ok, re = Regex.new(pattern, sensitive)
    local found, list = re:match(text)
    out[#out + 1] = tostring(ok) .. tostring(re:exec(text)) .. tostring(found) .. "[" .. (list and table.concat(list, "|") or "-") .. "]"
  end
  show("^/(a+)(b)?(c)", true, "/aac") show("b", true, "abc") show("B", true, "abc") show("B", false, "abc")
  show("(x)?(y)?", true, "y") show("(a)(b)(c)", true, "xabcx") show("", true, "abc") show("[0-9]+$", true, "a12")
  out[#out + 1] = tostring((pcall(Regex.new, "a")))
  local ok, message = Regex.new("(", true)
  out[#out + 1] = tostring(ok) .. type(message)
  txn:set_var("txn.out", table.concat(out, " "))
end)
