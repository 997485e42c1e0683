#!/usr/bin/env bash
# Runs one step of `make test`: step.sh NAME COMMAND… Prints the name before and the seconds after.
set -euo pipefail

# No step takes half of this on two cores with nothing built; what does hangs.
readonly limit=40m

name=$1
shift
printf '==> %s\n' "$name"
start=$SECONDS
# `timeout` leads a process group of its own, which neither Ctrl-C nor an outer `timeout` reaches.
timeout "$limit" "$@" </dev/null &
pid=$!
trap 'kill -TERM "$pid" 2>/dev/null || true' INT TERM
status=0
wait "$pid" || status=$?
case $status in
  0) printf '==> %s: ok, %d s\n' "$name" $((SECONDS - start)) ;;
  124) printf '==> %s: stopped after %s\n' "$name" "$limit" ;;
  *) printf '==> %s: failed after %d s\n' "$name" $((SECONDS - start)) ;;
esac
exit "$status"
