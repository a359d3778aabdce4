package luahost

import (
	"os"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// openPath opens a file in a mode of C's fopen that goodMode has accepted.
func openPath(path, mode string) (*file, error) {
	flags := os.O_RDONLY
	switch mode[0] {
	case 'w':
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	case 'a':
		flags = os.O_WRONLY | os.O_CREATE | os.O_APPEND
	}
	update := strings.Contains(mode, "+")
	if update {
		flags = flags&^os.O_WRONLY | os.O_RDWR
	}
	disk, err := os.OpenFile(path, flags, 0o666)
	if err != nil {
		return nil, err
	}
	f := &file{s: disk, c: disk}
	if update || mode[0] == 'r' {
		f.r = disk
	}
	if update || mode[0] != 'r' {
		f.w = disk
	}
	return f, nil
}

// goodMode says whether a mode is [rwa]%+?b*, as PUC's io.open checks it.
func goodMode(mode string) bool {
	if mode == "" || !strings.Contains("rwa", mode[:1]) {
		return false
	}
	return strings.Trim(strings.TrimPrefix(mode[1:], "+"), "b") == ""
}

func (h *Host) ioOpen(L *lua.LState) int {
	path := lualib.CheckString(L, 1)
	mode := lualib.OptString(L, 2, "r")
	if !goodMode(mode) {
		lualib.ArgError(L, 2, "invalid mode")
	}
	f, err := h.openFile(path, mode)
	if err != nil {
		return failure(L, err, path)
	}
	L.Push(h.newFile(f))
	return 1
}

// mustOpen opens a file for io.input and the like, which raise errors.
func (h *Host) mustOpen(L *lua.LState, path, mode string) *lua.LUserData {
	f, err := h.openFile(path, mode)
	if err != nil {
		text, _ := errorText(err)
		lualib.Raise(L, "cannot open file '%s' (%s)", path, text)
	}
	return h.newFile(f)
}

func (h *Host) ioTmpfile(L *lua.LState) int {
	disk, err := os.CreateTemp("", "lua_")
	if err != nil {
		return failure(L, err, "")
	}
	_ = os.Remove(disk.Name()) // it lives on until it is closed
	L.Push(h.newFile(&file{r: disk, w: disk, s: disk, c: disk}))
	return 1
}

func ioType(L *lua.LState) int {
	kind := lua.LNil
	if ud, ok := lualib.CheckAny(L, 1).(*lua.LUserData); ok {
		if f, ok := ud.Value.(*file); ok {
			kind = lua.LString("file")
			if f.closed {
				kind = lua.LString("closed file")
			}
		}
	}
	L.Push(kind)
	return 1
}

func (h *Host) ioInput(L *lua.LState) int  { return h.standard(L, &h.input, "r") }
func (h *Host) ioOutput(L *lua.LState) int { return h.standard(L, &h.output, "w") }

// standard is io.input and io.output.
func (h *Host) standard(L *lua.LState, which **lua.LUserData, mode string) int {
	switch v := L.Get(1).(type) {
	case *lua.LNilType:
	case lua.LString:
		*which = h.mustOpen(L, string(v), mode)
	default:
		anyFile(L)
		*which = v.(*lua.LUserData)
	}
	L.Push(*which)
	return 1
}

// current is the file behind io.read or io.write.
func current(L *lua.LState, ud *lua.LUserData, what string) *file {
	f := ud.Value.(*file)
	if f.closed {
		lualib.Raise(L, "default %s file is closed", what)
	}
	return f
}

func (h *Host) ioRead(L *lua.LState) int { return h.read(L, current(L, h.input, "input"), 1) }

func (h *Host) ioWrite(L *lua.LState) int {
	return write(L, current(L, h.output, "output"), h.output, 1)
}

func (h *Host) ioFlush(L *lua.LState) int {
	return result(L, current(L, h.output, "output").flush(), "")
}

func (h *Host) ioClose(L *lua.LState) int {
	if L.GetTop() == 0 {
		return closeFile(L, current(L, h.output, "output"))
	}
	return fileClose(L)
}

// ioLines returns four values when it opens a file: the last is closed when
// the loop is left.
func (h *Host) ioLines(L *lua.LState) int {
	if L.Get(1) == lua.LNil {
		current(L, h.input, "input")
		L.Push(h.lines(L, h.input, 2, false))
		return 1
	}
	ud := h.mustOpen(L, lualib.CheckString(L, 1), "r")
	L.Push(h.lines(L, ud, 2, true))
	L.Push(lua.LNil)
	L.Push(lua.LNil)
	L.Push(ud)
	return 4
}

// maxFormats is how many formats a lines iterator takes.
const maxFormats = 250

// lines makes an iterator that reads what the arguments from first on ask for.
func (h *Host) lines(L *lua.LState, ud *lua.LUserData, first int, closes bool) *lua.LFunction {
	var formats []lua.LValue
	for i := first; i <= L.GetTop(); i++ {
		formats = append(formats, L.Get(i))
	}
	if len(formats) > maxFormats {
		lualib.ArgError(L, maxFormats+2, "too many arguments")
	}
	f := ud.Value.(*file)
	return L.NewFunction(func(L *lua.LState) int {
		if f.closed {
			lualib.Raise(L, "file is already closed")
		}
		L.SetTop(0)
		for _, v := range formats {
			L.Push(v)
		}
		n := h.read(L, f, 1)
		if L.Get(-n) != lua.LNil {
			return n
		}
		if n > max(1, len(formats)) { // nil, text, number
			lualib.Raise(L, "%s", L.Get(-n+1).String())
		}
		if closes {
			closeFile(L, f)
		}
		return 0
	})
}
