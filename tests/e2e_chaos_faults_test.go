package tests

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/spoa-lua/spoa-lua/tests/agent"
	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

func (c *chaos) path(name string) string { return filepath.Join(c.dir, name) }

// text is a policy that tells which revision it is of, and which list.txt it
// has read: "-" for one that belongs to every policy.
func (c *chaos) text() string {
	return fmt.Sprintf(`local list = spoa.read("list.txt")
spoa.on("check", { on_error = { ["txn.answer"] = "on_error" } }, function(msg)
	set_var("txn.answer", "%d/" .. list .. " " .. msg.path)
end)
`, c.revision)
}

// flags are those of every agent of a test.
func (c *chaos) flags(more ...string) []string {
	return append([]string{"--scripts", c.dir, "--timeout", (c.timeout * 8 / 10).String()}, more...)
}

func startPlain(c *chaos) {
	write(c.t, c.dir, "list.txt", "-")
	write(c.t, c.dir, "policy.lua", c.text())
	// A port of its own: the next agent wants it when this one is gone.
	c.agent = agent.Start(c.t, c.flags("--listen", "127.0.0.1:"+haproxy.FreePort(c.t))...)
	c.addr = c.agent.Addr
}

func killAgent(c *chaos) {
	c.agent.Signal(syscall.SIGKILL)
	c.agent.Wait()
	c.agent = agent.Start(c.t, c.flags("--listen", c.addr)...)
}

func freezeAgent(c *chaos) {
	c.agent.Signal(syscall.SIGSTOP)
	c.await(2 * chaosRate)
	c.agent.Signal(syscall.SIGCONT)
}

func startSharing(c *chaos) {
	write(c.t, c.dir, "list.txt", "-")
	write(c.t, c.dir, "policy.lua", c.text())
	c.agent = agent.Start(c.t, c.flags("--reuse-port")...)
	c.addr = c.agent.Addr
}

func takeOver(c *chaos) {
	first := c.agent
	c.agent = agent.Start(c.t, c.flags("--reuse-port", "--listen", c.addr)...)
	c.wantStop(first)
}

// wantStop ends an agent, which has to go in peace.
func (c *chaos) wantStop(a *agent.Process) {
	c.t.Helper()
	if code := a.Stop(); code != 0 {
		c.t.Errorf("exit code %d, want 0", code)
	}
}

func startActivated(c *chaos) {
	write(c.t, c.dir, "list.txt", "-")
	write(c.t, c.dir, "policy.lua", c.text())
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	c.must(err)
	defer l.Close()
	c.socket, err = l.File()
	c.must(err)
	c.t.Cleanup(func() { c.socket.Close() })
	c.agent = agent.StartPassed(c.t, c.socket, c.flags()...)
	c.addr = c.agent.Addr
}

func restartActivated(c *chaos) {
	c.wantStop(c.agent)
	c.agent = agent.StartPassed(c.t, c.socket, c.flags()...)
}

func saveRevision(c *chaos) {
	c.revision++
	if c.revision%2 == 0 {
		write(c.t, c.dir, "policy.lua", c.text())
		return
	}
	write(c.t, c.dir, ".policy.new", c.text())
	c.must(os.Rename(c.path(".policy.new"), c.path("policy.lua")))
}

func deleteFolder(c *chaos) {
	from := c.agent.Lines()
	c.must(os.RemoveAll(c.dir))
	_, from = c.agent.NextLog(from, "reload failed: the old scripts go on")
	c.await(chaosRate / 10)
	c.revision++
	write(c.t, c.dir, "list.txt", strconv.Itoa(c.revision))
	write(c.t, c.dir, "policy.lua", c.text())
	c.agent.WaitLogFrom(from, "reloaded")
}

func saveBroken(c *chaos) {
	from := c.agent.Lines()
	write(c.t, c.dir, "policy.lua", `spoa.on("check", function() set_var("txn.answer", "broken") end) = 1`)
	_, from = c.agent.NextLog(from, "reload failed: the old scripts go on")
	c.await(chaosRate / 10)
	saveRevision(c)
	c.agent.WaitLogFrom(from, "reloaded")
}

// startLinked lays the scripts out as Kubernetes does for a ConfigMap: links
// into a folder ..data, which is a link that is replaced by a rename.
func startLinked(c *chaos) {
	c.writeData()
	for _, name := range []string{"policy.lua", "list.txt"} {
		c.must(os.Symlink("..data/"+name, c.path(name)))
	}
	c.agent = agent.Start(c.t, c.flags()...)
	c.addr = c.agent.Addr
}

// writeData writes the files of a revision and puts them in place at once.
func (c *chaos) writeData() {
	data := fmt.Sprintf("..2026_%d", c.revision)
	write(c.t, c.dir, data+"/list.txt", strconv.Itoa(c.revision))
	write(c.t, c.dir, data+"/policy.lua", c.text())
	c.must(os.Symlink(data, c.path("..data_tmp")))
	c.must(os.Rename(c.path("..data_tmp"), c.path("..data")))
}

func swapLink(c *chaos) {
	from := c.agent.Lines()
	old := fmt.Sprintf("..2026_%d", c.revision)
	c.revision++
	c.writeData()
	c.must(os.RemoveAll(c.path(old)))
	c.agent.WaitLogFrom(from, "reloaded")
}

func reloadHAProxy(c *chaos) { c.must(c.proxy.Reload()) }
