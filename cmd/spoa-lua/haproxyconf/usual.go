package haproxyconf

import (
	"slices"
	"strings"
)

// usual are the fetches that arguments of these names stand for.
var usual = map[string]string{
	"ip": "src", "client": "src", "client_ip": "src", "remote_addr": "src", "addr": "src", "src_ip": "src",
	"port": "src_port", "client_port": "src_port", "host": "req.hdr(host)", "ua": "req.fhdr(user-agent)",
	"agent": "req.fhdr(user-agent)", "user_agent": "req.fhdr(user-agent)", "referer": "req.fhdr(referer)",
	"referrer": "req.fhdr(referer)", "cookie": "req.fhdr(cookie)", "cookies": "req.fhdr(cookie)", "accept": "req.fhdr(accept)",
	"authorization": "req.fhdr(authorization)", "content_type": "req.fhdr(content-type)", "xff": "req.fhdr(x-forwarded-for)",
	"body": "req.body", "headers": "req.hdrs", "tls": "ssl_fc", "ssl": "ssl_fc", "sni": "ssl_fc_sni", "version": "req.ver",
	"uri": "url", "query_string": "query", "frontend": "fe_name", "backend": "be_name", "id": "unique-id", "unique_id": "unique-id",
}

// plain are fetches that need no parameter, which arguments may be called like.
var plain = []string{
	"src", "src_port", "dst", "dst_port", "method", "path", "pathq", "query", "url", "base", "status", "fe_name", "be_name",
	"ssl_fc", "ssl_fc_sni", "ssl_fc_alpn", "ssl_fc_protocol", "ssl_fc_cipher", "ssl_c_used", "ssl_c_verify", "ssl_c_s_dn", "ssl_c_i_dn",
	"req.ver", "req.body", "req.body_len", "req.body_size", "req.hdrs", "req.hdrs_bin", "res.ver", "res.hdrs", "res.hdrs_bin",
	"unique-id", "hostname", "http_first_req", "req.ssl_sni",
}

// usualFetch returns the fetch that an argument of that name stands for.
func usualFetch(name string) (string, bool) {
	if fetch, ok := usual[name]; ok {
		return fetch, true
	}
	if slices.Contains(plain, name) {
		return name, true
	}
	dotted := strings.Replace(name, "_", ".", 1)
	return dotted, slices.Contains(plain, dotted)
}
