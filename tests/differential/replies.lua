-- headers: x-a x-l location set-cookie content-type
-- body: yes
-- args: path=path
-- request: /reply
-- request: /deny
-- request: /table
-- request: /strings
-- request: /redirect
-- request: /nothing
-- request: /none
-- request: /text
-- request: /length
-- request: /number
-- request: /caught
-- request: /nostatus
local cases = {}
function cases.reply(txn)
  local r = txn:reply()
  assert(r:set_status(403, "Nope") and r:add_header("X-A", "1") and r:add_header("X-A", "2"))
  r:add_header("Content-Type", "text/x") r:set_body("one line \"quoted\" %[path] <b>")
  txn:done(r)
end
function cases.deny(txn) txn:done(txn:reply{status = 401, body = "who?", headers = {["x-a"] = "text", ["x-l"] = {"a", 2}}}) end
function cases.table(txn) txn:done{status = 429, headers = {["x-l"] = {"a", "b"}, ["content-type"] = {"text/html"}}, body = "hi"} end
function cases.strings(txn) txn:done{status = 404, headers = {["x-a"] = "dropped"}, body = "x"} end
function cases.redirect(txn)
  txn:done(txn:reply{status = 302, headers = {location = "/x?y=1", ["set-cookie"] = {"a=1", "b=2; Path=/"}}})
end
function cases.nothing(txn) txn:done() end
function cases.none(txn) txn:done(txn:reply{status = 204}) end
function cases.text(txn) txn:done("text") end
function cases.length(txn) txn:done{status = 200, headers = {["content-length"] = {"99"}}, body = "abc"} end
function cases.number(txn) txn:done{status = 200, body = 12} end
function cases.caught(txn) txn:done(txn:reply{status = 503, body = "late"}) txn:set_var("txn.after", 1) end
function cases.nostatus(txn) txn:done{body = "no status"} end
core.register_action("replies", {"http-req"}, function(txn) cases[txn.sf:path():sub(2)](txn) end)
