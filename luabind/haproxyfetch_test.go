package luabind

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/luabind/haproxy"
)

// fetchReason is what an error of a fetch tells: the entry of args, the side effect or
// what is wrong with the arguments.
var fetchReason = regexp.MustCompile(`args \S+=\S+$|side effect in HAProxy; |an argument is missing$|the argument must be `)

// TestHAProxyFetches calls all fetches of HAProxy with a message that carries nothing:
// each has a value that needs no message, or an error that says what to do.
func TestHAProxyFetches(t *testing.T) {
	var names []string
	haproxy.EachFetch(func(name, _ string) {
		names = append(names, strings.NewReplacer(".", "_", "-", "_", "+", "_").Replace(name))
	})
	if len(names) < 500 {
		t.Fatalf("there are %d fetches", len(names))
	}
	own := 0
	for _, name := range names {
		_, err := inAction(t, "txn.f['"+name+"'](txn.f)")
		if err == nil {
			own++
			continue
		}
		if !fetchReason.MatchString(err.Error()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if own < 5 || own > 20 {
		t.Errorf("%d fetches need no message", own)
	}
}
