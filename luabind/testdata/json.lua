The JSON modules.

--- a module of ours may be required in a handler, another may not
spoa.on("ours", function() set_var("txn.v", require "cjson".encode {1}) set_var("txn.same", require "cjson" == package.loaded.cjson) end)
spoa.on("file", function() require "good" end)
spoa.on("none", function() require "none" end)
--> call ours
--> set-var txn.v str:[1]
--> set-var txn.same bool:true
--> call file
--> error ^t.lua:2: require of a module that is not loaded yet can only be called while scripts are loaded
--> call none
--> error ^t.lua:3: require of a module that is not loaded yet can only be called while scripts are loaded

--- json
local json = require "json"
local function try(f, ...) return select(2, pcall(f, ...)) end
assert(json.encode({}) == "[]" and json.encode({1, "a", true}) == '[1,"a",true]')
assert(json.encode({a = {b = 1.5}}) == '{"a":{"b":1.5}}')
assert(json.encode("a\"\\\n\0/\127é") == '"a\\"\\\\\\n\\u0000/\127é"')
assert(json.encode(9007199254740993) == "9007199254740993" and json.encode(-2^63) == "-9.223372036854776e+18")
assert(json.encode(math.mininteger) == "-9223372036854775808" and json.encode(math.maxinteger) == "9223372036854775807")
assert(json.encode(0.1) == "0.1" and json.encode(1e300) == "1e+300" and json.encode(3.0) == "3")
assert(try(json.encode, {1, 2, nil, 4}) == "an array has holes")
assert(try(json.encode, {1, a = 2}) == "a table has keys of an array and of an object")
assert(try(json.encode, {[true] = 1}) == "a key of an object must be a string, not a boolean")
assert(try(json.encode, {[2^53 | 0] = 1}) == "a key of an object must be a string, not a number")
assert(try(json.encode, 0/0) == "JSON has no number for nan" and try(json.encode, math.huge) == "JSON has no number for inf")
assert(try(json.encode, print) == "a function has no place in JSON")
local circle = {} circle[1] = circle
assert(try(json.encode, circle) == "tables nest deeper than 1000: is there a cycle?")
local v = json.decode(' {"a": [1, -2.5e3, 9223372036854775807, 12345678901234567890], "b": {"c": null}, "d": "\\u00e9\\ud83d\\ude00\\/", "a2": true, "e": [] } ')
assert(v.a[1] == 1 and v.a[2] == -2500 and v.a[3] == math.maxinteger and v.a[4] == 12345678901234567890)
assert(next(v.b) == nil and v.d == "é😀/" and v.a2 == true and #v.e == 0)
assert(json.decode('{"k":1,"k":2}').k == 2 and json.decode("null") == nil and json.decode("false") == false)
local holes = json.decode("[1,null,3]")
assert(holes[1] == 1 and holes[2] == nil and holes[3] == 3)
for text, want in pairs {
  ['{"a":1'] = "unexpected end of the text at line 1 column 7",
  ['{"a":1,}'] = "unexpected character '}' at line 1 column 8",
  ['[1,]'] = "unexpected character ']' at line 1 column 4",
  ['\n [1 2]'] = "unexpected character '2' at line 2 column 5",
  ['[01]'] = "malformed number at line 1 column 2",
  ['-'] = "malformed number at line 1 column 1",
  ['1.'] = "malformed number at line 1 column 1",
  ['1e+'] = "malformed number at line 1 column 1",
  ['1e999'] = "a number that is too large at line 1 column 1",
  ['NaN'] = "unexpected character 'N' at line 1 column 1",
  ['nul'] = "unexpected word at line 1 column 1",
  ['"a\tb"'] = "control character 0x09 in a string at line 1 column 3",
  ['"\\x"'] = "unknown escape sequence at line 1 column 2",
  ['"\\u12"'] = "\\u needs four hexadecimal digits at line 1 column 2",
  ['"\\ud800x"'] = "half of a surrogate pair at line 1 column 2",
  ['"abc'] = "unexpected end of the text at line 1 column 5",
  ['1 2'] = "something follows the value at line 1 column 3",
  ['{1:2}'] = "unexpected character '1' at line 1 column 2",
  ['{"a" 1}'] = "unexpected character '1' at line 1 column 6",
  [''] = "unexpected end of the text at line 1 column 1",
  ['\xff'] = "unexpected byte 0xff at line 1 column 1",
  [("["):rep(1001)] = "tables nest deeper than 1000 at line 1 column 1001",
} do
  assert(try(json.decode, text) == want, text .. " gave " .. tostring(try(json.decode, text)))
end
spoa.on("bad", function() json.decode("{") end)
spoa.on("badencode", function() json.encode({print}) end)
--> call bad
--> error ^t.lua:\d+: unexpected end of the text at line 1 column 2$
--> call badencode
--> error ^t.lua:\d+: a function has no place in JSON$

--- cjson
local cjson = require "cjson"
assert(cjson.encode({}) == "{}" and cjson.encode({1, 2}) == "[1,2]" and cjson.encode({1, nil, 3}) == "[1,null,3]")
assert(cjson.encode({[1] = 1, a = 2}) == '{"1":1,"a":2}' and cjson.encode("a/\127") == '"a\\/\\u007f"')
assert(cjson.encode(cjson.null) == "null" and tostring(cjson.null) == "null" and cjson.encode(cjson.empty_array) == "[]")
assert(cjson.encode(setmetatable({}, cjson.array_mt)) == "[]" and cjson.encode(setmetatable({}, cjson.empty_array_mt)) == "[]")
assert(cjson.decode('[null]')[1] == cjson.null and cjson.decode('{"a":null}').a == cjson.null)
assert(not pcall(cjson.decode, "{") and not pcall(cjson.encode, {[100] = 1}) and not pcall(cjson.encode, 1/0))
assert(cjson.encode({[10] = 1}) == "[null,null,null,null,null,null,null,null,null,1]")
assert(cjson.encode_sparse_array(true) == true and cjson.encode({[100] = 1}) == '{"100":1}')
local own = cjson.new()
assert(not pcall(own.encode, {[100] = 1}))
assert(own.encode_empty_table_as_object(false) == false and own.encode({}) == "[]" and cjson.encode({}) == "{}")
assert(own.encode_max_depth(2) == 2 and not pcall(own.encode, {{{}}}) and own.decode_max_depth(1) == 1 and not pcall(own.decode, "[[]]"))
assert(own.encode_number_precision(3) == 3 and own.encode(1/3) == "0.333")
assert(own.encode_escape_forward_slash(false) == false and own.encode("/") == '"/"')
assert(own.decode_array_with_array_mt(true) and getmetatable(own.decode("[]")) == own.array_mt)
assert(own.encode_invalid_numbers() == false and own.encode_invalid_numbers("null") == "null" and own.encode(1/0) == "null")
assert(own.encode_keep_buffer(true) and own.decode_invalid_numbers() == false and not pcall(own.decode_invalid_numbers, true))
assert(not pcall(own.encode_max_depth, 0) and not pcall(own.encode_sparse_array, true, -1) and not pcall(own.encode_invalid_numbers, true))
local safe = require "cjson.safe"
local v, err = safe.decode("[1")
assert(v == nil and err == "unexpected end of the text at line 1 column 3" and select("#", safe.decode("[1")) == 2)
v, err = safe.decode(nil)
assert(v == nil and err == "a text to decode is a string, not nil")
v, err = safe.encode(print)
assert(v == nil and err == "a function has no place in JSON" and safe.null == cjson.null and safe.decode("2") == 2)

--- dkjson
local dk = require "dkjson"
assert(dk.encode({}) == "[]" and dk.encode({a = 1, 2}) == '{"1":2,"a":1}' and dk.encode({1, nil, 3}) == "[1,null,3]")
assert(dk.encode({n = 3, 1}) == "[1,null,null]" and dk.encode({n = 3}) == "[null,null,null]" and dk.encode({n = 1, a = 2}) == '{"n":1,"a":2}')
assert(dk.encode({[100] = 1}) == '{"100":1}' and dk.encode({[5] = 1}) == "[null,null,null,null,1]")
assert(dk.encode(setmetatable({}, {__jsontype = "object"})) == "{}" and dk.encode(setmetatable({}, {__jsontype = "array"})) == "[]")
assert(dk.encode({dk.null, 0/0}) == "[null,null]" and dk.quotestring('a"b') == '"a\\"b"' and dk.use_lpeg() == dk)
assert(dk.encode({b = 1, a = {1, 2}, c = 3}, {indent = true, keyorder = {"c", "a"}}) == [[
{
  "c": 3,
  "a": [
    1,
    2
  ],
  "b": 1
}]])
assert(dk.encode({1}, {indent = true, level = 1}) == "[\n    1\n  ]" and dk.encode({}, {indent = true}) == "[]")
assert(dk.encode({setmetatable({x = 1}, {__tojson = function(self, state) return "<" .. self.x .. tostring(state.indent) .. ">" end})}, {}) == "[<1nil>]")
assert(dk.encode({{setmetatable({}, {__tojson = function() return dk.encode({{1}}) end})}, 2}) == "[[[[1]]],2]")
assert(not pcall(dk.encode, print) and not pcall(dk.encode, setmetatable({}, {__tojson = function() end})))
local v, pos, err = dk.decode(' {"a":[], "b":null} x')
assert(getmetatable(v).__jsontype == "object" and getmetatable(v.a).__jsontype == "array" and v.b == nil and pos == 21 and err == nil)
assert(dk.encode((dk.decode('{"a":{},"b":[]}'))):find('"a":{}', 1, true))
v, pos, err = dk.decode('{"a":x}')
assert(v == nil and pos == 6 and err == "unexpected character 'x' at line 1 column 6")
assert(dk.decode("[null]", 1, dk.null)[1] == dk.null and getmetatable(dk.decode("{}", 1, nil, nil)) == nil)
assert(dk.decode("[1] [2]", 5)[1] == 2 and not pcall(dk.decode, "1", 4))

--- lunajson
local luna = require "lunajson"
assert(luna.encode({}) == "{}" and luna.encode({1, 2}) == "[1,2]" and luna.encode({[0] = 2, 1}) == "[1,null]" and luna.encode({[0] = 0}) == "[]")
local null = function() end
assert(luna.encode({null, 1}, null) == "[null,1]" and luna.decode("[null]", nil, null)[1] == null)
assert(luna.decode("[1,null]", nil, nil, true)[0] == 2)
local v, pos = luna.decode(" [1] 2", 1)
assert(#v == 1 and pos == 6 and luna.decode(" [1] 2", 6) == 2 and not pcall(luna.decode, "[1] 2"))
assert(not pcall(luna.decode, "1", 3) and not pcall(luna.encode, {[true] = 1}))

--- bounds
local json = require "json"
local big = ("x"):rep(8 << 20)
local function try(f, ...) return select(2, pcall(f, ...)) end
assert(try(json.encode, {big, big, big}) == "the text is longer than 16777216 bytes")
assert(#json.encode(big) == #big + 2 and #json.decode(json.encode(big)) == #big)
assert(try(json.decode, "[" .. ("1,"):rep(1 << 20) .. "1]"):find("^the text has more than 1048576 values"))
