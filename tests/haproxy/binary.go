package haproxy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Versions lists the HAProxy versions that tests run against, oldest first: those
// of the environment variable SPOA_LUA_TEST_HAPROXY, such as "3.2 3.4", or
// those that Debian's releases hold. It must not be changed.
var Versions = chosen(os.Getenv("SPOA_LUA_TEST_HAPROXY"))

func chosen(names string) []string {
	if list := strings.Fields(names); len(list) > 0 {
		return list
	}
	return []string{"2.6", "3.0", "3.2"}
}

// fetchTimeout bounds the download of all versions, below the ten minutes after
// which go test gives up.
const fetchTimeout = 8 * time.Minute

// Binary returns the path of the haproxy command of version, which it gets with
// fetch.sh when it is missing. It fails the test when that cannot be done.
func Binary(tb testing.TB, version string) string {
	tb.Helper()
	path, err := binary(version)
	if err != nil {
		tb.Fatal(err)
	}
	return path
}

// binary leaves it to fetch.sh whether there is something to do: the script
// knows its stamps and holds the lock against other test processes.
func binary(version string) (string, error) {
	if !slices.Contains(Versions, version) {
		return "", fmt.Errorf("haproxy: unknown version %q, choose one of %s, or name it in SPOA_LUA_TEST_HAPROXY", version, strings.Join(Versions, ", "))
	}
	root, err := repoRoot()
	if err != nil {
		return "", err
	}
	dir := os.Getenv("SPOA_LUA_HAPROXY_DIR")
	if dir == "" {
		dir = filepath.Join(root, ".cache", "haproxy")
	}
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	script := filepath.Join(root, "tests", "haproxy", "fetch.sh")
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "bash", script, dir, version)
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("haproxy: get version %s with tests/haproxy/fetch.sh: %w\n%s", version, err, stderr.Bytes())
	}
	return filepath.Abs(filepath.Join(dir, version, "haproxy"))
}

// repoRoot finds the checkout from the folder in which go test runs a package.
func repoRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("haproxy: find the repository: %w", err)
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "tests", "haproxy", "fetch.sh"))
		if err == nil {
			return dir, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("haproxy: find the repository: %w", err)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("haproxy: no tests/haproxy/fetch.sh above the working directory, run the test from the repository")
		}
		dir = parent
	}
}
