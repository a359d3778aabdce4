// Package lualib is the standard library of Lua 5.4, written for the virtual
// machine of github.com/yuin/gopher-lua and bounded everywhere.
//
// [Open] fills a state that was made with lua.Options{SkipOpenLibs: true}. It
// opens base, string, table, math, utf8, os and coroutine as far as a sandbox
// may have them: there is no io, no access to files, processes or modules, and
// nothing that loads precompiled code.
//
// What can run long looks at the deadline of L.Context every few thousand
// steps, and so does every loop that calls back into Lua. What can grow big
// has the size limit of [Limits]. What recurses through Go counts its depth.
// Error texts and their positions are those of PUC Lua 5.4.
//
// Numbers follow package lua54: a lua.LNumber that holds an integer within
// 2^53 is an integer for every function here, a larger integer is a lua54.Int.
package lualib
