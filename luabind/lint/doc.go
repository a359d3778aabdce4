// Package lint finds in the syntax trees of scripts what loads and is wrong
// all the same: misspelt names and methods of the API, assignments to globals that were
// meant to be local, variables that nobody reads, code that is never reached,
// calls with too few arguments.
//
// It prefers to say nothing over being wrong: a name that a script tests for
// may be absent, and a field that a script sets somewhere exists.
package lint
