// Package luabind runs Lua scripts that answer the messages of HAProxy.
//
// A [Program] is all scripts of one load, compiled once; it makes any number of
// [VM]s. For each exchange one VM is borrowed: Begin, then Call for each
// message, then End. What a script sets goes straight into the spop.Ack. The
// deadline of an exchange is a flag that somebody else sets.
//
// # The Lua API
//
//	spoa.on(name, fn)                    fn(msg, name) answers message NAME; while loading only
//	spoa.on(name, {args = {NAME...}}, fn)  the same; which arguments fn expects, for spoa-lua check;
//	                                     NAME=FETCH and event = EVENT are for spoa-lua haproxy-config
//	msg.NAME  msg[I]  #msg  pairs(msg)   its arguments, decoded when asked for; gone with the handler
//	spoa.args(msg)                       array of {name=, value=}
//	set_var("SCOPE.NAME", v)             sets a variable; SCOPE is proc, sess, txn, req or res; nil unsets
//	unset_var("SCOPE.NAME")              unsets it
//
//	spoa.bool(b)  spoa.str(s)  spoa.bin(s)  spoa.null()       values of one kind, for set_var
//	spoa.int32(n)  spoa.uint32(n)  spoa.int64(n)  spoa.uint64(n)  numbers or strings of digits, checked
//	spoa.ipv4(s)  spoa.ipv6(s)  spoa.ip(s)
//
//	spoa.register_message(name, fn)      fn(args) with the array of spoa.args: the C agent's spoa.on
//	spoa.set_var_KIND(name, scope, v)    KIND: boolean int32 uint32 int64 uint64 ipv4 ipv6 string (or str) binary (or bin)
//	spoa.set_var_null(name, scope)       the same as unset_var
//	spoa.unset_var(name, scope)
//	spoa.scope.txn                       and .proc .sess .req .res
//
//	spoa.log(...)  print(...)            to the log at level info, arguments through tostring, joined by a blank
//	spoa.log.debug(...)                  and .info .warn .error
//	spoa.info.FIELD                      version, generation, hostname, start_time (Unix seconds), script
//	spoa.vars.NAME                       what the operator gave as --var NAME=VALUE, strings
//	spoa.on_init(fn)                     fn() runs when all scripts are loaded; at top level only
//	spoa.read(path)                      the bytes of a file; while loading only
//	require(name)                        a module: its value, and its file when just loaded; new ones while loading only
//
//	spoa.shared.get(key)                 one store for all VMs; strings, numbers and booleans; nil when absent
//	spoa.shared.set(key, v[, ttl])       ttl in seconds, fractions allowed; nil deletes
//	spoa.shared.incr(key[, n[, ttl]])    adds n or 1 to an integer, returns the sum; ttl counts from the key's creation
//	spoa.shared.delete(key)              whether it was there
//	spoa.shared.add(key, v[, ttl])       sets a key that is not there; whether it did
//	spoa.shared.cas(key, old, new[, ttl])  sets a key that has the value old; whether it did
//
// Scripts that name core, act, Map or another global of HAProxy's own Lua API
// find that too, see package haproxy.
//
// The language and the rest of the library are Lua 5.4's, see packages lua54
// and lualib. Globals belong to a VM: one request does not find there what
// another left, so a handler that assigns one is warned about.
//
// # Values
//
//	from HAProxy                    in Lua          as a variable
//	null, or no such argument       nil             unset-var
//	bool                            boolean         bool
//	int32, uint32, int64, uint64    number (1)      int64 (2)
//	ipv4, ipv6                      string          str, or spoa.ipv4, spoa.ipv6, spoa.ip
//	str                             string          str
//	bin                             string          str, or spoa.bin
//	                                spoa.KIND(v)    KIND
//	                                anything else   an error of the script
//
// (1) Exact, see lua54.Int. A uint64 above 2^63-1 is negative, as in HAProxy.
// (2) A number with a fraction, an infinite one and one beyond 64 bits are errors.
package luabind
