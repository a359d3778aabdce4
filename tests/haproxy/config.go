package haproxy

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Config says which HAProxy to run, and with which configuration. It is copied
// by Start; its maps must not be changed while a process runs.
type Config struct {
	// Version is one of Versions.
	Version string

	// CFG is the text of haproxy.cfg. See the package comment for placeholders.
	CFG string

	// Files maps the names of further files, such as spoe.conf, to their texts.
	// They are written beside haproxy.cfg, in the working directory of the
	// process, and may hold placeholders. Names may contain folders.
	Files map[string]string

	// Vars maps further placeholders to their values, for example AGENT_ADDR to
	// "127.0.0.1:9000" or to "unix@/path/to/socket".
	Vars map[string]string

	// WaitUp names the backends whose servers must all have passed a health
	// check before Start returns. Backends without checks count as up.
	WaitUp []string

	// Timeout bounds each wait of the process: for its start, for a reload, for
	// a server. Zero means a minute.
	Timeout time.Duration
}

const (
	mainFile    = "haproxy.cfg"
	harnessFile = "harness.cfg"
	logFile     = "haproxy.log"
	statsSocket = "stats.sock"

	// masterSocket is where the master, not the worker, takes commands.
	masterSocket = "master.sock"
)

// harness is read before the caller's configuration. Its maxconn keeps HAProxy
// from sizing its tables by the file limit of the machine, and can be
// overridden, since the last global section wins.
const harness = `global
  stats socket ${DIR}/` + statsSocket + ` mode 600 level admin expose-fd listeners
  noreuseport
  maxconn 4096
`

// Check runs "haproxy -c" over the configuration and returns what HAProxy wrote
// about it: nothing or "Configuration file is valid", after any warnings. The
// error of a refused configuration contains that output.
func Check(c Config) (output string, err error) {
	path, err := binary(c.Version)
	if err != nil {
		return "", err
	}
	set, err := newFileSet(c)
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(set.dir)
	var out bytes.Buffer
	cmd := exec.Command(path, "-c", "-f", harnessFile, "-f", mainFile)
	cmd.Dir, cmd.Env = set.dir, set.environ()
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("haproxy %s refuses the configuration: %w\n%s", c.Version, err, out.Bytes())
	}
	return out.String(), nil
}

// fileSet is the folder of one process: its filled-in files and the values that
// filled them.
type fileSet struct {
	dir  string
	vars map[string]string
}

// newFileSet writes all files of c into a new folder. The folder is not the
// test's own TempDir: the path of a unix socket is limited to some 90 bytes,
// which long test names exceed.
func newFileSet(c Config) (*fileSet, error) {
	dir, err := os.MkdirTemp("", "haproxy")
	if err != nil {
		return nil, fmt.Errorf("haproxy: make a folder: %w", err)
	}
	set := &fileSet{dir: dir, vars: map[string]string{"DIR": dir}}
	maps.Copy(set.vars, c.Vars)
	files := map[string]string{harnessFile: harness, mainFile: c.CFG}
	maps.Copy(files, c.Files)
	for name, text := range files {
		if err := set.write(name, text); err != nil {
			os.RemoveAll(dir)
			return nil, err
		}
	}
	return set, nil
}

// write fills text and puts it in place by a rename, so that a HAProxy that
// reloads at this moment never sees half a file.
func (s *fileSet) write(name, text string) error {
	if !filepath.IsLocal(name) {
		return fmt.Errorf("haproxy: file %q lies outside the process's folder, name it relative to that", name)
	}
	filled, err := s.fill(text)
	if err != nil {
		return fmt.Errorf("haproxy: %s: %w", name, err)
	}
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("haproxy: %w", err)
	}
	if err := os.WriteFile(path+".new", []byte(filled), 0o644); err != nil {
		return fmt.Errorf("haproxy: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("haproxy: %w", err)
	}
	return nil
}

var placeholder = regexp.MustCompile(`\$\{[A-Z][A-Z0-9_]*\}`)

// fill replaces the placeholders of text, and gives a port to each name ending
// in _PORT that has no value yet.
func (s *fileSet) fill(text string) (string, error) {
	var firstErr error
	filled := placeholder.ReplaceAllStringFunc(text, func(match string) string {
		name := match[2 : len(match)-1]
		if strings.HasPrefix(name, "HAPROXY_") {
			return match
		}
		value, err := s.value(name)
		if err != nil && firstErr == nil {
			firstErr = err
		}
		return value
	})
	return filled, firstErr
}

func (s *fileSet) value(name string) (string, error) {
	if value, ok := s.vars[name]; ok {
		return value, nil
	}
	if !strings.HasSuffix(name, "_PORT") {
		return "", fmt.Errorf("no value for ${%s}, set it in Config.Vars", name)
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	s.vars[name] = strconv.Itoa(port)
	return s.vars[name], nil
}

// environ is the environment of the process: the machine's and the placeholders.
func (s *fileSet) environ() []string {
	env := os.Environ()
	for name, value := range s.vars {
		env = append(env, name+"="+value)
	}
	return env
}
