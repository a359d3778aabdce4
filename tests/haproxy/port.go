package haproxy

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
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
// else has to know before the process starts. Another process may take it
// meanwhile: then HAProxy does not start.
func FreePort(tb testing.TB) string {
	tb.Helper()
	port, err := freePort()
	if err != nil {
		tb.Fatal(err)
	}
	return strconv.Itoa(port)
}

// freePort returns a loopback port on which nothing listens at this moment.
// Another process may take it before HAProxy does; HAProxy then refuses to
// start, and StartErr draws again.
func freePort() (int, error) {
	for range 200 {
		port := minPort + rand.IntN(maxPort-minPort)
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if errors.Is(err, syscall.EADDRINUSE) {
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("haproxy: look for a free port: %w", err)
		}
		return port, l.Close()
	}
	return 0, fmt.Errorf("haproxy: 200 ports between %d and %d are all in use", minPort, maxPort)
}
