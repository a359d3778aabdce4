package main

import (
	"bytes"
	"io"
	"log/slog"
	"sync"
	"time"
)

const (
	// logRoom is how many bytes of the log may wait to be written.
	logRoom = 1 << 20
	// logPatience is how long the end of the agent waits for what is left.
	logPatience = 5 * time.Second
)

// logQueue writes lines on a goroutine of its own: whoever logs does not wait for
// a pipe that nobody reads or a disk that hangs, and messages are answered all the
// same. What does not fit into logRoom is lost, and told of as soon as lines can be
// written again. Close it in the end.
type logQueue struct {
	out    io.Writer
	logger func(w io.Writer) *slog.Logger
	done   chan struct{} // closed when nothing more will be written

	mu      sync.Mutex
	more    *sync.Cond // lines wait, or closed was set
	waiting []byte
	missing int // lines lost that nobody was told of
	lost    uint64
	closed  bool
}

// newLogQueue returns a queue in front of out. What it has to say itself is
// written by a logger of that kind.
func newLogQueue(out io.Writer, logger func(w io.Writer) *slog.Logger) *logQueue {
	q := &logQueue{out: out, logger: logger, done: make(chan struct{})}
	q.more = sync.NewCond(&q.mu)
	go q.run()
	return q
}

// Write takes whole lines. It never fails and never waits for the log's reader.
func (q *logQueue) Write(lines []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || len(q.waiting)+len(lines) > logRoom {
		q.lose(lines)
		return len(lines), nil
	}
	q.waiting = append(q.waiting, lines...)
	q.more.Signal()
	return len(lines), nil
}

// lose counts lines as lost. The mutex is held.
func (q *logQueue) lose(lines []byte) {
	n := bytes.Count(lines, []byte("\n"))
	q.missing += n
	q.lost += uint64(n)
}

// Lost returns how many lines were lost since the start.
func (q *logQueue) Lost() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lost
}

// close writes what waits, for which it gives the reader a while.
func (q *logQueue) close() {
	q.mu.Lock()
	q.closed = true
	q.more.Signal()
	q.mu.Unlock()
	patience := time.NewTimer(logPatience)
	defer patience.Stop()
	select {
	case <-q.done:
	case <-patience.C:
	}
}

func (q *logQueue) run() {
	defer close(q.done)
	var lines []byte
	for {
		var missing int
		var ok bool
		if lines, missing, ok = q.take(lines[:0]); !ok {
			return
		}
		if q.write(lines) && missing > 0 {
			q.tell(missing)
		}
	}
}

// take waits for lines and takes them, with the count of those that were lost
// behind them. The memory of the ones taken before is used again. ok is false when
// nothing more will come.
func (q *logQueue) take(before []byte) (lines []byte, missing int, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 && !q.closed {
		q.more.Wait()
	}
	lines, q.waiting = q.waiting, before
	return lines, q.missing, len(lines) > 0
}

// write writes lines and reports whether it could.
func (q *logQueue) write(lines []byte) bool {
	n, err := q.out.Write(lines)
	if err == nil {
		return true
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.lose(lines[n:])
	return false
}

// tell logs that lines were lost.
func (q *logQueue) tell(missing int) {
	var line bytes.Buffer
	log := q.logger(&line)
	log.Warn("log lines lost: they could not be written, or not in time", "lines", missing)
	if _, err := q.out.Write(line.Bytes()); err != nil {
		return // it is told behind the next lines that go out
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.missing -= missing
}
