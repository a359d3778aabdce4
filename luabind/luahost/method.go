package luahost

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// failure pushes nil, a text and the number of the error, as C's functions do.
func failure(L *lua.LState, err error, name string) int {
	text, number := errorText(err)
	if name != "" {
		text = name + ": " + text
	}
	L.Push(lua.LNil)
	L.Push(lua.LString(text))
	L.Push(lua.LNumber(number))
	return 3
}

// errorText is the text of C's strerror, and the number behind it.
func errorText(err error) (text string, number int) {
	var errno syscall.Errno
	switch {
	case errors.As(err, &errno):
	case errors.Is(err, errBadFile):
		errno = syscall.EBADF
	case errors.Is(err, errNoSeek):
		errno = syscall.ESPIPE
	case errors.Is(err, fs.ErrNotExist):
		errno = syscall.ENOENT
	default:
		return err.Error(), 0
	}
	text = errno.Error()
	return strings.ToUpper(text[:1]) + text[1:], int(errno)
}

// result pushes true, or what failure pushes.
func result(L *lua.LState, err error, name string) int {
	if err != nil {
		return failure(L, err, name)
	}
	L.Push(lua.LTrue)
	return 1
}

// anyFile is argument 1, a file that may be closed.
func anyFile(L *lua.LState) *file {
	if ud, ok := L.Get(1).(*lua.LUserData); ok {
		if f, ok := ud.Value.(*file); ok {
			return f
		}
	}
	lualib.TypeError(L, 1, "FILE*")
	return nil
}

// openFile is argument 1, a file that is open.
func openFile(L *lua.LState) *file {
	f := anyFile(L)
	if f.closed {
		lualib.Raise(L, "attempt to use a closed file")
	}
	return f
}

func fileString(L *lua.LState) int {
	f := anyFile(L)
	text := fmt.Sprintf("file (%p)", f)
	if f.closed {
		text = "file (closed)"
	}
	L.Push(lua.LString(text))
	return 1
}

// fileEnd is the end of a to-be-closed variable.
func fileEnd(L *lua.LState) int {
	if f := anyFile(L); !f.closed && !f.standard {
		return closeFile(L, f)
	}
	return 0
}

func fileClose(L *lua.LState) int { return closeFile(L, openFile(L)) }

func closeFile(L *lua.LState, f *file) int {
	if f.standard {
		L.Push(lua.LNil)
		L.Push(lua.LString("cannot close standard file"))
		return 2
	}
	err := f.close()
	if f.wait == nil {
		return result(L, err, "")
	}
	return pushExit(L, f.wait())
}

func fileFlush(L *lua.LState) int { return result(L, openFile(L).flush(), "") }

func fileWrite(L *lua.LState) int { return write(L, openFile(L), L.Get(1), 2) }

// write writes the arguments from the first one on and returns the file, so
// that calls can be chained.
func write(L *lua.LState, f *file, self lua.LValue, first int) int {
	for i := first; i <= L.GetTop(); i++ {
		if err := f.writeString(lualib.CheckString(L, i)); err != nil {
			return failure(L, err, "")
		}
	}
	L.Push(self)
	return 1
}

func (h *Host) fileRead(L *lua.LState) int { return h.read(L, openFile(L), 2) }

func (h *Host) fileLines(L *lua.LState) int {
	openFile(L)
	L.Push(h.lines(L, L.Get(1).(*lua.LUserData), 2, false))
	return 1
}

func fileSeek(L *lua.LState) int {
	f := openFile(L)
	whence := map[string]int{"set": io.SeekStart, "cur": io.SeekCurrent, "end": io.SeekEnd}
	from := whence[option(L, 2, "cur", "set", "cur", "end")]
	at, err := f.seek(lualib.OptInteger(L, 3, 0), from)
	if err != nil {
		return failure(L, err, "")
	}
	L.Push(lua54.Integer(at))
	return 1
}

func fileSetvbuf(L *lua.LState) int {
	f := openFile(L)
	f.buffering = option(L, 2, "", "no", "full", "line")[0]
	return result(L, f.flush(), "")
}
