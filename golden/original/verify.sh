#!/bin/bash
# Is the running cluster what this tree says? Only looks.
#
# Usage: verify.sh [--json]     both nodes, over ssh from anywhere
#        verify.sh --here       this node only; one line a check: state, layer, what was found
# Exit: 0 all as it should be, 1 something differs, 2 something is broken.
# shellcheck disable=SC2016,SC2317 # values stand in quotes as they are; some functions are called through expect
set -o pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# --- the two nodes ---

nodes=(server4 server7 )
# Where ssh reaches them; GFS2GEN_SSH_1 and GFS2GEN_SSH_2 override it (user@host).
targets=("${GFS2GEN_SSH_1:-}" "${GFS2GEN_SSH_2:-}")
if [ -z "${targets[0]}" ]; then targets[0]=root@192.168.11.100; fi
if [ -z "${targets[1]}" ]; then targets[1]=root@192.168.11.200; fi
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

mode=both
case ${1:-} in
    '') ;;
    --json) mode=json ;;
    --here) mode=here ;;
    *) printf 'usage: verify.sh [--json | --here]\n' >&2; exit 2 ;;
esac

tab=$'\t'
# report STATE LAYER WHAT: ok, differs or broken.
report() { printf '%s\t%s\t%s\n' "$1" "$2" "$3"; }
# expect LAYER BAD-STATE WHAT COMMAND...
expect() {
    if "${@:4}" >/dev/null 2>&1; then report ok "$1" "$3"; else report "$2" "$1" "$3: no"; fi
}
# is LAYER BAD-STATE WHAT IS SHOULD
is() {
    if [ "$4" = "$5" ]; then report ok "$1" "$3 is $5"; else report "$2" "$1" "$3 is ${4:-nothing}, should be $5"; fi
}

mask='s/^\( *shared-secret \).*/\1"";/'
files() {
    local root=$here/nodes/$1/rootfs file
    while IFS= read -r file; do
        if [ ! -f "/$file" ]; then
            report differs files "/$file is missing"
        elif [ "$(sed "$mask" "$root/$file")" = "$(sed "$mask" "/$file")" ]; then
            report ok files "/$file"
        else
            report differs files "/$file is not the tree's"
        fi
    done < <(cd -- "$root" && find . -type f | sed 's|^\./||' | LC_ALL=C sort)
}

services() {
    local unit
    for unit in drbd.service dlm.service lvm2-cluster-activation.service lvm2-lvmetad.service lvm2-lvmetad.socket libvirt-guests.service; do
        if systemctl is-enabled --quiet "$unit" 2>/dev/null; then report differs services "$unit is enabled, should be off"; fi
    done
    expect services broken 'corosync runs' systemctl is-active corosync.service
    expect services broken 'Pacemaker runs' systemctl is-active pacemaker.service
}

corosync_state() {
    is corosync broken 'the cluster' "$(corosync-cmapctl -g totem.cluster_name 2>/dev/null | sed 's/.*= //')" vCluster
    is corosync broken 'quorum' "$(corosync-quorumtool -s 2>/dev/null | sed -n 's/^Quorate: *//p')" Yes
    is corosync broken 'the number of nodes' "$(crm_node -p 2>/dev/null | wc -w)" 2
    if corosync-cfgtool -s 2>/dev/null | grep -Eiq 'disconnected|faulty'; then
        report broken corosync 'a link is down: corosync-cfgtool -s'
    else
        report ok corosync 'no link is down'
    fi
}

running() { [ "$(crm_resource --locate --resource "$1" 2>/dev/null | grep -c 'is running on')" -ge "$2" ]; }
pacemaker_state() {
    local leftover
    expect fencing broken 'fence-server4 runs' running fence-server4 1
    expect fencing broken 'fence-server7 runs' running fence-server7 1
    expect pacemaker broken 'dlm runs on both nodes' running dlm 2
    expect pacemaker broken 'clvmd runs on both nodes' running clvmd 2
    expect pacemaker broken 'fs-vGFS2 runs on both nodes' running fs-vGFS2 2
    expect guests broken 'vm-vm1 runs' running vm-vm1 1
    leftover=$(cibadmin --query --xpath "//rsc_location[starts-with(@id,'drbd-fence-by-handler')]" 2>/dev/null | sed -n 's/.* id="\([^"]*\)".*/\1/p')
    if [ -n "$leftover" ]; then
        report broken drbd "a fence constraint is left behind: $leftover"
    else
        report ok drbd 'no fence constraint is left behind'
    fi
}

# drift: what people or agents have changed in the configuration since.
drift() {
    local live status=0
    live=$(mktemp) || return
    cibadmin --query 2>/dev/null >"$live"
    # Nodes and Pacemaker's own properties are its own.
    if crm_diff --no-version --original "$here/cluster/cib.xml" --new "$live" 2>/dev/null |
        grep -E "path=['\"]/cib/configuration/(resources|constraints|fencing-topology|rsc_defaults)" >/dev/null; then
        status=1
    fi
    rm -f "$live"
    if [ "$status" = 0 ]; then
        report ok pacemaker 'the configuration is the one of cluster/cib.xml'
    else
        report differs pacemaker 'the configuration is not the one of cluster/cib.xml: crm_diff shows where'
    fi
}

joined() { dlm_tool ls | grep -Eq "^name +$1\$"; }
storage() {
    is drbd broken 'vDrbd: the roles' "$(drbdadm role vDrbd 2>/dev/null)" Primary/Primary
    is drbd broken 'vDrbd: the disks' "$(drbdadm dstate vDrbd 2>/dev/null)" UpToDate/UpToDate
    expect dlm broken 'the lock space vGFS2 is joined' joined vGFS2
    is gfs2 broken 'vGFS2: the lock table' "$(blkid -p -o value -s LABEL /dev/vg_drbd/lv_gfs2 2>/dev/null)" vCluster:vGFS2
    is gfs2 broken '/backup: the mount' "$(findmnt -n -o FSTYPE --mountpoint /backup 2>/dev/null)" gfs2
}

if [ "$mode" = here ]; then
    this=$(uname -n)
    [ -d "$here/nodes/$this" ] || { printf 'gfs2gen: %s is no node of this tree\n' "$this" >&2; exit 2; }
    files "$this"
    services
    corosync_state
    pacemaker_state
    drift
    storage
    exit 0
fi

worst=0 lines=()
for index in 0 1; do
    if seen=$(on "$index" bash /var/lib/gfs2gen/tree/verify.sh --here 2>/dev/null); then
        while IFS= read -r line; do lines+=("${nodes[index]}$tab$line"); done <<<"$seen"
    else
        lines+=("${nodes[index]}${tab}broken${tab}reach${tab}the node cannot be reached, or holds no tree")
    fi
done
# quoted TEXT: as a JSON string.
quoted() {
    local text=${1//\\/\\\\}
    text=${text//\"/\\\"}
    printf '"%s"' "${text//[[:cntrl:]]/ }"
}
separator='['
for line in "${lines[@]}"; do
    IFS=$tab read -r node state layer what <<<"$line"
    case $state in
        ok) ;;
        differs) if [ "$worst" -lt 1 ]; then worst=1; fi ;;
        *) worst=2 ;;
    esac
    if [ "$mode" = json ]; then
        printf '%s\n{"node": %s, "state": %s, "layer": %s, "what": %s}' "$separator" \
            "$(quoted "$node")" "$(quoted "$state")" "$(quoted "$layer")" "$(quoted "$what")"
        separator=,
    else
        printf '%-8s %s %s: %s\n' "$state" "$node" "$layer" "$what"
    fi
done
if [ "$mode" = json ]; then printf '\n]\n'; fi
exit "$worst"
