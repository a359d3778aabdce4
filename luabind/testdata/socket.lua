base64, and what LuaSocket has without sockets.

--- base64
local b = require "base64"
assert(b.encode("") == "" and b.encode("a") == "YQ==" and b.encode("\xff\xfe\xfd") == "//79")
assert(b.decode("YQ==") == "a" and b.decode("YQ") == "a" and b.url_encode("\xff\xfe\xfd\0") == "__79AA" and b.url_decode("__79AA==") == "\xff\xfe\xfd\0")
for _, bad in ipairs { "Y", "YQ=", "Y Q==", "YQ==\n", "YQ===", "__7*", "=", "YWI==" } do
  local v, err = b.decode(bad)
  assert(v == nil and err == "the text is not base64", bad)
end
local ok, err = pcall(b.encode, ("x"):rep(13 << 20))
assert(not ok and err:find "^the result would have 18175320 bytes, the limit is 16777216", err)

--- mime
local mime = require "mime"
assert(mime.b64("hello") == "aGVsbG8=" and mime.unb64("aGVs\r\nbG8=") == "hello" and mime.unb64("aGVsbG8") == "hello")
local out, rest = mime.b64("hell", "o")
assert(out == "aGVs" and rest == "lo")
out, rest = mime.b64("lo")
assert(out == "bG8=" and rest == nil and mime.b64(nil) == nil)
out, rest = mime.unb64("aGVsb", "")
assert(out == "hel" and rest == "b" and mime.unb64("YQ*b") == "a")
assert(mime.qp("a=b \xe9 \r\nx ") == "a=3Db =E9=20\r\nx=20")
assert(mime.unqp("a=3Db=\r\n=E9=zz") == "a=b\xe9=zz")
assert(mime.qp("a=b\xe9 ") == "a=3Db=E9=20" and mime.qp("x \r\n") == "x=20\r\n")
out, rest = mime.eol(0, "a\nb\r\nc\r")
assert(out == "a\r\nb\r\nc\r\n" and rest == 13 and mime.eol(rest, "\nd") == "d" and mime.eol(0, "a\n\nb", "|") == "a||b")
out, rest = mime.dot(2, ".a\r\n.b.\r\n")
assert(out == "..a\r\n..b.\r\n" and rest == 2)
out, rest = mime.wrp(3, "abcdefg", 3)
assert(out == "abc\r\ndef\r\ng" and rest == 2 and mime.wrp(2, nil, 3) == "\r\n" and mime.wrp(3, nil, 3) == nil)

--- ltn12
local ltn12, mime = require "ltn12", require "mime"
local function copy(source, ...)
  local sink, t = ltn12.sink.table()
  for _, filter in ipairs { ... } do sink = ltn12.sink.chain(filter, sink) end
  local ok, err = ltn12.pump.all(source, sink)
  return ok and table.concat(t) or nil, err
end
local long = ("0123456789"):rep(1000)
assert(copy(ltn12.source.string(long)) == long and copy(ltn12.source.string(nil)) == "" and copy(ltn12.source.empty()) == "")
assert(copy(ltn12.source.table { "a", "b" }) == "ab" and copy(ltn12.source.cat(ltn12.source.string "x", ltn12.source.string "y")) == "xy")
local v, err = copy(ltn12.source.error "closed")
assert(v == nil and err == "closed")
local function b64() return ltn12.filter.cycle(function(state, piece)
  if piece == nil then return mime.b64(state), "" end
  return mime.b64(state, piece)
end, "") end
assert(copy(ltn12.source.string(long), b64()) == (mime.b64(long)))
assert(copy(ltn12.source.chain(ltn12.source.string(long), b64())) == (mime.b64(long)))
local upper = function(piece) return piece and piece:upper() end
assert(copy(ltn12.source.string "abc", ltn12.filter.chain(upper, b64())) == "QUJD")
assert(copy(ltn12.source.chain(ltn12.source.string "abcd", upper, b64())) == "QUJDRA==")
local n = 0
local function count(source, sink) n = n + 1 return ltn12.pump.step(source, sink) end
assert(ltn12.pump.all(ltn12.source.string(long), ltn12.sink.null(), count) == 1 and n == 6)
v, err = ltn12.pump.all(ltn12.source.string(long), ltn12.sink.error "full")
assert(v == nil and err == "full")
local r = ltn12.source.rewind(ltn12.source.table { 1, 2 })
assert(r() == 1) r(1) assert(r() == 1 and r() == 2)
local again = ltn12.source.simplify(function() return "a", ltn12.source.string "b" end)
assert(again() == "a" and again() == "b" and again() == nil)
local swap = ltn12.sink.simplify(function() return 1, ltn12.sink.error "second" end)
assert(swap "x" == 1 and select(2, swap "y") == "second")
spoa.on("m", function() ltn12.pump.all(5) end)
--> call m
--> error ^t.lua:\d+: bad argument #1 \(function expected, got number\)$

--- modules required in a coroutine outlive it
local made = coroutine.wrap(function() return { require "ltn12", require "jwt" } end)()
spoa.on("m", function()
  local sink, t = made[1].sink.table()
  made[1].pump.all(made[1].source.string "x", sink)
  local secret = made[2].secret "s"
  set_var("txn.v", t[1] .. made[2].verify(made[2].sign({ sub = "y" }, secret), secret).sub)
end)
--> call m
--> set-var txn.v str:xy

--- socket.url
local url = require "socket.url"
local p = url.parse "http://u:p@www.example.org:8080/a/b;x=1?q=2#f"
assert(p.scheme == "http" and p.authority == "u:p@www.example.org:8080" and p.userinfo == "u:p" and p.user == "u" and p.password == "p")
assert(p.host == "www.example.org" and p.port == "8080" and p.path == "/a/b" and p.params == "x=1" and p.query == "q=2" and p.fragment == "f")
assert(url.build(p) == "http://u:p@www.example.org:8080/a/b;x=1?q=2#f" and url.build { host = "::1", port = 80, path = "/x" } == "//[::1]:80/x")
p = url.parse "https://[2001:db8::1]:443"
assert(p.host == "2001:db8::1" and p.port == "443" and p.path == nil and url.build(p) == "https://[2001:db8::1]:443")
p = url.parse("/x?y", { host = "h", scheme = "https", mine = 1 })
assert(p.host == "h" and p.path == "/x" and p.query == "y" and p.mine == 1 and url.build(p) == "https://h/x?y")
assert(url.parse "mailto:a@example.org".path == "a@example.org" and url.parse "//h?q".host == "h" and url.parse "http://a@b@c/".host == "c")
local v, err = url.parse ""
assert(v == nil and err == "invalid url" and url.parse(nil) == nil)
for ref, want in pairs { -- RFC 3986 section 5.4
  ["g:h"] = "g:h", ["g"] = "http://a/b/c/g", ["./g"] = "http://a/b/c/g", ["g/"] = "http://a/b/c/g/", ["/g"] = "http://a/g",
  ["//g"] = "http://g", ["?y"] = "http://a/b/c/d;p?y", ["g?y"] = "http://a/b/c/g?y", ["#s"] = "http://a/b/c/d;p?q#s",
  ["g#s"] = "http://a/b/c/g#s", [";x"] = "http://a/b/c/;x", ["g;x?y#s"] = "http://a/b/c/g;x?y#s", [""] = "http://a/b/c/d;p?q",
  ["."] = "http://a/b/c/", ["./"] = "http://a/b/c/", [".."] = "http://a/b/", ["../g"] = "http://a/b/g", ["../.."] = "http://a/",
  ["../../g"] = "http://a/g", ["../../../g"] = "http://a/g", ["/./g"] = "http://a/g", ["/../g"] = "http://a/g", ["g."] = "http://a/b/c/g.",
  ["..g"] = "http://a/b/c/..g", ["./../g"] = "http://a/b/g", ["g/./h"] = "http://a/b/c/g/h", ["g/../h"] = "http://a/b/c/h",
  ["g?y/../x"] = "http://a/b/c/g?y/../x",
} do
  local got = url.absolute("http://a/b/c/d;p?q", ref)
  assert(got == want, ref .. " gave " .. got)
end
assert(url.absolute("http://a", "g") == "http://a/g" and url.absolute(url.parse "http://a/b", { path = "c" }) == "http://a/c")
assert(url.escape "a b/é_1" == "a%20b%2f%c3%a9_1" and url.unescape "a%20b%2Fx%zz%" == "a b/x%zz%")
local path = url.parse_path "/a%20b/c/"
assert(#path == 2 and path[1] == "a b" and path.is_absolute == 1 and path.is_directory == 1 and url.build_path(path) == "/a%20b/c/")
assert(url.build_path({ "a b", "c" }, true) == "a b/c" and url.build_path {} == "")
