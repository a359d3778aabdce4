//go:build unix && (!linux || race)

package spop

import (
	"errors"
	"syscall"
)

// readFD is read(2), begun again when a signal has interrupted it.
func readFD(fd uintptr, b []byte) (int, syscall.Errno) { return again(syscall.Read, fd, b) }

// writeFD is write(2), as readFD is read(2).
func writeFD(fd uintptr, b []byte) (int, syscall.Errno) { return again(syscall.Write, fd, b) }

func again(call func(fd int, b []byte) (int, error), fd uintptr, b []byte) (int, syscall.Errno) {
	for {
		n, err := call(int(fd), b)
		var errno syscall.Errno
		if err == nil || !errors.As(err, &errno) || errno != syscall.EINTR {
			return n, errno
		}
	}
}
