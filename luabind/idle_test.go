package luabind

import (
	"runtime"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
)

// maxIdleVM is how much memory a VM with one small script may hold that has
// answered a message and waits for the next, in bytes.
const maxIdleVM = 80_000

func TestIdleVMMemory(t *testing.T) {
	p := &Program{Scripts: []*Script{mustCompile(t, "t.lua", `spoa.on("check", function(msg) set_var("txn.a", msg.ip) end)`)}}
	const count = 50
	vms := make([]*VM, 0, count+1)
	m, ack := benchMessage(t), spop.NewAck(16380)
	add := func() {
		vm, err := p.NewVM(nil)
		if err != nil {
			t.Fatal(err)
		}
		ack.Reset()
		vm.Begin(ack, nil)
		if err := vm.Call(0, m); err != nil || !vm.End() {
			t.Fatal("the VM is not reusable", err)
		}
		vm.Rest()
		vms = append(vms, vm)
	}
	add()
	before := heapInUse()
	for range count {
		add()
	}
	each := (heapInUse() - before) / count
	t.Logf("an idle VM holds %d bytes", each)
	if each > maxIdleVM {
		t.Errorf("an idle VM holds %d bytes, the limit is %d", each, maxIdleVM)
	}
	for _, vm := range vms {
		vm.Close()
	}
}

func heapInUse() int64 {
	runtime.GC()
	runtime.GC() // what was in a sync.Pool takes two
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// maxHAProxyAPI is how much more memory a VM may hold whose script uses
// HAProxy's API, in bytes.
const maxHAProxyAPI = 48 << 10

func TestHAProxyMemory(t *testing.T) {
	size := func(src string) int64 {
		p := &Program{Scripts: []*Script{mustCompile(t, "t.lua", src)}}
		const count = 50
		var before int64
		vms := make([]*VM, 0, count+1)
		for i := range count + 1 {
			if i == 1 {
				before = heapInUse()
			}
			vm, err := p.NewVM(nil)
			if err != nil {
				t.Fatal(err)
			}
			vms = append(vms, vm)
		}
		each := (heapInUse() - before) / count
		for _, vm := range vms {
			vm.Close()
		}
		return each
	}
	least := func(src string) int64 { return min(size(src), size(src), size(src)) } // what others free meanwhile is in one of them
	native, api := least(`spoa.on("check", function() end)`), least(`core.register_action("check", {"http-req"}, function() end)`)
	t.Logf("a VM holds %d bytes, with HAProxy's API %d", native, api)
	if api > native+maxHAProxyAPI {
		t.Errorf("HAProxy's API takes %d bytes of a VM, the limit is %d", api-native, maxHAProxyAPI)
	}
}
