#!/bin/bash
# The steps that run on server7, one by one.
#
# Usage: node.sh STEP [ARGUMENT]         do it, unless it is done
#        node.sh --plan STEP [ARGUMENT]  only say what is there and what would be done (--mode=plan, --mode=apply: the same):
#                                        already done; to do; later: what an earlier step has to bring; blocked: what was found
#        node.sh --list                  the steps, in their order
#        node.sh keys-out                print the keys for take-keys on the other node
# shellcheck disable=SC2016,SC2034,SC2191,SC2317 # values are literal, not all are used here; steps are called by name
set -euo pipefail

# --- what this cluster is ---

NODES=( server4 server7 )
# One command: alone, a name such as node-a would look like a calculation (shellcheck, SC2100).
CLUSTER=vCluster FIRST=server4 SECOND=server7
STATE=/var/lib/gfs2gen
# This tree, wherever it lies.
TREE=$(cd -- "$(dirname -- "$0")/../.." && pwd)
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

# --- what this node is ---

NODE=server7 DRBD_VERSION=8.4.
ROOTFS=$TREE/nodes/$NODE/rootfs
ADDRESSES=( 192.168.11.200 10.0.0.2 )
PACKAGES=(
    corosync
    dlm
    drbd84-utils
    fence-agents-all
    gfs2-utils
    ipmitool
    kmod-drbd84
    libvirt
    libvirt-client
    lvm2
    lvm2-cluster
    nmap-ncat
    openssh-clients
    pacemaker
    pacemaker-cli
    pcs
    psmisc
    qemu-img
    qemu-kvm
    resource-agents
)
FENCE_SECRETS=( /etc/gfs2gen/secrets/bmc-server4 /etc/gfs2gen/secrets/bmc-server7 )
LOCAL_PVS=( )
# mode and path of each file of the overlay
FILES=(
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
# format, bytes and path
IMAGES=(
    'raw 21474836480 /backup/vm1.raw'
)
BRIDGES=( br0 )
declare -A DISK=( [vDrbd]=/dev/disk/by-partlabel/drbd-server7 )
declare -A IDENTITY=( )
declare -A SIZE=( )
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
    mountpoints
    cluster-start
    quorum
    fencing-ready
    before-fencing
    fence-other
    after-fencing
    fencing-record
    fencing-proven
    drbd-metadata
    drbd-up
    drbd-sync
    promoted
    volume-manager
    volume-group
    logical-volume
    filesystem
    volume-done
    mounted
    domains
    images
    settled
)
UNDO=(undo-volumes undo-cluster undo-cib undo-drbd undo-files)

# --- how a step runs ---
# A step is four functions: STEP_probe (rc 0: done already), STEP_gate (rc 0: safe; else it says what it found and what
# one may do), STEP_do and STEP_check. Only STEP_do changes anything.

planning=no changed=no blocked=no

say() { printf '%s\n' "$*"; }
warn() { printf 'gfs2gen: %s\n' "$*" >&2; }
die() { warn "$@"; exit 1; }

# refuse WHAT-WAS-FOUND WHAT-ONE-MAY-DO: how a gate says no because of what is on this machine.
refuse() { warn "$1"; if [ $# -gt 1 ]; then warn "    $2"; fi; return 1; }
# later WHAT-IS-MISSING WHAT-BRINGS-IT: how a gate says no because an earlier step is not done yet.
LATER=3
later() { warn "$1"; warn "    $2"; return "$LATER"; }

# passes FUNCTION ARGUMENT...: `if FUNCTION` would turn errexit off inside, and a gate that fails half-way would pass.
# The answer is in `passed`.
passes() {
    local status=0
    set +e
    (set -e; "$@")
    status=$?
    set -e
    if [ $status -eq 0 ]; then passed=yes; else passed=no; fi
}

# step NAME ARGUMENT...: runs one step. Never call it in a condition: see `passes`.
step() {
    local title=$* name=${1//-/_}
    shift
    passes "${name}_probe" "$@" 2>/dev/null
    if [ $passed = yes ]; then say "== $title: already done"; return; fi
    if [ $planning = yes ]; then planned "$title" "${name}_gate" "$@"; return; fi
    passes "${name}_gate" "$@"
    if [ $passed = no ]; then die "$title: stopped; nothing was changed by this step"; fi
    say "== $title: doing"
    "${name}_do" "$@"
    passes "${name}_check" "$@"
    if [ $passed = no ]; then die "$title: done, but the check afterwards fails"; fi
    changed=yes
    say "== $title: done"
}

# planned TITLE GATE ARGUMENT...: what a run would do about a step that is not done. On a fresh node even the programs are
# missing that the gate asks; one that is missed is an earlier step's to bring, and told past every redirection by way of 8.
planned() {
    local title=$1 said status own
    shift
    set +e
    said=$(
        set -e
        command_not_found_handle() { warn "$1 is not installed yet" 2>&8; return 127; }
        "$@" 8>&1 2>&1
    )
    status=$?
    set -e
    own=$(sed -n 's/^gfs2gen: *//p' <<<"$said")
    own=${own:-what has to be so before is not so}
    case $status:$own in
        0:*) say "== $title: to do" ;;
        *' is not installed yet'*) say "== $title: later: $(grep -m 1 ' is not installed yet$' <<<"$own")" ;;
        $LATER:*) say "== $title: later: ${own//$'\n'/; }" ;;
        *)
            sed '/^gfs2gen: /d; /^$/d; s/^/   /' <<<"$said"
            say "== $title: blocked: ${own//$'\n'/; }"
            blocked=yes
            ;;
    esac
    changed=yes
}

# finish: the last line, which bootstrap.sh and Ansible read.
finish() {
    case $planning:$blocked:$changed in
        yes:yes:*) say 'gfs2gen: blocked' ;;
        yes:no:yes) say 'gfs2gen: would change' ;;
        no:*:yes) say 'gfs2gen: changed' ;;
        *) say 'gfs2gen: unchanged' ;;
    esac
}

# wait_until SECONDS FUNCTION ARGUMENT...: polls; the caller's check decides.
wait_until() {
    local end=$((SECONDS + $1))
    shift
    while [ "$SECONDS" -lt "$end" ]; do
        passes "$@" >/dev/null 2>&1
        if [ "$passed" = yes ]; then return; fi
        sleep 2
    done
}

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

# --- what was there before, for teardown.sh ---
# Below STATE: `backup`, files that were there; `created`, files that were not; `folders`, made for them, outer ones first;
# `units`, how services stood. Each is on the disk before the change that it tells of, and never changed afterwards.

# settle: what was written is there also after a loss of power. (Old versions of sync say that they take no argument.)
settle() { sync -f "${STATE%/*}" 2>/dev/null; }

# noted LIST LINE
noted() {
    if ! grep -qxF -- "$2" "$STATE/$1" 2>/dev/null; then printf '%s\n' "$2" >>"$STATE/$1"; fi
    settle
}
# keep PATH, without the first slash
keep() {
    if [ -e "$STATE/backup/$1" ] || grep -qxF -- "$1" "$STATE/created" 2>/dev/null; then return; fi
    if [ -e "/$1" ]; then
        mkdir -p -- "$(dirname "$STATE/backup/$1")"
        cp -a -- "/$1" "$STATE/backup/$1.gfs2gen-new"
        # Else it may be there afterwards, and empty.
        settle
        mv -- "$STATE/backup/$1.gfs2gen-new" "$STATE/backup/$1"
        settle
    else
        noted created "$1"
    fi
}
# make_folder PATH: and what is missing above it.
make_folder() {
    if [ -d "$1" ]; then return; fi
    make_folder "$(dirname -- "$1")"
    noted folders "$1"
    mkdir -- "$1"
}

PRESET=/etc/systemd/system-preset/10-gfs2gen.preset
# units VERB: what is on and off stands in the preset file.
units() { awk -v verb="$1" '$1 == verb { print $2 }' "$ROOTFS$PRESET"; }
# Before packages bring services and switch them on, and before they are switched here.
note_units() {
    local unit all
    all="$(units enable) $(units disable)"
    # shellcheck disable=SC2086 # names of units
    look_at $all
    for unit in $all; do
        if grep -q "^$unit " "$STATE/units" 2>/dev/null; then continue; fi
        if exists "$unit"; then
            printf '%s %s %s\n' "$unit" "${ENABLED[$unit]:-static}" "${ACTIVE[$unit]}"
        else
            printf '%s not-found inactive\n' "$unit"
        fi >>"$STATE/units"
    done
    settle
}

# --- the host: identity, packages, secrets, leftovers of a package's own cluster ---

identity_probe() {
    local address
    [ "$(id -u)" = 0 ]
    [ "$(uname -n)" = "$NODE" ]
    for address in "${ADDRESSES[@]}"; do has_address "$address"; done
}
# An address in any spelling that the kernel would print differently (IPv6) is found by asking for exactly it.
has_address() { ip -o addr show to "$1" | grep -q .; }
identity_gate() {
    local address
    if [ "$(id -u)" != 0 ]; then refuse 'this is not root' 'run it as root'; fi
    if [ "$(uname -n)" != "$NODE" ]; then
        refuse "this node calls itself $(uname -n), not $NODE" \
            'fencing and DRBD go by that name: hostnamectl set-hostname, or correct the description'
    fi
    for address in "${ADDRESSES[@]}"; do
        if ! has_address "$address"; then
            refuse "$address is on no interface of this node" 'configure it, or correct the description'
        fi
    done
}
identity_do() { :; }
identity_check() { identity_probe; }

kernel_probe() {
    local module version
    for module in drbd dlm gfs2; do modprobe -n "$module"; done
    version=$(modinfo -F version drbd)
    case $version in "$DRBD_VERSION"*) ;; *) return 1 ;; esac
}
kernel_gate() {
    local module version
    for module in drbd dlm gfs2; do
        if ! modprobe -n "$module" 2>/dev/null; then
            may_come "the running kernel $(uname -r) has no module $module"
            refuse "the running kernel $(uname -r) has no module $module" \
                "boot the distribution's full kernel (not a cloud or minimal one), or install the module"
        fi
    done
    version=$(modinfo -F version drbd)
    may_come "a kernel module of DRBD $DRBD_VERSION is missing"
    refuse "the kernel's DRBD is ${version:-unknown}, but these files are for $DRBD_VERSION" \
        'their grammars differ: set "drbd" in the description to what runs here'
}
kernel_do() { :; }
kernel_check() { kernel_probe; }

packages_probe() {
    rpm -q "${PACKAGES[@]}" >/dev/null
}
# may_come WHAT: what is missing may be in a package that is not installed yet.
may_come() {
    passes packages_probe >/dev/null 2>&1
    if [ "$passed" = no ]; then later "$1" 'the step packages may bring it'; fi
}
packages_gate() {
    if ! command -v yum >/dev/null; then
        refuse 'the program that installs packages is missing' 'these files are for another platform'
    fi
}
packages_do() {
    note_units
yum install '-y' '-q' "${PACKAGES[@]}"
}
packages_check() { packages_probe; }

# The secrets of fence devices are made by people: only their presence can be checked.
secret_is_good() {
    # One chain: where this stands in a condition, errexit is off.
    [ -f "$1" ] && [ -s "$1" ] && [[ $(stat -L -c %a:%u "$1") =~ ^[46]00:0$ ]]
}
secrets_probe() {
    local file
    for file in ${FENCE_SECRETS[@]+"${FENCE_SECRETS[@]}"}; do secret_is_good "$file"; done
}
secrets_gate() {
    local file
    for file in ${FENCE_SECRETS[@]+"${FENCE_SECRETS[@]}"}; do
        passes secret_is_good "$file"
        if [ "$passed" = no ]; then
            refuse "$file is missing or empty, or others than root may read it" \
                "put the fence device's secret there on both nodes, one line, owner root, mode 0600"
        fi
    done
}
secrets_do() { :; }
secrets_check() { secrets_probe; }

gfs2_is_mounted() { grep -q ' gfs2 ' /proc/mounts; }

# Packages may come with a cluster of one node of their own, which would stay in the CIB for ever.
conf_is_ours() { cmp -s "$TREE/nodes/$NODE/rootfs/etc/corosync/corosync.conf" /etc/corosync/corosync.conf; }
conf_names_cluster() { awk '$1 == "cluster_name:" { print $2 }' /etc/corosync/corosync.conf; }
no_cluster_yet() {
    # One of them is enough.
    if systemctl is-active -q corosync.service pacemaker.service; then return 1; fi
    [ -z "$(find /var/lib/pacemaker/cib /var/lib/corosync -mindepth 1 -print -quit 2>/dev/null)" ]
}
default_cluster_probe() {
    if [ -e /etc/corosync/corosync.conf ] && conf_is_ours; then return 0; fi
    if [ -e /etc/corosync/corosync.conf ] && [ "$(conf_names_cluster)" = "$CLUSTER" ]; then return 0; fi
    no_cluster_yet
}
default_cluster_gate() {
    local name=
    if [ -e /etc/corosync/corosync.conf ]; then name=$(conf_names_cluster); fi
    # A package's own: one node on the loopback address.
    if [ -n "$name" ] && ! grep -Eq '(ring0_addr|bindnetaddr):[[:space:]]*127\.' /etc/corosync/corosync.conf; then
        refuse "this node belongs to the cluster \"$name\"" 'take it out of that cluster first: pcs cluster destroy'
    fi
    if gfs2_is_mounted; then refuse 'a clustered filesystem is mounted' 'unmount it first'; fi
}
default_cluster_do() {
    systemctl stop pacemaker.service corosync.service
    rm -rf -- /var/lib/pacemaker/cib/* /var/lib/pacemaker/pengine/* /var/lib/corosync/*
}
default_cluster_check() { no_cluster_yet; }

# --- files: the overlay, the secret in DRBD's configuration, /etc/hosts, mount points ---

# masked FILE: the file with the secret's line as it is in the tree.
masked() { sed -E 's/^([[:space:]]*shared-secret[[:space:]]).*/\1"@GFS2GEN-SECRET@";/' "$1"; }

# in_place MODE PATH: whether the node's file is the tree's.
in_place() {
    [ -f "/$2" ] && [ "$(stat -c %a "/$2")" = "${1#0}" ] && [ "$(stat -c %u:%g "/$2")" = 0:0 ] &&
        cmp -s "$ROOTFS/$2" <(masked "/$2")
}

overlay_probe() {
    local entry
    for entry in "${FILES[@]}"; do in_place "${entry%% *}" "${entry#* }"; done
}
overlay_gate() {
    local entry path
    for entry in "${FILES[@]}"; do
        path=${entry#* }
        if [ ! -f "$ROOTFS/$path" ]; then refuse "$ROOTFS/$path is missing" 'copy the whole tree again'; fi
        if [ -L "/$path" ] || { [ -e "/$path" ] && [ ! -f "/$path" ]; }; then
            refuse "/$path is no regular file" 'see what it is, and move it away'
        fi
    done
    lvm_gate
}
# Under the new filter LVM sees nothing but what is listed: a volume of the running system must not vanish.
lvm_gate() {
    local pv volumes
    if cmp -s "$ROOTFS/etc/lvm/lvm.conf" /etc/lvm/lvm.conf; then return; fi
    volumes=$(pvs --noheadings -o pv_name)
    for pv in $volumes; do
        if ! is_known_pv "$pv"; then
            refuse "$pv is a physical volume that these files would hide from LVM" \
                "if this node needs it, add it to local_pvs of $NODE in the description; if not, remove it with pvremove"
        fi
    done
}
is_known_pv() {
    local known real
    real=$(readlink -f -- "$1")
    for known in ${LOCAL_PVS[@]+"${LOCAL_PVS[@]}"}; do
        if [ "$(readlink -f -- "$known")" = "$real" ]; then return 0; fi
    done
    for known in "${MINOR[@]}"; do
        if [ "$real" = "/dev/drbd$known" ]; then return 0; fi
    done
    return 1
}
overlay_do() {
    local entry mode path new
    for entry in "${FILES[@]}"; do
        mode=${entry%% *} path=${entry#* }
        if in_place "$mode" "$path"; then continue; fi
        keep "$path"
        make_folder "$(dirname "/$path")"
        new=/$path.gfs2gen-new
        install -m "$mode" -o root -g root -- "$ROOTFS/$path" "$new"
        mv -f -- "$new" "/$path"
        if command -v restorecon >/dev/null; then restorecon -- "/$path"; fi
        say "   /$path"
    done
    systemctl daemon-reload
}
overlay_check() { overlay_probe; }

# The secret goes from file to file: never into an argument, where everybody sees it, and never into the tree.
drbd_secret_probe() {
    local resource
    for resource in "${RESOURCES[@]}"; do
        cmp -s "/etc/drbd.d/$resource.res" <(with_secret "$ROOTFS/etc/drbd.d/$resource.res" "${SECRET[$resource]}")
    done
    drbdadm dump all >/dev/null
}
with_secret() {
    # shellcheck disable=SC2016 # awk's own
    awk -v file="$2" 'BEGIN { getline secret <file } { gsub(/@GFS2GEN-SECRET@/, secret); print }' "$1"
}
drbd_secret_gate() {
    local resource file
    for resource in "${RESOURCES[@]}"; do
        file=${SECRET[$resource]}
        if [ ! -e "$file" ]; then later "$file is missing" 'the steps make-keys and take-keys bring it'; fi
        passes secret_is_good "$file"
        if [ "$passed" = no ] || ! LC_ALL=C grep -Eqx '[A-Za-z0-9]{1,63}' "$file" || [ "$(wc -l <"$file")" -gt 1 ]; then
            refuse "$file must hold one line of 1 to 63 letters and digits, mode 0600, owner root" \
                'the same on both nodes; without it the step make-keys makes one'
        fi
    done
}
drbd_secret_do() {
    local resource path
    for resource in "${RESOURCES[@]}"; do
        path=/etc/drbd.d/$resource.res
        (umask 077 && with_secret "$ROOTFS$path" "${SECRET[$resource]}" >"$path.gfs2gen-new")
        mv -f -- "$path.gfs2gen-new" "$path"
    done
}
drbd_secret_check() {
    if ! drbdadm dump all >/dev/null; then refuse 'drbdadm does not take the files in /etc/drbd.d' 'it says above why'; fi
    drbd_secret_probe
    if grep -q '@GFS2GEN-SECRET@' /etc/drbd.d/*.res; then return 1; fi
}

hosts_block() { sed -n '/^# gfs2gen begin$/,/^# gfs2gen end$/p' /etc/hosts; }
wanted_hosts() { echo '# gfs2gen begin'; cat /etc/gfs2gen/hosts; echo '# gfs2gen end'; }
hosts_probe() { [ "$(hosts_block)" = "$(wanted_hosts)" ]; }
hosts_gate() {
    if [ "$(grep -c '^# gfs2gen begin$' /etc/hosts)" != "$(grep -c '^# gfs2gen end$' /etc/hosts)" ]; then
        refuse '/etc/hosts has half of our block' 'remove the line "# gfs2gen begin" or "# gfs2gen end"'
    fi
}
hosts_do() {
    { without_hosts_block; wanted_hosts; } >/etc/hosts.gfs2gen-new
    put_hosts
}
without_hosts_block() { sed '/^# gfs2gen begin$/,/^# gfs2gen end$/d' /etc/hosts; }
put_hosts() {
    chmod 0644 /etc/hosts.gfs2gen-new
    mv -f /etc/hosts.gfs2gen-new /etc/hosts
}
hosts_check() { hosts_probe; }

mountpoints_probe() {
    local name
    for name in "${FILESYSTEMS[@]}"; do [ -d "${MOUNT[$name]}" ]; done
}
mountpoints_gate() {
    local name
    for name in "${FILESYSTEMS[@]}"; do
        if [ -e "${MOUNT[$name]}" ] && [ ! -d "${MOUNT[$name]}" ]; then
            refuse "${MOUNT[$name]} is no folder" 'move it away, or choose another mount point'
        fi
    done
}
mountpoints_do() {
    local name
    for name in "${FILESYSTEMS[@]}"; do make_folder "${MOUNT[$name]}"; done
}
mountpoints_check() { mountpoints_probe; }

# --- modules, services, firewall, the mail script ---

modules_probe() {
    local module
    [ -f /etc/modules-load.d/gfs2gen.conf ]
    while read -r module; do [ -d "/sys/module/$module" ]; done <<<"$(wanted_modules)"
}
wanted_modules() { grep -v '^#' /etc/modules-load.d/gfs2gen.conf; }
modules_gate() {
    if [ ! -f /etc/modules-load.d/gfs2gen.conf ]; then later 'the list of modules is missing' 'the step overlay brings it'; fi
}
modules_do() {
    local module
    while read -r module; do modprobe "$module"; done <<<"$(wanted_modules)"
}
modules_check() { modules_probe; }

# This applies the preset file.
# The cluster itself is started by a step of its own.
by_itself() { case $1 in corosync.service | pacemaker.service) return 1 ;; esac; }
is_off() {
    case ${ENABLED[$1]-} in enabled | enabled-runtime) return 1 ;; esac
    if by_itself "$1" && is_running "$1"; then return 1; fi
}
is_on() {
    case ${ENABLED[$1]-} in disabled | masked | masked-runtime) return 1 ;; esac
    if by_itself "$1"; then is_there "$1"; fi
}
look_at_ours() {
    # shellcheck disable=SC2046 # names of units
    look_at $(units disable) $(units enable)
}
services_probe() {
    local unit
    [ -f $PRESET ]
    look_at_ours
    for unit in $(units disable); do if exists "$unit"; then is_off "$unit"; fi; done
    for unit in $(units enable); do is_on "$unit"; done
}
services_gate() {
    local unit
    if [ ! -f $PRESET ]; then later "$PRESET is missing" 'the step overlay brings it'; fi
    look_at_ours
    for unit in $(units enable); do
        case ${LOADED[$unit]-} in
            '' | not-found)
                may_come "there is no $unit here"
                refuse "there is no $unit here" 'see which package should bring it'
                ;;
            masked) refuse "$unit is masked" "somebody did not want it to start; if that is over: systemctl unmask $unit" ;;
        esac
    done
    for unit in $(units disable); do
        if ! exists "$unit" || ! by_itself "$unit" || ! is_running "$unit"; then continue; fi
        # Stopping these takes down what stands on them.
        if gfs2_is_mounted; then
            refuse "$unit is running and a gfs2 filesystem is mounted" 'put this node in standby first'
        fi
        if [ "$unit" = libvirt-guests.service ] && virsh -q list --name 2>/dev/null | grep -q .; then
            refuse 'guests are running, and stopping libvirt-guests.service would stop them' 'shut them down first'
        fi
    done
}
services_do() {
    local unit off=() on=() running=()
    note_units
    look_at_ours
    for unit in $(units disable); do
        case ${ENABLED[$unit]-} in enabled | enabled-runtime) off+=("$unit") ;; esac
        if by_itself "$unit" && is_running "$unit"; then running+=("$unit"); fi
    done
    for unit in $(units enable); do
        if [ "${ENABLED[$unit]-}" = disabled ]; then on+=("$unit"); fi
    done
    # All at once, and read once: systemd takes seconds for each time.
    if [ -n "${off[*]-}" ]; then systemctl --no-reload disable -q "${off[@]}"; fi
    if [ -n "${on[*]-}" ]; then systemctl --no-reload enable -q "${on[@]}"; fi
    if [ -n "${off[*]-}${on[*]-}" ]; then systemctl daemon-reload; fi
    if [ -n "${running[*]-}" ]; then systemctl stop "${running[@]}"; fi
    for unit in $(units enable); do
        if by_itself "$unit" && ! is_there "$unit"; then start_unit "$unit"; fi
    done
}
start_unit() {
    # systemd refuses a socket whose service already runs. Guests are not children of libvirt's daemons and run on.
    case $1 in
        *-tls.socket)
            systemctl stop "${1%-tls.socket}.service"
            systemctl start "$1"
            systemctl start "${1%-tls.socket}.service"
            ;;
        *) systemctl start "$1" ;;
    esac
}
services_check() { services_probe; }

# --- keys, corosync and Pacemaker ---

AUTHKEY=/etc/corosync/authkey
key_files() {
    local resource
    printf '%s\n' $AUTHKEY
    for resource in "${RESOURCES[@]}"; do printf '%s\n' "${SECRET[$resource]}"; done
}

# On the first node only; the other takes them over, because both must have the same.
make_keys_probe() {
    local file
    for file in $(key_files); do secret_is_good "$file"; done
}
make_keys_gate() {
    local file
    for file in $(key_files); do
        if [ -e "$file" ] && ! secret_is_good "$file"; then
            refuse "$file is there, but empty or readable by others" 'see what it is; it must have mode 0400 or 0600, owner root'
        fi
    done
}
make_keys_do() {
    local file
    umask 077
    for file in $(key_files); do
        if [ -e "$file" ]; then continue; fi
        keep "${file#/}"
        make_folder "$(dirname "$file")"
        if [ "$file" = $AUTHKEY ]; then
            corosync-keygen -l >/dev/null
        else
            head -c 24 /dev/urandom | od -An -vtx1 | tr -d ' \n' >"$file.gfs2gen-new"
            mv -- "$file.gfs2gen-new" "$file"
        fi
    done
    chmod 0400 $AUTHKEY
    umask 022
}
make_keys_check() { make_keys_probe; }

# `keys-out` on the first node prints them for `take-keys` on the other: through a pipe, never as an argument.
keys_out() {
    local file
    for file in $(key_files); do
        if ! secret_is_good "$file"; then die "$file is not there: the step make-keys comes first"; fi
    done
    key_files | tar -C / -cP -T - -f - | base64
}
take_keys_probe() {
    local file
    for file in $(key_files); do secret_is_good "$file"; done
    same_keys
}
# Both are compared as archives' contents; what came in stands in a folder that only root sees.
same_keys() {
    local file
    for file in $(key_files); do cmp -s "$INCOMING$file" "$file"; done
}
take_keys_gate() {
    local file
    for file in $(key_files); do
        if [ ! -s "$INCOMING$file" ]; then
            later "what came in holds no $file" "the step make-keys on $FIRST makes it; its node.sh keys-out is piped in"
        fi
        if [ -e "$file" ] && ! cmp -s "$INCOMING$file" "$file"; then
            refuse "$file is another one than on $FIRST" 'remove it here, or there, whichever is not in use'
        fi
    done
}
take_keys_do() {
    local file
    for file in $(key_files); do
        keep "${file#/}"
        (umask 077 && make_folder "$(dirname "$file")")
        install -m 0400 -o root -g root -- "$INCOMING$file" "$file.gfs2gen-new"
        mv -f -- "$file.gfs2gen-new" "$file"
    done
}
take_keys_check() { take_keys_probe; }
# take_keys_in: unpacks standard input where the step finds it.
take_keys_in() {
    INCOMING=$(mktemp -d)
    trap 'rm -rf -- "$INCOMING"' EXIT
    base64 -d | tar -C "$INCOMING" -x --no-same-owner -f - 2>/dev/null || true
}

running_name() { corosync-cmapctl -g totem.cluster_name | awk '{ print $NF }'; }
cluster_start_probe() {
    systemctl is-active -q corosync.service && systemctl is-active -q pacemaker.service &&
        [ "$(running_name)" = "$CLUSTER" ]
}
cluster_start_gate() {
    if ! conf_is_ours; then later '/etc/corosync/corosync.conf is not that of this tree' 'the step overlay brings it'; fi
    passes secret_is_good $AUTHKEY
    if [ "$passed" = no ]; then
        later "$AUTHKEY is missing or readable by others" 'the steps make-keys and take-keys see to it'
    fi
    if systemctl is-active -q corosync.service && [ "$(running_name)" != "$CLUSTER" ]; then
        refuse "corosync runs another cluster: $(running_name)" 'run the step default-cluster'
    fi
}
cluster_start_do() {
    systemctl start corosync.service
    systemctl start pacemaker.service
    wait_until 60 cluster_start_probe
}
cluster_start_check() {
    passes cluster_start_probe
    if [ "$passed" = no ]; then
        refuse 'corosync and Pacemaker do not run as this cluster' 'see journalctl -b -u corosync -u pacemaker'
    fi
}

# Both nodes are members, and Pacemaker knows both.
quorum_probe() {
    local node members
    corosync-quorumtool -s | grep -Eq '^Quorate:[[:space:]]+Yes'
    members=" $(crm_node -p) "
    for node in "${NODES[@]}"; do case $members in *" $node "*) ;; *) return 1 ;; esac; done
    # The coordinator has written its own properties: a change of ours at the same moment would make their set twice.
    cibadmin --query --xpath "//nvpair[@name='dc-version']" >/dev/null
}
quorum_gate() {
    passes cluster_start_probe 2>/dev/null
    if [ "$passed" = no ]; then later 'corosync and Pacemaker do not run as this cluster' 'the step cluster-start starts them'; fi
}
quorum_do() { wait_until 180 quorum_probe; }
quorum_check() {
    passes quorum_probe
    if [ "$passed" = no ]; then
        corosync-cfgtool -s || true
        refuse 'the two nodes do not see each other' 'look at the links above: cables, addresses, firewall, the same authkey'
    fi
}

# settled: nothing is being started, stopped or moved
settled_probe() { timeout 5 crm_resource --wait >/dev/null; }
settled_gate() { :; }
settled_do() { timeout 900 crm_resource --wait >/dev/null || true; }
settled_check() {
    passes settled_probe
    if [ "$passed" = no ]; then refuse 'the cluster does not come to rest' 'see crm_mon -1rf'; fi
}

# --- fencing ---

runs() { crm_resource --resource "$1" --locate --quiet 2>/dev/null | grep -q .; }
fencing_ready_probe() {
    local device
    for device in "${FENCE_DEVICES[@]}"; do runs "$device"; done
}
fencing_ready_gate() { :; }
fencing_ready_do() { wait_until 240 fencing_ready_probe; }
fencing_ready_check() {
    local device
    for device in "${FENCE_DEVICES[@]}"; do
        if ! runs "$device"; then
            refuse "the fence device $device does not start" \
                "its agent does not reach the device: see pcs stonith config $device, the secret's file, and the log"
        fi
    done
}

# A cluster whose fencing was never tried has none: no data comes onto it.
PROVEN=$STATE/fencing-proven
fencing_proven_probe() { [ -s $PROVEN ]; }
fencing_proven_gate() {
    later 'nobody has shown yet that these nodes can be fenced' \
        'bootstrap.sh --prove-fencing fences each once; if that was done by hand: bootstrap.sh --fencing-proven-by-hand'
}
fencing_proven_do() { :; }
fencing_proven_check() { fencing_proven_probe; }

# fencing-record HOW: `by-hand` or `by-fencing`.
fencing_record_probe() { [ -s $PROVEN ]; }
fencing_record_gate() { case ${1-} in by-hand | by-fencing) ;; *) refuse 'usage: fencing-record by-hand|by-fencing' ;; esac; }
fencing_record_do() { printf '%s %s\n' "$1" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >$PROVEN; }
fencing_record_check() { [ -s $PROVEN ]; }

# The proof: before-fencing on the node that is to be fenced, fence-other on the other one, after-fencing when it is back.
BOOT_ID=/proc/sys/kernel/random/boot_id
nothing_runs_here() {
    if gfs2_is_mounted; then refuse 'a gfs2 filesystem is mounted here' 'fencing is proven before there is data'; fi
    if virsh -q list --name 2>/dev/null | grep -q .; then refuse 'guests are running here' 'fencing is proven before there is data'; fi
}
before_fencing_probe() { [ -s $PROVEN ]; }
before_fencing_gate() { nothing_runs_here; }
before_fencing_do() {
    cat $BOOT_ID >$STATE/boot-id
    # The power goes before the page cache does.
    sync
}
before_fencing_check() { same_boot; }
# Not with cmp: it believes the length of a file of /proc, which is 0.
same_boot() { [ "$(cat $BOOT_ID)" = "$(cat $STATE/boot-id)" ]; }

# There is no sign on this node that it was done: the other one knows, and is asked before.
fence_other_probe() { return 1; }
fence_other_gate() {
    nothing_runs_here
    passes quorum_probe 2>/dev/null
    if [ "$passed" = no ]; then later 'the two nodes do not see each other' 'the step quorum waits for it'; fi
}
fence_other_do() {
    local node
    for node in "${NODES[@]}"; do
        if [ "$node" != "$NODE" ]; then pcs stonith fence "$node"; fi
    done
}
fence_other_check() { :; }

after_fencing_probe() {
    [ -s $STATE/boot-id ]
    if same_boot; then return 1; fi
}
after_fencing_gate() {
    refuse "$NODE has not booted again since before-fencing" \
        'if it was reported as fenced, look at the machine: an agent that lies is worse than none'
}
after_fencing_do() { :; }
after_fencing_check() { after_fencing_probe; }

# --- DRBD: metadata, connection, the first data ---

# drbd-metadata RESOURCE. No device that carries a signature is ever written to.
has_metadata() { carries "${DISK[$1]}" drbd || drbdadm dump-md "$1" >/dev/null 2>&1 </dev/null; }
# carries DISK SIGNATURE: the disk has DRBD's and LVM's, and blkid says nothing where it sees two.
carries() { grep -q ",$2$" <<<"$(wipefs -n -p -- "$1" 2>/dev/null)"; }
drbd_metadata_probe() { has_metadata "$1" || is_up "$1"; }
is_up() { case $(connection "$1" 2>/dev/null) in '' | Unconfigured) return 1 ;; esac; }
drbd_metadata_gate() { disk_gate "${DISK[$1]}" "${IDENTITY[$1]-}" "${SIZE[$1]-}"; }

# disk_gate DISK IDENTITY SIZE: the last two may be empty.
disk_gate() {
    local disk=$1 real found
    if [ ! -b "$disk" ]; then refuse "$disk is no block device" 'see /dev/disk/by-id for what is there'; fi
    real=$(readlink -f -- "$disk")
    if lsblk -nro MOUNTPOINT -- "$real" | grep -q .; then
        refuse "$disk is mounted or swap" 'this is not the disk that you mean'
    fi
    if [ "$(blockdev --getro "$real")" != 0 ]; then refuse "$disk is read-only"; fi
    found=$(ls "/sys/class/block/${real##*/}/holders")
    if [ -n "$found" ]; then refuse "$disk is in use by $found" 'see lsblk'; fi
    found=$(wipefs -n -- "$real")
    if [ -n "$found" ]; then
        say "$found"
        refuse "$disk carries the signatures above, so something may be on it" \
            "if nothing there is needed any more, erase them yourself: wipefs -a $disk"
    fi
    found=$(names_of "$real")
    if [ -n "$2" ] && ! grep -qxF -- "$2" <<<"$found"; then
        say "$found"
        refuse "$disk is not the disk with the serial number or WWN $2; it has the ones above" \
            'correct disk or identity in the description'
    fi
    if [ -n "$3" ] && [ "$(blockdev --getsize64 "$real")" -lt "$3" ]; then
        refuse "$disk has $(blockdev --getsize64 "$real") bytes, less than the $3 of the description" 'correct disk or size'
    fi
}
# names_of DEVICE: its serial numbers and WWNs, as udev and lsblk spell them.
names_of() {
    udevadm info --query=property --name="$1" |
        sed -nE 's/^ID_(SERIAL|SERIAL_SHORT|SCSI_SERIAL|WWN|WWN_WITH_EXTENSION)=//p'
    lsblk -snro SERIAL,WWN -- "$1" | tr ' ' '\n'
}
drbd_metadata_do() {
    # --force answers drbdmeta's questions about a disk that the gate has just shown to be blank.
    drbdadm create-md --force "$1" </dev/null
}
drbd_metadata_check() { has_metadata "$1"; }

# drbd-up RESOURCE: until Pacemaker takes over.
drbd_up_probe() { is_up "$1"; }
drbd_up_gate() {
    if ! has_metadata "$1"; then later "${DISK[$1]} has no metadata" "the step drbd-metadata $1 makes it"; fi
}
drbd_up_do() {
    modprobe drbd
    drbdadm up "$1"
}
drbd_up_check() { is_up "$1"; }

# drbd-sync RESOURCE [skip]: one side has to be declared the good one, and that is right once: when neither has data.
drbd_sync_probe() { case $(disks "$1") in UpToDate/UpToDate) ;; *) return 1 ;; esac; }
drbd_sync_gate() {
    local resource=$1
    if ! is_up "$resource"; then later "$resource is not up" "the step drbd-up $resource takes it up"; fi
    if [ $planning = no ]; then wait_until 60 connected "$resource"; fi
    case $planning:$(connection "$resource") in
        yes:WFConnection | yes:Connecting) later "$resource waits for the other node" "the step drbd-up $resource there" ;;
    esac
    case $(disks "$resource") in
        UpToDate/Inconsistent | Inconsistent/UpToDate) return 0 ;; # it runs already
    esac
    if [ "$(connection "$resource")/$(disks "$resource")/$(roles "$resource")" \
        != Connected/Inconsistent/Inconsistent/Secondary/Secondary ]; then
        refuse "$resource is $(connection "$resource"), $(roles "$resource"), $(disks "$resource")" \
            'only Connected, Secondary/Secondary, Inconsistent/Inconsistent is a new pair of disks; here a person has to decide'
    fi
}
connected() { case $(connection "$1") in Connected | Established | *Sync* | WFBitMap*) ;; *) return 1 ;; esac; }
drbd_sync_do() {
    if [ "$(disks "$1")" = Inconsistent/Inconsistent ]; then
        if [ "${2-}" = skip ]; then
            # Right only where no block of either disk will be read before it was written: both are new and blank.
            drbdadm new-current-uuid --clear-bitmap "$1/0"
        else
            drbdadm primary --force "$1"
            # Pacemaker promotes later, on both. udev may still be looking at the device.
            udevadm settle
            drbdadm secondary "$1"
        fi
    fi
    until drbd_synced "$1"; do
        progress "$1"
        sleep 10
    done
}
drbd_synced() {
    case $(connection "$1") in
        StandAlone | WFConnection | Connecting | Unconfigured | '') die "$1 lost its connection: $(connection "$1")" ;;
    esac
    [ "$(disks "$1")" = UpToDate/UpToDate ]
}
# progress RESOURCE: one line, also while nothing is copied, because it waits for another resource or has just begun.
progress() { copied "$1" || say "   $1: $(connection "$1"), $(disks "$1")"; }
copied() {
    awk -v minor="${MINOR[$1]}:" -v name="$1" '
        $1 ~ /^[0-9]+:$/ { mine = $1 == minor }
        mine && match($0, /sync.ed: *[0-9.]+%/) { part = substr($0, RSTART, RLENGTH); sub(/.*: */, "", part) }
        mine && $1 == "finish:" { rest = ", " $4 " K/s, " $2 " left" (/stalled/ ? ", stalled" : "") }
        END { if (part == "") exit 1; print "   " name ": " part " copied" rest }' /proc/drbd
}
drbd_sync_check() { drbd_sync_probe "$1"; }

# promoted RESOURCE: Pacemaker has made both sides writable.
promoted_probe() { [ "$(roles "$1")" = Primary/Primary ] && [ "$(disks "$1")" = UpToDate/UpToDate ]; }
promoted_gate() { :; }
promoted_do() { wait_until 300 promoted_probe "$1"; }
promoted_check() {
    if ! promoted_probe "$1"; then
        refuse "$1 is $(roles "$1"), $(disks "$1")" "Pacemaker should have promoted it: crm_mon -1rf, and the log of $1"
    fi
}

# --- volume groups, volumes, filesystems ---

# clvmd must run before the volume group can be made, and Pacemaker's clvmd comes together with the mounts (50-storage.sh).
# So it is started by hand once; Pacemaker's first probe finds it running and takes it over.
volume_manager_probe() { pgrep -x clvmd >/dev/null; }
volume_manager_gate() {
    if [ $planning = no ]; then wait_until 180 dlm_runs; fi
    if ! dlm_runs; then later 'the lock manager does not run' 'cluster/30-locking.sh starts it: see crm_mon -1rf'; fi
}
dlm_runs() { dlm_tool ls >/dev/null; }
volume_manager_do() { clvmd -T90 9>&-; }
volume_manager_check() { volume_manager_probe; }

# attribute VG: what says that the group is shared.
attribute() { vgs --noheadings -o vg_attr -- "$1" | tr -d ' ' | cut -c 6; }
# volume-group RESOURCE, on one node
volume_group_probe() { [ "$(attribute "${GROUP[$1]}")" = c ]; }
volume_group_gate() {
    local device=/dev/drbd${MINOR[$1]} found
    if vgs -- "${GROUP[$1]}" >/dev/null 2>&1; then
        refuse "there is a volume group ${GROUP[$1]}, but it is not shared" 'rename it, or choose another name'
    fi
    case $(roles "$1") in
        Primary/*) ;;
        *) later "$device is not writable here: $(roles "$1")" 'the cluster promotes it after 40-drbd.sh: see crm_mon -1rf' ;;
    esac
    found=$(wipefs -n -- "$device")
    if [ -n "$found" ]; then
        say "$found"
        refuse "$device carries the signatures above, so something may be on it" \
            "if nothing there is needed any more, erase them yourself: wipefs -a $device"
    fi
    if ! volume_manager_probe; then later 'the lock manager of LVM does not run' 'the step volume-manager waits for it'; fi
}
volume_group_do() { vgcreate '-cy' "${GROUP[$1]}" "/dev/drbd${MINOR[$1]}" </dev/null; }
volume_group_check() { volume_group_probe "$1"; }

# finished FILESYSTEM: the volume's tag says that its filesystem was made, also while the volume is not active.
TAG=gfs2gen.made
volume() { printf '%s/%s' "${GROUP[${RESOURCE_OF[$1]}]}" "${VOLUME[$1]}"; }
tags() { lvs --noheadings -o lv_tags "$(volume "$1")" | tr -d ' ' | tr ',' '\n'; }
finished() { tags "$1" | grep -qxF $TAG; }
made() { lvs "$(volume "$1")" >/dev/null 2>&1; }

# logical-volume FILESYSTEM: there, and active here until its filesystem is made
logical_volume_probe() { finished "$1" || { made "$1" && [ -b "${DEVICE[$1]}" ]; }; }
logical_volume_gate() {
    local resource=${RESOURCE_OF[$1]}
    passes volume_group_probe "$resource" 2>/dev/null
    if [ "$passed" = no ]; then
        later "there is no shared volume group ${GROUP[$resource]} to be seen" \
            "the steps volume-group $resource and vg-lockstart $resource bring it"
    fi
}
logical_volume_do() {
    # -W n: what an old volume left at the same place is for the next step to find, not for LVM to wipe.
    if ! made "$1"; then
        case $1 in
            vGFS2)
                lvcreate -W n -l 100%FREE -n lv_gfs2 vg_drbd
                ;;
        esac </dev/null
    elif [ ! -b "${DEVICE[$1]}" ]; then
        lvchange '-ay' "$(volume "$1")"
    fi
    udevadm settle
}
logical_volume_check() { logical_volume_probe "$1"; }

# filesystem FILESYSTEM
is_made() {
    [ "$(blkid -p -o value -s TYPE -- "${DEVICE[$1]}")" = gfs2 ] &&
        [ "$(blkid -p -o value -s LABEL -- "${DEVICE[$1]}")" = "${TABLE[$1]}" ]
}
filesystem_probe() { if finished "$1"; then return 0; fi; is_made "$1"; }
filesystem_gate() {
    local device=${DEVICE[$1]} found
    if [ ! -b "$device" ]; then later "$device is not there" "the step logical-volume $1 makes it"; fi
    if findmnt -n -S "$device" >/dev/null; then refuse "$device is mounted"; fi
    found=$(wipefs -n -- "$device")
    if [ -n "$found" ]; then
        say "$found"
        refuse "$device carries the signatures above, so something may be on it" \
            "if nothing there is needed any more, erase them yourself: wipefs -a $device"
    fi
}
filesystem_do() {
    # -O: mkfs.gfs2 asks even on a blank device, and the gate has just shown that this one is blank.
    case $1 in
        vGFS2)
            mkfs.gfs2 -O -q -p lock_dlm -t vCluster:vGFS2 -j 2 -J 128 /dev/vg_drbd/lv_gfs2
            ;;
    esac </dev/null
}
filesystem_check() { is_made "$1"; }

# volume-done FILESYSTEM: marked as finished, and left to Pacemaker
volume_done_probe() {
    finished "$1"
}
volume_done_gate() {
    if finished "$1" || is_made "$1"; then return 0; fi
    later "${DEVICE[$1]} holds no finished filesystem" "the step filesystem $1 makes it"
}
volume_done_do() {
    if ! finished "$1"; then lvchange --addtag $TAG "$(volume "$1")"; fi
}
volume_done_check() { finished "$1"; }

# mounted FILESYSTEM
# The kernel names the same device /dev/mapper/GROUP-VOLUME.
mounted_probe() {
    local source
    source=$(findmnt -n -t gfs2 -o SOURCE -M "${MOUNT[$1]}") || return 1
    [ -n "$source" ] && [ -b "${DEVICE[$1]}" ] && [ "$(readlink -f -- "$source")" = "$(readlink -f -- "${DEVICE[$1]}")" ]
}
mounted_gate() { :; }
mounted_do() { wait_until 240 mounted_probe "$1"; }
mounted_check() {
    if ! mounted_probe "$1"; then refuse "${MOUNT[$1]} is not mounted" 'see crm_mon -1rf and the log'; fi
}

# --- guests ---

# domains: what the guests find on this host
domains_probe() {
    local guest bridge
    for guest in "${GUESTS[@]}"; do
        [ -f "/etc/gfs2gen/domains/$guest.xml" ]
        if is_persistent "$guest"; then return 1; fi
    done
    for bridge in ${BRIDGES[@]+"${BRIDGES[@]}"}; do [ -e "/sys/class/net/$bridge/bridge" ] || is_ovs "$bridge"; done
}
is_ovs() { [ -e "/sys/class/net/$1" ] && command -v ovs-vsctl >/dev/null; }
is_persistent() { virsh -q dominfo "$1" 2>/dev/null | grep -Eq '^Autostart:[[:space:]]+enable'; }
domains_gate() {
    local guest bridge
    for guest in "${GUESTS[@]}"; do
        if is_persistent "$guest"; then
            refuse "libvirt starts $guest by itself, which would run it twice" "virsh autostart --disable $guest"
        fi
    done
    for bridge in ${BRIDGES[@]+"${BRIDGES[@]}"}; do
        if [ ! -e "/sys/class/net/$bridge" ]; then
            refuse "there is no bridge $bridge, which a guest is to be on" 'make it on both nodes'
        fi
    done
    for guest in "${GUESTS[@]}"; do
        if [ ! -f "/etc/gfs2gen/domains/$guest.xml" ]; then later "the domain of $guest is missing" 'the step overlay brings it'; fi
    done
}
domains_do() { :; }
domains_check() { domains_probe; }

# images: once, on one node, and never over a file that is there
images_probe() {
    local image
    for image in ${IMAGES[@]+"${IMAGES[@]}"}; do [ -f "${image#* * }" ]; done
}
images_gate() {
    local image folder
    for image in ${IMAGES[@]+"${IMAGES[@]}"}; do
        folder=$(dirname "${image#* * }")
        while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
        if [ "$(findmnt -n -o FSTYPE -T "$folder")" != gfs2 ]; then
            later "$folder is on no mounted gfs2, so only one node would have the image" 'the step mounted waits for it'
        fi
    done
}
images_do() {
    local image format size path
    for image in ${IMAGES[@]+"${IMAGES[@]}"}; do
        format=${image%% *} path=${image#* * } size=${image#* }
        size=${size%% *}
        if [ -e "$path" ]; then continue; fi
        mkdir -p -- "$(dirname "$path")"
        rm -f -- "$path.gfs2gen-new"
        qemu-img create -q -f "$format" "$path.gfs2gen-new" "$size"
        # A link never replaces what somebody else has made meanwhile.
        ln -- "$path.gfs2gen-new" "$path"
        rm -- "$path.gfs2gen-new"
        say "   $path"
    done
}
images_check() { images_probe; }

# --- undoing, for teardown.sh: each of these wants --destroy-all-data=CLUSTER after it ---

# undo-volumes RESOURCE, while the lock manager runs: what still holds DRBD's device here, because the bootstrap was cut off.
undo_volumes_probe() {
    local name
    for name in "${FILESYSTEMS[@]}"; do
        if [ "${RESOURCE_OF[$name]}" = "$1" ] && [ -b "${DEVICE[$name]}" ]; then return 1; fi
    done
}
undo_volumes_gate() {
    local name
    for name in "${FILESYSTEMS[@]}"; do
        if findmnt -n -M "${MOUNT[$name]}" >/dev/null; then refuse "${MOUNT[$name]} is still mounted" 'stop it first'; fi
    done
}
undo_volumes_do() {
    local name
    for name in "${FILESYSTEMS[@]}"; do
        if [ "${RESOURCE_OF[$name]}" = "$1" ] && [ -b "${DEVICE[$name]}" ]; then lvchange -an "$(volume "$name")"; fi
    done
    udevadm settle
}
undo_volumes_check() { undo_volumes_probe "$1"; }

undo_cluster_probe() { if systemctl is-active -q pacemaker.service corosync.service; then return 1; fi; }
undo_cluster_gate() {
    if gfs2_is_mounted; then refuse 'a gfs2 filesystem is still mounted' 'stop it first'; fi
}
undo_cluster_do() {
    # Started by a step, and not Pacemaker's yet: the lock manager cannot stop under it.
    if pgrep -x clvmd >/dev/null && ! runs clvmd; then
        pkill -TERM -x clvmd
        wait_until 30 no_clvmd
    fi
    systemctl stop pacemaker.service
    systemctl stop corosync.service
}
no_clvmd() { if pgrep -x clvmd; then return 1; fi; }
undo_cluster_check() { undo_cluster_probe; }

undo_cib_probe() {
    [ -z "$(find /var/lib/pacemaker/cib /var/lib/pacemaker/pengine /var/lib/corosync -mindepth 1 -print -quit 2>/dev/null)" ]
}
the_cluster_is_off() {
    passes undo_cluster_probe
    if [ "$passed" = no ]; then refuse 'the cluster still runs here' 'run undo-cluster first'; fi
}
undo_cib_gate() { the_cluster_is_off; }
undo_cib_do() { rm -rf -- /var/lib/pacemaker/cib/* /var/lib/pacemaker/pengine/* /var/lib/corosync/*; }
undo_cib_check() { undo_cib_probe; }

# undo-drbd RESOURCE: the metadata goes last, because it is the sign that what is on the disk came from here.
undo_drbd_probe() {
    if [ ! -f "/etc/drbd.d/$1.res" ]; then return 0; fi
    if is_up "$1" || has_metadata "$1"; then return 1; fi
}
undo_drbd_gate() {
    the_cluster_is_off
    passes undo_volumes_probe "$1" 2>/dev/null
    if [ "$passed" = no ]; then refuse "volumes on $1 are still active here" 'reboot this node, and run it again'; fi
}
undo_drbd_do() {
    if is_up "$1"; then drbdadm down "$1"; fi
    undo_group "$1" "$(readlink -f -- "${DISK[$1]}")"
    # --force answers the question that --destroy-all-data has answered. wipe-md itself knows no such option, drbdmeta does.
    drbdadm -- --force wipe-md "$1" </dev/null
    udevadm settle
}
undo_drbd_check() {
    local found
    undo_drbd_probe "$1"
    found=$(wipefs -n -- "${DISK[$1]}")
    if [ -n "$found" ]; then
        say "$found"
        refuse "${DISK[$1]} still carries the signatures above" "see what it is; to erase it: wipefs -a ${DISK[$1]}"
    fi
}

# With DRBD down the volume group is seen on its disk. Each node has it by itself there, and no lock manager is needed for it.
SHARED='locking_type = 0' ALONE='locking_type = 1'
# lvm_on DISK SETTING COMMAND...
lvm_on() {
    "${@:3}" --config "global { $2 } devices { global_filter = [ \"a|^$1\$|\", \"r|.*|\" ] }" </dev/null
}
# undo_group RESOURCE DISK
undo_group() {
    local name group disk=$2
    if ! carries "$disk" LVM2_member; then return; fi
    # As long as it is locked, only its name can be read.
    group=$(lvm_on "$disk" "$SHARED" pvs --noheadings -o vg_name "$disk" 2>/dev/null | tr -d ' ') ||
        die "LVM cannot read the physical volume on $disk"
    if [ -n "$group" ] && [ "$group" != "${GROUP[$1]}" ]; then
        die "$disk holds the volume group $group, which is not ours: see what it is"
    fi
    if [ -n "$group" ]; then
        if ! lvm_on "$disk" "$ALONE" vgs "$group" >/dev/null 2>&1; then
            lvm_on "$disk" "$SHARED" vgchange -q -y -cn "$group"
        fi
        for name in "${FILESYSTEMS[@]}"; do
            if [ "${RESOURCE_OF[$name]}" = "$1" ]; then undo_volume "$disk" "$name"; fi
        done
        # Only volumes that this tree knows were removed: vgremove stops at any other.
        lvm_on "$disk" "$ALONE" vgremove -q "$group"
    fi
    lvm_on "$disk" "$ALONE" pvremove -q "$disk"
}
# undo_volume DISK FILESYSTEM
undo_volume() {
    if ! lvm_on "$1" "$ALONE" lvs "$(volume "$2")" >/dev/null 2>&1; then return; fi
    # So that a new volume at the same place is found blank.
    lvm_on "$1" "$ALONE" lvchange -ay "$(volume "$2")"
    udevadm settle
    wipefs -q -a -- "${DEVICE[$2]}"
    lvm_on "$1" "$ALONE" lvchange -an "$(volume "$2")"
    lvm_on "$1" "$ALONE" lvremove -q -f "$(volume "$2")"
}

# Files: what was there before comes back, what was not there goes; services stand as they stood.
undo_files_probe() { [ ! -e $STATE ] && [ -z "$(hosts_block)" ]; }
undo_files_gate() { the_cluster_is_off; }
undo_files_do() {
    units_back off
    undo_firewall
    files_back
    systemctl daemon-reload
    units_back on
    rm -rf -- $STATE
}
undo_files_check() { undo_files_probe; }

files_back() {
    local path entry
    for entry in "${FILES[@]}"; do rm -f -- "/${entry#* }.gfs2gen-new"; done
    if [ -n "$(hosts_block)" ]; then without_hosts_block >/etc/hosts.gfs2gen-new && put_hosts; fi
    if [ -f $STATE/created ]; then
        while IFS= read -r path; do rm -f -- "/$path" "/$path.gfs2gen-new"; done <$STATE/created
    fi
    if [ -d $STATE/backup ]; then
        # File by file: the folders above them are not ours.
        while IFS= read -r path; do
            mkdir -p -- "$(dirname "/$path")"
            cp -a -- "$STATE/backup/$path" "/$path.gfs2gen-new"
            mv -f -- "/$path.gfs2gen-new" "/$path"
        done < <(find $STATE/backup ! -type d ! -name '*.gfs2gen-new' -printf '%P\n')
    fi
    if [ -f $STATE/folders ]; then
        while IFS= read -r path; do
            if [ -d "$path" ] && ! rmdir -- "$path" 2>/dev/null; then say "   $path stays, because something is in it"; fi
        done < <(tac $STATE/folders)
    fi
}
undo_firewall() {
    :
}

# units_back off|on: what the bootstrap has switched, before and after the files change.
units_back() {
    local unit enabled active
    if [ ! -f $STATE/units ]; then return; fi
    # shellcheck disable=SC2046 # names of units
    look_at $(cut -d ' ' -f 1 $STATE/units)
    while read -r unit enabled active; do
        if ! exists "$unit"; then continue; fi
        if brings_a_cluster "$unit"; then enabled=disabled active=inactive; fi
        case $1:$enabled in
            off:enabled | off:enabled-runtime | on:disabled | on:not-found) ;;
            on:enabled) systemctl enable -q "$unit" ;;
            off:*) if [ "${ENABLED[$unit]-}" = enabled ]; then systemctl disable -q "$unit"; fi ;;
        esac
        case $1:$active in
            off:active | on:inactive) ;;
            off:*) systemctl stop "$unit" ;;
            on:active) systemctl start "$unit" || warn "$unit does not start: see its log" ;;
        esac
    done <$STATE/units
}
# The cluster that came with a package is gone, and must not start with another's configuration.
brings_a_cluster() {
    case $1 in corosync.service | pacemaker.service) return 0 ;; esac
    systemctl show -p Requires -p BindsTo "$1" | grep -qw corosync.service
}

# --- the command line ---

usage() {
    warn "$1"
    warn 'usage: node.sh [--plan] STEP [ARGUMENT] | --list | keys-out'
    exit 2
}
is_one_of() {
    local word=$1 other
    shift
    for other in "$@"; do if [ "$word" = "$other" ]; then return 0; fi; done
    return 1
}

while [ $# -gt 0 ]; do
    case $1 in
        --plan | --mode=plan) planning=yes; shift ;;
        --mode=apply) shift ;;
        --list) printf '%s\n' "${STEPS[@]}"; exit 0 ;;
        -*) usage "unknown option $1" ;;
        *) break ;;
    esac
done
if [ $# -eq 0 ]; then usage 'no step'; fi
if is_one_of "$1" "${UNDO[@]}"; then
    if [ "${!#}" != "--destroy-all-data=$CLUSTER" ]; then
        usage "$1 destroys data: it wants --destroy-all-data=$CLUSTER as its last argument"
    fi
    set -- "${@:1:$#-1}"
elif [ "$1" != keys-out ] && ! is_one_of "$1" "${STEPS[@]}"; then
    usage "unknown step $1"
fi
case $1 in
    drbd-metadata | drbd-up | drbd-sync | promoted | volume-group | vg-lockstart | undo-volumes | undo-drbd)
        if ! is_one_of "${2-}" "${RESOURCES[@]}"; then usage "$1 wants a DRBD resource"; fi ;;
    logical-volume | filesystem | volume-done | mounted)
        if ! is_one_of "${2-}" "${FILESYSTEMS[@]}"; then usage "$1 wants a filesystem"; fi ;;
esac
# Every other file of ours and the agents' programs are found there, also over ssh.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C LVM_SUPPRESS_FD_WARNINGS=1
if [ "$1" = keys-out ]; then keys_out; exit 0; fi
if [ $planning = no ]; then
    if [ "$(id -u)" != 0 ]; then die 'run this as root'; fi
    if ! is_one_of "$1" "${UNDO[@]}"; then mkdir -p $STATE; fi
    # One at a time: two bootstraps at once would both find a disk blank.
    exec 9>/run/gfs2gen.lock
    flock -n 9 || die 'another step is running on this node'
fi
if [ "$1" = take-keys ]; then take_keys_in; fi
step "$@"
if [ $changed = yes ] && [ $planning = no ]; then settle; fi
finish
