// Package luahost is the part of Lua 5.4's standard library that leaves the
// sandbox: io, the functions of os that touch files and processes, debug,
// dofile, loadfile, and package with a require that searches the disk. All of it
// is for `spoa-lua lua --unsafe-stdlib` only, which runs programs such as test
// suites in the VM of the policies. A policy gets what [OpenReadOnly] opens: an io
// that reads what its host lets it read.
package luahost
