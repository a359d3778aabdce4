lua-argon2's module. The hashes, and what is said of costs, are those of the reference implementation.

--- hashes
local argon2 = require "argon2"
local variants = argon2.variants
for _, want in ipairs {
  "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
  "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
  "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
} do
  local variant = want:find "argon2id" and variants.argon2_id or variants.argon2_i
  local lanes = tonumber(want:match "p=(%d)")
  local got = argon2.hash_encoded("password", "somesalt", { t_cost = 2, m_cost = 256.0, parallelism = lanes, variant = variant })
  assert(got == want, got)
  assert(argon2.verify(want, "password") == true and argon2.verify(want .. "\0", "password") == true and argon2.verify(want, "passwort") == false)
end
local short = argon2.hash_encoded("pass\0word", "somesalt\0x", { t_cost = 1, m_cost = 99, parallelism = 3, hash_len = 16, variant = variants.argon2_id })
assert(short == "$argon2id$v=19$m=99,t=1,p=3$c29tZXNhbHQAeA$KKdF5ei8A03nvCejGp22mA", short)

--- what counts without options
local argon2 = require "argon2"
assert(argon2.t_cost() == 3 and argon2.m_cost() == 4096 and argon2.parallelism() == 1 and argon2.hash_len() == 32)
assert(argon2.hash_encoded("password", "somesalt") == "$argon2i$v=19$m=4096,t=3,p=1$c29tZXNhbHQ$iWh06vD8Fy27wf9npn6FXWiCX4K6pW6Ue1Bnzz07Z8A")
assert(argon2.t_cost(2) == 2 and argon2.m_cost("256") == 256 and argon2.parallelism(1) == 1 and argon2.hash_len(32) == 32)
argon2.variant(argon2.variants.argon2_id)
assert(argon2.hash_encoded("password", "somesalt") == "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
assert(argon2.hash_encoded("x", "somesalt", { m_cost = 8 }):find "m=8,t=2" and argon2.t_cost() == 2)

--- what is wrong
local argon2 = require "argon2"
for want, options in pairs {
  ["Memory cost is too small"] = { m_cost = 7 }, ["Time cost is too small"] = { t_cost = 0 }, ["Too few lanes"] = { parallelism = 0 },
  ["Output is too short"] = { hash_len = 3 },
} do
  local hash, err = argon2.hash_encoded("x", "somesalt", options)
  assert(hash == nil and err == want, err)
end
local hash, err = argon2.hash_encoded("x", "salt")
assert(hash == nil and err == "Salt is too short", err)
hash, err = argon2.hash_encoded("x", "somesalt", { parallelism = 9, m_cost = 64 })
assert(hash == nil and err == "Memory cost is too small", err)
for text, want in pairs {
  ["x"] = "Decoding failed", ["$argon2x$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAA"] = "Decoding failed", ["$argon2id$v=19$m=8,t=1$c29tZXNhbHQ$AAAAAA"] = "Decoding failed",
  ["$argon2id$v=19$m=-8,t=1,p=1$c29tZXNhbHQ$AAAAAA"] = "Decoding failed", ["$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$%%"] = "Decoding failed",
  ["$argon2id$v=19$m=8,t=1,p=1$c29t$AAAAAA"] = "Salt is too short", ["$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAA"] = "Output is too short",
  ["$argon2d$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAA"] = "none of argon2d", ["$argon2id$v=16$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAA"] = "version 19",
  ["$argon2id$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAA"] = "no version",
  ["$argon2id$v=19$m=65537,t=1,p=1$c29tZXNhbHQ$AAAAAA"] = "m_cost of the hash is 65537, the limit is 65536",
  ["$argon2id$v=19$m=4294967295,t=4294967295,p=1$c29tZXNhbHQ$AAAAAA"] = "m_cost of the hash is 4294967295",
  ["$argon2id$v=19$m=65536,t=5,p=1$c29tZXNhbHQ$AAAAAA"] = "m_cost times t_cost of the hash is 327680, the limit is 262144",
} do
  local ok, err = argon2.verify(text, "x")
  assert(ok == nil and err:find(want, 1, true), err)
end

--- limits are errors, since scripts take a hash for granted
local argon2 = require "argon2"
for want, options in pairs {
  ["argon2: m_cost is 65537, the limit is 65536"] = { m_cost = 65537 }, ["argon2: parallelism is 17, the limit is 16"] = { parallelism = 17 },
  ["argon2: hash_len is 1025, the limit is 1024"] = { hash_len = 1025 }, ["argon2: t_cost is 262145, the limit is 262144"] = { t_cost = 262145 },
  ["argon2: m_cost times t_cost is 327680, the limit is 262144"] = { m_cost = 65536, t_cost = 5 },
  ["argon2_d is not here: take argon2_id"] = { variant = argon2.variants.argon2_d }, ["one of argon2.variants expected"] = { variant = "argon2_id" },
  ["expected m_cost to be a number, got table"] = { m_cost = {} },
} do
  local ok, err = pcall(argon2.hash_encoded, "x", "somesalt", options)
  assert(not ok and err:find(want, 1, true), err)
end
local ok, err = pcall(argon2.m_cost, 1 << 20)
assert(not ok and err:find("argon2: m_cost is 1048576, the limit is 65536", 1, true), err)
ok, err = pcall(argon2.variant, argon2.variants.argon2_d)
assert(not ok and err:find("argon2_d is not here", 1, true), err)
