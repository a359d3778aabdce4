package haproxy

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// reloadFailures are what masters say when the new worker does not come up:
// 2.6 and 3.0 read the configuration themselves, 3.2 has the worker read it.
var reloadFailures = []string{"Loading failure!", "Failed to load worker"}

// Reload makes HAProxy read its configuration again, as a service manager does,
// by SIGUSR2 to the master. A new worker takes over the listening sockets while
// the old one drains. Reload returns when only the new worker accepts
// connections; the old one may still be finishing what it has. When the configuration is refused the old worker goes
// on, and the error contains HAProxy's messages.
//
// Idle keep-alive connections of the old worker are closed at once unless the
// frontend has "option idle-close-on-response", which a client that does not
// repeat requests needs. With it, each such connection gets one more answer from
// the old worker.
func (p *Process) Reload() error {
	before, err := p.workerPID()
	if err != nil {
		return fmt.Errorf("haproxy %s: reload: %w", p.cfg.Version, err)
	}
	mark := len(p.Log())
	if err := p.cmd.Process.Signal(syscall.SIGUSR2); err != nil {
		return fmt.Errorf("haproxy %s: reload: %w", p.cfg.Version, err)
	}
	refused := false
	err = p.poll("served with the new configuration", func() (bool, error) {
		log := p.Log()[mark:]
		refused = slices.ContainsFunc(reloadFailures, func(text string) bool { return strings.Contains(log, text) })
		after, err := p.workerPID()
		return refused || err == nil && after != before, nil
	})
	if err == nil && !refused {
		// The new worker serves before the old one is told to stop.
		err = p.poll("had the old worker closed its listeners", func() (bool, error) {
			listens, err := listening(before)
			return !listens, err
		})
	}
	if err != nil {
		return err
	}
	// Refused or not, the master has executed itself anew, and would lose the
	// signal of the next Reload until it is ready.
	if err := p.waitServing(); err != nil {
		return err
	}
	if refused {
		return fmt.Errorf("haproxy %s refuses the new configuration, the old one goes on\n%s", p.cfg.Version, excerpt(p.Log()[mark:]))
	}
	return nil
}

// listening reports whether the process holds a listening TCP socket. A process
// that has ended holds none.
func listening(pid string) (bool, error) {
	inodes := map[string]bool{}
	for _, table := range []string{"tcp", "tcp6"} {
		text, err := os.ReadFile(filepath.Join("/proc", "self", "net", table))
		if errors.Is(err, fs.ErrNotExist) { // a kernel without IPv6
			continue
		}
		if err != nil {
			return false, fmt.Errorf("haproxy: list sockets: %w", err)
		}
		for line := range strings.Lines(string(text)) {
			// proc(5): field 4 is the state, 0A means listening; 10 is the inode.
			if f := strings.Fields(line); len(f) > 9 && f[3] == "0A" {
				inodes["socket:["+f[9]+"]"] = true
			}
		}
	}
	dir := filepath.Join("/proc", pid, "fd")
	fds, err := os.ReadDir(dir)
	if err != nil {
		return false, ignoreGone(err)
	}
	for _, fd := range fds {
		target, err := os.Readlink(filepath.Join(dir, fd.Name()))
		if err == nil && inodes[target] {
			return true, nil
		}
	}
	return false, nil
}

// ignoreGone drops the errors with which /proc says that a process has ended.
func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return fmt.Errorf("haproxy: list the files of the old worker: %w", err)
}

// WriteFile replaces a file of the process, or adds one, for the next Reload to
// read. The configuration itself is called haproxy.cfg. Placeholders keep the
// values that they had at the start.
func (p *Process) WriteFile(name, text string) error { return p.files.write(name, text) }
