package tests

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/spoa-lua/spoa-lua/tests/agent"
)

// status returns the status of a page of the agent's HTTP server, 0 when it is
// gone.
func status(tb testing.TB, a *agent.Process, path string) int {
	tb.Helper()
	resp, err := http.Get("http://" + a.Metrics + path)
	if err != nil {
		return 0
	}
	resp.Body.Close()
	return resp.StatusCode
}

func page(tb testing.TB, a *agent.Process, path string) string {
	tb.Helper()
	resp, err := http.Get("http://" + a.Metrics + path)
	if err != nil {
		tb.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// TestMetrics checks the live metrics with Prometheus' own linter, and that the
// documentation has each of them, and no other.
func TestMetrics(t *testing.T) {
	t.Parallel()
	a := agent.Start(t, "--scripts", folder(t, map[string]string{"policy.lua": answers}))
	text := page(t, a, "/metrics")
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "spoa_lua_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
	documented := documentedMetrics(t)
	for line := range strings.Lines(text) {
		name, ok := strings.CutPrefix(line, "# TYPE spoa_lua_")
		if !ok {
			continue
		}
		name, _, _ = strings.Cut("spoa_lua_"+name, " ")
		if !documented[name] {
			t.Errorf("doc/metrics.md does not tell of %s", name)
		}
		delete(documented, name)
	}
	for name := range documented {
		t.Errorf("doc/metrics.md tells of %s, which does not exist", name)
	}
	doc, err := os.ReadFile(filepath.Join("..", "doc", "metrics.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`outcome="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		if !strings.Contains(string(doc), "\n| `"+m[1]+"` |") {
			t.Errorf("doc/metrics.md does not tell of the outcome %s", m[1])
		}
	}
}

// documentedMetrics returns the names in the first column of the table.
func documentedMetrics(tb testing.TB) map[string]bool {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("..", "doc", "metrics.md"))
	if err != nil {
		tb.Fatal(err)
	}
	names := make(map[string]bool)
	for line := range strings.Lines(string(text)) {
		if cell, ok := strings.CutPrefix(line, "| `spoa_lua_"); ok {
			name, _, _ := strings.Cut(cell, "`")
			name, _, _ = strings.Cut(name, "{")
			names["spoa_lua_"+name] = true
		}
	}
	return names
}

// TestWeb checks the pages beside the metrics.
func TestWeb(t *testing.T) {
	t.Parallel()
	a := agent.Start(t, "--scripts", folder(t, map[string]string{"policy.lua": answers}))
	for path, want := range map[string]string{"/healthz": "ok\n", "/readyz": "ready, generation 1\n"} {
		if got := page(t, a, path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	if code := status(t, a, "/other"); code != http.StatusNotFound {
		t.Errorf("/other: got %d, want 404", code)
	}
}
