package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
)

// bursts is a load on one connection: every so often as many messages as are
// in flight at most, sent in one write; one in a hundred of them is slow.
type bursts struct {
	addr  string
	slow  string // the name of the slow message, "" for none
	size  int
	every time.Duration
	count int
}

// oneIn is how many messages there are for a slow one.
const oneIn = 100

// burstResult is what a load of bursts has measured.
type burstResult struct {
	// Good are the latencies of the messages that are not slow, in
	// microseconds, sorted.
	Good []float64
}

// at returns the latency that the part p of the messages does not exceed.
func (r *burstResult) at(p float64) float64 {
	return r.Good[min(int(p*float64(len(r.Good))), len(r.Good)-1)]
}

// run sends the bursts and waits for all answers.
func (b bursts) run(ctx context.Context) (*burstResult, error) {
	conn, err := net.Dial("tcp", b.addr)
	if err != nil {
		return nil, err
	}
	nc, err := spop.NewClientConn(ctx, conn, spop.ClientConfig{})
	if err != nil {
		return nil, err
	}
	defer nc.Close()
	_ = nc.SetDeadline(time.Now().Add(time.Duration(b.count)*b.every + 20*time.Second))
	sent := make([]time.Time, b.count) // by burst
	var sending sync.WaitGroup
	var sendErr error
	sending.Go(func() { sendErr = b.send(nc, sent) })
	r, err := b.receive(nc, sent)
	sending.Wait()
	if sendErr != nil {
		return nil, sendErr
	}
	return r, err
}

func (b bursts) isSlow(n int) bool { return b.slow != "" && n%oneIn == oneIn/2 }

func (b bursts) send(nc *spop.ClientConn, sent []time.Time) error {
	fast, slow := spop.AppendMessage(nil, "fast"), spop.AppendMessage(nil, b.slow)
	payloads := make([][]byte, b.size)
	tick := time.NewTicker(b.every)
	defer tick.Stop()
	for i := range sent {
		for j := range payloads {
			payloads[j] = fast
			if b.isSlow(i*b.size + j) {
				payloads[j] = slow
			}
		}
		<-tick.C
		sent[i] = time.Now()
		if _, err := nc.Send(payloads...); err != nil {
			return err
		}
	}
	return nil
}

func (b bursts) receive(nc *spop.ClientConn, sent []time.Time) (*burstResult, error) {
	r := &burstResult{Good: make([]float64, 0, b.count*b.size)}
	for range b.count * b.size {
		reply, err := nc.Receive()
		if err != nil {
			return nil, err
		}
		n := int(reply.StreamID-1) / 2
		if !b.isSlow(n) {
			r.Good = append(r.Good, float64(time.Since(sent[n/b.size]))/1e3)
		}
	}
	slices.Sort(r.Good)
	return r, nil
}

// generate runs the load and prints what it measured as JSON: it is what the
// process of the load generator does.
func (b bursts) generate(ctx context.Context, w io.Writer) error {
	r, err := b.run(ctx)
	if err != nil {
		return fmt.Errorf("load of %d bursts: %w", b.count, err)
	}
	return json.NewEncoder(w).Encode(r)
}
