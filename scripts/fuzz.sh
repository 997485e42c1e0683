#!/usr/bin/env bash
# Fuzzes one target for some seconds: fuzz.sh TARGET [SECONDS]. Needs cargo-fuzz and a nightly toolchain.
# What is found grows from run to run in the cache folder, so that the checkout stays small.
set -euo pipefail
cd "$(dirname "$0")/.."

# No input should take a second; ten leave room for a busy machine. A condition may make a list of
# a million elements, which under the sanitizer is a few hundred megabytes.
readonly input_seconds=10 input_memory_mb=3072

target=${1:-} seconds=${2:-60}
if ! command -v cargo-fuzz >/dev/null; then
  echo "cargo-fuzz is not installed; get it with: cargo install --locked cargo-fuzz" >&2
  exit 1
fi
if ! cargo +nightly --version >/dev/null 2>&1; then
  echo "there is no nightly toolchain, which cargo-fuzz needs" >&2
  exit 1
fi
if [ ! -e "fuzz/fuzz_targets/$target.rs" ]; then
  echo "name a target: make fuzz TARGET=name. There are:" >&2
  cargo +nightly fuzz list >&2
  exit 2
fi

cache=${XDG_CACHE_HOME:-$HOME/.cache}/iter8/fuzz
mkdir -p "$cache/corpus/$target" "$cache/artifacts/$target"
export CARGO_TARGET_DIR=$cache/target
# New inputs go to the first folder only; the seeds in the checkout stay as they are.
exec cargo +nightly fuzz run "$target" "$cache/corpus/$target" "fuzz/seeds/$target" -- \
  -dict="fuzz/dictionaries/$target.dict" -artifact_prefix="$cache/artifacts/$target/" \
  -fork=0 -max_len=8192 -timeout="$input_seconds" -rss_limit_mb="$input_memory_mb" \
  -max_total_time="$seconds" -print_final_stats=1
