package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/luabind/luahost"
	"github.com/spoa-lua/spoa-lua/luabind/remote"
	"github.com/spoa-lua/spoa-lua/runtime"
)

func luaCommand() *cli.Command {
	return &cli.Command{
		Name:      "lua",
		Usage:     "run a Lua file, or what is typed, in the VM that policies get",
		ArgsUsage: "[FILE [ARG...]]",
		Description: "The language, the library and its limits are those of policies, but print writes to standard\n" +
			"output. FILE - is standard input. Without FILE, lines are read and run one by one.\n\n" +
			"  spoa-lua lua example.lua",
		Flags: slices.Concat([]cli.Flag{
			varFlag(),
			&cli.BoolFlag{Name: "unsafe-stdlib", EnvVars: env("unsafe-stdlib"), Usage: "add io, debug, dofile, loadfile, all of os and a require that searches package.path"},
			&cli.DurationFlag{Name: "script-timeout", EnvVars: env("script-timeout"), Usage: "end FILE after `DURATION`; 0 never does"},
		}, egressFlags(), logFlags()),
		Action: runLua,
	}
}

func runLua(c *cli.Context) error {
	file := c.Args().First()
	folder := "."
	if file != "" && file != "-" {
		folder = filepath.Dir(file)
	}
	network, err := newNetwork(c)
	if err != nil {
		return err
	}
	defer network.Close()
	stdin := bufio.NewReader(c.App.Reader)
	in, done, err := newInterpreter(c, folder, network, stdin)
	if err != nil {
		return err
	}
	defer done()
	if file == "" {
		err = repl(c, in, stdin)
	} else {
		err = runLuaFile(c, in, file, stdin)
	}
	return luaResult(c, errors.Join(err, in.Close()))
}

// newInterpreter makes the VM that the flags ask for. done ends what it fetches
// beside the script.
func newInterpreter(c *cli.Context, folder string, network remote.Network, stdin io.Reader) (in *luabind.Interpreter, done func(), err error) {
	cfg, err := runtimeConfig(c)
	if err != nil {
		return nil, nil, err
	}
	if cfg.Log, err = newLogger(c, c.App.ErrWriter); err != nil {
		return nil, nil, err
	}
	cfg.Network = network
	program, err := runtime.NewProgram(cfg, folder)
	if err != nil {
		return nil, nil, err
	}
	console := luabind.InterpreterConfig{Stdout: c.App.Writer, Stderr: c.App.ErrWriter, Command: wordsBeforeFile(c)}
	if c.Bool("unsafe-stdlib") {
		console.Host = &luahost.Config{
			Stdin: stdin, Stdout: c.App.Writer, Stderr: c.App.ErrWriter,
			Shell: func(command, pipe string) luahost.Process { return shell(c, command, pipe) },
		}
	}
	return program.NewInterpreter(console), program.KeySets.Close, nil
}

// wordsBeforeFile is the command line up to the script.
func wordsBeforeFile(c *cli.Context) []string {
	words := []string{os.Args[0]}
	for _, level := range slices.Backward(c.Lineage()) {
		if all := level.Args().Slice(); len(all) > 0 {
			return append(words, all[:len(all)-c.Args().Len()]...)
		}
	}
	return words
}

// shell returns the process of a command line.
func shell(c *cli.Context, command, pipe string) luahost.Process {
	cmd := exec.Command("/bin/sh", "-c", command)
	cmd.Stderr = c.App.ErrWriter
	if pipe != "w" {
		cmd.Stdin = c.App.Reader
	}
	if pipe != "r" {
		cmd.Stdout = c.App.Writer
	}
	return cmd
}

func runLuaFile(c *cli.Context, in *luabind.Interpreter, file string, stdin io.Reader) error {
	name := file
	var src []byte
	var err error
	if file == "-" {
		name = "stdin"
		src, err = io.ReadAll(stdin)
	} else {
		src, err = os.ReadFile(file)
	}
	if err != nil {
		return err
	}
	if limit := c.Duration("script-timeout"); limit > 0 {
		timer := time.AfterFunc(limit, in.Stop)
		defer timer.Stop()
	}
	return in.Run(name, src, c.Args().Tail()...)
}

// luaResult prints the error of a script as PUC's lua does.
func luaResult(c *cli.Context, err error) error {
	if exit, ok := errors.AsType[*luabind.ExitError](err); ok {
		if exit.Code == 0 {
			return nil
		}
		return codeError(exit.Code)
	}
	var script *luabind.ScriptError
	if !errors.As(err, &script) {
		return err
	}
	printLuaError(c, script)
	return errSilent
}

func printLuaError(c *cli.Context, e *luabind.ScriptError) {
	fmt.Fprintf(c.App.ErrWriter, "lua: %s\n", e.Msg)
	if e.Traceback != "" {
		fmt.Fprintln(c.App.ErrWriter, e.Traceback)
	}
}
