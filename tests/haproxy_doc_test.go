package tests

import (
	"crypto/x509"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// docBlock is a fenced block of doc/haproxy.md.
type docBlock struct {
	heading string // of the section
	lang    string // haproxy or spoe
	mark    string // what stands behind lang
	text    string
}

// The marks of a block: only HAProxy 3.1 and later take it; it needs the block
// above it in its section.
const (
	since31  = "3.1+"
	andAbove = "and-above"
)

var fence = regexp.MustCompile("(?ms)^```([^\n]*)\n(.*?)^```$")

// docBlocks returns all fenced blocks, and fails on a kind that nobody checks.
func docBlocks(tb testing.TB, text string) []docBlock {
	tb.Helper()
	var blocks []docBlock
	for _, section := range strings.Split(text, "\n## ")[1:] {
		heading, body, _ := strings.Cut(section, "\n")
		if n := strings.Count("\n"+body, "\n```"); n != 2*len(fence.FindAllString(body, -1)) {
			tb.Fatalf("%s: %d fences that are not all pairs", heading, n)
		}
		for _, m := range fence.FindAllStringSubmatch(body, -1) {
			lang, mark, _ := strings.Cut(m[1], " ")
			if lang != "haproxy" && lang != "spoe" || mark != "" && mark != since31 && mark != andAbove {
				tb.Fatalf("%s: a block of kind %q, which is not checked", heading, m[1])
			}
			if strings.Contains(m[2], "\t") {
				tb.Errorf("%s: a tab in a block", heading)
			}
			blocks = append(blocks, docBlock{heading: heading, lang: lang, mark: mark, text: m[2]})
		}
	}
	return blocks
}

// docConfig is a configuration that blocks are put into: the sections of both
// files, in order.
type docConfig struct{ cfg, spoe []string }

var sectionStart = regexp.MustCompile(`(?m)^\S`)

// split cuts a file before each line without an indent, comments apart.
func split(text string) []string {
	starts := sectionStart.FindAllStringIndex(text, -1)
	var sections []string
	for i, start := range starts {
		end := len(text)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		sections = append(sections, strings.TrimRight(text[start[0]:end], "\n")+"\n")
	}
	return sections
}

// put adds a block. Lines with an indent in front of any section belong to the
// frontend, or to the spoe-agent. A section replaces the one of the same name,
// but adds to global; a new message or group becomes one of the agent's.
func (c *docConfig) put(tb testing.TB, b docBlock) {
	tb.Helper()
	at := sectionStart.FindStringIndex(b.text)
	lines := b.text
	if at != nil {
		lines = b.text[:at[0]]
	}
	file, home := &c.cfg, "frontend www\n"
	if b.lang == "spoe" {
		file, home = &c.spoe, "spoe-agent spoa-lua\n"
	}
	c.extend(tb, file, home, strings.TrimRight(lines, "\n"))
	for _, section := range split(b.text) {
		name, rest, _ := strings.Cut(section, "\n")
		if name == "global" {
			c.extend(tb, file, "global\n", strings.TrimRight(rest, "\n"))
			continue
		}
		if i := indexSection(*file, name+"\n"); i >= 0 {
			(*file)[i] = section
			continue
		}
		*file = append(*file, section)
		kind, its, _ := strings.Cut(name, " ")
		switch {
		case kind == "spoe-group":
			c.extend(tb, file, home, "  groups "+its)
		case kind == "spoe-message" && strings.Contains(section, "\n  event "):
			c.extend(tb, file, home, "  messages "+its)
		}
	}
}

func indexSection(sections []string, head string) int {
	return slices.IndexFunc(sections, func(s string) bool { return strings.HasPrefix(s, head) })
}

// extend puts lines behind the existing ones that begin a section: its head,
// and in the frontend the filter.
func (c *docConfig) extend(tb testing.TB, sections *[]string, head, lines string) {
	tb.Helper()
	if lines == "" {
		return
	}
	i := indexSection(*sections, head)
	if i < 0 {
		tb.Fatalf("no section %q for\n%s", head, lines)
	}
	s := (*sections)[i]
	after := len(head)
	if filter := strings.Index(s, "  filter spoe "); filter >= 0 {
		after = filter + strings.Index(s[filter:], "\n") + 1
	}
	(*sections)[i] = s[:after] + lines + "\n" + s[after:]
}

// TestHAProxyDoc has all versions of HAProxy check all blocks of
// doc/haproxy.md. The first two blocks are whole files, into which each other
// one is put: alone, or on top of those above it when it is marked so.
func TestHAProxyDoc(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "doc", "haproxy.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := docBlocks(t, string(text))
	if len(blocks) < 10 || blocks[0].lang != "haproxy" || blocks[1].lang != "spoe" {
		t.Fatalf("got %d blocks, want at least 10, of which the first two are whole files", len(blocks))
	}
	configs := make([]docConfig, len(blocks))
	for i, b := range blocks {
		configs[i] = docConfig{split(blocks[0].text), split(blocks[1].text)}
		if b.mark == andAbove {
			configs[i] = docConfig{slices.Clone(configs[i-1].cfg), slices.Clone(configs[i-1].spoe)}
		}
		if i > 1 {
			configs[i].put(t, b)
		}
	}
	files := docFiles(t)
	eachHAProxy(t, func(t *testing.T, version string) {
		for i, c := range configs {
			checkDocBlock(t, version, files, fmt.Sprintf("block %d, %s", i+1, blocks[i].heading), c, blocks[i].mark == since31 && version < "3.1")
		}
	})
}

// docFiles are the files beside haproxy.cfg that blocks name.
func docFiles(tb testing.TB) map[string]string {
	tb.Helper()
	ca := newAuthority(tb, "authority")
	cert, key := ca.issue("haproxy.example.org", x509.ExtKeyUsageClientAuth)
	return map[string]string{"tls/ca.pem": ca.pem, "tls/haproxy.pem": cert + key}
}

func checkDocBlock(t *testing.T, version string, files map[string]string, name string, c docConfig, tooOld bool) {
	t.Helper()
	files = maps.Clone(files)
	files["spoe.conf"] = strings.Join(c.spoe, "\n")
	output, err := haproxy.Check(haproxy.Config{Version: version, CFG: strings.Join(c.cfg, "\n"), Files: files})
	switch {
	case tooOld && err == nil:
		t.Errorf("%s: is said to need a later version, but works", name)
	case tooOld:
	case err != nil:
		t.Errorf("%s: %v\n%s", name, err, strings.Join(slices.Concat(c.cfg, c.spoe), "\n"))
	case output != "" && output != "Configuration file is valid\n":
		t.Errorf("%s: HAProxy says:\n%s", name, output)
	}
}

// TestHAProxyDocFacts shows what doc/haproxy.md says about the length of names,
// about what events see, and about proc.
func TestHAProxyDocFacts(t *testing.T) {
	name := func(length int) string { return strings.Repeat("v", length-len("txn.lua.")) }
	script := fmt.Sprintf(`
spoa.on("first", function(msg)
  set_var("txn.%s", "63 bytes")
  set_var("txn.%s", "64 bytes")
  set_var("proc.seen", "of the process")
  set_var("txn.front", msg.early or "nothing")
end)
spoa.on("second", function(msg) set_var("txn.back", msg.early or "nothing") end)
spoa.on("third", function(msg) set_var("txn.group", msg.early or "nothing") end)
`, name(63), name(64))
	echo := haproxy.Echo{
		SPOE: `[lua]
spoe-agent lua
  messages first second
  groups third
  option var-prefix lua
  timeout hello 10s
  timeout idle 30s
  timeout processing 10s
  use-backend agents
spoe-message first
  args early=var(txn.early)
  event on-frontend-http-request
spoe-message second
  args early=var(txn.early)
  event on-backend-http-request
spoe-message third
  args early=var(txn.early)
spoe-group third
  messages third
`,
		Rules: []string{"http-request set-var(txn.early) str(set)", "http-request send-spoe-group lua third", "use_backend answer"},
	}
	headers := map[string]struct{ value, want string }{
		"x-63":    {"%[var(txn.lua." + name(63) + ")]", "63 bytes"},
		"x-64":    {"%[var(txn.lua." + name(64) + ")]", ""},
		"x-proc":  {"%[var(proc.lua.seen)]", "of the process"},
		"x-front": {"%[var(txn.lua.front)]", "nothing"},
		"x-group": {"%[var(txn.lua.group)]", "set"},
		"x-back":  {"%[var(txn.lua.back)]", "set"},
	}
	// The backend answers, since its event comes before its rules.
	answer := "\nbackend answer\n  mode http\n  http-request return status 200 content-type text/plain string ok"
	for header, h := range headers {
		answer += fmt.Sprintf(" hdr %s %q", header, h.value)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "facts.lua"), []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	eachHAProxy(t, func(t *testing.T, version string) {
		a := startShippedAgent(t, "", "--scripts", dir)
		c := echo.Config()
		c.CFG = replaceOnce(t, c.CFG, "  http-request return status 200 content-type text/plain string ok", "") + answer + "\n"
		c.Version, c.Vars, c.WaitUp = version, map[string]string{"AGENT_ADDR": a.Addr}, []string{"agents"}
		resp, err := http.Get(haproxy.Start(t, c).URL())
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		for header, h := range headers {
			if got := resp.Header.Get(header); got != h.want {
				t.Errorf("got %s %q, want %q", header, got, h.want)
			}
		}
	})
}
