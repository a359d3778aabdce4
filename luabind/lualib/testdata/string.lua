Programs for TestCorpus; see prelude for show and try.
---- len and sub
show(#"", ("abc"):len(), ("abc"):sub(2), ("abc"):sub(-2), ("abc"):sub(2, 2), ("abc"):sub(0), ("abc"):sub(3, 2))
show(("abc"):sub(-100, 100), ("abc"):sub(math.mininteger, math.maxinteger), ("abc"):sub(math.maxinteger), ("abc"):sub(1, -2))
show(("\0a\0b"):len(), ("\0a\0b"):sub(2, 3) == "a\0")
---- sub errors
try(string.sub, "x") try(string.sub, "x", {}) try(string.sub, "x", 1.5) try(string.sub, "x", "1", "z")
---- byte
show(("abc"):byte()) show(("abc"):byte(2)) show(("abc"):byte(1, -1)) show(("abc"):byte(10)) show(("abc"):byte(-1)) show(("abc"):byte(0)) show((""):byte())
show(("\xff\0"):byte(1, 2))
---- char
show(string.char(), string.char(72, 105), #string.char(0, 255), string.char("65"))
try(string.char, 300) try(string.char, "x") try(string.char, 65.5)
---- case
show(("aBc\xe4\xc4\xff1_"):upper() == "ABC\xe4\xc4\xff1_", ("aBc\xe4\xc4Z"):lower() == "abc\xe4\xc4z")
show((""):upper(), ("ABC"):lower(), (12):rep(2))
---- reverse
show(("abc"):reverse(), (""):reverse(), ("a\0b"):reverse() == "b\0a")
---- rep
show(("ab"):rep(3), ("ab"):rep(3, ","), ("ab"):rep(1, ","), ("ab"):rep(0, ","), ("ab"):rep(-1), (""):rep(1e6), ("x"):rep("3"))
try(string.rep, "abc", math.maxinteger) try(string.rep, "", math.maxinteger, "abc") try(string.rep, "x", 2.5)
---- find plain
show(("a.b"):find(".", 1, true)) show(("a.b"):find(".")) show(("a.b"):find("%.")) show(("abc"):find("", 10)) show(("abc"):find("", 4)) show(("abc"):find("")) show(("abc"):find("c", -1)) show(("abc"):find("a", -1)) show((""):find("")) show((""):find("", 2))
show(("a+b"):find("+", 1, true)) show(("abc"):find("b", nil, true)) show(("a)b"):find(")"))
---- find with captures
show(("hello world"):find("(o) (w)")) show(("key = value"):find("^(%w+)%s*=%s*(%w+)$")) show(("abc"):find("()b()"))
---- match
show(("/api/v12/x"):match("^/api/v(%d+)/")) show(("2024-05-06"):match("(%d+)-(%d+)-(%d+)")) show(("abc"):match(".-")) show(("abc"):match("b", 3)) show(("abc"):match("^b", 2)) show(("  trim  "):match("^%s*(.-)%s*$"))
show(("x"):match("()")) show(("abc"):match("a()c")) show(("hello"):match(".-(l+)")) show(("abc123"):match("%a+", 2))
---- classes
local all = {} for i = 0, 255 do all[#all + 1] = string.char(i) end all = table.concat(all)
for _, c in ipairs{"a","c","d","g","l","p","s","u","w","x","A","C","D","G","L","P","S","U","W","X"} do
  local n, sum = 0, 0
  for ch in all:gmatch("%" .. c) do n = n + 1 sum = sum + ch:byte() end
  show(c, n, sum)
end
---- sets
show(("a-z]^"):match("[]]")) show(("a-z]^"):match("[^]]+")) show(("a-z"):match("[a%-]+")) show(("x-y"):match("[x-]+")) show(("x-y"):match("[-x]+")) show(("b"):match("[a-c]")) show(("^"):match("[%^]")) show(("a^"):match("[a^]+")) show(("-"):match("[%a-]")) show(("z"):match("[%a-z]")) show(("%"):match("[%%]")) show(("]"):match("[%]]"))
show(("\0\1"):find("[\0-\1]+")) show(("aéb"):find("[\xc3\xa9]+"))
---- balance and frontier
show(("f(a(b)c)d"):match("%b()")) show(("((x)"):match("%b()")) show(('"a"b"'):match('%b""')) show(("THE (quick) fox"):find("%f[%a]%a+%f[%A]")) show(("THE (quick) fox"):gsub("%f[%a]%a+", "W")) show(("foo"):find("%f[%z]")) show(("foo"):find("%f[\0]"))
---- back references
show(("abab"):match("(ab)%1")) show(("hello"):match("(l)%1")) show(([['it"s']]):match([[(["'])(.-)%1]])) show(("aa"):match("(a)(%1)"))
---- anchors
show(("a$"):match("a$$")) show(("a^b"):match("a^b")) show(("$"):match("$")) show(("ab"):match("^ab$")) show(("ab"):find("$")) show(("a$b"):match("a$b"))
---- repetitions
show(("aaa"):match("a-")) show(("aaab"):match("a-b")) show(("aaa"):match("a?a?a?a?")) show(("b"):match("a*")) show(("b"):match("a+")) show(("aXbX"):match("a.*X")) show(("aXbX"):match("a.-X")) show(("a*b"):match("a%*b")) show(("ab"):match("a-b-$")) show(("+"):match("+")) show(("*a"):match("*a"))
---- gmatch
for w in ("one two  three"):gmatch("%a+") do show(w) end
for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do show(k, v) end
for p in ("abc"):gmatch("()") do show(p) end
for s in ("a,b,,c"):gmatch("[^,]*") do show("<" .. s .. ">") end
---- gmatch with init
for s in ("abcd"):gmatch(".", 3) do show(s) end
for s in ("abcd"):gmatch(".", -1) do show(s) end
for s in ("abcd"):gmatch("", 5) do show("end") end
for s in ("abcd"):gmatch("", 6) do show("never") end
for s in ("a^b^"):gmatch("^b") do show(s) end
---- gmatch nested
for a in ("ab"):gmatch(".") do for b in ("12"):gmatch(".") do show(a, b) end end
---- gmatch errors
try(string.gmatch, "x") try(string.gmatch("x", "(")) try(string.gmatch, {}, "x")
---- gsub strings
show(("hello world"):gsub("o", "0")) show(("hello"):gsub("", "-")) show(("abc"):gsub("%w", "%0%0")) show(("hello world"):gsub("(%w+) (%w+)", "%2 %1")) show(("abc"):gsub("b", "%%")) show(("abc"):gsub(".", "%1")) show(("x"):gsub("x", 5)) show(("x"):gsub("x", 1.5))
show(("abc def"):gsub("%f[%w]%w+", "X")) show(("abc"):gsub("^a", "x")) show(("aaa"):gsub("^a", "x")) show(("a.b"):gsub("%.", "%%"))
---- gsub limit
show(("aaa"):gsub("a", "b", 2)) show(("aaa"):gsub("a", "b", 0)) show(("aaa"):gsub("a", "b", -1)) show(("aaa"):gsub("", "b", 2)) try(string.gsub, "a", "a", "b", "x")
---- gsub tables
show(("$name is $age"):gsub("%$(%w+)", {name = "Lua", age = 30})) show(("abc"):gsub("%w", {a = 1, b = false})) show(("abc"):gsub("()", {[1] = "x", [3] = "y"}))
show(("k"):gsub("k", setmetatable({}, {__index = function(_, k) return k .. "!" end})))
---- gsub functions
show(("abc"):gsub("%w", function(c) return c:upper() end)) show(("abc"):gsub("(a)(b)", function(a, b) return b .. a end)) show(("abc"):gsub("%w", function() end)) show(("abc"):gsub("%w", function() return false end)) show(("4 5"):gsub("%d", function(d) return d * 2 end))
---- gsub errors
try(string.gsub, "a", "a", "%9") try(string.gsub, "a", "a", "%x") try(string.gsub, "a", "a") try(string.gsub, "a", "a", nil) try(string.gsub, "a", "a", function() return {} end) try(string.gsub, "a", "a", {a = true}) try(string.gsub, "a", "(", "x")
---- gsub empty matches
show(("abc"):gsub("%w*", "x")) show(("abc d"):gsub("%w*", "x")) show((" abc"):gsub("%s*", "-")) show((""):gsub("", "x")) show((""):gsub(".*", "x")) show(("ab"):gsub("b*", "x"))
---- malformed patterns are noticed late
try(string.find, "x", "y[") try(string.find, "y", "y[") try(string.match, "x", "%") try(string.match, "a", "[a") try(string.match, "a", "[]") try(string.match, "a", "[^]") try(string.match, "a", "(()") try(string.match, "a", "a)") try(string.match, "a", "%f") try(string.match, "a", "%b") try(string.match, "a", "%bx") try(string.match, "a", "[a-") try(string.match, "a", "[a%")
---- pattern too complex
try(string.match, ("a"):rep(300), ("a?"):rep(300) .. "b") try(string.find, ("a"):rep(50), ("(a)"):rep(40))
---- long subjects
local s = ("x"):rep(3000)
show(#s:match(".*"), #s:match(".-$"), s:find("y"), #s:gsub("x", "yy"), select(2, s:gsub("x", "")))
show(s:find(".-b")) show((s .. "b"):find(".-b"))
---- methods
show(("x"):upper(), #("x"), ("%d"):format(7), ("x").len == string.len, ("abc").foo) try(function() return ("x"):nope() end) show(getmetatable("").__index == string, pcall(setmetatable, "", {}))
---- tostring and tonumber
show(tostring(nil), tostring(true), tostring(12), tostring(-0.5), tostring("x"), tostring(1e100), tostring(1/0), tostring(-1/0))
show(tostring(math.maxinteger), tostring(math.mininteger), tostring(2^53 // 1 | 0), 0x7fffffffffffffff)
show(tonumber("10"), tonumber("1e"), tonumber(""), tonumber("  "), tonumber("0x"), tonumber("1 2"), tonumber("1_000"), tonumber("0b1"), tonumber("inf"), tonumber("nan"), tonumber(".5"), tonumber("."), tonumber("-7"), tonumber("- 7"), tonumber("--7"))
show(tonumber("9223372036854775807"), tonumber("0xffffffffffffffff"), tonumber("\t10\n"), tonumber("10\0"), tonumber(nil == 1))
---- tonumber base
show(tonumber("ff", 16), tonumber("FF", 16), tonumber("777", 8), tonumber("-101", 2), tonumber("zZ", 36), tonumber("", 10), tonumber("9", 8), tonumber(" 11 ", 2), tonumber("1.5", 10), tonumber("-", 10), tonumber("1e1", 15)) try(tonumber, "1", 37) try(tonumber, 5, 16) try(tonumber, "1", "x")
---- __tostring and __name
show(tostring(setmetatable({}, {__tostring = function() return "T" end}))) try(tostring, setmetatable({}, {__tostring = function() return {} end})) show((tostring(setmetatable({}, {__name = "My"})):gsub(":.*", ""))) try(tostring, setmetatable({}, {__tostring = 5}))
show(string.format("%s", setmetatable({}, {__tostring = function() return "F" end})))
---- pack integers
for _, f in ipairs{"b", "B", "h", "H", "i", "I", "l", "L", "j", "J", "i3", "I5", "<i4", ">i4", ">I2", "<i16", ">i16", "=i7"} do show(f, string.pack(f, 100):byte(1, -1)) show(string.unpack(f, string.pack(f, 100))) end
for _, f in ipairs{"b", "h", "i", "l", "j", "i3", "<i4", ">i4", "<i16", ">i16", "i7"} do show(f, string.unpack(f, string.pack(f, -2))) end
---- pack floats and strings
show(string.pack(">d", 1.5):byte(1, -1)) show(string.pack("<f", -0.25):byte(1, -1)) show(string.unpack("<d", string.pack("<d", 1/3)) == 1/3) show(string.unpack("<f", string.pack("<f", 1/3)))
show(string.pack("z", "hi"):byte(1, -1)) show(string.pack("s1", "hi"):byte(1, -1)) show(string.pack(">s2", "hi"):byte(1, -1)) show(string.pack("c4", "hi"):byte(1, -1)) show(string.unpack("z s1 c2", "a\0\2bcde"))
---- pack alignment
show(string.pack("!4 b i4", 1, 2):byte(1, -1)) show(string.packsize("!8 b d"), string.packsize("!4 b d"), string.packsize("b d"), string.packsize("!2 b i4 x"), string.packsize("<!4 b Xi4")) show(string.unpack("!4 b i4", string.pack("!4 b i4", 1, 2)))
---- pack 64 bits
show(string.unpack("<j", string.pack("<j", math.maxinteger)), string.unpack("<j", string.pack("<j", math.mininteger))) show(string.unpack("<J", ("\xff"):rep(8))) show(string.pack(">J", -1):byte(1, -1)) show(string.unpack(">I8", "\x12\x34\x56\x78\x9a\xbc\xde\xf0"))
---- unpack positions
show(string.unpack("b", "abc", 2)) show(string.unpack("b", "abc", -1)) show(string.unpack("", "abc")) show(string.unpack("", "abc", 4)) try(string.unpack, "b", "abc", 4) try(string.unpack, "b", "", 1) show(string.unpack("bbb", "abc"))
---- format integers
show(string.format("%d %5d %-5d| %05d %+d % d %x %X %#x %o %#o %c", 1, 2, 3, 4, 5, 6, 255, 255, 255, 8, 8, 65)) show(string.format("%i %u", 7, 8)) show(string.format("%.3d|%5.3d|%-8.3d|%08.3d", 5, 5, 5, 5)) show(string.format("%d %d", math.maxinteger, math.mininteger)) show(string.format("%x", -1), string.format("%d", "10"), string.format("%d", 3.0))
---- format floats
show(string.format("%f %.2f %10.3f|%-10.1f|%+.1f %e %.3E %g %g %g %G", 1.5, 1.005, 3.14159, 2.25, 1, 12345.678, 0.00012, 1e20, 0.1, 100000, 1e-10)) show(string.format("%g %g %g %g", 1e5, 1e6, 123456789, 0.0001)) show(string.format("%.14g %.17g %.3g %#.3g %#g", 0.1, 0.1, 1234.5, 1, 1)) show(string.format("%5.1f|%-8.2e|%08.2f|% .1f", -2.55, 1234.5, -3.14159, 2)) show(string.format("%.0f %.0f %.0f %#.0f", 0.5, 1.5, 2.5, 3)) show(string.format("%f %g %e", 1/0, -1/0, 1/0), string.format("%5.1f|%-6f|%06f", 1/0, -1/0, 1/0))
---- format hexadecimal floats
show(string.format("%a %a %a %A %20a|%-12a|", 1, 0.5, 255.75, 10, 1, 2)) show(string.format("%a", 0)) show(string.format("%a %a", 1e300, 1e-300)) show(string.format("%+a % a %#a", 1, 1, 1))
---- format strings
show(string.format("%s %10s|%-10s|%.2s|%10.2s|", "a", "b", "c", "def", "ghi")) show(string.format("%s %s %s", nil, true, 1.5)) show(string.format("%%")) show(string.format("%5s", ("x"):rep(200)) == ("x"):rep(200)) show(#string.format("%s", ("x"):rep(1000))) show(string.format("%-5c|%5c|", 65, 66)) show(string.format("a\0b%s", "c") == "a\0bc")
---- format quoted
show(string.format("%q", 'a "quoted"\n\\ \0 \r\t\1272')) show(string.format("%q %q %q", 1, true, nil)) show(string.format("%q %q %q", 0.1, 1/0, -1/0), string.format("%q", 255), string.format("%q", math.mininteger), string.format("%q", math.maxinteger)) show(string.format("%q", "\200\n\0001"))
---- format errors
try(string.format) try(string.format, "%d", "x") try(string.format, "%d", 1.5) try(string.format, "%d", "1.5") try(string.format, "%s") try(string.format, "%c", "x") try(string.format, "%z", 1) try(string.format, "%10.123f", 1) try(string.format, "%", 1) try(string.format, "%q", print) try(string.format, "%.2q", "x") try(string.format, "%d", {}) try(string.format, "%d", 2^63) try(string.format, "%x", "ff")
---- string.len errors
try(string.len) try(string.len, {}) try(string.upper, nil) try(string.reverse, true) try(("x").rep, "x", {}) try(string.byte, "x", {}) try(string.find, "x") try(string.find, nil, "x") try(string.match, "x", {})
