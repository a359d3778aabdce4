//go:build linux

package main

import (
	_ "embed"
	"strings"

	"github.com/spoa-lua/spoa-lua/tests/haproxy"
)

//go:embed embedded.lua
var embedded string

// head ends in the open section of the frontend. There is one thread, so that
// HAProxy's CPU is a core's; there is no log and no backend for requests.
const head = `global
  nbthread 1
${GLOBAL}
defaults
  mode http
  timeout connect 5s
  timeout client 1m
  timeout server 3m

frontend web
  bind 127.0.0.1:${FRONTEND_PORT}
`

const tail = `
backend agents
  mode tcp
${BACKEND}  server agent ${AGENT_ADDR}${SERVER}
`

const spoe = `[lua]
spoe-agent lua
  messages ${MESSAGE}
  option var-prefix lua
  timeout hello 2s
  timeout idle 2m
  timeout processing 2s
  use-backend agents
${SPOE}
spoe-message ${MESSAGE}
  args ip=src method=method path=path host=req.fhdr(host) user-agent=req.fhdr(user-agent)
  event on-frontend-http-request
`

// config returns HAProxy's configuration for the row: one that asks nobody,
// one with the policy in HAProxy's own Lua, or one with an agent.
func (r row) config(version, addr string) haproxy.Config {
	global, rule, files, backend := r.try.lines["global"], "", map[string]string{}, ""
	switch r.kind {
	case inLua:
		global += "  lua-load policy.lua\n"
		rule = "  http-request lua." + r.message + "\n"
		files["policy.lua"] = embedded
	case nullAgent, spoaLua:
		rule = "  filter spoe engine lua config spoe.conf\n"
		files["spoe.conf"] = strings.NewReplacer("${MESSAGE}", r.message, "${SPOE}", r.try.lines["spoe"]).Replace(spoe)
		backend = strings.NewReplacer("${BACKEND}", r.try.lines["backend"], "${SERVER}", r.try.lines["server"]).Replace(tail)
	}
	answer := `  http-request return status 200 content-type text/plain string ok hdr x-answer "%[` + r.answer() + `]"` + "\n"
	cfg := strings.ReplaceAll(head, "${GLOBAL}", global) + rule + answer + backend
	return haproxy.Config{Version: version, CFG: cfg, Files: files, Vars: map[string]string{"AGENT_ADDR": addr}}
}

// answer is the fetch whose value a request's answer shows.
func (r row) answer() string {
	switch r.kind {
	case noPolicy:
		return "path"
	case nullAgent:
		return "var(txn.lua.score)"
	}
	return "var(txn.lua.answer)"
}
