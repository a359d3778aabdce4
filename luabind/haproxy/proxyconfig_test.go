package haproxy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReadProxies reads what HAProxy 2.6, 3.0 and 3.2 were asked about: numbers,
// addresses and counts are theirs.
func TestReadProxies(t *testing.T) {
	list := readProxies([]byte(`
global
  lua-load p.lua
defaults
  mode http
  default-server weight 7
frontend f1
  bind 127.0.0.1:80
peers pp
  peer x 127.0.0.1:10001
backend b1
  default-server weight 9 maxconn 11
  server s1 127.0.0.1:9000 weight 5
  server s2 [::1]:9001 backup
  server s3 unix@/tmp/x.sock disabled
  server s4 127.0.0.1
  server s5 localhost:80 id 77 cookie backup
  server s6 ipv4@127.0.0.2:+3
  server s7 10.0.0.1: backup
  server s9 /tmp/y.sock
  server s10 abns@abc
  server s11 *:80
  server s12 127.1:80 weight 0
  server s14 ipv6@[2001:DB8:0:0::1]:80
  server s16 127.0.0.1:-1 check port 80
defaults tcp
  mode tcp
listen l1
  id 50
  server l1 127.0.0.1:1
  server-template t 2 127.0.0.1:80 weight 3
backend b2 # the fourth
  stick-table type ip size 1k
frontend same
backend same
backend b3
  id 6
backend b4
  default-server check
  server c 127.0.0.1:12 no-check
  server d "127.0.0.1:12" id 2
  server e 127.0.0.1:12 # x
`))
	want := []*proxy{
		{name: "f1", mode: "http", uuid: 1, frontend: true},
		{name: "b1", mode: "http", uuid: 2, backend: true, servers: []server{
			{"s1", "127.0.0.1:9000", 1, 5, false, false, false}, {"s2", "::1:9001", 2, 9, true, false, false},
			{"s3", "/tmp/x.sock", 3, 9, false, true, false}, {"s4", "127.0.0.1:0", 4, 9, false, false, false},
			{"s5", "localhost:80", 77, 9, false, false, false}, {"s6", "127.0.0.2:3", 6, 9, false, false, false},
			{"s7", "10.0.0.1:0", 7, 9, true, false, false}, {"s9", "/tmp/y.sock", 8, 9, false, false, false},
			{"s10", "", 9, 9, false, false, false}, {"s11", "0.0.0.0:80", 10, 9, false, false, false},
			{"s12", "127.0.0.1:80", 11, 0, false, false, false}, {"s14", "2001:db8::1:80", 12, 9, false, false, false},
			{"s16", "127.0.0.1:-1", 13, 9, false, false, true},
		}},
		{name: "l1", mode: "tcp", uuid: 50, frontend: true, backend: true, servers: []server{
			{"l1", "127.0.0.1:1", 1, 1, false, false, false}, {"t1", "127.0.0.1:80", 2, 3, false, false, false}, {"t2", "127.0.0.1:80", 3, 3, false, false, false},
		}},
		{name: "b2", mode: "tcp", uuid: 4, backend: true, sticks: true},
		{name: "same", mode: "tcp", uuid: 5, frontend: true},
		{name: "same", mode: "tcp", uuid: 7, backend: true},
		{name: "b3", mode: "tcp", uuid: 6, backend: true},
		{name: "b4", mode: "tcp", uuid: 9, backend: true, servers: []server{
			{"c", "127.0.0.1:12", 1, 1, false, false, false}, {"d", "127.0.0.1:12", 2, 1, false, false, true}, {"e", "127.0.0.1:12", 3, 1, false, false, true},
		}},
	}
	for _, p := range list {
		p.defaults = server{}
	}
	if diff := cmp.Diff(want, list, cmp.AllowUnexported(proxy{}, server{})); diff != "" {
		t.Errorf("proxies (-want +got):\n%s", diff)
	}
}
