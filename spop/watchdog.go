package spop

import (
	"slices"
	"sync"
	"time"
)

// watchdog looks at the connections that are busy, at short intervals, for
// exchanges that are slow: it hands their reader role over, and answers those
// whose time is over. So an ordinary exchange sets no timer and reads no clock.
// Its goroutine lives while there is something to look at; Server.running counts
// it, see handOver.
type watchdog struct {
	srv  *Server
	tick time.Duration

	mu      sync.Mutex
	conns   []*conn
	slow    []*reader
	running bool
	closed  bool
	done    sync.WaitGroup
}

// watchState is what the watchdog remembers of a connection between two looks.
type watchState struct {
	word  uint64
	since int64
	calm  int // looks in a row that found no handler running
}

// calmLooks is after how many looks without a running handler a connection is
// no longer looked at.
const calmLooks = 50

func newWatchdog(s *Server) *watchdog {
	return &watchdog{srv: s, tick: max(s.cfg.HandOverAfter/2, 50*time.Microsecond)}
}

// add has the watchdog look at c until it is idle for a while.
func (w *watchdog) add(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || c.watched.Load() {
		return
	}
	c.watched.Store(true)
	w.conns = append(w.conns, c)
	w.startLocked()
}

// addSlow has the watchdog look at a detached exchange until it is answered.
func (w *watchdog) addSlow(rd *reader) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		rd.x.halt()
		return
	}
	w.slow = append(w.slow, rd)
	w.startLocked()
}

func (w *watchdog) remove(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = slices.DeleteFunc(w.conns, func(other *conn) bool { return other == c })
}

func (w *watchdog) startLocked() {
	if !w.running {
		w.running = true
		w.done.Add(1)
		w.srv.running.Go(func() {
			defer w.done.Done()
			w.run()
		})
	}
}

// close ends the watchdog. Handlers that are still running are told to stop.
func (w *watchdog) close() {
	w.mu.Lock()
	w.closed = true
	for _, rd := range w.slow {
		rd.x.halt()
	}
	w.mu.Unlock()
	w.done.Wait()
}

func (w *watchdog) run() {
	var conns []*conn
	var slow []*reader
	for {
		time.Sleep(w.tick)
		now := w.srv.now()
		var more bool
		if conns, slow, more = w.collect(conns[:0], slow[:0]); !more {
			return
		}
		for _, c := range conns {
			w.lookAt(c, now)
		}
		for _, rd := range slow {
			lookAtSlow(rd, now)
		}
	}
}

// collect copies what there is to look at and forgets exchanges that have been
// answered. more is false when nothing is left and run must end.
func (w *watchdog) collect(conns []*conn, slow []*reader) (_ []*conn, _ []*reader, more bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.slow = slices.DeleteFunc(w.slow, func(rd *reader) bool {
		return rd.x.word.Load()&stateMask != stateDetached
	})
	if w.closed || len(w.conns)+len(w.slow) == 0 {
		w.running = false
		return nil, nil, false
	}
	return append(conns, w.conns...), append(slow, w.slow...), true
}

// lookAt hands the reader role of c over when its exchange is slow.
func (w *watchdog) lookAt(c *conn, now int64) {
	c.clock.Store(now)
	rd := c.cur.Load()
	word := rd.x.word.Load()
	if word&stateMask != stateRunning {
		w.lookAtCalm(c)
		return
	}
	if word != c.seen.word {
		c.seen = watchState{word: word, since: now}
		return
	}
	c.seen.calm = 0
	if rd.x.given(word, now) != nil {
		if c.handOver(rd, word) {
			lookAtSlow(rd, now)
		}
		return
	}
	if now-c.seen.since >= int64(w.srv.cfg.HandOverAfter) {
		c.handOver(rd, word)
	}
}

// lookAtCalm stops looking at a connection that has been idle for a while. An
// exchange that begins at this moment either sees watched unset and adds its
// connection again, or is seen here.
func (w *watchdog) lookAtCalm(c *conn) {
	c.seen.calm++
	if c.seen.calm < calmLooks {
		return
	}
	c.seen.calm = 0
	w.mu.Lock()
	defer w.mu.Unlock()
	c.watched.Store(false)
	if c.busy() {
		c.watched.Store(true)
		return
	}
	w.conns = slices.DeleteFunc(w.conns, func(other *conn) bool { return other == c })
}

// lookAtSlow answers a detached exchange whose time is over, or that was
// abandoned.
func lookAtSlow(rd *reader, now int64) {
	word := rd.x.word.Load()
	if cause := rd.x.given(word, now); cause != nil {
		rd.c.answerFor(rd, word, cause)
	}
}
