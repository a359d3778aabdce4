// Package scripts holds the policies that ship with spoa-lua, each in a folder
// of its own with the HAProxy configuration that uses it.
package scripts

import "embed"

// Files are the Lua files, modules and data files of the policies: what the
// agent runs when it is given no scripts of the user's.
//
//go:embed */*.lua */*.txt */lib/*.lua
var Files embed.FS

// All are all files of the policies, their HAProxy configuration included:
// what `spoa-lua init` writes. The folders of haproxy-lua are not among them:
// each is a policy for HAProxy's own Lua, to be run alone.
//
//go:embed all/* bot-score/* canary/* ip-reputation/* path-rules/* rate-limit/*
var All embed.FS
