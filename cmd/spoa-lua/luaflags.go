package main

import (
	"regexp"
	"strings"

	"github.com/urfave/cli/v2"
)

// What tune.lua.bool-sample-conversion of HAProxy knows.
const (
	boolNumbers = "pre-3.1-bug"
	boolNormal  = "normal"
)

// haproxyLuaFlags are those of scripts of HAProxy's own Lua, for every command
// that runs scripts as the agent does.
func haproxyLuaFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "modules", EnvVars: env("modules"),
			Usage: "let scripts require what lies below `FOLDER`, as lua-prepend-path FOLDER/?.lua does, and read its files; may be repeated"},
		&cli.StringSliceFlag{Name: "script-args", EnvVars: env("script-args"),
			Usage: "give the script FILE the words A and B as its ..., as \"lua-load FILE A B\" does: `FILE.lua=A,B`; may be repeated"},
		&cli.StringFlag{Name: "lua-bool", EnvVars: env("lua-bool"), Value: boolNumbers,
			Usage: "HAProxy's booleans in its Lua API, as tune.lua.bool-sample-conversion has them: `WHICH` is pre-3.1-bug (1 and 0) or normal (true and false)"},
	}
}

// haproxyCFGFlag is the file that they see.
func haproxyCFGFlag() cli.Flag {
	return &cli.StringFlag{Name: "haproxy-cfg", EnvVars: env("haproxy-cfg"), TakesFile: true,
		Usage: "let scripts see the proxies and servers of `FILE` as core.backends and the like", DefaultText: "haproxy.cfg below a script folder"}
}

// argsOf is what an entry of --script-args begins with.
var argsOf = regexp.MustCompile(`^([^=/]+\.lua)=`)

// scriptArgs reads --script-args. An entry may have been cut at its commas.
func scriptArgs(entries []string) (map[string][]string, error) {
	args := make(map[string][]string)
	name := ""
	for part := range strings.SplitSeq(strings.Join(entries, ","), ",") {
		m := argsOf.FindStringSubmatch(part)
		switch {
		case m != nil && args[m[1]] != nil:
			return nil, usagef("--script-args gives %s its arguments twice", m[1])
		case m != nil:
			name = m[1]
			args[name] = []string{part[len(m[0]):]}
		case name == "":
			if len(entries) == 0 {
				return nil, nil
			}
			return nil, usagef("--script-args %q must be FILE.lua=A,B, with the file's name without folders", entries[0])
		default:
			args[name] = append(args[name], part)
		}
	}
	return args, nil
}

// luaBooleans reads --lua-bool.
func luaBooleans(which string) (bool, error) {
	switch which {
	case "", boolNumbers:
		return false, nil
	case boolNormal:
		return true, nil
	}
	return false, usagef("--lua-bool %q must be %s or %s", which, boolNumbers, boolNormal)
}
