#!/usr/bin/env bash
# down.sh DIR: stops the cluster that up.sh started in DIR, by its pid files and
# nothing else.  What it stored stays: up.sh starts it again, rm -rf ends it.
set -uo pipefail
locked=
[[ ${1:-} == --locked ]] && locked=1 && shift
[[ $# == 1 ]] || { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[[ -d $1/pid ]] || exit 0
dir=$(cd "$1" && pwd)
if [[ -z $locked ]]; then
	exec 9>"$dir/lock"
	flock 9
fi

ours() { # ours PID: started for this cluster, and not some later process of the same number
	tr '\0' '\n' 2>/dev/null <"/proc/$1/environ" | grep -qxF "KUBE_CLUSTER_DIR=$dir"
}
end() { # end NAME SECONDS: TERM, and after so long KILL
	local pid i
	pid=$(cat "$dir/pid/$1" 2>/dev/null) && [[ -n $pid ]] && ours "$pid" || return 0
	kill -TERM "$pid" 2>/dev/null
	for ((i = 0; i < $2 * 10; i++)); do ours "$pid" || return 0; sleep 0.1; done
	kill -KILL "$pid" 2>/dev/null
	for ((i = 0; i < 50; i++)); do ours "$pid" || return 0; sleep 0.1; done
}
end forward 2
if [[ -f $dir/pid/inner ]]; then
	end inner 30 # the first process inside: the kernel ends the others with it
	end cluster 2
else
	end cluster 30
	# Whatever a cluster.sh that was itself killed left behind.
	for file in "$dir"/pid/*; do end "$(basename "$file")" 2; done
fi
rm -rf "$dir"/pid/*

# Empty groups that pods were in, deepest first.
id=iter8-cluster-$(sha256sum <<<"$dir" | cut -c1-10)
for ((i = 0; i < 20; i++)); do
	left=$(find /sys/fs/cgroup -depth -type d -path "*/$id*" -exec rmdir {} + -print 2>/dev/null | head -1)
	[[ -z $(find /sys/fs/cgroup -maxdepth 2 -type d -name "$id" 2>/dev/null | head -1) ]] && break
	sleep 0.1
done
# Kernel settings that the kubelet changed.
if [[ -f $dir/conf/sysctl ]]; then
	sysctl -qp "$dir/conf/sysctl" >/dev/null 2>&1
	rm -f "$dir/conf/sysctl"
fi
exit 0
