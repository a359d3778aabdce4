// Package runtime ties the protocol and the Lua VMs together: a Runtime is the
// spop.Handler that answers NOTIFYs with the scripts of its live Generation.
//
// A load reads the scripts, compiles them, runs them in one VM and, when all
// of that succeeded, makes the new Generation live by changing one pointer.
// Check is a load that stops before that. Watch loads when a file has changed.
//
// The package is named like one of the standard library's, which its files
// import as goruntime.
package runtime
