-- since: 3.4
-- vars: txn.read
-- args: res.hdrs_bin=res.hdrs_bin
-- edits:
-- response: yes
-- show: %[res.hdrs_bin,hex]
-- request: /
core.register_action("responses_names", {"http-res"}, function(txn)
  local h, out = txn.http, {}
  for name in pairs(h:res_get_headers()) do out[#out + 1] = name end
  table.sort(out)
  for i, name in ipairs(out) do
    if name ~= "content-length" then
      if i % 2 == 0 then h:res_del_header(name) else h:res_add_header(name, "more") end
    end
  end
  for i = 1, 6 do h:res_add_header("Set-Cookie", "c" .. i .. "=1, 2") end
  h:res_set_header("x-" .. #out, "new")
  h:res_set_status(404)
  txn:set_var("txn.read", table.concat(out, " "))
end)
