The module jwt. The tokens were signed by openssl and by RFC 7515.

--- verify
local jwt = require "jwt"
local keys = jwt.file "keys/jwks.json"
local rs = "eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYTEifQ.eyJzdWIiOiJhbGljZSIsImF1ZCI6WyJhcGkiLCJ3ZWIiXSwiaXNzIjoiaHR0cHM6Ly9pZC5leGFtcGxlLm9yZyIsImV4cCI6NDEwMjQ0NDgwMCwibiI6OTAwNzE5OTI1NDc0MDk5M30.N8pBV8q0H5QpPMjAySifLUW8rBv223OomGIizF2q1irXM9EFUrV_XSEpJA4wy3zb0eGKR1ybVpJOEXvUCleKplvXq_B-LMLI1KpOqDNhQByYLMjMXI8vxzcJ0EwZtWLqQhw4KSjLDyobYnBwWwL7lnRUcksNQ8RVCf3c-nUwBdZsT2T5l9C5geYXV6EfF5Lc7dytG4CDlcRvDYkKgZS_RXHK43bucR4qMKLVHdx-mMdO-VBBebieHMf9wlfZqjaXiquwnhAJC_PT1UR2dRW4pYSy4gW5xep9rCuszQgh9wqIYmnSs7iDJdDSHQj1aDqEO1G9eOvqd62u-Tuxv1u5eQ"
local tokens = { rs, "eyJhbGciOiJQUzI1NiIsImtpZCI6InJzYTEifQ.eyJzdWIiOiJhbGljZSIsImF1ZCI6WyJhcGkiLCJ3ZWIiXSwiaXNzIjoiaHR0cHM6Ly9pZC5leGFtcGxlLm9yZyIsImV4cCI6NDEwMjQ0NDgwMCwibiI6OTAwNzE5OTI1NDc0MDk5M30.q4gcbA8nY5H6VWGq-esvHKWHukPspjP3I9McDtAKXVNqRewuft7ztR8-15YjFSSN_8BGe2rBigocnN-r2Lep76a-NUouYOs6oZSBeh9eirXm8NnL9Iz7FkagHwGbad6Llo6sHL8ZSEcKNIQ7bPI5SaQeKvnTqap3FKUX5KoG2PPbKQHtJIMVuT5gGI7ewCXlwvjNgXmWQ5fUoPMMwfNyEGXvgp1go8FHuxWiedViOHNYZVbuLZE_SddzkY423naKtVVLKOZIaV6Qqe3I5tjHulMvI4jI3hI2VvyTTLJNPi2Nvs6MnLGg7PmgOWfq9-5OR0egIVS85vhvQs08Mjactg", "eyJhbGciOiJFZERTQSIsImtpZCI6ImVkMSJ9.eyJzdWIiOiJhbGljZSIsImF1ZCI6WyJhcGkiLCJ3ZWIiXSwiaXNzIjoiaHR0cHM6Ly9pZC5leGFtcGxlLm9yZyIsImV4cCI6NDEwMjQ0NDgwMCwibiI6OTAwNzE5OTI1NDc0MDk5M30.RNSNiPlxT7eF-uVESlzRRuZnUDRQmGZlPIkKQM0yBrJhFlTMoXu4Tl-zJE9yuZxsXw4SzunHydFGleOFHX9nCQ" }
for _, token in ipairs(tokens) do
  local claims, header = jwt.verify(token, keys)
  assert(claims, header)
  assert(claims.sub == "alice" and claims.aud[2] == "web" and claims.n == 9007199254740993 and header.kid:find "1$")
  local bad, err = jwt.verify(token:sub(1, -5) .. "AAAA", keys)
  assert(bad == nil and err == "the signature is wrong", err)
end
local pem = jwt.key(spoa.read "keys/rsa.pub.pem")
assert(jwt.verify(rs, pem) and jwt.verify(rs, jwt.key(spoa.read "keys/cert.pem")) and jwt.verify(rs, pem, { alg = "RS256" }))
assert(jwt.verify(rs, pem, { iss = "https://id.example.org", aud = "api", sub = "alice", require = { "exp", "sub" }, now = 4102444799 }))
assert(jwt.verify(rs, pem, { aud = { "x", "web" }, iss = { "a", "https://id.example.org" }, now = 4102444809, leeway = 10 }))
local function says(want, token, key, options)
  local v, err = jwt.verify(token, key, options)
  assert(v == nil and err == want, err)
end
says("the token has expired", rs, pem, { now = 4102444800 })
says("the token has expired", rs, pem, { now = 4102444810, leeway = 10 })
says("the claim iss is not the one expected", rs, pem, { iss = "x" })
says("the claim sub is not the one expected", rs, pem, { sub = "x" })
says("the token is for another audience", rs, pem, { aud = "x" })
says("the claim jti is missing", rs, pem, { require = { "jti" } })
says('there is no key "rsa1" for RS256', rs, jwt.key(([[{"keys":[{"kty":"oct","k":"AAAA"},{"kty":"RSA","kid":"rsa2","n":"%s","e":"AQAB"}]}]]):format(spoa.read "keys/jwks.json":match '"n": "([^"]+)')))
says('unexpected signature algorithm "RS256"; expected ["RS512"]', rs, pem, { alg = "RS512" })
says("there is no token", nil, pem)
says("the token has 65537 bytes, the limit is 65536", ("x"):rep(65537), pem)
for _, bad in ipairs { "", "a.b.c", "..", rs .. ".x", rs:match "^.*%." .. "" , "e30.e30." } do
  local v, err = jwt.verify(bad, pem)
  assert(v == nil and #err > 0)
end

--- a public key is no secret, and none is no algorithm
local jwt, mime = require "jwt", require "mime"
local pem = spoa.read "keys/rsa.pub.pem"
local forged = jwt.sign({ sub = "root" }, jwt.secret(pem))
local v, err = jwt.verify(forged, jwt.key(pem))
assert(v == nil and err:find "^unexpected signature algorithm", err)
v, err = jwt.verify("eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.", jwt.key(pem))
assert(v == nil and err:find "unexpected signature algorithm", err)
assert(jwt.verify(forged, jwt.secret(pem)).sub == "root")

--- secrets
local jwt, base64 = require "jwt", require "base64"
local token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
local key = jwt.secret(base64.url_decode "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")
assert(jwt.verify(token, key, { now = 1300819379 })["http://example.com/is_root"] == true)
assert(select(2, jwt.verify(token, key)) == "the token has expired" and select(2, jwt.verify(token, jwt.secret "x")) == "the signature is wrong")
assert(jwt.verify(jwt.sign({ a = 1 }, jwt.secret "short", { alg = "HS512", kid = "k" }), jwt.secret "short").a == 1)
local header, claims = jwt.decode(token)
assert(header.alg == "HS256" and claims.iss == "joe")
local v, err = jwt.decode "a.b"
assert(v == nil and err == "a token has three parts with dots in between")
assert(select(2, jwt.decode "e30.W10.") == "the payload is no object" and select(2, jwt.decode "!.e30.") == "the header is not base64url")

--- sign with what verifies
local jwt = require "jwt"
for _, kind in ipairs { "rsa", "ec", "ed" } do
  local private, public = jwt.key(spoa.read("keys/" .. kind .. ".pem")), jwt.key(spoa.read("keys/" .. kind .. ".pub.pem"))
  local token = jwt.sign({ sub = "bob", list = { 1, 2 }, exp = os.time() + 60 }, private, { kid = "mine" })
  local claims, header = jwt.verify(token, public)
  assert(claims.sub == "bob" and claims.list[2] == 2 and header.kid == "mine" and header.typ == "JWT")
  assert(not pcall(jwt.sign, {}, public))
end
local s = jwt.secret "s"
assert(select(2, jwt.verify(jwt.sign({ nbf = os.time() + 60 }, s), s)) == "the token is not valid yet")
assert(jwt.verify(jwt.sign({ nbf = os.time() + 60 }, s), s, { leeway = 90 }))
assert(select(2, jwt.verify(jwt.sign({ exp = "never" }, s), s)) == "the claim exp is no number")

--- misuse
local jwt = require "jwt"
local key = jwt.secret "s"
local function fails(want, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and err:find(want, 1, true), err)
end
fails("the secret is empty", jwt.secret, "")
fails("this is no key in PEM or DER", jwt.key, "secret")
fails("there is no key that verifies signatures", jwt.key, '{"keys":[]}')
fails("the JWKS: ", jwt.key, '{"keys":')
fails("jwt.key expected, got string", jwt.verify, "t", "secret")
fails('there is no option "issuer": alg, iss, aud, sub, leeway, now, require are', jwt.verify, "t", key, { issuer = "x" })
fails('the key is not for the algorithm "RS256": HS256, HS384, HS512', jwt.verify, "t", key, { alg = "RS256" })
fails("the option leeway is a number, not a string", jwt.verify, "t", key, { leeway = "5" })
fails("the option iss is a string", jwt.verify, "t", key, { iss = true })
fails("table expected, got string", jwt.verify, "t", key, "HS256")
spoa.on("m", function() jwt.file "keys/jwks.json" end)
--> call m
--> error ^t.lua:\d+: jwt.file can only be called while scripts are loaded
