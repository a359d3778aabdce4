package haproxyconf

import (
	"fmt"
	"path"
	"strings"
)

// Hints are the flags that the agent needs for scripts to run as they do in the
// file called name, one a line: "haproxy.cfg:3: TEXT".
func (e *Existing) Hints(name string) []string {
	var hints []string
	for i, line := range e.Lines {
		if flag := agentFlag(line); flag != "" {
			hints = append(hints, fmt.Sprintf("%s:%d: start the agent with %s", name, i+1, flag))
		}
	}
	return hints
}

// agentFlag is the flag that stands for a line of the section global, or "".
func agentFlag(line string) string {
	list := words(line)
	for i := range list {
		list[i] = unquote(list[i])
	}
	switch {
	case len(list) > 2 && (list[0] == "lua-load" || list[0] == "lua-load-per-thread"):
		flag := "--script-args " + path.Base(list[1]) + "=" + strings.Join(list[2:], ",")
		if strings.ContainsAny(flag[len("--script-args "):], " \t'\"\\$&|;<>()*?#") {
			flag = "--script-args '" + strings.ReplaceAll(flag[len("--script-args "):], "'", `'\''`) + "'"
		}
		return flag
	case len(list) == 2 && list[0] == "tune.lua.bool-sample-conversion" && list[1] == "normal":
		return "--lua-bool normal"
	}
	return ""
}
