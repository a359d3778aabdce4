package spop

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Client asks an agent as HAProxy does. Its methods may be called by any
// goroutine; NOTIFYs of several goroutines share the connection and are in
// flight together.
type Client struct {
	conn *ClientConn
	slot chan struct{} // one element for each NOTIFY in flight
	done chan struct{} // closed when nothing more will be received

	wmu   sync.Mutex // held over a Send
	mu    sync.Mutex
	calls map[uint64]chan []Action // nil for one that nobody waits for
	early map[uint64][]Action      // answered before Send returned
	err   error                    // why receiving ended
}

// Dial connects to the agent at address, "host:port" or "unix:PATH", with the
// zero ClientConfig.
func Dial(ctx context.Context, address string) (*Client, error) {
	return ClientConfig{}.Dial(ctx, address)
}

// Dial connects to the agent at address, "host:port" or "unix:PATH". ctx
// bounds the connecting and the HELLO.
func (cfg ClientConfig) Dial(ctx context.Context, address string) (*Client, error) {
	nc, err := dial(ctx, address)
	if err != nil {
		return nil, err
	}
	return NewClient(ctx, nc, cfg)
}

func dial(ctx context.Context, address string) (net.Conn, error) {
	var d net.Dialer
	network, addr := SplitAddress(address)
	nc, err := d.DialContext(ctx, network, addr)
	if err != nil {
		return nil, fmt.Errorf("spop: dial: %w", err)
	}
	return nc, nil
}

// NewClient exchanges HELLO frames over nc and returns a Client that owns nc.
// When it fails, nc is closed.
func NewClient(ctx context.Context, nc net.Conn, cfg ClientConfig) (*Client, error) {
	conn, err := NewClientConn(ctx, nc, cfg)
	if err != nil {
		return nil, err
	}
	depth := max(cfg.MaxInFlight, 0)
	setDefault(&depth, 20)
	if conn.hello.Capabilities == "" {
		depth = 1
	}
	c := &Client{
		conn:  conn,
		slot:  make(chan struct{}, depth),
		done:  make(chan struct{}),
		calls: make(map[uint64]chan []Action),
	}
	go c.receive() // ends with the connection
	return c, nil
}

// Hello returns the agent's answer to the HELLO.
func (c *Client) Hello() AgentHello { return c.conn.Hello() }

// Notify sends one NOTIFY with all msgs and returns the actions of its ACK;
// an agent that sets nothing may answer with an ActionNoop or with none. When
// ctx ends first, the agent is not told, as by HAProxy: its late ACK is passed
// over. An error other than ctx's is the end of the connection.
func (c *Client) Notify(ctx context.Context, msgs ...Message) ([]Action, error) {
	var payload []byte
	for i := range msgs {
		payload = msgs[i].Append(payload)
	}
	select {
	case c.slot <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-c.done:
		return nil, c.ended()
	}
	id, answer, err := c.send(payload)
	if err != nil {
		<-c.slot
		return nil, err
	}
	select {
	case actions := <-answer:
		return actions, nil
	case <-ctx.Done():
		c.abandon(id)
		return nil, ctx.Err()
	case <-c.done:
		return c.last(answer)
	}
}

// last returns an answer that came just before the end of the connection.
func (c *Client) last(answer chan []Action) ([]Action, error) {
	select {
	case actions := <-answer:
		return actions, nil
	default:
		return nil, c.ended()
	}
}

func (c *Client) send(payload []byte) (uint64, chan []Action, error) {
	answer := make(chan []Action, 1)
	c.wmu.Lock()
	defer c.wmu.Unlock()
	id, err := c.conn.Send(payload)
	if err != nil {
		return 0, nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if actions, ok := c.early[id]; ok {
		delete(c.early, id)
		answer <- actions
		return id, answer, nil
	}
	c.calls[id] = answer
	return id, answer, nil
}

// abandon leaves the call to receive, which frees its slot.
func (c *Client) abandon(id uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.calls[id]; ok {
		c.calls[id] = nil
	}
}

// receive hands the answers out until the connection ends.
func (c *Client) receive() {
	for {
		reply, err := c.conn.Receive()
		var actions []Action
		if err == nil {
			actions, err = ParseActions(append([]byte(nil), reply.Payload...))
		}
		if err != nil {
			c.end(err)
			return
		}
		c.deliver(reply.StreamID, actions)
	}
}

func (c *Client) deliver(id uint64, actions []Action) {
	c.mu.Lock()
	answer, ok := c.calls[id]
	if !ok {
		if c.early == nil {
			c.early = make(map[uint64][]Action)
		}
		c.early[id] = actions
	}
	delete(c.calls, id)
	c.mu.Unlock()
	if answer != nil {
		answer <- actions
	}
	<-c.slot
}

func (c *Client) end(err error) {
	c.mu.Lock()
	c.err = err
	c.mu.Unlock()
	c.conn.Close()
	close(c.done)
}

// ended returns why receiving ended.
func (c *Client) ended() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// closePatience is how long Close waits for the agent's DISCONNECT.
const closePatience = time.Second

// Close says goodbye to the agent, waits a moment for its answer, and closes
// the connection. The error is that of a connection which was broken before.
func (c *Client) Close() error {
	c.wmu.Lock()
	_ = c.conn.SetDeadline(time.Now().Add(closePatience))
	_ = c.conn.Disconnect(Disconnect{Status: StatusNormal})
	c.wmu.Unlock()
	<-c.done
	err := c.ended()
	var goodbye *DisconnectError
	if errors.As(err, &goodbye) && goodbye.Disconnect.Status == StatusNormal || normalEnd(err) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Ping asks the agent at address whether it is up, with the frame of HAProxy's
// option spop-check, and returns its answer.
func Ping(ctx context.Context, address string) (AgentHello, error) {
	nc, err := dial(ctx, address)
	if err != nil {
		return AgentHello{}, err
	}
	return PingConn(ctx, nc)
}

// PingConn is Ping over nc, which it closes.
func PingConn(ctx context.Context, nc net.Conn) (AgentHello, error) {
	defer nc.Close()
	h := HaproxyHello{Versions: Version, MaxFrameSize: haproxyFrameSize, Healthcheck: true}
	c := newClientConn(nc)
	err := c.greet(ctx, h)
	return c.hello, err
}
