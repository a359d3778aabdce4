package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"
)

// flagCommands are the commands that have flags.
func flagCommands() []*cli.Command {
	return []*cli.Command{runCommand(), checkCommand(), callCommand(), luaCommand(), benchCommand(), initCommand()}
}

// flagRows returns what doc/operations.md must say of a command's flags.
func flagRows(c *cli.Command) []string {
	var rows []string
	for _, f := range c.Flags {
		f, ok := f.(cli.DocGenerationFlag)
		if !ok {
			continue
		}
		variable := "none"
		if names := f.GetEnvVars(); len(names) > 0 {
			variable = "`" + names[0] + "`"
		}
		value := strings.Trim(f.GetDefaultText(), `"`)
		switch value {
		case "":
			value = "none"
		case "false":
			value = "off"
		}
		usage := strings.NewReplacer("`", "", "|", "or").Replace(f.GetUsage())
		rows = append(rows, fmt.Sprintf("| `--%s` | %s | %s | %s |", f.(cli.Flag).Names()[0], variable, value, usage))
	}
	slices.Sort(rows)
	return rows
}

// readDoc returns a file, by its path from the root of the repository.
func readDoc(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestOperationsFlags compares the tables of doc/operations.md with the flags
// that there are: names, variables, defaults and texts.
func TestOperationsFlags(t *testing.T) {
	t.Parallel()
	_, text, _ := strings.Cut(readDoc(t, "doc/operations.md"), "\n## Flags\n")
	text, _, _ = strings.Cut(text, "\n## ")
	for _, c := range flagCommands() {
		_, section, _ := strings.Cut(text, "\n### "+c.Name+"\n")
		section, _, _ = strings.Cut(section, "\n### ")
		var got []string
		for line := range strings.Lines(section) {
			if strings.HasPrefix(line, "| `--") {
				got = append(got, strings.TrimSpace(line))
			}
		}
		if diff := cmp.Diff(flagRows(c), got); diff != "" {
			t.Errorf("%s (-the binary has, +doc/operations.md says):\n%s", c.Name, diff)
		}
	}
}

// TestUnitFile holds the unit to flags that exist, and to its hardening.
func TestUnitFile(t *testing.T) {
	t.Parallel()
	unit := readDoc(t, "doc/systemd/spoa-lua.service")
	names := make(map[string]bool)
	for _, f := range runCommand().Flags {
		names["--"+f.Names()[0]] = true
	}
	flags := regexp.MustCompile(`--[a-z-]+`).FindAllString(unit, -1)
	if len(flags) < 4 {
		t.Errorf("the unit names the flags %q only", flags)
	}
	for _, flag := range flags {
		if !names[flag] {
			t.Errorf("run has no flag %s", flag)
		}
	}
	for _, line := range []string{
		"Type=notify-reload", "WatchdogSec=30s", "Restart=always", "DynamicUser=yes", "ProtectSystem=strict",
		"NoNewPrivileges=yes", "MemoryDenyWriteExecute=yes", "CapabilityBoundingSet=",
		"RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "SystemCallFilter=@system-service",
	} {
		if !strings.Contains(unit, "\n"+line+"\n") {
			t.Errorf("the unit does not say %s", line)
		}
	}
}
