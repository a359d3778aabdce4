package luahost

import (
	"bufio"
	"io"
	"math"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// Process is a command that runs in a shell: what *exec.Cmd has.
type Process interface {
	StdinPipe() (io.WriteCloser, error)
	StdoutPipe() (io.ReadCloser, error)
	Start() error
	Wait() error
}

// Config is what a program gets of the outside.
type Config struct {
	// Stdin, Stdout and Stderr are behind io.stdin and the like.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Shell makes a process of a command line, not started. Its standard
	// input and output are this program's but for the one that a pipe will
	// be asked for, which pipe tells: "r" for its output, "w" for its input.
	// Nil means that there is no shell.
	Shell func(command, pipe string) Process
	// Module returns what loads a module that no searcher finds, or nil when there
	// is none of that name. Nil means that there is none at all.
	Module func(name string) *lua.LFunction
	// Exit is os.exit: it has to end the program before the next instruction.
	Exit func(L *lua.LState, code int)
}

// Host is what the functions of one VM share.
type Host struct {
	Config
	maxString     int
	openFile      func(path, mode string) (*file, error)
	files         *lua.LTable // the metatable of files
	stdout        *file
	input, output *lua.LUserData
	load          lua.LValue
	loaded        *lua.LTable
	pkg           *lua.LTable
	upvalues      map[*lua.Upvalue]*lua.LUserData // as scripts know them
}

// Open adds the libraries to a VM that lualib.Open has filled. loaded is the
// VM's package.loaded.
func Open(L *lua.LState, loaded *lua.LTable, cfg Config) *Host {
	h := &Host{Config: cfg, loaded: loaded, openFile: openPath, maxString: lua54.DefaultMaxString, upvalues: map[*lua.Upvalue]*lua.LUserData{}}
	if rt := lua54.From(L); rt.MaxString > 0 {
		h.maxString = rt.MaxString
	}
	h.load = L.G.Global.RawGetString("load")
	h.openIO(L)
	h.openOS(L)
	lualib.OpenDebug(L)
	h.openDebug(L)
	h.openPackage(L)
	if mt, ok := L.GetMetatable(lua.LString("")).(*lua.LTable); ok {
		// What getmetatable shows to policies is a copy. Programs may change
		// what strings do, so it becomes the metatable itself.
		L.SetMetatable(lua.LString(""), mt)
		lua54.From(L).SetMethods(nil)
	}
	h.openLoadfile(L)
	return h
}

// Print writes a line to io.stdout.
func (h *Host) Print(line string) {
	_ = h.stdout.writeString(line + "\n") // as print of PUC Lua
}

// Flush writes what io.stdout holds back.
func (h *Host) Flush() error { return h.stdout.flush() }

// module returns the global table of that name, new or as it is there, with
// the functions added.
func (h *Host) module(L *lua.LState, name string, funcs map[string]lua.LGFunction) *lua.LTable {
	t, ok := L.G.Global.RawGetString(name).(*lua.LTable)
	if !ok {
		t = L.NewTable()
		L.G.Global.RawSetString(name, t)
	}
	lualib.Register(L, t, name+".", funcs)
	h.loaded.RawSetString(name, t)
	return t
}

func (h *Host) openIO(L *lua.LState) {
	h.files = L.NewTable()
	L.SetFuncs(h.files, map[string]lua.LGFunction{"__tostring": fileString, "__gc": fileEnd, "__close": fileEnd})
	h.files.RawSetString("__name", lua.LString("FILE*"))
	methods := L.NewTable()
	L.SetFuncs(methods, map[string]lua.LGFunction{
		"close": fileClose, "flush": fileFlush, "lines": h.fileLines, "read": h.fileRead,
		"seek": fileSeek, "setvbuf": fileSetvbuf, "write": fileWrite,
	})
	h.files.RawSetString("__index", methods)
	library := h.module(L, "io", map[string]lua.LGFunction{
		"close": h.ioClose, "flush": h.ioFlush, "input": h.ioInput, "lines": h.ioLines, "open": h.ioOpen,
		"output": h.ioOutput, "popen": h.ioPopen, "read": h.ioRead, "tmpfile": h.ioTmpfile,
		"type": ioType, "write": h.ioWrite,
	})
	h.stdout = &file{w: h.Stdout, buffering: 'l', standard: true}
	stdin := &file{r: h.Stdin, standard: true, before: h.stdout.flush}
	if r, ok := h.Stdin.(*bufio.Reader); ok {
		stdin.br = r
	}
	stderr := &file{w: h.Stderr, buffering: 'n', standard: true, before: h.stdout.flush}
	h.input, h.output = h.newFile(stdin), h.newFile(h.stdout)
	library.RawSetString("stdin", h.input)
	library.RawSetString("stdout", h.output)
	library.RawSetString("stderr", h.newFile(stderr))
}

func (h *Host) newFile(f *file) *lua.LUserData { return &lua.LUserData{Value: f, Metatable: h.files} }

// option is argument n, one of the words; def is "" when it must be there.
func option(L *lua.LState, n int, def string, words ...string) string {
	s := def
	if def == "" || L.Get(n) != lua.LNil {
		s = lualib.CheckString(L, n)
	}
	if !slices.Contains(words, s) {
		lualib.ArgError(L, n, "invalid option '"+s+"'")
	}
	return s
}

// clampInt is n as an int of 32 bits, for exit codes, levels and places.
func clampInt(n int64) int { return int(min(max(n, math.MinInt32), math.MaxInt32)) }
