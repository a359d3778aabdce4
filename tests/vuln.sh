#!/usr/bin/env bash
# Looks for known vulnerabilities in what the module calls. Its database is on
# the Internet, https://vuln.go.dev, or where GOVULNDB says.
# Exit codes: 0 none found, 3 found, 4 the database cannot be reached, so that
# nothing is known, 1 anything else.
set -euo pipefail
cd "$(dirname "$0")/.."
tool=golang.org/x/vuln/cmd/govulncheck@v1.9.0

bin=$(mktemp -d)
trap 'rm -rf "$bin"' EXIT
GOBIN=$bin go install "$tool"
code=0
"$bin/govulncheck" -db "${GOVULNDB:-https://vuln.go.dev}" ./... >"$bin/out" 2>"$bin/err" || code=$?
cat "$bin/out"
cat "$bin/err" >&2
if [ "$code" = 1 ] && grep -q '^govulncheck: fetching vulnerabilities: ' "$bin/err"; then
  echo "NOT LOOKED UP: the database of vulnerabilities cannot be reached from here" >&2
  exit 4
fi
exit "$code"
