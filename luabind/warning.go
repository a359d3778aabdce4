package luabind

import "sync"

// maxWarnings bounds the memory of a set of warnings: a script may make up
// argument names without end.
const maxWarnings = 1000

// warning identifies what is warned about once.
type warning struct{ kind, place, what string }

// warnings is the set of those that all VMs of a Program have given.
type warnings struct {
	mu    sync.Mutex
	given map[warning]struct{}
}

// first reports whether w has not been given before, and remembers it. It
// reports false when the set is full.
func (s *warnings) first(w warning) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.given[w]; ok || len(s.given) >= maxWarnings {
		return false
	}
	if s.given == nil {
		s.given = make(map[warning]struct{})
	}
	s.given[w] = struct{}{}
	return true
}
