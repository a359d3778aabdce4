package luabind

import (
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
)

// FuzzMessage gives a handler that touches everything whatever bytes spop takes
// for a message. The script must neither fail nor leave the VM unusable.
func FuzzMessage(f *testing.F) {
	f.Add(spop.AppendMessage(nil, "m"))
	f.Add(spop.AppendMessage(nil, "m", spop.Arg{Name: []byte("ip"), Value: spop.Null()}, spop.Arg{Value: spop.Bool(true)}))
	f.Add(spop.AppendMessage(nil, "m", spop.Arg{Name: []byte("a"), Value: spop.Uint64(1<<64 - 1)},
		spop.Arg{Name: []byte("a"), Value: spop.Int64(-1 << 63)}, spop.Arg{Name: []byte("\x00"), Value: spop.Binary([]byte("\xff\x00"))}))
	p := &Program{Scripts: []*Script{mustCompile(f, "t.lua", `
		local function touch(v)
			assert(type(v) == "nil" or tostring(v))
			set_var("txn.v", v)
		end
		spoa.on("m", function(msg, name)
			for i = 0, #msg + 1 do touch(msg[i]) end
			for k, v in pairs(msg) do touch(k) touch(v) touch(msg[k]) end
			for i, arg in ipairs(spoa.args(msg)) do touch(arg.name) assert(arg.value == msg[i]) end
			touch(tostring(msg)) touch(name) touch(msg.ip)
			spoa.log(msg.ip)
		end)`)}}
	vm, err := p.NewVM(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		n := spop.NewNotify(payload)
		var m spop.Message
		for n.Next(&m) {
			ack := spop.NewAck(1 << 20)
			vm.Begin(ack, nil)
			if err := vm.Call(0, &m); err != nil {
				t.Fatal(err)
			}
			if !vm.End() {
				t.Fatal("the VM is not reusable")
			}
			actionTexts(t, ack)
		}
	})
}
