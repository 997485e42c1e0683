#!/usr/bin/env bash
# Fuzzes one target for some seconds: fuzz.sh TARGET [SECONDS]. Needs cargo-fuzz and a nightly toolchain.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:-} seconds=${2:-60}
if ! command -v cargo-fuzz >/dev/null; then
  echo "cargo-fuzz is not installed; get it with: cargo install --locked cargo-fuzz" >&2
  exit 1
fi
if ! cargo +nightly --version >/dev/null 2>&1; then
  echo "there is no nightly toolchain, which cargo-fuzz needs" >&2
  exit 1
fi
if [ -z "$target" ]; then
  echo "name a target: make fuzz TARGET=name. There are:" >&2
  cargo +nightly fuzz list >&2
  exit 2
fi
exec cargo +nightly fuzz run "$target" -- -max_total_time="$seconds"
