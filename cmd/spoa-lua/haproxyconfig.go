package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/spoa-lua/spoa-lua/cmd/spoa-lua/haproxyconf"
	"github.com/spoa-lua/spoa-lua/runtime"
)

func haproxyConfigCommand() *cli.Command {
	return &cli.Command{
		Name:  "haproxy-config",
		Usage: "write HAProxy's side of scripts: spoe.conf and the lines of haproxy.cfg",
		Description: "Loads the scripts and prints the messages that they handle with the arguments that they read, and\n" +
			"the rules that send them and apply what they decide. What cannot be found in the text of a script\n" +
			"is a warning: \"FILE:LINE: TEXT\". A script for HAProxy's own Lua gets its calls from --haproxy-cfg.\n\n" +
			"  spoa-lua haproxy-config --scripts policies --haproxy-cfg haproxy.cfg --output new",
		Flags: slices.Concat([]cli.Flag{
			scriptsFlag(),
			varFlag(),
			&cli.StringFlag{Name: "haproxy-version", EnvVars: env("haproxy-version"),
				Usage: "write for HAProxy `VERSION`, such as 3.2", DefaultText: "what 2.6 and all later ones take"},
			&cli.StringFlag{Name: "haproxy-cfg", EnvVars: env("haproxy-cfg"), TakesFile: true,
				Usage: "read from `FILE` which rules run the actions of the scripts today, such as \"http-request lua.guard strict\""},
			&cli.StringFlag{Name: "engine", EnvVars: env("engine"), Value: "lua",
				Usage: "`NAME` of the engine and the prefix of its variables"},
			&cli.StringFlag{Name: "agent", EnvVars: env("agent"), Value: "127.0.0.1:9000",
				Usage: "`ADDR` of the agent for HAProxy, such as 192.0.2.1:9000 or unix@/run/spoa-lua.sock"},
			&cli.StringFlag{Name: "output", EnvVars: env("output"),
				Usage: "write spoe.conf and haproxy.cfg into `FOLDER`: that of --haproxy-cfg with the scripts in the agent, or one to try them with; files that exist are left alone"},
		}, haproxyLuaFlags(), logFlags()),
		Action: haproxyConfig,
	}
}

var (
	versionForm = regexp.MustCompile(`^[2-9]\.\d+(\.\d+)?$`)
	engineForm  = regexp.MustCompile(`^[A-Za-z0-9_]{1,32}$`)
	serverForm  = regexp.MustCompile(`^[^\s"'\\#]+$`)
)

func haproxyConfig(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	o, err := haproxyOptions(c)
	if err != nil {
		return err
	}
	cfg, err := runtimeConfig(c)
	if err != nil {
		return err
	}
	if cfg.Log, err = newLogger(c, c.App.ErrWriter); err != nil {
		return err
	}
	gen, files, err := runtime.Check(cfg)
	if err != nil {
		return printLoadError(c, err)
	}
	o.Vars = cfg.Vars
	config := haproxyconf.For(gen, files, o)
	if o.Existing != nil {
		config.Warnings = append(config.Warnings, o.Existing.Hints(c.String("haproxy-cfg"))...)
	}
	for _, w := range config.Warnings {
		fmt.Fprintln(c.App.ErrWriter, w)
	}
	folder := c.String("output")
	if moves := o.Existing != nil && folder != ""; len(config.Messages) == 0 && !config.HasServices() && !moves {
		return errors.New("the scripts handle no message: register one with spoa.on or core.register_action")
	}
	if folder != "" {
		return writeConfig(c, folder, config)
	}
	_, err = fmt.Fprintf(c.App.Writer, "# spoe.conf\n%s\n# haproxy.cfg: the lines of the frontend\n%s\n# haproxy.cfg: the agent\n%s",
		config.SPOE(), config.Frontend(), config.Backend())
	return err
}

func haproxyOptions(c *cli.Context) (haproxyconf.Options, error) {
	o := haproxyconf.Options{Engine: c.String("engine"), Agent: c.String("agent"), Version: c.String("haproxy-version")}
	switch {
	case o.Version != "" && !versionForm.MatchString(o.Version):
		return o, usagef("--haproxy-version %q must be a version such as 3.2", o.Version)
	case !engineForm.MatchString(o.Engine):
		return o, usagef("--engine %q must be 1 to 32 letters, digits and _", o.Engine)
	case !serverForm.MatchString(o.Agent):
		return o, usagef("--agent %q must be an address as on a server line of HAProxy", o.Agent)
	}
	name := c.String("haproxy-cfg")
	if name == "" {
		return o, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return o, fmt.Errorf("--haproxy-cfg: %w", err)
	}
	defer f.Close()
	if o.Existing, err = haproxyconf.Read(f); err != nil {
		return o, fmt.Errorf("--haproxy-cfg: %s: %w", name, err)
	}
	return o, nil
}

func writeConfig(c *cli.Context, folder string, config *haproxyconf.Config) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if len(config.Messages) > 0 {
		if err := writeNew(c, filepath.Join(folder, "spoe.conf"), []byte(config.SPOE())); err != nil {
			return err
		}
	}
	text := config.Complete()
	if config.Existing != nil {
		text = config.Rewrite()
	}
	return writeNew(c, filepath.Join(folder, "haproxy.cfg"), []byte(text))
}
