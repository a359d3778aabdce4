package luahost

import (
	"bytes"
	"io"
	"strings"
	"syscall"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
)

// OpenReadOnly adds an io to a VM that only reads files, those that read
// returns, with that standard output and error. loaded is the VM's
// package.loaded. The Host is for those who print to out, too.
func OpenReadOnly(L *lua.LState, loaded *lua.LTable, read func(path string) ([]byte, error), out, err io.Writer) *Host {
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
		text, err := read(path)
		if err != nil {
			return nil, err
		}
		r := bytes.NewReader(text)
		return &file{r: r, s: r}, nil
	}
	h.openIO(L)
	if t, ok := loaded.RawGetString("io").(*lua.LTable); ok {
		t.RawSetString("popen", lua.LNil)
		t.RawSetString("tmpfile", lua.LNil)
	}
	return h
}
