// Package remote says what bindings need of the network. Package luabind opens
// no sockets: the agent brings an implementation, which decides what may be
// reached.
package remote

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"time"
)

// Network opens connections on behalf of scripts. Its methods may be called by
// any goroutine, return soon when ctx ends, and leave no goroutine behind.
type Network interface {
	// Dial connects to d.
	Dial(ctx context.Context, d Destination) (Conn, error)
	// Lookup returns the addresses of a host.
	Lookup(ctx context.Context, host string) ([]netip.Addr, error)
	// Names returns the names that DNS has for an address.
	Names(ctx context.Context, address string) ([]string, error)
	// Fetch sends a request over HTTP and reads its whole answer.
	Fetch(ctx context.Context, r *Request) (*Response, error)
}

// Destination is where Dial connects to: a host and a port, or a unix socket.
type Destination struct {
	// Host is a name or an address; Port is 1 to 65535.
	Host string
	Port int
	// Path is the unix socket, when it is not "".
	Path string
	// TLS asks for a handshake; the certificate must be Host's.
	TLS bool
}

// Conn is a connection. It is used by one goroutine at a time, but for
// SetDeadline, which any may call.
type Conn interface {
	io.ReadWriteCloser
	// SetDeadline ends reads and writes at t; the zero time is never.
	SetDeadline(t time.Time) error
	// Local and Remote are its ends as "HOST:PORT" or a path.
	Local() string
	Remote() string
}

// ErrNoHost says that there is no such name, or that DNS does not tell. Errors of
// a Network wrap it.
var ErrNoHost = errors.New("host not found")

// Request is one over HTTP. Redirects are not followed.
type Request struct {
	Method, URL string
	// Header holds lists by name.
	Header map[string][]string
	Body   string
	// Via is where to connect to in the place of URL's host, when it is not nil.
	Via *Destination
	// MaxBody is how many bytes the answer's body may have.
	MaxBody int
}

// Response is the answer to a Request.
type Response struct {
	Status int
	Reason string
	// Version is such as "1.1".
	Version string
	Header  map[string][]string
	Body    string
}

// RefusedError says that the rules do not allow a destination.
type RefusedError struct {
	// Destination is what was asked for, and Rule why it is refused.
	Destination, Rule string
	// Hint is what would allow it.
	Hint string
}

// Error tells the destination, the rule and the flag.
func (e *RefusedError) Error() string {
	return "egress to " + e.Destination + " refused: " + e.Rule + "; " + e.Hint + " would allow it"
}
