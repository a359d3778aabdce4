package modules

import "strings"

// inC is what is said of modules that others wrote in C.
const inC = "it is written in C, which the agent does not load"

// inLua is what is said of modules that are files of Lua.
const inLua = "it is plain Lua: put its files beside the scripts"

// absent is what to do without modules that scripts ask for and that the agent does
// not have, by name or, with a dot at the end, by all names below.
var absent = map[string]string{
	"basexx":             inLua + ", or use base64",
	"bcrypt":             inC,
	"bit":                "Lua 5.4 has the operators & | ~ << >>",
	"bit32":              "Lua 5.4 has the operators & | ~ << >>",
	"cqueues":            inC + "; core.register_task and core.tcp do its work",
	"cqueues.":           inC + "; core.register_task and core.tcp do its work",
	"ffi":                "it is LuaJIT's; the agent's modules have hashes, ciphers and addresses",
	"geoip":              "the module mmdb reads MaxMind's databases",
	"geoip.":             "the module mmdb reads MaxMind's databases",
	"http":               inLua + "; haproxy-lua-http calls it http.lua. The agent has socket.http and core.httpclient",
	"inspect":            inLua,
	"jwt.":               "the module jwt verifies tokens",
	"lfs":                inC + "; spoa.read and io.open read files below the script folders",
	"lpeg":               inC + "; the module re has regular expressions",
	"lrexlib":            inC + "; the module re has regular expressions",
	"lsqlite3":           inC + "; ask a service over socket.http",
	"luajwt":             "the module jwt verifies tokens",
	"luasql":             inC + "; ask a service over socket.http",
	"luasql.":            inC + "; ask a service over socket.http",
	"maxminddb":          "the module mmdb reads MaxMind's databases",
	"md5":                "openssl.digest has md5",
	"mime.core":          "the module mime has its functions",
	"ngx":                "it is OpenResty's",
	"ngx.":               "it is OpenResty's",
	"openssl":            "luaossl's openssl.digest, openssl.hmac, openssl.pkey and the like are there, each by its own name",
	"openssl.kdf":        "the agent has openssl.digest and openssl.hmac",
	"openssl.pkcs12":     "openssl pkcs12 -in FILE -nodes makes PEM of it, which openssl.pkey and openssl.x509 read",
	"openssl.pubkey":     "it is called openssl.pkey",
	"openssl.ssl":        "ssl.https and core.tcp's connect_ssl make connections of TLS",
	"openssl.ssl.":       "ssl.https and core.tcp's connect_ssl make connections of TLS",
	"openssl.x509.chain": "isIssuedBy of openssl.x509 tells who has signed a certificate",
	"openssl.x509.store": "isIssuedBy of openssl.x509 tells who has signed a certificate",
	"pgmoon":             inLua + "; it makes its connections with the module socket",
	"pl.":                "it is Penlight, plain Lua: put its folder pl beside the scripts",
	"posix":              inC + "; os.time, socket.gettime, and uuid are there",
	"posix.":             inC + "; os.time, socket.gettime, and uuid are there",
	"redis":              "redis-lua is plain Lua over the module socket: put its redis.lua beside the scripts",
	"resty.":             "it is OpenResty's; the agent has jwt, json, openssl.digest, socket.http and others",
	"rex_pcre":           inC + "; the module re has regular expressions",
	"rex_pcre2":          inC + "; the module re has regular expressions",
	"sha1":               "openssl.digest has sha1",
	"sha2":               "openssl.digest has sha256, sha512 and sha3-256",
	"socket.core":        "the module socket has its functions",
	"socket.dns":         `it is require("socket").dns`,
	"socket.ftp":         "socket.http does HTTP",
	"socket.smtp":        "mail is left to a service, over socket.http or socket",
	"socket.unix":        `core.tcp connects to unix sockets: s:connect("unix@/PATH")`,
	"ssl":                "ssl.https, and core.tcp's connect_ssl make connections of TLS",
	"struct":             "Lua 5.4 has string.pack and string.unpack",
	"zlib":               inC,
}

// Absent tells what to do in the place of a module that there is not, or "".
func Absent(name string) string {
	if Has(name) {
		return ""
	}
	if advice := absent[name]; advice != "" {
		return advice
	}
	for i := len(name) - 1; i > 0; i-- {
		if name[i] == '.' {
			if advice := absent[name[:i+1]]; advice != "" {
				return advice
			}
		}
	}
	if strings.HasPrefix(name, "openssl.") {
		return "of luaossl the agent has openssl.bignum, cipher, digest, hmac, pkey, rand and x509"
	}
	return ""
}
