package modules

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

const (
	// keySetTimeout and keySetBytes bound one fetch.
	keySetTimeout = 10 * time.Second
	keySetBytes   = 1 << 20
	// keySetRetry is the pause behind a fetch that failed; it doubles with each
	// one that follows, up to keySetMaxRetry.
	keySetRetry    = time.Second
	keySetMaxRetry = time.Minute
	// keySetAskEvery is how often tokens with an unknown key may have the set
	// fetched: anybody can make such tokens.
	keySetAskEvery = 30 * time.Second
)

// keySet is the JWKS behind a URL. Its goroutine fetches it; all others read.
type keySet struct {
	name    keySetName
	owner   *KeySets
	keys    atomic.Pointer[jwtKey] // nil before the first fetch that succeeds
	wake    chan struct{}          // has the goroutine fetch now
	retired chan struct{}          // closed when nobody will ask any more

	mu      sync.Mutex
	asked   time.Time     // when scripts asked for it first
	began   time.Time     // the newest fetch
	fetched time.Time     // the newest fetch that succeeded
	err     error         // of the newest fetch
	busy    chan struct{} // closed at the end of the fetch that is due or under way
	ended   bool
}

// run fetches the set again and again, until ctx ends or the set is retired.
func (s *keySet) run(ctx context.Context) {
	defer s.end()
	var retry time.Duration
	for {
		pause := s.name.refresh
		if err := s.fetchOnce(ctx); err != nil {
			retry = min(max(2*retry, keySetRetry), keySetMaxRetry)
			pause = min(retry, pause)
		} else {
			retry = 0
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-s.wake:
		case <-s.retired:
			timer.Stop()
			return
		case <-ctx.Done():
			timer.Stop()
			return
		}
		timer.Stop()
	}
}

// fetchOnce fetches the set and says how it went. A set that cannot be had
// leaves the old one in place.
func (s *keySet) fetchOnce(ctx context.Context) error {
	s.begin()
	keys, err := s.fetch(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	before := s.keys.Load()
	if err == nil {
		s.keys.Store(keys)
		s.owner.fetched.Add(1)
	} else {
		s.owner.failed.Add(1)
	}
	s.tell(before, keys, s.note(err), err)
	s.finish()
	return err
}

// begin notes that a fetch begins. One that was asked for is this one.
func (s *keySet) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.began = time.Now()
	if s.busy == nil {
		s.busy = make(chan struct{})
	}
	select {
	case <-s.wake:
	default:
	}
}

// note keeps how a fetch has gone, and returns how the one before did.
func (s *keySet) note(err error) (before error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, s.err = s.err, err
	if err == nil {
		s.fetched = time.Now()
	}
	return before
}

// finish tells those who wait that a fetch has ended.
func (s *keySet) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy != nil {
		close(s.busy)
		s.busy = nil
	}
}

// end has nobody wait for what will not come.
func (s *keySet) end() {
	s.mu.Lock()
	s.ended = true
	s.mu.Unlock()
	s.finish()
}

func (s *keySet) fetch(ctx context.Context) (*jwtKey, error) {
	if s.owner.network == nil {
		return nil, errors.New("there is no network here: --egress allows one")
	}
	ctx, cancel := context.WithTimeout(ctx, keySetTimeout)
	defer cancel()
	resp, err := s.owner.network.Fetch(ctx, &remote.Request{
		Method: "GET", URL: s.name.url, MaxBody: keySetBytes,
		Header: map[string][]string{"Accept": {"application/jwk-set+json, application/json"}},
	})
	var refused *remote.RefusedError
	switch {
	case errors.As(err, &refused):
		return nil, refused
	case err != nil && ctx.Err() != nil:
		return nil, fmt.Errorf("no answer within %s", keySetTimeout)
	case err != nil:
		return nil, err
	case resp.Status >= 300 && resp.Status < 400:
		return nil, fmt.Errorf("the answer is a redirect to %q: give that URL, if you trust it", clip(strings.Join(resp.Header["Location"], " ")))
	case resp.Status != 200:
		return nil, fmt.Errorf("the answer is %d %s, not 200", resp.Status, clip(resp.Reason))
	}
	return parsePublicKeys(resp.Body)
}

// tell logs what has become different.
func (s *keySet) tell(before, keys *jwtKey, errBefore, err error) {
	log := s.owner.log
	switch {
	case err != nil && errBefore != nil && err.Error() == errBefore.Error():
	case err != nil && before == nil:
		log.Error("keys not fetched: no token is valid until they are", "url", s.name.url, "err", err)
	case err != nil:
		log.Warn("keys not fetched: the old ones stay in use", "url", s.name.url, "err", err)
	case before == nil || errBefore != nil || before.digest != keys.digest:
		log.Info("keys fetched", "url", s.name.url, "keys", len(keys.keys))
	}
}

// first returns the keys, or nil and why there are none. busy is what to wait
// for when that may change soon.
func (s *keySet) first() (keys *jwtKey, busy <-chan struct{}, err error) {
	if keys = s.keys.Load(); keys != nil {
		return keys, nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if keys = s.keys.Load(); keys != nil {
		return keys, nil, nil
	}
	if s.err != nil {
		return nil, nil, fmt.Errorf("there are no keys from %s: %w", s.name.url, s.err)
	}
	return nil, s.busy, fmt.Errorf("there are no keys from %s yet", s.name.url)
}

// ask has the set fetched, unless that was done a moment ago, and returns what
// to wait for, nil for nothing.
func (s *keySet) ask() (busy <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.busy != nil:
		return s.busy
	case s.ended || time.Since(s.began) < keySetAskEvery:
		return nil
	}
	s.busy = make(chan struct{})
	s.wake <- struct{}{} // it is empty: begin took what was there
	return s.busy
}

func (s *keySet) age() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fetched.IsZero() {
		return time.Since(s.asked)
	}
	return time.Since(s.fetched)
}
