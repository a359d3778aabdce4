package modules

import lua "github.com/yuin/gopher-lua"

// openers returns the functions that make the modules, by name.
func openers() map[string]func(env) lua.LValue { return modules }

var modules = map[string]func(env) lua.LValue{
	"json":       openJSON,
	"cjson":      openCJSON,
	"cjson.safe": openCJSONSafe,
	"dkjson":     openDKJSON,
	"lunajson":   openLunaJSON,
	"argon2":     openArgon2,
	"base64":     openBase64,
	"mime":       openMIME,
	"ltn12":      openLTN12,
	"socket":     openSocket,
	"socket.url": openSocketURL,
	"ip":         openIP,
	"mmdb":       openMMDB,
	"re":         openRE,
	"uuid":       openUUID,
	"xxhash":     openXXHash,
	"jwt":        openJWT,

	"socket.http": openSocketHTTP,
	"ssl.https":   openSocketHTTP,

	"openssl.bignum":       openBignum,
	"openssl.cipher":       openCipher,
	"openssl.digest":       openDigest,
	"openssl.hmac":         openHMAC,
	"openssl.pkey":         openPKey,
	"openssl.rand":         openRand,
	"openssl.x509":         openX509,
	"openssl.x509.altname": openX509AltName,
	"openssl.x509.csr":     openX509CSR,
	"openssl.x509.name":    openX509Name,
}
