#!/usr/bin/env bash
# A Kubernetes cluster: cluster.sh up starts one for people, cluster.sh down ends it; cluster.sh test
# starts another, loads the program into it as an image, runs the stories in it, and ends it.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly scripts=e2e/cluster
readonly for_people=${XDG_CACHE_HOME:-$HOME/.cache}/iter8/cluster-up
here=$PWD/$scripts
# shellcheck source=../e2e/cluster/paths.sh
. "$scripts/paths.sh" # sets bin
readonly image=localhost/iter8:test

# A node needs root and containerd; without one there is the control plane alone.
what=control
if [ "$(id -u)" -eq 0 ] && command -v containerd >/dev/null; then what=node; fi

# The program without any library beside it, as an image of itself.
load_image() { # load_image CLUSTER
  local root=$1/image
  mkdir -p "$root/bin"
  cargo rustc --locked --quiet --package iter8 --bin iter8 -- -C target-feature=+crt-static
  cp "${CARGO_TARGET_DIR:-target}/debug/iter8" "$root/bin/iter8"
  strip "$root/bin/iter8"
  "$scripts/images/mkimage.sh" "$1/iter8.tar" "$image" "$root" /bin/iter8
  "$scripts/node.sh" "$1" ctr -n k8s.io images import "$1/iter8.tar" >/dev/null
}

run_stories() {
  local cluster
  cluster=$(mktemp -d)/cluster
  # shellcheck disable=SC2064 # the folder of now
  trap "$scripts/down.sh '$cluster'; rm -rf '$(dirname "$cluster")'" EXIT
  "$scripts/up.sh" "$cluster"
  load_image "$cluster"
  ITER8_TEST_CLUSTER=$cluster ITER8_BIN=$cluster/image/bin/iter8 \
    KUBECTL=$bin/kubectl \
    cargo test --package iter8-e2e --locked --test cluster
}

case ${1:-} in
  up)
    "$scripts/build.sh" $what
    "$scripts/up.sh" "$for_people"
    printf 'cluster: export KUBECONFIG=%s\n' "$for_people/kubeconfig"
    ;;
  down)
    "$scripts/down.sh" "$for_people"
    rm -rf "$for_people"
    ;;
  test)
    if [ $what = control ]; then
      echo "cluster: no node can be run here (it needs root and containerd), so the stories are left out" >&2
      [ -z "${CI:-}" ] || exit 1
      exit 0
    fi
    "$scripts/build.sh" node
    run_stories
    ;;
  *)
    echo "usage: cluster.sh up|down|test" >&2
    exit 2
    ;;
esac
