Programs for TestCorpus; see prelude for show and try.
---- char
show(utf8.char(), utf8.char(72, 228, 8364, 128512), #utf8.char(0x7FFFFFFF), utf8.char(0):byte()) for _, c in ipairs{0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000, 0x1fffff, 0x200000, 0x3ffffff, 0x4000000} do show(c, utf8.char(c):byte(1, -1)) end try(utf8.char, -1) try(utf8.char, 2^31) try(utf8.char, "x")
---- codepoint
show(utf8.codepoint("héllo", 1, -1)) show(utf8.codepoint("é")) show(utf8.codepoint("", 1, 0)) try(utf8.codepoint, "é", 2) try(utf8.codepoint, "abc", 4) try(utf8.codepoint, "abc", 1, 4) try(utf8.codepoint, "\xff") try(utf8.codepoint, "\u{D800}", 1, 1) show(utf8.codepoint("\u{7FFFFFFF}", 1, 1, true))
---- len
show(utf8.len("héllo"), utf8.len(""), utf8.len("abc", 2), utf8.len("abc", -1), utf8.len("abc", 4), utf8.len("héllo", 1, 2)) show(utf8.len("\xff")) show(utf8.len("ab\x80")) show(utf8.len("\xc0\x80")) show(utf8.len("\xed\xa0\x80")) show(utf8.len("\xed\xa0\x80", 1, -1, true)) show(utf8.len("\xf4\x90\x80\x80")) show(utf8.len("\xf4\x90\x80\x80", 1, -1, true)) show(utf8.len("é", 2)) try(utf8.len, "abc", 5) try(utf8.len, "abc", 0) try(utf8.len, "abc", 1, 4) show(utf8.len("\xe2\x82"))
---- offset
for i = -4, 5 do show(i, pcall(utf8.offset, "aé€", i)) end show(utf8.offset("aé€", 0, 3), utf8.offset("aé€", 0, 2), utf8.offset("aé€", 0)) show(utf8.offset("aé€", 1, 2), utf8.offset("aé€", 2, 2), utf8.offset("aé€", -1, 2)) try(utf8.offset, "é", 1, 2) try(utf8.offset, "é", 1, 5) try(utf8.offset, "é") show(utf8.offset("", 1), utf8.offset("", 0), utf8.offset("", -1), utf8.offset("", 2))
---- codes
for p, c in utf8.codes("aé€😀") do show(p, c) end for p, c in utf8.codes("") do show(p) end try(function() for p, c in utf8.codes("a\xffb") do show(p, c) end end) try(function() for p, c in utf8.codes("a\xe2\x82") do show(p, c) end end) for p, c in utf8.codes("\u{7FFFFFFF}", true) do show(p, c) end try(function() for _ in utf8.codes("\u{D800}") do end end)
---- charpattern
show(#utf8.charpattern) for c in ("aé€"):gmatch(utf8.charpattern) do show(#c, c) end
