//go:build unix

package spop

import (
	"net"
	"syscall"
)

// rawConn returns the descriptor of nc, or nil when its bytes come through
// something else than the descriptor alone.
func rawConn(nc net.Conn) syscall.RawConn {
	var raw syscall.RawConn
	var err error
	switch nc := nc.(type) {
	case *net.TCPConn:
		raw, err = nc.SyscallConn()
	case *net.UnixConn:
		raw, err = nc.SyscallConn()
	}
	if err != nil {
		return nil // it is closed: a Read says so
	}
	return raw
}
