# paths.sh, to be sourced with $here set: $bin, where build.sh leaves what up.sh starts.
# Outside the checkout, in a folder named by the sources: checkouts with the same sources
# share it, and others do not disturb a cluster that runs.
bin=${KUBE_BIN:-${XDG_CACHE_HOME:-$HOME/.cache}/iter8/cluster/$(cat "$here"/kube/* "$here"/images/* | sha256sum | cut -c1-16)}
mkdir -p "$bin"
bin=$(cd "$bin" && pwd)
