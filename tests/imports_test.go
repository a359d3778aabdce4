package tests

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const module = "github.com/spoa-lua/spoa-lua"

// law is which packages of the module may import which others, and who may use
// the network and packages of others.
var law = []struct {
	of        string   // path below the module, "..." for all below
	own       []string // other folders of the module
	others    bool     // packages of other modules
	forbidden []string // of the standard library
}{
	{of: "spop", own: []string{"spop"}},
	{of: "spop/...", own: []string{"spop"}},
	{of: "luabind/...", own: []string{"luabind", "spop"}, others: true, forbidden: []string{"net", "net/http", "os/exec", "os/signal", "plugin"}},
	{of: "runtime/...", own: []string{"runtime", "luabind", "spop"}, others: true, forbidden: []string{"os/exec", "os/signal"}},
	{of: "scripts/...", own: []string{"scripts"}},
	{of: "cmd/...", own: []string{"cmd", "runtime", "luabind", "spop", "scripts"}, others: true},
}

// TestImportLaw checks the direction of imports, doc/architecture.md.
func TestImportLaw(t *testing.T) {
	t.Parallel()
	for _, l := range law {
		t.Run(l.of, func(t *testing.T) {
			t.Parallel()
			for _, line := range goList(t, `{{.ImportPath}} {{join .Imports " "}}`, module+"/"+l.of) {
				from, imports, _ := strings.Cut(line, " ")
				for path := range strings.FieldsSeq(imports) {
					checkImport(t, from, path, l.own, l.others, l.forbidden)
				}
			}
		})
	}
}

// TestArchitecturePackages checks that doc/architecture.md lists every package, and
// no other. Each level is two blanks further in than the one above.
func TestArchitecturePackages(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../doc/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "## Packages\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var listed, above []string
	for line := range strings.Lines(section) {
		name, ok := strings.CutPrefix(line, "    ")
		if !ok {
			continue
		}
		level := (len(name) - len(strings.TrimLeft(name, " "))) / 2
		if level > len(above) {
			t.Fatalf("the line stands too far in: %q", line)
		}
		above = append(above[:level], strings.Fields(name)[0])
		listed = append(listed, module+"/"+strings.Join(above, "/"))
	}
	there := goList(t, "{{.ImportPath}}", module+"/...")
	slices.Sort(listed)
	slices.Sort(there)
	if diff := cmp.Diff(there, listed); diff != "" {
		t.Errorf("packages (-there +listed):\n%s", diff)
	}
}

func checkImport(t *testing.T, from, path string, own []string, others bool, forbidden []string) {
	t.Helper()
	if below, ok := strings.CutPrefix(path, module+"/"); ok {
		top, _, _ := strings.Cut(below, "/")
		if !slices.Contains(own, top) {
			t.Errorf("%s imports %s", from, path)
		}
		return
	}
	first, _, _ := strings.Cut(path, "/")
	if isOther := strings.Contains(first, "."); isOther && !others || slices.Contains(forbidden, path) {
		t.Errorf("%s imports %s", from, path)
	}
}

// TestSpopDependencies checks that nothing but the standard library is linked
// into a program that uses spop, however indirectly.
func TestSpopDependencies(t *testing.T) {
	t.Parallel()
	for _, path := range goList(t, "{{if not .Standard}}{{.ImportPath}}{{end}}", "-deps", module+"/spop/...") {
		if path != "" && path != module+"/spop" && !strings.HasPrefix(path, module+"/spop/") {
			t.Errorf("spop depends on %s", path)
		}
	}
}

// goList returns the lines of go list. Standard packages have no dot in their
// first element.
func goList(t *testing.T, format string, args ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-f", format}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}
