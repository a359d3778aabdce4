package main

import (
	"fmt"
	"log/slog"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/spoa-lua/spoa-lua/luabind/lint"
)

// What the flag library says of mistakes.
var (
	unknownFlag = regexp.MustCompile(`^flag provided but not defined: -(.+)$`)
	missingText = regexp.MustCompile(`^flag needs an argument: -(.+)$`)
	badText     = regexp.MustCompile(`(?s)^invalid (?:boolean )?value "(.*)" for (?:flag )?-(\S+?): (.*)$`)
	badVariable = regexp.MustCompile(`(?s)^could not parse "(.*)" as \S+ value from environment variable "(\S+)" for flag (\S+): (.*)$`)
)

// onUsageError says in the words of this program what is wrong with a flag.
func onUsageError(c *cli.Context, err error, _ bool) error {
	text := err.Error()
	if m := unknownFlag.FindStringSubmatch(text); m != nil {
		return usagef("there is no flag --%s%s", m[1], elsewhere(c, m[1]))
	}
	if m := missingText.FindStringSubmatch(text); m != nil {
		return usagef("--%s needs a value: --%s %s", m[1], m[1], placeholder(findFlag(c, m[1])))
	}
	if m := badText.FindStringSubmatch(text); m != nil {
		return usagef("--%s %q must be %s", m[2], m[1], form(findFlag(c, m[2]), m[3]))
	}
	if m := badVariable.FindStringSubmatch(text); m != nil {
		return usagef("%s=%q must be %s", m[2], m[1], form(findFlag(c, m[3]), m[4]))
	}
	return usageError{err}
}

// elsewhere tells which flag was meant by one that a command does not have.
func elsewhere(c *cli.Context, name string) string {
	if c.Command.Name == c.App.Name {
		for _, command := range c.App.Commands {
			if slices.Contains(flagNames(command.Flags), name) {
				return fmt.Sprintf(" in front of a command: write %s --%s", command.Name, name)
			}
		}
	}
	if meant := lint.Closest(name, flagNames(c.Command.Flags)); meant != "" {
		return fmt.Sprintf(", did you mean --%s?", meant)
	}
	return ""
}

func flagNames(flags []cli.Flag) []string {
	var names []string
	for _, f := range flags {
		names = append(names, f.Names()[0])
	}
	return names
}

func findFlag(c *cli.Context, name string) cli.Flag {
	for _, f := range c.Command.Flags {
		if slices.Contains(f.Names(), name) {
			return f
		}
	}
	return nil
}

// form is what the value of a flag looks like; why is what the flag library says.
func form(f cli.Flag, why string) string {
	switch f.(type) {
	case *cli.DurationFlag:
		return "a time with its unit, such as 50ms or 2s"
	case *cli.IntFlag:
		return "a whole number"
	case *cli.Float64Flag:
		return "a number"
	case *cli.BoolFlag:
		return "true or false"
	}
	return "something else: " + why
}

// warnVariables warns of variables of the environment that no flag reads.
func warnVariables(log *slog.Logger, commands []*cli.Command) {
	meant := misspeltVariables(commands)
	for _, name := range slices.Sorted(maps.Keys(meant)) {
		log.Warn("no flag reads this variable of the environment", "variable", name, "hint", "did you mean "+meant[name]+"?")
	}
}

// misspeltVariables returns variables of the environment that look like those
// of flags and are none, each with what was meant.
func misspeltVariables(commands []*cli.Command) map[string]string {
	known := make(map[string]bool)
	var names []string
	for _, c := range commands {
		for _, f := range c.Flags {
			name := envName(f.Names()[0])
			known[name] = true
			names = append(names, strings.TrimPrefix(name, envPrefix))
		}
	}
	meant := make(map[string]string)
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		short, ours := strings.CutPrefix(name, envPrefix)
		if !ours || known[name] {
			continue
		}
		if best := lint.Closest(short, names); best != "" && lint.Distance(short, best) <= 2 {
			meant[name] = envPrefix + best
		}
	}
	return meant
}
