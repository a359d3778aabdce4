package tests

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// agentName is in the agent's certificate, and HAProxy wants it there.
const agentName = "agent.example.org"

// certificateFiles are what the agent reads.
type certificateFiles struct{ cert, key, ca string }

func (f certificateFiles) flags() []string {
	return []string{"--tls-cert", f.cert, "--tls-key", f.key, "--tls-client-ca", f.ca}
}

// put writes what ca signs to the agent's files, each with a rename.
func (f certificateFiles) put(t *testing.T, ca *authority) {
	t.Helper()
	cert, key := ca.issue(agentName, x509.ExtKeyUsageServerAuth)
	for path, text := range map[string]string{f.cert: cert, f.key: key, f.ca: ca.pem} {
		replaceFile(t, path, text)
	}
}

func replaceFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// startSecure starts HAProxy that trusts ca, in front of the agent. Its own
// certificate is of the authority client; nil stands for none.
func startSecure(t *testing.T, version string, a *agent.Process, ca, client *authority, up bool) *haproxy.Process {
	t.Helper()
	c := haproxy.Template(t, "echo")
	c.Version, c.Vars = version, map[string]string{"AGENT_ADDR": a.Addr}
	c.Files["ca.pem"] = ca.pem
	server := "${AGENT_ADDR} ssl verify required ca-file ca.pem verifyhost " + agentName
	if client != nil {
		cert, key := client.issue("haproxy.example.org", x509.ExtKeyUsageClientAuth)
		c.Files["haproxy.pem"] = cert + key
		server += " crt haproxy.pem"
	}
	c.CFG = replaceOnce(t, c.CFG, "${AGENT_ADDR}", server)
	if up {
		c.WaitUp = []string{"agents"}
	}
	return haproxy.Start(t, c)
}

func wantAnswered(t *testing.T, p *haproxy.Process) {
	t.Helper()
	for _, path := range []string{"/one", "/two", "/three"} {
		if got := send(t, get(t, p.URL()+path)).header.Get("x-answer"); got != path {
			t.Errorf("got %q, want %q", got, path)
		}
	}
}

func wantUnanswered(t *testing.T, p *haproxy.Process) {
	t.Helper()
	r := sendAny(t, get(t, p.URL()+"/none"))
	if got, code := r.header.Get("x-answer"), r.header.Get(errorHeader); got != "" || code == "" {
		t.Errorf("got the answer %q and the error %q, want an error alone", got, code)
	}
}

// TestTLS connects HAProxy with and without certificates that the agent takes.
func TestTLS(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		ca, other := newAuthority(t, "authority"), newAuthority(t, "other authority")
		dir := t.TempDir()
		files := certificateFiles{filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), filepath.Join(dir, "ca.pem")}
		files.put(t, ca)
		policy := folder(t, map[string]string{"policy.lua": answers})
		a := agent.Start(t, append(files.flags(), "--scripts", policy)...)

		wantAnswered(t, startSecure(t, version, a, ca, ca, true))
		wantUnanswered(t, startSecure(t, version, a, ca, nil, false))
		wantUnanswered(t, startSecure(t, version, a, ca, other, false))
		wantUnanswered(t, startSecure(t, version, a, other, ca, false))
		wantUnanswered(t, startEchoDown(t, version, a.Addr))
	})
}

// startEchoDown is startEcho without TLS, for a server that will not come up.
func startEchoDown(t *testing.T, version, addr string) *haproxy.Process {
	t.Helper()
	c := haproxy.Template(t, "echo")
	c.Version, c.Vars = version, map[string]string{"AGENT_ADDR": addr}
	return haproxy.Start(t, c)
}

// TestTLSReload replaces the certificates of a running agent: by good ones,
// which new connections get, and by bad ones, which change nothing.
func TestTLSReload(t *testing.T) {
	eachVersion(t, func(t *testing.T, version string) {
		before, after := newAuthority(t, "before"), newAuthority(t, "after")
		dir := t.TempDir()
		files := certificateFiles{filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), filepath.Join(dir, "ca.pem")}
		files.put(t, before)
		a := agent.Start(t, append(files.flags(), "--scripts", folder(t, map[string]string{"policy.lua": answers}))...)
		old := startSecure(t, version, a, before, before, true)
		wantAnswered(t, old)

		lines := a.Lines()
		files.put(t, after)
		a.Signal(syscall.SIGHUP)
		a.WaitLogFrom(lines, "certificates reloaded")
		a.WaitLogFrom(lines, "reloaded") // the end of the reload, whoever saw the files first
		wantAnswered(t, startSecure(t, version, a, after, after, true))
		wantUnanswered(t, startSecure(t, version, a, before, before, false))
		wantUnanswered(t, startSecure(t, version, a, after, before, false))

		for _, bad := range []struct{ name, path, text string }{
			{"certificate", files.cert, "no certificate"},
			{"key", files.key, "no key"},
			{"authority", files.ca, ""},
		} {
			good, err := os.ReadFile(bad.path)
			if err != nil {
				t.Fatal(err)
			}
			lines = a.Lines()
			replaceFile(t, bad.path, bad.text)
			a.Signal(syscall.SIGHUP)
			line := a.WaitLogFrom(lines, "reload failed: the old certificates go on")
			if text, _ := line["err"].(string); !strings.Contains(text, "--tls-") {
				t.Errorf("bad %s: the log says %q, want the flag in it", bad.name, text)
			}
			a.WaitLogFrom(lines, "reloaded")
			wantAnswered(t, startSecure(t, version, a, after, after, true))
			replaceFile(t, bad.path, string(good))
		}
	})
}

// TestTLSWatched replaces the certificates without a signal.
func TestTLSWatched(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := certificateFiles{filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), filepath.Join(dir, "ca.pem")}
	files.put(t, newAuthority(t, "before"))
	a := agent.Start(t, "--tls-cert", files.cert, "--tls-key", files.key, "--scripts", folder(t, map[string]string{"policy.lua": answers}))
	if got := issuer(t, a.Addr); got != "before" {
		t.Errorf("the certificate is of %q, want before", got)
	}
	files.put(t, newAuthority(t, "after"))
	a.WaitLog("certificates reloaded")
	waitFor(t, func() bool { return issuer(t, a.Addr) == "after" }, func() string { return "the old certificate goes on" })
}

// issuer returns who has signed the certificate that the agent shows.
func issuer(t *testing.T, addr string) string {
	t.Helper()
	nc, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true}) // it is looked at, not trusted
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	return nc.ConnectionState().PeerCertificates[0].Issuer.CommonName
}
