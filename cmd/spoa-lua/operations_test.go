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

// commandFlags returns what doc/operations.md must say of a command's flags: those
// that run has in the same words in one line, the others in rows.
func commandFlags(c *cli.Command) []string {
	rows := flagRows(c)
	if c.Name == "run" {
		return rows
	}
	var shared, own []string
	of := flagRows(runCommand())
	for _, row := range rows {
		if slices.Contains(of, row) {
			shared = append(shared, strings.Split(row, " ")[1])
			continue
		}
		own = append(own, row)
	}
	if len(shared) == 0 {
		return own
	}
	return append([]string{"As for run: " + strings.Join(shared, ", ") + "."}, own...)
}

// TestOperationsFlags compares the tables of doc/operations.md with the flags
// that there are: names, variables, defaults and texts.
func TestOperationsFlags(t *testing.T) {
	t.Parallel()
	_, text, _ := strings.Cut(readDoc(t, "doc/operations.md"), "\n## Flags\n")
	text, _, _ = strings.Cut(text, "\n## ")
	for _, c := range commands() {
		_, section, _ := strings.Cut(text, "\n### "+c.Name+"\n")
		section, _, _ = strings.Cut(section, "\n### ")
		var got []string
		shared := regexp.MustCompile(`(?s)As for run: [^.]*\.`).FindString(section)
		if shared != "" {
			got = append(got, strings.Join(strings.Fields(shared), " "))
		}
		for line := range strings.Lines(section) {
			if strings.HasPrefix(line, "| `--") {
				got = append(got, strings.TrimSpace(line))
			}
		}
		if diff := cmp.Diff(commandFlags(c), got); diff != "" {
			t.Errorf("%s (-the binary has, +doc/operations.md says):\n%s", c.Name, diff)
		}
	}
}

// TestFlagGroups shows each flag of run in its help once.
func TestFlagGroups(t *testing.T) {
	t.Parallel()
	var got []string
	for _, group := range flagGroups {
		got = append(got, strings.Fields(group.flags)...)
	}
	want := flagNames(runCommand().Flags)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("flags in groups (-there are +the groups have):\n%s", diff)
	}
}

// TestUnitFile holds the unit to flags that exist, and to its hardening.
func TestUnitFile(t *testing.T) {
	t.Parallel()
	unit := readDoc(t, "doc/systemd/spoa-lua.service")
	names := make(map[string]bool)
	for _, f := range runCommand().Flags {
		names["--"+f.Names()[0]] = true
		names[envName(f.Names()[0])] = true
	}
	flags := regexp.MustCompile(`--[a-z-]+|SPOA_LUA_[A-Z_]+`).FindAllString(unit, -1)
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
