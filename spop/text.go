package spop

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

var kindNames = [...]string{"null", "bool", "int32", "uint32", "int64", "uint64", "ipv4", "ipv6", "str", "bin"}

// String returns the name of k as ParseValue takes it: "null", "bool",
// "int32", "uint32", "int64", "uint64", "ipv4", "ipv6", "str" or "bin".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "kind " + strconv.Itoa(int(k))
}

// String returns v as ParseValue takes it: "KIND:VALUE", with the bytes of a
// binary value in hexadecimal, and "null" for the null value.
func (v Value) String() string {
	switch v.kind {
	case KindNull:
		return "null"
	case KindBinary:
		return fmt.Sprintf("bin:%x", v.data)
	default:
		return v.kind.String() + ":" + v.Text()
	}
}

// Text returns the value of v without its kind, as a log or a person wants it:
// "true", "-5", "192.0.2.1", the bytes of a string or binary value as they
// are, and "" for the null value.
func (v Value) Text() string {
	switch v.kind {
	case KindBool:
		return strconv.FormatBool(v.num != 0)
	case KindInt32, KindInt64:
		return strconv.FormatInt(int64(v.num), 10)
	case KindUint32, KindUint64:
		return strconv.FormatUint(v.num, 10)
	case KindIPv4, KindIPv6:
		return v.Addr().String()
	default:
		return string(v.data)
	}
}

// ParseValue reads a value from text: "null" or "KIND:VALUE", where KIND is a
// name that Kind.String gives, or "int" for "int64", "ip" for either kind of
// address. The bytes of "bin" are in hexadecimal.
func ParseValue(text string) (Value, error) {
	if text == "null" {
		return Null(), nil
	}
	kind, rest, ok := strings.Cut(text, ":")
	if !ok {
		return Value{}, fmt.Errorf("value %q has no type: write TYPE:VALUE, for example str:%s", text, text)
	}
	v, err := parseKind(kind, rest)
	if err != nil {
		return Value{}, fmt.Errorf("value %q: %w", text, err)
	}
	return v, nil
}

func parseKind(kind, text string) (Value, error) {
	switch kind {
	case "str":
		return String(text), nil
	case "bin":
		return parseHex(text)
	case "bool":
		b, err := strconv.ParseBool(text)
		if err != nil {
			return Value{}, errors.New("write true or false")
		}
		return Bool(b), nil
	case "int", "int64", "int32":
		return parseSigned(kind, text)
	case "uint64", "uint32":
		return parseUnsigned(kind, text)
	case "ip", "ipv4", "ipv6":
		return parseAddr(kind, text)
	default:
		return Value{}, fmt.Errorf("unknown type %q: use str, bin, bool, int, int32, uint32, int64, uint64, ip, ipv4, ipv6 or null", kind)
	}
}

func parseHex(text string) (Value, error) {
	if len(text)%2 != 0 {
		return Value{}, errors.New("binary data is written in pairs of hexadecimal digits")
	}
	b := make([]byte, 0, len(text)/2)
	for i := 0; i < len(text); i += 2 {
		n, err := strconv.ParseUint(text[i:i+2], 16, 8)
		if err != nil {
			return Value{}, fmt.Errorf("%q is no pair of hexadecimal digits", text[i:i+2])
		}
		b = append(b, byte(n))
	}
	return Binary(b), nil
}

func parseSigned(kind, text string) (Value, error) {
	bits := 64
	if kind == "int32" {
		bits = 32
	}
	n, err := strconv.ParseInt(text, 10, bits)
	if err != nil {
		return Value{}, fmt.Errorf("no integer of %d bits", bits)
	}
	if bits == 32 {
		return Int32(int32(n)), nil
	}
	return Int64(n), nil
}

func parseUnsigned(kind, text string) (Value, error) {
	bits := 64
	if kind == "uint32" {
		bits = 32
	}
	n, err := strconv.ParseUint(text, 10, bits)
	if err != nil {
		return Value{}, fmt.Errorf("no unsigned integer of %d bits", bits)
	}
	if bits == 32 {
		return Uint32(uint32(n)), nil
	}
	return Uint64(n), nil
}

func parseAddr(kind, text string) (Value, error) {
	a, err := netip.ParseAddr(text)
	switch {
	case err != nil:
		return Value{}, errors.New("no IP address")
	case kind == "ipv4" && !a.Is4():
		return Value{}, errors.New("no IPv4 address")
	case kind == "ipv6" && !a.Is6():
		return Value{}, errors.New("no IPv6 address")
	}
	return IP(a), nil
}
