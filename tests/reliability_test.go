package tests

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNamedTests holds the pages that name tests as their proof to tests that
// exist, in every row of their tables that is to have one.
func TestNamedTests(t *testing.T) {
	t.Parallel()
	exists := testNames(t)
	for _, page := range []string{"SECURITY.md", "doc/reliability.md"} {
		text, err := os.ReadFile(filepath.Join("..", page))
		if err != nil {
			t.Fatal(err)
		}
		names := regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w*)`").FindAllStringSubmatch(string(text), -1)
		if len(names) < 20 {
			t.Errorf("%s names %d tests, want 20 at least", page, len(names))
		}
		for _, m := range names {
			if !exists[m[1]] {
				t.Errorf("%s names %s, which does not exist", page, m[1])
			}
		}
		inTable := false
		for line := range strings.Lines(string(text)) {
			switch {
			case strings.HasSuffix(line, "| shown by |\n"):
				inTable = true
			case !strings.HasPrefix(line, "|"):
				inTable = false
			case inTable && !strings.HasPrefix(line, "|---") && !strings.Contains(line, "`Test"):
				t.Errorf("%s: no test in %s", page, line)
			}
		}
	}
}

// testNames returns the names of all tests of the repository.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := make(map[string]bool)
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range function.FindAllStringSubmatch(string(text), -1) {
			names[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
