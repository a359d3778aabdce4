-- Form login with sessions: who has no session gets a form; who fills it in
-- rightly gets a session in a cookie. Wrong passwords are answered slowly.
--
-- lua-load form-login.lua [COOKIE [TITLE]]
local args = table.pack(...)
local cookie, title = args[1] or "session", args[2] or "Members"

local users = Map.new("users.map", Map._str)
local sessions = Map.new("sessions.map", Map._str)

local page = [[<html><head><title>%s</title></head><body><p>%s</p>]] ..
  [[<form method="post"><input name="user"><input name="password" type="password"><input type="submit"></form></body></html>]]

-- field returns a field of the form, or "".
local function field(txn, name)
  local text = txn.sf:req_body_param(name)
  return (txn.sc:url_dec(text, 1))
end

-- valid looks the user up even when there is none, so that both take as long.
local function valid(txn, user, password)
  local known = users:slookup(user)
  local salt, digest = known:match("^([^$]+)%$(%x+)$")
  local hash = txn.sc:hex(txn.sc:sha2((salt or "none") .. password, 256))
  return hash == digest
end

local function ask(txn, message)
  local reply = txn:reply{ status = 401 }
  reply:add_header("content-type", "text/html")
  reply:add_header("cache-control", "no-store")
  reply:set_body(page:format(title, message))
  txn:done(reply)
end

local function enter(txn, user)
  local id = txn.sf:uuid()
  core.set_map("sessions.map", id, user)
  txn:Info("new session of " .. user)
  local reply = txn:reply{ status = 303 }
  reply:add_header("location", txn.sf:path())
  reply:add_header("set-cookie", cookie .. "=" .. id .. "; Path=/; HttpOnly; SameSite=Lax")
  txn:done(reply)
end

core.register_action("login", { "http-req" }, function(txn)
  local user = sessions:lookup(txn.sf:req_cook(cookie))
  if user then
    if txn.sf:path() == "/logout" then
      core.del_map("sessions.map", txn.sf:req_cook(cookie))
      ask(txn, "Bye " .. user)
    end
    txn:set_var("txn.user", user)
    return act.CONTINUE
  end
  if txn.sf:method() ~= "POST" then ask(txn, "Who are you?") end
  local name = field(txn, "user")
  if valid(txn, name, field(txn, "password")) then enter(txn, name) end
  core.sleep(1)
  ask(txn, "No.")
end)
