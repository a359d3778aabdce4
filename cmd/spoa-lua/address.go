package main

import (
	"errors"
	"io/fs"
	"net"
	"strconv"
	"strings"
	"syscall"

	"github.com/spoa-lua/spoa-lua/spop"
)

// checkAddress refuses what no flag takes for an address, before anything is
// opened.
func checkAddress(flag, address string) error {
	network, rest := spop.SplitAddress(address)
	if network == "unix" && rest != "" {
		return nil
	}
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		n, err := strconv.Atoi(port)
		if err == nil && (n < 0 || n > 65535) {
			return usagef("--%s %q: a port is 0 to 65535", flag, address)
		}
		return nil
	}
	return usagef("--%s %q must be HOST:PORT or unix:PATH%s", flag, address, meantAddress(address))
}

// checkMetrics refuses what --metrics does not take.
func checkMetrics(address string) error {
	if network, _ := spop.SplitAddress(address); network == "unix" {
		return usagef("--metrics %q must be HOST:PORT: it has no unix sockets", address)
	}
	if address == "" {
		return nil
	}
	return checkAddress("metrics", address)
}

// meantAddress is the end of an error: what the address may be meant for.
func meantAddress(address string) string {
	path, isHAProxys := strings.CutPrefix(address, "unix@")
	_, err := strconv.ParseUint(address, 10, 16)
	switch {
	case isHAProxys || strings.HasPrefix(path, "/"):
		return ", did you mean unix:" + path + "?"
	case err == nil:
		return ", did you mean 127.0.0.1:" + address + "?"
	}
	return ""
}

// listenError is why a flag's address cannot be listened at, with what to do.
func listenError(flag, address string, err error) error {
	if system, ok := errors.AsType[*net.OpError](err); ok {
		err = system.Err // without the address, which the flag says
	}
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		err = number // without the system call
	}
	return hinted{error: &flagError{flag, address, err}, hint: listenHint(address, err)}
}

// flagError is an error about the value of a flag.
type flagError struct {
	flag, value string
	err         error
}

// Error returns the flag, its value and what is wrong with it.
func (e *flagError) Error() string { return "--" + e.flag + " " + e.value + ": " + e.err.Error() }

// Unwrap returns what is wrong.
func (e *flagError) Unwrap() error { return e.err }

// listenHint is what to do about an error of listening, or "".
func listenHint(address string, err error) string {
	path, isUnix := strings.CutPrefix(address, "unix:")
	_, port, _ := net.SplitHostPort(address)
	number, _ := strconv.Atoi(port)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return "ss -lntp tells who listens there; if it is another agent, --reuse-port on both lets this one take over"
	case errors.Is(err, syscall.EPERM) && isUnix:
		return "--socket-owner needs the right to give files away, which root has"
	case errors.Is(err, syscall.EACCES) && isUnix:
		return "who runs the agent must be able to write the folder of " + path
	case errors.Is(err, syscall.EACCES) && number < 1024:
		return "ports below 1024 need the capability CAP_NET_BIND_SERVICE"
	case errors.Is(err, fs.ErrNotExist) && isUnix:
		return "make the folder of " + path + " first: RuntimeDirectory= of systemd does"
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return "the address must be one of this machine's"
	}
	return ""
}
