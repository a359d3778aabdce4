package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The errors of a Socket, in LuaSocket's words.
var (
	ErrTimeout = errors.New("timeout")
	ErrClosed  = errors.New("closed")
)

// connectTimeout is how long Connect waits when no other limit was set, as in
// HAProxy.
const connectTimeout = 5 * time.Second

// Socket is a connection as scripts use it: it reads lines and blocks, and each
// operation has the same limit of time. The zero value is not connected. It is
// used by one goroutine at a time.
type Socket struct {
	// Timeout bounds each operation; 0 means none, but for Connect.
	Timeout time.Duration
	// Max is how many bytes Receive may return.
	Max int

	conn Conn
	in   []byte // read and not yet returned
	end  error  // why nothing more will come
}

// Connect connects to d.
func (s *Socket) Connect(ctx context.Context, n Network, d Destination) error {
	limit := s.Timeout
	if limit == 0 {
		limit = connectTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	c, err := n.Dial(ctx, d)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
			return ErrTimeout
		}
		return err
	}
	s.conn, s.in, s.end = c, nil, nil
	return nil
}

// Connected reports whether Connect has succeeded and Close was not called.
func (s *Socket) Connected() bool { return s.conn != nil }

// Conn is what it is connected by, nil when it is not.
func (s *Socket) Conn() Conn { return s.conn }

// Close closes it.
func (s *Socket) Close() error {
	if s.conn == nil {
		return nil
	}
	c := s.conn
	s.conn, s.in, s.end = nil, nil, ErrClosed
	return c.Close()
}

// limited runs op, which ends with the time of the socket or of ctx.
func (s *Socket) limited(ctx context.Context, op func() error) error {
	if s.conn == nil {
		return ErrClosed
	}
	var until time.Time
	if s.Timeout > 0 {
		until = time.Now().Add(s.Timeout)
	}
	if err := s.conn.SetDeadline(until); err != nil {
		return ErrClosed
	}
	c := s.conn
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	err := op()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return ErrTimeout
	default:
		return ErrClosed
	}
}

// Send writes data and returns how many bytes of it went out.
func (s *Socket) Send(ctx context.Context, data string) (sent int, err error) {
	err = s.limited(ctx, func() (err error) {
		sent, err = io.WriteString(s.conn, data)
		return err
	})
	return sent, err
}

// Line receives a line and leaves its end away, CR LF or LF. What came of it is
// returned with an error, too.
func (s *Socket) Line(ctx context.Context) (string, error) {
	seen := 0
	for {
		if i := bytes.IndexByte(s.in[seen:], '\n'); i >= 0 {
			return strings.TrimSuffix(s.take(seen+i, 1), "\r"), nil
		}
		seen = len(s.in)
		if err := s.more(ctx); err != nil {
			return s.take(len(s.in), 0), err
		}
	}
}

// All receives until the other end closes the connection.
func (s *Socket) All(ctx context.Context) (string, error) {
	for {
		if err := s.more(ctx); err != nil {
			return s.take(len(s.in), 0), err
		}
	}
}

// Bytes receives n bytes.
func (s *Socket) Bytes(ctx context.Context, n int) (string, error) {
	for len(s.in) < n {
		if err := s.more(ctx); err != nil {
			return s.take(len(s.in), 0), err
		}
	}
	return s.take(n, 0), nil
}

// take cuts n bytes off what was read, and throws some more away.
func (s *Socket) take(n, skip int) string {
	out := string(s.in[:n])
	s.in = s.in[n+skip:]
	if len(s.in) == 0 {
		s.in = nil
	}
	return out
}

// readSize is how much is read at a time.
const readSize = 16 << 10

// more reads on.
func (s *Socket) more(ctx context.Context) error {
	if s.end != nil {
		return s.end
	}
	if s.Max > 0 && len(s.in) >= s.Max {
		return fmt.Errorf("more than %d bytes", s.Max)
	}
	s.in = slices.Grow(s.in, readSize)
	have, n := len(s.in), 0
	err := s.limited(ctx, func() (err error) {
		n, err = s.conn.Read(s.in[have : have+readSize])
		return err
	})
	s.in = s.in[:have+n]
	if errors.Is(err, ErrClosed) {
		s.end = err
	}
	if n > 0 {
		return nil
	}
	return err
}

// ErrNoPort says that an address needs a port that it does not have.
var ErrNoPort = errors.New("port missing")

// ErrNoAddress says that a text is no address.
var ErrNoAddress = errors.New("no address")

// ParseDestination reads the address of a socket as HAProxy writes it: HOST:PORT,
// HOST with a port beside it, unix@PATH or a path. A port of 0 is none.
func ParseDestination(address string, port int) (Destination, error) {
	if path, ok := unixPath(address); ok {
		return Destination{Path: path}, nil
	}
	for _, family := range []string{"ipv4@", "ipv6@", "tcp@", "tcp4@", "tcp6@"} {
		if rest, ok := strings.CutPrefix(address, family); ok {
			address = rest
			break
		}
	}
	host := address
	if port == 0 {
		i := strings.LastIndexByte(address, ':')
		if i < 0 || strings.HasSuffix(address, "]") {
			return Destination{}, ErrNoPort
		}
		n, err := strconv.ParseUint(address[i+1:], 10, 16)
		if err != nil || n == 0 {
			return Destination{}, ErrNoPort
		}
		host, port = address[:i], int(n)
	}
	if inner, ok := strings.CutPrefix(host, "["); ok {
		host = strings.TrimSuffix(inner, "]")
	}
	if !isAddress(host) {
		return Destination{}, ErrNoAddress
	}
	return Destination{Host: host, Port: port}, nil
}

func unixPath(address string) (string, bool) {
	if strings.HasPrefix(address, "/") {
		return address, true
	}
	return strings.CutPrefix(address, "unix@")
}

// isAddress reports whether host is an IP address or may be a name.
func isAddress(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return host != "" && len(host) <= 253 && strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}
