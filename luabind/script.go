package luabind

import (
	lua "github.com/yuin/gopher-lua"
)

// Script is one compiled file. It is immutable and shared by all VMs.
type Script struct {
	name  string
	proto *lua.FunctionProto

	haproxy bool // it names a part of HAProxy's API
	named   bool // it names a library that most do without
}

// Compile compiles the source text of a script. The name is what messages show
// in front of the line number; a path below the script folder is a good one.
// The error is a *ScriptError.
func Compile(name string, src []byte) (*Script, error) {
	proto, err := compile(name, src)
	if err != nil {
		return nil, placed(err.Error(), name, err)
	}
	return &Script{name: name, proto: proto, haproxy: usesHAProxy(proto), named: namesLibrary(proto)}, nil
}

// Name returns the name that s was compiled with.
func (s *Script) Name() string { return s.name }
