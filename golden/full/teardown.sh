#!/bin/bash
# Undoes bootstrap.sh in reverse: guests, filesystems, volume groups, the cluster, DRBD, files. The data is gone afterwards.
#
# Usage: teardown.sh --destroy-all-data=rack12
# Run again after anything went wrong, it goes on. Secrets, packages and /var/lib/gfs2gen/tree stay.
set -euo pipefail

# --- what this cluster is ---

CLUSTER=rack12
NODES=( alpha beta )
FIRST=alpha
SECOND=beta
STATE=/var/lib/gfs2gen
TREE=$STATE/tree
RESOURCES=( fast slow )

# --- how the nodes are reached ---
# By their names as root, or by what GFS2GEN_SSH_1 and GFS2GEN_SSH_2 say, such as root@192.0.2.4. On a node itself: directly.

# target NODE
target() {
    if [ "$1" = "$FIRST" ]; then printf '%s' "${GFS2GEN_SSH_1:-root@$1}"; else printf '%s' "${GFS2GEN_SSH_2:-root@$1}"; fi
}

# on_with_input NODE COMMAND...: a node that froze keeps its connections open, so silence ends the call.
on_with_input() {
    local node=$1
    shift
    if [ "$node" = "$(uname -n)" ]; then "$@"; return; fi
    ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5 -o ServerAliveCountMax=6 \
        "$(target "$node")" "$(printf '%q ' "$@")"
}

on() { on_with_input "$@" </dev/null; }

say() { printf '%s\n' "$*"; }
die() { printf 'gfs2gen: %s\n' "$*" >&2; exit 1; }

if [ "${1-}" != "--destroy-all-data=$CLUSTER" ] || [ $# -ne 1 ]; then
    printf 'gfs2gen: this destroys every guest and every file of the cluster %s (%s, %s).\n' \
        "$CLUSTER" "$FIRST" "$SECOND" >&2
    printf 'gfs2gen: if that is what you want: %s --destroy-all-data=%s\n' "$0" "$CLUSTER" >&2
    exit 2
fi

node() { say "$1:"; on "$1" "$TREE/nodes/$1/node.sh" "${@:2}" "--destroy-all-data=$CLUSTER" || die "$1: ${*:2} stopped"; }

# The resources in the order in which they stop: what stands on others first.
RESOURCE_IDS=(
    vm-web
    vm-legacy
    storage-vms-clone
    storage-logs-clone
    storage-iso-clone
)
is_there() { on "$FIRST" crm_resource --resource "$1" --query-xml >/dev/null 2>&1; }
is_started() { on "$FIRST" crm_resource --resource "$1" --locate 2>/dev/null | grep -q 'is running on'; }

# stop RESOURCE: as the cluster does it, and not longer than its guests may take.
stop() {
    local end=$((SECONDS + 540))
    if ! is_there "$1"; then say "== $1: already gone"; return; fi
    if ! is_started "$1"; then say "== $1: already stopped"; return; fi
    say "== $1: stopping"
    on "$FIRST" pcs resource disable "$1"
    while is_started "$1"; do
        if [ $SECONDS -ge $end ]; then die "$1 does not stop: see crm_mon -1rf"; fi
        sleep 3
    done
}

for node in "${NODES[@]}"; do
    on "$node" test -x "$TREE/nodes/$node/node.sh" || die "$node cannot be reached, or has no tree in $TREE"
done
if on "$FIRST" systemctl is-active -q pacemaker.service; then
    for id in "${RESOURCE_IDS[@]}"; do stop "$id"; done
    # Volumes go while the lock manager and DRBD still run.
    for resource in "${RESOURCES[@]}"; do
        node "$SECOND" undo-lockstop "$resource"
        node "$FIRST" undo-volumes "$resource"
    done
fi
for step in undo-cluster undo-cib; do
    for node in "${NODES[@]}"; do node "$node" $step; done
done
for resource in "${RESOURCES[@]}"; do
    for node in "${NODES[@]}"; do node "$node" undo-drbd "$resource"; done
done
for node in "${NODES[@]}"; do node "$node" undo-files; done
say "gfs2gen: the cluster $CLUSTER is gone"
