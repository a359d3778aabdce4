package spop_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"

	"github.com/spoa-lua/spoa-lua/spop"
)

// An agent that gives every client address a score, and a client that asks it.
func Example() {
	score := func(x *spop.Exchange) error {
		n := x.Notify()
		var m spop.Message
		for n.Next(&m) {
			src, _ := m.Arg("src")
			if err := x.Ack().SetVar(spop.ScopeTransaction, "private", spop.Bool(src.Addr().IsPrivate())); err != nil {
				return err
			}
		}
		return n.Err()
	}
	srv := spop.NewServer(spop.Config{Handler: spop.HandlerFunc(score)})
	l, err := spop.Listen("127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	done := make(chan error)
	go func() { done <- srv.Serve(l) }()

	client, err := spop.Dial(context.Background(), l.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, src := range []string{"192.168.0.1", "8.8.8.8"} {
		m := spop.NewMessage("check-client-ip", spop.NewArg("src", spop.IP(netip.MustParseAddr(src))))
		actions, err := client.Notify(context.Background(), m)
		fmt.Println(src, actions, err)
	}
	client.Close()
	srv.Shutdown(context.Background())
	fmt.Println(<-done)
	// Output:
	// 192.168.0.1 [set-var txn.private bool:true] <nil>
	// 8.8.8.8 [set-var txn.private bool:false] <nil>
	// spop: server closed
}

// A load generator that sends several NOTIFYs in one write and reads the ACKs.
func ExampleClientConn() {
	srv := spop.NewServer(spop.Config{Handler: spop.HandlerFunc(func(x *spop.Exchange) error {
		return x.Ack().SetVar(spop.ScopeTransaction, "stream", spop.Uint64(x.StreamID()))
	})})
	defer srv.Close()
	l, err := spop.Listen("127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	go srv.Serve(l)

	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	conn, err := spop.NewClientConn(context.Background(), nc, spop.ClientConfig{EngineID: "load"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	payload := spop.AppendMessage(nil, "check")
	first, err := conn.Send(payload, payload, payload)
	fmt.Println("first stream", first, err)
	for range 3 {
		reply, err := conn.Receive()
		if err != nil {
			fmt.Println(err)
			return
		}
		actions, err := spop.ParseActions(reply.Payload)
		fmt.Println(reply.StreamID, actions, err)
	}
	// Output:
	// first stream 1 <nil>
	// 1 [set-var txn.stream uint64:1] <nil>
	// 3 [set-var txn.stream uint64:3] <nil>
	// 5 [set-var txn.stream uint64:5] <nil>
}

func ExamplePing() {
	srv := spop.NewServer(spop.Config{Handler: spop.HandlerFunc(func(*spop.Exchange) error { return nil })})
	defer srv.Close()
	l, err := spop.Listen("127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	go srv.Serve(l)
	hello, err := spop.Ping(context.Background(), l.Addr().String())
	fmt.Println(hello.Version, hello.MaxFrameSize, err)
	// Output: 2.0 16380 <nil>
}
