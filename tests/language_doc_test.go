package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/tests/agent"
)

// TestLanguageDoc runs the examples of doc/lua-language.md in the VM of the
// policies: they must print what the page shows.
func TestLanguageDoc(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "doc", "lua-language.md"))
	if err != nil {
		t.Fatal(err)
	}
	examples := docExample.FindAllStringSubmatch(string(text), -1)
	if blocks := docLua.FindAllIndex(text, -1); len(blocks) != len(examples) || len(examples) == 0 {
		t.Fatalf("the page has %d lua blocks, of which %d are followed by what they print", len(blocks), len(examples))
	}
	const command = "$ spoa-lua lua example.lua\n"
	for _, e := range examples {
		script, console := e[3], e[4]
		t.Run(firstLine(script), func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(agent.Binary(t), strings.Fields(command)[2:]...)
			cmd.Dir = t.TempDir()
			writeDoc(t, cmd.Dir, "example.lua", script)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(console, command+string(out)); diff != "" {
				t.Errorf("the page says otherwise (-says +prints):\n%s", diff)
			}
		})
	}
}
