package haproxy

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"syscall"
	"testing"
)

// Ports are drawn below the range from which Linux takes the source ports of
// outgoing connections (32768 and up): a load generator uses thousands of those.
const (
	minPort = 15000
	maxPort = 32000
)

// FreePort returns a loopback port for a value of Config.Vars that something
// else has to know before the process starts. Nobody else who asks here gets it.
func FreePort(tb testing.TB) string {
	tb.Helper()
	port, err := freePort()
	if err != nil {
		tb.Fatal(err)
	}
	return strconv.Itoa(port)
}

// freePort returns a loopback port that nothing is bound to, and keeps a socket
// bound to it as long as this process lives: other processes that ask here see
// that it is taken, while HAProxy, which binds with SO_REUSEADDR as that socket
// has it, may listen there. One that does not ask may still take it; HAProxy then
// refuses to start, and StartErr draws again.
func freePort() (int, error) {
	for range 200 {
		port := minPort + rand.IntN(maxPort-minPort)
		err := reserve(port)
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("haproxy: look for a free port: %w", err)
		}
		return port, nil
	}
	return 0, fmt.Errorf("haproxy: 200 ports between %d and %d are all in use", minPort, maxPort)
}

// reserve binds a socket to a port, alone at first: then it lets others bind who
// have SO_REUSEADDR too.
func reserve(port int) error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	err = syscall.Bind(fd, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
	if err == nil {
		err = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	}
	if err != nil {
		syscall.Close(fd)
	}
	return err
}
