#!/usr/bin/env bash
# Installs what a build (setup.sh build), the tests (setup.sh test) or the bench (setup.sh bench) need
# and this machine lacks. Says first what it will do, asks nothing, and does nothing where all is present.
# Toolchains are the developer's own: they are checked, not fetched.
set -euo pipefail
cd "$(dirname "$0")/.."

# Each tool that is called, and the Debian package that has it: a linker and C compiler for a build,
# and the programs that the tests start, or that the bench races.
readonly purpose=${1:-test}
tools=(cc:build-essential)
if [ "$purpose" = test ]; then
  tools+=(wrk:wrk chromium:chromium haproxy:haproxy nginx:nginx-light prometheus:prometheus influxd:influxdb
    tinyproxy:tinyproxy-bin openssl:openssl)
  # A node of the cluster needs root, and without one there is the control plane alone.
  if [ "$(id -u)" -eq 0 ]; then
    tools+=(containerd:containerd /usr/sbin/runc:runc /usr/lib/cni/ptp:containernetworking-plugins
      /usr/sbin/nft:nftables /usr/sbin/conntrack:conntrack /bin/busybox:busybox-static
      /sbin/ip:iproute2 nsenter:util-linux)
  fi
elif [ "$purpose" = bench ]; then
  tools+=(wrk:wrk h2load:nghttp2-client nghttpd:nghttp2-server nginx:nginx-light openssl:openssl)
fi

# How long one apt-get run may take: a slow mirror needs minutes, a dead one should not hang CI.
readonly apt_limit=15m

check_cargo() {
  local wanted have
  wanted=$(sed -n 's/^rust-version *= *"\([0-9.]*\)".*/\1/p' Cargo.toml | head -n 1)
  if ! command -v cargo >/dev/null; then
    echo "setup: cargo is not installed; Rust $wanted or newer is needed" >&2
    return 1
  fi
  have=$(cargo --version | awk '{ print $2 }')
  if [ "$(printf '%s\n%s\n' "$wanted" "${have%%-*}" | sort -V | head -n 1)" != "$wanted" ]; then
    echo "setup: cargo $have is too old; Rust $wanted or newer is needed" >&2
    return 1
  fi
  echo "setup: cargo $have will do (needs $wanted)"
}

# Debian's Go is too old for today's gRPC, which the stories have a server of.
check_go() {
  local wanted=1.24 have
  have=$(go env GOVERSION 2>/dev/null | sed 's/^go//')
  if [ "$(printf '%s\n%s\n' "$wanted" "${have:-0}" | sort -V | head -n 1)" != "$wanted" ]; then
    echo "setup: go ${have:-is not installed}; Go $wanted or newer is needed for the tests" >&2
    return 1
  fi
  echo "setup: go $have will do (needs $wanted)"
}

missing_packages() {
  local tool
  for tool in "${tools[@]}"; do
    command -v "${tool%%:*}" >/dev/null || echo "${tool##*:}"
  done
}

install_packages() {
  local -a as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "setup: not root and no sudo; install these packages yourself: $*" >&2
      return 1
    fi
    as_root=(sudo --)
  fi
  if ! command -v apt-get >/dev/null; then
    echo "setup: no apt-get here; install what has these commands yourself: $*" >&2
    return 1
  fi
  echo "setup: installing with apt-get: $*"
  # RUNLEVEL: no service starts by itself, since whoever needs one starts its own.
  local -a apt=("${as_root[@]}" timeout "$apt_limit" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get)
  "${apt[@]}" update --quiet --quiet </dev/null
  "${apt[@]}" install --yes --quiet --quiet --no-install-recommends "$@" </dev/null
}

main() {
  check_cargo
  if [ "$purpose" != build ]; then
    check_go
  fi
  local -a missing
  mapfile -t missing < <(missing_packages)
  if [ "${#missing[@]}" -eq 0 ]; then
    echo "setup: all tools are present"
  else
    install_packages "${missing[@]}"
  fi
}

main
