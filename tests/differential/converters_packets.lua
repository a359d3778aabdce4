-- vars: txn.fix txn.mqtt txn.fields txn.cut txn.broken
-- request: /
-- The first packets of FIX and MQTT: whole ones, each beginning of one, broken ones and long ones.
local function shown(ok, v)
  if not ok then return "error" end
  return v == nil and "nil" or (tostring(v):gsub("[^%g ]", function(c) return ("<%02x>"):format(c:byte()) end))
end
local function fix(body, version, length, sum)
  body = body:gsub("|", "\1")
  local m = "8=" .. (version or "FIX.4.2") .. "\0019=" .. (length or #body) .. "\1" .. body
  local n = sum or 0
  for i = 1, #m do n = n + m:byte(i) end
  return m .. ("10=%03d\1"):format(n % 256)
end
local function mqtt(version, flags, rest, name)
  name = name or "MQTT"
  local body = "\0" .. string.char(#name) .. name .. string.char(version, flags) .. "\0\60" .. rest
  return "\x10" .. string.char(#body) .. body
end
local properties = "\x0b\17\0\0\1\0\33\0\7\25\1\23"
local packets = {
  mqtt(4, 2, "\0\2ab"), mqtt(3, 2, "\0\0", "MQIsdp"), mqtt(4, 0xc6, "\0\2ab\0\1t\0\3pay\0\4user\0\2pw"), mqtt(5, 0, "\0\0\6client"),
  mqtt(5, 0, "\x0a\17\0\0\1\0\33\0\7\25\1\0\1a"), mqtt(5, 4, "\0\0\1a\5\24\0\0\0\9\0\1t\0\1p"), mqtt(5, 0, "\x08\21\0\1m\22\0\1d\0\1a"),
  "\x20\2\0\0", "\x20\2\1\5", "\x20\3\0\0\0", "\x20\x0b\0\0\8\36\1\18\0\3idx", mqtt(4, 1, "\0\2ab"), mqtt(6, 0, "\0\2ab"), mqtt(4, 0x18, "\0\2ab"),
  mqtt(5, 0, properties .. "\0\1a"), "\xc0\0", "\x11\2\0\0", "\x20\2\2\0", mqtt(4, 2, "\0\9ab"), mqtt(4, 2, "\0\2ab") .. "more",
}
local fields = {
  ["1"] = {"flags", "protocol_name", "Protocol_Version", "client_identifier", "will_topic", "will_payload", "username", "password", "keepalive", "17", "33", "25", "24", "21", "22", "38"},
  ["connack"] = {"flags", "protocol_version", "reason_code", "36", "18", "17", "38"},
}
local seed = 1
local function random(n)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed // 65536 % n
end
local function broken(m)
  for _ = 0, random(2) do
    local at, byte = random(#m) + 1, string.char(random(256))
    m = m:sub(1, at - 1) .. (random(3) > 0 and byte or "") .. m:sub(at + 1)
  end
  return m
end

core.register_action("converters_packets", {"http-req"}, function(txn)
  local c = txn.c
  local out = {}
  local function add(name, ...) out[#out + 1] = shown(pcall(c[name], c, ...)) end
  local function put(name, between) txn:set_var(name, table.concat(out, between)) out = {} end

  for _, version in ipairs{"FIX.4.0", "FIX.4.4", "FIX.4.5", "FIX.5.0", "FIXT.1.1", "fix.4.2", "X"} do add("fix_is_valid", fix("35=0|", version)) end
  for _, body in ipairs{"35=AB|", "36=0|x=1|", "35=0|49=|", "35=0|=1|", "35=0|1x=1|", "35=0|446=a=b|", "35=0|447=a|", "35=0|10000=a|", "35=0|20000=a|", "35=0|10=x|", "35=0||", "35=0"} do
    add("fix_is_valid", fix(body))
  end
  for _, length in ipairs{"05", "5x", "4", "6", "-5", "99999999"} do add("fix_is_valid", fix("35=0|", nil, length)) end
  add("fix_is_valid", fix("35=0|", nil, nil, 1)) add("fix_is_valid", fix("35=0|") .. "more") add("fix_is_valid", fix("35=0|58=" .. ("x"):rep(10000) .. "|"))
  add("fix_is_valid", ("x"):rep(10000)) add("fix_is_valid", 5)
  for _, tag in ipairs{"8", "9", "35", "49", "049", "56", "58", "10", "7", "BeginString", "bodylength", "MsgType", "SenderCompID", "TargetCompID", "CheckSum", "0", "-1", "x", "", "49x", 49} do
    add("fix_tag_value", fix("35=D|49=ab|56=cd|49=second|58=a=b|"), tag)
  end
  add("fix_tag_value", "8=X\1", "8") add("fix_tag_value", "8=X", "8") add("fix_tag_value", "", "8") add("fix_tag_value", "x", "8")
  add("fix_tag_value", fix("35=0|58=" .. ("x"):rep(10000) .. "|59=y|"), "59")
  put("txn.fix", " ")

  for _, m in ipairs(packets) do
    for packet, names in pairs(fields) do
      for _, name in ipairs(names) do add("mqtt_field_value", m, packet, name) end
    end
  end
  table.sort(out)
  put("txn.fields", " ")
  for _, m in ipairs(packets) do add("mqtt_is_valid", m) end
  add("mqtt_is_valid", "\x10\xff\xff\xff\x7f" .. ("x"):rep(10000)) add("mqtt_is_valid", "\x10\xff\xff\xff\xff") add("mqtt_is_valid", 5)
  add("mqtt_field_value", packets[1], "PUBLISH", "flags") add("mqtt_field_value", packets[1], 1, "flags") add("mqtt_field_value", packets[1], "1", "reason_code")
  add("mqtt_field_value", packets[1], "1", "99") add("mqtt_field_value", packets[1], "1") add("mqtt_field_value", packets[1], "", "")
  put("txn.mqtt", " ")

  local m = fix("35=D|49=ab|")
  for i = 0, #m do add("fix_is_valid", m:sub(1, i)) add("fix_tag_value", m:sub(1, i), "9") end
  for _, packet in ipairs{packets[3], packets[5], packets[11]} do
    for i = 0, #packet do add("mqtt_is_valid", packet:sub(1, i)) end
  end
  put("txn.cut", "")
  for _ = 1, 400 do
    add("fix_is_valid", broken(fix("35=D|49=ab|")))
    add("fix_tag_value", broken(fix("35=D|49=ab|")), "49")
    add("mqtt_is_valid", broken(packets[random(7) + 1]))
  end
  put("txn.broken", "")
end)
