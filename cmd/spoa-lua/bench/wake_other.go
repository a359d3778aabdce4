//go:build !linux

package bench

import "time"

// waker sleeps for short times.
type waker struct{}

func newWaker() *waker { return &waker{} }

func (*waker) sleep(d time.Duration) { time.Sleep(d) }

func (*waker) close() {}
