package runtime

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestReloadOfHAProxyConfig shows that the file of --haproxy-cfg is one of those
// whose change is a reload, and that one without proxies changes nothing.
func TestReloadOfHAProxyConfig(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "site.cfg")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("backend api\n  server a 192.0.2.1:80\n")
	r, _, _ := newTest(t, Config{HAProxyConfig: file}, map[string]string{"m.lua": `
spoa.on("m", function() set_var("txn.answer", core.backends.api.servers.a:get_addr()) end)`})
	client := dial(t, serve(t, config(r, time.Minute)))
	answers := func(want string) {
		t.Helper()
		if got := ask(t, client, "m"); got != "set-var txn.answer str:"+want {
			t.Errorf("got %q, want the address %s", got, want)
		}
	}
	answers("192.0.2.1:80")
	if _, changed, _ := r.ReloadIfChanged(); changed {
		t.Error("a file that is as it was has changed")
	}
	write("backend api\n  server a 192.0.2.2:8080\n")
	if _, changed, err := r.ReloadIfChanged(); !changed || err != nil {
		t.Fatalf("another server: changed is %t, error %v", changed, err)
	}
	answers("192.0.2.2:8080")
	write("global\n")
	if _, _, err := r.ReloadIfChanged(); err == nil || !strings.Contains(err.Error(), "site.cfg has no section frontend, backend or listen") {
		t.Errorf("a file without proxies: got %v", err)
	}
	answers("192.0.2.2:8080")
}
