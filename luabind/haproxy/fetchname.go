package haproxy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

// dottedNames are the fetches that HAProxy spells otherwise than Lua, beside those
// of the request and the answer, whose first underscore is a dot.
var dottedNames = map[string]string{
	"base32_src": "base32+src", "url32_src": "url32+src", "unique_id": "unique-id", "spoe_engine_id": "spoe.engine-id",
	"capture_req_hdr": "capture.req.hdr", "capture_req_method": "capture.req.method", "capture_req_uri": "capture.req.uri",
	"capture_req_ver": "capture.req.ver", "capture_res_hdr": "capture.res.hdr", "capture_res_ver": "capture.res.ver",
	"fcgi_docroot": "fcgi.docroot", "fcgi_index": "fcgi.index", "resp_ver": "res.ver", "req_proto_http": "req.proto_http",
	"bc_timer_connect": "bc.timer.connect", "fc_timer_handshake": "fc.timer.handshake", "fc_timer_total": "fc.timer.total",
	"req_timer_hdr": "req.timer.hdr", "req_timer_idle": "req.timer.idle", "req_timer_queue": "req.timer.queue", "req_timer_tq": "req.timer.tq",
	"res_timer_data": "res.timer.data", "res_timer_hdr": "res.timer.hdr",
	"txn_timer_total": "txn.timer.total", "txn_timer_user": "txn.timer.user", "txn_id32": "txn.id32", "txn_status": "txn.status",
	"txn_conn_retries": "txn.conn_retries", "txn_redispatched": "txn.redispatched", "txn_sess_term_state": "txn.sess_term_state",
	"bs_aborted": "bs.aborted", "bs_id": "bs.id", "bs_rst_code": "bs.rst_code",
	"fs_aborted": "fs.aborted", "fs_id": "fs.id", "fs_rst_code": "fs.rst_code",
}

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
