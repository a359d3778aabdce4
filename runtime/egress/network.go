package egress

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"syscall"

	"github.com/spoa-lua/spoa-lua/luabind/remote"
)

// Config is what a Network is made with.
type Config struct {
	// Policy is what may be reached; nil is nothing.
	Policy *Policy
	// NoVerify has certificates taken as they come.
	NoVerify bool
	// Roots are who may have signed certificates; nil are the system's.
	Roots *x509.CertPool
}

// Network is the network of scripts, a remote.Network. Its methods may be
// called by any goroutine.
type Network struct {
	policy   *Policy
	tls      *tls.Config
	resolver *net.Resolver
	http     *http.Transport

	mu  sync.Mutex
	via map[remote.Destination]*http.Transport
}

// New returns a Network. Close it in the end.
func New(cfg Config) *Network {
	n := &Network{policy: cfg.Policy, resolver: &net.Resolver{PreferGo: true}, via: make(map[remote.Destination]*http.Transport)}
	if n.policy == nil {
		n.policy = new(Policy)
	}
	n.tls = &tls.Config{InsecureSkipVerify: cfg.NoVerify, MinVersion: tls.VersionTLS12, RootCAs: cfg.Roots}
	n.http = n.transport(n.dialAddress)
	return n
}

// Close closes the connections that are kept for later requests.
func (n *Network) Close() {
	n.http.CloseIdleConnections()
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, t := range n.via {
		t.CloseIdleConnections()
	}
}

// Dial connects to d.
func (n *Network) Dial(ctx context.Context, d remote.Destination) (remote.Conn, error) {
	nc, err := n.dial(ctx, d)
	if err != nil {
		return nil, err
	}
	if d.TLS {
		cfg := n.tls.Clone()
		cfg.ServerName = d.Host
		secure := tls.Client(nc, cfg)
		if err := secure.HandshakeContext(ctx); err != nil {
			nc.Close()
			return nil, fmt.Errorf("%s: %w", destinationText(d), err)
		}
		nc = secure
	}
	return conn{nc}, nil
}

func (n *Network) dial(ctx context.Context, d remote.Destination) (net.Conn, error) {
	if d.Path != "" {
		path, err := n.policy.checkUnix(d.Path)
		if err != nil {
			return nil, err
		}
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}
	return n.dialAddress(ctx, "tcp", net.JoinHostPort(d.Host, strconv.Itoa(d.Port)))
}

// dialAddress connects to HOST:PORT. The rules are asked about each address that
// the name stands for, when its socket is about to connect.
func (n *Network) dialAddress(ctx context.Context, _, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if _, err := netip.ParseAddr(host); err == nil {
		host = ""
	}
	dialer := net.Dialer{Resolver: n.resolver, Control: func(_, addr string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(addr)
		if err != nil {
			return err
		}
		return n.policy.checkAddr(normalHost(host), to)
	}}
	nc, err := dialer.DialContext(ctx, "tcp", address)
	return nc, withNoHost(err)
}

// Lookup returns the addresses of a host.
func (n *Network) Lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	addrs, err := n.resolver.LookupNetIP(ctx, "ip", host)
	return addrs, withNoHost(err)
}

// Names returns the names that DNS has for an address.
func (n *Network) Names(ctx context.Context, address string) ([]string, error) {
	names, err := n.resolver.LookupAddr(ctx, address)
	return names, withNoHost(err)
}

// withNoHost tells what is an error of DNS, without its using up the time.
func withNoHost(err error) error {
	var dns *net.DNSError
	if !errors.As(err, &dns) || dns.IsTimeout {
		return err
	}
	return fmt.Errorf("%w: %w", remote.ErrNoHost, err)
}

func destinationText(d remote.Destination) string {
	if d.Path != "" {
		return "unix:" + d.Path
	}
	return net.JoinHostPort(d.Host, strconv.Itoa(d.Port))
}

// conn is a net.Conn as remote.Conn.
type conn struct{ net.Conn }

func (c conn) Local() string  { return c.LocalAddr().String() }
func (c conn) Remote() string { return c.RemoteAddr().String() }
