package tests

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// shippedDir holds the policies that ship with the agent.
var shippedDir = filepath.Join("..", "scripts")

// shippedPolicies are their folders.
var shippedPolicies = []string{"bot-score", "canary", "ip-reputation", "path-rules", "rate-limit"}

// shippedPatience are flags for an agent on a busy machine: how soon it gives a
// script up is not what these tests are about.
var shippedPatience = []string{"--timeout", "5s"}

func readShipped(tb testing.TB, path ...string) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{shippedDir}, path...)...))
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

var (
	luaVar    = regexp.MustCompile(`(?:un)?set_var\("(txn\.[a-z_]+)"`)
	luaOn     = regexp.MustCompile(`spoa\.on\("([^"]+)"`)
	spoeMsg   = regexp.MustCompile(`(?m)^spoe-message (\S+)$`)
	appServer = regexp.MustCompile(`127\.0\.0\.1:800[01]`)
)

// shippedVars returns the variables that a policy sets, without "txn.".
func shippedVars(tb testing.TB, policy string) []string {
	tb.Helper()
	var names []string
	for _, m := range luaVar.FindAllStringSubmatch(readShipped(tb, policy, policy+".lua"), -1) {
		names = append(names, strings.TrimPrefix(m[1], "txn."))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// shippedSite is HAProxy with the configuration of a policy's folder, between
// clients with any address and two servers that tell what reached them.
type shippedSite struct {
	*haproxy.Process
	tb testing.TB
}

// startShipped runs the haproxy.cfg and the spoe.conf of a folder as they are,
// but for these replacements in memory:
//
//   - the port of the frontend is a free one, and takes the PROXY protocol, by
//     which tests give clients addresses of the documentation networks;
//   - the address of the agent is agentAddr, checked ten times a second so that
//     nobody has to wait for the first check;
//   - ports 8000 and 8001 are those of test servers;
//   - HAProxy waits longer for the agent, since this machine may be busy;
//   - further rules show all variables that the policy sets, as headers v-NAME
//     and as v-error the error variable.
func startShipped(tb testing.TB, version, folder, agentAddr string, waitUp bool) *shippedSite {
	tb.Helper()
	cfg, spoe := readShipped(tb, folder, "haproxy.cfg"), readShipped(tb, folder, "spoe.conf")
	names := []string{"error"}
	if slices.Contains(shippedPolicies, folder) {
		names = append(names, shippedVars(tb, folder)...)
	}
	const filter = "  filter spoe engine spoa-lua config spoe.conf\n"
	rules := filter
	for _, name := range names {
		rules += fmt.Sprintf("  http-after-response set-header v-%s \"%%[var(txn.lua.%s)]\" if { var(txn.lua.%s) -m found }\n", name, name, name)
	}
	cfg = replaceOnce(tb, cfg, "  bind :8080\n", "  bind 127.0.0.1:${FRONTEND_PORT} accept-proxy\n")
	cfg = replaceOnce(tb, cfg, filter, rules)
	cfg = replaceOnce(tb, cfg, "127.0.0.1:9000 check\n", agentAddr+" check inter 100ms\n  timeout check 20s\n")
	spoe = replaceOnce(tb, spoe, "timeout processing 500ms\n", "timeout processing 20s\n")
	cfg = appServer.ReplaceAllStringFunc(cfg, func(addr string) string {
		return startApp(tb, map[string]string{"127.0.0.1:8000": "first", "127.0.0.1:8001": "second"}[addr])
	})
	c := haproxy.Config{Version: version, CFG: cfg, Files: map[string]string{"spoe.conf": spoe}}
	if waitUp {
		c.WaitUp = []string{"spoa-lua"}
		if folder == "canary" {
			c.WaitUp = append(c.WaitUp, "canary")
		}
	}
	return &shippedSite{Process: haproxy.Start(tb, c), tb: tb}
}

func replaceOnce(tb testing.TB, text, old, with string) string {
	tb.Helper()
	if n := strings.Count(text, old); n != 1 {
		tb.Fatalf("%q is there %d times, want once:\n%s", old, n, text)
	}
	return strings.Replace(text, old, with, 1)
}

// startApp serves answers that tell who gave them, and the headers of the
// request that begin with x-, as headers app-x-NAME.
func startApp(tb testing.TB, name string) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("App", name)
		for header, values := range r.Header {
			if strings.HasPrefix(header, "X-") {
				w.Header().Set("App-"+header, strings.Join(values, ","))
			}
		}
	}))
	tb.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// ask is one request, and what its answer has to be like.
type ask struct {
	name   string
	from   string            // the client's address; "" means 192.0.2.200
	method string            // "" means GET
	path   string            // "" means /; sent as it is
	header map[string]string // beside Host
	user   string            // "NAME:PASSWORD"

	status int               // 0 means 200
	want   map[string]string // headers of the answer; "" means not there
}

const someClient = "192.0.2.200"

// do sends the request over a connection of its own. It writes the request by
// hand, since net/http would tidy up what some of them are about.
func (s *shippedSite) do(a ask) *http.Response {
	s.tb.Helper()
	client := netip.MustParseAddr(orElse(a.from, someClient))
	method := orElse(a.method, http.MethodGet)
	var b strings.Builder
	b.WriteString(proxyHeader(client))
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\nContent-Length: 0\r\n", method, orElse(a.path, "/"))
	for name, value := range a.header {
		fmt.Fprintf(&b, "%s: %s\r\n", name, value)
	}
	if a.user != "" {
		fmt.Fprintf(&b, "Authorization: Basic %s\r\n", base64.StdEncoding.EncodeToString([]byte(a.user)))
	}
	b.WriteString("\r\n")
	resp, err := exchange(s.Addr(), method, b.String())
	if err != nil {
		s.tb.Fatalf("%s: %v", a.name, err)
	}
	return resp
}

func exchange(addr, method, request string) (*http.Response, error) {
	conn, err := net.DialTimeout("tcp", addr, time.Minute)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(conn, request); err != nil {
		return nil, err
	}
	return http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
}

// proxyHeader is the first line of the PROXY protocol, version 1.
func proxyHeader(client netip.Addr) string {
	if client.Is4() {
		return fmt.Sprintf("PROXY TCP4 %s 192.0.2.1 40000 80\r\n", client)
	}
	return fmt.Sprintf("PROXY TCP6 %s 2001:db8::1 40000 80\r\n", client)
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// run sends the requests in turn and compares the answers.
func (s *shippedSite) run(t *testing.T, asks []ask) {
	t.Helper()
	for _, a := range asks {
		resp := s.do(a)
		status := a.status
		if status == 0 {
			status = http.StatusOK
		}
		if resp.StatusCode != status {
			t.Errorf("%s: got status %d, want %d; headers %v", a.name, resp.StatusCode, status, resp.Header)
		}
		for name, want := range a.want {
			if got := resp.Header.Get(name); got != want {
				t.Errorf("%s: got %s %q, want %q", a.name, name, got, want)
			}
		}
		if got := resp.Header.Get("v-error"); got != "" {
			t.Errorf("%s: got SPOE error %s", a.name, got)
		}
	}
}

// eachHAProxy runs f for each version at the same time.
func eachHAProxy(t *testing.T, f func(t *testing.T, version string)) {
	t.Parallel()
	for _, version := range haproxy.Versions {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			f(t, version)
		})
	}
}

// startShippedAgent runs a folder of scripts/, or all that is embedded for "".
func startShippedAgent(tb testing.TB, folder string, flags ...string) *agent.Process {
	tb.Helper()
	flags = append(slices.Clone(shippedPatience), flags...)
	if folder != "" {
		flags = append(flags, "--scripts", filepath.Join(shippedDir, folder))
	}
	return agent.Start(tb, flags...)
}

// copyShipped copies a folder of scripts/ to where it can be edited.
func copyShipped(tb testing.TB, folder string) string {
	tb.Helper()
	dir := tb.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(shippedDir, folder))); err != nil {
		tb.Fatal(err)
	}
	return dir
}

// editFile replaces old, which must be there once, in a file, as an editor
// would: by a rename.
func editFile(tb testing.TB, path, old, with string) {
	tb.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	edited := replaceOnce(tb, string(text), old, with)
	if err := os.WriteFile(path+"~", []byte(edited), 0o644); err != nil {
		tb.Fatal(err)
	}
	if err := os.Rename(path+"~", path); err != nil {
		tb.Fatal(err)
	}
}
