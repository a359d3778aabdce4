# Two commands do everything on a fresh machine with Go, gcc, git and apt:
# `make demo` shows the main job, `make test` passes the tests.

LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZTIME ?= 20s
SOAKTIME ?= 30m
SOAKRATE ?= 12000
BENCH ?= .
PREFIX ?= /usr/local
PGO := tests/bench/cpu.pgo

.DEFAULT_GOAL := help
.PHONY: help build install demo differential test test-3.4 race e2e lint vet vuln fuzz soak chaos bench bench-agent pgo tools clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9.-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build bin/spoa-lua; VERSION=1.2.3 is what it says of itself
	go build -trimpath -pgo=$(PGO) $(if $(VERSION),-ldflags '-X main.buildVersion=$(VERSION)') -o bin/spoa-lua ./cmd/spoa-lua

install: ## Install what build has built below DESTDIR and PREFIX (/usr/local), with units, documents, licences
	install -D -m 755 bin/spoa-lua $(DESTDIR)$(PREFIX)/bin/spoa-lua
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(PREFIX)/share/doc/spoa-lua/doc
	sed 's|/usr/local/bin|$(PREFIX)/bin|' doc/systemd/spoa-lua.service >$(DESTDIR)$(PREFIX)/lib/systemd/system/spoa-lua.service
	install -m 644 doc/systemd/spoa-lua.socket $(DESTDIR)$(PREFIX)/lib/systemd/system
	install -m 644 LICENSE README.md CHANGELOG.md SECURITY.md $(DESTDIR)$(PREFIX)/share/doc/spoa-lua
	install -m 644 doc/*.md $(DESTDIR)$(PREFIX)/share/doc/spoa-lua/doc
	cmd/spoa-lua/licences.sh $(DESTDIR)$(PREFIX)/share/doc/spoa-lua/licences

demo: ## Show HAProxy asking, a policy answering, and a save changing the answer
	go build -o bin/spoa-lua ./cmd/spoa-lua # without the profile: a minute less on a fresh machine
	scripts/demo.sh

test: tools ## Run all tests, those against real HAProxy 2.6, 3.0 and 3.2 included
	go test ./...

race: tools ## Run all but the end-to-end tests with the race detector
	go test -race $$(go list ./... | grep -v '/tests$$')

e2e: tools ## Run the end-to-end tests alone
	go test -count=1 ./tests/...

test-3.4: tools ## Run the end-to-end tests with HAProxy 3.4 of Debian's experimental, which CI does not
	tests/haproxy/fetch.sh "" 3.4
	SPOA_LUA_TEST_HAPROXY=3.4 go test -count=1 -timeout 30m ./tests/...

vet: ## Run go vet and gofmt
	go vet ./...
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these"; exit 1; }

lint: ## Run golangci-lint
	go run $(LINT) run ./...

vuln: ## Look for known vulnerabilities in what is called; needs https://vuln.go.dev
	tests/vuln.sh

fuzz: ## Run each fuzz target for FUZZTIME (20s)
	tests/fuzz.sh $(FUZZTIME)

soak: ## Load an agent with SOAKRATE NOTIFYs a second (12000) for SOAKTIME (30m)
	SPOA_LUA_SOAK=$(SOAKTIME) SPOA_LUA_SOAK_RATE=$(SOAKRATE) go test -count=1 -timeout 0 -v -run 'TestSoak$$' ./tests

chaos: tools ## Let each fault go on for a minute behind each version of HAProxy: half an hour
	SPOA_LUA_FULL=1 go test -count=1 -timeout 0 -parallel 2 -v -run 'TestChaos$$' ./tests

differential: tools ## Compare random Lua programs with lua5.4 for a minute
	LUA_DIFFERENTIAL=60s go test -count=1 -run 'RandomLonger|Differential' ./luabind/lua54 ./luabind/lualib

bench: ## Run the Go benchmarks that match BENCH (all)
	go test -run '^$$' -bench '$(BENCH)' ./spop/... ./luabind/... ./runtime/...

bench-agent: ## Compare spoa-lua with the null agent; BENCHFLAGS=-quick takes one minute
	go run ./tests/bench $(BENCHFLAGS)

bench-haproxy: ## Compare a policy in spoa-lua with the same in HAProxy's Lua, through HAProxy; BENCHFLAGS=-quick takes one minute
	go run ./tests/bench/haproxy $(BENCHFLAGS)

pgo: ## Renew the profile that build optimises with: after changes to the hot path
	GOGC=400 go test -trimpath ./runtime -run '^$$' -bench Path -benchtime 5s -o /dev/null -cpuprofile $(abspath $(PGO))

tools: ## Install what the tests compare with: lua5.4, and three versions of HAProxy
	tests/tools.sh

clean: ## Remove what was built or fetched
	rm -rf bin .cache
