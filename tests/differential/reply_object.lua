-- vars: txn.out
-- request: /
local function show(v)
  if type(v) ~= "table" then return tostring(v) end
  local keys = {}
  for k in pairs(v) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  local out = {}
  for _, k in ipairs(keys) do out[#out + 1] = tostring(k) .. "=" .. show(v[k]) end
  return "{" .. table.concat(out, ",") .. "}"
end
core.register_action("reply_object", {"http-req"}, function(txn)
  local out = {}
  local function try(f, ...)
    local ok, v = pcall(f, ...)
    out[#out + 1] = ok and show(v) or "error"
  end
  local function status(v) local r = txn:reply(v) return r.status .. " " .. r.reason end
  out[#out + 1] = show(txn:reply())
  out[#out + 1] = show(txn:reply{status = 404, reason = "ignored", body = 12, headers = {a = "x", b = {"1", "2"}, C = {1, 2}}})
  for _, v in ipairs{{status = "404"}, {status = 99}, {status = 700}, {headers = "x"}, {headers = {a = 1}}, {body = {}}, {status = 403, body = "b"}} do
    try(show, txn:reply(v))
  end
  for _, code in ipairs{200, 301, 400, 401, 403, 404, 429, 500, 503, 299, 399, 499, 599} do try(status, {status = code}) end
  local r = txn:reply()
  for _, v in ipairs{99, 600, 100, "201", 200.5, "x"} do try(r.set_status, r, v) end
  try(r.set_status, r) try(r.set_status, r, 201, "a") out[#out + 1] = show(r)
  try(r.add_header, r, "x") try(r.add_header, r, "x", 1) try(r.add_header, r, "X", "2") try(r.add_header, r, "x", true)
  try(r.set_body, r) try(r.set_body, r, 12) try(r.del_header, r, "nosuch") out[#out + 1] = show(r)
  r:del_header("x") out[#out + 1] = show(r)
  out[#out + 1] = tostring(txn.reply ~= nil) .. tostring(txn:reply("x").status)
  txn:set_var("txn.out", table.concat(out, " ")) -- one variable: a line
end)
