-- Programs have to work for their visit: who has no pass gets a page whose script
-- looks for a number, and the number buys a pass in a cookie.
--
--   http-request lua.bot-check
--   http-request use-service lua.bot-challenge if { var(txn.bot) -m str challenge }
--
-- Passes and challenges are signed with HMAC-SHA3-256, so nothing is stored. They
-- belong to one host and one address.

local SECRET = os.getenv("BOT_SECRET") or "" -- in base64; without it nobody gets in
local COOKIE = "bot_pass"

local denied = Map.new("denied.map", Map._ip)
local allowed = Map.new("allowed.map", Map._ip)
local agents = Map.new("agents.map", Map._sub)
local paths = Map.new("paths.map", Map._beg)
local modes = Map.new("modes.map", Map._str)
local settings = Map.new("settings.map", Map._str)
local titles = Map.new("titles.map", Map._str)
local revoked = Map.new("revoked.map", Map._str)

local PAGE = [[<!doctype html><html><head><title>%s</title></head><body><p>%s</p>
<form method="post" action="/bot-challenge"><input name="challenge" value="%s" type="hidden"><input name="to" value="%s" type="hidden">
<input name="number" id="n"><input type="submit" value="Go on"></form><script>
(async () => {
  const bits = %d, text = "%s:", bytes = new TextEncoder();
  for (let i = 0; ; i++) {
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes.encode(text + i)));
    let zeros = 0;
    for (const byte of sum) { zeros += byte ? Math.clz32(byte) - 24 : 8; if (byte) break; }
    if (zeros >= bits) { document.getElementById("n").value = i; document.forms[0].submit(); return; }
  }
})();
</script></body></html>
]]

local function host_of(convert, header) return convert:lower(convert:host_only(header or "")) end

-- setting returns how many bits a host asks for, and for how many minutes a pass
-- is good: 0 for ever.
local function setting(convert, host)
  local text = settings:lookup(host) or settings:slookup("*")
  local bits = tonumber(convert:json_query(text, "$.bits", "int")) or 16
  return bits, tonumber(convert:json_query(text, "$.minutes", "int")) or 60
end

local function sign(convert, ...)
  return convert:lower(convert:hex(convert:hmac(table.concat({ ... }, "|"), "sha3-256", SECRET)))
end

-- same compares texts in a time that says nothing of where they differ.
local function same(convert, a, b) return sign(convert, "same", a) == sign(convert, "same", b) end

local function in_time(expires) return expires == "0" or tonumber(expires) > core.now().sec end

-- challenge is the same for some time, so that a page that is open stays good.
local function challenge(convert, host, address)
  local bits, minutes = setting(convert, host)
  local expires = 0
  if minutes > 0 then
    local span = minutes * 60
    expires = (core.now().sec // span + 2) * span
  end
  return expires .. "." .. sign(convert, "challenge", host, address, bits, expires), bits
end

local function is_challenge(convert, text, host, address)
  local expires, mac = text:match("^(%d+)%.(%x+)$")
  if not expires or #expires > 15 or not in_time(expires) then return false end
  local bits = setting(convert, host)
  return same(convert, mac, sign(convert, "challenge", host, address, bits, expires))
end

local function zero_bits(sum)
  for i = 1, #sum do
    local byte = sum:byte(i)
    if byte > 0 then
      local n = (i - 1) * 8
      while byte < 128 do byte, n = byte * 2, n + 1 end
      return n
    end
  end
  return #sum * 8
end

-- worked tells whether a number is what the challenge asks for.
local function worked(convert, text, number, bits)
  return #number <= 20 and zero_bits(convert:digest(text .. ":" .. number, "sha256")) >= bits
end

local function new_pass(convert, text, number, host, address)
  local expires = text:match("^%d+")
  local id = sign(convert, "id", text, number):sub(1, 16)
  return expires .. "." .. id .. "." .. sign(convert, "pass", host, address, expires, id)
end

-- pass_id returns the number of a good pass, or nil and what is wrong with it.
local function pass_id(convert, pass, host, address)
  local expires, id, mac = pass:match("^(%d+)%.(%x+)%.(%x+)$")
  if not expires or #expires > 15 then return nil, "no pass" end
  if not same(convert, mac, sign(convert, "pass", host, address, expires, id)) then return nil, "forged" end
  if not in_time(expires) then return nil, "expired" end
  if revoked:lookup(id) then return nil, "revoked" end
  return id
end

-- judge returns allow, deny or challenge, and why.
local function judge(txn)
  if SECRET == "" then return "deny", "BOT_SECRET is not set" end
  local convert, address = txn.sc, txn.sf:src()
  local why = denied:lookup(address)
  if why then return "deny", why end
  why = allowed:lookup(address)
  if why then return "allow", why end
  local verdict = agents:lookup(txn.sf:req_fhdr("user-agent"))
  if verdict then return verdict, "agent" end
  if paths:lookup(txn.sf:path()) then return "allow", "path" end
  local host = host_of(convert, txn.sf:req_hdr("host"))
  local mode = modes:lookup(host .. txn.sf:path()) or modes:lookup(host) or modes:slookup("*")
  if mode ~= "work" then return mode == "deny" and "deny" or "allow", "mode" end
  local id, wrong = pass_id(convert, txn.sf:req_cook(COOKIE), host, address)
  if id then return "allow", "pass " .. id end
  return "challenge", wrong
end

core.register_action("bot-check", { "http-req" }, function(txn)
  local verdict, why = judge(txn)
  txn:set_var("txn.bot", verdict)
  txn:set_var("txn.bot_reason", why)
end)

-- safe is a path of this host, for the way back.
local function safe(path) return path:match("^/[%w%-._~/?&=%%]*$") and not path:match("^//") and path or "/" end

local function form(convert, body)
  local fields = {}
  for name, value in body:gmatch("([%w]+)=([^&]*)") do fields[name] = convert:url_dec(value, 1) end
  return fields
end

local function answer(applet, status, headers, body)
  applet:set_status(status)
  applet:add_header("cache-control", "no-store")
  applet:add_header("content-length", tostring(#body))
  for name, value in pairs(headers) do applet:add_header(name, value) end
  applet:start_response()
  applet:send(body)
end

local function ask(applet, host, address, to, message)
  local text, bits = challenge(applet.sc, host, address)
  local title = titles:lookup(host) or titles:slookup("*")
  answer(applet, 403, { ["content-type"] = "text/html" }, PAGE:format(title, message, text, to, bits, text))
end

-- leave revokes the visitor's pass.
local function leave(applet, host, address)
  local cookies = applet.headers["cookie"] and applet.headers["cookie"][0] or ""
  local id = pass_id(applet.sc, cookies:match(COOKIE .. "=([%w.]+)") or "", host, address)
  if id then core.set_map("revoked.map", id, "left") end
  answer(applet, 303, { location = "/" }, "")
end

core.register_service("bot-challenge", "http", function(applet)
  if SECRET == "" then return answer(applet, 503, {}, "") end
  local host = host_of(applet.sc, applet.headers["host"] and applet.headers["host"][0])
  local address = applet.sf:src()
  if applet.path == "/bot-challenge/leave" then return leave(applet, host, address) end
  if applet.path ~= "/bot-challenge" then
    local query = applet.qs ~= "" and "?" .. applet.qs or ""
    return ask(applet, host, address, safe(applet.path .. query), "One moment.")
  end
  if applet.method ~= "POST" then return ask(applet, host, address, "/", "One moment.") end
  local fields = form(applet.sc, applet:receive())
  local text, to = fields.challenge or "", safe(fields.to or "/")
  if not is_challenge(applet.sc, text, host, address) then return ask(applet, host, address, to, "That was for another page.") end
  if not worked(applet.sc, text, fields.number or "", (setting(applet.sc, host))) then
    return ask(applet, host, address, to, "That is not the number.")
  end
  local pass = new_pass(applet.sc, text, fields.number, host, address)
  answer(applet, 303, { location = to, ["set-cookie"] = COOKIE .. "=" .. pass .. "; Path=/; HttpOnly; SameSite=Lax" }, "")
end)
