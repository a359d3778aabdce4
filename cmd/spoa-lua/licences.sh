#!/usr/bin/env bash
# licences.sh FOLDER copies the licences of the modules that are linked into
# spoa-lua, and that of Go, into FOLDER/MODULE.
set -euo pipefail
to=${1:?usage: licences.sh FOLDER}
cd "$(dirname "$0")/../.."

copy() { # copy MODULE DIR
  local file found=
  mkdir -p "$to/$1"
  for file in "$2"/LICEN[SC]E* "$2"/COPYING* "$2"/NOTICE*; do
    [ -f "$file" ] && install -m 644 "$file" "$to/$1" && found=yes
  done
  [ -n "$found" ] || { echo "licences.sh: $1 has no licence file in $2" >&2; exit 1; }
}

go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}' ./cmd/spoa-lua | sort -u |
  while read -r module dir; do copy "$module" "$dir"; done
copy go "$(go env GOROOT)"
