The parts of luaossl that policies use. Signatures and ciphertexts are openssl's.

--- digest
local digest = require "openssl.digest"
local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
local d = digest.new("SHA256")
assert(d:update("he", "l") == d and hex(d:final("lo")) == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")
assert(hex(digest.new():final("")) == "da39a3ee5e6b4b0d3255bfef95601890afd80709" and hex(digest.new("md5"):final("")) == "d41d8cd98f00b204e9800998ecf8427e")
assert(hex(digest.new("sha3-256"):final("")) == "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a")
for name, size in pairs { sha224 = 28, ["SHA-384"] = 48, sha512 = 64, ["sha512/256"] = 32, ["sha3-512"] = 64 } do assert(#digest.new(name):final() == size) end
local ok, err = pcall(d.final, d)
assert(err:find "the digest is final already$", err)
ok, err = pcall(digest.new, "sha0")
assert(err:find "there is no hash \"sha0\"", err)

--- hmac
local hmac = require "openssl.hmac"
local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
assert(hex(hmac.new("Jefe", "SHA256"):update("what do ya want "):final("for nothing?")) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
assert(#hmac.new("k", "sha512"):final("x") == 64 and #hmac.new("k"):final() == 20)

--- pkey and x509
local pkey, digest, x509, mime = require "openssl.pkey", require "openssl.digest", require "openssl.x509", require "mime"
local rsa = mime.unb64("2GTtUZ7PjLoN7yXPQezF1nNUm8s9enASxqp+NoNQBSL3hGzvQWdjjy+rPL/Pa0s6BDvr6jkVTHjUzSIYttlvgO3T+uyjh6QYI4ch3XeuWCI3JIAh52Q8b2b/zGzTGpeDKms4v/awa5g4ppqdgOwfaxpIRhv6a1NI0fTNKhsvoSxPXVNZO5ArxnLjAZejn57eP7EY99raGV4Fbo+pdnmZYGwl+0RCltcPUvXeUshAIhjZT9KsqkUmRqMv/EXQkszUXYywPwRwivq4loxKgusPEHphayRdk0pauQeg4KV30C8K6kwV/KyOAlWv8HYk03fTNFqMHHD3606pKBiVieRt4g==")
local ec = mime.unb64("MEUCIQDeUue53HHoiFjvRbRdH19SDJfdK5Z1oAsMncF24CmwWQIgYTmNxA0nTkZfcztY456d4zxQOHN8mbD+Vb8NyBoMyLs=")
local function sum(text, kind) return digest.new(kind or "sha256"):update(text) end
local cert = x509.new(spoa.read "keys/cert.pem")
for _, key in ipairs { cert:getPublicKey(), pkey.new(spoa.read "keys/rsa.pem"), pkey.new(spoa.read "keys/rsa.pub.pem"), pkey.new(spoa.read "keys/cert.pem") } do
  assert(key:verify(rsa, sum "hello") == true and key:verify(rsa, sum "hullo") == false and key:verify("", sum "hello") == false)
  assert(key:verify(rsa, sum("hello", "sha512")) == false and key:verify(ec, sum "hello") == false and key:type() == "rsaEncryption")
  assert(key:toPEM() == spoa.read "keys/rsa.pub.pem")
end
local key = pkey.new(spoa.read "keys/ec.pub.pem")
assert(key:verify(ec, sum "hello") and not key:verify(ec, sum "x") and not key:verify(rsa, sum "hello") and key:type() == "id-ecPublicKey")
for _, file in ipairs { "rsa", "ec" } do
  local key = pkey.new(spoa.read("keys/" .. file .. ".pem"))
  local signature = key:sign(sum "text")
  assert(key:verify(signature, sum "text") and pkey.new(spoa.read("keys/" .. file .. ".pub.pem")):verify(signature, sum "text"))
  local public, private = key:toPEM("public", "private")
  assert(public == spoa.read("keys/" .. file .. ".pub.pem") and pkey.new(private):verify(signature, sum "text"))
end
local ed, ed_public = pkey.new(spoa.read "keys/ed.pem"), pkey.new(spoa.read "keys/ed.pub.pem")
assert(ed_public:type() == "ED25519" and ed:type() == "ED25519")
assert(ed_public:verify(ed:sign "text", "text") and not ed_public:verify(ed:sign "text", "test") and not ed_public:verify("", "text"))
local function fails(want, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and err:find(want, 1, true), err)
end
fails("this is no key in PEM or DER", pkey.new, "-----BEGIN PUBLIC KEY-----")
fails("this is no key in PEM or DER", pkey.new, "secret")
fails("the key is public: a private one signs", key.sign, key, sum "x")
fails("the key is public", key.toPEM, key, "private")
fails("'public' or 'private' expected, not \"x\"", key.toPEM, key, "x")
fails("a key of Ed25519 signs a text, not the digest of one", ed_public.verify, ed_public, "", sum "")
fails("an object of openssl.digest expected that is not final", key.verify, key, "", require "openssl.hmac".new "k")
fails("digest expected, got string", key.verify, key, "", "hello")
assert(tostring(cert:getSubject()) == "O=Example, CN=policy.example.org" and tostring(cert:getIssuer()) == tostring(cert:getSubject()))
assert(tostring(cert:getSerial()):find "^%d+$" and cert:getVersion() == 3 and cert:isIssuedBy(cert) and cert:getSignatureName() == "RSA-SHA256")
assert(tostring(cert:getSubjectAlt()) == "DNS:policy.example.org, DNS:www.example.org" and cert:getBasicConstraints().CA == true)
assert(cert:digest() == tostring(cert:digest("sha1", "n"):toHex():lower()) and #cert:digest("sha256", "s") == 32 and #cert:digest "sha256" == 64)
assert(tostring(cert) == cert:toPEM() and cert:tostring "DER":byte() == 0x30 and x509.new(cert:tostring "DER"):toPEM() == cert:toPEM())
local parts = {}
for kind, value in pairs(cert:getSubject()) do parts[#parts + 1] = kind .. "=" .. value end
assert(table.concat(parts, " ") == "O=Example CN=policy.example.org")
local cn = cert:getSubject():all()[2]
assert(cn.sn == "CN" and cn.ln == "commonName" and cn.id == "2.5.4.3" and cn.blob == "policy.example.org")
fails("certificates cannot be made here", x509.new)
local from, to = cert:getLifetime()
assert(to - from == 36500 * 86400 and cert:getDNSNames()[2] == "www.example.org" and cert:toPEM() == spoa.read "keys/cert.pem")
fails("this is no certificate in PEM or DER", x509.new, "x")

--- keys that are made
local pkey, digest = require "openssl.pkey", require "openssl.digest"
local function sum(text) return digest.new("RSA-SHA256"):update(text) end
for kind, options in pairs {
  rsaEncryption = { bits = 1024 }, ["id-ecPublicKey"] = { type = "EC", curve = "secp384r1" }, ED25519 = { type = "ED25519" },
} do
  local key = pkey.new(options)
  local again, public = pkey.new(key:toPEM "private"), pkey.new(key:toPEM "public")
  local text = kind == "ED25519" and "x" or sum "x"
  assert(key:type() == kind and public:verify(again:sign(text), text) and tostring(key) == key:toPEM "public")
  assert(pkey.new(key:tostring "DER"):toPEM() == key:toPEM())
end
assert(pkey.new({ type = "EC" }):getParameters().priv_key and pkey.new({ type = "EC" }):getDefaultDigestName() == "SHA256")
local rsa = pkey.new(spoa.read "keys/rsa.pem")
local p = rsa:getParameters()
assert(p.n == p.p * p.q and tostring(p.e) == "65537" and p.d % (p.p - 1) == p.dmp1 and (p.iqmp * p.q) % p.p == 1 + p.e * 0)
local n, e = rsa:getParameters("n", "e")
assert(n == p.n and e == p.e and #n:toBinary() == 256 and pkey.new(spoa.read "keys/rsa.pub.pem"):getParameters().d == nil)
local function fails(want, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and err:find(want, 1, true), err)
end
fails('there is no type "DSA" of keys: RSA, EC and ED25519 are', pkey.new, { type = "DSA" })
fails('there is no curve "secp256k1": prime256v1, secp384r1 and secp521r1 are', pkey.new, { type = "EC", curve = "secp256k1" })
fails("a key of RSA has 1024 to 4096 bits and the exponent 65537", pkey.new, { bits = 512 })
fails("a key of RSA has 1024 to 4096 bits", pkey.new, { bits = 16384 })
fails('the key has no "d"', function() pkey.new(spoa.read "keys/rsa.pub.pem"):getParameters "d" end)
fails("keys of RSA and ECDSA have parameters", function() pkey.new(spoa.read "keys/ed.pem"):getParameters() end)
spoa.on("m", function() pkey.new { type = "EC" } end)
--> call m

--- bignum
-- What luaossl says.
local bignum = require "openssl.bignum"
local function is(want, n) assert(tostring(n) == want, tostring(n) .. " is not " .. want) end
local a, x = bignum.new(5), bignum.new "-7"
is("6", a + 1) is("-2", a - 7) is("12", 7 + a) is("-5", -a) is("15", a * 3) is("2", a // 2) is("2", a / 2) is("2", a % 3) is("125", a ^ 3)
is("-3", x // 2) is("1", x % 2) is("-1", bignum.new(7) % -2) is("-3", x:idiv(2)) is("1", x:nnmod(2)) is("1", x:mod(2))
is("31", bignum.new "0x1f") is("-31", bignum.new "-0X1f") is("2", bignum.new(2.7)) is("-2", bignum.new(-2.7)) is("0", bignum.new())
is("1180591620717411303424", bignum.new(2 ^ 70)) is("4611686018427387904", bignum.new(1 << 62)) is("65281", bignum.fromBinary "\xff\1")
is("6", bignum.new(12):gcd(18)) is("2361183241434822606848", bignum.new(2) << 70) is("4", (bignum.new(2) << 70) >> 69) is("81", bignum.new(3):exp(4))
local b = bignum.new(3)
is("4", b:mod_exp(100, 7)) is("1", b:mod_mul(5, 7)) is("1", b:mod_add(5, 7)) is("5", b:mod_sub(5, 7)) is("4", bignum.new(5):mod_sqr(7)) is("16", bignum.new(4):sqr())
assert(a == bignum.new "5" and a < bignum.new(6) and a <= a and a < 6 and not (a < 5))
assert(a:toBinary() == "\5" and bignum.new(0):toBinary() == "" and x:tobin() == "\7")
assert(a:toHex() == "05" and bignum.new(-255):tohex() == "-FF" and bignum.new(0):toHex() == "0" and a:todec() == "5")
assert(bignum.new(97):isPrime() and not bignum.new(98):isPrime())
is("1", bignum.new(1) ^ (bignum.new(2) << 200)) is("1", bignum.new(-1) ^ 4) is("-1", bignum.new(-1) ^ 3)
local function fails(want, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and err:find(want, 1, true), err)
end
for _, bad in ipairs { "", "12x", "0x", "-", "1e3", " 1" } do fails("is no integer", bignum.new, bad) end
fails("the number is not finite", bignum.new, 0 / 0)
fails("bignum expected, got table", function() return a + {} end)
fails("bignum expected, got boolean", bignum.new, true)
for _, f in ipairs { function() return a // 0 end, function() return a % 0 end, function() return a:mod_exp(1, 0) end } do fails("division by zero", f) end
fails("the number has more than 65536 bits", function() return a ^ 1000000 end)
fails("the number has more than 65536 bits", function() return (a << 65000) * (a << 65000) end)
fails("the shift is not from 0 to 65536", function() return a << (1 << 40) end)
fails("the exponent is negative", function() return a ^ -1 end)
fails("mod_exp takes numbers of at most 4096 bits", function() return a:mod_exp(3, a << 5000) end)
fails("isPrime takes numbers of at most 2048 bits", function() return (a << 3000):isPrime() end)

--- x509.name, altname and csr
local pkey, name, altname, csr = require "openssl.pkey", require "openssl.x509.name", require "openssl.x509.altname", require "openssl.x509.csr"
local function fails(want, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and err:find(want, 1, true), err)
end
local dn = name.new()
assert(dn:add("CN", "a.example.org") == dn and tostring(dn:add("organizationName", "Ex, Inc"):add("2.5.4.6", "DE")) == "CN=a.example.org, O=Ex, Inc, C=DE")
local list = {}
for kind, value in dn:each() do list[#list + 1] = kind .. ":" .. value end
assert(table.concat(list, " ") == "CN:a.example.org O:Ex, Inc C:DE")
fails('there is no part "NOPE" of names', dn.add, dn, "NOPE", "x")
local alt = altname.new():add("DNS", "a.example.org"):add("IP", "192.0.2.1"):add("URI", "http://x/"):add("email", "a@b")
assert(tostring(alt) == "DNS:a.example.org, IP:192.0.2.1, URI:http://x/, email:a@b")
list = {}
for kind, value in pairs(alt) do list[#list + 1] = kind .. ":" .. value end
assert(#list == 4 and list[2] == "IP:192.0.2.1")
fails('there is no kind "foo" of names', alt.add, alt, "foo", "x")
fails('"zz" is no address', alt.add, alt, "IP", "zz")
for _, key in ipairs { pkey.new(spoa.read "keys/rsa.pem"), pkey.new { type = "EC" }, pkey.new { type = "ED25519" } } do
  local r = csr.new()
  fails("the request is not signed", r.toPEM, r)
  assert(r:setSubject(dn) and r:setSubjectAlt(alt) and r:setPublicKey(key) and r:sign(key) and r:getVersion() == 0)
  assert(r:tostring "DER":byte() == 0x30 and tostring(r) == r:toPEM())
  local again = csr.new(r:toPEM())
  assert(tostring(again:getSubject()) == tostring(dn) and again:getPublicKey():toPEM() == key:toPEM())
  assert(tostring(again:getSubjectAlt()) == "DNS:a.example.org, email:a@b, URI:http://x/, IP:192.0.2.1", tostring(again:getSubjectAlt()))
  fails("the key is another than that of setPublicKey", again.sign, again, pkey.new { type = "EC" })
  fails("the key is public", again.sign, again, pkey.new(key:toPEM()))
end
fails("this is no request in PEM or DER", csr.new, "x")
fails("the request has no key", function() csr.new():getPublicKey() end)

--- rand
local rand = require "openssl.rand"
assert(#rand.bytes(16) == 16 and rand.bytes(16) ~= rand.bytes(16) and rand.bytes(0) == "" and rand.ready())
for _ = 1, 100 do local n = rand.uniform(3) assert(n >= 0 and n < 3 and math.type(n) == "integer") end
assert(rand.uniform(1) == 0 and rand.uniform() < 1 << 53 and not pcall(rand.uniform, 0) and not pcall(rand.bytes, -1) and not pcall(rand.bytes, 1 << 30))

--- cipher
local cipher, mime = require "openssl.cipher", require "mime"
local key, iv = ("\0"):rep(32), ("\0"):rep(16)
assert(mime.b64(cipher.new("AES-256-CBC"):encrypt(key, iv):final("hello")) == "wjXeJNI54DzI43fGBPymew==")
local d = cipher.new("aes-256-cbc"):decrypt(key, iv)
assert(d:update((mime.unb64("wjXeJNI54DzI43fGBPymew=="))) == "" and d:final() == "hello")
local v, err = cipher.new("AES-256-CBC"):decrypt(key, iv):final("0123456789abcdef")
assert(v == nil and err == "bad decrypt")
v, err = cipher.new("AES-256-CBC"):decrypt(key, iv):final("x")
assert(v == nil and err == "the text is no whole number of blocks")
assert(#cipher.new("AES-256-CBC"):encrypt(key, iv, false):final(("x"):rep(16)) == 16)
local ctr = cipher.new("AES-128-CTR"):encrypt(key:sub(1, 16), iv):final("hello")
assert(cipher.new("AES-128-CTR"):decrypt(key:sub(1, 16), iv):final(ctr) == "hello")
local gcm = cipher.new("AES-256-GCM"):encrypt(key, iv:sub(1, 12)):setAAD("head")
local sealed = gcm:final("hello")
local function open(tag, aad) return cipher.new("AES-256-GCM"):decrypt(key, iv:sub(1, 12)):setTag(tag):setAAD(aad):final(sealed) end
assert(open(gcm:getTag(), "head") == "hello" and open(iv, "head") == nil and open(gcm:getTag(), "") == nil)
local function fails(want, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and err:find(want, 1, true), err)
end
fails('there is no cipher "DES"', cipher.new, "DES")
fails("the key has 1 bytes, not 32", d.encrypt, d, "k", iv)
fails("the IV has 0 bytes, not 16", d.encrypt, d, key)
fails("call encrypt or decrypt with a key first", d.final, d)
fails("getTag: there is a tag behind final of GCM only", d.getTag, d)
