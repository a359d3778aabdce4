package haproxy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

// A message of FIX is a sequence of fields TAG=VALUE, each with soh behind it:
//
//	8=VERSION  9=LENGTH  35=TYPE  ...  10=CHECKSUM
const soh = "\x01"

// Tags that stand at their places in every message.
const (
	fixVersion  = 8
	fixLength   = 9
	fixChecksum = 10
	fixType     = 35
)

// Shorter messages are incomplete, whatever they hold.
const fixShortest = len("8=FIX.4.2|9=5|35=0|10=161|")

// fixVersions are those that HAProxy takes.
var fixVersions = []string{"FIX.4.0", "FIX.4.1", "FIX.4.2", "FIX.4.3", "FIX.4.4", "FIXT.1.1"}

// fixTags are the tags that have names in fix_tag_value.
var fixTags = map[string]uint32{
	"beginstring": fixVersion, "bodylength": fixLength, "checksum": fixChecksum,
	"msgtype": fixType, "sendercompid": 49, "targetcompid": 56,
}

// verdict is what is known of a message of which only a part may be there.
type verdict int

const (
	incomplete verdict = iota
	invalid
	valid
)

// result is a boolean, and null for what is incomplete.
func (v verdict) result() spop.Value {
	if v == incomplete {
		return spop.Null()
	}
	return spop.Bool(v == valid)
}

// fixField cuts the first field off a message.
func fixField(s string) (tag uint32, value, rest string, v verdict) {
	name, rest, ok := strings.Cut(s, "=")
	if !ok {
		return 0, "", "", incomplete
	}
	value, rest, ok = strings.Cut(rest, soh)
	if !ok {
		return 0, "", "", incomplete
	}
	tag = fixNumber(name)
	return tag, value, rest, ifValid(tag != 0)
}

// fixNumber is a number of digits alone, modulo 2^32; 0 for what is none.
func fixNumber(s string) uint32 {
	n := uint32(0)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0
		}
		n = n*10 + uint32(s[i]-'0')
	}
	return n
}

// fixIsValid is fix_is_valid.
func fixIsValid(s string, _ params) (spop.Value, error) { return fixVerdict(s).result(), nil }

func fixVerdict(s string) verdict {
	if len(s) < fixShortest {
		return incomplete
	}
	rest, body, length := s, "", uint32(0)
	for i := 0; rest != ""; i++ {
		from := rest
		tag, value, behind, v := fixField(rest)
		switch {
		case v != valid:
			return v
		case i == 0 && (tag != fixVersion || !isFIXVersion(value)):
			return invalid
		case i == 1:
			length, body = fixNumber(value), behind
			if length == 0 {
				return invalid
			}
		}
		if i < len(fixFirst) && tag != fixFirst[i] || !isFIXTag(tag) {
			return invalid
		}
		if i >= len(fixFirst) && tag == fixChecksum {
			return ifValid(int(length) == len(body)-len(from) && value == checksumOf(s[:len(s)-len(from)]))
		}
		rest = behind
	}
	return incomplete
}

// fixFirst are the tags of the first fields.
var fixFirst = [...]uint32{fixVersion, fixLength, fixType}

// isFIXTag reports whether HAProxy takes a tag: those of FIX 4.3, and those that
// people may use among themselves.
func isFIXTag(tag uint32) bool { return tag >= 1 && tag <= 446 || tag >= 10000 && tag <= 19999 }

func ifValid(ok bool) verdict {
	if ok {
		return valid
	}
	return invalid
}

// checksumOf is the sum of all bytes, modulo 256, in three digits.
func checksumOf(s string) string {
	sum := uint8(0)
	for i := range len(s) {
		sum += s[i]
	}
	return fmt.Sprintf("%03d", sum)
}

func isFIXVersion(s string) bool {
	return slices.Contains(fixVersions, s)
}

// fixTagValue is fix_tag_value(tag): the first field with it, by its number or name,
// of a message that need not be valid.
func fixTagValue(s string, p params) (spop.Value, error) {
	want, err := fixTag(p.text(0, ""))
	if err != nil {
		return spop.Null(), err
	}
	for s != "" {
		tag, value, rest, v := fixField(s)
		if v != valid {
			return spop.Null(), nil
		}
		if tag == want {
			return optional(value, value != ""), nil
		}
		if tag == fixChecksum {
			break
		}
		s = rest
	}
	return spop.Null(), nil
}

func fixTag(s string) (uint32, error) {
	if tag, ok := fixTags[lower(s)]; ok {
		return tag, nil
	}
	if tag := fixNumber(s); tag != 0 {
		return tag, nil
	}
	return 0, fmt.Errorf("'%s' is no tag of FIX: a number, or one of BeginString, BodyLength, CheckSum, MsgType, SenderCompID and TargetCompID", s)
}
