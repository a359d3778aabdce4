-- vars: txn.out
-- args: res.hdrs_bin=res.hdrs_bin
-- response: yes
-- request: /
core.register_action("fetches_answer", {"http-res"}, function(txn)
  local out = {}
  for _, f in ipairs{txn.f, txn.sf} do
    local function add(name, ...)
      local ok, v = pcall(f[name], f, ...)
      out[#out + 1] = name .. "=" .. (ok and tostring(v) or "error")
    end
    for _, header in ipairs{"x-one", "x-two", "x-none", "content-length"} do
      for _, name in ipairs{"res_hdr", "shdr", "res_fhdr", "res_hdr_val", "shdr_val"} do add(name, header) add(name, header, 1) add(name, header, 9) end
      add("res_hdr_cnt", header) add("shdr_cnt", header) add("res_fhdr_cnt", header)
    end
    for _, cookie in ipairs{"a", "none"} do
      for _, name in ipairs{"res_cook", "scook", "res_cook_val", "scook_val"} do add(name, cookie) end
    end
    for _, header in ipairs{"x-one", "x-two"} do add("res_hdr_ip", header) add("shdr_ip", header) end
    for _, cookie in ipairs{"a", "none"} do add("res_cook_cnt", cookie) add("scook_cnt", cookie) end
    out[#out + 1] = f:res_hdrs():gsub("\r\n", "|")
    add("bool", "true") add("bool", "0") add("bool", "x") add("bool") add("uuid", 1) add("hostname")
    out[#out + 1] = #f:uuid() .. f:uuid(4):sub(15, 15)
  end
  txn:set_var("txn.out", table.concat(out, " "))
end)
