package haproxy

import (
	"os"
	"strings"
)

// Setenv returns a variable of the environment that haproxy.cfg sets, by setenv or
// presetenv.
func (api *API) Setenv(name string) (string, bool) {
	if api.setenv == nil {
		text, _ := api.host.Config()
		api.setenv = readSetenv(text)
	}
	value, ok := api.setenv[name]
	return value, ok
}

// readSetenv returns what a haproxy.cfg sets. ${NAME} in a value is what was set
// before.
func readSetenv(text []byte) map[string]string {
	vars := map[string]string{}
	for line := range strings.Lines(string(text)) {
		words := configWords(line)
		if len(words) != 3 || words[0] != "setenv" && words[0] != "presetenv" {
			continue
		}
		if _, ok := vars[words[1]]; ok && words[0] == "presetenv" {
			continue
		}
		value := words[2]
		if strings.Contains(value, "${") {
			value = os.Expand(value, func(name string) string { return vars[name] })
		}
		vars[words[1]] = value
	}
	return vars
}
