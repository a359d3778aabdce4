package main

import (
	"net"
	"sync"
)

// pipeListener accepts one connection, whose other end is client.
type pipeListener struct {
	client net.Conn
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipeListener() *pipeListener {
	l := &pipeListener{accept: make(chan net.Conn, 1), closed: make(chan struct{})}
	var server net.Conn
	l.client, server = net.Pipe()
	l.accept <- server
	return l
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case nc := <-l.accept:
		return nc, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return l.client.LocalAddr() }
