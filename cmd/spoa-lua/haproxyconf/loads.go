package haproxyconf

import (
	"fmt"
	"path"
	"slices"
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

// agentFlag is what stands for a line of the section global, or "".
func agentFlag(line string) string {
	list := words(line)
	for i := range list {
		list[i] = unquote(list[i])
	}
	switch {
	case len(list) > 2 && (list[0] == "lua-load" || list[0] == "lua-load-per-thread"):
		return "--script-args " + shellWord(path.Base(list[1])+"="+strings.Join(list[2:], ","))
	case len(list) > 1 && list[0] == "lua-prepend-path" && (len(list) == 2 || list[2] == "path"):
		return modulesFlag(list[1])
	case len(list) == 2 && list[0] == "tune.lua.bool-sample-conversion" && list[1] == "normal":
		return "--lua-bool normal"
	}
	return ""
}

// modulesFlag stands for a path of lua-prepend-path: its folders up to the name of
// the module.
func modulesFlag(paths string) string {
	var flags []string
	for p := range strings.SplitSeq(paths, ";") {
		folder, _, ok := strings.Cut(p, "?")
		if !ok {
			continue
		}
		flag := "--modules " + shellWord(path.Dir(folder+"?"))
		if !slices.Contains(flags, flag) {
			flags = append(flags, flag)
		}
	}
	return strings.Join(flags, " ")
}

// shellWord is text as a shell takes it for one word.
func shellWord(text string) string {
	if !strings.ContainsAny(text, " \t'\"\\$&|;<>()*?#") {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
