// Package haproxy gives the Lua VMs of package luabind the API of HAProxy's own
// Lua: core, act, Map, Regex and the TXN that actions, fetches and converters
// get. doc/haproxy-lua.md lists what works and what raises which error.
//
// A message of HAProxy calls the action, fetch or converter of its name; what
// that decides goes back as variables. The package knows the VM through [Host]
// only, and reads nothing from the outside but through it.
package haproxy
