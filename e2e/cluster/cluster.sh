#!/usr/bin/env bash
# cluster.sh: the processes of one cluster, started by up.sh, which sets the
# variables.  For a real node it is the first process of namespaces of its own.
# It starts each part, starts a part that ends again, and ends them all when it
# is told to (TERM).  While there is a file hold/NAME the part of this name is
# killed and stays down: that is how a story takes the API server away.
set -uo pipefail
dir=$KUBE_CLUSTER_DIR bin=$KUBE_BIN_DIR
export PATH="$bin:/usr/sbin:/usr/bin:/sbin:/bin"
cd "$dir"
declare -A command pid began
stopping=
pids=$dir/pid
if [[ $KUBE_NODE_KIND == kubelet ]]; then
	pids=$dir/pid/inside # these numbers count in the namespace only
	mkdir -p "$pids"
fi

start() { # start NAME: what it writes goes to log/NAME.log
	eval "set -- $1 ${command[$1]}"
	local name=$1
	shift
	"$@" >>"$dir/log/$name.log" 2>&1 </dev/null &
	pid[$name]=$!
	began[$name]=$SECONDS
	echo $! >"$pids/$name"
}
part() { # part NAME COMMAND...
	command[$1]=$(printf '%q ' "${@:2}")
	start "$1"
}
stop() { # stop NAME...: TERM, and after five seconds KILL
	local name i
	for name; do [[ -z ${pid[$name]:-} ]] || kill -TERM "${pid[$name]}" 2>/dev/null; done
	for name; do
		[[ -n ${pid[$name]:-} ]] || continue
		for ((i = 0; i < 50; i++)); do kill -0 "${pid[$name]}" 2>/dev/null || break; sleep 0.1; done
		kill -KILL "${pid[$name]}" 2>/dev/null
		rm -f "$pids/$name"
	done
}
finish() {
	stopping=1
	stop kubelet kube-proxy dns
	stop scheduler controller-manager apiserver
	stop containerd etcd
	exit 0
}
trap finish TERM INT

listen=127.0.0.1
if [[ $KUBE_NODE_KIND == kubelet ]]; then
	listen=0.0.0.0 # of this network namespace, which leads nowhere
	mount --make-rshared /
	mount -t tmpfs -o mode=755 tmpfs /run
	mkdir -p /run/netns node/{containerd,kubelet,cni,log} /var/lib/{containerd,kubelet,cni} /var/log/pods /var/log/containers
	mount --bind node/containerd /var/lib/containerd
	mount --bind node/kubelet /var/lib/kubelet
	mount --bind node/cni /var/lib/cni
	mkdir -p node/log/{pods,containers}
	mount --bind node/log/pods /var/log/pods
	mount --bind node/log/containers /var/log/containers
	mount --make-rshared /
	hostname "$KUBE_NODE_NAME"
	ip link set lo up
	ip link add node0 type veth peer name node1
	ip link set node1 up
	ip link set node0 up
	ip address add "$KUBE_NODE_IP/32" dev node0
	ip route add "$KUBE_SERVICE_CIDR" dev node0
	sysctl -qw net.ipv4.ip_forward=1
fi

part etcd etcd --name local --data-dir "$dir/etcd" --unsafe-no-fsync --log-level warn \
	--listen-client-urls "http://127.0.0.1:$ETCD_PORT" --advertise-client-urls "http://127.0.0.1:$ETCD_PORT" \
	--listen-peer-urls "http://127.0.0.1:$PEER_PORT" --initial-advertise-peer-urls "http://127.0.0.1:$PEER_PORT" \
	--initial-cluster "local=http://127.0.0.1:$PEER_PORT"

# Which calls an account made; the chatter of the parts among themselves is left out.
cat >conf/audit.yaml <<-'EOF'
	apiVersion: audit.k8s.io/v1
	kind: Policy
	omitStages: [RequestReceived]
	rules:
	- {level: None, resources: [{group: "", resources: [events]}, {group: events.k8s.io, resources: [events]}]}
	- {level: None, namespaces: [kube-system, kube-node-lease]}
	- {level: None, userGroups: ["system:nodes"]}
	- {level: None, users: ["system:kube-scheduler", "system:kube-controller-manager", "system:kube-proxy"]}
	- {level: None, nonResourceURLs: ["/readyz*", "/livez*", "/healthz*"]}
	- {level: Metadata}
EOF
part apiserver kube-apiserver --etcd-servers "http://127.0.0.1:$ETCD_PORT" \
	--bind-address "$listen" --advertise-address "$KUBE_NODE_IP" --secure-port "$API_PORT" \
	--tls-cert-file pki/apiserver.crt --tls-private-key-file pki/apiserver.key --client-ca-file pki/ca.crt \
	--service-account-key-file pki/sa.pub --service-account-signing-key-file pki/sa.key \
	--service-account-issuer https://kubernetes.default.svc.cluster.local \
	--authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction --allow-privileged \
	--kubelet-client-certificate pki/kubelet-client.crt --kubelet-client-key pki/kubelet-client.key \
	--kubelet-preferred-address-types InternalIP \
	--requestheader-client-ca-file pki/front-proxy-ca.crt --requestheader-allowed-names front-proxy-client \
	--requestheader-extra-headers-prefix X-Remote-Extra- --requestheader-group-headers X-Remote-Group \
	--requestheader-username-headers X-Remote-User \
	--proxy-client-cert-file pki/front-proxy.crt --proxy-client-key-file pki/front-proxy.key \
	--service-cluster-ip-range "$KUBE_SERVICE_CIDR" --profiling=false --shutdown-delay-duration 0s \
	--audit-policy-file conf/audit.yaml --audit-log-path log/audit.jsonl \
	$([[ $KUBE_NODE_KIND == kubelet ]] || echo --endpoint-reconciler-type none)

if [[ $KUBE_NODE_KIND == kubelet ]]; then
	cat >conf/containerd.toml <<-'EOF'
		version = 2
		[plugins."io.containerd.grpc.v1.cri"]
		  sandbox_image = "localhost/pause:1"
		  restrict_oom_score_adj = true # lowering it may be forbidden here
		  netns_mounts_under_state_dir = true
		  stream_server_address = "127.0.0.1"
		[plugins."io.containerd.grpc.v1.cri".cni]
		  bin_dir = "/usr/lib/cni"
		  conf_dir = "/run/cni"
		[plugins."io.containerd.grpc.v1.cri".containerd]
		  default_runtime_name = "runc"
		[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
		  runtime_type = "io.containerd.runc.v2"
		[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
		  SystemdCgroup = false
	EOF
	mkdir -p /run/cni
	cat >/run/cni/10-pods.conflist <<-EOF
		{"cniVersion": "0.4.0", "name": "pods", "plugins": [{"type": "ptp", "mtu": 1500, "ipam": {
		  "type": "host-local", "subnet": "$KUBE_POD_CIDR", "routes": [{"dst": "0.0.0.0/0"}]}}]}
	EOF
	part containerd containerd --config "$dir/conf/containerd.toml"
fi

until kubectl --kubeconfig "$dir/kubeconfig" get --raw /readyz >/dev/null 2>&1; do
	kill -0 "${pid[apiserver]}" 2>/dev/null || start apiserver
	sleep 0.2
done

part controller-manager kube-controller-manager --kubeconfig conf/controller-manager.kubeconfig \
	--authentication-kubeconfig conf/controller-manager.kubeconfig --authorization-kubeconfig conf/controller-manager.kubeconfig \
	--service-account-private-key-file pki/sa.key --root-ca-file pki/ca.crt \
	--cluster-signing-cert-file pki/ca.crt --cluster-signing-key-file pki/ca.key \
	--use-service-account-credentials --leader-elect=false --secure-port 0 --profiling=false
part scheduler kube-scheduler --kubeconfig conf/scheduler.kubeconfig --leader-elect=false --secure-port 0 --profiling=false

case $KUBE_NODE_KIND in
kubelet)
	: >conf/resolv.conf
	cat >conf/kubelet.yaml <<-EOF
		apiVersion: kubelet.config.k8s.io/v1beta1
		kind: KubeletConfiguration
		authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $dir/pki/ca.crt}}
		authorization: {mode: Webhook}
		containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
		cgroupDriver: cgroupfs
		cgroupRoot: /$KUBE_ID
		failCgroupV1: false
		failSwapOn: false
		makeIPTablesUtilChains: false
		resolvConf: $dir/conf/resolv.conf
		clusterDomain: cluster.local
		clusterDNS: ["$KUBE_NODE_IP"]
		imageGCHighThresholdPercent: 100
		imageGCLowThresholdPercent: 99
		evictionHard: {memory.available: 100Mi, nodefs.available: 1%, nodefs.inodesFree: 1%, imagefs.available: 1%}
	EOF
	# The parent of the pods' groups: version 1 has one tree for each controller.
	for tree in /sys/fs/cgroup/*/; do
		[[ -f /sys/fs/cgroup/cgroup.controllers ]] && tree=/sys/fs/cgroup/
		mkdir -p "$tree$KUBE_ID" 2>/dev/null
	done
	cat >conf/proxy.yaml <<-EOF
		apiVersion: kubeproxy.config.k8s.io/v1alpha1
		kind: KubeProxyConfiguration
		mode: nftables
		clientConnection: {kubeconfig: $dir/conf/proxy.kubeconfig}
		hostnameOverride: $KUBE_NODE_NAME
		bindAddress: 127.0.0.1
		healthzBindAddress: ""
		metricsBindAddress: ""
		clusterCIDR: $KUBE_POD_CIDR
		conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
	EOF
	until ctr version >/dev/null 2>&1; do sleep 0.1; done
	for image in "$bin"/images/*.tar; do
		ctr -n k8s.io images import "$image" >>log/images.log 2>&1
	done
	kubectl --kubeconfig "$dir/kubeconfig" apply -f - >/dev/null <<-EOF
		apiVersion: rbac.authorization.k8s.io/v1
		kind: ClusterRoleBinding
		metadata: {name: local-kube-proxy}
		subjects: [{kind: User, name: "system:kube-proxy", apiGroup: rbac.authorization.k8s.io}]
		roleRef: {kind: ClusterRole, name: "system:node-proxier", apiGroup: rbac.authorization.k8s.io}
	EOF
	# The kubelet sets these for the whole machine; down.sh sets them back.
	[[ -f conf/sysctl ]] || sysctl vm.overcommit_memory vm.panic_on_oom kernel.panic kernel.panic_on_oops \
		kernel.keys.root_maxkeys kernel.keys.root_maxbytes >conf/sysctl
	part kubelet kubelet --config "$dir/conf/kubelet.yaml" --kubeconfig "$dir/conf/kubelet.kubeconfig" \
		--hostname-override "$KUBE_NODE_NAME" --node-ip "$KUBE_NODE_IP" --root-dir /var/lib/kubelet
	part kube-proxy kube-proxy --config "$dir/conf/proxy.yaml"
	part dns "$bin/kube" dns "$KUBE_NODE_IP:53" "$dir/kubeconfig"
	;;
esac

while :; do
	for name in "${!pid[@]}"; do
		if [[ -n $stopping ]]; then
			break
		elif [[ -e hold/$name ]]; then
			kill -KILL "${pid[$name]}" 2>/dev/null
			rm -f "$pids/$name"
		elif ! kill -0 "${pid[$name]}" 2>/dev/null && ((SECONDS - began[$name] >= 1)); then
			start "$name"
		fi
	done
	sleep 0.2 &
	wait $!
done
