package main

import (
	"os"
	"runtime/debug"
)

// gcPercent is how much the heap may grow between two garbage collections,
// unless GOGC says otherwise. An agent's heap is small, a few MB and what
// scripts keep; with Go's 100 it would be collected several times a second
// under load, each time with all tables of all VMs. See doc/performance.md.
const gcPercent = 400

func tuneGC() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}
