//go:build !unix

package spop

import (
	"net"
	"syscall"
)

// rawConn returns nil: connections keep their buffers here.
func rawConn(net.Conn) syscall.RawConn { return nil }

// readFD is not called without a rawConn.
func readFD(uintptr, []byte) (int, syscall.Errno) { return 0, syscall.EINVAL }

// writeFD neither.
func writeFD(uintptr, []byte) (int, syscall.Errno) { return 0, syscall.EINVAL }
