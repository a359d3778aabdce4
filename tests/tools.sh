#!/usr/bin/env bash
# Installs what the tests compare with, where it is missing: Debian's lua5.4 and
# redis-server, and HAProxy 2.6, 3.0 and 3.2 side by side below .cache (see
# tests/haproxy/fetch.sh).
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v lua5.4 >/dev/null && command -v luac5.4 >/dev/null || missing+=(lua5.4)
command -v curl >/dev/null || missing+=(curl)
command -v redis-server >/dev/null || missing+=(redis-server)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "the tests need: ${missing[*]}. Install them, for example: sudo apt-get install ${missing[*]}" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  # Mirrors drop connections, and lists of yesterday name packages that are gone.
  for pause in 0 5 20 60; do
    sleep "$pause"
    apt-get install -y -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "${missing[@]}" >/dev/null 2>&1 && missing=() && break
    apt-get update -qq -o Acquire::Retries=3 || true
  done
  [ ${#missing[@]} = 0 ] || apt-get install -y -qq "${missing[@]}" >/dev/null
fi
tests/haproxy/fetch.sh
