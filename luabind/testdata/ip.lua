The modules ip and re.

--- ip.set
local ip = require "ip"
local set = ip.set { "10.0.0.0/8", "10.1.0.0/16", "192.0.2.7", "2001:db8::/32", "::ffff:198.51.100.0/120" }
assert(set:size() == 5 and set:contains "10.2.3.4" and set:contains "192.0.2.7" and not set:contains "192.0.2.8")
assert(set:contains "2001:db8::1" and set:contains "::ffff:10.1.1.1" and set:contains "198.51.100.9" and not set:contains "::1")
assert(set:contains "fe80::1%eth0" == false and set:contains "x" == false and set:contains(nil) == false and set:contains "" == false)
local v, prefix = set:lookup "10.1.2.3"
assert(v == true and prefix == "10.1.0.0/16")
set = ip.set { ["0.0.0.0/0"] = "world", ["10.0.0.9/8"] = 7, ["::/0"] = false }
v, prefix = set:lookup "10.9.9.9"
assert(v == 7 and prefix == "10.0.0.0/8" and set:lookup "1.1.1.1" == "world")
v, prefix = set:lookup "::1"
assert(v == false and prefix == "::/0" and ip.set {}:lookup "::1" == nil)
set = ip.set [[
# networks of partners
192.0.2.0/24 partner one  # since 2024
198.51.100.0/24
  203.0.113.5	tabbed
]]
assert(set:size() == 3 and set:lookup "192.0.2.1" == "partner one" and set:lookup "198.51.100.1" == true)
assert(set:lookup "203.0.113.5" == "tabbed")
local function fails(want, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and err:find(want, 1, true), err)
end
fails('ip.set: line 2: "10.0.0.0/33" is no prefix', ip.set, "10.0.0.0/8\n10.0.0.0/33")
fails('ip.set: "x" is no address', ip.set, { "x" })
fails('ip.set: "::ffff:0:0/90" is no prefix of one family', ip.set, { "::ffff:0:0/90" })
fails("ip.set: a prefix must be a string", ip.set, { true })
fails("ip.set: a value must be a string, a number or a boolean", ip.set, { ["::1"] = {} })
fails("ip.set expected, got table", set.contains, {}, "::1")
fails("string expected, got table", set.contains, set, {})

--- ip.file
local ip = require "ip"
local set = ip.file "mod/nets.txt"
assert(set:lookup "192.0.2.1" == "office" and set:size() == 2)
local ok, err = pcall(ip.file, "mod/good.lua")
assert(err:find 'mod/good.lua: line 1: ".-" is no address', err)
spoa.on("m", function() ip.file "mod/nets.txt" end)
--> call m
--> error ^t.lua:\d+: ip.file can only be called while scripts are loaded

--- ip functions
local ip = require "ip"
assert(ip.parse "2001:DB8:0::1" == "2001:db8::1" and ip.parse "::ffff:1.2.3.4" == "1.2.3.4" and ip.parse "1.2.3" == nil and ip.parse "01.2.3.4" == nil)
assert(ip.version "1.2.3.4" == 4 and ip.version "::1" == 6 and ip.version "x" == nil)
assert(ip.match("10.1.2.3", "10.0.0.0/8") and not ip.match("11.1.2.3", "10.0.0.0/8") and not ip.match("x", "::/0") and not ip.match("::1", "0.0.0.0/0"))
assert(ip.network("192.0.2.77", 24) == "192.0.2.0/24" and ip.network("2001:db8:1:2::3", 24, 56) == "2001:db8:1::/56" and ip.network("x", 8) == nil)
assert(not pcall(ip.match, "::1", "x") and not pcall(ip.network, "::1", 33) and not pcall(ip.network, "::1", 8, 129))

--- re
local re = require "re"
assert(re.test("GET /admin", "^GET /adm") and not re.test("x", "y"))
assert(re.match("key=value", "(\\w+)=(\\w+)") == "key" and select(2, re.match("key=value", "(\\w+)=(\\w+)")) == "value")
assert(re.match("abc", "b") == "b" and re.match("abc", "x") == nil and select("#", re.match("ab", "(a)|(x)")) == 2)
local from, to, group = re.find("xx12yy", "(\\d)\\d")
assert(from == 3 and to == 4 and group == "1" and re.find("aXbX", "X", 3) == 4 and re.find("a", "a", 9) == nil and re.find("ab ab", "\\bab", 2) == 4)
local t = re.named("2024-05-06", "(?P<year>\\d+)-(?P<month>\\d+)(?P<rest>x)?")
assert(t.year == "2024" and t.month == "05" and t.rest == nil and re.named("x", "(?P<y>y)") == nil)
local words = {}
for k, v in re.gmatch("a=1, b=2", "(\\w)=(\\w)") do words[#words + 1] = k .. v end
assert(table.concat(words, ",") == "a1,b2")
local n = 0
for _ in re.gmatch("aéb", "") do n = n + 1 end
assert(n == 4)
assert(re.gsub("hello world", "o", "0") == "hell0 w0rld" and select(2, re.gsub("aaa", "a", "b", 2)) == 2 and re.gsub("aaa", "a", "b", 2) == "bba")
assert(re.gsub("john smith", "(\\w+) (?P<last>\\w+)", "${last} $1") == "smith john" and re.gsub("abc", "", "-") == "-a-b-c-")
assert(re.gsub("a b", "\\w", { a = 1 }) == "1 b" and re.gsub("a1b2", "(\\w)(\\d)", function(w, d) return d .. w end) == "1a2b")
assert(re.gsub("ab", "a", function() return nil end) == "ab" and re.gsub("a b", "\\b", "|") == "|a| |b|" and re.gsub("baaac", "a*", "x") == "xbxcx")
local parts = re.split("a, b;c", "[,;] ?")
assert(#parts == 3 and parts[2] == "b" and #re.split("a,b,c", ",", 2) == 2 and re.split("a,b,c", ",", 2)[2] == "b,c" and #re.split("abc", "") == 3 and #re.split("", ",") == 1)
assert(re.escape("a.b") == "a\\.b")
local function fails(want, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and err:find(want, 1, true), err)
end
fails("missing closing ): `(` (the syntax is RE2's)", re.test, "x", "(")
fails("invalid or unsupported Perl syntax: `(?=`", re.test, "x", "(?=a)")
fails("the pattern has 16385 bytes, the limit is 16384", re.test, "x", ("a"):rep(16385))
fails("the limit for this pattern is", re.test, ("a"):rep(8 << 20), "(a|b|c|d)*e")
fails("the limit for all matches of a pattern with ^, $ or \\b is 16384", re.gsub, ("a"):rep(16385), "\\ba", "")
fails("string/function/table expected, got boolean", re.gsub, "a", "a", true)
fails("invalid replacement value (a boolean)", re.gsub, "a", "a", function() return true end)
