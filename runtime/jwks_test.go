package runtime

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/spoa-lua/spoa-lua/runtime/egress"
	"github.com/spoa-lua/spoa-lua/spop"
)

// issuer publishes its keys over TLS and signs tokens.
type issuer struct {
	*httptest.Server
	mu    sync.Mutex
	keys  map[string]ed25519.PrivateKey
	holds chan struct{} // while it is not nil, answers wait until it is closed
	down  bool
	asked atomic.Int64
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{keys: make(map[string]ed25519.PrivateKey)}
	i.Server = httptest.NewUnstartedServer(http.HandlerFunc(i.serve))
	i.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that are to fail
	i.StartTLS()
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) serve(w http.ResponseWriter, r *http.Request) {
	i.asked.Add(1)
	i.mu.Lock()
	holds, down := i.holds, i.down
	var set jose.JSONWebKeySet
	for kid, key := range i.keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{KeyID: kid, Key: key.Public()})
	}
	i.mu.Unlock()
	if holds != nil {
		select {
		case <-holds:
		case <-r.Context().Done():
			return
		}
	}
	if down {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	_ = json.NewEncoder(w).Encode(set)
}

// set changes the issuer while nobody looks.
func (i *issuer) set(change func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	change()
}

// token makes a key of that name, when there is none, and a token signed with it.
func (i *issuer) token(t *testing.T, kid string) string {
	t.Helper()
	i.mu.Lock()
	key := i.keys[kid]
	if key == nil {
		_, key, _ = ed25519.GenerateKey(nil)
		i.keys[kid] = key
	}
	i.mu.Unlock()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{KeyID: kid, Key: key}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign([]byte(`{"sub":"bob"}`))
	if err != nil {
		t.Fatal(err)
	}
	text, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// network may reach the issuer and knows its certificate.
func (i *issuer) network(t *testing.T, rule string) *egress.Network {
	t.Helper()
	policy, err := egress.ParsePolicy([]string{rule})
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(i.Certificate())
	n := egress.New(egress.Config{Policy: policy, Roots: roots})
	t.Cleanup(n.Close)
	return n
}

// jwksScript answers with the user of a token, or with why it is not valid.
const jwksScript = `
local jwt = require "jwt"
local keys = jwt.jwks(spoa.vars.issuer .. "/jwks.json", {wait = tonumber(spoa.vars.wait)})
spoa.on("check", function(msg)
  local claims, err = jwt.verify(msg.token, keys)
  set_var("txn.answer", claims and claims.sub or err)
end)`

func askToken(t *testing.T, c *spop.Client, message, token string) string {
	t.Helper()
	actions, err := c.Notify(t.Context(), spop.NewMessage(message, spop.Arg{Name: []byte("token"), Value: spop.String(token)}))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(texts(actions), "set-var txn.answer str:")
}

// jwksTest is an agent with jwksScript and the issuer that it asks.
func jwksTest(t *testing.T, wait string) (i *issuer, r *Runtime, c *spop.Client, lines *logged) {
	t.Helper()
	i = newIssuer(t)
	i.token(t, "k1")
	r, _, lines = newTest(t, Config{Network: i.network(t, "127.0.0.1"), Vars: map[string]string{"issuer": i.URL, "wait": wait}}, map[string]string{"j.lua": jwksScript})
	return i, r, dial(t, serve(t, config(r, time.Minute))), lines
}

// TestJWKS verifies tokens with keys behind a URL, which change and vanish.
func TestJWKS(t *testing.T) {
	t.Parallel()
	i, r, c, lines := jwksTest(t, "10")
	if got := askToken(t, c, "check", i.token(t, "k1")); got != "bob" {
		t.Errorf("got %q", got)
	}
	forged := newIssuer(t).token(t, "k1")
	if got := askToken(t, c, "check", forged); got != "the signature is wrong" {
		t.Errorf("a forged token: got %q", got)
	}
	// A moment after a fetch, a token with an unknown key causes no other.
	if got := askToken(t, c, "check", i.token(t, "k2")); got != `there is no key "k2" for EdDSA` {
		t.Errorf("got %q", got)
	}
	if _, err := r.Reload(); err != nil {
		t.Fatal(err)
	}
	i.set(func() { i.down = true })
	if got := askToken(t, c, "check", i.token(t, "k1")); got != "bob" {
		t.Errorf("after a reload: got %q", got)
	}
	if got := i.asked.Load(); got != 1 {
		t.Errorf("the issuer was asked %d times, want 1", got)
	}
	if lines.count(`msg="keys fetched" url=`+i.URL+`/jwks.json keys=1`) != 1 {
		lines.dump(t)
	}
}

// TestJWKSNotThere checks what a message is told before there are keys, and that
// one that may wait gets them.
func TestJWKSNotThere(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	token, holds := i.token(t, "k1"), make(chan struct{})
	i.set(func() { i.holds = holds })
	cfg := Config{Network: i.network(t, "127.0.0.1"), Vars: map[string]string{"issuer": i.URL, "wait": "0"}}
	waits := strings.NewReplacer(`"check"`, `"wait"`, "tonumber(spoa.vars.wait)", "10").Replace(jwksScript)
	r, _, _ := newTest(t, cfg, map[string]string{"a.lua": jwksScript, "b.lua": waits})
	c := dial(t, serve(t, config(r, time.Minute)))
	want := "there are no keys from " + i.URL + "/jwks.json yet"
	if got := askToken(t, c, "check", token); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := askToken(t, c, "wait", "a.b.c"); strings.Contains(got, "no keys") {
		t.Errorf("got %q for what is no token", got)
	}
	go close(holds) // it ends before the message below does
	if got := askToken(t, c, "wait", token); got != "bob" {
		t.Errorf("got %q", got)
	}
	if got := askToken(t, c, "check", token); got != "bob" {
		t.Errorf("got %q", got)
	}
}

// TestJWKSRefused checks that rules of egress and certificates count.
func TestJWKSRefused(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string]string{
		"10.0.0.0/8": "refused: loopback addresses must be listed; --egress 127.0.0.1:",
		"localhost":  "certificate is valid for example.com",
	} {
		i := newIssuer(t)
		url := strings.Replace(i.URL, "127.0.0.1", "localhost", 1)
		r, _, lines := newTest(t, Config{Network: i.network(t, rule), Vars: map[string]string{"issuer": url, "wait": "10"}}, map[string]string{"j.lua": jwksScript})
		c := dial(t, serve(t, config(r, time.Minute)))
		got := askToken(t, c, "check", i.token(t, "k1"))
		if !strings.HasPrefix(got, "there are no keys from "+url+"/jwks.json: ") || !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if lines.count(`msg="keys not fetched: no token is valid until they are"`) == 0 {
			lines.dump(t)
			t.Error("not logged")
		}
	}
}

// TestJWKSHammer verifies tokens on many connections while reloads have other
// URLs fetched and old ones forgotten.
func TestJWKSHammer(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	token, unknown := i.token(t, "k1"), newIssuer(t).token(t, "k2")
	script := strings.Replace(jwksScript, `"/jwks.json"`, `"/" .. spoa.info.generation % 3`, 1)
	cfg := Config{Network: i.network(t, "127.0.0.1"), MaxVMs: 24, Vars: map[string]string{"issuer": i.URL, "wait": "10"}}
	r, _, _ := newTest(t, cfg, map[string]string{"j.lua": script})
	addr := serve(t, config(r, time.Minute))
	var (
		clients sync.WaitGroup
		stop    atomic.Bool
	)
	for range 6 {
		c := dial(t, addr)
		clients.Go(func() {
			for !stop.Load() {
				if got := askToken(t, c, "check", token); got != "bob" {
					t.Errorf("got %q", got)
					return
				}
				if got := askToken(t, c, "check", unknown); got != `there is no key "k2" for EdDSA` {
					t.Errorf("got %q for an unknown key", got)
					return
				}
			}
		})
	}
	for range 20 {
		if _, err := r.Reload(); err != nil {
			t.Error(err)
		}
	}
	stop.Store(true)
	clients.Wait()
}

// TestJWKSLeavesVMs has the issuer hang while more tokens come than there are VMs:
// one waits, the others are told at once, and other messages find a VM.
func TestJWKSLeavesVMs(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	token, holds := i.token(t, "k1"), make(chan struct{})
	i.set(func() { i.holds = holds })
	cfg := Config{MaxVMs: 4, Network: i.network(t, "127.0.0.1"), Vars: map[string]string{"issuer": i.URL, "wait": "10"}}
	r, _, _ := newTest(t, cfg, map[string]string{"j.lua": jwksScript, "m.lua": answerText("x")})
	addr := serve(t, config(r, time.Minute))
	const tokens = 5
	began := time.Now()
	answers := make(chan string, tokens)
	for range tokens {
		c := dial(t, addr)
		go func() {
			actions, err := c.Notify(t.Context(), spop.NewMessage("check", spop.NewArg("token", spop.String(token))))
			if err != nil {
				t.Error(err)
			}
			answers <- texts(actions)
		}()
	}
	for range tokens - 1 {
		if got, want := <-answers, "there are no keys from "+i.URL+"/jwks.json"; !strings.Contains(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got, want := ask(t, dial(t, addr), "m"), "set-var txn.answer str:x"; got != want {
		t.Errorf("a message without a token: got %q", got)
	}
	close(holds)
	// One that has waited for 10 s, on a machine that is so busy, waits no longer.
	if got, want := <-answers, "set-var txn.answer str:bob"; got != want && time.Since(began) < 10*time.Second {
		t.Errorf("the one that waits: got %q, want %q", got, want)
	}
}
