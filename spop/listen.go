package spop

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func sizes(size, limit int) string {
	return strconv.Itoa(size) + " bytes, limit " + strconv.Itoa(limit)
}

// Listen opens a listener at address: "host:port" for TCP, "unix:PATH" for a
// unix socket. A socket file that an agent has left behind and that nobody
// listens on is replaced; one that somebody listens on is an error.
func Listen(address string) (net.Listener, error) {
	network, addr := SplitAddress(address)
	if network == "unix" {
		if err := removeStale(addr); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen(network, addr)
	if err != nil {
		return nil, fmt.Errorf("spop: listen: %w", err)
	}
	return l, nil
}

// SplitAddress splits the address that Listen and Dial take into the network
// and the address of package net.
func SplitAddress(address string) (network, addr string) {
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		return "unix", path
	}
	return "tcp", address
}

func removeStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("spop: listen: %w", err)
	}
	if info.Mode()&os.ModeSocket == 0 {
		return fmt.Errorf("spop: listen: %s exists and is no socket", path)
	}
	nc, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		nc.Close()
		return fmt.Errorf("spop: listen: another process listens on %s", path)
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("spop: listen: %w", err)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("spop: listen: %w", err)
	}
	return nil
}
