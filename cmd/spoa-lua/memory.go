package main

import (
	"math"
	"runtime/debug"
	"strconv"
	"strings"
)

// minMemory is the smallest --memory-limit: the agent itself needs some.
const minMemory = 32 << 20

// memoryLimit reads --memory-limit and makes it the soft limit of Go's garbage
// collector. It returns 0 for no limit.
func memoryLimit(text string) (uint64, error) {
	if text == "" {
		return 0, nil
	}
	n, ok := parseSize(text)
	if !ok || n < minMemory {
		return 0, usagef("--memory-limit %q must be a size of at least 32MiB, such as 512MiB or 2GiB", text)
	}
	debug.SetMemoryLimit(int64(n))
	return n, nil
}

// parseSize reads a number of bytes, with KiB, MiB or GiB behind it or not.
func parseSize(text string) (uint64, bool) {
	unit := uint64(1)
	for suffix, factor := range map[string]uint64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30} {
		if rest, ok := strings.CutSuffix(text, suffix); ok {
			text, unit = rest, factor
		}
	}
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 64)
	if err != nil || n > math.MaxInt64/unit {
		return 0, false
	}
	return n * unit, true
}
