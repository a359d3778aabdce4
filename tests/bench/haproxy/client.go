//go:build linux

package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"

	"golang.org/x/sys/unix"
)

// client is one keep-alive connection that has one request in flight. It is
// driven by a load; it never blocks.
type client struct {
	fd      int
	request []byte
	want    string // the value of x-answer

	good []byte // the whole answer once one was right: most are the same
	buf  []byte
	n    int // how much of buf is filled
}

// requestText is what a browser's request may look like. The path differs from
// client to client, so that an answer that went to the wrong one shows.
const requestText = "GET %s?page=2 HTTP/1.1\r\nHost: www.example.org\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\nAccept: */*\r\n\r\n"

func newClient(addr string, number int, want func(path string) string) (*client, error) {
	to, err := netip.ParseAddrPort(addr)
	if err != nil {
		return nil, err
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("socket: %w", err)
	}
	path := fmt.Sprintf("/api/v1/users/%d", 4000+number)
	c := &client{fd: fd, request: fmt.Appendf(nil, requestText, path), want: want(path), buf: make([]byte, 4096)}
	err = unix.Connect(fd, &unix.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()})
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("connect to %s: %w", addr, err)
	}
	return c, nil
}

func (c *client) send() error {
	c.n = 0
	n, err := unix.Write(c.fd, c.request)
	if err == nil && n < len(c.request) {
		err = io.ErrShortWrite
	}
	return err
}

// receive reads once, and reports whether the answer is complete. An error that
// is a answerError does not end the connection.
func (c *client) receive() (complete bool, err error) {
	n, err := unix.Read(c.fd, c.buf[c.n:])
	switch {
	case errors.Is(err, unix.EAGAIN):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("read an answer: %w", err)
	case n == 0:
		return false, errors.New("HAProxy has closed a connection, or sent an answer of over 4096 bytes")
	}
	c.n += n
	if c.good != nil && bytes.Equal(c.buf[:c.n], c.good) {
		return true, nil
	}
	return c.parse()
}

// answerError is an answer that is not the one that the policy gives.
type answerError string

func (w answerError) Error() string { return string(w) }

func (c *client) parse() (complete bool, err error) {
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(c.buf[:c.n])), nil)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("parse an answer: %w", err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return false, nil // the rest is still to come
	}
	if got := resp.Header.Get("x-answer"); resp.StatusCode != http.StatusOK || got != c.want {
		return true, answerError(fmt.Sprintf("%s with x-answer %q, want %q", resp.Status, got, c.want))
	}
	c.good = bytes.Clone(c.buf[:c.n])
	return true, nil
}

func (c *client) close() { unix.Close(c.fd) }
