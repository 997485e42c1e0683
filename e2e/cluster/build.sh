#!/usr/bin/env bash
# build.sh [node|control]: builds what up.sh starts into $KUBE_BIN.
#
#   control  etcd, kube-apiserver, kube-controller-manager, kube-scheduler,
#            kubectl and a small cluster DNS (all one binary, ./kube) and helm
#   node     (the default) the same, and the images of the first pods; what a node
#            needs from Debian is installed by scripts/setup.sh
#
# Nothing is done twice: a stamp beside each result names what it was made of.
#   KUBE_BIN      where the results go      (default: see paths.sh)
#   KUBE_VERSION  what the apiserver says it is (default: from go.mod)
#   HELM_BIN      a helm that is there already: linked, not built
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
what=${1:-node}
. "$here/paths.sh"
exec 9>"$bin/lock"
flock 9 # of two checkouts with the same sources one builds
export CGO_ENABLED=0 GOFLAGS="${GOFLAGS:-} -buildvcs=false -mod=readonly" GOWORK=off

say() { printf '%s build.sh: %s\n' "$(date +%T)" "$*"; }

stamp() { # stamp FILE...: one word for what these hold and the compiler
	{ go version; cat "$@"; } | sha256sum | cut -c1-32
}

fresh() { # fresh OUT STAMP
	[[ -x $1 || -f $1 && $1 == *.tar ]] && [[ $(cat "$1.stamp" 2>/dev/null) == "$2" ]]
}

# --- the control plane: one module, one link ---
version=${KUBE_VERSION:-$(cd "$here/kube" && go list -m -f '{{.Version}}' k8s.io/kubernetes)}
minor=${version#v1.} minor=${minor%%.*}
ldflags="-s -w"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
	ldflags+=" -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$minor"
	ldflags+=" -X $package.gitTreeState=clean -X $package.buildDate=2026-01-01T00:00:00Z"
done
want=$(stamp "$here"/kube/go.{mod,sum} "$here"/kube/*.go)-$version
if fresh "$bin/kube" "$want"; then
	say "kube is fresh"
else
	say "building kube ($version)"
	(cd "$here/kube" && go build -trimpath -ldflags "$ldflags" -o "$bin/kube.new" .)
	mv "$bin/kube.new" "$bin/kube"
	echo "$want" >"$bin/kube.stamp"
fi
for name in etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl; do
	ln -sfn kube "$bin/$name"
done

# --- helm ---
want=$(stamp "$here"/kube/go.{mod,sum})
if [[ -n ${HELM_BIN:-} ]]; then
	ln -sfn "$HELM_BIN" "$bin/helm"
elif fresh "$bin/helm" "$want"; then
	say "helm is fresh"
else
	helm=$(cd "$here/kube" && go list -m -f '{{.Version}}' helm.sh/helm/v3)
	say "building helm ($helm)"
	flags="-s -w -X helm.sh/helm/v3/internal/version.version=$helm"
	flags+=" -X helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor=$minor"
	flags+=" -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=$minor"
	rm -f "$bin/helm"
	(cd "$here/kube" && go build -trimpath -ldflags "$flags" -o "$bin/helm.new" helm.sh/helm/v3/cmd/helm)
	mv "$bin/helm.new" "$bin/helm"
	echo "$want" >"$bin/helm.stamp"
fi
[[ $what == control ]] && exit

# --- the test images ---
mkdir -p "$bin/images"
want=$(stamp "$here"/images/*)
if fresh "$bin/images/probe.tar" "$want"; then
	say "images are fresh"
else
	say "making the images"
	root=$(mktemp -d)
	trap 'rm -rf "$root"' EXIT
	mkdir -p "$root"/{probe,busybox/bin,busybox/tmp,busybox/etc}
	(cd "$here/images" && GOFLAGS=-buildvcs=false go build -trimpath -ldflags '-s -w' -o "$root/probe/probe" probe.go)
	cp "$(readlink -f /bin/busybox)" "$root/busybox/bin/busybox"
	for applet in $("$root/busybox/bin/busybox" --list); do
		[[ $applet == busybox ]] || ln -sf busybox "$root/busybox/bin/$applet"
	done
	echo 'root:x:0:0:root:/:/bin/sh' >"$root/busybox/etc/passwd"
	"$here/images/mkimage.sh" "$bin/images/pause.tar" localhost/pause:1 "$root/probe" /probe pause
	"$here/images/mkimage.sh" "$bin/images/busybox.tar" localhost/busybox:1 "$root/busybox"
	"$here/images/mkimage.sh" "$bin/images/probe.tar" localhost/probe:1 "$root/probe" /probe
	echo "$want" >"$bin/images/probe.tar.stamp"
fi
say "done: $bin"
