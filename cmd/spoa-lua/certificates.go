package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"sync/atomic"
)

// certificates are the files of --tls-cert, --tls-key and --tls-client-ca. They
// are read again at each reload; connections that are open keep what they have.
type certificates struct {
	cert, key, clientCA string
	live                atomic.Pointer[tls.Config]
}

// newCertificates reads the files; it returns nil when there is no TLS.
func newCertificates(cert, key, clientCA string) (*certificates, error) {
	switch {
	case cert == "" && key == "" && clientCA == "":
		return nil, nil
	case cert == "" || key == "":
		return nil, usagef("TLS needs both --tls-cert and --tls-key")
	}
	c := &certificates{cert: cert, key: key, clientCA: clientCA}
	return c, c.reload()
}

// reload reads the files again. When one of them is bad, the old ones stay.
func (c *certificates) reload() error {
	if c == nil {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("--tls-cert %s: %w", c.cert, err)
	}
	// Without tickets every connection shows its certificates anew: a session
	// from before a reload would go on with what has been replaced.
	cfg := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{pair}, SessionTicketsDisabled: true}
	if c.clientCA != "" {
		pem, err := os.ReadFile(c.clientCA)
		if err != nil {
			return fmt.Errorf("--tls-client-ca: %w", err)
		}
		cfg.ClientCAs = x509.NewCertPool()
		if !cfg.ClientCAs.AppendCertsFromPEM(pem) {
			return fmt.Errorf("--tls-client-ca %s: no certificate in it", c.clientCA)
		}
		cfg.ClientAuth = tls.RequireAndVerifyClientCert
	}
	c.live.Store(cfg)
	return nil
}

// config returns what a listener needs: each handshake uses the newest files.
func (c *certificates) config() *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS12,
		SessionTicketsDisabled: true,
		GetConfigForClient:     func(*tls.ClientHelloInfo) (*tls.Config, error) { return c.live.Load(), nil },
	}
}

func (c *certificates) wantsClients() bool { return c != nil && c.clientCA != "" }

// stamp tells the files' state apart: it changes when one of them does.
func (c *certificates) stamp() string {
	if c == nil {
		return ""
	}
	var all string
	for _, path := range []string{c.cert, c.key, c.clientCA} {
		if info, err := os.Stat(path); err == nil {
			all += fmt.Sprint(info.ModTime().UnixNano(), info.Size(), ";")
		}
	}
	return all
}
