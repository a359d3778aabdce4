package modules

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

// keyServer is a network on which one server answers with keys.
type keyServer struct {
	remote.Network
	mu    sync.Mutex
	asked int
	resp  *remote.Response
	err   error
	hangs bool
}

func (s *keyServer) Fetch(ctx context.Context, r *remote.Request) (*remote.Response, error) {
	s.mu.Lock()
	s.asked++
	resp, err, hangs := s.resp, s.err, s.hangs
	s.mu.Unlock()
	if r.MaxBody != keySetBytes {
		return nil, errors.New("the answer has another limit")
	}
	if hangs {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return resp, err
}

// serves sets the answer to a JWKS with keys of these names.
func (s *keyServer) serves(names ...string) {
	var set jose.JSONWebKeySet
	for _, name := range names {
		seed := bytes.Repeat([]byte(name[:1]), ed25519.SeedSize)
		set.Keys = append(set.Keys, jose.JSONWebKey{KeyID: name, Key: ed25519.NewKeyFromSeed(seed).Public()})
	}
	text, err := json.Marshal(set)
	s.answers(&remote.Response{Status: 200, Body: string(text)}, err)
}

func (s *keyServer) answers(resp *remote.Response, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resp, s.err, s.hangs = resp, err, false
}

func (s *keyServer) hang() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hangs = true
}

// wantAsked checks how often the server was asked, and forgets it.
func (s *keyServer) wantAsked(t *testing.T, want int) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asked != want {
		t.Errorf("the server was asked %d times, want %d", s.asked, want)
	}
	s.asked = 0
}

// keyLog is what was logged.
type keyLog struct {
	mu   sync.Mutex
	text []byte
}

func (l *keyLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, b...)
	return len(b), nil
}

func (l *keyLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}

func (l *keyLog) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = nil
}

const keysURL = "https://id.example.org/jwks.json"

// after lets time pass, and what it sets off come to rest.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func testKeySet(t *testing.T, test func(t *testing.T, server *keyServer, sets *KeySets, s *keySet, log *keyLog)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log keyLog
		server := new(keyServer)
		server.serves("a")
		sets := NewKeySets(server, slog.New(slog.NewTextHandler(&log, nil)), 10)
		s, err := sets.get(keySetName{keysURL, time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		test(t, server, sets, s, &log)
		sets.Close()
	})
}

func wantKeys(t *testing.T, s *keySet, want string) {
	t.Helper()
	var names []string
	keys, _, err := s.first()
	if keys != nil {
		for _, key := range keys.keys {
			names = append(names, key.KeyID)
		}
	}
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got keys %q, %v, want %q", got, err, want)
	}
}

func TestKeySetIsRefreshed(t *testing.T) {
	testKeySet(t, func(t *testing.T, server *keyServer, sets *KeySets, s *keySet, log *keyLog) {
		server.wantAsked(t, 1)
		wantKeys(t, s, "a")
		server.serves("b", "c")
		after(time.Hour)
		server.wantAsked(t, 1)
		wantKeys(t, s, "b c")
		after(30 * time.Minute)
		if got := sets.Age(); got != 30*time.Minute {
			t.Errorf("the keys are %s old", got)
		}
		after(150 * time.Minute)
		server.wantAsked(t, 3)
		if got := strings.Count(log.String(), `msg="keys fetched" url=`+keysURL); got != 2 {
			t.Errorf("logged %d times that keys have changed, want 2:\n%s", got, log)
		}
	})
}

func TestKeySetKeepsOldKeys(t *testing.T) {
	testKeySet(t, func(t *testing.T, server *keyServer, sets *KeySets, s *keySet, log *keyLog) {
		server.wantAsked(t, 1)
		for _, bad := range []struct {
			resp *remote.Response
			err  error
			want string
		}{
			{nil, errors.New("no route"), "no route"},
			{&remote.Response{Status: 503, Reason: "Down"}, nil, "the answer is 503 Down, not 200"},
			{&remote.Response{Status: 302, Header: map[string][]string{"Location": {"http://x"}}}, nil, `the answer is a redirect to \"http://x\"`},
			{&remote.Response{Status: 200, Body: `{"keys":[{"kty":"oct","k":"AAAA"}]}`}, nil, "there is no key that verifies signatures"},
			{&remote.Response{Status: 200, Body: "<html>"}, nil, "the answer is no JWKS: invalid character"},
			{&remote.Response{Status: 200, Body: `{"keys":[]}`}, nil, "the answer is no JWKS: there is no key that verifies signatures"},
		} {
			log.Reset()
			server.answers(bad.resp, bad.err)
			after(time.Hour)
			wantKeys(t, s, "a")
			if !strings.Contains(log.String(), `level=WARN msg="keys not fetched: the old ones stay in use"`) || !strings.Contains(log.String(), bad.want) {
				t.Errorf("want %s in the log:\n%s", bad.want, log)
			}
		}
		server.hang()
		log.Reset()
		after(2 * time.Minute)
		if !strings.Contains(log.String(), "no answer within 10s") {
			t.Errorf("log:\n%s", log)
		}
		if _, failed := sets.Fetches(); failed < 6 {
			t.Errorf("%d fetches failed", failed)
		}
		server.serves("b")
		after(2 * time.Minute)
		wantKeys(t, s, "b")
	})
}

// TestKeySetRetries checks that the pauses between fetches that fail grow, and
// that one error is told once.
func TestKeySetRetries(t *testing.T) {
	testKeySet(t, func(t *testing.T, server *keyServer, sets *KeySets, _ *keySet, log *keyLog) {
		server.answers(nil, errors.New("no route"))
		log.Reset()
		s, err := sets.get(keySetName{keysURL, 2 * time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		server.wantAsked(t, 2)
		for _, pause := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
			after(pause*time.Second - 1)
			server.wantAsked(t, 0)
			after(1)
			server.wantAsked(t, 1)
		}
		_, busy, err := s.first()
		if want := "there are no keys from " + keysURL + ": no route"; err == nil || err.Error() != want || busy != nil {
			t.Errorf("got %v, want %s", err, want)
		}
		if got := strings.Count(log.String(), "no token is valid until they are"); got != 1 {
			t.Errorf("told %d times:\n%s", got, log)
		}
		if got := sets.Age(); got != 183*time.Second {
			t.Errorf("keys that are not there are %s old", got)
		}
	})
}

// TestKeySetAsk checks that tokens with unknown keys have the set fetched, but
// not often.
func TestKeySetAsk(t *testing.T) {
	testKeySet(t, func(t *testing.T, server *keyServer, _ *KeySets, s *keySet, _ *keyLog) {
		server.wantAsked(t, 1)
		if s.ask() != nil {
			t.Error("asked for anew a moment after a fetch")
		}
		after(keySetAskEvery)
		server.serves("b")
		busy := s.ask()
		if busy == nil || s.ask() != busy {
			t.Fatal("not asked for, or twice")
		}
		<-busy
		wantKeys(t, s, "b")
		after(0)
		server.wantAsked(t, 1)
		server.hang()
		after(keySetAskEvery)
		busy = s.ask()
		after(0)
		if s.ask() != busy {
			t.Error("asked for a second time beside the first")
		}
		after(keySetTimeout)
		<-busy
		server.wantAsked(t, 1)
		wantKeys(t, s, "b")
		after(10 * time.Minute)
		close(s.retired)
		after(0)
		if s.ask() != nil {
			t.Error("asked for though nobody fetches any more")
		}
	})
}

func TestKeySetsKeep(t *testing.T) {
	testKeySet(t, func(t *testing.T, server *keyServer, sets *KeySets, s *keySet, _ *keyLog) {
		load := new(Shared)
		load.keySets.add(keySetName{keysURL, time.Minute})
		if _, err := sets.get(keySetName{keysURL, time.Minute}); err != nil {
			t.Fatal(err)
		}
		again, err := sets.get(s.name)
		if again != s || err != nil {
			t.Error("the set of a URL is not shared")
		}
		synctest.Wait()
		server.wantAsked(t, 2)
		sets.Keep(load)
		after(time.Hour)
		server.wantAsked(t, 60)
		wantKeys(t, s, "a")
		sets.Keep(nil)
		after(time.Hour)
		server.wantAsked(t, 0)
		for i := range maxKeySets {
			if _, err := sets.get(keySetName{keysURL, time.Duration(i+1) * time.Minute}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := sets.get(keySetName{"https://example.net", time.Hour}); err == nil || !strings.Contains(err.Error(), "from 64 URLs already") {
			t.Errorf("got %v", err)
		}
	})
}
