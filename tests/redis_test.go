package tests

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

// startRedis starts a Redis of its own on loopback, which keeps nothing, and
// returns its port.
func startRedis(t *testing.T) string {
	t.Helper()
	port := haproxy.FreePort(t)
	cmd := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	var log strings.Builder
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatalf("redis-server: %v (tests/tools.sh installs it)", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("log of redis:\n%s", log.String())
		}
	})
	for end := time.Now().Add(time.Minute); !redisAnswers(port); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("redis-server does not answer at 127.0.0.1:%s after a minute", port)
		}
	}
	return port
}

func redisAnswers(port string) bool {
	c, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		return false
	}
	defer c.Close()
	if _, err := io.WriteString(c, "PING\r\n"); err != nil {
		return false
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	return err == nil && line == "+PONG\r\n"
}

// redisPorts starts a Redis for each address of a folder's redis.txt.
func redisPorts(t *testing.T, text string) map[string]string {
	t.Helper()
	ports := map[string]string{}
	for _, address := range nonEmpty(text) {
		ports[portName.FindStringSubmatch(freed(address))[1]] = startRedis(t)
	}
	return ports
}

// TestRedisTokens asks with one token from many clients at once: as many get in as
// the token is good for, by connections to Redis that scripts open and close.
func TestRedisTokens(t *testing.T) {
	const clients, each, good = 8, 25, 3
	eachVersion(t, func(t *testing.T, version string) {
		m := newMove(t, version, filepath.Join(shippedDir, "haproxy-lua", "redis-tokens"))
		issued := m.ask(t, "/token", "")
		token, _, _ := strings.Cut(issued.Header.Get("Set-Cookie"), ";")
		if token == "" {
			t.Fatalf("no token: %s", issued.Status)
		}
		var valid, spent atomic.Int32
		var wg sync.WaitGroup
		for range clients {
			wg.Go(func() {
				for range each {
					switch resp := m.ask(t, "/", token); resp.Header.Get("X-Token") {
					case "valid":
						valid.Add(1)
					case "spent":
						spent.Add(1)
					default:
						t.Errorf("got %s, token %q", resp.Status, resp.Header.Get("X-Token"))
					}
				}
			})
		}
		wg.Wait()
		if valid.Load() != good || spent.Load() != clients*each-good {
			t.Errorf("got %d valid and %d spent, want %d and %d", valid.Load(), spent.Load(), good, clients*each-good)
		}
	})
}

// ask sends a request to the side of the agent.
func (m *move) ask(t *testing.T, path, cookie string) *http.Response {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, m.after.URL()+path, nil)
	if err != nil {
		t.Error(err)
		return &http.Response{}
	}
	req.Header.Set("Cookie", cookie)
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Error(err)
		return &http.Response{}
	}
	resp.Body.Close()
	return resp
}
