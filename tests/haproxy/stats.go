package haproxy

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// statsTimeout bounds one command of the runtime API.
const statsTimeout = 20 * time.Second

// Stats sends one command of the runtime API, such as "show info", to the
// worker that serves, and returns its answer. HAProxy reports errors, such as
// an unknown command, in the answer.
func (p *Process) Stats(cmd string) (string, error) { return p.command(statsSocket, cmd) }

// command sends cmd to a socket of the process and reads the answer to its end.
func (p *Process) command(socket, cmd string) (string, error) {
	conn, err := net.DialTimeout("unix", filepath.Join(p.files.dir, socket), statsTimeout)
	if err != nil {
		return "", fmt.Errorf("haproxy: runtime API: %w", err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(statsTimeout)); err != nil {
		return "", fmt.Errorf("haproxy: runtime API: %w", err)
	}
	if _, err := io.WriteString(conn, cmd+"\n"); err != nil {
		return "", fmt.Errorf("haproxy: runtime API: %q: %w", cmd, err)
	}
	// The master waits for further commands until it sees the end of input.
	if err := conn.(*net.UnixConn).CloseWrite(); err != nil {
		return "", fmt.Errorf("haproxy: runtime API: %q: %w", cmd, err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		return "", fmt.Errorf("haproxy: runtime API: %q: %w", cmd, err)
	}
	if len(answer) == 0 {
		return "", fmt.Errorf("haproxy: runtime API: %q: %w", cmd, io.ErrUnexpectedEOF)
	}
	return string(answer), nil
}

// WorkerPID returns the process id of the worker that serves.
func (p *Process) WorkerPID() (int, error) {
	text, err := p.workerPID()
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(text)
}

// workerPID is WorkerPID as HAProxy writes it.
func (p *Process) workerPID() (string, error) {
	info, err := p.Stats("show info")
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(info) {
		if pid, ok := strings.CutPrefix(line, "Pid: "); ok {
			return strings.TrimSpace(pid), nil
		}
	}
	return "", fmt.Errorf("haproxy: runtime API: no Pid in the answer to show info: %q", info)
}

// Server is what HAProxy knows about one server of a backend.
type Server struct {
	// Name is the server's name.
	Name string

	// Status is HAProxy's word for its state: "UP", "DOWN", "UP 1/2" on the way
	// down, "DOWN 1/2" on the way up, "no check", "MAINT" and others.
	Status string

	// Check is the result of the last health check: "L7OK", "L4CON" and so on,
	// "INI" before the first one, "" without checks.
	Check string
}

// Up reports whether the server takes traffic and, where it has health checks,
// has passed one: HAProxy calls a server "UP" before it ever checked it.
func (s Server) Up() bool {
	switch {
	case s.Status == "no check":
		return true
	case s.Status != "UP":
		return false
	}
	return strings.HasSuffix(s.Check, "OK")
}

// Servers returns the servers of a backend in the order of the configuration.
func (p *Process) Servers(backend string) ([]Server, error) {
	text, err := p.Stats("show stat " + backend + " 4 -1")
	if err != nil {
		return nil, err
	}
	rows := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "# ")))
	rows.FieldsPerRecord = -1
	head, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("haproxy: runtime API: no table in the answer to show stat: %q", text)
	}
	var servers []Server
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("haproxy: runtime API: show stat: %w", err)
		}
		cells := make(map[string]string, len(row))
		for i, cell := range row[:min(len(row), len(head))] {
			cells[head[i]] = cell
		}
		// A running check is marked by "* " before the result of the last one.
		check := strings.TrimPrefix(cells["check_status"], "* ")
		servers = append(servers, Server{Name: cells["svname"], Status: cells["status"], Check: check})
	}
	if len(servers) == 0 {
		return nil, fmt.Errorf("haproxy: no backend %q with servers in the configuration", backend)
	}
	return servers, nil
}

// ServerStatus returns HAProxy's word for the state of a server; see
// Server.Status.
func (p *Process) ServerStatus(backend, server string) (string, error) {
	servers, err := p.Servers(backend)
	if err != nil {
		return "", err
	}
	for _, s := range servers {
		if s.Name == server {
			return s.Status, nil
		}
	}
	return "", fmt.Errorf("haproxy: no server %q in backend %q", server, backend)
}

// WaitUp waits until every server of backend is up as Server.Up has it.
func (p *Process) WaitUp(backend string) error {
	return p.waitServers(backend, "had all servers of "+backend+" up", Server.Up)
}

// WaitDown waits until every server of backend is down, as after the agent
// behind it was stopped.
func (p *Process) WaitDown(backend string) error {
	return p.waitServers(backend, "had all servers of "+backend+" down", func(s Server) bool {
		return s.Status == "DOWN"
	})
}

func (p *Process) waitServers(backend, what string, ok func(Server) bool) error {
	return p.poll(what, func() (bool, error) {
		servers, err := p.Servers(backend)
		if err != nil {
			return false, err
		}
		for _, s := range servers {
			if !ok(s) {
				return false, nil
			}
		}
		return true, nil
	})
}
