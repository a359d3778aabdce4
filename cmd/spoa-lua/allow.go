package main

import (
	"log/slog"
	"net"
	"net/netip"
	"time"
)

// allowListener accepts connections from some networks only. Serve calls it
// from one goroutine.
type allowListener struct {
	net.Listener
	allow []netip.Prefix
	log   *slog.Logger

	logged     time.Time // when a refusal was logged
	suppressed int       // refusals since then
}

func (l *allowListener) Accept() (net.Conn, error) {
	for {
		nc, err := l.Listener.Accept()
		if err != nil || l.allows(nc.RemoteAddr()) {
			return nc, err
		}
		l.refused(nc.RemoteAddr())
		nc.Close()
	}
}

// refused logs at most once a second: whoever is not let in must not be able
// to fill the log either.
func (l *allowListener) refused(peer net.Addr) {
	now := time.Now()
	if now.Sub(l.logged) < time.Second {
		l.suppressed++
		return
	}
	l.logged = now
	l.log.Warn("connection refused: its address is not in --allow", "peer", peer.String(), "suppressed", l.suppressed)
	l.suppressed = 0
}

func (l *allowListener) allows(remote net.Addr) bool {
	tcp, ok := remote.(*net.TCPAddr)
	if !ok {
		return false
	}
	a := tcp.AddrPort().Addr().Unmap().WithZone("")
	for _, p := range l.allow {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
