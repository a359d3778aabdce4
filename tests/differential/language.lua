-- vars: txn.out
-- request: /
-- Where Lua 5.1 differs, and where other VMs go wrong.
core.register_action("language", {"http-req"}, function(txn)
  local out = {}
  local function say(...)
    for i = 1, select("#", ...) do out[#out + 1] = (tostring((select(i, ...))):gsub("[^%g ]", function(c) return ("<%02x>"):format(c:byte()) end)) end
  end
  local a, b = 1, 2
  a, b = b, a
  say(a, b)
  local x, y = 54, 24
  while y ~= 0 do x, y = y, x % y end
  say(x)
  local list = {1, 2, 3}
  local i = 1
  i, list[i] = i + 1, 20
  say(i, list[1], list[2])
  for word in ("x-user,,x-team"):gmatch("[^,]*") do say("<" .. word .. ">") end
  say(("a,b"):gsub("[^,]*", "-"), ("hello world"):gsub("o*", "x"), ("abc"):find("b*"), ("a#b#c#d"):gsub("[^#]*", "%0%0"))
  say("\x41\u{48}\z
       z", "\065", #"\xff\x00")
  say(tostring(tonumber("1e3")):sub(1, 4), tonumber("017"), tonumber("0x10"), tonumber("0b11"), tonumber("1_000"), tonumber(" 5 "), tonumber("5x"), tonumber("z", 36), tonumber("9", 8))
  say(("\xc4\xff\xe9 A"):lower(), ("\xe4\xff a"):upper(), ("%g"):rep(2, "-"))
  say(os.date("!%a, %d %b %Y %H:%M:%S GMT", 784111777), os.date("!%j %U %w %y %p %I %%", 784111777), os.date("!%A %B", 0), os.date("!*t", 0).year)
  say(7 // 2, -7 // 2, 7 % -3, 1 << 4, 0xff >> 4, 6 & 3, 6 | 1, 6 ~ 3, ~0, 10 / 2 == 5, 3 | 0)
  say(1 / 3, 100, 2^63, math.maxinteger, math.mininteger, math.type(1), math.type(1.5), math.tointeger(3.0), math.huge, -math.huge)
  say(9007199254740993, 9007199254740992 + 1, math.maxinteger + 1 == math.mininteger, 5 // 0.0, 1e300 * 1e10, string.format("%d %5.2f %x %q", 3, 2.5, 255, "a\nb"))
  say(string.pack(">I2", 258), (string.unpack(">I2", "\1\2")), table.unpack({1, 2, 3}, 2), table.pack(1, nil, 3).n, select("#", nil, nil), select(-1, 1, 2))
  say(pcall(string.format, "%d", 2.5), ("x"):byte(), utf8.char(228), utf8.len("\xc3\xa4"), #table.concat({1, 2}, ","), next({}), rawlen({1, 2}), rawequal(out, out))
  say(xpcall(function(v) return v end, print, 7), (load("return 1 + 1"))(), load("x ="), pcall(error, {1}) and 1 or 2, (select(2, pcall(error, "m", 0))))
  goto done
  say("skipped")
  ::done::
  local t = setmetatable({}, {__index = function(_, k) return k .. "!" end, __len = function() return 9 end, __call = function(_, v) return v end, __concat = function() return "cat" end})
  say(t.key, #t, t(3), t .. "x")
  for k, v in pairs(setmetatable({}, {__pairs = function() return function(_, k) if not k then return 1, "p" end end, nil, nil end})) do say(k, v) end
  local closed = coroutine.wrap(function(v) local w = coroutine.yield(v + 1) return w * 2 end)
  say(closed(1), closed(10), coroutine.isyieldable and type(coroutine.isyieldable()))
  txn:set_var("txn.out", table.concat(out, " "))
end)
