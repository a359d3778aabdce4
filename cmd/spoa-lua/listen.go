package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/user"
	"strconv"
	"strings"
	"syscall"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/urfave/cli/v2"
	"golang.org/x/sys/unix"

	"github.com/spoa-lua/spoa-lua/spop"
)

func listenFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "listen", EnvVars: env("listen"), Value: cli.NewStringSlice("127.0.0.1:9000"),
			Usage: "listen at `ADDR`: HOST:PORT or unix:PATH; may be repeated. Sockets that systemd passes come first"},
		&cli.StringFlag{Name: "socket-mode", EnvVars: env("socket-mode"), Value: "0660",
			Usage: "give unix sockets the octal `MODE`"},
		&cli.StringFlag{Name: "socket-owner", EnvVars: env("socket-owner"),
			Usage: "give unix sockets to `USER[:GROUP]`, names or numbers", DefaultText: "who runs the agent"},
		&cli.BoolFlag{Name: "reuse-port", EnvVars: env("reuse-port"),
			Usage: "let another agent with this flag listen at the same address, to take over while this one drains"},
		&cli.StringSliceFlag{Name: "allow", EnvVars: env("allow"),
			Usage: "take TCP connections from `CIDR` only; may be repeated", DefaultText: "everywhere"},
		&cli.StringFlag{Name: "tls-cert", EnvVars: env("tls-cert"), Usage: "speak TLS on TCP listeners, with the certificate chain in `FILE` (PEM)"},
		&cli.StringFlag{Name: "tls-key", EnvVars: env("tls-key"), Usage: "the key of --tls-cert, in `FILE` (PEM)"},
		&cli.StringFlag{Name: "tls-client-ca", EnvVars: env("tls-client-ca"),
			Usage: "take only peers with a certificate of the authorities in `FILE` (PEM)"},
	}
}

// door is who may come in, and how.
type door struct {
	addresses []string
	mode      fs.FileMode
	uid, gid  int // -1: not changed
	reusePort bool
	allow     []netip.Prefix
	tls       *certificates // nil: plain
	log       *slog.Logger
}

// newDoor reads and checks the flags of listenFlags.
func newDoor(c *cli.Context, log *slog.Logger) (*door, error) {
	d := &door{addresses: list(c, "listen"), reusePort: c.Bool("reuse-port"), log: log}
	for _, address := range d.addresses {
		if err := checkAddress("listen", address); err != nil {
			return nil, err
		}
	}
	mode, err := strconv.ParseUint(c.String("socket-mode"), 8, 32)
	if err != nil || mode > 0o777 {
		return nil, usagef("--socket-mode %q must be octal, such as 0660", c.String("socket-mode"))
	}
	d.mode = fs.FileMode(mode)
	if d.uid, d.gid, err = parseOwner(c.String("socket-owner")); err != nil {
		return nil, err
	}
	for _, text := range list(c, "allow") {
		prefix, err := parsePrefix(text)
		if err != nil {
			return nil, usagef("--allow %q must be an address or a network such as 192.0.2.0/24", text)
		}
		d.allow = append(d.allow, prefix)
	}
	d.tls, err = newCertificates(c.String("tls-cert"), c.String("tls-key"), c.String("tls-client-ca"))
	return d, err
}

func parsePrefix(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	return p.Masked(), err
}

// parseOwner reads USER[:GROUP]; -1 stands for what is not given.
func parseOwner(text string) (uid, gid int, err error) {
	uid, gid = -1, -1
	if text == "" {
		return uid, gid, nil
	}
	name, group, hasGroup := strings.Cut(text, ":")
	if uid, err = strconv.Atoi(name); err != nil {
		u, err := user.Lookup(name)
		if err != nil {
			return 0, 0, usagef("--socket-owner: %w", err)
		}
		uid, _ = strconv.Atoi(u.Uid)
	}
	if !hasGroup {
		return uid, gid, nil
	}
	if gid, err = strconv.Atoi(group); err != nil {
		g, err := user.LookupGroup(group)
		if err != nil {
			return 0, 0, usagef("--socket-owner: %w", err)
		}
		gid, _ = strconv.Atoi(g.Gid)
	}
	return uid, gid, nil
}

// open opens all listeners. When systemd passes sockets, those are served, and
// --listen only counts if it was given.
func (d *door) open(listenGiven bool) ([]net.Listener, error) {
	passed, err := activation.Listeners()
	if err != nil {
		return nil, fmt.Errorf("sockets from systemd: %w", err)
	}
	var listeners []net.Listener
	for _, l := range passed {
		if l != nil {
			d.warnOpen(l.Addr().String())
			listeners = append(listeners, d.guard(l))
		}
	}
	if len(listeners) > 0 && !listenGiven {
		return listeners, nil
	}
	for _, addr := range d.addresses {
		l, err := d.listen(addr)
		if err != nil {
			closeAll(listeners)
			return nil, listenError("listen", addr, err)
		}
		listeners = append(listeners, d.guard(l))
	}
	return listeners, nil
}

func (d *door) listen(address string) (net.Listener, error) {
	network, path := spop.SplitAddress(address)
	if network != "unix" {
		d.warnOpen(address)
		config := net.ListenConfig{Control: d.control}
		return config.Listen(context.Background(), network, address)
	}
	l, err := spop.Listen(address)
	if err != nil {
		return nil, err
	}
	if err := d.own(path); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// own gives a unix socket its mode and owner.
func (d *door) own(path string) error {
	if err := os.Chmod(path, d.mode); err != nil {
		return err
	}
	if d.uid < 0 && d.gid < 0 {
		return nil
	}
	return os.Chown(path, d.uid, d.gid)
}

func (d *door) control(_, _ string, raw syscall.RawConn) error {
	if !d.reusePort {
		return nil
	}
	var err error
	if e := raw.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
	}); e != nil {
		return e
	}
	return err
}

// warnOpen warns about an address that others than this machine can reach,
// when anybody there may use it.
func (d *door) warnOpen(address string) {
	host, _, err := net.SplitHostPort(address)
	if err != nil || len(d.allow) > 0 || d.tls.wantsClients() {
		return
	}
	if a, err := netip.ParseAddr(host); host == "localhost" || err == nil && a.IsLoopback() {
		return
	}
	d.log.Warn("everybody who reaches this address may ask the agent", "listen", address,
		"hint", "use --allow CIDR, or --tls-client-ca FILE, or listen on a loopback address or a unix socket")
}

// guard puts the checks of --allow and --tls-* around a listener.
func (d *door) guard(l net.Listener) net.Listener {
	if _, ok := l.(*net.TCPListener); !ok {
		return l
	}
	if len(d.allow) > 0 {
		l = &allowListener{Listener: l, allow: d.allow, log: d.log}
	}
	if d.tls != nil {
		l = tls.NewListener(l, d.tls.config())
	}
	return l
}
