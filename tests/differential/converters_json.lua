-- vars: txn.out
-- args: path=path
-- request: /

local calls = require "lib.calls"
local J = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJib2IiLCJuIjo1fQ.-2HKDVPSZqWBz-EYDq1boAPGLCVD_59ve1VL2khrf_4"
local N, K, T = "MDEyMzQ1Njc4OTAx", "MDEyMzQ1Njc4OTAxMjM0NQ==", "83fFo4VeGFjgHDzB4cCk5A=="
local list = {
  {"json_query",'{"a":5,"b":"x","c":true,"d":1.5,"e":[1,2],"f":{"g":null},"h":-3}',"$.h"},{"json_query",'{"a":5,"b":"x"}',"$.b"},{"json_query",'{"c":true}',"$.c"},{"json_query",'{"c":false}',"$.c"},{"json_query",'{"d":1.5}',"$.d"},{"json_query",'{"d":1.5}',"$.d","int"},
  {"json_query",'{"e":[1,2]}',"$.e[1]"},{"json_query",'{"f":{"g":null}}',"$.f.g"},{"json_query",'{"f":{"g":null}}',"$.f"},{"json_query",'{"a":"5"}',"$.a","int"},{"json_query",'{"a":5}',"$.a","int"},{"json_query",'{"a":5}',"$.a","x"},{"json_query",'{"a":5}',"a"},{"json_query",'{"a":5}',"$.z"},{"json_query",'{bad',"$.z"},
  {"json_query",'{"a":"x\\u0041\\n"}',"$.a"},{"json_query",'{"a":"\\u00e9"}',"$.a"},{"json_query",'{"a":"\\u20ac"}',"$.a"},{"json_query",'{"a":"\\/"}',"$.a"},{"json_query",'{"a":"\\"\\\\"}',"$.a"},
  {"json_query",'{"a":123456789012345678}',"$.a"},{"json_query",'{"a b":1}',"$.a b"},{"json_query",'{"a":5}'},{"json_query",'{"a":5}',""},
  {"json_query",'{"a":0.1}',"$.a"},{"json_query",'{"a":1e3}',"$.a"},{"json_query",'{"a":1000000}',"$.a"},{"json_query",'{"a":999999}',"$.a"},{"json_query",'{"a":123456789012345678}',"$.a","int"},{"json_query",'{"a":9007199254740993}',"$.a","int"},{"json_query",'{"a":9007199254740991}',"$.a","int"},{"json_query",'{"a":-1.9}',"$.a","int"},
  {"json_query",'"x"',"$"},{"json_query",'5',"$"},{"json_query",'5',"$","int"},{"json_query",' [1,"b"] ',"$[1]"},{"json_query",'{"a":{"b":[{"c":"d"}]}}',"$.a.b[0].c"},{"json_query",'{"a":{"b":1, "c" : 2}}',"$.a"},{"json_query",'{"a":{"b":1, "c" : 2}}',"$.a.c"},
  {"json_query",'{"a":[1, 2]}',"$.a[5]"},{"json_query",'{"a":""}',"$.a"},{"json_query",'{"a":1,"a":2}',"$.a"},{"json_query",'{"a":1}x',"$.a"},{"json_query",'{"a":1',"$.a"},{"json_query",'{"a":true}',"$.a","int"},{"json_query",'{"A":1}',"$.a"},{"json_query",'{"a.b":1}',"$.a.b"},{"json_query",'{"a.b":1}',"$.a\\.b"},
  {"json_query",'{"a":1e30}',"$.a","int"},{"json_query",'{"a":1}',"$"},{"json_query",'',"$.a"},{"json_query",'[[1,2]]',"$[0][1]"},{"json_query",'{"a":0.00001234}',"$.a"},{"json_query",'{"b":{"a":1},"a":3}',"$.a"},{"json_query",'{"a":[{"x":1},{"x":2}]}',"$.a[1].x"},{"json_query",'{"x":"a}b]","a":4}',"$.a"},{"json_query",'{"b":[1,[2,{}]],"a":4}',"$.a"},
  {"jwt_header_query",J,"$.alg"},{"jwt_payload_query",J,"$.sub"},{"jwt_payload_query",J,"$.n"},{"jwt_payload_query",J,"$.n","int"},{"jwt_payload_query","abc","$.n"},{"jwt_payload_query","a.b","$.x"},{"jwt_payload_query",J,"sub"},{"jwt_payload_query",J,"$.none"},{"jwt_header_query",J,"$.typ","int"},{"jwt_header_query","%%.x.y","$.typ"},{"jwt_header_query",J,"$.typ","x"},
  {"jwt_verify",J,"HS256","secret"},{"jwt_verify",J,"HS512","secret"},{"jwt_verify",J,"HS256","bad"},{"jwt_verify",J.."x","HS256","secret"},{"jwt_verify",J,"HS256"},{"jwt_verify",J,"hs256","secret"},{"jwt_verify","a.b","HS256","secret"},{"jwt_verify","a.b.c","HS256","secret"},{"jwt_verify",J,"txn.alg","secret"},{"jwt_verify",J,"txn.none","secret"},{"jwt_verify",J,"HS256","txn.x"},
  {"jwt_verify",(J:gsub("%.[^.]*$",".AAAA")),"HS256","secret"},{"jwt_verify",(J:gsub("%.[^.]*$",".%%%%")),"HS256","secret"},{"jwt_verify","abc","NOPE","secret"},{"jwt_verify","abc"},{"jwt_verify","x.y.AAAA","HS256","secret"},
  {"aes_gcm_dec","c8y9cGs=",128,N,K,T},{"aes_gcm_dec","s\xcc\xbdpk",128,N,K,T},{"aes_gcm_dec","\0",100,N,K,T},{"aes_gcm_dec","hello",128,N,K},{"aes_gcm_dec","hello",128,"txn.nonce","txn.key","txn.tag"},{"aes_gcm_dec","hello","128",N,K,T},
}
core.register_action("converters_json", {"http-req"}, function(txn)
  calls.set(txn)
  local out = calls.results(txn, list)
  txn:set_var("txn.out", table.concat(out, " "))
end)
