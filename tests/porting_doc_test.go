package tests

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/tests/agent"
)

// portingDir holds the example of doc/porting.md, which TestMoved moves.
const portingDir = "moved/porting"

var digestOf = regexp.MustCompile(`digest [0-9a-f]+`)

// TestPortingPage does what doc/porting.md says, and checks every block of it: the
// files of the example, what the commands print and what they write.
func TestPortingPage(t *testing.T) {
	page, err := os.ReadFile("../doc/porting.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string][]string{}
	for _, m := range regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$").FindAllStringSubmatch(string(page), -1) {
		blocks[m[1]] = append(blocks[m[1]], m[2])
	}
	read := func(path string) string {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(string(text), "${FRONTEND_PORT}", "8080")
	}
	dir := t.TempDir()
	for name, to := range map[string]string{"gate.lua": "policies/gate.lua", "admins.map": "policies/admins.map", "haproxy.cfg": "haproxy.cfg"} {
		write(t, dir, to, read(filepath.Join(portingDir, name)))
	}
	agent.Binary(t) // built in the module
	t.Chdir(dir)
	var consoles []string
	for _, block := range blocks["console"] {
		command, _, _ := strings.Cut(block, "\n")
		stdout, stderr, _ := runAgent(t, strings.Fields(command)[2:]...)
		consoles = append(consoles, command+"\n"+digestOf.ReplaceAllString(stdout+stderr, "digest DIGEST"))
	}
	want := map[string][]string{
		"lua":     {read("policies/gate.lua")},
		"map":     {read("policies/admins.map")},
		"haproxy": {read("haproxy.cfg"), read("new/haproxy.cfg")},
		"spoe":    {read("new/spoe.conf")},
		"console": consoles,
		"sh":      blocks["sh"],
	}
	if diff := cmp.Diff(want, blocks); diff != "" {
		t.Errorf("blocks (-is +page says):\n%s", diff)
	}
}
