package spop

import (
	"runtime"
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
	ran  ran
	calm int // looks in a row that found no handler running
}

// calmLooks is after how many looks without a running handler a connection is
// no longer looked at.
const calmLooks = 50

// punctual is how much later than asked for the watchdog may wake up without
// being late: Go's timers are up to 1.1 ms late when a processor is idle.
const punctual = 2 * time.Millisecond

// starvedLooks is how many looks it takes for an exchange to be slow while there
// are too few processors: see mostOf.
const starvedLooks = 16

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
	now := w.srv.now()
	for {
		before := now
		time.Sleep(w.tick)
		now = w.srv.now()
		var more bool
		if conns, slow, more = w.collect(conns[:0], slow[:0]); !more {
			return
		}
		most := w.mostOf(time.Duration(now-before), running(conns))
		for _, c := range conns {
			w.lookAt(c, now, most)
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

// mostOf returns how much time a look counts at most that comes so long after
// the one before and finds so many exchanges running. When the watchdog itself
// is late, the process gets no processor; when more exchanges run than there are
// processors, some of them wait for one. Those look slow and have not run: to
// have another goroutine read on would but add to the queue.
func (w *watchdog) mostOf(pause time.Duration, running int) int64 {
	limit := int64(w.srv.cfg.HandOverAfter)
	if pause > w.tick+punctual || running > runtime.GOMAXPROCS(0) {
		return limit / starvedLooks
	}
	return limit
}

// running returns how many of conns run a handler that holds their reader.
func running(conns []*conn) int {
	n := 0
	for _, c := range conns {
		if c.busy() {
			n++
		}
	}
	return n
}

// lookAt hands the reader role of c over when its exchange is slow. The look
// counts at most most.
func (w *watchdog) lookAt(c *conn, now, most int64) {
	c.clock.Store(now)
	rd := c.cur.Load()
	word := rd.x.word.Load()
	if word&stateMask != stateRunning {
		w.lookAtCalm(c)
		return
	}
	c.seen.calm = 0
	first := word != c.seen.ran.word
	took := c.seen.ran.look(word, now, most)
	if first {
		return
	}
	if rd.x.given(word, now) != nil {
		if c.handOver(rd, word) {
			lookAtSlow(rd, now)
		}
		return
	}
	if took >= int64(w.srv.cfg.HandOverAfter) {
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
