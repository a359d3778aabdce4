package haproxy

import (
	"regexp"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// maxGroups is how many texts HAProxy gives for a match, the whole one among
// them.
const maxGroups = 20

func (api *API) openRegex(L *lua.LState) {
	api.regex = api.class(L, "Regex", map[string]lua.LGFunction{"exec": regexExec, "match": regexMatch})
	L.G.Global.RawSetString("Regex", api.table(L, map[string]lua.LGFunction{"new": api.newRegex, "exec": regexExec, "match": regexMatch}))
}

// newRegex is Regex.new(pattern, caseSensitive): true and an object, or false
// and why not. What RE2 does not have, backreferences and looking around, is
// such a reason.
func (api *API) newRegex(L *lua.LState) int {
	pattern := lualib.CheckString(L, 1)
	sensitive, ok := L.Get(2).(lua.LBool)
	if !ok {
		lualib.TypeError(L, 2, "boolean")
	}
	re, err := compileRegex(pattern, bool(sensitive))
	if err != nil {
		L.Push(lua.LFalse)
		L.Push(lua.LString("regex '" + pattern + "': " + err.Error() + " (the syntax is RE2's)"))
		return 2
	}
	L.Push(lua.LTrue)
	L.Push(&lua.LUserData{Value: re, Metatable: api.regex})
	return 2
}

func compileRegex(pattern string, sensitive bool) (*regexp.Regexp, error) {
	if !sensitive {
		pattern = "(?i)" + pattern
	}
	return regexp.Compile(pattern)
}

func regexArg(L *lua.LState) *regexp.Regexp {
	ud, _ := L.Get(1).(*lua.LUserData)
	if ud != nil {
		if re, ok := ud.Value.(*regexp.Regexp); ok {
			return re
		}
	}
	lualib.TypeError(L, 1, "Regex")
	return nil
}

// regexExec is regex:exec(text): whether it matches.
func regexExec(L *lua.LState) int {
	L.Push(lua.LBool(regexArg(L).MatchString(lualib.CheckString(L, 2))))
	return 1
}

// regexMatch is regex:match(text): whether it matches, and the match with its
// groups up to the first one that has no part in it.
func regexMatch(L *lua.LState) int {
	re, text := regexArg(L), lualib.CheckString(L, 2)
	at := re.FindStringSubmatchIndex(text)
	L.Push(lua.LBool(at != nil))
	t := L.CreateTable(len(at)/2, 0)
	for i := 0; i < len(at) && i < 2*maxGroups && at[i] >= 0; i += 2 {
		t.Append(lua.LString(text[at[i]:at[i+1]]))
	}
	L.Push(t)
	return 2
}
