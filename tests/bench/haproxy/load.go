//go:build linux

package main

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// load sends requests over all its clients from one thread: a goroutine for
// each client would cost more than HAProxy does.
type load struct {
	clients []*client
	epoll   int
	events  []unix.EpollEvent

	answered int
	wrong    int
	first    error // the first wrong answer
}

func newLoad(addr string, clients int, want func(path string) string) (*load, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("epoll: %w", err)
	}
	l := &load{epoll: epoll, events: make([]unix.EpollEvent, clients)}
	for i := range clients {
		c, err := newClient(addr, i, want)
		if err != nil {
			l.close()
			return nil, err
		}
		l.clients = append(l.clients, c)
		event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(i)}
		if err := unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, c.fd, &event); err != nil {
			l.close()
			return nil, fmt.Errorf("epoll: %w", err)
		}
	}
	return l, nil
}

func (l *load) close() {
	for _, c := range l.clients {
		c.close()
	}
	unix.Close(l.epoll)
}

// run keeps one request of each client in flight, and calls sample after warmup
// and after duration more, with how many were answered by then. The thread stays
// on the core; -1 means any.
func (l *load) run(core int, warmup, duration time.Duration, sample func(answered int) error) error {
	runtime.LockOSThread() // for good when it is pinned: the thread ends with the goroutine
	if core >= 0 {
		if err := pin(0, core); err != nil {
			return err
		}
	} else {
		defer runtime.UnlockOSThread()
	}
	for _, c := range l.clients {
		if err := c.send(); err != nil {
			return fmt.Errorf("send a request: %w", err)
		}
	}
	next := time.Now().Add(warmup)
	for samples := 0; ; {
		if err := l.turn(); err != nil {
			return err
		}
		if time.Now().Before(next) {
			continue
		}
		if err := sample(l.answered); err != nil {
			return err
		}
		if samples++; samples == 2 {
			return nil
		}
		next = time.Now().Add(duration)
	}
}

// patience is how long no client may get an answer.
const patience = 5 * time.Second

// turn waits for answers, and sends the next request where there is one.
func (l *load) turn() error {
	n, err := unix.EpollWait(l.epoll, l.events, int(patience.Milliseconds()))
	switch {
	case errors.Is(err, unix.EINTR):
		return nil
	case err != nil:
		return fmt.Errorf("epoll: %w", err)
	case n == 0:
		return fmt.Errorf("no answer in %s", patience)
	}
	for _, event := range l.events[:n] {
		c := l.clients[event.Fd]
		complete, err := c.receive()
		if _, ok := errors.AsType[answerError](err); ok {
			l.wrong++
			if l.first == nil {
				l.first = err
			}
		} else if err != nil {
			return err
		}
		if !complete {
			continue
		}
		l.answered++
		if err := c.send(); err != nil {
			return fmt.Errorf("send a request: %w", err)
		}
	}
	return nil
}
