#!/usr/bin/env bash
# Builds iter8 and lets it judge two versions of a service on this machine: one that is good, one
# that is not. Prints both reports; leaves report.html and report-v2.html in the working directory.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh build
echo "Building iter8 …"
cargo build --release --locked --quiet --package iter8
iter8="${CARGO_TARGET_DIR:-target}/release/iter8"

work="$(mktemp -d)"
sample_pid=""
finish() {
  [ -z "$sample_pid" ] || kill "$sample_pid" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# Starts the sample service on a free port; the address is the first line that it prints.
start_sample() {
  "$iter8" -l error sample http --listen 127.0.0.1:0 "$@" >"$work/address" &
  sample_pid=$!
  for _ in $(seq 100); do
    [ -s "$work/address" ] && break
    read -rt 0.05 <> <(:) || true
  done
  url="$(head -n 1 "$work/address")"
}

stop_sample() {
  kill "$sample_pid"
  wait "$sample_pid" || true
  sample_pid=""
}

# Three loops of 1,000 requests, with objectives.
judge() {
  "$iter8" run --group "$1" --loops 3 --output none \
    --set "tasks={http,assess}" --set "http.url=$url" \
    --set http.qps=250,http.numRequests=1000,http.connections=16 \
    --set assess.SLOs.upper.http/latency-p99=40 \
    --set assess.SLOs.upper.http/latency-mean=20 \
    --set assess.SLOs.upper.http/error-rate=0.01
}

echo; echo "Version 1 of the service answers within some 5 ms and hardly ever fails:"
start_sample --app-version v1 --latency 5ms --distribution uniform:2ms --errors 0.2%
judge v1 && verdict=0 || verdict=$?
stop_sample
"$iter8" report --group v1
"$iter8" report --group v1 --output html >report.html
[ "$verdict" -eq 0 ] || { echo "expected version 1 to pass, got exit code $verdict" >&2; exit 1; }
echo "iter8 run ended with exit code 0: version 1 is good."

echo; echo "Version 2 is as fast on average, but every fiftieth request takes 80 ms:"
start_sample --app-version v2 --latency 5ms --distribution slow-tail:2%:80ms --errors 0.2%
judge v2 && verdict=0 || verdict=$?
stop_sample
"$iter8" report --group v2
"$iter8" report --group v2 --output html >report-v2.html
[ "$verdict" -eq 1 ] || { echo "expected version 2 to fail, got exit code $verdict" >&2; exit 1; }
echo "iter8 run ended with exit code 1: version 2 must not go out."
echo "Open report.html and report-v2.html in a browser for the distributions and the loops."
