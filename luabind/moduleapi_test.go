package luabind

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
)

// TestModuleFile checks that a file wins over a module of the agent's own, and
// that a file which cannot be read is an error all the same.
func TestModuleFile(t *testing.T) {
	t.Parallel()
	p := &Program{Module: func(_, name string) (*Script, error) {
		switch name {
		case "dkjson":
			return Compile("lib/dkjson.lua", []byte(`return {own = true}`))
		case "cjson":
			return nil, errors.New("permission denied")
		case "base64":
			return nil, nil
		}
		return nil, fs.ErrNotExist
	}}
	newTestVM(t, p, `
		local dk, file = require "dkjson"
		assert(dk.own and file == "lib/dkjson.lua" and require "dkjson" == dk)
		assert(require "json".encode and require "json" == require "json" and select("#", require "json") == 1)
		local _, err = pcall(require, "cjson")
		assert(err:find("module 'cjson' not found: permission denied$"), err)
		assert(require "base64".encode)
		spoa.on("file", function() require "dkjson" end)
		spoa.on("late", function() require "late" end)`)
}

// TestModuleFileInHandler checks that a file that nobody has required is not
// passed over in a handler.
func TestModuleFileInHandler(t *testing.T) {
	t.Parallel()
	p := &Program{Module: func(_, name string) (*Script, error) { return Compile("lib/"+name+".lua", []byte(`return {}`)) }}
	vm := newTestVM(t, p, `spoa.on("m", function() require "json" end)`)
	_, err := exchange(t, vm, newMessage(t, "m"))
	if err == nil || !strings.Contains(err.Error(), "require of a module that is not loaded yet can only be called while scripts are loaded") {
		t.Errorf("got error %v", err)
	}
}
