package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/spoa-lua/spoa-lua/runtime"
	"github.com/spoa-lua/spoa-lua/spop"
)

func callCommand() *cli.Command {
	return &cli.Command{
		Name:      "call",
		Usage:     "run one message without HAProxy and print what it sets",
		ArgsUsage: "MESSAGE [NAME=TYPE:VALUE...]",
		Description: "TYPE is str, bin (hexadecimal), bool, int, int32, uint32, int64, uint64, ip, ipv4 or ipv6;\n" +
			"NAME=null is an argument that HAProxy found no value for, and =TYPE:VALUE one without a name.\n" +
			"With --agent the message goes to a running agent instead of to scripts.\n\n" +
			"  spoa-lua call --scripts policies check-request src=ipv4:192.0.2.1 path=str:/admin",
		Flags: slices.Concat([]cli.Flag{
			scriptsFlag(), varFlag(), haproxyCFGFlag(),
			&cli.StringFlag{Name: "agent", EnvVars: env("agent"), Usage: "send the message to the agent at `ADDR`: HOST:PORT or unix:PATH"},
			&cli.DurationFlag{Name: "timeout", EnvVars: env("timeout"), Value: 50 * time.Millisecond, Usage: "give the message's scripts `DURATION`"},
			&cli.BoolFlag{Name: "json", EnvVars: env("json"), Usage: "print JSON"},
		}, haproxyLuaFlags(), egressFlags(), logFlags()),
		Action: call,
	}
}

func call(c *cli.Context) error {
	if err := noLateFlags(c); err != nil {
		return err
	}
	msg, err := parseMessage(c.Args().Slice())
	if err != nil {
		return err
	}
	ask := askScripts
	if c.String("agent") != "" {
		if len(c.StringSlice("scripts")) > 0 {
			return usagef("call takes --agent or --scripts, not both")
		}
		ask = askAgent
	}
	actions, err := ask(c, msg)
	if actions == nil && err != nil {
		return err
	}
	return errors.Join(printActions(c.App.Writer, actions, c.Bool("json")), err)
}

// parseMessage reads MESSAGE [NAME=TYPE:VALUE...].
func parseMessage(args []string) (spop.Message, error) {
	if len(args) == 0 {
		return spop.Message{}, usagef("call needs the name of a message")
	}
	if len(args) > 256 {
		return spop.Message{}, usagef("a message has at most 255 arguments, not %d", len(args)-1)
	}
	var list []spop.Arg
	for _, a := range args[1:] {
		name, text, ok := strings.Cut(a, "=")
		if !ok {
			return spop.Message{}, usagef("argument %q must be NAME=TYPE:VALUE", a)
		}
		v, err := spop.ParseValue(text)
		if err != nil {
			return spop.Message{}, usagef("argument %s: %w", name, err)
		}
		list = append(list, spop.Arg{Name: []byte(name), Value: v})
	}
	return spop.NewMessage(args[0], list...), nil
}

// askAgent sends the message to a running agent.
func askAgent(c *cli.Context, msg spop.Message) ([]spop.Action, error) {
	ctx, cancel := context.WithTimeout(c.Context, 5*time.Second)
	defer cancel()
	address := c.String("agent")
	if err := checkAddress("agent", address); err != nil {
		return nil, err
	}
	client, err := spop.ClientConfig{MaxFrameSize: spop.DefaultMaxFrameSize}.Dial(ctx, address)
	if err != nil {
		return nil, hinted{fmt.Errorf("agent %s: %w", address, err), "is it running, and is this what it listens at?"}
	}
	defer client.Close()
	return client.Notify(ctx, msg)
}

// askScripts runs the message as an agent would, over a connection in memory.
func askScripts(c *cli.Context, msg spop.Message) (actions []spop.Action, err error) {
	if c.Duration("timeout") <= 0 {
		return nil, usagef("--timeout %s must be above 0", c.Duration("timeout"))
	}
	cfg, err := runtimeConfig(c)
	if err != nil {
		return nil, err
	}
	if cfg.Log, err = newLogger(c, c.App.ErrWriter); err != nil {
		return nil, err
	}
	network, err := newNetwork(c)
	if err != nil {
		return nil, err
	}
	defer network.Close()
	cfg.Network = network
	r, err := runtime.New(cfg)
	if err != nil {
		return nil, printLoadError(c, err)
	}
	defer r.Close()
	server := spop.NewServer(spop.Config{Handler: r, Trace: r.Trace(), Timeout: c.Duration("timeout")})
	pipe := newPipeListener()
	go server.Serve(pipe) //nolint:errcheck // it ends with ErrServerClosed
	defer server.Close()

	client, err := spop.NewClient(c.Context, pipe.client, spop.ClientConfig{MaxFrameSize: spop.DefaultMaxFrameSize})
	if err != nil {
		return nil, err
	}
	defer client.Close()
	if actions, err = client.Notify(c.Context, msg); err != nil {
		return nil, err
	}
	if r.Failed() > 0 {
		client.Close()
		finish(c.Context, server)
		err = errSilent // the log has said why
	}
	return actions, err
}

// finish waits a while for a handler that was stopped to say where it was.
func finish(ctx context.Context, server *spop.Server) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_ = server.Shutdown(ctx)
}
