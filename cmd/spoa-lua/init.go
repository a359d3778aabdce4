package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/spoa-lua/spoa-lua/scripts"
)

func initCommand() *cli.Command {
	return &cli.Command{
		Name:      "init",
		Usage:     "write the embedded policies and their HAProxy configuration into a folder",
		ArgsUsage: "FOLDER",
		Description: "A start for policies of your own: each gets a folder with its Lua file, haproxy.cfg, spoe.conf\n" +
			"and README.md. Files that exist are left alone.\n\n" +
			"  spoa-lua init policies",
		Action: initFolder,
	}
}

func initFolder(c *cli.Context) error {
	if c.NArg() != 1 {
		return usagef("init takes one FOLDER")
	}
	to := c.Args().First()
	if err := writePolicies(c, to); err != nil {
		return err
	}
	one := filepath.Join(to, "rate-limit")
	_, err := fmt.Fprintf(c.App.Writer, "\nTry one, as its README.md says:\n"+
		"  spoa-lua run --scripts %[1]s\n  haproxy -C %[1]s -f haproxy.cfg -db\n", one)
	return err
}

// writePolicies writes the embedded policies into a folder.
func writePolicies(c *cli.Context, to string) error {
	return fs.WalkDir(scripts.All, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := filepath.Join(to, filepath.FromSlash(name))
		if d.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		text, err := scripts.All.ReadFile(name)
		if err != nil {
			return err
		}
		return writeNew(c, target, text)
	})
}

// writeNew writes a file unless there is one of that name.
func writeNew(c *cli.Context, path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		_, err = fmt.Fprintln(c.App.Writer, "exists ", path)
		return err
	}
	if err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.App.Writer, "written", path)
	return err
}
