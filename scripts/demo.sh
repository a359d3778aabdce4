#!/usr/bin/env bash
# make demo: HAProxy in front of the five policies of this folder. Sends a few
# requests, shows what each policy decided, edits a policy while it runs, shows
# the changed decision, and cleans up.
set -euo pipefail
cd "$(dirname "$0")/.."

haproxy=$(command -v haproxy || true)
if [ -z "$haproxy" ]; then
  echo "HAProxy is not installed: fetching it into .cache (nothing is installed)"
  tests/haproxy/fetch.sh >/dev/null
  haproxy=.cache/haproxy/3.2/haproxy
fi
if ! command -v curl >/dev/null; then
  { apt-get install -y -qq curl || { apt-get update -qq && apt-get install -y -qq curl; }; } >/dev/null 2>&1 ||
    { echo "the demo needs curl: apt-get install curl" >&2; exit 1; }
fi

dir=$(mktemp -d)
pids=()
cleanup() {
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true
  done
  rm -rf "$dir"
}
trap cleanup EXIT

free_port() {
  local port
  while port=$((20000 + RANDOM % 20000)); do
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}
wait_for() { # wait_for WHAT COMMAND...: up to 10 s
  local what=$1
  shift
  for _ in $(seq 200); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.05
  done
  echo "$what did not happen; the agent's log:" >&2
  cat "$dir/agent.log" >&2
  exit 1
}
say() { if [ -t 1 ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi; }
logged() { [ "$(grep -c "$1" "$dir/agent.log")" -ge "$2" ]; }

web=$(free_port)
agent=$(free_port)

say "1. The embedded policies, written out so that they can be edited"
bin/spoa-lua init "$dir/policies" | grep '\.lua$' | sed "s|$dir/||"

say "2. The agent and HAProxy $("$haproxy" -v | sed -n 's/^HAProxy version \([^ ]*\).*/\1/p')"
policies=()
for folder in "$dir"/policies/*/; do
  ls "$folder"*.lua >/dev/null 2>&1 && policies+=(--scripts "$folder")
done
bin/spoa-lua run --listen "127.0.0.1:$agent" "${policies[@]}" 2>"$dir/agent.log" &
pids+=($!)
wait_for "the start of the agent" logged msg=ready 1
sed "s/bind :8080/bind 127.0.0.1:$web/; s/127.0.0.1:9000/127.0.0.1:$agent/" scripts/all/haproxy.cfg >"$dir/haproxy.cfg"
cp scripts/all/spoe.conf "$dir/"
haproxy_path=$(realpath "$haproxy")
(cd "$dir" && exec "$haproxy_path" -db -f haproxy.cfg >"$dir/haproxy.log" 2>&1) &
pids+=($!)
wait_for "the start of HAProxy" curl -sf "http://127.0.0.1:$web/"
grep -o 'msg=ready.*' "$dir/agent.log" | sed "s|$dir/||g"

ask() { # ask WHAT CURL-ARGUMENTS...
  local what=$1 out
  shift
  out=$(curl -s -o /dev/null -D - -A 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' -H 'accept: text/html' \
    -H 'accept-language: en' --compressed "$@")
  printf '%-34s %s  %s\n' "$what" "$(head -n 1 <<<"$out" | cut -d ' ' -f 2)" \
    "$(tr -d '\r' <<<"$out" | grep -E '^(x-|retry-after)' | grep -vE '(count|-reason|-rule)' | tr '\n' ' ')"
}
url=http://127.0.0.1:$web

say "3. What the policies decide: status, and HAProxy's variables as headers"
ask "an ordinary request" "$url/"
ask "ip-reputation: a listed address" --interface 127.0.0.66 "$url/"
ask "bot-score: a scanner" -A 'sqlmap/1.8' -H 'accept:' -H 'accept-language:' "$url/"
ask "canary: asked for by header" -H 'x-canary: always' "$url/"
ask "path-rules: a forbidden path" "$url/.git/config"
for i in 1 2 3 4 5 6; do
  out=$(ask "rate-limit: login number $i" -X POST "$url/login")
  case $i in 1 | 6) echo "$out" ;; esac
done

say "4. A policy is edited while it runs: everybody gets the canary release"
cat >>"$dir/policies/canary/canary.lua" <<'LUA'

spoa.on("canary", function(msg) set_var("txn.backend", "canary") end)
LUA
wait_for "the reload" logged msg=reloaded 1
grep -o 'msg=reloaded.*' "$dir/agent.log"
ask "the ordinary request again" "$url/"

say "5. A broken save: the old policy goes on, the log names the line"
echo 'if then' >>"$dir/policies/canary/canary.lua"
wait_for "the refusal" logged "reload failed" 1
grep -o 'msg="reload failed.*' "$dir/agent.log" | sed "s|$dir/||g"
ask "the ordinary request again" "$url/"

say "Done: the agent and HAProxy are stopped, nothing is left behind."
