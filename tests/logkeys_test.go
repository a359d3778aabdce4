package tests

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// logged gathers the constant messages of the agent's log lines and the keys of
// their attributes.
type logged struct {
	messages, keys map[string]bool
}

// gather looks at all Go files of a package, tests apart.
func (l *logged) gather(t *testing.T, dir string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", dir, "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no Go files in %s: %v", dir, err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				l.call(call)
			}
			return true
		})
	}
}

// call notes a call of a logger: log.Info("message", "key", value...).
func (l *logged) call(call *ast.CallExpr) {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !isLogger(method.X) {
		return
	}
	args := call.Args
	switch method.Sel.Name {
	case "Log":
		args = args[min(2, len(args)):] // context and level
	case "Debug", "Info", "Warn", "Error":
	case "With":
		l.attributes(args)
		return
	default:
		return
	}
	if len(args) == 0 {
		return
	}
	if text, ok := literal(args[0]); ok {
		l.messages[text] = true
	}
	l.attributes(args[1:])
}

func (l *logged) attributes(args []ast.Expr) {
	for i := 0; i < len(args); i += 2 {
		if key, ok := literal(args[i]); ok {
			l.keys[key] = true
		}
	}
}

// isLogger reports whether an expression is called log or Log.
func isLogger(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name == "log"
	case *ast.SelectorExpr:
		return x.Sel.Name == "log" || x.Sel.Name == "Log"
	default:
		return false
	}
}

func literal(x ast.Expr) (string, bool) {
	b, ok := x.(*ast.BasicLit)
	if !ok || b.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(b.Value)
	return text, err == nil
}

// TestOperationsLog holds the log to messages and keys that doc/operations.md
// lists, and that page to those that exist.
func TestOperationsLog(t *testing.T) {
	t.Parallel()
	l := logged{messages: make(map[string]bool), keys: make(map[string]bool)}
	for _, dir := range []string{"cmd/spoa-lua", "runtime", "luabind", "luabind/modules"} {
		l.gather(t, dir)
	}
	text, err := os.ReadFile(filepath.Join("..", "doc", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		heading string
		want    map[string]bool
	}{
		{"Keys of the log", l.keys},
		{"Lines of the log", l.messages},
	} {
		_, section, _ := strings.Cut(string(text), "\n## "+tt.heading+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		var got []string
		for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` ").FindAllStringSubmatch(section, -1) {
			got = append(got, m[1])
			if !tt.want[m[1]] {
				t.Errorf("%s: nothing logs %q", tt.heading, m[1])
			}
		}
		for name := range tt.want {
			if !slices.Contains(got, name) {
				t.Errorf("%s: doc/operations.md does not list %q", tt.heading, name)
			}
		}
	}
}
