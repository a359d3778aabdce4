//go:build !linux

package runtime

// readOnly reports whether path lies on a file system that is mounted read-only;
// it is not known here.
func readOnly(string) bool { return false }
