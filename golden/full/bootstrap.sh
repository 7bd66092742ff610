#!/bin/bash
# From two fresh nodes to the running cluster, over ssh, from anywhere that holds this tree.
#
# Usage: bootstrap.sh [--plan] [--from STEP] [--only STEP] [--prove-fencing] [--skip-initial-sync]
#   --plan               every step with its present state; changes nothing
#   --from STEP          begin there
#   --only STEP          that one
#   --list               the steps
#   --prove-fencing      cut the power of each node once, before any data is written; refused when guests run
#   --skip-initial-sync  take the two sides of new disks as equal instead of copying one to the other
#
# Every step looks first whether it is done, and whether it is safe. Cut off anywhere and run again, it goes on.
# shellcheck disable=SC2016,SC2191 # values of the description stand in quotes, as they are
# No -u: bash 4.2 takes an empty array for an unset one.
set -eo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# --- the two nodes ---

nodes=(alpha beta )
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
usage() { sed -n '4,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }

planning=no from='' only='' prove=no skip_sync=no listing=no
while [ $# -gt 0 ]; do
    case $1 in
        --plan) planning=yes ;;
        --from) [ $# -ge 2 ] || usage; from=$2; shift ;;
        --only) [ $# -ge 2 ] || usage; only=$2; shift ;;
        --list) listing=yes ;;
        --prove-fencing) prove=yes ;;
        --skip-initial-sync) skip_sync=yes ;;
        *) usage ;;
    esac
    shift
done

tree=/var/lib/gfs2gen/tree
changed=no known=() begun=no

# due NAME: whether the step is to run now.
due() {
    known+=("$1")
    if [ "$listing" = yes ]; then return 1; fi
    if [ -n "$only" ]; then [ "$only" = "$1" ]; return; fi
    if [ -z "$from" ] || [ "$from" = "$1" ]; then begun=yes; fi
    [ "$begun" = yes ]
}

# run INDEX COMMAND...: shows what it says, and notices whether it changed something.
run() {
    local index=$1 line status
    shift
    exec 3< <(on "$index" "$@" </dev/null 2>&1; printf 'status %s\n' "$?")
    while IFS= read -r line <&3; do
        case $line in
            'status '*) status=${line#status } ;;
            'gfs2gen: changed') changed=yes ;;
            'gfs2gen: unchanged') ;;
            *) say "   ${nodes[index]}: $line" ;;
        esac
    done
    exec 3<&-
    [ "$status" = 0 ]
}

plan_flag=()
node_step() {
    run "$1" env GFS2GEN_SKIP_INITIAL_SYNC="$skip_sync" \
        bash "$tree/nodes/${nodes[$1]}/node.sh" "${plan_flag[@]}" "$2" || [ "$planning" = yes ] || die "$2 stopped on ${nodes[$1]}"
}
# each and first: a step of node.sh, on both nodes or on the first.
each() { if due "$1"; then say "$1"; node_step 0 "$1"; node_step 1 "$1"; fi; }
first() { if due "$1"; then say "$1"; node_step 0 "$1"; fi; }

# script NAME: a script of cluster/, on the first node.
script() {
    if ! due "$1"; then return; fi
    say "$1"
    if [ "$planning" = yes ] && ! on 0 systemctl is-active --quiet pacemaker.service; then say '   to do: the cluster does not run yet'; return; fi
    run 0 bash "$tree/cluster/$1" "${plan_flag[@]}" || die "$1 stopped"
}

# share NAME FILE: a key of the first node, also on the second. It never passes through a command line.
sum() { on "$1" sha256sum -- "$2" 2>/dev/null | cut -d' ' -f1 || true; }
share() {
    if ! due "$1"; then return; fi
    say "$1"
    local mine theirs
    mine=$(sum 0 "$2") theirs=$(sum 1 "$2")
    if [ -n "$mine" ] && [ "$mine" = "$theirs" ]; then say '   already done'; return; fi
    if [ "$planning" = yes ]; then say '   to do'; return; fi
    [ -n "$mine" ] || die "$2 is missing on ${nodes[0]}"
    [ -z "$theirs" ] || die "$2 differs on ${nodes[1]}: remove the wrong one by hand"
    # shellcheck disable=SC2016 # the node expands it
    on 0 cat -- "$2" | on 1 sh -c 'umask 077; mkdir -p "$(dirname "$0")" && cat >"$0.new" && mv "$0.new" "$0"' "$2"
    [ "$(sum 1 "$2")" = "$mine" ] || die "$2 did not arrive whole"
    changed=yes
}

# prove NAME: each node is really fenced once by the other.
proven=/var/lib/gfs2gen/fencing-proven
back() { on "$1" true 2>/dev/null && on "$1" crm_node -p 2>/dev/null | grep -q "${nodes[1 - $1]}"; }
prove_fencing() {
    if ! due "$1"; then return; fi
    if [ "$prove" != yes ] || [ "$planning" = yes ]; then return; fi
    say "$1"
    if on 0 test -e "$proven" && on 1 test -e "$proven"; then say '   already done'; return; fi
    local victim killer end
    for victim in 0 1; do
        if on "$victim" sh -c 'command -v virsh >/dev/null && virsh -q list --name | grep -q .'; then
            die "guests run on ${nodes[victim]}: it is not fenced for a proof"
        fi
    done
    for victim in 1 0; do
        killer=$((1 - victim))
        case $(uname -n) in "${nodes[victim]}") die "run this from another machine: it fences ${nodes[victim]}" ;; esac
        say "   ${nodes[killer]} fences ${nodes[victim]}"
        on "$killer" stonith_admin --reboot "${nodes[victim]}" --tolerance 0s || die "${nodes[victim]} was not fenced"
        end=$((SECONDS + 900))
        until back "$victim"; do
            if [ "$SECONDS" -ge "$end" ]; then die "${nodes[victim]} was fenced, and has not come back in 15 minutes"; fi
            sleep 5
            # Where the cluster does not start at boot, it is started by hand.
            on "$victim" systemctl start corosync.service pacemaker.service 2>/dev/null || true
        done
    done
    on 0 touch "$proven"
    on 1 touch "$proven"
    changed=yes
}

if [ "$listing" = no ]; then
    if [ "$planning" = yes ]; then
        plan_flag=(--plan)
        tree=/run/gfs2gen-plan.$$
        trap 'for index in 0 1; do on "$index" rm -rf "$tree" || true; done' EXIT
    fi
    for index in 0 1; do
        on "$index" true || die "${nodes[index]} cannot be reached by ssh as ${targets[index]}; set GFS2GEN_SSH_$((index + 1))"
        place "$index" "$tree" || die "the tree cannot be put on ${nodes[index]}"
    done
fi

each identity
each packages
each secrets
first make-authkey
share share-authkey /etc/corosync/authkey
first make-secret-fast
share share-secret-fast /etc/gfs2gen/secrets/drbd-fast
first make-secret-slow
share share-secret-slow /etc/gfs2gen/secrets/replication
each default-cluster
each overlay
each drbd-secret-fast
each drbd-secret-slow
each hosts
each services
each modules
each firewall
each alerts
each mountpoint-vms
each mountpoint-logs
each mountpoint-iso
each cluster-start
first both-online
script 10-properties.sh
script 20-fencing.sh
first fencing-status
prove_fencing prove-fencing
each fencing-proven
each drbd-metadata-fast
each drbd-metadata-slow
each drbd-up-fast
each drbd-up-slow
first first-sync-fast
first first-sync-slow
script 30-locking.sh
script 40-drbd.sh
first synced-fast
first synced-slow
first promoted
first volume-group-fast
first logical-volume-vms
first logical-volume-logs
first volume-group-slow
first logical-volume-iso
first filesystem-vms
first filesystem-logs
first filesystem-iso
script 50-storage.sh
first filesystems-mounted
each domain-web
each domain-legacy
each migration-path
first image-1
first image-2
script 60-vms.sh
script 70-constraints.sh
script 80-alerts.sh
if [ "$listing" = yes ]; then printf '%s\n' "${known[@]}"; exit 0; fi
for name in $from $only; do
    case " ${known[*]} " in *" $name "*) ;; *) die "no step $name; --list names all" ;; esac
done
if [ "$planning" = yes ]; then exit 0; fi
if [ -z "$only" ]; then run 0 bash "$tree/verify.sh" || say "verify.sh found what is not as it should be, see above"; fi
if [ "$changed" = yes ]; then say 'gfs2gen: changed'; else say 'gfs2gen: unchanged'; fi
