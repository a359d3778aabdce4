package haproxy

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spoa-lua/spoa-lua/spop"
)

// The packets of MQTT that are read: the first of a client, and its answer.
const (
	mqttConnect = 1
	mqttConnack = 2
)

// mqttShortAck is the length of a CONNACK without properties.
const mqttShortAck = 2

// mqttFlags are the low bits that the types of packets have.
const anyFlags, noFlags = -1, -2

var mqttFlags = [16]int{0: noFlags, 3: anyFlags, 6: 2, 8: 2, 10: 2}

// Versions of MQTT.
const (
	mqtt31  = 3
	mqtt311 = 4
	mqtt5   = 5
)

// Bits of CONNECT's flags.
const (
	mqttReserved   = 0x01
	mqttWill       = 0x04
	mqttWillQoS    = 0x18
	mqttWillRetain = 0x20
	mqttPassword   = 0x40
	mqttUser       = 0x80
)

// mqttPacketNames are the types of packets by their names and numbers.
var mqttPacketNames = map[string]byte{"connect": mqttConnect, "1": mqttConnect, "connack": mqttConnack, "2": mqttConnack}

// mqttFieldNames are what mqtt_field_value knows of a packet, besides properties.
var mqttFieldNames = map[byte][]string{
	mqttConnect: {
		"flags", "protocol_name", "protocol_version", "client_identifier", "will_topic", "will_payload", "username", "password", "keepalive",
	},
	mqttConnack: {"flags", "protocol_version", "reason_code"},
}

// The types of properties.
const (
	mqttByte  = 'b'
	mqttShort = '2'
	mqttLong  = '4'
	mqttText  = 's'
	mqttPair  = 'p'
)

// mqttProperties are the types of the properties that a packet may have, by their
// numbers; those of the will stand apart.
var (
	mqttOfConnect = map[byte]byte{17: mqttLong, 33: mqttShort, 39: mqttLong, 34: mqttShort, 25: mqttByte, 23: mqttByte, 38: mqttPair, 21: mqttText, 22: mqttText}
	mqttOfWill    = map[byte]byte{24: mqttLong, 1: mqttByte, 2: mqttLong, 3: mqttText, 8: mqttText, 9: mqttText, 38: mqttPair}
	mqttOfConnack = map[byte]byte{
		17: mqttLong, 33: mqttShort, 36: mqttByte, 37: mqttByte, 39: mqttLong, 18: mqttText, 34: mqttShort, 31: mqttText, 38: mqttPair,
		40: mqttByte, 41: mqttByte, 42: mqttByte, 19: mqttShort, 26: mqttText, 28: mqttText, 21: mqttText, 22: mqttText,
	}
)

// Properties that need more than their type.
const (
	mqttAssignedID = "18"
	mqttAuthMethod = "21"
	mqttAuthData   = "22"
	mqttReceiveMax = "33"
	mqttPacketMax  = "39"
)

// mqttPacket is one, as far as it is read.
type mqttPacket struct {
	kind   byte
	fields map[string]string
}

// mqttCursor reads the parts of a packet. Once it has failed it goes on with empty
// ones.
type mqttCursor struct {
	s      string
	failed bool
}

func (c *mqttCursor) take(n int) string {
	if n > len(c.s) {
		c.failed = true
	}
	if c.failed {
		return ""
	}
	part := c.s[:n]
	c.s = c.s[n:]
	return part
}

func (c *mqttCursor) integer(size int) uint64 {
	var b [8]byte
	copy(b[8-size:], c.take(size))
	return binary.BigEndian.Uint64(b[:])
}

func (c *mqttCursor) text() string { return c.take(int(c.integer(2))) }

// varint is an integer of up to four bytes with seven bits each. It may end with the
// packet.
func (c *mqttCursor) varint() int {
	n := 0
	for shift := 0; shift < 28; shift += 7 {
		if c.s == "" {
			return n
		}
		b := int(c.integer(1))
		n |= b & 0x7f << shift
		if b < 0x80 {
			return n
		}
	}
	c.failed = true
	return 0
}

// properties reads those of a packet, each of which may stand there once.
func (c *mqttCursor) properties(kinds map[byte]byte, fields map[string]string) {
	list := mqttCursor{s: c.take(c.varint())}
	for list.s != "" && !list.failed {
		id := byte(list.integer(1))
		name := strconv.Itoa(int(id))
		value, ok := list.property(kinds[id])
		if _, twice := fields[name]; !ok || twice || mqttRefused(name, value, kinds[id]) {
			c.failed = true
			return
		}
		if kinds[id] != mqttPair {
			fields[name] = value
		}
	}
	c.failed = c.failed || list.failed
}

// mqttRefused reports whether a property must not have a value.
func mqttRefused(name, value string, kind byte) bool {
	switch name {
	case mqttReceiveMax, mqttPacketMax:
		return value == "0"
	case mqttAssignedID:
		return value == ""
	}
	return kind == mqttByte && value != "0" && value != "1"
}

func (c *mqttCursor) property(kind byte) (value string, ok bool) {
	switch kind {
	case mqttByte:
		return strconv.FormatUint(c.integer(1), 10), true
	case mqttShort:
		return strconv.FormatUint(c.integer(2), 10), true
	case mqttLong:
		return strconv.FormatUint(c.integer(4), 10), true
	case mqttText:
		return c.text(), true
	case mqttPair:
		c.text()
		c.text()
		return "", true
	}
	return "", false
}

// readMQTT reads the packet that s begins with.
func readMQTT(s string) (mqttPacket, verdict) {
	p := mqttPacket{fields: map[string]string{}}
	body, v := p.header(s)
	if v != valid {
		return p, v
	}
	c := &mqttCursor{s: body}
	switch p.kind {
	case mqttConnect:
		p.connect(c)
	case mqttConnack:
		p.connack(c)
	default:
		c.failed = true
	}
	if c.failed || c.s != "" {
		return p, invalid
	}
	return p, valid
}

// header reads the type and the length of a packet.
func (p *mqttPacket) header(s string) (body string, v verdict) {
	if len(s) < 2 {
		return "", incomplete
	}
	p.kind = s[0] >> 4
	if flags := mqttFlags[p.kind]; flags != anyFlags && flags != int(s[0]&0x0f) {
		return "", invalid
	}
	c := mqttCursor{s: s[1:]}
	size := c.varint()
	switch {
	case c.failed:
		return "", invalid
	case size > len(c.s):
		return "", incomplete
	case p.kind == mqttConnack && size == mqttShortAck && size < len(c.s):
		return "", invalid // as HAProxy has it, which takes any bytes behind others
	}
	return c.s[:size], valid
}

// connect reads a CONNECT.
func (p *mqttPacket) connect(c *mqttCursor) {
	name := c.text()
	version, flags := c.integer(1), c.integer(1)
	p.fields["protocol_name"] = name
	p.fields["protocol_version"] = strconv.FormatUint(version, 10)
	p.fields["flags"] = strconv.FormatUint(flags, 10)
	p.fields["keepalive"] = strconv.FormatUint(c.integer(2), 10)
	if !mqttHeadIsValid(name, version, flags) {
		c.failed = true
	}
	if version == mqtt5 {
		c.properties(mqttOfConnect, p.fields)
	}
	if p.fields[mqttAuthData] != "" && p.fields[mqttAuthMethod] == "" {
		c.failed = true
	}
	p.fields["client_identifier"] = c.text()
	if flags&mqttWill != 0 {
		if version == mqtt5 {
			c.properties(mqttOfWill, p.fields)
		}
		p.fields["will_topic"] = c.text()
		p.fields["will_payload"] = c.text()
	}
	if flags&mqttUser != 0 {
		p.fields["username"] = c.text()
	}
	if flags&mqttPassword != 0 {
		p.fields["password"] = c.text()
	}
}

// mqttHeadIsValid holds the beginning of a CONNECT to what HAProxy asks of it.
func mqttHeadIsValid(name string, version, flags uint64) bool {
	if name = lower(name); name != "mqtt" && name != "mqisdp" || version < mqtt31 || version > mqtt5 {
		return false
	}
	return flags&mqttReserved == 0 && flags&(mqttWill|mqttWillQoS|mqttWillRetain) != mqttWillQoS
}

// connack reads a CONNACK, which has properties from version 5 on.
func (p *mqttPacket) connack(c *mqttCursor) {
	flags := c.integer(1)
	if flags > 1 {
		c.failed = true
	}
	p.fields["flags"] = strconv.FormatUint(flags, 10)
	p.fields["reason_code"] = strconv.FormatUint(c.integer(1), 10)
	p.fields["protocol_version"] = strconv.Itoa(mqtt311)
	if c.s != "" {
		p.fields["protocol_version"] = strconv.Itoa(mqtt5)
		c.properties(mqttOfConnack, p.fields)
	}
}

// mqttIsValid is mqtt_is_valid.
func mqttIsValid(s string, _ params) (spop.Value, error) {
	_, v := readMQTT(s)
	return v.result(), nil
}

// mqttFieldValue is mqtt_field_value(packet, field).
func mqttFieldValue(s string, p params) (spop.Value, error) {
	kind, ok := mqttPacketNames[lower(p.text(0, ""))]
	if !ok {
		return spop.Null(), fmt.Errorf("'%s' is no packet of MQTT that has fields: CONNECT and CONNACK have", p.text(0, ""))
	}
	field := lower(p.text(1, ""))
	if !isMQTTField(kind, field) {
		return spop.Null(), fmt.Errorf("'%s' is no field of a %s: its properties by their numbers are, and %s",
			p.text(1, ""), strings.ToUpper(p.text(0, "")), strings.Join(mqttFieldNames[kind], ", "))
	}
	packet, v := readMQTT(s)
	value, ok := packet.fields[field]
	if v != valid || packet.kind != kind {
		return spop.Null(), nil
	}
	if !ok && packet.isNumber(field) {
		value = "0"
	}
	return optional(value, value != ""), nil
}

// isNumber reports whether a property is a number that the packet could have: it is 0
// where it does not stand.
func (p *mqttPacket) isNumber(field string) bool {
	n, err := strconv.ParseUint(field, 10, 8)
	if err != nil || p.fields["protocol_version"] != strconv.Itoa(mqtt5) {
		return false
	}
	if _, hasWill := p.fields["will_topic"]; p.kind == mqttConnect && mqttOfWill[byte(n)] != 0 && !hasWill {
		return false
	}
	switch mqttKind(p.kind, field) {
	case mqttByte, mqttShort, mqttLong:
		return true
	}
	return false
}

// isMQTTField reports whether a packet has a field, or property, of that name.
func isMQTTField(kind byte, field string) bool {
	if slices.Contains(mqttFieldNames[kind], field) {
		return true
	}
	return mqttKind(kind, field) != 0
}

// mqttKind is the type of a property; 0 for what is none.
func mqttKind(kind byte, field string) byte {
	n, err := strconv.ParseUint(field, 10, 8)
	switch {
	case err != nil:
		return 0
	case kind == mqttConnack:
		return mqttOfConnack[byte(n)]
	case mqttOfConnect[byte(n)] != 0:
		return mqttOfConnect[byte(n)]
	}
	return mqttOfWill[byte(n)]
}
