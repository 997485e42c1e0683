#!/usr/bin/env bash
# Runs a command that needs a tool which few machines have: tool.sh TOOL HOW-TO-GET-IT COMMAND…
# Installing it takes minutes, so that is left to whoever wants it.
set -euo pipefail

tool=$1 how=$2
shift 2
if ! command -v "$tool" >/dev/null; then
  echo "$tool is not installed; get it with: $how" >&2
  exit 1
fi
exec "$@"
