package main

import (
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/spoa-lua/spoa-lua/runtime"
	"github.com/spoa-lua/spoa-lua/runtime/egress"
	"github.com/spoa-lua/spoa-lua/scripts"
)

// envPrefix is what the variables of flags begin with.
const envPrefix = "SPOA_LUA_"

// envName returns the environment variable that stands for a flag.
func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func env(flag string) []string { return []string{envName(flag)} }

// list returns the values of a flag that may be given several times. In its
// environment variable they are separated by commas.
func list(c *cli.Context, flag string) []string {
	values := c.StringSlice(flag)
	if fromEnv := os.Getenv(envName(flag)); len(values) == 1 && values[0] == fromEnv {
		values = strings.Split(fromEnv, ",")
	}
	return values
}

// Flags of every command that loads scripts.
func scriptsFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "scripts", EnvVars: env("scripts"), TakesFile: true,
		Usage: "load the Lua file, or all *.lua files of the folder, `PATH`; may be repeated", DefaultText: "the embedded policies"}
}

func varFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "var", EnvVars: env("var"),
		Usage: "let scripts read VALUE as spoa.vars.NAME: `NAME=VALUE`; may be repeated"}
}

func egressFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "egress", EnvVars: env("egress"),
			Usage: "let scripts connect to `RULE` only: public, ADDRESS[/BITS], HOST or *.DOMAIN, each with or without :PORT, or unix:PATH; may be repeated", DefaultText: "public"},
		&cli.BoolFlag{Name: "egress-no-verify", EnvVars: env("egress-no-verify"),
			Usage: "do not verify certificates of servers that scripts connect to by connect_ssl, core.httpclient, socket.http and ssl.https; HAProxy's connect_ssl does not either"},
	}
}

// newNetwork is the network of scripts that the flags allow.
func newNetwork(c *cli.Context) (*egress.Network, error) {
	policy, err := egress.ParsePolicy(list(c, "egress"))
	if err != nil {
		return nil, usagef("--egress %w", err)
	}
	return egress.New(egress.Config{Policy: policy, NoVerify: c.Bool("egress-no-verify")}), nil
}

// runtimeConfig returns the part of a runtime's configuration that the flags
// of every command set.
func runtimeConfig(c *cli.Context) (runtime.Config, error) {
	vars, err := parseVars(list(c, "var"))
	if err != nil {
		return runtime.Config{}, err
	}
	args, err := scriptArgs(list(c, "script-args"))
	if err != nil {
		return runtime.Config{}, err
	}
	booleans, err := luaBooleans(c.String("lua-bool"))
	if err != nil {
		return runtime.Config{}, err
	}
	return runtime.Config{
		Scripts: list(c, "scripts"), Embedded: scripts.Files, Vars: vars, Version: version().Version,
		HAProxyConfig: c.String("haproxy-cfg"), ScriptArgs: args, Modules: list(c, "modules"), Booleans: booleans,
	}, nil
}

func parseVars(pairs []string) (map[string]string, error) {
	vars := make(map[string]string, len(pairs))
	for _, p := range pairs {
		name, value, ok := strings.Cut(p, "=")
		if !ok || name == "" {
			return nil, usagef("--var %q must be NAME=VALUE", p)
		}
		vars[name] = value
	}
	return vars, nil
}
