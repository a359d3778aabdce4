package luahost

import (
	"os"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// The paths of PUC Lua's own luaconf.h.
const (
	defaultPath  = "/usr/local/share/lua/5.4/?.lua;/usr/local/share/lua/5.4/?/init.lua;./?.lua;./?/init.lua"
	defaultCPath = "/usr/local/lib/lua/5.4/?.so;/usr/local/lib/lua/5.4/loadall.so;./?.so"
	noLibraries  = "dynamic libraries not enabled; check your Lua installation"
)

// openPackage replaces package and require by those of PUC Lua. Libraries in C
// cannot be loaded.
func (h *Host) openPackage(L *lua.LState) {
	h.pkg = L.NewTable()
	lualib.Register(L, h.pkg, "package.", map[string]lua.LGFunction{"loadlib": loadlib, "searchpath": h.searchpath})
	h.pkg.RawSetString("loaded", h.loaded)
	h.pkg.RawSetString("preload", L.NewTable())
	h.pkg.RawSetString("config", lua.LString("/\n;\n?\n!\n-\n"))
	h.pkg.RawSetString("path", lua.LString(envPath("LUA_PATH", defaultPath)))
	h.pkg.RawSetString("cpath", lua.LString(envPath("LUA_CPATH", defaultCPath)))
	searchers := L.NewTable()
	for _, f := range []lua.LGFunction{h.searchPreload, h.searchLua, h.searchC, h.searchCRoot} {
		searchers.Append(L.NewFunction(f))
	}
	h.pkg.RawSetString("searchers", searchers)
	L.G.Global.RawSetString("package", h.pkg)
	h.loaded.RawSetString("package", h.pkg)
	lualib.Register(L, L.G.Global, "", map[string]lua.LGFunction{"require": h.require})
}

// envPath is a path from the environment, where ;; stands for the default.
func envPath(name, def string) string {
	for _, n := range []string{name + "_5_4", name} {
		if p, ok := os.LookupEnv(n); ok {
			p = strings.Replace(p, ";;", ";\x01;", 1)
			return strings.Trim(strings.Replace(p, "\x01", def, 1), ";")
		}
	}
	return def
}

func loadlib(L *lua.LState) int {
	lualib.CheckString(L, 1)
	lualib.CheckString(L, 2)
	L.Push(lua.LNil)
	L.Push(lua.LString(noLibraries))
	L.Push(lua.LString("absent"))
	return 3
}

func (h *Host) require(L *lua.LState) int {
	name := lualib.CheckString(L, 1)
	L.SetTop(1)
	if v := h.loaded.RawGetString(name); lua.LVAsBool(v) {
		L.Push(v)
		return 1
	}
	loader, data := h.findLoader(L, name)
	L.Push(loader)
	L.Push(lua.LString(name))
	L.Push(data)
	L.Call(2, 1)
	if v := L.Get(-1); v != lua.LNil {
		h.loaded.RawSetString(name, v)
	}
	if h.loaded.RawGetString(name) == lua.LNil {
		h.loaded.RawSetString(name, lua.LTrue)
	}
	L.Push(h.loaded.RawGetString(name))
	L.Push(data)
	return 2
}

// findLoader asks the searchers in turn. What they say instead of a loader is
// the error.
func (h *Host) findLoader(L *lua.LState, name string) (loader, data lua.LValue) {
	searchers, ok := h.pkg.RawGetString("searchers").(*lua.LTable)
	if !ok {
		lualib.Raise(L, "'package.searchers' must be a table")
	}
	var said strings.Builder
	for i := 1; ; i++ {
		searcher := searchers.RawGetInt(i)
		if searcher == lua.LNil {
			if h.Module != nil {
				if fn := h.Module(name); fn != nil {
					return fn, lua.LString(":agent:")
				}
			}
			lualib.Raise(L, "module '%s' not found:%s", name, said.String())
		}
		L.Push(searcher)
		L.Push(lua.LString(name))
		L.Call(1, 2)
		loader, data = L.Get(-2), L.Get(-1)
		L.Pop(2)
		if loader.Type() == lua.LTFunction {
			return loader, data
		}
		if text, ok := loader.(lua.LString); ok {
			said.WriteString("\n\t" + string(text))
		}
	}
}

func (h *Host) searchPreload(L *lua.LState) int {
	name := lualib.CheckString(L, 1)
	if preload, ok := h.pkg.RawGetString("preload").(*lua.LTable); ok {
		if v := L.GetField(preload, name); v != lua.LNil {
			L.Push(v)
			L.Push(lua.LString(":preload:"))
			return 2
		}
	}
	L.Push(lua.LString("no field package.preload['" + name + "']"))
	return 1
}

// template is package.path or package.cpath.
func (h *Host) template(L *lua.LState, field string) string {
	path, ok := h.pkg.RawGetString(field).(lua.LString)
	if !ok {
		lualib.Raise(L, "'package.%s' must be a string", field)
	}
	return string(path)
}

func (h *Host) searchLua(L *lua.LState) int {
	name := lualib.CheckString(L, 1)
	file, said := search(h.template(L, "path"), name, ".", "/")
	if file == "" {
		L.Push(lua.LString(said))
		return 1
	}
	fn, msg := h.chunk(L, lua.LString(file))
	if fn == lua.LNil {
		lualib.Raise(L, "error loading module '%s' from file '%s':\n\t%s", name, file, msg.String())
	}
	L.Push(fn)
	L.Push(lua.LString(file))
	return 2
}

func (h *Host) searchC(L *lua.LState) int { return h.searchLibrary(L, lualib.CheckString(L, 1)) }

// searchCRoot looks for a library that holds the module and its parents.
func (h *Host) searchCRoot(L *lua.LState) int {
	root, _, below := strings.Cut(lualib.CheckString(L, 1), ".")
	if !below {
		return 0
	}
	return h.searchLibrary(L, root)
}

func (h *Host) searchLibrary(L *lua.LState, name string) int {
	file, said := search(h.template(L, "cpath"), name, ".", "/")
	if file != "" {
		lualib.Raise(L, "error loading module '%s' from file '%s':\n\t%s", lualib.CheckString(L, 1), file, noLibraries)
	}
	L.Push(lua.LString(said))
	return 1
}

func (h *Host) searchpath(L *lua.LState) int {
	name, path := lualib.CheckString(L, 1), lualib.CheckString(L, 2)
	file, said := search(path, name, lualib.OptString(L, 3, "."), lualib.OptString(L, 4, "/"))
	if file == "" {
		L.Push(lua.LNil)
		L.Push(lua.LString(said))
		return 2
	}
	L.Push(lua.LString(file))
	return 1
}

// search returns the first file of the path's templates that can be read, or
// the list of those that cannot.
func search(path, name, separator, replacement string) (file, said string) {
	if separator != "" {
		name = strings.ReplaceAll(name, separator, replacement)
	}
	var tried []string
	for template := range strings.SplitSeq(path, ";") {
		file := strings.ReplaceAll(template, "?", name)
		if f, err := os.Open(file); err == nil {
			f.Close()
			return file, ""
		}
		tried = append(tried, "no file '"+file+"'")
	}
	return "", strings.Join(tried, "\n\t")
}
