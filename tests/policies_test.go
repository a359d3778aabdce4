package tests

import (
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// headers of a browser of today.
func browser(without ...string) map[string]string {
	h := map[string]string{
		"User-Agent":      "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
		"Accept":          "text/html,*/*;q=0.8",
		"Accept-Language": "en",
		"Accept-Encoding": "gzip, br",
	}
	for _, name := range without {
		delete(h, name)
	}
	return h
}

func userAgent(ua string) map[string]string { return map[string]string{"User-Agent": ua} }

var ipReputationAsks = []ask{
	{name: "unknown", from: "192.0.2.1", want: map[string]string{"App": "first", "v-ip_score": "0", "v-ip_reason": "", "App-X-Ip-Score": ""}},
	{name: "one address", from: "192.0.2.10", status: 403, want: map[string]string{"v-ip_score": "100", "v-ip_reason": "credential stuffing"}},
	{name: "network below the limit", from: "198.51.100.255", want: map[string]string{"App": "first", "v-ip_score": "60", "v-ip_reason": "hosting network", "App-X-Ip-Score": "60"}},
	{name: "exception from a network", from: "198.51.100.25", want: map[string]string{"App": "first", "v-ip_score": "0", "v-ip_reason": "our monitoring", "App-X-Ip-Score": ""}},
	{name: "header set by the client", from: "192.0.2.1", header: map[string]string{"X-Ip-Score": "1"}, want: map[string]string{"App-X-Ip-Score": ""}},
	{name: "last of a /28", from: "203.0.113.15", status: 403, want: map[string]string{"v-ip_score": "85"}},
	{name: "behind a /28", from: "203.0.113.16", want: map[string]string{"v-ip_score": "0"}},
	{name: "IPv6 network", from: "2001:db8:bad:ffff::1", status: 403, want: map[string]string{"v-ip_score": "90", "v-ip_reason": "scanner"}},
	{name: "IPv6 exception", from: "2001:db8:bad:1:2:3:4:5", want: map[string]string{"v-ip_score": "0", "v-ip_reason": "customer in that network"}},
	{name: "IPv6 address without a reason", from: "2001:db8::66", status: 403, want: map[string]string{"v-ip_score": "100", "v-ip_reason": "listed"}},
	{name: "IPv6 neighbour", from: "2001:db8::67", want: map[string]string{"v-ip_score": "0"}},
	{name: "IPv4 in IPv6", from: "::ffff:192.0.2.10", status: 403, want: map[string]string{"v-ip_score": "100"}},
}

var canaryAsks = []ask{
	{name: "header", header: map[string]string{"X-Canary": "always"}, want: map[string]string{"App": "second", "v-backend": "canary", "v-backend_reason": "header"}},
	{name: "header says no", header: map[string]string{"X-Canary": "never", "Cookie": "canary=always"}, want: map[string]string{"App": "first", "v-backend": "stable", "v-backend_reason": "header"}},
	{name: "unknown header", header: map[string]string{"X-Canary": "perhaps", "Cookie": "canary=always"}, want: map[string]string{"App": "second", "v-backend_reason": "cookie"}},
	{name: "cookie", header: map[string]string{"Cookie": "a=b; canary=always; c=d"}, want: map[string]string{"App": "second", "v-backend": "canary", "v-backend_reason": "cookie"}},
	{name: "cookie says no", header: map[string]string{"Cookie": "canary=never"}, want: map[string]string{"App": "first", "v-backend": "stable", "v-backend_reason": "cookie"}},
	{name: "neither", want: map[string]string{"v-backend_reason": "share"}},
	{name: "long session", header: map[string]string{"Cookie": "session=" + strings.Repeat("s", 6000)}, want: map[string]string{"v-backend_reason": "share"}},
}

var botScoreAsks = []ask{
	{name: "browser", header: browser(), want: map[string]string{"App": "first", "v-bot_score": "0", "v-bot_reason": "", "App-X-Bot-Score": "0", "App-X-Bot-Reason": ""}},
	{name: "no user agent", want: map[string]string{"App": "first", "v-bot_score": "70", "v-bot_reason": "no-agent"}},
	{name: "tool", header: userAgent("curl/8.5.0"), want: map[string]string{"v-bot_score": "60", "v-bot_reason": "tool", "App-X-Bot-Score": "60", "App-X-Bot-Reason": "tool"}},
	{name: "scanner", header: userAgent("sqlmap/1.7#stable"), status: 403, want: map[string]string{"v-bot_score": "100", "v-bot_reason": "scanner"}},
	{name: "capitals", header: userAgent("Nikto/2.5"), status: 403, want: map[string]string{"v-bot_reason": "scanner"}},
	{name: "crawler", header: userAgent("Mozilla/5.0 (compatible; examplebot/2.1; +http://www.example.org/bot.html)"), want: map[string]string{"v-bot_score": "50", "v-bot_reason": "crawler"}},
	{name: "telephone called cubot", header: merge(browser(), userAgent("Mozilla/5.0 (Linux; Android 14; CUBOT X18) AppleWebKit/537.36")), want: map[string]string{"v-bot_score": "0"}},
	{name: "browser without languages", header: browser("Accept-Language"), want: map[string]string{"v-bot_score": "25", "v-bot_reason": "no-language"}},
	{name: "poor disguise", header: userAgent("Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"), want: map[string]string{"v-bot_score": "70", "v-bot_reason": "no-accept,no-language,no-encoding"}},
	{name: "short user agent", header: merge(browser(), userAgent("Mozilla/5.0")), want: map[string]string{"v-bot_score": "30", "v-bot_reason": "short-agent"}},
	{name: "probe", header: browser(), path: "/.ENV", want: map[string]string{"v-bot_score": "40", "v-bot_reason": "probe"}},
	{name: "tool that probes", header: userAgent("curl/8.5.0"), path: "/wp-login.php", status: 403, want: map[string]string{"v-bot_score": "100", "v-bot_reason": "tool,probe"}},
	{name: "header set by the client", header: merge(browser(), map[string]string{"X-Bot-Reason": "none", "X-Bot-Score": "-5"}), want: map[string]string{"App-X-Bot-Score": "0", "App-X-Bot-Reason": ""}},
}

func merge(a, b map[string]string) map[string]string {
	maps.Copy(a, b)
	return a
}

// rule is what txn.access and txn.access_rule are to be.
func rule(access, why string) map[string]string {
	return map[string]string{"v-access": access, "v-access_rule": why}
}

var pathRulesAsks = []ask{
	{name: "read", want: rule("allow", "access-rules.txt:27")},
	{name: "write", method: "POST", status: 403, want: rule("deny", "no rule")},
	{name: "login", method: "POST", path: "/login", want: rule("allow", "access-rules.txt:28")},
	{name: "query", path: "/login?next=/admin", want: rule("allow", "access-rules.txt:27")},
	{name: "any method", method: "DELETE", path: "/api/users/1", want: rule("allow", "access-rules.txt:26")},
	{name: "hidden", path: "/.git/config", status: 403, want: rule("deny", "access-rules.txt:13")},
	{name: "hidden behind an escape", path: "/%2egit/config", status: 403, want: rule("deny", "access-rules.txt:13")},
	{name: "office", from: "192.0.2.7", path: "/admin/users", want: rule("allow", "access-rules.txt:18")},
	{name: "IPv6 office", from: "2001:db8:1:2::3", path: "/admin", want: rule("allow", "access-rules.txt:18")},
	{name: "home", from: "198.51.100.1", path: "/admin", status: 401, want: rule("auth", "access-rules.txt:19")},
	{name: "home with the password", from: "198.51.100.1", path: "/admin", user: "demo:change-me", want: rule("auth", "access-rules.txt:19")},
	{name: "home with another password", from: "198.51.100.1", path: "/admin", user: "demo:demo", status: 401, want: rule("auth", "access-rules.txt:19")},
	{name: "IPv6 home", from: "2001:db8:2::1", path: "/admin", status: 401, want: rule("auth", "access-rules.txt:19")},
	{name: "prefix ends with a segment", from: "198.51.100.1", path: "/administrator", want: rule("allow", "access-rules.txt:27")},
	{name: "double slash", from: "198.51.100.1", path: "//admin", status: 401, want: rule("auth", "access-rules.txt:19")},
	{name: "escaped letter", from: "198.51.100.1", path: "/%61dmin", status: 401, want: rule("auth", "access-rules.txt:19")},
	{name: "dot segments", from: "198.51.100.1", path: "/img/./../admin/", status: 401, want: rule("auth", "access-rules.txt:19")},
	{name: "escaped dot segments", from: "198.51.100.1", path: "/img/%2e%2E/admin", status: 401, want: rule("auth", "access-rules.txt:19")},
	{name: "parameter of a segment", from: "198.51.100.1", path: "/admin;a=b/users", status: 401, want: rule("auth", "access-rules.txt:19")},
	{name: "above the root", from: "198.51.100.1", path: "/../../admin", status: 401, want: rule("auth", "access-rules.txt:19")},
	{name: "escaped slash", path: "/img%2Fadmin", status: 403, want: rule("deny", "path has an escaped slash or a backslash")},
	{name: "bad escape", path: "/img/%zz", status: 403, want: rule("deny", "path has a bad escape")},
	{name: "control character", path: "/img/%00", status: 403, want: rule("deny", "path has a control character")},
	{name: "monitoring from outside", path: "/status", status: 403, want: rule("deny", "access-rules.txt:23")},
	{name: "monitoring", from: "127.0.0.5", path: "/status", want: rule("allow", "access-rules.txt:22")},
	{name: "IPv6 monitoring", from: "::1", path: "/status", want: rule("allow", "access-rules.txt:22")},
	{name: "monitoring with another method", from: "127.0.0.5", method: "POST", path: "/status", status: 403, want: rule("deny", "access-rules.txt:23")},
}

// rateLimitAsks are for --var rate_limit=3.
var rateLimitAsks = []ask{
	{name: "first", want: map[string]string{"App": "first", "v-rate_count": "1", "v-rate_limited": "0", "v-rate_retry_after": "", "Retry-After": ""}},
	{name: "not counted", path: "/static/logo.png", want: map[string]string{"App": "first", "v-rate_count": "", "v-rate_limited": ""}},
	{name: "second", path: "/login", want: map[string]string{"v-rate_count": "2", "v-rate_limited": "0"}},
	{name: "third", want: map[string]string{"v-rate_count": "3", "v-rate_limited": "0"}},
	{name: "one too many", status: 429, want: map[string]string{"App": "", "v-rate_count": "4", "v-rate_limited": "1"}},
	{name: "refused ones do not count", status: 429, want: map[string]string{"v-rate_count": "4", "v-rate_limited": "1"}},
	{name: "still not counted", path: "/static/logo.png", want: map[string]string{"App": "first"}},
	{name: "another client", from: "192.0.2.201", want: map[string]string{"v-rate_count": "1", "v-rate_limited": "0"}},
	{name: "another counter", method: "POST", path: "/login", want: map[string]string{"v-rate_count": "1", "v-rate_limited": "0"}},
	{name: "login 2", method: "POST", path: "/login", want: map[string]string{"v-rate_count": "2"}},
	{name: "login 3", method: "POST", path: "/login", want: map[string]string{"v-rate_count": "3"}},
	{name: "login 4", method: "POST", path: "/login", want: map[string]string{"v-rate_count": "4"}},
	{name: "login 5", method: "POST", path: "/login", want: map[string]string{"v-rate_count": "5"}},
	{name: "login 6", method: "POST", path: "/login", status: 429, want: map[string]string{"v-rate_count": "6", "v-rate_limited": "1"}},
	{name: "IPv6", from: "2001:db8:0:1::1", want: map[string]string{"v-rate_count": "1"}},
	{name: "IPv6 of the same network", from: "2001:db8:0:1:ffff::", want: map[string]string{"v-rate_count": "2"}},
	{name: "IPv6 of another network", from: "2001:db8:0:2::1", want: map[string]string{"v-rate_count": "1"}},
}

// TestShippedPolicies runs each policy with the configuration of its folder.
func TestShippedPolicies(t *testing.T) {
	tests := []struct {
		policy string
		flags  []string
		asks   []ask
	}{
		{policy: "ip-reputation", asks: ipReputationAsks},
		{policy: "canary", asks: canaryAsks},
		{policy: "bot-score", asks: botScoreAsks},
		{policy: "path-rules", asks: pathRulesAsks},
		{policy: "rate-limit", asks: rateLimitAsks, flags: []string{"--var", "rate_limit=3"}},
	}
	if len(tests) != len(shippedPolicies) {
		t.Fatalf("%d policies are tested, want %d", len(tests), len(shippedPolicies))
	}
	for _, tt := range tests {
		t.Run(tt.policy, func(t *testing.T) {
			eachHAProxy(t, func(t *testing.T, version string) {
				a := startShippedAgent(t, tt.policy, tt.flags...)
				startShipped(t, version, tt.policy, a.Addr, true).run(t, tt.asks)
				if log := a.Log(); strings.Contains(log, `"level":"WARN"`) || strings.Contains(log, `"level":"ERROR"`) {
					t.Errorf("the agent has warned:\n%s", log)
				}
			})
		})
	}
}

// TestShippedListEdited edits the list of ip-reputation and the rules of
// path-rules while requests come: a save changes the decision, and a save with
// a mistake in it changes nothing.
func TestShippedListEdited(t *testing.T) {
	tests := []struct {
		policy, file string
		old, with    string // the edit
		before       ask
		after        ask
		bad          string // what is put in front of the edited line
		mistake      string
	}{
		{
			policy: "ip-reputation", file: "ip-list.txt",
			old: "192.0.2.10                100", with: "192.0.2.0/24 20",
			before:  ask{from: "192.0.2.10", status: 403, want: map[string]string{"v-ip_score": "100"}},
			after:   ask{from: "192.0.2.10", want: map[string]string{"v-ip_score": "20", "v-ip_reason": "credential stuffing"}},
			bad:     "192.0.2.300 90\n",
			mistake: `/ip-list.txt:12: "192.0.2.300" is no IPv4 or IPv6 address`,
		},
		{
			policy: "path-rules", file: "access-rules.txt",
			old: "deny      *             /.git          any", with: "allow * /.git 192.0.2.200",
			before:  ask{path: "/.git/x", status: 403, want: rule("deny", "access-rules.txt:13")},
			after:   ask{path: "/.git/x", want: rule("allow", "access-rules.txt:13")},
			bad:     "alow * / any\n",
			mistake: `/access-rules.txt:13: "alow" is no action`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.policy, func(t *testing.T) {
			eachHAProxy(t, func(t *testing.T, version string) {
				dir := copyShipped(t, tt.policy)
				list := filepath.Join(dir, tt.file)
				a := startShippedAgent(t, "", "--scripts", dir)
				site := startShipped(t, version, tt.policy, a.Addr, true)
				tt.before.name, tt.after.name = "before", "after"
				site.run(t, []ask{tt.before})
				edit := func(old, with, msg string) map[string]any {
					line := a.Lines()
					editFile(t, list, old, with)
					return a.WaitLogFrom(line, msg)
				}
				edit(tt.old, tt.with, "reloaded")
				site.run(t, []ask{tt.after})
				failed := edit(tt.with, tt.bad+tt.with, "reload failed: the old scripts go on")
				if err := fmt.Sprint(failed["err"]); !strings.Contains(err, tt.mistake) {
					t.Errorf("got error %q, want it to contain %q", err, tt.mistake)
				}
				tt.after.name = "after a mistake"
				site.run(t, []ask{tt.after})
				edit(tt.bad+tt.with, tt.old, "reloaded")
				tt.before.name = "mended"
				site.run(t, []ask{tt.before})
			})
		})
	}
}

// TestShippedRateLimitEnds waits until a client that was refused gets through
// again, which retry-after has promised.
func TestShippedRateLimitEnds(t *testing.T) {
	eachHAProxy(t, func(t *testing.T, version string) {
		a := startShippedAgent(t, "rate-limit", "--var", "rate_limit=2", "--var", "rate_window=2")
		site := startShipped(t, version, "rate-limit", a.Addr, true)
		var promised time.Time
		refused, passed := 0, 0
		for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
			resp := site.do(ask{})
			switch {
			case resp.StatusCode == http.StatusTooManyRequests:
				refused++
				seconds, err := strconv.Atoi(resp.Header.Get("Retry-After"))
				if err != nil || seconds < 1 || seconds > 4 {
					t.Fatalf("got retry-after %q, want 1 to 4 seconds", resp.Header.Get("Retry-After"))
				}
				if promised.IsZero() {
					promised = time.Now().Add(time.Duration(seconds) * time.Second)
				}
			case refused > 0:
				// Slack for a busy machine. Twice the window is the most that
				// retry-after can say, so this is still below that.
				if late := time.Since(promised); late > 3*time.Second {
					t.Errorf("the client got through %s later than retry-after said", late)
				}
				return
			default:
				if passed++; passed > 4 {
					t.Fatalf("%d requests got through at once, the limit is 2", passed)
				}
			}
		}
		t.Errorf("%d requests were refused and none got through again", refused)
	})
}

// TestShippedCanaryShare raises the share while requests come: the same clients
// stay, and more join them.
func TestShippedCanaryShare(t *testing.T) {
	const clients = 300
	eachHAProxy(t, func(t *testing.T, version string) {
		dir := copyShipped(t, "canary")
		a := startShippedAgent(t, "", "--scripts", dir)
		site := startShipped(t, version, "canary", a.Addr, true)
		var before map[int]bool
		last := 10 // as the script has it
		for _, share := range []struct{ percent, low, high int }{{0, 0, 0}, {10, 4, 17}, {50, 40, 60}, {100, 100, 100}} {
			line, edit := a.Lines(), "canary_percent or %d)"
			editFile(t, filepath.Join(dir, "canary.lua"), fmt.Sprintf(edit, last), fmt.Sprintf(edit, share.percent))
			a.WaitLogFrom(line, "reloaded")
			last = share.percent
			now := map[int]bool{}
			for client := range clients {
				resp := site.do(ask{header: map[string]string{"Cookie": fmt.Sprintf("session=user%d", client)}})
				if got, want := resp.Header.Get("App"), map[string]string{"stable": "first", "canary": "second"}[resp.Header.Get("v-backend")]; got != want {
					t.Fatalf("server %q answered for %q", got, resp.Header.Get("v-backend"))
				}
				if resp.Header.Get("v-backend") == "canary" {
					now[client] = true
				}
			}
			if got := 100 * len(now) / clients; got < share.low || got > share.high {
				t.Errorf("at %d%%: got %d%% of the clients, want %d to %d", share.percent, got, share.low, share.high)
			}
			for client := range before {
				if !now[client] {
					t.Errorf("at %d%%: client %d has left the share", share.percent, client)
				}
			}
			before = now
		}
	})
}

// TestShippedWithoutAgent shows what fails open, and that access fails closed.
func TestShippedWithoutAgent(t *testing.T) {
	tests := []struct {
		folder string
		status int
		want   string
	}{
		{folder: "ip-reputation", status: 200, want: "first"},
		{folder: "canary", status: 200, want: "first"},
		{folder: "bot-score", status: 200, want: "first"},
		{folder: "rate-limit", status: 200, want: "first"},
		{folder: "path-rules", status: 503},
		{folder: "all", status: 503},
	}
	for _, tt := range tests {
		t.Run(tt.folder, func(t *testing.T) {
			eachHAProxy(t, func(t *testing.T, version string) {
				// Nothing can listen at port 1 but a system service.
				site := startShipped(t, version, tt.folder, "127.0.0.1:1", false)
				for _, state := range []string{"not checked yet", "down"} {
					resp := site.do(ask{from: "192.0.2.10", header: browser()})
					if resp.StatusCode != tt.status || resp.Header.Get("App") != tt.want {
						t.Errorf("agent %s: got status %d from %q, want %d from %q", state, resp.StatusCode, resp.Header.Get("App"), tt.status, tt.want)
					}
					// The values that doc/haproxy.md tells. Before the check has failed,
					// 2.6 and 3.0 try to connect again and may run into other errors.
					want := map[string]string{"2.6": "2", "3.0": "2", "3.2": "257", "3.4": "257"}[version]
					if got := resp.Header.Get("v-error"); got == "" || state == "down" && got != want {
						t.Errorf("agent %s: got error variable %q, want %q", state, got, want)
					}
					if err := site.WaitDown("spoa-lua"); err != nil {
						t.Fatal(err)
					}
				}
			})
		})
	}
}

// TestShippedScriptError breaks each policy's handler: the request is answered
// at once as without an agent, though SPOE knows of no error.
func TestShippedScriptError(t *testing.T) {
	statuses := map[string]int{"path-rules": 403}
	for _, policy := range shippedPolicies {
		t.Run(policy, func(t *testing.T) {
			eachHAProxy(t, func(t *testing.T, version string) {
				dir := copyShipped(t, policy)
				editFile(t, filepath.Join(dir, policy+".lua"), ", function(msg)\n", ", function(msg)\n  error(\"broken\")\n")
				a := startShippedAgent(t, "", "--scripts", dir)
				site := startShipped(t, version, policy, a.Addr, true)
				status := statuses[policy]
				if status == 0 {
					status = 200
				}
				start := time.Now()
				site.run(t, []ask{{name: "broken", from: "192.0.2.10", status: status}})
				if took := time.Since(start); took > 5*time.Second {
					t.Errorf("the answer took %s", took)
				}
			})
		})
	}
}

// TestShippedTogether runs the embedded policies with the configuration for
// all of them.
func TestShippedTogether(t *testing.T) {
	asks := []ask{
		{name: "fine", header: browser(), want: map[string]string{
			"X-Ip-Score": "0", "X-Ip-Reason": "", "X-Bot-Score": "0", "X-Bot-Reason": "", "X-Rate-Count": "1", "X-Rate-Limited": "0",
			"X-Backend": "stable", "X-Backend-Reason": "share", "X-Access": "allow", "X-Access-Rule": "access-rules.txt:27", "X-Spoe-Error": "",
		}},
		{name: "bad address", from: "192.0.2.10", header: browser(), status: 403, want: map[string]string{
			"X-Ip-Score": "100", "X-Ip-Reason": "credential stuffing", "X-Bot-Score": "0", "X-Rate-Count": "1", "X-Access": "allow",
		}},
		{name: "address to try it with", from: "127.0.0.66", header: userAgent("curl/8.5.0"), status: 403, want: map[string]string{"X-Ip-Score": "90", "X-Ip-Reason": "test entry"}},
		{name: "scanner", header: userAgent("sqlmap/1.7"), status: 403, want: map[string]string{
			"X-Ip-Score": "0", "X-Bot-Score": "100", "X-Bot-Reason": "scanner", "X-Rate-Count": "2", "X-Access": "allow",
		}},
		{name: "canary", header: merge(browser(), map[string]string{"X-Canary": "always"}), want: map[string]string{
			"X-Backend": "canary", "X-Backend-Reason": "header", "X-Rate-Count": "3",
		}},
		{name: "forbidden path", path: "/.git/x", header: browser(), status: 403, want: map[string]string{
			"X-Bot-Score": "40", "X-Bot-Reason": "probe", "X-Access": "deny", "X-Access-Rule": "access-rules.txt:13",
		}},
		{name: "password needed", from: "198.51.100.25", path: "/admin", header: browser(), status: 401, want: map[string]string{"X-Access": "auth", "X-Ip-Score": "0"}},
		{name: "password given", from: "198.51.100.25", path: "/admin", user: "demo:change-me", header: browser(), want: map[string]string{"X-Access": "auth"}},
		{name: "static files are not counted", path: "/static/x", header: browser(), want: map[string]string{"X-Rate-Count": "", "X-Access": "allow"}},
		{name: "login 1", from: "192.0.2.202", method: "POST", path: "/login", header: browser(), want: map[string]string{"X-Rate-Count": "1"}},
		{name: "login 2", from: "192.0.2.202", method: "POST", path: "/login", header: browser(), want: map[string]string{"X-Rate-Count": "2"}},
		{name: "login 3", from: "192.0.2.202", method: "POST", path: "/login", header: browser(), want: map[string]string{"X-Rate-Count": "3"}},
		{name: "login 4", from: "192.0.2.202", method: "POST", path: "/login", header: browser(), want: map[string]string{"X-Rate-Count": "4"}},
		{name: "login 5", from: "192.0.2.202", method: "POST", path: "/login", header: browser(), want: map[string]string{"X-Rate-Count": "5"}},
		{name: "login 6", from: "192.0.2.202", method: "POST", path: "/login", header: browser(), status: 429, want: map[string]string{"X-Rate-Count": "6", "X-Rate-Limited": "1"}},
	}
	eachHAProxy(t, func(t *testing.T, version string) {
		a := startShippedAgent(t, "")
		startShipped(t, version, "all", a.Addr, true).run(t, asks)
		if log := a.Log(); strings.Contains(log, `"level":"WARN"`) || strings.Contains(log, `"level":"ERROR"`) {
			t.Errorf("the agent has warned:\n%s", log)
		}
	})
}
