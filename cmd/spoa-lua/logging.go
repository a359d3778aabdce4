package main

import (
	"io"
	"log/slog"

	"github.com/urfave/cli/v2"
)

func logFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "log-level", EnvVars: env("log-level"), Value: "info", Usage: "log from `LEVEL` up: debug, info, warn or error"},
		&cli.StringFlag{Name: "log-format", EnvVars: env("log-format"), Value: "text", Usage: "log as `FORMAT`: text or json"},
	}
}

// newLogger returns the logger that the flags ask for, writing to w.
func newLogger(c *cli.Context, w io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.String("log-level"))); err != nil {
		return nil, usagef("--log-level %q must be debug, info, warn or error", c.String("log-level"))
	}
	options := &slog.HandlerOptions{Level: level}
	switch format := c.String("log-format"); format {
	case "text":
		return slog.New(slog.NewTextHandler(w, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, options)), nil
	default:
		return nil, usagef("--log-format %q must be text or json", format)
	}
}

// newQueuedLogger is newLogger for the agent, which must answer whether or not its
// log is read. The queue must be closed.
func newQueuedLogger(c *cli.Context, w io.Writer) (*slog.Logger, *logQueue, error) {
	if _, err := newLogger(c, w); err != nil {
		return nil, nil, err
	}
	kind := func(w io.Writer) *slog.Logger {
		log, _ := newLogger(c, w) // the flags are right, as the line above says
		return log
	}
	queue := newLogQueue(w, kind)
	return kind(queue), queue, nil
}
