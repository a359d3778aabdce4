package luabind

import (
	"os"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/luabind/modules"
)

// TestModulesPage checks that doc/lua-modules.md knows all modules and all that
// is in them.
func TestModulesPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../doc/lua-modules.md")
	if err != nil {
		t.Fatal(err)
	}
	known := GlobalNames()["require"]
	for _, name := range modules.Names() {
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("the page does not know the module %s", name)
		}
		fields := known
		for part := range strings.SplitSeq(name, ".") {
			fields = fields[part]
		}
		if len(fields) == 0 {
			t.Errorf("module %s is empty", name)
		}
		for field := range fields {
			if !strings.HasPrefix(field, "_") && !strings.Contains(string(page), "."+field) {
				t.Errorf("the page does not know %s.%s", name, field)
			}
		}
	}
}
