package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// web is the HTTP server for metrics and health; a nil web serves nothing.
type web struct {
	listener net.Listener
	server   *http.Server
	done     chan struct{}
}

// startWeb serves metrics and health at address, or nothing when it is empty.
func (a *agent) startWeb(address string) (*web, error) {
	if address == "" {
		return nil, nil
	}
	config := net.ListenConfig{Control: a.door.control} // one agent takes over from another here, too
	l, err := config.Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, listenError("metrics", address, err)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(a.runtime.Collector(), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), a.lostLines())
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", a.ready)
	mux.HandleFunc("GET /debug/vms", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, a.runtime.VMs()) })
	mux.HandleFunc("GET /debug/handlers", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, a.runtime.Handlers()) })
	mux.HandleFunc("GET /debug/connections", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, a.connections()) })
	if a.pprof {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	w := &web{listener: l, done: make(chan struct{}), server: &http.Server{
		Handler: mux, ReadTimeout: headTimeout, IdleTimeout: keepTimeout, MaxHeaderBytes: maxHead,
	}}
	go func() {
		defer close(w.done)
		if err := w.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("metrics are no longer served", "err", err)
		}
	}()
	return w, nil
}

// lostLines counts what the log does not tell.
func (a *agent) lostLines() prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "spoa_lua_log_lines_lost_total", Help: "Lines of the log that could not be written, or not in time.",
	}, func() float64 { return float64(a.logs.Lost()) })
}

// connection is a line of /debug/connections.
type connection struct {
	ID           uint64  `json:"id"`
	Peer         string  `json:"peer"`
	Engine       string  `json:"engine,omitempty"`
	MaxFrameSize uint32  `json:"max_frame_size"`
	Pipelining   bool    `json:"pipelining"`
	Age          float64 `json:"age_seconds"`
	Silent       float64 `json:"silent_seconds"`
	Notifies     uint64  `json:"notifies"`
	InFlight     int     `json:"in_flight"`
}

func (a *agent) connections() []connection {
	list := []connection{}
	for _, c := range a.server.Connections() {
		list = append(list, connection{
			ID: c.Info.ID, Peer: c.Info.Remote.String(), Engine: c.Info.EngineID, MaxFrameSize: c.Info.MaxFrameSize,
			Pipelining: c.Info.Pipelining, Age: c.Age.Seconds(), Silent: c.Silent.Seconds(), Notifies: c.Notifies, InFlight: c.InFlight,
		})
	}
	return list
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	_ = out.Encode(v) // the reader is gone
}

// ready tells whether HAProxy should send traffic here.
func (a *agent) ready(w http.ResponseWriter, _ *http.Request) {
	if a.server.Draining() {
		http.Error(w, "draining", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready, generation", a.runtime.Live().Number)
}

// addr returns where web listens, or "" for a nil one.
func (w *web) addr() string {
	if w == nil {
		return ""
	}
	return w.listener.Addr().String()
}

func (w *web) stop() {
	if w == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if w.server.Shutdown(ctx) != nil {
		w.server.Close()
	}
	<-w.done
}
