package modules

import (
	"strings"
	"testing"
)

// TestAbsent checks that each module that public scripts for HAProxy require is
// there, or that its error says what to do.
func TestAbsent(t *testing.T) {
	t.Parallel()
	for name := range strings.FieldsSeq(`json cjson cjson.safe dkjson lunajson base64 mime ltn12 socket socket.http socket.url ssl.https
		openssl.pkey openssl.digest openssl.hmac openssl.x509 openssl.x509.name openssl.x509.altname openssl.x509.csr
		openssl.cipher openssl.rand openssl.bignum argon2`) {
		if !Has(name) || Absent(name) != "" {
			t.Errorf("%s is not there, or said not to be", name)
		}
	}
	for name, want := range map[string]string{
		"redis": "redis-lua is plain Lua", "pgmoon": "put its files beside", "luasql.mysql": "written in C", "posix": "written in C",
		"posix.unistd": "written in C", "lfs": "spoa.read", "pl.pretty": "Penlight", "socket.dns": `require("socket").dns`,
		"ssl": "connect_ssl", "resty.jwt": "OpenResty", "bit": "operators", "openssl": "each by its own name", "openssl.ssl.context": "connect_ssl",
		"openssl.des": "of luaossl the agent has", "inspect": "plain Lua", "http": "haproxy-lua-http", "mine": "", "": "", ".": "", "pl": "",
	} {
		if got := Absent(name); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	for name, advice := range absent {
		if Has(name) {
			t.Errorf("%s is said not to be there: %s", name, advice)
		}
	}
}
