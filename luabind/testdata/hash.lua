uuid and xxhash. The hashes are those of the xxhsum tool.

--- uuid
local uuid = require "uuid"
assert(uuid():find "^%x+%-%x+%-4%x+%-[89ab]%x+%-%x+$" and #uuid.v4() == 36 and uuid.v4() ~= uuid.v4())
local a, b = uuid.v7(), uuid.v7()
assert(a < b and a:sub(15, 15) == "7")
local u, version = uuid.parse "{6BA7B810-9DAD-11D1-80B4-00C04FD430C8}"
assert(u == "6ba7b810-9dad-11d1-80b4-00c04fd430c8" and version == 1)
local v, err = uuid.parse "x"
assert(v == nil and err:find "invalid UUID")

--- xxhash
local xxhash = require "xxhash"
assert(xxhash.xxh32 "" == 0x02CC5D05 and xxhash.xxh32 "abc" == 0x32D153FF and xxhash.xxh32("", 1) == 0x0B2CB792)
assert(xxhash.xxh32 "Nobody inspects the spammish repetition" == 0xE2293B2F)
assert(xxhash.xxh64 "" == 0xEF46DB3751D8E999 and xxhash.xxh64 "abc" == 0x44BC2CF5AD770999 and xxhash.xxh64("", 1) == 0xD5AFBA1336A3BE4B)
assert(xxhash.xxh3 "" == 0x2D06800538D394C2 and ("%016x"):format(xxhash.xxh64 "") == "ef46db3751d8e999" and xxhash.xxh64 "" < 0)
