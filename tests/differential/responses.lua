-- vars: txn.read
-- args: res.hdrs_bin=res.hdrs_bin
-- edits: x-one x-two x-new set-cookie x-add
-- headers: x-one x-two x-new set-cookie x-add
-- response: yes
-- request: /
core.register_action("responses", {"http-res"}, function(txn)
  local h, out = txn.http, {}
  for name, list in pairs(h:res_get_headers()) do
    if name:find("^x%-") then out[#out + 1] = name .. #list .. list[0] end
  end
  table.sort(out)
  h:res_del_header("x-one")
  h:res_rep_value("x-two", "^c$", "C")
  h:res_rep_header("x-two", "^(d)$", "\\1\\1")
  h:res_set_header("x-new", 1)
  h:res_add_header("x-add", "1") h:res_add_header("x-add", "2")
  h:res_add_header("set-cookie", "b=2") h:res_add_header("set-cookie", "c=3, 4")
  h:res_set_status(404)
  out[#out + 1] = h:res_get_headers()["x-two"][1]
  out[#out + 1] = tostring((pcall(h.req_get_headers, h))) .. tostring((pcall(h.req_set_header, h, "a", "b")))
  txn:set_var("txn.read", table.concat(out, " "))
end)
