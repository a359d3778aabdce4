package runtime

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
)

// TestTellState has the log of a load name the place where a module keeps state.
func TestTellState(t *testing.T) {
	var log bytes.Buffer
	cfg := Config{
		Embedded: fstest.MapFS{
			"a.lua":         {Data: []byte("require 'lib.count'\nlocal cache = {}\nspoa.on('a', function(m) cache[m.k] = cache[m.k] or #m.k end)")},
			"lib/count.lua": {Data: []byte("local hits = 0\nspoa.on('count', function()\n  hits = hits + 1\nend)")},
		},
		Log: slog.New(slog.NewTextHandler(&log, nil)),
	}
	r, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	const want = `script=embedded/lib/count.lua line=3 hint="'hits' of line 1 changes`
	if text := log.String(); !strings.Contains(text, want) || strings.Count(text, "state is kept") != 1 {
		t.Errorf("got %s\nwant one line with %s", text, want)
	}
}
