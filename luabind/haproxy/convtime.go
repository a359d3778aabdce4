package haproxy

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/ncruces/go-strftime"

	"github.com/spoa-lua/spoa-lua/spop"
)

// secondBits are how many bits of a number of seconds HAProxy reads.
const secondBits = 55

// dateUnits are those of http_date, and how many digits of them are written.
var dateUnits = map[string]struct {
	unit   time.Duration
	digits int
}{"": {time.Second, 0}, "s": {time.Second, 0}, "ms": {time.Millisecond, 3}, "us": {time.Microsecond, 6}}

// httpDate is http_date([offset[, unit]]) of a time since 1970. Parts of a second have
// all their digits, as from 3.2 on.
func httpDate(in spop.Value, p params) (spop.Value, error) {
	of, ok := dateUnits[p.text(1, "")]
	if !ok {
		return spop.Null(), fmt.Errorf("'%s' is no unit: s, ms and us are", p.text(1, ""))
	}
	n, err := integerOf(in)
	if err != nil {
		return spop.Null(), err
	}
	n += p.integer(0, 0)
	each := int64(time.Second / of.unit)
	s := time.Unix(n/each&(1<<secondBits-1), 0).UTC().Format(imfLayout)
	if of.digits > 0 {
		s = strings.TrimSuffix(s, " GMT") + fmt.Sprintf(".%0*d GMT", of.digits, n%each)
	}
	return spop.String(s), nil
}

// secondsOf is date: the seconds since 1970 of a date as HTTP has it.
func secondsOf(s string, _ params) (spop.Value, error) {
	when, ok := parseHTTPDate(s)
	if !ok {
		return spop.Null(), nil
	}
	return spop.Int64(when.Unix()), nil
}

// timeAs is utime(format[, offset]) and ltime of seconds since 1970, and those of
// parts of a second, such as ms_utime.
func timeAs(zone *time.Location, unit time.Duration) converter {
	return converter{letters: "si", min: 1, convert: func(in spop.Value, p params) (spop.Value, error) {
		n, err := integerOf(in)
		if err != nil {
			return spop.Null(), err
		}
		if unit == time.Second {
			n &= 1<<secondBits - 1
		}
		n += p.integer(1, 0)
		each := int64(time.Second / unit)
		when := time.Unix(n/each, max(n%each, 0)*int64(unit)).In(zone)
		if zone == time.UTC {
			when = when.In(greenwich)
		}
		format := p.text(0, "")
		if unit < time.Second {
			format = fraction.ReplaceAllStringFunc(format, func(part string) string {
				digits := fmt.Sprintf("%09d", when.Nanosecond())
				if part == "%N" {
					return digits
				}
				return digits[:part[1]-'0']
			})
		}
		return spop.String(strftime.Format(format, when)), nil
	}}
}

// fraction is the part of a format for a fraction of a second: its first digits.
var fraction = regexp.MustCompile(`%[1-9]?N`)

// greenwich is UTC by the name that C's gmtime gives it.
var greenwich = time.FixedZone("GMT", 0)
