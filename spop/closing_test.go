package spop_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"sync/atomic"
	"testing"

	"github.com/spoa-lua/spoa-lua/spop"
	"github.com/spoa-lua/spoa-lua/spop/spoptest"
)

// fullConn is a connection that takes no more bytes once it is full, whatever the
// deadline, until it is closed: a peer's that does not read.
type fullConn struct {
	net.Conn
	full   atomic.Bool
	closed chan struct{}
}

func (c *fullConn) Write(b []byte) (int, error) {
	if c.full.Load() {
		<-c.closed
		return 0, net.ErrClosed
	}
	return c.Conn.Write(b)
}

func (c *fullConn) Close() error {
	if c.full.Swap(false) {
		close(c.closed)
	}
	return c.Conn.Close()
}

func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// TestCloseWaitsForNoPeer closes a server with peers over TLS that read nothing:
// the goodbye of TLS to one of them holds up neither Close nor the others.
func TestCloseWaitsForNoPeer(t *testing.T) {
	t.Parallel()
	s := spop.NewServer(spop.Config{Handler: spop.HandlerFunc(func(*spop.Exchange) error { return nil })})
	l := spoptest.NewListener()
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	config := &tls.Config{Certificates: []tls.Certificate{certificate(t)}, MinVersion: tls.VersionTLS13}
	var conns []*fullConn
	for range 3 {
		near, far := spoptest.Pipe()
		c := &fullConn{Conn: far, closed: make(chan struct{})}
		if err := l.Offer(tls.Server(c, config)); err != nil {
			t.Fatal(err)
		}
		p := spoptest.NewPeer(t, tls.Client(near, &tls.Config{InsecureSkipVerify: true}))
		p.Hello(spop.HaproxyHello{Versions: spop.Version, MaxFrameSize: 16380})
		c.full.Store(true)
		conns = append(conns, c)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	for _, c := range conns {
		<-c.closed
	}
	if err := <-served; !errors.Is(err, spop.ErrServerClosed) {
		t.Errorf("Serve ended with %v", err)
	}
}
