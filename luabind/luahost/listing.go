package luahost

import (
	"io"
	"os"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/spoa-lua/spoa-lua/luabind/lualib"
)

// popenList is io.popen of scripts that start no programs: it knows ls, by which
// scripts find files whose names they do not know, hostname, and pwd: what scripts
// name lies below their folders, so that is ".".
func (h *Host) popenList(list func(pattern string) ([]string, error)) lua.LGFunction {
	return func(L *lua.LState) int {
		command, mode := lualib.CheckString(L, 1), lualib.OptString(L, 2, "r")
		if text, ok := known(command); ok && mode == "r" {
			L.Push(h.printed(text + "\n"))
			return 1
		}
		words, ok := listWords(command)
		if !ok || mode != "r" {
			lualib.Raise(L, "io.popen: scripts start no programs, so not '%s': 'ls FILES', such as 'ls maps/*.map', 'pwd' and 'hostname' are answered", clipCommand(command))
		}
		var b strings.Builder
		for _, word := range words {
			names, err := list(word)
			if err != nil {
				lualib.Raise(L, "io.popen: %s", err)
			}
			for _, name := range names {
				b.WriteString(name + "\n")
			}
		}
		text := b.String()
		h.checkSize(L, int64(len(text)))
		L.Push(h.printed(text))
		return 1
	}
}

// printed is the file that the output of a program is read from.
func (h *Host) printed(text string) *lua.LUserData {
	return h.newFile(&file{r: io.Reader(strings.NewReader(text)), wait: func() exit { return exit{true, "exit", 0} }})
}

// known is what a command prints that says where it runs.
func known(command string) (text string, ok bool) {
	words := strings.Fields(command)
	if len(words) != 1 {
		return "", false
	}
	switch words[0] {
	case "hostname", "/bin/hostname", "/usr/bin/hostname":
		text, _ = os.Hostname()
		return text, true
	case "pwd", "/bin/pwd":
		return ".", true
	}
	return "", false
}

func clipCommand(s string) string {
	const most = 100
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}

// listWords returns the words behind ls as patterns of path.Match. Of the shell it
// knows quotes, and that errors may go to /dev/null.
func listWords(command string) (patterns []string, ok bool) {
	words, ok := shellWords(command)
	if !ok || len(words) < 2 || words[0] != "ls" && words[0] != "/bin/ls" && words[0] != "/usr/bin/ls" {
		return nil, false
	}
	words = words[1:]
	if words[0] == "-1" {
		words = words[1:]
	}
	for _, w := range words {
		if strings.HasPrefix(w, "-") {
			return nil, false
		}
	}
	return words, len(words) > 0
}

// shellWords cuts a command into words. What quotes and backslashes protect from
// the shell is protected from path.Match, too.
func shellWords(command string) (words []string, ok bool) {
	command = strings.TrimSuffix(strings.TrimSpace(command), " 2>/dev/null")
	var word strings.Builder
	var quote byte
	in := false
	for i := 0; i < len(command); i++ {
		c := command[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == '"' && strings.IndexByte("$`\\", c) >= 0:
			return nil, false
		case quote != 0:
			word.WriteString(literalPattern(c))
		case c == '\'' || c == '"':
			quote, in = c, true
		case c == '\\' && i+1 < len(command):
			i++
			in = true
			word.WriteString(literalPattern(command[i]))
		case c == ' ' || c == '\t':
			if in {
				words = append(words, word.String())
			}
			word.Reset()
			in = false
		case strings.IndexByte("$`&|;<>(){}~#!\n\\", c) >= 0:
			return nil, false
		default:
			in = true
			word.WriteByte(c)
		}
	}
	if in {
		words = append(words, word.String())
	}
	return words, quote == 0
}

func literalPattern(c byte) string {
	if strings.IndexByte(`*?[\`, c) >= 0 {
		return `\` + string(c)
	}
	return string(c)
}
