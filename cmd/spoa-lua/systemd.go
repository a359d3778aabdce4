package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"golang.org/x/sys/unix"
)

// notify tells systemd about the agent's state, if it was started by a unit
// with Type=notify or notify-reload.
func notify(log *slog.Logger, state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		log.Warn("cannot notify systemd", "err", err)
	}
}

// reloading tells systemd that a reload has begun; READY=1 ends it.
func reloading(log *slog.Logger) {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		return
	}
	notify(log, fmt.Sprintf("%s\nMONOTONIC_USEC=%d", daemon.SdNotifyReloading, now.Nano()/1000))
}

// keepAlive tells systemd's watchdog that the agent is alive, as often as the
// unit's WatchdogSec asks for, as long as check succeeds.
func keepAlive(ctx context.Context, log *slog.Logger, check func(context.Context) error) {
	every, err := daemon.SdWatchdogEnabled(false)
	if err != nil || every == 0 {
		return
	}
	tick := time.NewTicker(every / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := check(ctx); err != nil {
			log.Error("the agent does not answer its own health check", "err", err)
			continue
		}
		notify(log, daemon.SdNotifyWatchdog)
	}
}
