-- vars: txn.out
-- args: req.hdrs_bin=req.hdrs_bin query=query
-- request: /x?n=5&m=12a&e=&t=x X-N:12 X-N:7 X-T:abc X-IP:1.2.3.4,::1 X-Port:1.2.3.4:80 Cookie:a=1;b=22;a=3 Authorization:Basic
-- request: /x?n=0 Authorization:Bearer X-IP:nothing
core.register_action("fetches_more", {"http-req"}, function(txn)
  local out, f = {}, txn.f
  local function add(name, ...)
    local ok, v = pcall(f[name], f, ...)
    out[#out + 1] = ok and tostring(v) or "error"
  end
  for _, header in ipairs{"x-n", "x-t", "x-none"} do
    for _, name in ipairs{"req_hdr_val", "hdr_val"} do add(name, header) add(name, header, 1) end
  end
  for _, header in ipairs{"x-n", "x-t", "x-ip", "x-port", "x-none"} do
    for _, name in ipairs{"req_hdr_ip", "hdr_ip"} do add(name, header) add(name, header, 1) end
  end
  for _, name in ipairs{"a", "b", "c"} do add("req_cook_cnt", name) add("cook_cnt", name) end
  for _, name in ipairs{"n", "m", "e", "t", "none"} do add("urlp_val", name) end
  add("http_auth_type") add("http_auth_user") add("http_auth_pass") add("http_auth_bearer")
  add("str", "a b") add("str") add("int", 5) add("int") add("always_true") add("always_false") add("rand", 1)
  out[#out + 1] = tostring(f:date() - core.now().sec < 5) .. tostring(f:date(10) - f:date() >= 9) .. tostring(f:date(0, "ms") > 1000000000000)
  add("date", "x")
  for _, text in ipairs{"", "a", "hello world", "\xff\x00x"} do out[#out + 1] = txn.c:djb2(text) .. " " .. txn.c:sdbm(text) end
  txn:set_var("txn.out", table.concat(out, " "))
end)
