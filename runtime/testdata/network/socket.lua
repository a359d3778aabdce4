-- LuaSocket's module socket, against a server that sends back what comes until it
-- has seen "quit".
local socket = require "socket"
local host, port = "127.0.0.1", tonumber(spoa.vars.echo)

local function says(want, ...)
  local v, err = ...
  assert(v == nil and tostring(err):find(want, 1, true), tostring(v) .. " " .. tostring(err))
end

local function connected()
  local s = assert(socket.connect(host, port))
  s:settimeout(30)
  return s
end

spoa.on("lines", function()
  local s = socket.tcp()
  assert(s:settimeout(30) == 1 and s:settimeout(30, "t") == 1 and s:setoption("tcp-nodelay", true) == 1)
  assert(s:connect(host, port) == 1)
  assert(s:send("one\r\ntwo\nthree") == 14)
  assert(s:receive() == "one" and s:receive("*l", "then ") == "then two" and s:receive(5) == "three")
  assert(s:send("abcdef", 2, 4) == 4 and s:receive(3) == "bcd")
  assert(s:send("abcdef", -2) == 6 and s:receive(3, "p") == "pef")
  assert(s:send("abc", 9) == 3 and s:send("") == 0 and s:receive(0) == "")
  local a, p, family = s:getpeername()
  assert(a == host and p == port and family == "inet" and s:getsockname() == host)
  s:send "quit"
  assert(s:receive "*a" == "quit")
  local v, err, rest = s:receive "*a"
  assert(v == nil and err == "closed" and rest == "")
  assert(s:close() == 1 and s:close() == 1)
  says("closed", s:send "x")
  says("closed", s:receive())
  says("not connected", s:getpeername())
  assert(s:connect(host, port) == 1 and select(2, s:connect(host, port)) == "already connected")
end)

spoa.on("partial", function()
  local s = connected()
  s:send "some"
  s:settimeout(0.05)
  local v, err, rest = s:receive(10)
  assert(v == nil and err == "timeout" and rest == "some", err)
  s:settimeout(0)
  assert(select(2, s:receive()) == "timeout")
  s:settimeout(nil)
  s:send "quit"
  v, err, rest = s:receive()
  assert(v == nil and err == "closed" and rest == "quit", err)
end)

spoa.on("wrong", function()
  says("connection refused", socket.connect(host, spoa.vars.refuses))
  says("egress to 127.0.0.2:" .. port .. " refused", socket.connect("127.0.0.2", port))
  says("host or service not provided, or not known", socket.connect("no such host", 80))
  says("host or service not provided, or not known", socket.connect("/run/x.sock", 80))
  local function raises(want, fn, ...)
    local ok, err = pcall(fn, ...)
    assert(not ok and err:find(want, 1, true), err)
  end
  raises("the port must be 1 to 65535", socket.connect, host, 70000)
  raises("bad argument #1", socket.connect)
  local s = connected()
  raises("invalid receive pattern", s.receive, s, "*x")
  raises("the number of bytes must be 0 to 16777216", s.receive, s, 1 << 25)
  raises("the number of bytes must be 0 to", s.receive, s, -1)
  raises("unsupported option `x`", s.setoption, s, "x")
  raises("invalid timeout mode", s.settimeout, s, 1, "x")
  raises("tcp{client} expected", s.send, {}, "x")
  raises("socket.udp is not there", socket.udp)
  raises("socket.bind is not there", socket.bind, "*", 80)
  raises("socket.select is not there", socket.select)
end)

spoa.on("helpers", function()
  local closed = 0
  local try = socket.newtry(function() closed = closed + 1 end)
  local ask = socket.protect(function(p)
    local s = try(socket.connect(host, p))
    socket.try(s:send "hello\n")
    return socket.try(s:receive()), 2
  end)
  local v, n = ask(port)
  assert(v == "hello" and n == 2 and closed == 0)
  says("connection refused", ask(spoa.vars.refuses))
  assert(closed == 1)
  local ok, err = pcall(socket.protect(function() error("mine", 0) end))
  assert(not ok and err == "mine")
  assert(socket.skip(1, "a", "b") == "b" and socket._VERSION:find "^LuaSocket 3")
  local before = socket.gettime()
  assert(math.abs(before - os.time()) < 5)
  socket.sleep(0.01)
  assert(socket.gettime() > before)
end)

spoa.on("pumps", function()
  local ltn12 = require "ltn12"
  local s, text = connected(), ("x"):rep(5000)
  assert(ltn12.pump.all(ltn12.source.string(text), socket.sink("keep-open", s)))
  local sink, got = ltn12.sink.table()
  assert(ltn12.pump.all(socket.source("by-length", s, 5000), sink) and table.concat(got) == text)
  s:send "quit"
  sink, got = ltn12.sink.table()
  assert(ltn12.pump.all(socket.source("until-closed", s), sink) and table.concat(got) == "quit")
  s = connected()
  assert(ltn12.pump.all(ltn12.source.string "quit", socket.sink("close-when-done", s)))
  says("not connected", s:getpeername())
  assert(not pcall(socket.sink, "x", s))
end)

spoa.on("dns", function()
  local address, all = socket.dns.toip(host)
  assert(address == host and all.ip[1] == host and all.name == host)
  says("host not found", socket.dns.toip "no such host")
  says("host not found", socket.dns.tohostname "no address")
  assert(#socket.dns.gethostname() > 0)
end)

local ok, err = pcall(socket.connect, host, port)
assert(not ok and err:find "while scripts are loaded", err)
