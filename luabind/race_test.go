//go:build race

package luabind

// raceEnabled says that the race detector takes memory of its own.
const raceEnabled = true
