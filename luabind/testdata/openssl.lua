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
assert(pkey.new(spoa.read "keys/ed.pub.pem"):type() == "ED25519")
local function fails(want, f, ...)
  local ok, err = pcall(f, ...)
  assert(not ok and err:find(want, 1, true), err)
end
fails("this is no key in PEM or DER", pkey.new, "-----BEGIN PUBLIC KEY-----")
fails("this is no key in PEM or DER", pkey.new, "secret")
fails("keys cannot be made here", pkey.new, { type = "RSA" })
fails("a private key of RSA or ECDSA signs digests", key.sign, key, sum "x")
fails("the key is public", key.toPEM, key, "private")
fails("'public' or 'private' expected, not \"x\"", key.toPEM, key, "x")
fails("see the module jwt for Ed25519", function() pkey.new(spoa.read "keys/ed.pub.pem"):verify("", sum "") end)
fails("an object of openssl.digest expected that is not final", key.verify, key, "", require "openssl.hmac".new "k")
fails("digest expected, got string", key.verify, key, "", "hello")
assert(cert:getSubject() == "CN=policy.example.org,O=Example" and cert:getIssuer() == cert:getSubject() and cert:getSerial():find "^%d+$")
local from, to = cert:getLifetime()
assert(to - from == 36500 * 86400 and cert:getDNSNames()[2] == "www.example.org" and cert:toPEM() == spoa.read "keys/cert.pem")
fails("this is no certificate in PEM or DER", x509.new, "x")

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
