package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"
)

// The exit codes of every command.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

// usageError is an error in how a command was called.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// silentError ends a command with code 1 when it has said why already.
var errSilent = errors.New("")

// codeError ends a command with that code.
type codeError int

func (e codeError) Error() string { return fmt.Sprintf("exit with code %d", int(e)) }

// run runs the command line args and returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	app := &cli.App{
		Name:                      "spoa-lua",
		Usage:                     "a SPOE agent for HAProxy, scriptable in Lua",
		Description:               "HAProxy asks spoa-lua about connections and requests; policies written in Lua answer by\nsetting HAProxy's variables. A policy that is saved takes effect at once.",
		Reader:                    stdin,
		Writer:                    stdout,
		ErrWriter:                 stderr,
		HideVersion:               true,
		HideHelpCommand:           true,
		DisableSliceFlagSeparator: true,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              func(_ *cli.Context, err error, _ bool) error { return usageError{err} },
		CommandNotFound:           nil,
		Commands:                  []*cli.Command{runCommand(), checkCommand(), callCommand(), luaCommand(), benchCommand(), initCommand(), haproxyConfigCommand(), versionCommand()},
		Action: func(c *cli.Context) error {
			if c.NArg() > 0 {
				return usagef("there is no command %q: see spoa-lua --help", c.Args().First())
			}
			return cli.ShowAppHelp(c)
		},
	}
	for _, c := range app.Commands {
		c.OnUsageError = app.OnUsageError
	}
	return exitCode(app.RunContext(ctx, args), stderr)
}

func exitCode(err error, stderr io.Writer) int {
	var usage usageError
	var code codeError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "spoa-lua: %v\nhint: spoa-lua COMMAND --help lists the flags\n", err)
		return exitUsage
	case errors.Is(err, errSilent):
		return exitFailure
	default:
		fmt.Fprintf(stderr, "spoa-lua: %v\n", err)
		return exitFailure
	}
}

// noArguments refuses what stands behind the flags of a command.
func noArguments(c *cli.Context) error {
	if c.NArg() > 0 {
		return usagef("%s takes flags only, not %q", c.Command.Name, c.Args().First())
	}
	return nil
}

// noLateFlags refuses flags behind the first argument, which would otherwise
// be taken for arguments.
func noLateFlags(c *cli.Context) error {
	for _, a := range c.Args().Slice() {
		if strings.HasPrefix(a, "--") {
			return usagef("write %s before the arguments of %s", a, c.Command.Name)
		}
	}
	return nil
}
