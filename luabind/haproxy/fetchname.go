package haproxy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

// IsOwn reports whether the agent has a fetch without asking HAProxy for it. What
// differs between the two, such as the name of the machine, is asked for.
func IsOwn(fetch string) bool {
	return own[fetch] != nil && fetch != "hostname" && fetch != "env"
}

// OfAnswer reports whether a fetch reads the server's answer.
func OfAnswer(fetch string) bool {
	return derived[fetch].from == resHdrsBin || fetch == "status" || strings.HasPrefix(fetch, "res_") ||
		strings.HasPrefix(fetch, "resp_") || strings.HasPrefix(fetch, "capture_res_")
}

// ofHTTP are fetches of HTTP that have nothing in their names that says so.
var ofHTTP = []string{
	"method", "path", "pathq", "query", "url", "url_ip", "url_port", "url32", "url32_src",
	"base", "baseq", "base32", "base32_src", "http_first_req", "http_auth", "http_auth_group", "unique_id",
}

// OfHTTP reports whether a fetch needs a message of HTTP, which services of HAProxy
// do not give their scripts.
func OfHTTP(fetch string) bool {
	return derived[fetch].from != "" || OfAnswer(fetch) || slices.Contains(ofHTTP, fetch) ||
		strings.HasPrefix(fetch, "req_body") || strings.HasPrefix(fetch, "capture_") || fetch == "req_ver"
}

// ArgHeader begins the names of the headers that carry fetches and variables to a
// service.
const ArgHeader = "spoa-lua-arg-"

// isNumber are fetches without a message of HTTP that are numbers in HAProxy, which
// headers carry as text.
var isNumber = regexp.MustCompile(`^(sc[0-9]?_.*|(avg_)?queue|nbsrv|nbproc|connslots|thread|proc|pid|uptime|stopping|act_conn|ssl_[fb]c|` +
	`.*_(port|id|conn|conn_free|conn_cur|rate|timeout|cnt|[iu]?weight|queue|rtt|rttvar|lost|is_local|err|used|is_resumed|keysize|verify|major|up|` +
	`gp[ct][01]?|kbytes_in|kbytes_out))$`)

// carried is what a header has carried for a fetch.
func carried(name string, v spop.Value) spop.Value {
	if v.Kind() != spop.KindString || !isNumber.MatchString(name) {
		return v
	}
	n, err := strconv.ParseInt(text(v), 10, 64)
	if err != nil {
		return v
	}
	return spop.Int64(n)
}

// HeaderOfFetch is the rest of such a name: that of the fetch, and its parameters
// with _ for what the name of a header cannot hold.
func HeaderOfFetch(fetch string, args []string) string {
	for _, arg := range args {
		fetch += "_" + strings.Map(func(r rune) rune {
			if tokenRune(r) {
				return r
			}
			return '_'
		}, arg)
	}
	return lower(fetch)
}
