#!/bin/bash
# Is the running cluster vCluster what this tree says? Reads only.
#
# Usage: verify.sh [--json]
# One line for each check: `ok|differs|broken layer: what is / what should be`. Exit: 0 all ok, 1 something differs,
# 2 something is broken or could not be seen. Runs as root anywhere that reaches both nodes by ssh, also on one of them.
# shellcheck disable=SC2016,SC2034,SC2191 # values are literal, and not every one is used here
set -euo pipefail

# --- what this cluster is ---

NODES=( server4 server7 )
# One command: alone, a name such as node-a would look like a calculation (shellcheck, SC2100).
CLUSTER=vCluster FIRST=server4 SECOND=server7
STATE=/var/lib/gfs2gen
RESOURCES=( vDrbd )
FILESYSTEMS=( vGFS2 )
GUESTS=( vm1 )
FENCE_DEVICES=( fence-server4 fence-server7 )

# by DRBD resource
declare -A MINOR=( [vDrbd]=0 )
declare -A GROUP=( [vDrbd]=vg_drbd )
declare -A SECRET=( [vDrbd]=/etc/gfs2gen/secrets/drbd-vDrbd )

# by filesystem
declare -A RESOURCE_OF=( [vGFS2]=vDrbd )
declare -A VOLUME=( [vGFS2]=lv_gfs2 )
declare -A DEVICE=( [vGFS2]=/dev/vg_drbd/lv_gfs2 )
declare -A MOUNT=( [vGFS2]=/backup )
declare -A TABLE=( [vGFS2]=vCluster:vGFS2 )
declare -A JOURNALS=( [vGFS2]=2 )

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

# --- what DRBD says ---

# roles RESOURCE, disks RESOURCE: this side and the other, as `Primary/Secondary` and `UpToDate/Inconsistent`.
roles() { drbdadm role "$1"; }
disks() { drbdadm dstate "$1"; }
connection() { drbdadm cstate "$1"; }

# --- how units stand ---

declare -A LOADED=() ENABLED=() ACTIVE=()
# look_at UNIT...: at these and at the sockets that start them; in one question, because systemd takes long for each.
look_at() {
    local unit line at=0 units=()
    for unit in "$@"; do units+=("$unit" "${unit%.*}.socket"); done
    if [ $# -eq 0 ]; then return; fi
    while IFS= read -r line; do
        case $line in
            LoadState=*) LOADED[${units[at]}]=${line#*=} ;;
            UnitFileState=*) ENABLED[${units[at]}]=${line#*=} ;;
            ActiveState=*) ACTIVE[${units[at]}]=${line#*=} ;;
            '') at=$((at + 1)) ;;
        esac
    done < <(systemctl show -p LoadState -p UnitFileState -p ActiveState "${units[@]}")
}
# The others are asked of a unit that was looked at.
exists() { case ${LOADED[$1]-} in '' | not-found) return 1 ;; esac; }
is_running() { case ${ACTIVE[$1]-} in active | reloading) ;; *) return 1 ;; esac; }
# libvirtd ends when nobody has asked it for two minutes, and its socket starts it again: that is as good as running.
is_there() { is_running "$1" || is_running "${1%.*}.socket"; }

# What a node is asked with lives there; whoever runs this keeps the ssh of their own.
export PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
HERE=$(cd -- "$(dirname -- "$0")" && pwd)
LINKS=1
# fence device, node and level
LEVELS=(
    'fence-server4 server4 1'
    'fence-server7 server7 1'
)
# mode and path of each file of server4
FILES_1=(
    '0644 etc/corosync/corosync.conf'
    '0644 etc/dlm/dlm.conf'
    '0644 etc/drbd.conf'
    '0644 etc/drbd.d/global_common.conf'
    '0600 etc/drbd.d/vDrbd.res'
    '0644 etc/gfs2gen/domains/vm1.xml'
    '0644 etc/gfs2gen/fstab'
    '0644 etc/gfs2gen/hosts'
    '0644 etc/lvm/lvm.conf'
    '0644 etc/modules-load.d/gfs2gen.conf'
    '0644 etc/multipath/conf.d/gfs2gen.conf'
    '0644 etc/systemd/system-preset/10-gfs2gen.preset'
    '0644 etc/systemd/system/gfs2gen-verify-vDrbd.service'
    '0644 etc/systemd/system/gfs2gen-verify-vDrbd.timer'
    '0644 etc/systemd/system/pacemaker.service.d/50-gfs2gen.conf'
    '0755 usr/local/sbin/gfs2gen-fence-peer.sh'
)
# mode and path of each file of server7
FILES_2=(
    '0644 etc/corosync/corosync.conf'
    '0644 etc/dlm/dlm.conf'
    '0644 etc/drbd.conf'
    '0644 etc/drbd.d/global_common.conf'
    '0600 etc/drbd.d/vDrbd.res'
    '0644 etc/gfs2gen/domains/vm1.xml'
    '0644 etc/gfs2gen/fstab'
    '0644 etc/gfs2gen/hosts'
    '0644 etc/lvm/lvm.conf'
    '0644 etc/modules-load.d/gfs2gen.conf'
    '0644 etc/multipath/conf.d/gfs2gen.conf'
    '0644 etc/systemd/system-preset/10-gfs2gen.preset'
    '0644 etc/systemd/system/pacemaker.service.d/50-gfs2gen.conf'
    '0755 usr/local/sbin/gfs2gen-fence-peer.sh'
)

# tell STATE LAYER WHAT-IS WHAT-SHOULD-BE
tell() { printf '%s %s: %s / %s\n' "$1" "$2" "$3" "$4"; }
# same STATE-IF-NOT LAYER WHAT IS SHOULD
same() {
    if [ "$4" = "$5" ]; then tell ok "$2" "$3 $4" "$5"; else tell "$1" "$2" "$3 ${4:-(nothing)}" "$5"; fi
}

# --- the checks of one node ---

check_files() {
    local entry mode path rootfs=$HERE/nodes/$node/rootfs bad=0
    for entry in "${files[@]}"; do
        mode=${entry%% *} path=${entry#* }
        if [ ! -f "/$path" ]; then
            tell broken files "/$path is missing" 'as in the tree'
        elif ! sed -E 's/^([[:space:]]*shared-secret[[:space:]]).*/\1"@GFS2GEN-SECRET@";/' "/$path" | cmp -s - "$rootfs/$path"; then
            tell differs files "/$path" 'as in the tree'
        elif [ "$(stat -c '%a %U:%G' "/$path")" != "${mode#0} root:root" ]; then
            tell differs files "/$path is $(stat -c '%a %U:%G' "/$path")" "${mode#0} root:root"
        else
            continue
        fi
        bad=$((bad + 1))
    done
    if [ $bad = 0 ]; then tell ok files 'all as in the tree' 'the same'; fi
    if grep -qs '@GFS2GEN-SECRET@' /etc/drbd.d/*.res; then
        tell broken files 'a DRBD resource without its secret' 'the step drbd-secret done'
    fi
    if sed -n '/^# gfs2gen begin$/,/^# gfs2gen end$/p' /etc/hosts | sed '1d;$d' | cmp -s - "$rootfs/etc/gfs2gen/hosts"; then
        tell ok files 'the block in /etc/hosts' 'the same'
    else
        tell differs files 'the block in /etc/hosts' 'as /etc/gfs2gen/hosts'
    fi
}

check_services() {
    local verb unit bad=0 entries
    entries=$(grep -E '^(enable|disable) ' "$HERE/nodes/$node/rootfs/etc/systemd/system-preset/10-gfs2gen.preset")
    # shellcheck disable=SC2046 # names of units
    look_at $(cut -d ' ' -f 2 <<<"$entries")
    while read -r verb unit; do
        case $verb:${ENABLED[$unit]-} in
            enable:disabled | enable: | enable:masked | disable:enabled | disable:enabled-runtime)
                tell differs services "$unit is ${ENABLED[$unit]:-not there}" "${verb}d"
                bad=1
                ;;
        esac
    done <<<"$entries"
    if [ $bad = 0 ]; then tell ok services 'enabled and disabled' 'as the preset says'; fi
    while read -r verb unit; do
        case $verb:$unit in
            disable:*) ;;
            *:corosync.service | *:pacemaker.service) same broken services "$unit is" "${ACTIVE[$unit]-}" active ;;
            *) if ! is_there "$unit"; then same differs services "$unit is" "${ACTIVE[$unit]-}" active; fi ;;
        esac
    done <<<"$entries"
}

check_corosync() {
    local name down
    name=$(corosync-cmapctl -g totem.cluster_name 2>/dev/null | awk '{ print $NF }') || true
    same broken corosync 'cluster' "$name" "$CLUSTER"
    if corosync-quorumtool -s 2>/dev/null | grep -Eq '^Quorate:[[:space:]]+Yes'; then
        tell ok corosync 'quorate' 'quorate'
    else
        tell broken corosync 'no quorum' 'quorate'
    fi
    # A ring of corosync 2 says `no faults`; a link of corosync 3 says so for each node.
    down=$(corosync-cfgtool -s 2>/dev/null | grep -Ec 'disconnected|FAULTY') || true
    same broken corosync 'links down:' "${down:-0}" 0
    name=$(corosync-cfgtool -s 2>/dev/null | grep -Ec '^(LINK|RING) ID') || true
    same differs corosync 'links:' "$name" "$LINKS"
}

check_fencing() {
    local entry device target level where
    for entry in "${LEVELS[@]}"; do
        read -r device target level <<<"$entry"
        where=$(crm_resource --resource "$device" --locate --quiet 2>/dev/null) || true
        if [ -n "$where" ]; then
            tell ok fencing "$device is started" started
        else
            tell broken fencing "$device is not started" started
        fi
        if cibadmin --query --xpath "//fencing-level[@target='$target'][@index='$level'][contains(@devices,'$device')]" \
            >/dev/null 2>&1; then
            tell ok fencing "$device shoots $target" "level $level"
        else
            tell broken fencing "$device is not at level $level of $target" "level $level"
        fi
    done
    if [ -s "$STATE/fencing-proven" ]; then
        tell ok fencing 'proven' 'proven'
    else
        tell differs fencing 'never proven' 'each node fenced once'
    fi
    # DRBD's handler forbids a side to be promoted, and takes that back when both are UpToDate.
    if cibadmin --query --scope constraints 2>/dev/null | grep -q drbd-fence-by-handler; then
        tell broken fencing 'a constraint of the DRBD handler is left' 'none: RUNBOOK.md says what then'
    fi
}

check_drbd() {
    local resource
    for resource in "${RESOURCES[@]}"; do
        same broken drbd "$resource" "$(roles "$resource" 2>/dev/null || true)" Primary/Primary
        same broken drbd "$resource" "$(disks "$resource" 2>/dev/null || true)" UpToDate/UpToDate
        case $(connection "$resource" 2>/dev/null || true) in
            Connected | Established | VerifyS | VerifyT) tell ok drbd "$resource connected" connected ;;
            *) tell broken drbd "$resource not connected" connected ;;
        esac
    done
}

# members NAME: how many nodes are in it
members() { dlm_tool ls 2>/dev/null | awk -v name="$1" '$1 == "name" { mine = $2 == name } mine && $1 == "members" { print NF - 1 }'; }
check_locks() {
    local name
    same broken dlm 'nodes in clvmd:' "$(members clvmd)" 2
    for name in "${FILESYSTEMS[@]}"; do same broken dlm "nodes in $name:" "$(members "$name")" 2; done
}

lock_table() { tunegfs2 -l "$1" 2>/dev/null | awk '/^Lock table:/ { print $NF }'; }
check_mounts() {
    local name source label journals
    for name in "${FILESYSTEMS[@]}"; do
        source=$(findmnt -n -t gfs2 -o SOURCE -M "${MOUNT[$name]}") || true
        if [ -z "$source" ]; then tell broken mounts "${MOUNT[$name]} is not mounted" "${DEVICE[$name]}"; continue; fi
        same broken mounts "${MOUNT[$name]} from" "$(readlink -f -- "$source")" "$(readlink -f -- "${DEVICE[$name]}")"
        label=$(lock_table "${DEVICE[$name]}") || true
        same broken gfs2 'lock table' "$label" "${TABLE[$name]}"
        journals=$(gfs2_edit -p journals "${DEVICE[$name]}" 2>/dev/null | grep -c '^journal[0-9]') || true
        if [ "$journals" != 0 ]; then same differs gfs2 "$name journals:" "$journals" "${JOURNALS[$name]}"; fi
        if [ -e "/sys/fs/gfs2/${TABLE[$name]}/withdraw" ] && [ "$(cat "/sys/fs/gfs2/${TABLE[$name]}/withdraw")" != 0 ]; then
            tell broken gfs2 "$name has withdrawn" 'RUNBOOK.md says what then'
        fi
    done
}

check_guests() {
    local guest where
    for guest in ${GUESTS[@]+"${GUESTS[@]}"}; do
        where=$(crm_resource --resource "vm-$guest" --locate --quiet 2>/dev/null) || true
        # The node that has it asks its libvirt.
        if [ "$where" = "$node" ]; then
            same broken guests "$guest is" "$(virsh -q domstate "$guest" 2>/dev/null || true)" running
        elif [ -z "$where" ] && [ "$node" = "$FIRST" ]; then
            tell broken guests "$guest runs nowhere" 'started'
        elif [ -n "$(virsh -q list --name 2>/dev/null | grep -Fx -- "$guest" || true)" ]; then
            tell broken guests "$guest runs here and Pacemaker says on $where" 'one place'
        fi
    done
}

# --- the CIB against cluster/cib.xml ---

# Every element with an id is compared by its attributes. Left out is what the cluster itself adds: its own properties, the
# nodes' entries, moves by hand (cli-*), DRBD's fence constraints, which have a check of their own.
check_cib() {
    local live
    if ! live=$(cibadmin --query --scope configuration 2>/dev/null); then
        tell broken cib 'cannot be read' 'readable'
        return
    fi
    awk '
        function entity(text) { gsub(/&quot;/, "\"", text); gsub(/&apos;/, "\047", text); return text }
        # Takes one line with one element apart; its id is in `id`, its attributes in `is` under a source of 1 or 2.
        function take(source, line,    tag, name, text) {
            sub(/^[ \t]*</, "", line)
            tag = line; sub(/[ \t\/>].*/, "", tag)
            id = ""
            if (match(line, / id="[^"]*"/)) id = tag " " substr(line, RSTART + 5, RLENGTH - 6)
            if (id == "" || skipped(id)) return
            known[source, id] = 1
            if (source == 1) order[++count] = id; else others[++more] = id
            while (match(line, /[A-Za-z_:.-]+="[^"]*"/)) {
                text = substr(line, RSTART, RLENGTH); line = substr(line, RSTART + RLENGTH)
                name = text; sub(/=.*/, "", name); sub(/^[^=]*="/, "", text); sub(/"$/, "", text)
                is[source, id, name] = entity(text); names[id] = names[id] " " name
            }
        }
        function skipped(id) {
            return id ~ / (cli-|drbd-fence-by-handler)/ || id ~ /^(node|instance_attributes nodes-|nvpair nodes-)/ && id !~ /^nodes? vm-/ \
                || id ~ /-(dc-version|cluster-infrastructure|cluster-name|have-watchdog|last-lrm-refresh|dc-uuid)$/ \
                || id ~ /^(utilization |nvpair .*-utilization-)/
        }
        FNR == 1 { source++; inside = 0 }
        /<configuration/ { inside = 1; next }
        /<\/configuration>/ { inside = 0 }
        inside && /^[ \t]*<[A-Za-z]/ { take(source, $0) }
        END {
            for (i = 1; i <= count; i++) {
                id = order[i]
                if (!((2, id) in known)) { print "differs cib: " id " is missing / as in cluster/cib.xml"; bad = 1; continue }
                n = split(names[id], list, " "); split("", done)
                for (j = 1; j <= n; j++) {
                    a = list[j]
                    if (a in done) continue
                    done[a] = 1
                    if (is[1, id, a] != is[2, id, a]) { print "differs cib: " id " has " a "=" is[2, id, a] " / " is[1, id, a]; bad = 1 }
                }
            }
            for (i = 1; i <= more; i++)
                if (!((1, others[i]) in known)) { print "differs cib: " others[i] " / not in cluster/cib.xml"; bad = 1 }
            if (!bad) print "ok cib: the configuration / as cluster/cib.xml"
        }' "$HERE/cluster/cib.xml" <(printf '%s\n' "$live")
}

# --- on a node: all checks; from outside: both nodes ---

if [ "${1-}" = --here ]; then
    node=$(uname -n)
    case $node in "$FIRST") files=("${FILES_1[@]}") ;; "$SECOND") files=("${FILES_2[@]}") ;; *) exit 2 ;; esac
    check_files
    check_services
    check_corosync
    check_fencing
    check_drbd
    check_locks
    check_mounts
    check_guests
    if [ "$node" = "$FIRST" ]; then check_cib; fi
    tell ok node 'every check done' 'every check done'
    exit 0
fi

json=no
case $# in
    0) ;;
    *) if [ "$*" = --json ]; then json=yes; else printf 'usage: %s [--json]\n' "$0" >&2; exit 2; fi ;;
esac

# What is compared travels to the node into a folder that goes away with the connection.
seen() {
    # shellcheck disable=SC2016 # for the node
    tar -C "$HERE" -c -f - verify.sh cluster/cib.xml "nodes/$1/rootfs" | on_with_input "$1" bash -c '
        set -e
        folder=$(mktemp -d)
        trap "rm -rf -- \"$folder\"" EXIT
        tar -C "$folder" -x --no-same-owner -f -
        bash "$folder/verify.sh" --here'
}
lines='' work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
for node in "${NODES[@]}"; do seen "$node" >"$work/$node" & done
wait
for node in "${NODES[@]}"; do
    found=$(cat "$work/$node")
    # Silence is no good news.
    case $found in
        *'ok node: every check done'*) ;;
        *) found+=$'\nbroken node: it did not answer to the end / every check done' ;;
    esac
    while IFS= read -r line; do
        case $line in
            ok\ * | differs\ * | broken\ *) lines+="$node ${line}"$'\n' ;;
        esac
    done <<<"$found"
done

if [ $json = yes ]; then
    printf '%s' "$lines" | awk '
        function quoted(text) { gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); gsub(/[[:cntrl:]]/, " ", text); return "\"" text "\"" }
        BEGIN { print "["; }
        {
            node = $1; state = $2; layer = $3; sub(/:$/, "", layer)
            rest = $0; sub(/^[^ ]+ [^ ]+ [^ ]+ /, "", rest)
            is = rest; sub(/ \/ .*/, "", is); should = rest; sub(/.* \/ /, "", should)
            printf "%s  {\"node\": %s, \"state\": %s, \"layer\": %s, \"is\": %s, \"should\": %s}", (NR > 1 ? ",\n" : ""), \
                quoted(node), quoted(state), quoted(layer), quoted(is), quoted(should)
        }
        END { print (NR ? "\n]" : "]") }'
else
    printf '%s' "$lines" | awk '{ node = $1; sub(/^[^ ]+ /, ""); sub(/: /, ": " node ": "); print }'
fi
case $lines in
    *' broken '*) exit 2 ;;
    *' differs '*) exit 1 ;;
esac
