package luahost

import (
	"bufio"
	"errors"
	"io"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// read reads what the arguments from first on ask for, a line for none. The
// first one that finds nothing gives nil and is the last.
func (h *Host) read(L *lua.LState, f *file, first int) int {
	r, err := f.reader()
	if err != nil {
		return failure(L, err, "")
	}
	top := L.GetTop()
	if top < first {
		v, err := h.readLine(L, r, false)
		if err != nil {
			return failure(L, err, "")
		}
		L.Push(v)
		return 1
	}
	for i := first; i <= top; i++ {
		v, err := h.readFormat(L, r, i)
		if err != nil {
			return failure(L, err, "")
		}
		L.Push(v)
		if v == lua.LNil {
			break
		}
	}
	return L.GetTop() - top
}

// readFormat reads what argument i asks for. The value is nil at the end of
// the file.
func (h *Host) readFormat(L *lua.LState, r *bufio.Reader, i int) (lua.LValue, error) {
	if lua54.IsNumber(L.Get(i)) {
		return h.readBytes(L, r, lualib.CheckInteger(L, i))
	}
	format := strings.TrimPrefix(lualib.CheckString(L, i), "*")
	switch format[:min(1, len(format))] {
	case "n":
		return readNumber(r)
	case "l":
		return h.readLine(L, r, false)
	case "L":
		return h.readLine(L, r, true)
	case "a":
		return h.readAll(L, r)
	}
	lualib.ArgError(L, i, "invalid format")
	return nil, nil
}

// atEnd turns the end of the file into nil, and leaves other errors.
func atEnd(err error) (lua.LValue, error) {
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return lua.LNil, err
}

func (h *Host) checkSize(L *lua.LState, n int64) {
	if n > int64(h.maxString) {
		lualib.Raise(L, "resulting string too large")
	}
}

func (h *Host) readLine(L *lua.LState, r *bufio.Reader, newline bool) (lua.LValue, error) {
	var b strings.Builder
	for {
		part, err := r.ReadSlice('\n')
		h.checkSize(L, int64(b.Len()+len(part)))
		b.Write(part)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && (b.Len() == 0 || !errors.Is(err, io.EOF)) {
			return atEnd(err)
		}
		break
	}
	line := b.String()
	if !newline {
		line = strings.TrimSuffix(line, "\n")
	}
	return lua.LString(line), nil
}

func (h *Host) readBytes(L *lua.LState, r *bufio.Reader, n int64) (lua.LValue, error) {
	if n == 0 {
		if _, err := r.Peek(1); err != nil {
			return atEnd(err)
		}
		return lua.LString(""), nil
	}
	if n < 0 {
		n = int64(h.maxString) + 1 // the size_t that C makes of it
	}
	h.checkSize(L, n)
	var b strings.Builder
	if _, err := io.CopyN(&b, r, n); err != nil && (b.Len() == 0 || !errors.Is(err, io.EOF)) {
		return atEnd(err)
	}
	return lua.LString(b.String()), nil
}

func (h *Host) readAll(L *lua.LState, r *bufio.Reader) (lua.LValue, error) {
	var b strings.Builder
	if _, err := io.Copy(&b, io.LimitReader(r, int64(h.maxString)+1)); err != nil {
		return lua.LNil, err
	}
	h.checkSize(L, int64(b.Len()))
	return lua.LString(b.String()), nil
}
