-- vars: txn.out
-- args: path=path
-- request: /

local calls = require "lib.calls"
local list = {
  {"lower", "ABC\xff"}, {"upper", "abcz"}, {"length", "abc"}, {"length", ""},
  {"base64", "a\0b"}, {"b64dec", "YQBi"}, {"b64dec", "!!"}, {"ub64enc", "\xff\xfe?"}, {"ub64dec", "__4_"}, {"ub64dec", "YQ"},
  {"hex", "a\xff"}, {"hex2i", "ff"}, {"hex2i", "1FFFF"},
  {"field", "a:b::d", 1, ":"}, {"field", "a:b::d", 3, ":"}, {"field", "a:b::d", 4, ":"}, {"field", "a:b::d", 5, ":"},
  {"field", "a:b::d", -1, ":"}, {"field", "a:b::d", -4, ":"}, {"field", "a:b::d", -5, ":"}, {"field", "a:b::d", 1, ":", 2},
  {"field", "a:b::d", 2, ":", 0}, {"field", "a:b::d", -2, ":", 2}, {"field", "a:b::d", -2, ":", 0}, {"field", "", 1, ":"},
  {"word", "a::b:c", 1, ":"}, {"word", "a::b:c", 2, ":"}, {"word", "a::b:c", -1, ":"},
  {"word", "a::b:c", -3, ":"}, {"word", "a::b:c", 1, ":", 2}, {"word", "a::b:c", 1, ":", 0}, {"word", "a::b:c", -1, ":", 2},
  {"word", ":a:b:", 2, ":", 1}, 
  {"ltrim", "  xx a x ", " x"}, {"rtrim", "  a x ", " x"},
  {"url_dec", "a%20b+c"}, {"url_dec", "a%20b+c", 1}, {"url_dec", "a+b?c+d"}, {"url_dec", "a%zz"}, {"url_dec", "a%2"},
  {"url_enc", "a b+c/~-._\xff&"}, {"url_enc", "", "query"},
  {"url_dec", "a+b", "1"}, {"url_dec", "a+b", "x"},
  {"be2dec", "\1\2\3\4\5\6\7", ":", 2}, {"be2dec", "\1\2\3\4\5\6\7", "-", 2, 1}, {"be2dec", "\1\2\3\4\5\6\7", "", 1}, {"be2dec", "a", ":"}, {"be2dec", "a", ":", 9}, {"be2dec", "", ":", 2},
  {"be2dec", ("\255"):rep(9), ",", 8}, {"be2dec", "a", ",", 2, 1}, {"be2dec", "a", ",", 2, 2}, {"be2dec", "a", ",", "2"}, {"be2dec", "a", 5, 2}, {"be2dec", "a"},
  {"be2hex", "\1\2\3\4\5\6\255", ":", 2}, {"be2hex", "\1\2\3\4\5\6\255", "::", 3, 1}, {"be2hex", "\1\255", ""}, {"be2hex", "\1\255", ":"}, {"be2hex", "\1\255", ":", 9}, {"be2hex", "\1\255", "", -1}, {"be2hex", "\1\2\255", "", 2, 1}, {"be2hex", "a"},
  {"htonl", 1}, {"htonl", -1}, {"htonl", 4294967301}, {"htonl", "7"}, {"htonl", "x"}, {"htonl", ""},
  {"crc32", "abc"}, {"crc32c", "abc"}, {"sha1", "abc"}, {"sha2", "abc"}, {"sha2", "abc", 512}, {"sha2", "abc", 224},
  {"digest", "abc", "md5"}, {"digest", "abc", "sha256"}, {"digest", "abc", "SHA384"}, {"hmac", "abc", "sha256", "a2V5"}, {"hmac", "abc", "sha1", "a2V5"},
  {"digest", "abc", "sha3-256"}, {"digest", "abc", "SHA3-512"}, {"digest", "abc", "sha512-256"}, {"digest", "abc", "sha-256"}, {"digest", "abc", "sha3256"}, {"digest", "abc", "sha3-224"}, {"digest", "", "sha3-384"},
  {"hmac", "abc", "sha3-256", "a2V5"}, {"hmac", ("x"):rep(300), "sha512-224", "a2V5"}, {"hmac", "abc", "sha256", ""},
  {"neg", 5}, {"cpl", 5}, {"odd", 3}, {"odd", 4}, {"even", 4}, {"bool", 5}, {"not", 5}, {"not", 0},
  {"ipmask", "1.2.3.4", 24}, {"ipmask", "1.2.3.4", "255.255.0.0"}, {"ipmask", "2001:db8:1::1", 24, 32}, {"ipmask", "2001:db8::1", 24}, {"ipmask", "x", 24},
  {"http_date", 784111777}, {"http_date", 0}, {"http_date", 784111777, 60}, {"http_date", "784111777"},
}
core.register_action("converters", {"http-req"}, function(txn)
  local out = calls.results(txn, list)
  for _, bad in ipairs({{"field", "a", 0, ":"}, {"digest", "a", "nope"}, {"sha2", "a", 5}, {"field", "a"}, {"url_enc", "a", "nope"}, {"lower", "a", 1}}) do
    out[#out + 1] = bad[1] .. tostring((pcall(txn.c[bad[1]], txn.c, table.unpack(bad, 2))))
  end
  out[#out + 1] = type(txn.c.nosuch) .. type(txn.sc.nosuch)
  txn:set_var("txn.out", table.concat(out, " "))
end)
