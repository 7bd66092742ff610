#!/bin/bash
# Undoes the bootstrap, in the opposite order. All data on the replicated disks is destroyed.
#
# Usage: teardown.sh --destroy-all-data=CLUSTER [--plan]
# Cut off anywhere and run again, it goes on.
# shellcheck disable=SC2016,SC2191 # values of the description stand in quotes, as they are
# No -u: bash 4.2 takes an empty array for an unset one.
set -eo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
cluster=vcluster
# --- the two nodes ---

nodes=(server4 server7 )
# Where ssh reaches them; GFS2GEN_SSH_1 and GFS2GEN_SSH_2 override it (user@host).
targets=("${GFS2GEN_SSH_1:-}" "${GFS2GEN_SSH_2:-}")
if [ -z "${targets[0]}" ]; then targets[0]=root@192.168.11.4; fi
if [ -z "${targets[1]}" ]; then targets[1]=root@192.168.11.7; fi
# A frozen node answers TCP and then nothing: every call must end by itself.
ssh_options=(-o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=10 -o ServerAliveCountMax=6)

# on INDEX COMMAND...: on that node, or here if this is it. Words arrive as they are.
on() {
    local index=$1 line
    shift
    if [ "$(uname -n)" = "${nodes[index]}" ]; then
        "$@"
    else
        printf -v line '%q ' "$@"
        # shellcheck disable=SC2029 # quoted here for the shell there
        ssh "${ssh_options[@]}" "${targets[index]}" "$line"
    fi
}

# place INDEX FOLDER: the tree, in that folder of the node.
place() {
    # shellcheck disable=SC2016 # the node expands it
    tar -C "$here" -cf - . | on "$1" sh -c 'rm -rf "$0" && mkdir -p "$0" && chmod 700 "$0" && tar -C "$0" -xf -' "$2"
}

say() { printf '%s\n' "$*"; }
die() { printf 'gfs2gen: %s\n' "$*" >&2; exit 1; }

allowed=no plan_flag=()
for word in "$@"; do
    case $word in
        "--destroy-all-data=$cluster") allowed=yes ;;
        --destroy-all-data=*) die "this tree is of the cluster $cluster, not ${word#*=}" ;;
        --plan) plan_flag=(--plan) ;;
        *) printf 'usage: teardown.sh --destroy-all-data=CLUSTER [--plan]\n' >&2; exit 2 ;;
    esac
done
if [ "$allowed" = no ]; then
    printf 'gfs2gen: this destroys all data of the cluster %s: say --destroy-all-data=%s\n' "$cluster" "$cluster" >&2
    exit 2
fi

tree=/var/lib/gfs2gen/tree
for index in 0 1; do
    on "$index" true || die "${nodes[index]} cannot be reached by ssh as ${targets[index]}"
    on "$index" test -d "$tree" || place "$index" "$tree"
done

node_step() {
    say "$2 on ${nodes[$1]}"
    on "$1" env GFS2GEN_DESTROY="$cluster" bash "$tree/nodes/${nodes[$1]}/node.sh" "${plan_flag[@]}" "$2" || die "$2 stopped"
}
each() { node_step 0 "$1"; node_step 1 "$1"; }
first() { node_step 0 "$1"; }

first undo-storage-vms
first undo-vg_r0
first undo-drbd-r0
first undo-locking
each undo-cluster
each undo-metadata-r0
each undo-files
if [ -z "${plan_flag[*]:-}" ]; then
    for index in 0 1; do on "$index" rm -rf "$tree"; done
    say "the cluster $cluster is gone; packages, secrets and the disks' other contents are as they were"
fi
