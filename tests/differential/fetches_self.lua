-- vars: txn.selves txn.arguments
-- args: path=path query=query src=src req.hdrs_bin=req.hdrs_bin
-- request: /a?n=5&M=6;k=7&e= X-A:1,2
-- What methods are called on, and what fetches take for arguments.
local function shown(ok, v) return ok and tostring(v) or "error" end
core.register_action("fetches_self", {"http-req"}, function(txn)
  local out = {}
  local function try(f, ...) out[#out + 1] = shown(pcall(f, ...)) end
  for _, part in ipairs{"f", "sf"} do
    local path = txn[part].path
    try(path) try(path, nil) try(path, 1) try(path, {}) try(path, txn) try(path, txn.c) try(path, txn.http) try(path, txn.f) try(path, txn.sf) try(path, txn[part], "x") try(path, txn[part], nil)
  end
  for _, part in ipairs{"c", "sc"} do
    local lower = txn[part].lower
    try(lower) try(lower, "A") try(lower, "A", "B") try(lower, {}, "A") try(lower, txn, "A") try(lower, txn.f, "A") try(lower, txn.c, "A") try(lower, txn.sc, "A")
  end
  for _, self in ipairs{{}, 5, "x", txn.f, txn.http, setmetatable({}, {__index = txn})} do
    try(txn.get_var, self, "txn.x") try(txn.set_var, self, "txn.x", 1) try(txn.unset_var, self, "txn.x") try(txn.set_priv, self, 1) try(txn.get_priv, self) try(txn.log, self, 1, "x")
    try(txn.Info, self, "x") try(txn.deflog, self, "x") try(txn.set_loglevel, self, 1) try(txn.done, self) try(txn.reply, self)
    try(txn.http.req_get_headers, self == txn.http and txn or self) try(txn.http.req_set_header, self == txn.http and txn or self, "a", "b")
  end
  try(txn.get_var) try(txn.reply) try(txn.http.req_get_headers)
  txn:set_var("txn.selves", table.concat(out, " "))

  out = {}
  local f = txn.f
  local function add(name, ...) out[#out + 1] = name .. "=" .. shown(pcall(f[name], f, ...)) end
  for _, bad in ipairs{{}, true, print, 1.5, 5} do
    add("req_hdr", bad) add("req_hdr", "x-a", bad) add("req_fhdr", "x-a", bad) add("hdr_cnt", bad) add("cook", bad) add("url_param", bad) add("str", bad) add("int", bad) add("bool", bad)
    add("bin", bad) add("env", bad) add("path", bad) add("http_auth_bearer", bad) add("req_hdr_names", bad)
  end
  add("req_hdr", nil) add("req_hdr") add("req_hdr", "x-a", "1") add("req_hdr", "x-a", 1, 2) add("req_hdr", "x-a", 1) add("req_hdr", "x-a", -2) add("req_fhdr") add("hdr_cnt", "x-a") add("hdr_cnt", "x-a", 1)
  add("str") add("int") add("int", "5") add("int", 5) add("bool") add("env") add("bin") add("meth") add("hostname", 1) add("always_true", 1) add("rand", "5") add("uuid", "4") add("uuid", 5) add("date", "0") add("date", 0, "x")
  for _, name in ipairs{"url_param", "urlp", "urlp_val"} do add(name) add(name, "n") add(name, "M") add(name, "m") add(name, "k") add(name, "e") add(name, "") add(name, "n", "?") add(name, "n", "?", "i", "x") end
  txn:set_var("txn.arguments", table.concat(out, " "))
end)
