package bench

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// waker sleeps for short times exactly. Go's own sleep is rounded up to a
// millisecond when the process has nothing else to do; a timer that is a file
// descriptor is not.
type waker struct {
	f   *os.File // nil when the kernel gives none
	buf [8]byte
}

func newWaker() *waker {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return &waker{}
	}
	return &waker{f: os.NewFile(uintptr(fd), "timerfd")}
}

func (w *waker) sleep(d time.Duration) {
	if d <= 0 {
		return
	}
	if w.f == nil || !w.arm(d) {
		time.Sleep(d)
		return
	}
	_, _ = w.f.Read(w.buf[:]) // it brings how often the timer went off
}

func (w *waker) arm(d time.Duration) (ok bool) {
	raw, err := w.f.SyscallConn()
	if err != nil {
		return false
	}
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(d))}
	err = raw.Control(func(fd uintptr) { ok = unix.TimerfdSettime(int(fd), 0, &spec, nil) == nil })
	return ok && err == nil
}

func (w *waker) close() {
	if w.f != nil {
		w.f.Close()
	}
}
