#!/usr/bin/env bash
# Runs every fuzz target of the module for the time given, two at once.
# usage: tests/fuzz.sh 20s
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:?usage: tests/fuzz.sh TIME, for example 20s}

# On a busy machine go test sometimes takes the end of its own time for a failure
# of the target: without an input that fails there is none, and it is run again.
one() {
  local pkg=$1 target=$2 try
  for try in 1 2 3; do
    if out=$(go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 20x -parallel 1 "$pkg" 2>&1); then
      echo "ok   $pkg $target $(grep -o 'execs: [0-9]*' <<<"$out" | tail -n 1)"
      return 0
    fi
    grep -q '^ *context deadline exceeded$' <<<"$out" && ! grep -q 'Failing input' <<<"$out" || break
  done
  printf 'FAIL %s %s\n%s\n' "$pkg" "$target" "$out"
  return 1
}
export -f one
export time

targets=$(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./... | while read -r pkg; do
  go test -list '^Fuzz' "$pkg" | grep '^Fuzz' | sed "s|^|$pkg |" || true
done)
[ -n "$targets" ] || { echo "no fuzz targets found" >&2; exit 1; }
xargs -P 2 -L 1 bash -c 'one "$0" "$1"' <<<"$targets"
