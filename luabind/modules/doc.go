// Package modules holds the modules that scripts find with require without a
// file beside them: JSON under the names of five libraries, base64, LuaSocket's
// modules for clients, luaossl's openssl, and those made for policies. The page
// doc/lua-modules.md lists them function by function.
//
// A module is made in a VM when it is required there for the first time. What
// all VMs of a load can share, such as a set of addresses made of a file, is in
// [Shared]. The package knows the VM through [Host] only.
package modules
