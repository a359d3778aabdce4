The module mmdb.

--- lookup
local mmdb = require "mmdb"
local db = mmdb.open "mod/country.mmdb"
local v, prefix = db:lookup "192.0.2.77"
assert(v.country.iso_code == "AA" and v.country.names.en == "Exampleland" and v.subdivisions[1].iso_code == "N")
assert(v.location.latitude == 47.5 and v.asn == 64500 and v.anycast == true and v.id == 9007199254740993 and v.big == "1267650600228229401496703205376")
assert(prefix == "192.0.2.0/24" and db:lookup "192.0.3.1" == nil and db:lookup "x" == nil and db:lookup(nil) == nil)
assert(db:lookup "::ffff:192.0.2.1".asn == 64500 and db:lookup "2001:db8::1".country.iso_code == "BB")
assert(db:get("192.0.2.1", "country", "iso_code") == "AA" and db:get("192.0.2.1", "subdivisions", 1, "iso_code") == "N")
assert(db:get("192.0.2.1", "subdivisions", 2, "iso_code") == nil and db:get("192.0.2.1", "none", "x") == nil and db:get("192.0.3.1", "country") == nil)
assert(select("#", db:get("192.0.2.1", "asn")) == 1 and db:get("192.0.2.1", "country").iso_code == "AA")
local info = db:info()
assert(info.type == "Test-City" and info.built == 1700000000 and info.ip_version == 6 and info.nodes > 0)
local function fails(want, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and err:find(want, 1, true), err)
end
fails("mod/good.lua: this is no MaxMind database: ", mmdb.open, "mod/good.lua")
fails("no such file or directory", mmdb.open, "mod/none.mmdb")
fails("lists begin with 1", db.get, db, "::1", "subdivisions", 0)
fails("string expected, got no value", db.get, db, "::1")
for _ = 1, 3 do
  assert(db:get("192.0.2.1", "country", "iso_code") == "AA" and db:get("192.0.2.77", "country", "names", "en") == "Exampleland")
  assert(db:get("2001:db8::1", "country", "iso_code") == "BB" and db:get("192.0.2.1", "country", "none") == nil and db:get("192.0.2.1", "id") == 9007199254740993)
  assert(db:get("192.0.2.1", "country") ~= db:get("192.0.2.1", "country"))
end
spoa.on("m", function() set_var("txn.c", db:get("192.0.2.9", "country", "iso_code")) mmdb.open "mod/country.mmdb" end)
--> call m
--> error ^t.lua:\d+: mmdb.open can only be called while scripts are loaded
