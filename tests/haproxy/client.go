package haproxy

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// client is one keep-alive connection of a Load, opened when it is needed. It
// reads with net/http's parser but without its transport, which costs several
// times more and repeats some requests by itself.
type client struct {
	addr    string
	timeout time.Duration
	record  []string

	conn net.Conn
	br   *bufio.Reader
	used bool // whether conn has carried a whole exchange
}

// do sends one request and reads its answer. A connection that failed, or that
// the server is about to close, is not used again.
func (c *client) do(method string, wire []byte) Sample {
	s := Sample{Start: time.Now()}
	keep, err := c.exchange(method, wire, &s)
	s.End = time.Now()
	s.Err = err
	if err != nil || !keep {
		c.close()
	}
	return s
}

func (c *client) exchange(method string, wire []byte, s *Sample) (keep bool, err error) {
	deadline := s.Start.Add(c.timeout)
	if c.conn == nil {
		if err := c.open(deadline); err != nil {
			return false, err
		}
	}
	s.Reused, c.used = c.used, true
	if err := c.conn.SetDeadline(deadline); err != nil {
		return false, err
	}
	if _, err := c.conn.Write(wire); err != nil {
		return false, fmt.Errorf("send request: %w", err)
	}
	resp, err := http.ReadResponse(c.br, &http.Request{Method: method})
	if err != nil {
		return false, fmt.Errorf("read answer: %w", err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return false, fmt.Errorf("read body: %w", err)
	}
	s.Status = resp.StatusCode
	if len(c.record) > 0 {
		s.Values = make([]string, len(c.record))
		for i, name := range c.record {
			s.Values[i] = resp.Header.Get(name)
		}
	}
	return !resp.Close, nil
}

func (c *client) open(deadline time.Time) error {
	dialer := net.Dialer{Deadline: deadline}
	conn, err := dialer.Dial("tcp", c.addr)
	if err != nil {
		return err
	}
	c.conn, c.used = conn, false
	c.br = bufio.NewReader(conn)
	return nil
}

func (c *client) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

// pause follows an error, so that a server that is gone is not asked ten
// thousand times a second.
func (c *client) pause(ctx context.Context) {
	select {
	case <-time.After(10 * time.Millisecond):
	case <-ctx.Done():
	}
}
