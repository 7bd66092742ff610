#!/bin/bash
# From two fresh nodes to the running cluster rack12: the steps of both nodes' node.sh and the scripts of
# cluster/, in their order. Run again after anything went wrong, it goes on where it has to.
#
# Usage: bootstrap.sh [--plan] [--from STEP | --only STEP] [--prove-fencing | --fencing-proven-by-hand] [--skip-initial-sync]
#   --plan                    only say of each step: already done, to do, later (an earlier step has to be done first) or
#                             blocked, and leave nothing on the nodes; exit 1 where something is blocked
#   --from STEP, --only STEP  begin there, or do just that; --list shows the steps
#   --prove-fencing           let each node fence the other once, before there is data; not from one of the nodes
#   --fencing-proven-by-hand  it was tried by other means
#   --skip-initial-sync       only for new, blank disks: do not copy one to the other
# Runs as root anywhere that reaches both nodes by ssh without a password, also on one of them.
set -euo pipefail

# --- what this cluster is ---

NODES=( alpha beta )
# One command: alone, a name such as node-a would look like a calculation (shellcheck, SC2100).
CLUSTER=rack12 FIRST=alpha SECOND=beta
STATE=/var/lib/gfs2gen
HERE=$(cd -- "$(dirname -- "$0")" && pwd)
TREE=$STATE/tree

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
warn() { printf 'gfs2gen: %s\n' "$*" >&2; }
die() { warn "$@"; exit 1; }
usage() { warn "$1"; warn 'usage: see the first lines of this file'; exit 2; }

# Each step once, in its order.
STEPS=(
    identity
    packages
    kernel
    secrets
    default-cluster
    make-keys
    take-keys
    overlay
    modules
    drbd-secret
    hosts
    services
    firewall
    alert
    mountpoints
    cluster-start
    quorum
    10-properties
    20-fencing
    fencing-ready
    prove-fencing
    fencing-proven
    drbd-metadata
    drbd-up
    drbd-sync
    30-locking
    40-drbd
    promoted
    volume-manager
    volume-group
    vg-lockstart
    logical-volume
    filesystem
    volume-done
    50-storage
    mounted
    domains
    images
    60-vms
    70-constraints
    80-alerts
    settled
    verify
)

planning=no from='' only='' prove=no by_hand=no skip=''
while [ $# -gt 0 ]; do
    case $1 in
        --plan) planning=yes ;;
        --from) from=${2-}; [ -n "$from" ] || usage '--from wants a step'; shift ;;
        --only) only=${2-}; [ -n "$only" ] || usage '--only wants a step'; shift ;;
        --prove-fencing) prove=yes ;;
        --fencing-proven-by-hand) by_hand=yes ;;
        --skip-initial-sync) skip=skip ;;
        --list) printf '%s\n' "${STEPS[@]}"; exit 0 ;;
        *) usage "unknown argument $1" ;;
    esac
    shift
done
known() {
    local step
    for step in "${STEPS[@]}"; do if [ "$step" = "$1" ]; then return 0; fi; done
    usage "there is no step $1; --list shows them"
}
if [ -n "$from" ]; then known "$from"; fi
if [ -n "$only" ]; then known "$only"; fi

# due STEP: whether the command line asks for it.
due() {
    if [ -n "$only" ]; then [ "$only" = "$1" ]; return; fi
    if [ "$from" = "$1" ]; then from=''; fi
    [ -z "$from" ]
}

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

# --- how steps run on the nodes ---

# showing NODE COMMAND...: prints what it says, each line with the node, and takes note of changes.
showing() {
    "${@:2}" 2>&1 | relayed "$1" ||
        die "$1: stopped here. Run this again when it is put right; what is done stays done."
}
relayed() {
    local line
    while IFS= read -r line; do
        case $line in
            'gfs2gen: changed' | 'gfs2gen: would change' | 'gfs2gen: blocked') say "$line" >>"$changes" ;;
            'gfs2gen: unchanged') ;;
            *) say "$1: $line" ;;
        esac
    done
}
changes=$(mktemp)
trap 'take_away; hang_up_all; rm -f -- "$changes"' EXIT
trap 'exit 130' INT TERM HUP

mode=--mode=apply
if [ $planning = yes ]; then mode=--mode=plan; fi

# node_sh NODE: where it is there; --plan brings one of its own.
node_sh() { printf '%s/nodes/%s/node.sh' "${LAID[$1]-$TREE}" "$1"; }

# node NODE STEP ARGUMENT...
node() { showing "$1" on "$1" bash "$(node_sh "$1")" $mode "${@:2}"; }

# at_both STEP ARGUMENT...: on both nodes at once; a plan is read, so it comes one node after the other.
at_both() {
    local node work works=() failed=no
    for node in "${NODES[@]}"; do
        if [ $planning = yes ]; then node "$node" "$@"; continue; fi
        node "$node" "$@" &
        works+=("$!")
    done
    for work in ${works[@]+"${works[@]}"}; do wait "$work" || failed=yes; done
    if [ $failed = yes ]; then exit 1; fi
}

# tree: this folder goes to both nodes, in place of the one before.
tree() {
    local node
    for node in "${NODES[@]}"; do
        link "$node"
        if [ $planning = yes ]; then
            lay_out "$node" || out_of_reach "$node" /tmp
            continue
        fi
        if [ "$HERE" = "$TREE" ] && [ "$node" = "$(uname -n)" ]; then continue; fi
        say "$node: the tree goes to $TREE"
        # shellcheck disable=SC2016 # for the node
        tar -C "$HERE" -c -f - . | on_with_input "$node" bash -c '
            set -e
            rm -rf -- "$1.new" && mkdir -p -m 0755 -- "$1.new"
            tar -C "$1.new" -x --no-same-owner -f -
            rm -rf -- "$1.old"
            if [ -e "$1" ]; then mv -- "$1" "$1.old"; fi
            mv -- "$1.new" "$1" && rm -rf -- "$1.old"' gfs2gen "$TREE" ||
            out_of_reach "$node" /var/lib
    done
}
out_of_reach() { die "$1 cannot be reached as $(target "$1"), or takes no files: ssh with a key, root, tar, space in $2"; }

# keys_from NODE OTHER: the keys of the one for the other.
keys_from() {
    keys_of "$1" | on_with_input "$2" bash "$(node_sh "$2")" "$mode" take-keys
}
keys_of() {
    if [ "$planning" = no ]; then on "$1" bash "$(node_sh "$1")" keys-out; return; fi
    # Where there are none yet, take-keys says so.
    on "$1" bash "$(node_sh "$1")" keys-out 2>/dev/null || true
}

# both STEP ARGUMENT...: on both nodes.
both() { due "$1" || return 0; at_both "$@"; }

# first STEP ARGUMENT...: on the first node.
first() { due "$1" || return 0; node "$FIRST" "$@"; }

# script STEP FILE: a script of cluster/, once, on the first node
script() {
    due "$1" || return 0
    if [ $planning = yes ]; then
        showing "$FIRST" on "$FIRST" bash "${LAID[$FIRST]}/cluster/$2" --plan
    else
        say "$FIRST: == $2"
        showing "$FIRST" on "$FIRST" bash "$TREE/cluster/$2"
    fi
}

# keys: what the first node has made, to the other one
keys() {
    due take-keys || return 0
    showing "$SECOND" keys_from "$FIRST" "$SECOND"
}

# prove: each node fences the other, and comes back
prove() {
    due prove-fencing || return 0
    if [ $planning = yes ]; then prove_planned; return; fi
    if [ $by_hand = yes ]; then
        node "$FIRST" fencing-record by-hand
        node "$SECOND" fencing-record by-hand
    fi
    if [ $prove = no ]; then return; fi
    if is_proven; then say '== prove-fencing: already done'; return; fi
    case $(uname -n) in "$FIRST" | "$SECOND") die 'a node cannot watch its own fencing: run --prove-fencing elsewhere' ;; esac
    fence "$FIRST" "$SECOND"
    fence "$SECOND" "$FIRST"
}
is_proven() { on "$FIRST" test -s "$STATE/fencing-proven" && on "$SECOND" test -s "$STATE/fencing-proven"; }
prove_planned() {
    if is_proven; then
        say '== prove-fencing: already done'
    elif [ $prove = yes ] || [ $by_hand = yes ]; then
        say '== prove-fencing: to do'
    else
        say '== prove-fencing: not asked for: without --prove-fencing or --fencing-proven-by-hand the next step stops the run'
    fi
}
# fence OTHER NODE
fence() {
    if on "$2" test -s "$STATE/fencing-proven"; then say "== $1 fences $2: already done"; return; fi
    say "== $1 fences $2"
    node "$2" before-fencing
    node "$1" fence-other
    back "$2"
    node "$2" after-fencing
    node "$2" modules
    node "$2" cluster-start
    node "$1" quorum
    node "$1" fencing-ready
    node "$2" fencing-record by-fencing
}
# back NODE: waits until it answers again; the step after this one says whether it has booted.
back() {
    local end=$((SECONDS + 970))
    say "$1: waiting for it to come back"
    hang_up "$1"
    while [ $SECONDS -lt $end ]; do
        case $(on "$1" bash "$(node_sh "$1")" --plan after-fencing 2>/dev/null) in *'already done'*) link "$1"; return ;; esac
        sleep 5
    done
}

# verified: the last step changes nothing.
verified() {
    due verify || return 0
    if [ $planning = yes ]; then say '== verify: verify.sh compares both nodes with this tree, at the end of every run'; return; fi
    "$HERE/verify.sh" || die 'verify.sh finds differences: they are above'
}

say "== $CLUSTER: $FIRST and $SECOND"
tree
both identity
both packages
both kernel
both secrets
both default-cluster
first make-keys
keys
both overlay
both modules
both drbd-secret
both hosts
both services
both firewall
both alert
both mountpoints
both cluster-start
first quorum
script 10-properties 10-properties.sh
script 20-fencing 20-fencing.sh
first fencing-ready
prove
both fencing-proven
both drbd-metadata fast
both drbd-metadata slow
both drbd-up fast
both drbd-up slow
first drbd-sync fast ${skip:+"$skip"}
first drbd-sync slow ${skip:+"$skip"}
script 30-locking 30-locking.sh
script 40-drbd 40-drbd.sh
first promoted fast
first promoted slow
both volume-manager
first volume-group fast
both vg-lockstart fast
first logical-volume vms
first filesystem vms
first volume-done vms
first logical-volume logs
first filesystem logs
first volume-done logs
first volume-group slow
both vg-lockstart slow
first logical-volume iso
first filesystem iso
first volume-done iso
script 50-storage 50-storage.sh
both mounted vms
both mounted logs
both mounted iso
both domains
first images
script 60-vms 60-vms.sh
script 70-constraints 70-constraints.sh
script 80-alerts 80-alerts.sh
first settled
verified
if [ ! -s "$changes" ]; then
    say 'gfs2gen: unchanged'
elif grep -q blocked "$changes"; then
    say 'gfs2gen: blocked'
    exit 1
else
    head -n 1 "$changes"
fi
