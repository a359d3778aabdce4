//go:build linux && !race

package spop

import (
	"syscall"
	"unsafe"
)

// readFD is read(2) of a descriptor that does not block, begun again when a signal
// has interrupted it. b must not be empty. The scheduler is not told of the system
// call: it takes no longer than a call of a function, and telling costs a fifth of
// it.
func readFD(fd uintptr, b []byte) (int, syscall.Errno) {
	return rawCall(syscall.SYS_READ, fd, b)
}

// writeFD is write(2), as readFD is read(2).
func writeFD(fd uintptr, b []byte) (int, syscall.Errno) {
	return rawCall(syscall.SYS_WRITE, fd, b)
}

func rawCall(call, fd uintptr, b []byte) (int, syscall.Errno) {
	for {
		n, _, errno := syscall.RawSyscall(call, fd, uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
		if errno != syscall.EINTR {
			return int(n), errno
		}
	}
}
