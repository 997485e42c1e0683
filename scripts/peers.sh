#!/usr/bin/env bash
# Installs the peers of the bench: Debian's by apt-get, those in Go into the cache folder. One that cannot be
# had is named and left out. Usage: peers.sh; then put the folder it prints at the front of PATH.
set -euo pipefail
cd "$(dirname "$0")/.."

# One peer takes up to three minutes on two cores with nothing built.
readonly limit=10m

folder=${XDG_CACHE_HOME:-$HOME/.cache}/iter8/peers
mkdir -p "$folder"
# The tool that is called, and the Debian package that has it.
for peer in wrk:wrk h2load:nghttp2-client nghttpd:nghttp2-server nginx:nginx-light openssl:openssl; do
  command -v "${peer%%:*}" >/dev/null && continue
  DEBIAN_FRONTEND=noninteractive timeout "$limit" apt-get install --yes --quiet --quiet "${peer##*:}" \
    </dev/null >/dev/null || echo "peers: no ${peer%%:*}" >&2
done
for module in github.com/bojand/ghz/cmd/ghz github.com/rakyll/hey github.com/tsenart/vegeta/v12 go.k6.io/k6; do
  name=$(basename "${module%/v12}")
  [ -x "$folder/$name" ] && continue
  GOBIN=$folder timeout "$limit" go install "$module@latest" </dev/null 2>/dev/null || echo "peers: no $name" >&2
done
echo "$folder"
