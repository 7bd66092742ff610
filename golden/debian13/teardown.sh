#!/bin/bash
# Undoes bootstrap.sh in reverse: guests, filesystems, the cluster, volume groups, DRBD, files. The data is gone afterwards.
#
# Usage: teardown.sh --destroy-all-data=trixie
# Also of a cluster that is half built. Run again after anything went wrong, it goes on. Its last lines say what stays.
# shellcheck disable=SC2034 # not every name is used here
set -euo pipefail

# --- what this cluster is ---

NODES=( node-a node-b )
# One command: alone, a name such as node-a would look like a calculation (shellcheck, SC2100).
CLUSTER=trixie FIRST=node-a SECOND=node-b
STATE=/var/lib/gfs2gen
RESOURCES=( r0 )
HERE=$(cd -- "$(dirname -- "$0")" && pwd)

# --- how the nodes are reached ---
# By their names as root, or by what GFS2GEN_SSH_1 and GFS2GEN_SSH_2 say, such as root@192.0.2.4. On a node itself: directly.

# target NODE
target() {
    if [ "$1" = "$FIRST" ]; then printf '%s' "${GFS2GEN_SSH_1:-root@$1}"; else printf '%s' "${GFS2GEN_SSH_2:-root@$1}"; fi
}

# A node that froze keeps its connections open, so silence ends a call.
SSH=( -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5 -o ServerAliveCountMax=6 )
# Where the sockets of shared connections are, if there are any.
SOCKETS=''
# on_with_input NODE COMMAND...
on_with_input() {
    local node=$1
    shift
    if [ "$node" = "$(uname -n)" ]; then "$@"; return; fi
    # shellcheck disable=SC2029 # quoted here, for there
    ssh "${SSH[@]}" ${SOCKETS:+-S "$SOCKETS/$node"} "$(target "$node")" "$(printf '%q ' "$@")"
}

on() { on_with_input "$@" </dev/null; }

# link NODE: from here on the calls to it share one connection. Where that is gone, or cannot be made, each makes its own.
link() {
    if [ "$1" = "$(uname -n)" ]; then return; fi
    # A socket's name has to be short: not below TMPDIR.
    if [ -z "$SOCKETS" ]; then SOCKETS=$(mktemp -d /tmp/gfs2gen.XXXXXX); fi
    ssh "${SSH[@]}" -M -o ControlPersist=60 -S "$SOCKETS/$1" "$(target "$1")" true </dev/null >/dev/null 2>&1 || true
}
# hang_up NODE...: the connection of a node that is gone would make the next call wait for it.
hang_up() {
    local node
    for node in "$@"; do
        if [ -n "$SOCKETS" ] && [ -S "$SOCKETS/$node" ]; then ssh -S "$SOCKETS/$node" -O exit "$(target "$node")" 2>/dev/null || true; fi
    done
}
hang_up_all() {
    hang_up "${NODES[@]}"
    if [ -n "$SOCKETS" ]; then rm -rf -- "$SOCKETS"; fi
}

# --- this tree on a node, for as long as this runs ---

# lay_out NODE: this tree in a folder on the node that only root sees, and that stays until take_away; its name is in LAID.
declare -gA LAID=()
lay_out() {
    LAID[$1]=$(on "$1" mktemp -d) &&
        tar -C "$HERE" -c -f - . | on_with_input "$1" tar -C "${LAID[$1]}" -x --no-same-owner -f -
}
take_away() {
    local node
    for node in "${NODES[@]}"; do
        if [ -n "${LAID[$node]-}" ]; then on "$node" rm -rf -- "${LAID[$node]}" || true; fi
    done
}

say() { printf '%s\n' "$*"; }
die() { printf 'gfs2gen: %s\n' "$*" >&2; exit 1; }

if [ "${1-}" != "--destroy-all-data=$CLUSTER" ] || [ $# -ne 1 ]; then
    printf 'gfs2gen: this destroys every guest and every file of the cluster %s (%s, %s).\n' \
        "$CLUSTER" "$FIRST" "$SECOND" >&2
    printf 'gfs2gen: if that is what you want: %s --destroy-all-data=%s\n' "$0" "$CLUSTER" >&2
    exit 2
fi

node() {
    say "$1:"
    on "$1" bash "${LAID[$1]}/nodes/$1/node.sh" "${@:2}" "--destroy-all-data=$CLUSTER" || die "$1: ${*:2} stopped"
}

# The resources in the order in which they stop: what stands on others first.
RESOURCE_IDS=(
    vm-web
    storage-vms-clone
)
is_there() { on "$manager" crm_resource --resource "$1" --query-xml >/dev/null 2>&1; }
is_started() { on "$manager" crm_resource --resource "$1" --locate 2>/dev/null | grep -q 'is running on'; }

# stop RESOURCE: as the cluster does it, and not longer than its guests may take.
stop() {
    local end=$((SECONDS + 480))
    if ! is_there "$1"; then say "== $1: already gone"; return; fi
    if ! is_started "$1"; then say "== $1: already stopped"; return; fi
    say "== $1: stopping"
    on "$manager" pcs resource disable "$1"
    while is_started "$1"; do
        if [ $SECONDS -ge $end ]; then die "$1 does not stop: see crm_mon -1rf"; fi
        sleep 3
    done
}

trap 'take_away; hang_up_all' EXIT
trap 'exit 130' INT TERM HUP
# Where Pacemaker runs, it stops what stands on the volumes, on both nodes.
manager=''
for node in "${NODES[@]}"; do
    link "$node"
    lay_out "$node" || die "$node cannot be reached as $(target "$node"), or takes no files: nothing was undone"
    if [ -z "$manager" ] && on "$node" systemctl is-active -q pacemaker.service; then manager=$node; fi
done
if [ -n "$manager" ]; then
    for id in "${RESOURCE_IDS[@]}"; do stop "$id"; done
fi
# What holds a device goes while the lock manager still runs.
for resource in "${RESOURCES[@]}"; do
    for node in "${NODES[@]}"; do node "$node" undo-volumes "$resource"; done
done
for step in undo-cluster undo-cib; do
    for node in "${NODES[@]}"; do node "$node" $step; done
done
for resource in "${RESOURCES[@]}"; do
    for node in "${NODES[@]}"; do node "$node" undo-drbd "$resource"; done
done
for node in "${NODES[@]}"; do node "$node" undo-files; done

say "gfs2gen: the cluster $CLUSTER is gone, and the nodes are as they were before, but for this:"
say '  - the packages are still installed, and modules of the kernel are loaded until the next boot'
say '  - a cluster that a package brought with it (Debian makes one of one node) is not brought back; corosync and pacemaker are off'
say '  - files that people made, such as the secrets of fence devices, are where they were'
