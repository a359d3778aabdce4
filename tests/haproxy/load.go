package haproxy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Request is one HTTP request of a Load.
type Request struct {
	Method string // "" means GET, or POST when there is a body
	Path   string // "" means "/"; may hold a query
	Host   string // "" means example.org
	Header http.Header
	Body   []byte // sent with its length; "" means none
}

// Load is a bounded HTTP load over keep-alive connections. Each client sends
// its next request only after it has the answer to the one before, and every
// request is recorded, whatever becomes of it. Nothing is ever sent twice: a
// request that meets a closing connection counts as failed.
type Load struct {
	// Addr is the host and port to send to, as from Process.Addr.
	Addr string

	// Clients is the number of connections. Zero means 8.
	Clients int

	// Rate is the number of requests per second over all clients. Zero means as
	// many as the answers allow. Sample.Due tells when a late one was meant to go.
	Rate int

	// Duration and Count end the load, whichever comes first. Zero means no such
	// limit, but one of them must be set.
	Duration time.Duration
	Count    int

	// Timeout bounds one request, its connect included. Zero means 30 seconds.
	Timeout time.Duration

	// Request is sent each time, unless Requests is set.
	Request Request

	// Requests returns the request with number n, counted from 0. It is called
	// from all clients at once.
	Requests func(n int) Request

	// Record names the response headers whose values Sample.Values holds.
	Record []string
}

// Run sends the load and returns what became of it. When ctx is done, or a
// limit is reached, no further request begins; those under way are finished.
// The error is about the fields of l only, never about a request.
func (l Load) Run(ctx context.Context) (*Report, error) {
	if err := l.populate(); err != nil {
		return nil, err
	}
	if l.Duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, l.Duration)
		defer cancel()
	}
	run := &loadRun{Load: l, wire: l.Request.wire(), start: time.Now()}
	samples := make([][]Sample, l.Clients)
	var clients sync.WaitGroup
	for i := range samples {
		clients.Go(func() { samples[i] = run.client(ctx) })
	}
	clients.Wait()
	return newReport(run.start, samples), nil
}

func (l *Load) populate() error {
	switch {
	case l.Addr == "":
		return errors.New("haproxy: load without Addr, take it from Process.Addr")
	case l.Duration <= 0 && l.Count <= 0:
		return errors.New("haproxy: load without an end, set Duration or Count")
	case l.Rate < 0 || l.Clients < 0:
		return fmt.Errorf("haproxy: load with rate %d and %d clients, neither may be negative", l.Rate, l.Clients)
	}
	if l.Clients == 0 {
		l.Clients = 8
	}
	if l.Timeout == 0 {
		l.Timeout = 30 * time.Second
	}
	return nil
}

// loadRun is the state that the clients of one Run share.
type loadRun struct {
	Load
	wire  []byte // the constant request
	start time.Time
	next  atomic.Int64
}

// client sends until the load ends. The clients take the numbers of their
// requests from one counter, so a slow answer holds up no other client's turn.
func (r *loadRun) client(ctx context.Context) []Sample {
	c := &client{addr: r.Addr, timeout: r.Timeout, record: r.Record}
	defer c.close()
	var samples []Sample
	for {
		n := int(r.next.Add(1)) - 1
		if r.Count > 0 && n >= r.Count {
			return samples
		}
		due, ok := r.await(ctx, n)
		if !ok {
			return samples
		}
		method, wire := r.Request.method(), r.wire
		if r.Requests != nil {
			req := r.Requests(n)
			method, wire = req.method(), req.wire()
		}
		s := c.do(method, wire)
		s.N, s.Due = n, due
		if due.IsZero() {
			s.Due = s.Start
		}
		samples = append(samples, s)
		if s.Err != nil {
			c.pause(ctx)
		}
	}
}

// await waits until request n is due, and reports false when the load has ended.
func (r *loadRun) await(ctx context.Context, n int) (due time.Time, ok bool) {
	if r.Rate == 0 {
		return time.Time{}, ctx.Err() == nil
	}
	after := time.Duration(float64(n) / float64(r.Rate) * float64(time.Second))
	due = r.start.Add(after)
	if r.Duration > 0 && after >= r.Duration {
		return due, false
	}
	wait := time.Until(due)
	if wait <= 0 {
		return due, ctx.Err() == nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return due, ctx.Err() == nil
	case <-ctx.Done():
		return due, false
	}
}

func (r Request) method() string {
	switch {
	case r.Method != "":
		return r.Method
	case len(r.Body) > 0:
		return http.MethodPost
	}
	return http.MethodGet
}

// wire renders the request as it is sent.
func (r Request) wire() []byte {
	path, host := r.Path, r.Host
	if path == "" {
		path = "/"
	}
	if host == "" {
		host = "example.org"
	}
	var b bytes.Buffer
	b.WriteString(r.method() + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n")
	if len(r.Body) > 0 {
		b.WriteString("Content-Length: " + strconv.Itoa(len(r.Body)) + "\r\n")
	}
	// A bytes.Buffer takes every write.
	_ = r.Header.Write(&b)
	b.WriteString("\r\n")
	b.Write(r.Body)
	return b.Bytes()
}
