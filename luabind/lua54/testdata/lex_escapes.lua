print("a\tb\\\"\'\a" == 'a\9b\92\34\39\7')
print(#"\x41\x00\xff", "\x41\u{48}\u{20AC}\065\10x")
print("one\z
       two", "line\
next")
print(#"\u{7FFFFFFF}", #"\u{10FFFF}", #"\u{7FF}", #"\u{FFFF}")
print('\'', "\"", '"', "'")
for _, c in ipairs{"\a", "\b", "\f", "\n", "\r", "\t", "\v"} do print(c:byte()) end
