package haproxy

import (
	"embed"
	"io/fs"
	"strings"
	"testing"
)

//go:embed testdata
var testdata embed.FS

// Template returns the configuration in the folder testdata/name of this
// package, with Version, Vars and WaitUp left to the caller. All of them need
// AGENT_ADDR in Vars, listen on ${FRONTEND_PORT}, call the backend of the agent
// "agents" and its engine "lua", and answer by themselves, without a server:
//
//   - "all-types" sends every kind of value that HAProxy has, in the messages
//     check-client-ip (on-client-session), all-types (on-frontend-http-request)
//     and, for paths that begin with /body, body-check (a group); the answer
//     shows the variables txn.lua.null, bool, int32, uint32, int64, uint64,
//     ipv4, ipv6, str and bin (in hex) as headers x-null and so on, those that
//     are not set as empty headers.
//   - "echo" sends one message, check (ip, path, user), for each request, and
//     shows txn.lua.answer as the header x-answer.
//
// The error variable is in the header x-spoe-error.
func Template(tb testing.TB, name string) Config {
	tb.Helper()
	dir, err := fs.Sub(testdata, "testdata/"+name)
	if err != nil {
		tb.Fatal(err)
	}
	c := Config{Files: map[string]string{}}
	err = fs.WalkDir(dir, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(dir, path)
		c.Files[path] = string(text)
		return err
	})
	if err != nil {
		tb.Fatalf("haproxy: no template %q in tests/haproxy/testdata: %v", name, err)
	}
	c.CFG = c.Files[mainFile]
	delete(c.Files, mainFile)
	return c
}

// Header is a header that an Echo frontend puts into its answer.
type Header struct {
	Name  string
	Value string // a log-format, such as "%[var(txn.lua.score)]"
}

// Echo writes the configuration of a frontend that asks the agent at AGENT_ADDR
// and answers by itself, for tests with messages of their own.
type Echo struct {
	// SPOE is the text of spoe.conf: the section [lua], whose spoe-agent says
	// "use-backend agents", and its messages.
	SPOE string

	// Rules are lines of the frontend that come before the answer, such as
	// "http-request send-spoe-group lua policy".
	Rules []string

	// Headers are those of the answer.
	Headers []Header
}

// Config returns the configuration, with Version, Vars and WaitUp left to the
// caller.
func (e Echo) Config() Config {
	var b strings.Builder
	b.WriteString(echoHead)
	for _, rule := range e.Rules {
		b.WriteString("  " + rule + "\n")
	}
	b.WriteString("  http-request return status 200 content-type text/plain string ok")
	for _, h := range e.Headers {
		b.WriteString(" hdr " + h.Name + ` "` + h.Value + `"`)
	}
	b.WriteString(echoTail)
	return Config{CFG: b.String(), Files: map[string]string{"spoe.conf": e.SPOE}}
}

// echoHead ends in the open section of the frontend. Idle connections survive a
// reload until their next answer, so that clients lose no request.
const echoHead = `global
  log stdout format raw daemon

defaults
  log global
  option httplog
  option dontlog-normal
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s

frontend web
  bind 127.0.0.1:${FRONTEND_PORT}
  option http-buffer-request
  option idle-close-on-response
  filter spoe engine lua config spoe.conf
`

// echoTail says "mode tcp", since "mode spop" exists from 3.1 only, and checks
// often, so that tests see the agent come and go at once. An agent that gets no
// processor for a while does not go by that.
const echoTail = `

backend agents
  mode tcp
  option spop-check
  timeout connect 5s
  timeout server 30s
  timeout check 20s
  server agent ${AGENT_ADDR} check inter 500ms fastinter 50ms downinter 50ms rise 1 fall 2
`
