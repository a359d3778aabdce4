package haproxy

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

func base64Encode(s string, _ params) (spop.Value, error) {
	return spop.String(base64.StdEncoding.EncodeToString([]byte(s))), nil
}

func base64URLEncode(s string, _ params) (spop.Value, error) {
	return spop.String(base64.RawURLEncoding.EncodeToString([]byte(s))), nil
}

func base64Decode(s string, _ params) (spop.Value, error) {
	return decoded(base64.StdEncoding, s)
}

func base64URLDecode(s string, _ params) (spop.Value, error) {
	return decoded(base64.RawURLEncoding, strings.TrimRight(s, "="))
}

// decoded is null for what is no base64. The library would skip ends of lines.
func decoded(enc *base64.Encoding, s string) (spop.Value, error) {
	b, err := enc.DecodeString(s)
	if err != nil || strings.ContainsAny(s, "\r\n") {
		return spop.Null(), nil //nolint:nilerr // what is no base64 has no value
	}
	return spop.Binary(b), nil
}

func hexEncode(s string, _ params) (spop.Value, error) {
	return spop.String(upper(hex.EncodeToString([]byte(s)))), nil
}

// hexInteger is hex2i: of more than 16 digits the last ones count, and none are 0.
func hexInteger(s string, _ params) (spop.Value, error) {
	n := uint64(0)
	for i := range len(s) {
		digit := strings.IndexByte("0123456789abcdef", s[i]|0x20)
		if digit < 0 || s[i] < '0' {
			return spop.Null(), nil
		}
		n = n<<4 | uint64(digit)
	}
	return spop.Int64(int64(n)), nil
}

// urlDecode turns + into a blank behind a question mark only, or everywhere
// with the parameter 1.
func urlDecode(s string, p params) (spop.Value, error) {
	form := p.integer(0, 0) != 0
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+' && form:
			b = append(b, ' ')
		case s[i] == '%':
			if i+2 >= len(s) {
				return spop.Null(), nil
			}
			n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
			if err != nil {
				return spop.Null(), nil //nolint:nilerr // what is not encoded so has no value
			}
			b = append(b, byte(n))
			i += 2
		case s[i] == '?':
			form = true
			b = append(b, s[i])
		default:
			b = append(b, s[i])
		}
	}
	return spop.Binary(b), nil
}

func urlEncode(s string, p params) (spop.Value, error) {
	if kind := p.text(0, "query"); kind != "query" && kind != "" {
		return spop.Null(), fmt.Errorf("'%s' is no encoding: query is", kind)
	}
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return spop.String(b.String()), nil
}

// ipMask is ipmask(mask4[, mask6]). From Lua, HAProxy takes the text for an IPv4
// address: with one of IPv6 it fails, and what is no address is an error.
func ipMask(in spop.Value, p params) (spop.Value, error) {
	var masks []network
	for i, zero := range []string{"0.0.0.0/", "::/"}[:len(p)] {
		m, ok := parseNetwork(zero + maskText(p[i], len(zero)))
		if !ok {
			return spop.Null(), fmt.Errorf("'%s' is no mask", text(p[i]))
		}
		masks = append(masks, m)
	}
	a, err := netip.ParseAddr(text(in))
	if in.IsInt() {
		a, err = netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, uint32(in.Int64())))), nil
	}
	if err != nil {
		return spop.Null(), fmt.Errorf("'%s' is no address", text(in))
	}
	if !a.Is4() {
		return spop.Null(), nil
	}
	return spop.IP(masked(a, masks[0].mask)), nil
}

// maskText is a mask of ipmask: a number of bits ends where the address does.
func maskText(v spop.Value, zero int) string {
	if !v.IsInt() {
		return text(v)
	}
	bits := int64(32)
	if zero == len("::/") {
		bits = 128
	}
	return strconv.FormatInt(min(max(v.Int64(), 0), bits), 10)
}

// trimLeft is ltrim(bytes).
func trimLeft(s string, p params) (spop.Value, error) {
	for s != "" && strings.IndexByte(p.text(0, ""), s[0]) >= 0 {
		s = s[1:]
	}
	return spop.String(s), nil
}

// trimRight is rtrim(bytes).
func trimRight(s string, p params) (spop.Value, error) {
	for s != "" && strings.IndexByte(p.text(0, ""), s[len(s)-1]) >= 0 {
		s = s[:len(s)-1]
	}
	return spop.String(s), nil
}
