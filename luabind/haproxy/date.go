package haproxy

import (
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lua54"
	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// instant is the time that core.now tells throughout one run.
type instant struct {
	serial uint64
	at     time.Time
}

// coreNow is core.now(): {sec=, usec=}.
func (api *API) coreNow(L *lua.LState) int {
	if serial := api.host.Serial(); serial != api.now.serial || api.host.Message() == nil {
		api.now = instant{serial, time.Now()}
	}
	t := L.CreateTable(0, 2)
	t.RawSetString("sec", lua54.Integer(api.now.at.Unix()))
	t.RawSetString("usec", lua.LNumber(api.now.at.Nanosecond()/1000))
	L.Push(t)
	return 1
}

// dateFunction is a function that turns text into seconds since 1970, or nil.
func dateFunction(parse func(text string) (time.Time, bool)) lua.LGFunction {
	return func(L *lua.LState) int {
		if L.GetTop() != 1 {
			lualib.Raise(L, "a date function needs 1 argument")
		}
		t, ok := parse(lualib.CheckString(L, 1))
		if !ok {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(lua54.Integer(t.Unix()))
		return 1
	}
}

// imfLayout is the format that HTTP servers write.
const imfLayout = "Mon, 02 Jan 2006 15:04:05 GMT"

// parseHTTPDate takes any of the three formats of RFC 7231 section 7.1.1.1.
func parseHTTPDate(text string) (time.Time, bool) {
	for _, parse := range []func(string) (time.Time, bool){parseIMF, parseRFC850, parseAsctime} {
		if t, ok := parse(text); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

// exactly parses text that time would write in the same way: time.Parse alone
// takes names in any case, and fractions of seconds.
func exactly(layout, text string) (time.Time, bool) {
	t, err := time.Parse(layout, text)
	if err != nil {
		return time.Time{}, false
	}
	// The name of the day may be a wrong one.
	_, rest, _ := strings.Cut(text, " ")
	_, own, _ := strings.Cut(t.Format(layout), " ")
	return t, rest == own
}

func parseIMF(text string) (time.Time, bool) { return exactly(imfLayout, text) }

func parseAsctime(text string) (time.Time, bool) { return exactly(time.ANSIC, text) }

// parseRFC850 reads the year of two digits as RFC 7231 asks: not more than 50
// years ahead.
func parseRFC850(text string) (time.Time, bool) {
	t, ok := exactly("Monday, 02-Jan-06 15:04:05 GMT", text)
	if !ok {
		return t, false
	}
	century := time.Now().UTC().Year() / 100 * 100
	year := century + t.Year()%100
	if year > time.Now().UTC().Year()+50 {
		year -= 100
	}
	return t.AddDate(year-t.Year(), 0, 0), true
}
