package main

import (
	"fmt"
	goruntime "runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"github.com/spoa-lua/spoa-lua/spop"
)

// buildVersion is set by the linker for a release: -X main.buildVersion=v1.2.3.
var buildVersion string

// build is what is known of how this binary was built.
type build struct{ Version, Revision string }

func version() build {
	b := build{Version: buildVersion}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if b.Version == "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.Revision = s.Value
		}
	}
	return b
}

func versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "print the version",
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			return printVersion(c)
		},
	}
}

func printVersion(c *cli.Context) error {
	b := version()
	_, err := fmt.Fprintf(c.App.Writer, "spoa-lua %s (SPOP %s, %s %s/%s)\n", b.Version, spop.Version,
		goruntime.Version(), goruntime.GOOS, goruntime.GOARCH)
	if err == nil && b.Revision != "" {
		_, err = fmt.Fprintln(c.App.Writer, "revision", b.Revision)
	}
	return err
}
