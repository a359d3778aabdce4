-- vars: txn.out
-- args: path=path
-- request: /

local calls = require "lib.calls"
local list = {
  {"cut_crlf","a\r\nb\n"},{"cut_crlf","abc\n\n"},{"cut_crlf",""},{"cut_crlf","a\rb"},{"cut_crlf","\na"},
  {"regsub","abcabc","b","X"},{"regsub","abcabc","b","X","g"},{"regsub","aBc","b","X","i"},{"regsub","aBcb","b","X","gi"},{"regsub","abc","(b)","[\\1]","g"},
  {"regsub","abc","b"},{"regsub","abc","(","x"},{"regsub","abc","b","x","q"},{"regsub","abc","","x","g"},{"regsub","abc","b","","g"},{"regsub","abc","z*","-","g"},
  {"regsub","abc",".","\\0\\0"},{"regsub","abc","b","x","g",1},{"regsub","abc",5,"x"},{"regsub","abc","b",5},{"regsub","abc","(a)(b)","\\2\\1"},
  {"regsub","abc","b","\\x41"},{"regsub","aab","a*","x"},{"regsub","aab","a*","x","g"},{"regsub","abc","^","x","g"},{"regsub","abc","b","$0"},
  {"regsub","abab","^a","x","g"},{"regsub","abc","b","\\9"},{"regsub","abc","b","\\\\"},{"regsub","","a*","x"},{"regsub","","","x","g"},{"regsub","abc","c$","x"},
  {"regsub","abc","b","x",""},{"regsub","abc","","x"},{"regsub","aaa","^a","","g"},{"regsub","abc","$","x","g"},{"regsub","abac","(^a|b)","<\\1>","g"},
  {"json","a\"b\\/\n\t\1\195\169"},{"json","a\"b\\/\n\t\1\195\169","utf8"},{"json","a\xffb","utf8"},{"json","a\xffb","utf8s"},{"json","a\xffb","utf8p"},{"json","a\xffb","utf8ps"},
  {"json","a\195\169b","ascii"},{"json","a","nope"},{"json","\195\169\226\130\172","utf8s"},{"json","\x7f'<>","utf8"},{"json","\xf0\x9d\x84\x9e","utf8"},
  {"json","\x01\x1f\x80","ascii"},{"json","\b\f\v\0","utf8s"},{"json","\xed\xa0\x80","utf8"},{"json","\xc0\x80","utf8"},{"json","\xe2\x82","utf8s"},{"json","\xe2\x82x","utf8s"},
  {"json","a\xf0\x9d\x84\x9eb","utf8s"},{"json","a\xf0\x9d\x84\x9eb","utf8ps"},{"json","a\xed\xa0\x80b","utf8s"},{"json","\xff\xc3\xa9\xff","utf8ps"},{"json","",""},{"json","","utf8"},{"json","\xef\xbf\xbf","utf8"},{"json",5,"utf8"},
  {"host_only","example.org:80"},{"host_only","[::1]:80"},{"host_only","[::1]"},{"host_only","::1"},{"host_only",""},{"host_only","[::1"},{"host_only","a:b:c"},{"host_only","[::1]:"},{"host_only",":80"},{"host_only","a:"},
  {"port_only","example.org:80"},{"port_only","example.org"},{"port_only","[::1]:8080"},{"port_only","[::1]"},{"port_only","a:b"},{"port_only",""},{"port_only","a:"},{"port_only",":80"},{"port_only","a:99999999999"},{"port_only","[::1]x:5"},{"port_only","::1"},
  {"language","fr;q=0.5, en","en;fr"},{"language","fr,en;q=0.8","en;fr"},{"language","de","en;fr"},{"language","de","en;fr","xx"},{"language","en-US","en"},{"language","en;q=0","en","zz"},{"language","de,*","en"},{"language","EN","en"},
  {"language","fr;q=0.8,en;q=0.8","en;fr"},{"language","fr ; q=0.8 , en ; q=0.9","en;fr"},{"language","*","en;fr"},{"language","fr-CA,en;q=0.1","fr"},{"language","","en","zz"},{"language","en;q=1.5","en"},{"language","en;q=x","en"},{"language","frx","fr"},{"language","fr;q=0.5,fr-CA;q=0.9,en;q=0.7","en;fr"},{"language","fr;level=1","fr"},{"language","fr;q=0.123,en;q=0.13","fr;en"},
}
core.register_action("converters_text", {"http-req"}, function(txn)
  calls.set(txn)
  local out = calls.results(txn, list)
  txn:set_var("txn.out", table.concat(out, " "))
end)
