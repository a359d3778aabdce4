package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/spoa-lua/spoa-lua/luabind"
	"github.com/spoa-lua/spoa-lua/luabind/lint"
	"github.com/spoa-lua/spoa-lua/runtime"
)

func checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "load scripts exactly as run does, and say what is wrong with them",
		ArgsUsage: "[PATH...]",
		Description: "Prints \"FILE:LINE: MESSAGE\" for what is wrong and ends with code 1; otherwise prints the\n" +
			"messages that the scripts handle. PATH is what --scripts is for run; without any it checks the embedded policies. What loads\n" +
			"but looks wrong, such as a misspelt name, is a warning: \"FILE:LINE:COLUMN: warning: TEXT\".\n\n" +
			"  spoa-lua check --strict policies",
		Flags: slices.Concat([]cli.Flag{
			scriptsFlag(), varFlag(), haproxyCFGFlag(),
			&cli.BoolFlag{Name: "strict", EnvVars: env("strict"), Usage: "end with code 1 after a warning, too"},
		}, haproxyLuaFlags(), logFlags()),
		Action: check,
	}
}

func check(c *cli.Context) error {
	if err := noLateFlags(c); err != nil {
		return err
	}
	cfg, err := runtimeConfig(c)
	if err != nil {
		return err
	}
	if c.NArg() > 0 {
		if len(cfg.Scripts) > 0 && os.Getenv(envName("scripts")) == "" {
			return usagef("check takes PATH or --scripts, not both")
		}
		cfg.Scripts = c.Args().Slice()
	}
	if cfg.Log, err = newLogger(c, c.App.ErrWriter); err != nil {
		return err
	}
	gen, files, err := runtime.Check(cfg)
	warnings := lintFiles(files)
	for _, w := range warnings {
		fmt.Fprintln(c.App.ErrWriter, w)
	}
	if err != nil {
		return printLoadError(c, err)
	}
	if len(warnings) > 0 && c.Bool("strict") {
		return errSilent
	}
	scripts := "scripts"
	if len(gen.Scripts) == 1 {
		scripts = "script"
	}
	_, err = fmt.Fprintf(c.App.Writer, "ok: %d %s, digest %s\n", len(gen.Scripts), scripts, gen.Digest)
	for _, name := range gen.Messages {
		if err == nil {
			_, err = fmt.Fprintln(c.App.Writer, "message", name)
		}
	}
	return err
}

// lintFiles returns the warnings about scripts and modules.
func lintFiles(files []runtime.File) []lint.Warning {
	list := make([]lint.File, len(files))
	for i, f := range files {
		list[i] = lint.File(f)
	}
	return lint.Run(list, luabind.GlobalNames())
}

// printLoadError prints what is wrong with scripts, one error a line.
func printLoadError(c *cli.Context, err error) error {
	var load *runtime.LoadError
	if !errors.As(err, &load) {
		return err
	}
	for _, e := range load.Errs {
		fmt.Fprintln(c.App.ErrWriter, e)
	}
	return errSilent
}
