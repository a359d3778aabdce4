package main

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/runtime"
)

// TestWebSlowBody ends a request to the metrics that never ends by itself.
func TestWebSlowBody(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.lua"), []byte("spoa.on('m', print)"), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := runtime.New(runtime.Config{Scripts: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	w, err := (&agent{runtime: r, door: &door{}}).startWeb("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer w.stop()
	nc, err := net.Dial("tcp", w.addr())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := io.WriteString(nc, "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nslow"); err != nil {
		t.Fatal(err)
	}
	_ = nc.SetReadDeadline(time.Now().Add(patience))
	answer, err := io.ReadAll(nc)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 ") {
		t.Errorf("got %q, %v, want an answer and the end", answer, err)
	}
}
