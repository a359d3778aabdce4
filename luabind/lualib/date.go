package lualib

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/ncruces/go-strftime"
	lua "github.com/yuin/gopher-lua"
)

// The conversions of C99, which are the ones that Lua 5.4 accepts: plain ones
// and those with the modifiers E and O, which the C locale ignores.
const (
	dateConversions = "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%"
	dateConversionE = "cCxXyY"
	dateConversionO = "deHImMSuUVwWy"
)

func (lib *library) osDate(L *lua.LState) int {
	format := OptString(L, 1, "%c")
	var when time.Time
	if L.Get(2) == lua.LNil {
		when = lib.Now()
	} else {
		when = time.Unix(CheckInteger(L, 2), 0)
	}
	utc := strings.HasPrefix(format, "!")
	if utc {
		format = format[1:]
		when = when.UTC()
	} else {
		when = when.In(lib.Location)
	}
	if !fitsCalendar(when) {
		raisef(L, "date result cannot be represented in this installation")
	}
	if strings.HasPrefix(format, "*t") {
		t := L.NewTable()
		setDateFields(t, when)
		L.Push(t)
		return 1
	}
	L.Push(lua.LString(lib.formatDate(L, format, when, utc)))
	return 1
}

// fitsCalendar says whether C's struct tm holds the date, where the year is an
// int. Go's own calendar wraps around silently for what is far beyond.
func fitsCalendar(when time.Time) bool {
	const far = 1 << 56
	if s := when.Unix(); s > far || s < -far {
		return false
	}
	year := when.Year() - 1900
	return year <= math.MaxInt32 && year >= math.MinInt32
}

func (lib *library) formatDate(L *lua.LState, format string, when time.Time, utc bool) []byte {
	var out []byte
	for {
		at := strings.IndexByte(format, '%')
		if at < 0 {
			break
		}
		out = append(out, format[:at]...)
		verb, n := dateVerb(format[at+1:])
		if n == 0 {
			bad, _, _ := strings.Cut(format[at:], "\x00")
			ArgError(L, 1, "invalid conversion specifier '"+bad+"'")
		}
		out = appendDate(out, verb, when, utc)
		format = format[at+1+n:]
		lib.checkSize(L, len(out))
	}
	out = append(out, format...)
	lib.checkSize(L, len(out))
	return out
}

// dateVerb returns the conversion without its modifier and the length of
// both; the length is 0 if there is none.
func dateVerb(s string) (verb byte, n int) {
	valid := dateConversions
	if s != "" && (s[0] == 'E' || s[0] == 'O') {
		valid = dateConversionE
		if s[0] == 'O' {
			valid = dateConversionO
		}
		s, n = s[1:], 1
	}
	if s == "" || strings.IndexByte(valid, s[0]) < 0 {
		return 0, 0
	}
	return s[0], n + 1
}

func appendDate(out []byte, verb byte, when time.Time, utc bool) []byte {
	switch verb {
	case 'Z':
		if utc {
			return append(out, "GMT"...)
		}
	case 'Y':
		return strconv.AppendInt(out, int64(when.Year()), 10)
	case 'G':
		year, _ := when.ISOWeek()
		return strconv.AppendInt(out, int64(year), 10)
	}
	return strftime.AppendFormat(out, "%"+string(rune(verb)), when)
}
