// Package luahost is the part of Lua 5.4's standard library that leaves the
// sandbox: io, the functions of os that touch files and processes, debug,
// dofile, loadfile, and package with a require that searches the disk. No
// policy ever gets it. It is for `spoa-lua lua --unsafe-stdlib`, which runs
// programs such as test suites in the VM of the policies.
package luahost
