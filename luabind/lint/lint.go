package lint

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// Names are the fields of a table that scripts find in a VM, each with its own
// fields when it is a table. A nil Names is no table, or one of which nothing
// is known.
type Names map[string]Names

// File is one Lua file. Its globals are those of the others, too.
type File struct {
	Name string
	Text []byte
}

// Warning says what is wrong and where.
type Warning struct {
	File         string
	Line, Column int
	Text         string
}

// String returns "file:line:column: warning: text".
func (w Warning) String() string {
	return fmt.Sprintf("%s:%d:%d: warning: %s", w.File, w.Line, w.Column, w.Text)
}

// Run returns what is wrong with the files, in their order and by place.
// globals is what a VM has. Files that cannot be parsed are left out: loading
// them tells why.
func Run(files []File, globals Names) []Warning {
	l := &linter{globals: globals, use: newUse(), arity: arities()}
	for _, f := range files {
		l.use.collectFile(f.Name)
	}
	var chunks []*lua54.Chunk
	for _, f := range files {
		chunk, err := lua54.Parse(f.Name, f.Text)
		if err != nil {
			chunk = nil
		} else {
			l.use.collect(chunk.Main)
		}
		chunks = append(chunks, chunk)
	}
	var all []Warning
	for i, f := range files {
		if chunks[i] == nil {
			continue
		}
		l.file, l.warnings = f.Name, nil
		l.check(chunks[i].Main)
		slices.SortStableFunc(l.warnings, func(a, b Warning) int {
			return cmp.Or(a.Line-b.Line, a.Column-b.Column)
		})
		all = append(all, l.warnings...)
	}
	return all
}

// linter is what the checks of one Run share.
type linter struct {
	globals  Names
	use      *use
	arity    map[string]arity
	file     string
	locals   []string // the names of the file's local variables
	warnings []Warning
}

// check runs all checks on a file.
func (l *linter) check(main *lua54.Function) {
	k := l.kindsOf(main)
	l.locals = localNames(main)
	walk(main, &visitor{
		expr: func(e lua54.Expr, c context) {
			l.checkName(e, c)
			l.checkField(e, c)
			l.checkCall(e)
			l.checkMethod(e, k)
			l.checkMessage(e)
			l.checkVariable(e)
			l.checkHAProxy(e)
		},
		stmt: l.checkAssign,
	})
	l.checkBlocks(main)
	l.checkLocals(main)
	l.checkState(main)
}

func (l *linter) warn(at lua54.Pos, format string, args ...any) {
	l.warnings = append(l.warnings, Warning{l.file, at.Line, at.Column, fmt.Sprintf(format, args...)})
}
