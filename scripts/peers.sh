#!/usr/bin/env bash
# Installs the peers of the bench: Debian's packages, and ghz into the cache folder. Put the folder that it
# prints at the front of PATH.
set -euo pipefail
cd "$(dirname "$0")/.."

# It takes a minute on two cores with nothing built.
readonly limit=10m

folder=${XDG_CACHE_HOME:-$HOME/.cache}/iter8/peers
mkdir -p "$folder"
scripts/setup.sh bench >&2
if [ ! -x "$folder/ghz" ]; then
  GOBIN=$folder timeout "$limit" go install github.com/bojand/ghz/cmd/ghz@latest </dev/null || echo "peers: no ghz" >&2
fi
echo "$folder"
