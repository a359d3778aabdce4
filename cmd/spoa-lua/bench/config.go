// Package bench loads a SPOE agent with NOTIFYs as HAProxy sends them and
// measures how it answers.
//
// In a closed loop each connection has a fixed number of NOTIFYs in flight and
// sends the next as soon as one is answered: this shows what the agent can do.
// In an open loop NOTIFYs are sent at a fixed rate, whatever the agent does,
// and their latency counts from the moment at which they were due: this shows
// what requests feel. Every reply is checked to its last byte.
package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/spoa-lua/spoa-lua/spop"
)

// Config is what a load consists of.
type Config struct {
	// Dial opens one connection to the agent; see Dialer.
	Dial func(ctx context.Context) (net.Conn, error)
	// Connections is how many connections are open; 0 means 1.
	Connections int
	// Depth is how many NOTIFYs a connection has in flight at most; 0 means 1.
	Depth int
	// Warmup is how long the load runs before anything is measured.
	Warmup time.Duration
	// Duration is how long is measured; it must be above 0.
	Duration time.Duration
	// Rate is how many NOTIFYs a second are sent over all connections; 0 means
	// a closed loop.
	Rate float64
	// Message is what each NOTIFY holds.
	Message spop.Message
	// Expect is what each reply must set.
	Expect []Expectation
	// AgentPID is the agent's process, whose CPU and memory is told; 0 means
	// that they are not.
	AgentPID int
	// Progress is called once a second while the load runs; nil means never.
	Progress func(Progress)
}

// Progress is what a run has seen so far.
type Progress struct {
	// Elapsed is the time since the load began.
	Elapsed time.Duration
	// Warmup is true as long as nothing is measured.
	Warmup bool
	// PerSecond is how many NOTIFYs were answered in the last second.
	PerSecond float64
	// Errors is how many errors there were, those of the warmup too.
	Errors uint64
}

// Limits of a Config: what a machine can do, and what ends in reasonable time.
const (
	MaxConnections = 20000
	MaxDepth       = 4096
	MaxDuration    = 24 * time.Hour
	MaxRate        = 1e9
)

func (c *Config) check() error {
	c.Connections, c.Depth = max(c.Connections, 1), max(c.Depth, 1)
	switch {
	case c.Dial == nil:
		return errors.New("bench: Config.Dial is nil")
	case c.Connections > MaxConnections:
		return fmt.Errorf("bench: %d connections, the limit is %d", c.Connections, MaxConnections)
	case c.Depth > MaxDepth:
		return fmt.Errorf("bench: depth %d, the limit is %d", c.Depth, MaxDepth)
	case c.Duration <= 0 || c.Duration > MaxDuration || c.Warmup < 0 || c.Warmup > MaxDuration:
		return fmt.Errorf("bench: duration %s and warmup %s must be positive and at most %s", c.Duration, c.Warmup, MaxDuration)
	case c.Rate < 0 || c.Rate > MaxRate:
		return fmt.Errorf("bench: rate %g must be 0 to %g", c.Rate, float64(MaxRate))
	}
	return nil
}

// Dialer returns a Config.Dial for an agent at "host:port" or "unix:PATH".
func Dialer(address string) func(ctx context.Context) (net.Conn, error) {
	network, addr := spop.SplitAddress(address)
	return func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, addr)
	}
}
