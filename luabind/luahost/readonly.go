package luahost

import (
	"bytes"
	"crypto/rand"
	"io"
	"strings"
	"syscall"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// Files is what a VM that only reads files may read.
type Files struct {
	// Read returns the text of a file.
	Read func(path string) ([]byte, error)
	// List returns the names of the files that match a pattern of path.Match, and of
	// those in a folder, as ls does.
	List func(pattern string) ([]string, error)
}

// OpenReadOnly adds an io to a VM that only reads files, with that standard output
// and error. loaded is the VM's package.loaded. The Host is for those who print to
// out, too.
func OpenReadOnly(L *lua.LState, loaded *lua.LTable, files Files, out, err io.Writer) *Host {
	h := &Host{
		Config: Config{Stdin: strings.NewReader(""), Stdout: out, Stderr: err},
		loaded: loaded, maxString: lua54.DefaultMaxString,
	}
	if rt := lua54.From(L); rt.MaxString > 0 {
		h.maxString = rt.MaxString
	}
	h.openFile = func(path, mode string) (*file, error) {
		if strings.Trim(mode, "rb") != "" {
			return nil, syscall.EROFS
		}
		if path == "/dev/urandom" || path == "/dev/random" {
			return &file{r: rand.Reader}, nil
		}
		text, err := files.Read(path)
		if err != nil {
			return nil, err
		}
		r := bytes.NewReader(text)
		return &file{r: r, s: r}, nil
	}
	h.openIO(L)
	if t, ok := loaded.RawGetString("io").(*lua.LTable); ok {
		t.RawSetString("popen", L.NewFunction(h.popenList(files.List)))
		t.RawSetString("tmpfile", lua.LNil)
	}
	return h
}
