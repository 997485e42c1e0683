#!/usr/bin/env bash
# up.sh DIR: starts a Kubernetes cluster that keeps everything in DIR, waits
# until it answers, and leaves DIR/kubeconfig.  Run again, it finds the cluster
# up and does nothing; after down.sh it starts the same cluster again.
#
#   KUBE_BIN   what build.sh made                  (default: see paths.sh)
#   KUBE_NODE  kubelet  one real node: containerd, kubelet, kube-proxy; the
#                       whole cluster is in namespaces of its own (needs root)
#              none     the control plane alone, processes on loopback (no root)
#              (default: kubelet for root where containerd is, or else none)
#   KUBE_WAIT  seconds to wait for it              (default: 120)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ $# == 1 ]] || { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)
. "$here/paths.sh"
wait=${KUBE_WAIT:-120}
if [[ -z ${KUBE_NODE:-} ]]; then
	KUBE_NODE=none
	[[ $(id -u) == 0 && -x $(command -v containerd) && -f $bin/images/pause.tar ]] && KUBE_NODE=kubelet
fi
mkdir -p "$dir"/{pki,pid,log,conf,hold}
chmod 700 "$dir/pki"
exec 9>"$dir/lock"
flock 9

say() { printf 'up.sh: %s\n' "$*"; }
alive() { # alive NAME: the process of this pid file is still the one we started
	local pid
	pid=$(cat "$dir/pid/$1" 2>/dev/null) && [[ -n $pid ]] &&
		tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | grep -qxF "KUBE_CLUSTER_DIR=$dir"
}
kubectl() { "$bin/kubectl" --kubeconfig "$dir/kubeconfig" --cache-dir "$dir/cache" "$@"; }

main=cluster
if alive $main && [[ -f $dir/kubeconfig ]] && kubectl get --raw /readyz >/dev/null 2>&1; then
	say "already up: $dir/kubeconfig"
	exit
fi
"$here/down.sh" --locked "$dir"

# --- ports: kept from the last start where they are still free ---
free_port() {
	local port
	while :; do
		port=$((20000 + RANDOM % 12000))
		[[ " ${taken:-} " == *" $port "* ]] && continue
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	taken+=" $port"
	REPLY=$port
}
if [[ -f $dir/conf/ports ]]; then
	. "$dir/conf/ports"
	(exec 3<>"/dev/tcp/127.0.0.1/$api_port") 2>/dev/null && rm "$dir/conf/ports"
fi
if [[ ! -f $dir/conf/ports ]]; then
	free_port; api_port=$REPLY
	free_port; etcd_port=$REPLY
	free_port; peer_port=$REPLY
	printf '%s=%s\n' api_port "$api_port" etcd_port "$etcd_port" peer_port "$peer_port" >"$dir/conf/ports"
fi

# --- keys, once ---
# Documentation and benchmark ranges: nothing outside has them.
node_ip=198.18.0.1 pod_cidr=198.18.1.0/24 service_cidr=198.19.0.0/16 service_ip=198.19.0.1
node=node-1
cd "$dir/pki"
authority() { # authority NAME
	[[ -f $1.crt ]] && return
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
		-keyout "$1.key" -out "$1.crt.new" -subj "/CN=$1" \
		-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
	mv "$1.crt.new" "$1.crt"
}
certificate() { # certificate NAME AUTHORITY SUBJECT USAGE [ALTERNATIVES]
	[[ -f $1.crt ]] && return
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -out "$1.csr" -subj "$3" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA "$2.crt" -CAkey "$2.key" -CAcreateserial -days 3650 -out "$1.crt.new" -extfile <(
		echo basicConstraints=CA:FALSE
		echo keyUsage=digitalSignature,keyEncipherment
		echo "extendedKeyUsage=$4"
		[[ -z ${5:-} ]] || echo "subjectAltName=$5"
	) 2>/dev/null
	mv "$1.crt.new" "$1.crt"
	rm "$1.csr"
}
authority ca
authority front-proxy-ca
certificate apiserver ca /CN=kube-apiserver serverAuth \
	"DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,IP:127.0.0.1,IP:$node_ip,IP:$service_ip"
certificate kubelet-client ca /O=system:masters/CN=kube-apiserver-kubelet-client clientAuth
certificate front-proxy front-proxy-ca /CN=front-proxy-client clientAuth
certificate admin ca /O=system:masters/CN=admin clientAuth
certificate controller-manager ca /CN=system:kube-controller-manager clientAuth
certificate scheduler ca /CN=system:kube-scheduler clientAuth
certificate kubelet ca "/O=system:nodes/CN=system:node:$node" clientAuth
certificate proxy ca /CN=system:kube-proxy clientAuth
[[ -f sa.key ]] || openssl genrsa -out sa.key 2048 2>/dev/null
[[ -f sa.pub ]] || openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
cd "$dir"

kubeconfig() { # kubeconfig NAME FILE
	cat >"$2.new" <<-EOF
		apiVersion: v1
		kind: Config
		current-context: local
		contexts: [{name: local, context: {cluster: local, user: $1}}]
		clusters:
		- name: local
		  cluster:
		    server: https://127.0.0.1:$api_port
		    certificate-authority-data: $(base64 -w0 <"$dir/pki/ca.crt")
		users:
		- name: $1
		  user:
		    client-certificate-data: $(base64 -w0 <"$dir/pki/$1.crt")
		    client-key-data: $(base64 -w0 <"$dir/pki/$1.key")
	EOF
	chmod 600 "$2.new"
	mv "$2.new" "$2"
}
for name in controller-manager scheduler kubelet proxy; do
	kubeconfig $name "$dir/conf/$name.kubeconfig"
done
kubeconfig admin "$dir/kubeconfig"

# --- start ---
id=iter8-cluster-$(sha256sum <<<"$dir" | cut -c1-10)
export KUBE_CLUSTER_DIR=$dir KUBE_BIN_DIR=$bin KUBE_NODE_KIND=$KUBE_NODE KUBE_ID=$id \
	KUBE_NODE_NAME=$node KUBE_NODE_IP=$node_ip KUBE_POD_CIDR=$pod_cidr \
	KUBE_SERVICE_CIDR=$service_cidr API_PORT=$api_port ETCD_PORT=$etcd_port PEER_PORT=$peer_port
rm -rf "$dir"/pid/* "$dir"/hold/*
launch() { # launch NAME COMMAND...: in a session of its own, none of our files open
	local name=$1
	shift
	setsid "$@" >"$dir/log/$name.log" 2>&1 </dev/null 9>&- &
	echo $! >"$dir/pid/$name"
}
if [[ $KUBE_NODE == kubelet ]]; then
	# Process ids, mounts, network, host name: the end of the first process
	# inside is the end of all of them, and of every mount and address.
	launch $main unshare --pid --net --mount --ipc --uts --fork --kill-child --mount-proc \
		--propagation private -- bash "$here/cluster.sh"
	for ((i = 0; i < 100; i++)); do
		inner=$(cat "/proc/$(cat "$dir/pid/$main")/task/$(cat "$dir/pid/$main")/children" 2>/dev/null) || true
		[[ -n ${inner// /} ]] && break
		sleep 0.05
	done
	echo "${inner// /}" >"$dir/pid/inner"
	launch forward "$bin/kube" forward "127.0.0.1:$api_port" "/proc/${inner// /}/ns/net" "127.0.0.1:$api_port"
else
	launch $main bash "$here/cluster.sh"
fi

until_ok() { # until_ok WHAT COMMAND...
	local what=$1 begin=$SECONDS
	shift
	until "$@" >/dev/null 2>&1; do
		if ! alive $main || ((SECONDS - begin > wait)); then
			say "no $what; the ends of the logs:"
			tail -n 5 "$dir"/log/*.log
			"$here/down.sh" --locked "$dir"
			exit 1
		fi
		sleep 0.2
	done
}
until_ok "answer from the apiserver" kubectl get --raw /readyz
until_ok "default service account" kubectl -n default get serviceaccount default
[[ $KUBE_NODE == none ]] ||
	until_ok "ready node" kubectl wait --for=condition=Ready "node/$node" --timeout=1s
say "up ($KUBE_NODE, ${SECONDS}s): $dir/kubeconfig"
