package haproxyconf

import (
	"slices"
	"strings"
)

// ownDefaults ends what the defaults of the existing file say.
const ownDefaults = `# The defaults above are not for the agent.
defaults
  timeout connect 1s
  timeout server 3m

`

// needsOwnDefaults reports whether the defaults that count at the end of the file
// cannot be the agent's: HAProxy warns of those that need HTTP, some change how it
// connects, and those that sections name behind from may not be used without.
func needsOwnDefaults(lines []string) bool {
	list := sections(lines)
	last := defaultsOf(nil, list)
	if last == nil {
		return false
	}
	if last.name != "" && slices.ContainsFunc(list, func(s *section) bool { return s.from == last.name }) {
		return true
	}
	return slices.ContainsFunc(last.lines, func(l line) bool { return l.is(needsHTTP...) || hashesHTTP(l) || connectsOtherwise(l) })
}

var needsHTTP = []string{
	"option forwardfor", "option originalto", "option forwarded", "option http-pretend-keepalive", "option http-buffer-request",
	"option http-no-delay", "option accept-invalid-http-response", "option accept-unsafe-violations-in-http-response",
	"option prefer-last-server", "option checkcache", "cookie", "stats",
}

// hashesHTTP reports whether a line has a server chosen by what is in a request.
func hashesHTTP(l line) bool {
	if !l.is("balance") || len(l.words) < 2 {
		return false
	}
	algorithm, _, _ := strings.Cut(l.words[1].raw, "(")
	return slices.Contains([]string{"uri", "url_param", "hdr"}, algorithm)
}

// connectsOtherwise reports whether a line says that servers want more than TCP.
func connectsOtherwise(l line) bool {
	if !l.is("default-server") {
		return false
	}
	return slices.ContainsFunc(l.words, func(w word) bool {
		return slices.Contains([]string{
			"ssl", "check-ssl", "send-proxy", "send-proxy-v2", "send-proxy-v2-ssl", "send-proxy-v2-ssl-cn", "check-send-proxy",
			"socks4", "check-via-socks4", "proto", "check-proto", "alpn", "check-alpn", "port", "addr", "disabled",
		}, w.raw)
	})
}
