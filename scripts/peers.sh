#!/usr/bin/env bash
# Installs the peers of the bench: Debian's packages, and those by Go and Cargo into the cache folder. Put the
# folder that it prints at the front of PATH. What cannot be had is named, and the bench does without.
set -euo pipefail
cd "$(dirname "$0")/.."

# Each takes a minute or a few on two cores with nothing built.
readonly limit=10m

# The newest Fortio has a dependency that cannot be fetched; this older one can be built.
readonly by_go=(
  ghz=github.com/bojand/ghz/cmd/ghz@latest
  hey=github.com/rakyll/hey@latest
  vegeta=github.com/tsenart/vegeta/v12@latest
  k6=go.k6.io/k6@latest
  fortio=fortio.org/fortio@v1.63.0
)

folder=${XDG_CACHE_HOME:-$HOME/.cache}/iter8/peers
mkdir -p "$folder"
scripts/setup.sh bench >&2
for peer in "${by_go[@]}"; do
  name=${peer%%=*}
  if [ ! -x "$folder/$name" ]; then
    GOBIN=$folder timeout "$limit" go install "${peer#*=}" </dev/null >&2 || echo "peers: no $name" >&2
  fi
done
if [ ! -x "$folder/oha" ]; then
  # Its own folder, as cargo insists on one that it can keep notes in.
  timeout "$limit" cargo install --quiet --locked --root "$folder/cargo" oha --no-default-features --features native-tls </dev/null >&2 &&
    ln -sf cargo/bin/oha "$folder/oha" || echo "peers: no oha" >&2
fi
echo "$folder"
