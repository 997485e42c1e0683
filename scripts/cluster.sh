#!/usr/bin/env bash
# A Kubernetes cluster for people: cluster.sh up builds and starts it, cluster.sh down ends it.
set -euo pipefail
cd "$(dirname "$0")/../e2e/cluster"

readonly folder=${XDG_CACHE_HOME:-$HOME/.cache}/iter8/cluster-up

case ${1:-} in
  up)
    ./build.sh "$([ "$(id -u)" -eq 0 ] && command -v containerd >/dev/null && echo node || echo control)"
    ./up.sh "$folder"
    printf 'cluster: export KUBECONFIG=%s\n' "$folder/kubeconfig"
    ;;
  down)
    ./down.sh "$folder"
    rm -rf "$folder"
    ;;
  *)
    echo "usage: cluster.sh up|down" >&2
    exit 2
    ;;
esac
