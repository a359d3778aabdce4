-- vars: txn.read
-- args: url=url
-- edits: x-none
-- show: %[path] %[query] %[url]
-- request: /old?a=b
core.register_action("edits_uri", {"http-req"}, function(txn)
  local out = {}
  local function read() out[#out + 1] = txn.sf:path() .. " " .. txn.sf:query() .. " " .. txn.sf:url() end
  txn.http:req_set_path("/p") read()
  txn.http:req_set_query("") read()
  txn.http:req_set_query("k") txn.http:req_set_path("/a?b=c") read()
  txn.http:req_set_uri("/u2?z=1") read()
  txn.http:req_set_path("/q") read()
  txn:set_var("txn.read", table.concat(out, " | "))
end)
