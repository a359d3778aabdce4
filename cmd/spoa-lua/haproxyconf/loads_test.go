package haproxyconf

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHints(t *testing.T) {
	e, err := Read(strings.NewReader(`global
  lua-load plain.lua
  # lua-load off.lua a
  lua-load /etc/haproxy/gate.lua strict 5 # why
  lua-load-per-thread words.lua "two words" it\'s
  tune.lua.bool-sample-conversion normal
  tune.lua.bool-sample-conversion pre-3.1-bug
  lua-prepend-path /usr/lib/lua/?.lua;/usr/lib/lua/?/init.lua;lib/?.lua
  lua-prepend-path "/with space/?.lua" path
  lua-prepend-path /usr/lib/lua/?.so cpath
  lua-prepend-path nothing
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"a.cfg:4: start the agent with --script-args gate.lua=strict,5",
		`a.cfg:5: start the agent with --script-args 'words.lua=two words,it'\''s'`,
		"a.cfg:6: start the agent with --lua-bool normal",
		"a.cfg:8: start the agent with --modules /usr/lib/lua --modules lib",
		"a.cfg:9: start the agent with --modules '/with space'",
	}
	if diff := cmp.Diff(want, e.Hints("a.cfg")); diff != "" {
		t.Errorf("hints (-want +got):\n%s", diff)
	}
	if got := loadComment(e.Lines[3]); got != "# in spoa-lua (--script-args gate.lua=strict,5): lua-load /etc/haproxy/gate.lua strict 5 # why" {
		t.Errorf("got comment %q", got)
	}
}
