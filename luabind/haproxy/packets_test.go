package haproxy

import (
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
)

// FuzzPackets reads any bytes as the first packets of FIX and MQTT. What is valid has
// the fields that all packets have, and stays valid when something follows, but for
// the CONNACK that has nothing behind it.
func FuzzPackets(f *testing.F) {
	f.Add("8=FIX.4.2\x019=5\x0135=0\x0110=161\x01")
	f.Add("8=FIXT.1.1\x019=10\x0135=D\x0149=a\x0110=000\x01")
	f.Add("\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02ab")
	f.Add("\x10\x17\x00\x04MQTT\x05\x04\x00\x00\x00\x00\x01a\x05\x18\x00\x00\x00\x09\x00\x01t\x00\x01p")
	f.Add("\x20\x0b\x00\x00\x08\x24\x01\x12\x00\x03idx")
	f.Fuzz(func(t *testing.T, s string) {
		if fixVerdict(s) == valid {
			for _, tag := range []string{"8", "9", "10"} {
				if v, err := fixTagValue(s, params{spop.String(tag)}); err != nil || v.Kind() == spop.KindNull {
					t.Errorf("valid without the tag %s: %v, %v", tag, v, err)
				}
			}
			if fixVerdict(s+"x") != valid {
				t.Error("valid, and not with something behind it")
			}
		}
		packet, v := readMQTT(s)
		if v != valid {
			return
		}
		for _, field := range []string{"flags", "protocol_version"} {
			if packet.fields[field] == "" {
				t.Errorf("valid without %s", field)
			}
		}
		if _, more := readMQTT(s + "x"); more != valid && packet.kind == mqttConnect {
			t.Error("valid, and not with something behind it")
		}
	})
}
