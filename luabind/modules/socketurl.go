package modules

import (
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// openSocketURL makes LuaSocket's module socket.url.
func openSocketURL(e env) lua.LValue {
	return e.table(map[string]lua.LGFunction{
		"parse": urlParse, "build": urlBuild, "absolute": urlAbsolute, "escape": urlEscape, "unescape": urlUnescape,
		"parse_path": urlParsePath, "build_path": urlBuildPath,
	})
}

// urlParts are the fields of a parsed URL, each with whether it is there.
type urlParts map[string]string

// urlFields are those that parse gives and build takes.
var urlFields = []string{
	"scheme", "authority", "userinfo", "user", "password", "host", "port", "path", "params", "query", "fragment",
}

// splitURL splits a URL by RFC 3986, with the parameters of RFC 2396. It never
// fails: what has none of the other parts is a path.
func splitURL(s string) urlParts {
	p := urlParts{}
	cut := func(field, mark string) {
		if before, after, ok := strings.Cut(s, mark); ok {
			s, p[field] = before, after
		}
	}
	cut("fragment", "#")
	if scheme, after, ok := strings.Cut(s, ":"); ok && isScheme(scheme) {
		s, p["scheme"] = after, scheme
	}
	if after, ok := strings.CutPrefix(s, "//"); ok {
		end := strings.IndexAny(after, "/?")
		if end < 0 {
			end = len(after)
		}
		p["authority"], s = after[:end], after[end:]
		p.splitAuthority()
	}
	cut("query", "?")
	cut("params", ";")
	if s != "" {
		p["path"] = s
	}
	return p
}

func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return s != ""
}

// splitAuthority splits USER:PASSWORD@HOST:PORT. Brackets around an address of
// IPv6 are no part of the host. Others stay, since joinAuthority puts none back.
func (p urlParts) splitAuthority() {
	host := p["authority"]
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		p["userinfo"], host = host[:i], host[i+1:]
		user, password, ok := strings.Cut(p["userinfo"], ":")
		p["user"] = user
		if ok {
			p["password"] = password
		}
	}
	if i := strings.LastIndexByte(host, ':'); i >= 0 && strings.IndexByte(host[i:], ']') < 0 {
		p["port"], host = host[i+1:], host[:i]
	}
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") && strings.Contains(host, ":") {
		host = host[1 : len(host)-1]
	}
	if host != "" {
		p["host"] = host
	}
}

// join is the URL of the parts. Host, user and password count more than the
// authority and userinfo that hold them, too.
func (p urlParts) join() string {
	var b strings.Builder
	if scheme, ok := p["scheme"]; ok {
		b.WriteString(scheme + ":")
	}
	if authority, ok := p.joinAuthority(); ok {
		b.WriteString("//" + authority)
	}
	b.WriteString(p["path"])
	for _, part := range []struct{ field, mark string }{{"params", ";"}, {"query", "?"}, {"fragment", "#"}} {
		if v, ok := p[part.field]; ok {
			b.WriteString(part.mark + v)
		}
	}
	return b.String()
}

func (p urlParts) joinAuthority() (string, bool) {
	authority, ok := p["authority"]
	host, has := p["host"]
	if !has {
		return authority, ok
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port, ok := p["port"]; ok {
		host += ":" + port
	}
	userinfo, ok := p["userinfo"]
	if user, has := p["user"]; has {
		userinfo, ok = user, true
		if password, has := p["password"]; has {
			userinfo += ":" + password
		}
	}
	if ok {
		host = userinfo + "@" + host
	}
	return host, true
}

// partsArg is argument n, a URL or a table of its parts.
func partsArg(L *lua.LState, n int) urlParts {
	t, ok := L.Get(n).(*lua.LTable)
	if !ok {
		return splitURL(lualib.CheckString(L, n))
	}
	p := urlParts{}
	for _, field := range urlFields {
		switch v := t.RawGetString(field).(type) {
		case lua.LString, lua.LNumber:
			p[field] = v.String()
		}
	}
	return p
}

// urlParse is parse(url[, default]): a table of parts, or nil and why not.
func urlParse(L *lua.LState) int {
	s := lualib.OptString(L, 1, "")
	if s == "" {
		return fail(L, errors.New("invalid url"))
	}
	t := L.CreateTable(0, len(urlFields))
	if def, ok := L.Get(2).(*lua.LTable); ok {
		def.ForEach(t.RawSet)
	}
	for field, v := range splitURL(s) {
		t.RawSetString(field, lua.LString(v))
	}
	L.Push(t)
	return 1
}

func urlBuild(L *lua.LState) int {
	lualib.CheckTable(L, 1)
	L.Push(lua.LString(partsArg(L, 1).join()))
	return 1
}

// urlAbsolute is absolute(base, relative), by RFC 3986 section 5.2. Both may be
// tables.
func urlAbsolute(L *lua.LState) int {
	base, ref := partsArg(L, 1), partsArg(L, 2)
	L.Push(lua.LString(base.resolve(ref).join()))
	return 1
}

// full is the path with its parameters, which are a part of its last segment.
func (p urlParts) full() string {
	if params, ok := p["params"]; ok {
		return p["path"] + ";" + params
	}
	return p["path"]
}

func (p urlParts) take(from urlParts, fields ...string) {
	for _, field := range fields {
		if v, ok := from[field]; ok {
			p[field] = v
		}
	}
}

func (p urlParts) resolve(ref urlParts) urlParts {
	out, path := urlParts{}, ref.full()
	out.take(ref, "fragment")
	server := []string{"authority", "userinfo", "user", "password", "host", "port"}
	_, hasScheme := ref["scheme"]
	_, hasServer := ref.joinAuthority()
	switch {
	case hasScheme, hasServer:
		out.take(p, "scheme")
		out.take(ref, append(server, "scheme", "query")...)
	case path == "":
		out.take(p, append(server, "scheme", "query")...)
		out.take(ref, "query")
		path = p.full()
	default:
		out.take(p, append(server, "scheme")...)
		out.take(ref, "query")
		if path[0] != '/' {
			path = p.merge(path)
		}
	}
	out["path"] = withoutDots(path)
	return out
}

// merge puts a relative path behind the base's last slash.
func (p urlParts) merge(path string) string {
	base := p.full()
	if _, ok := p.joinAuthority(); ok && base == "" {
		return "/" + path
	}
	return base[:strings.LastIndexByte(base, '/')+1] + path
}

// withoutDots is RFC 3986 section 5.2.4.
func withoutDots(path string) string {
	if path == "" {
		return ""
	}
	segments := strings.Split(path, "/")
	var out []string
	last := len(segments) - 1
	for i, s := range segments {
		switch {
		case s == "..":
			if len(out) > 1 || len(out) == 1 && out[0] != "" {
				out = out[:len(out)-1]
			}
		case s != ".":
			out = append(out, s)
			continue
		}
		if i == last {
			out = append(out, "")
		}
	}
	joined := strings.Join(out, "/")
	if path[0] == '/' && !strings.HasPrefix(joined, "/") {
		joined = "/" + joined
	}
	return joined
}

const lowerHex = "0123456789abcdef"

// escapeURL escapes all bytes but letters, digits, _ and those of also.
func escapeURL(s, also string) string {
	b := make([]byte, 0, len(s)+len(s)/2)
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || strings.IndexByte(also, c) >= 0 {
			b = append(b, c)
		} else {
			b = append(b, '%', lowerHex[c>>4], lowerHex[c&15])
		}
	}
	return string(b)
}

// unescapeURL leaves what is no escape as it is.
func unescapeURL(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			if c, ok := hexPair(s, i+1); ok {
				b = append(b, c)
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

func urlEscape(L *lua.LState) int {
	s := lualib.CheckString(L, 1)
	mayMake(L, 3*len(s))
	L.Push(lua.LString(escapeURL(s, "")))
	return 1
}

func urlUnescape(L *lua.LState) int {
	L.Push(lua.LString(unescapeURL(lualib.CheckString(L, 1))))
	return 1
}

// maxSegments bounds the segments of a path.
const maxSegments = 1 << 20

// urlParsePath is parse_path(path): the segments, unescaped, with the fields
// is_absolute and is_directory.
func urlParsePath(L *lua.LState) int {
	path := lualib.CheckString(L, 1)
	t := L.CreateTable(8, 2)
	if strings.Count(path, "/") >= maxSegments {
		lualib.ArgError(L, 1, "the path has too many segments")
	}
	for s := range strings.SplitSeq(path, "/") {
		if s != "" {
			t.Append(lua.LString(unescapeURL(s)))
		}
	}
	if strings.HasPrefix(path, "/") {
		t.RawSetString("is_absolute", lua.LNumber(1))
	}
	if strings.HasSuffix(path, "/") {
		t.RawSetString("is_directory", lua.LNumber(1))
	}
	L.Push(t)
	return 1
}

// urlBuildPath is build_path(segments[, unsafe]): the path of parse_path's table.
// With unsafe nothing is escaped.
func urlBuildPath(L *lua.LState) int {
	t := lualib.CheckTable(L, 1)
	unsafe := lua.LVAsBool(L.Get(2))
	var b strings.Builder
	if t.RawGetString("is_absolute") != lua.LNil {
		b.WriteByte('/')
	}
	n := t.Len()
	for i := 1; i <= n; i++ {
		s := t.RawGetInt(i).String()
		if !unsafe {
			s = escapeURL(s, "-.!~*'():@&=+$,")
		}
		if b.WriteString(s); i < n {
			b.WriteByte('/')
		}
		mayMake(L, b.Len())
	}
	if n > 0 && t.RawGetString("is_directory") != lua.LNil {
		b.WriteByte('/')
	}
	L.Push(lua.LString(b.String()))
	return 1
}
