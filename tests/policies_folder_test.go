package tests

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// runAgent runs a command of spoa-lua to its end.
func runAgent(tb testing.TB, args ...string) (stdout, stderr string, code int) {
	tb.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command(agent.Binary(tb), args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); cmd.ProcessState == nil {
		tb.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// TestShippedFolders checks that every policy is complete, says what it sets,
// and can run beside the others.
func TestShippedFolders(t *testing.T) {
	t.Parallel()
	var found []string
	lists, err := filepath.Glob(filepath.Join(shippedDir, "*", "*.lua"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range lists {
		found = append(found, filepath.Base(filepath.Dir(path)))
	}
	if diff := cmp.Diff(shippedPolicies, found); diff != "" {
		t.Fatalf("folders with a script (-want +got):\n%s", diff)
	}
	setBy, answeredBy := map[string]string{}, map[string]string{}
	for _, policy := range shippedPolicies {
		script, spoe := readShipped(t, policy, policy+".lua"), readShipped(t, policy, "spoe.conf")
		readme, index := readShipped(t, policy, "README.md"), readShipped(t, "README.md")
		cfg, together := readShipped(t, policy, "haproxy.cfg"), readShipped(t, "all", "spoe.conf")
		if !strings.Contains(cfg, "ail open") && !strings.Contains(cfg, "ail closed") {
			t.Errorf("%s/haproxy.cfg does not say whether it fails open or closed", policy)
		}
		for _, name := range shippedVars(t, policy) {
			if other := setBy[name]; other != "" {
				t.Errorf("%s and %s both set txn.%s", policy, other, name)
			}
			setBy[name] = policy
			for file, text := range map[string]string{policy + "/README.md": readme, "README.md": index} {
				if !strings.Contains(text, "`txn."+name+"`") {
					t.Errorf("%s does not name `txn.%s`", file, name)
				}
			}
			if all := readShipped(t, "all", "haproxy.cfg"); !strings.Contains(all, "%[var(txn.lua."+name+")]") {
				t.Errorf("all/haproxy.cfg does not show txn.%s", name)
			}
		}
		handled := submatches(luaOn, script)
		if diff := cmp.Diff(handled, submatches(spoeMsg, spoe)); diff != "" {
			t.Errorf("%s: messages of the script and of spoe.conf (-script +spoe.conf):\n%s", policy, diff)
		}
		for _, name := range handled {
			if other := answeredBy[name]; other != "" {
				t.Errorf("%s and %s both answer %s", policy, other, name)
			}
			answeredBy[name] = policy
			if !strings.Contains(together, messageOf(spoe, name)) {
				t.Errorf("all/spoe.conf does not send %s with the same arguments as %s/spoe.conf", name, policy)
			}
		}
	}
	if one, other := readShipped(t, "ip-reputation", "lib", "cidr.lua"), readShipped(t, "path-rules", "lib", "cidr.lua"); one != other {
		t.Error("the copies of lib/cidr.lua differ: change both")
	}
}

func submatches(re *regexp.Regexp, text string) []string {
	var all []string
	for _, m := range re.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	slices.Sort(all)
	return all
}

// messageOf returns the args line of a spoe-message.
func messageOf(spoe, name string) string {
	_, section, _ := strings.Cut(spoe, "spoe-message "+name+"\n")
	for line := range strings.Lines(section) {
		if strings.HasPrefix(line, "  args ") {
			return line
		}
	}
	return "no args line for " + name
}

// TestShippedCheck loads every policy alone, all as they are embedded, and what
// init writes.
func TestShippedCheck(t *testing.T) {
	t.Parallel()
	for _, policy := range shippedPolicies {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, code := runAgent(t, "check", filepath.Join(shippedDir, policy))
			if code != 0 || stderr != "" || !strings.Contains(stdout, "message "+policy+"\n") {
				t.Errorf("got code %d, %q, %q", code, stdout, stderr)
			}
		})
	}
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		stdout, stderr, code := runAgent(t, "check")
		if code != 0 || stderr != "" || !strings.HasPrefix(stdout, "ok: 5 scripts") {
			t.Errorf("got code %d, %q, %q", code, stdout, stderr)
		}
	})
	t.Run("init", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		if _, stderr, code := runAgent(t, "init", dir); code != 0 {
			t.Fatalf("init: got code %d, %s", code, stderr)
		}
		for _, policy := range shippedPolicies {
			for _, file := range []string{policy + ".lua", "haproxy.cfg", "spoe.conf", "README.md"} {
				text, err := os.ReadFile(filepath.Join(dir, policy, file))
				if err != nil || string(text) != readShipped(t, policy, file) {
					t.Errorf("%s/%s is not what was written: %v", policy, file, err)
				}
			}
			if _, stderr, code := runAgent(t, "check", filepath.Join(dir, policy)); code != 0 {
				t.Errorf("check %s: got code %d, %s", policy, code, stderr)
			}
		}
	})
}

// TestShippedConfigurations has HAProxy check the files byte by byte as people
// get them. A warning counts as a mistake.
func TestShippedConfigurations(t *testing.T) {
	eachHAProxy(t, func(t *testing.T, version string) {
		for _, folder := range append([]string{"all"}, shippedPolicies...) {
			output, err := haproxy.Check(haproxy.Config{
				Version: version, CFG: readShipped(t, folder, "haproxy.cfg"),
				Files: map[string]string{"spoe.conf": readShipped(t, folder, "spoe.conf")},
			})
			if err != nil {
				t.Errorf("%s: %v", folder, err)
			} else if output != "" && output != "Configuration file is valid\n" {
				t.Errorf("%s: HAProxy says:\n%s", folder, output)
			}
		}
	})
}

// TestShippedMistakes loads lists with a bad line, variables with bad values,
// and reads what is said about them.
func TestShippedMistakes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, policy, file string
		text               string // of the file
		flags              []string
		want               string // of stderr; "" means that it loads
	}{
		{name: "address", policy: "ip-reputation", file: "ip-list.txt", text: "192.0.2.1\n\n1.2.3 90\n", want: `/ip-list.txt:3: "1.2.3" is no IPv4 or IPv6 address`},
		{name: "octal", policy: "ip-reputation", file: "ip-list.txt", text: "192.0.2.010\n", want: `/ip-list.txt:1: "192.0.2.010" is no IPv4`},
		{name: "too large a byte", policy: "ip-reputation", file: "ip-list.txt", text: "192.0.2.256\n", want: `:1: "192.0.2.256" is no IPv4`},
		{name: "two double colons", policy: "ip-reputation", file: "ip-list.txt", text: "2001::db8::1\n", want: `:1: "2001::db8::1" is no IPv4`},
		{name: "seven groups", policy: "ip-reputation", file: "ip-list.txt", text: "1:2:3:4:5:6:7\n", want: `is no IPv4`},
		{name: "zone", policy: "ip-reputation", file: "ip-list.txt", text: "fe80::1%eth0\n", want: `is no IPv4`},
		{name: "IPv4 prefix length", policy: "ip-reputation", file: "ip-list.txt", text: "192.0.2.0/33\n", want: `:1: "192.0.2.0/33": the prefix length must be 0 to 32`},
		{name: "IPv6 prefix length", policy: "ip-reputation", file: "ip-list.txt", text: "2001:db8::/129\n", want: `the prefix length must be 0 to 128`},
		{name: "prefix length of mapped IPv4", policy: "ip-reputation", file: "ip-list.txt", text: "::ffff:192.0.2.0/24\n", want: `the prefix length must be 96 to 128`},
		{name: "no prefix length", policy: "ip-reputation", file: "ip-list.txt", text: "192.0.2.0/\n", want: `"192.0.2.0/" is no IPv4`},
		{name: "bits behind the prefix", policy: "ip-reputation", file: "ip-list.txt", text: "192.0.2.1/24\n", want: `:1: "192.0.2.1/24" has bits set behind its first 24`},
		{name: "score above 100", policy: "ip-reputation", file: "ip-list.txt", text: "192.0.2.1 101 x\n", want: `:1: "101" is no score: write a whole number from 0 to 100`},
		{name: "score missing", policy: "ip-reputation", file: "ip-list.txt", text: "192.0.2.1 scanner\n", want: `:1: "scanner" is no score`},
		{name: "all that is allowed", policy: "ip-reputation", file: "ip-list.txt", text: "0.0.0.0/0 0\r\n::/0 0 a b\n\t192.0.2.1 ; SBL1\n2001:DB8::192.0.2.1#x\n1:2:3:4:5:6:7::\n::ffff:192.0.2.0/120 5"},
		{name: "empty list", policy: "ip-reputation", file: "ip-list.txt", text: ""},
		{name: "action", policy: "path-rules", file: "access-rules.txt", text: "# x\npermit * / any\n", want: `/access-rules.txt:2: "permit" is no action: write allow, deny or auth`},
		{name: "method", policy: "path-rules", file: "access-rules.txt", text: "allow get / any\n", want: `:1: "get" is no method`},
		{name: "prefix", policy: "path-rules", file: "access-rules.txt", text: "allow GET admin any\n", want: `:1: "admin" is no prefix: it must begin with a slash`},
		{name: "source", policy: "path-rules", file: "access-rules.txt", text: "allow GET / office\n", want: `:1: "office" is no IPv4`},
		{name: "blank between methods", policy: "path-rules", file: "access-rules.txt", text: "allow GET, HEAD / any\n", want: `:1: a rule has 4 fields, ACTION METHODS PREFIX SOURCES, and not 5`},
		{name: "no sources", policy: "path-rules", file: "access-rules.txt", text: "allow GET /\n", want: `:1: a rule has 4 fields, ACTION METHODS PREFIX SOURCES, and not 3`},
		{name: "limit", policy: "rate-limit", flags: []string{"--var", "rate_limit=many"}, want: "--var rate_limit=many: write a whole number above 0"},
		{name: "window", policy: "rate-limit", flags: []string{"--var", "rate_window=0"}, want: "--var rate_window=0: write a whole number above 0"},
		{name: "share", policy: "canary", flags: []string{"--var", "canary_percent=101"}, want: "--var canary_percent=101: write a number from 0 to 100"},
	}
	for _, tt := range tests {
		t.Run(tt.policy+"/"+tt.name, func(t *testing.T) {
			t.Parallel()
			dir := copyShipped(t, tt.policy)
			if tt.file != "" {
				if err := os.WriteFile(filepath.Join(dir, tt.file), []byte(tt.text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			_, stderr, code := runAgent(t, append(append([]string{"check"}, tt.flags...), dir)...)
			if tt.want == "" && (code != 0 || stderr != "") {
				t.Errorf("got code %d and %q, want no mistake", code, stderr)
			}
			if tt.want != "" && (code != 1 || !strings.Contains(stderr, tt.want)) {
				t.Errorf("got code %d and %q, want 1 and %q", code, stderr, tt.want)
			}
		})
	}
}

// TestShippedWithoutArguments runs each policy on a message whose arguments all
// lack a value, as when HAProxy's sample fetches fail.
func TestShippedWithoutArguments(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"bot-score":     "set-var txn.bot_score int64:70\nset-var txn.bot_reason str:no-agent\n",
		"canary":        "set-var txn.backend str:stable\nset-var txn.backend_reason str:share\n",
		"ip-reputation": "set-var txn.ip_score int64:0\nunset-var txn.ip_reason\n",
		"path-rules":    "set-var txn.access str:deny\nset-var txn.access_rule str:path does not begin with a slash\n",
		"rate-limit":    "noop\n", // who is not known is not counted
	}
	for _, policy := range shippedPolicies {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, code := runAgent(t, append([]string{"call", "--timeout", "5s", policy}, nullArgs(messageOf(readShipped(t, policy, "spoe.conf"), policy))...)...)
			if code != 0 || strings.Contains(stderr, "level=") {
				t.Errorf("got code %d, %q", code, stderr)
			}
			if diff := cmp.Diff(want[policy], stdout); diff != "" {
				t.Errorf("actions (-want +got):\n%s", diff)
			}
		})
	}
}

var argName = regexp.MustCompile(` ([a-z]+)=`)

func nullArgs(argsLine string) []string {
	var args []string
	for _, name := range submatches(argName, argsLine) {
		args = append(args, name+"=null")
	}
	return args
}
