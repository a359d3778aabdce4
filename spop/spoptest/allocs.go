package spoptest

import "testing"

// Allocs is [testing.AllocsPerRun] for a busy process: the least of five
// measurements. The collector and other goroutines allocate when they like and
// empty what a sync.Pool holds, so a measurement can be too high, never too low.
// It says nothing under the race detector, where a sync.Pool drops at random.
func Allocs(runs int, f func()) float64 {
	least := testing.AllocsPerRun(runs, f)
	for range 4 {
		least = min(least, testing.AllocsPerRun(runs, f))
	}
	return least
}
