#!/bin/bash
# The steps of the bootstrap that run on one node: bootstrap.sh and Ansible call them one by one.
#
# Usage: node.sh [--plan] STEP...    run these, in the order of --list
#        node.sh --list              names of all steps
#   --plan   only say what is done and what is to do
# The last line is `gfs2gen: changed` or `gfs2gen: unchanged`. Run again, a step that is done does nothing.
# shellcheck disable=SC2016,SC2191 # values of the description stand in quotes, as they are
# No -u: bash 4.2 takes an empty array for an unset one.
set -eo pipefail

# --- how a step runs ---
# Every step has four parts. probe: is it done already? gate: is it safe? (it says what it found) do. check: is it done now?

planning=no changed=no selected=()

say() { printf '%s\n' "$*"; }
found() { printf '   %s\n' "$*" >&2; }
die() { printf 'gfs2gen: %s\n' "$*" >&2; exit 1; }

wanted() {
    local name
    for name in "${selected[@]}"; do
        if [ "$name" = "$1" ]; then return 0; fi
    done
    return 1
}

# step NAME FUNCTION ARGUMENTS...: runs FUNCTION_probe, _gate, _do and _check with the arguments, if NAME was asked for.
step() {
    local name=$1 function=$2
    shift 2
    known+=("$name")
    if ! wanted "$name"; then return 0; fi
    if "${function}_probe" "$@"; then
        say "== $name: already done"
        return 0
    fi
    if [ "$planning" = yes ]; then
        if "${function}_gate" "$@"; then say "== $name: to do"; else say "== $name: would stop, see above"; fi
        return 0
    fi
    "${function}_gate" "$@" || die "$name: stopped before it changed anything"
    say "== $name: doing"
    "${function}_do" "$@"
    "${function}_check" "$@" || die "$name: done, but the check after it fails"
    changed=yes
    say "== $name: done"
}

# within SECONDS COMMAND...: waits for it to succeed.
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        if [ "$SECONDS" -ge "$end" ]; then return 1; fi
        sleep 1
    done
}

# --- what this node is to be ---

cluster=rack12
node=beta
peer=alpha
state=/var/lib/gfs2gen
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$here/rootfs
addresses=(192.168.11.7 10.10.20.7 10.10.10.7 )
modules=(drbd dlm gfs2 sctp )
packages=(bsd-mailx corosync dlm-controld drbd-utils fence-agents firewalld gawk gfs2-utils ipmitool libvirt-clients libvirt-daemon-driver-qemu libvirt-daemon-system lvm2 lvm2-lockd netcat-openbsd openssh-client pacemaker pacemaker-cli-utils pacemaker-resource-agents pcs psmisc qemu-system-x86 qemu-utils resource-agents )
fence_devices=(bmc-alpha pdu-alpha bmc-beta pdu-beta )
fence_secrets=(/etc/gfs2gen/secrets/bmc-alpha /etc/gfs2gen/secrets/bmc-beta /etc/gfs2gen/secrets/pdu )
units_on=(corosync.service pacemaker.service libvirtd.service virtlogd.service libvirtd-tls.socket )
units_off=(drbd.service dlm.service lvmlockd.service lvmlocks.service libvirt-guests.service sbd.service )
local_pvs=(/dev/disk/by-id/nvme-eui.0025385b71b00b22-part3 )
drbd_devices=(/dev/drbd0 /dev/drbd10 )
drbd_version=8.4

# --- the host itself ---

# identity: nothing is done here; everything that follows relies on it.
identity_probe() { identity_gate 2>/dev/null; }
identity_gate() {
    local status=0 address module version
    if [ "$(uname -n)" != "$node" ]; then
        found "this is $(uname -n), not $node: the name must be what uname -n prints, or DRBD's fence handler bans both nodes"
        status=1
    fi
    for address in "${addresses[@]}"; do
        if ! ip -o address show | awk '{ sub("/.*", "", $4); print $4 }' | grep -Fqx -- "$address"; then
            found "no interface has $address"
            status=1
        fi
    done
    for module in "${modules[@]}"; do
        if ! modprobe -n -q "$module"; then found "the kernel has no module $module"; status=1; fi
    done
    version=$(modinfo -F version drbd 2>/dev/null || true)
    case $version in
        "$drbd_version".*) ;;
        '') ;; # said above
        *) found "the kernel's DRBD is $version, and this configuration is for $drbd_version"; status=1 ;;
    esac
    return "$status"
}
identity_do() { :; }
identity_check() { identity_probe; }

packages_probe() {
    local package
    for package in "${packages[@]}"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || return 1
    done
}
packages_gate() { command -v apt-get >/dev/null || { found 'there is no apt-get here'; return 1; }; }
packages_do() {
    # The packages would start a cluster of one node at once: not with this file.
    local policy=/usr/sbin/policy-rc.d ours=no
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        ours=yes
    fi
    local status=0
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}" || status=$?
    if [ "$ours" = yes ]; then rm -f "$policy"; fi
    return "$status"
}
packages_check() { packages_probe; }

# secrets: made by people; the agents read them with cat.
secrets_probe() { secrets_gate 2>/dev/null; }
secrets_gate() {
    local file status=0
    for file in "${fence_secrets[@]}"; do
        if [ ! -s "$file" ]; then
            found "$file is missing or empty; make it: install -D -m 600 /dev/stdin $file"
            status=1
        elif [ -n "$(find "$file" -maxdepth 0 -perm /077)" ]; then
            found "others may read $file: chmod 600 $file"
            status=1
        fi
    done
    return "$status"
}
secrets_do() { :; }
secrets_check() { secrets_probe; }

# hosts: our lines of /etc/hosts, between two marks.
hosts_block() { printf '# gfs2gen begin\n'; cat "$root/etc/gfs2gen/hosts"; printf '# gfs2gen end\n'; }
hosts_now() { sed -n '/^# gfs2gen begin$/,/^# gfs2gen end$/p' /etc/hosts; }
hosts_probe() { [ "$(hosts_now)" = "$(hosts_block)" ]; }
hosts_gate() { [ -f /etc/hosts ] || { found 'there is no /etc/hosts'; return 1; }; }
hosts_do() {
    local new
    new=$(mktemp /etc/hosts.XXXXXX)
    { sed '/^# gfs2gen begin$/,/^# gfs2gen end$/d' /etc/hosts; hosts_block; } >"$new"
    chmod 644 "$new"
    mv "$new" /etc/hosts
}
hosts_check() { hosts_probe; }

# services: as the preset says.
services_probe() {
    local unit
    for unit in "${units_off[@]}"; do
        if systemctl is-enabled --quiet "$unit" 2>/dev/null; then return 1; fi
        if systemctl is-active --quiet "$unit" 2>/dev/null; then return 1; fi
    done
    for unit in "${units_on[@]}"; do
        systemctl is-enabled --quiet "$unit" 2>/dev/null || return 1
    done
}
services_gate() {
    if findmnt -t gfs2 >/dev/null && ! systemctl is-active --quiet pacemaker; then
        found 'a GFS2 is mounted here and Pacemaker does not run: what mounted it would lose its locks'
        return 1
    fi
}
services_do() {
    systemctl daemon-reload
    local unit
    for unit in "${units_off[@]}"; do
        # A unit that is not installed is off.
        if systemctl cat "$unit" >/dev/null 2>&1; then systemctl disable --now "$unit"; fi
    done
    for unit in "${units_on[@]}"; do
        systemctl enable "$unit"
        case $unit in
            corosync.service | pacemaker.service) ;; # the step cluster-start starts these
            *) systemctl start "$unit" ;;
        esac
    done
}
services_check() { services_probe; }

modules_probe() {
    local module
    for module in "${modules[@]}"; do
        [ -d "/sys/module/$module" ] || return 1
    done
}
modules_gate() { modprobe -n -q -a "${modules[@]}" || { found "not all of ${modules[*]} are there"; return 1; }; }
modules_do() { modprobe -a "${modules[@]}"; }
modules_check() { modules_probe; }

zones() {
    "$@" internal gfs2gen-cluster || return 1
    "$@" gfs2-replication gfs2gen-replication || return 1
    "$@" gfs2-migration gfs2gen-migration || return 1
}
zone_has() { firewall-cmd --permanent --zone="$1" --query-service="$2" >/dev/null 2>&1; }
zone_add() { zone_has "$1" "$2" || firewall-cmd --permanent --zone="$1" --add-service="$2"; }
zone_works() { firewall-cmd --zone="$1" --query-service="$2" >/dev/null 2>&1; }
firewall_probe() { zones zone_works; }
firewall_gate() { firewall-cmd --state >/dev/null 2>&1 || { found 'firewalld does not run'; return 1; }; }
firewall_do() { firewall-cmd --reload; zones zone_add; firewall-cmd --reload; }
firewall_check() { firewall_probe; }

# alerts: Pacemaker's own script for mail; the package only has it as a sample.
alerts_script=/var/lib/pacemaker/alert_smtp.sh
alerts_sample=/usr/share/pacemaker/alerts/alert_smtp.sh.sample
alerts_probe() { [ -x "$alerts_script" ]; }
alerts_gate() { [ -f "$alerts_sample" ] || { found "$alerts_sample is missing"; return 1; }; }
alerts_do() { install -m 755 "$alerts_sample" "$alerts_script"; }
alerts_check() { alerts_probe; }

# --- files ---

mask='s/^\( *shared-secret \).*/\1"";/'

# same FILE: whether the file on this node is the tree's. The secret, which never stands in the tree, is not compared.
same() {
    [ -f "/$1" ] || return 1
    case $1 in
        *.res) [ "$(sed "$mask" "$root/$1")" = "$(sed "$mask" "/$1")" ] ;;
        *) cmp -s -- "$root/$1" "/$1" ;;
    esac
}
files() { (cd -- "$root" && find . -type f | sed 's|^\./||' | LC_ALL=C sort); }

# overlay: every file of rootfs/, with a backup of what it replaces.
overlay_probe() {
    local file
    while IFS= read -r file; do same "$file" || return 1; done < <(files)
}
overlay_gate() {
    # With the new filter LVM sees only what it names: a volume group of the system's own must not vanish.
    local pv status=0
    while read -r pv; do
        case " ${local_pvs[*]} ${drbd_devices[*]} " in *" $pv "*) continue ;; esac
        local named=no candidate
        for candidate in "${local_pvs[@]}"; do
            if [ "$(readlink -f -- "$candidate")" = "$(readlink -f -- "$pv")" ]; then named=yes; fi
        done
        if [ "$named" = no ]; then
            found "the physical volume $pv would vanish behind the new LVM filter: add its lasting name to local_pvs of $node"
            status=1
        fi
    done < <(pvs --noheadings -o pv_name 2>/dev/null | sed 's/ //g')
    return "$status"
}
overlay_do() {
    local file mode
    install -d -m 700 "$state" "$state/backup"
    while IFS= read -r file; do
        if same "$file"; then continue; fi
        if [ -e "/$file" ]; then
            if [ ! -e "$state/backup/$file" ] && ! grep -Fqx -- "$file" "$state/created" 2>/dev/null; then
                install -d "$(dirname -- "$state/backup/$file")"
                cp -a -- "/$file" "$state/backup/$file"
            fi
        else
            printf '%s\n' "$file" >>"$state/created"
        fi
        # A copy of the tree may have lost its modes; a resource's file gets a secret.
        case $file in *.res) mode=600 ;; *) mode=644 ;; esac
        install -D -m "$mode" -- "$root/$file" "/$file"
        say "   $file"
    done < <(files)
    systemctl daemon-reload
}
overlay_check() { overlay_probe; }

# keys: made on the first node only; bootstrap.sh and Ansible take them to the other.
key_probe() { [ -s "$1" ]; }
key_gate() { :; }
key_do() {
    install -d -m 755 "$(dirname -- "$1")"
    (umask 077 && case $2 in
        binary) head -c 256 /dev/urandom >"$1.new" ;;
        text) od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$1.new" ;;
    esac)
    mv -- "$1.new" "$1"
}
key_check() { key_probe "$@"; }

# drbd_secret RESOURCE FILE: the mark in the resource's file becomes the secret.
drbd_secret_probe() { ! grep -q '@GFS2GEN-SECRET@' "/etc/drbd.d/$1.res"; }
drbd_secret_gate() {
    if ! grep -Eqx '[A-Za-z0-9]{16,63}' "$2" 2>/dev/null; then
        found "$2 must hold one line of 16 to 63 letters and digits, the same on both nodes"
        return 1
    fi
}
drbd_secret_do() {
    local secret
    secret=$(cat -- "$2")
    # Not on a command line: others can read those.
    sed -f - -i "/etc/drbd.d/$1.res" <<<"s/@GFS2GEN-SECRET@/$secret/"
    chmod 600 "/etc/drbd.d/$1.res"
}
drbd_secret_check() { drbd_secret_probe "$@" && drbdadm dump "$1" >/dev/null; }

mountpoint_probe() { [ -d "$1" ]; }
mountpoint_gate() { [ ! -e "$1" ] || { found "$1 is there and is no folder"; return 1; }; }
mountpoint_do() { install -d -m 755 -- "$1"; }
mountpoint_check() { mountpoint_probe "$@"; }

# --- corosync and Pacemaker ---

# Below configuration only: the status keeps resources that are long gone.
in_cib() { cibadmin --query --xpath "//configuration//*[@id='$1']" >/dev/null 2>&1; }
running_cluster() { corosync-cmapctl -g totem.cluster_name 2>/dev/null | sed 's/.*= //'; }

# default_cluster: what a package may have started by itself must be gone before ours starts, or its node stays in the CIB.
default_cluster_probe() {
    [ -e "$state/no-default-cluster" ] || [ "$(running_cluster)" = "$cluster" ]
}
default_cluster_gate() {
    local name
    name=$(running_cluster)
    case $name in
        '' | debian) ;;
        *) found "this node runs in the cluster $name: destroy that first (pcs cluster destroy), if it is not needed"; return 1 ;;
    esac
    if grep -q "cluster_name: $cluster\$" /etc/corosync/corosync.conf 2>/dev/null && [ -e /var/lib/pacemaker/cib/cib.xml ]; then
        found "this node has been in the cluster $cluster already, and does not run now; its CIB would be removed"
        found "if that is right: rm -r /var/lib/pacemaker/cib; if not: touch $state/no-default-cluster"
        return 1
    fi
}
default_cluster_do() {
    systemctl stop pacemaker.service corosync.service
    rm -rf /var/lib/pacemaker/cib/* /var/lib/pacemaker/pengine/* /var/lib/corosync/*
    install -d -m 700 "$state"
    : >"$state/no-default-cluster"
}
default_cluster_check() { default_cluster_probe; }

cluster_start_probe() {
    systemctl is-active --quiet corosync.service && systemctl is-active --quiet pacemaker.service &&
        [ "$(running_cluster)" = "$cluster" ]
}
cluster_start_gate() {
    if ! same etc/corosync/corosync.conf; then found 'corosync.conf is not the one of the tree: run the step overlay'; return 1; fi
    if [ ! -s /etc/corosync/authkey ]; then found 'there is no /etc/corosync/authkey'; return 1; fi
}
cluster_start_do() { systemctl start corosync.service && systemctl start pacemaker.service; }
cluster_start_check() { within 60 cluster_start_probe; }

online() { [ "$(crm_node -p 2>/dev/null | wc -w)" = 2 ] && corosync-quorumtool -s 2>/dev/null | grep -q '^Quorate: *Yes'; }
both_online_probe() { online; }
both_online_gate() { :; }
both_online_do() { say "   waiting for $peer"; within 180 online || found "$peer has not joined: look at corosync-cfgtool -s on both"; }
both_online_check() { online; }

# fencing_status: every device answers.
device_started() { crm_resource --locate --resource "$1" 2>/dev/null | grep -q 'is running on'; }
devices_started() {
    local device
    for device in "${fence_devices[@]}"; do device_started "$device" || return 1; done
}
fencing_status_probe() { devices_started; }
fencing_status_gate() { :; }
fencing_status_do() {
    within 180 devices_started && return
    local device
    for device in "${fence_devices[@]}"; do
        device_started "$device" || found "$device does not answer: its address, user or secret is wrong, or the network"
    done
}
fencing_status_check() { devices_started; }

# fencing_proven: nothing is written to a disk before each node was really fenced once.
fencing_proven_probe() { [ -e "$state/fencing-proven" ]; }
fencing_proven_gate() {
    found 'nobody has seen the nodes being fenced: run bootstrap.sh --prove-fencing, which cuts the power of each once;'
    found "or, if you have seen it, on both nodes: touch $state/fencing-proven"
    return 1
}
fencing_proven_do() { :; }
fencing_proven_check() { fencing_proven_probe; }

# settled: everything that was just configured runs.
resources_running() {
    local resource
    for resource in "$@"; do
        [ "$(crm_resource --locate --resource "$resource" 2>/dev/null | grep -c 'is running on')" = 2 ] || return 1
    done
}
settled_probe() { resources_running "$@"; }
settled_gate() { :; }
settled_do() {
    say "   waiting for $*"
    within 600 resources_running "$@" || found 'not everything runs on both nodes: pcs status and the logs say why'
}
settled_check() { resources_running "$@"; }

# --- DRBD ---

# blank DEVICE: nothing has ever been written to it that anybody might miss.
blank() {
    local device=$1 status=0 real signatures
    if [ ! -b "$device" ]; then found "$device is no block device"; return 1; fi
    real=$(readlink -f -- "$device")
    if findmnt -S "$real" >/dev/null; then found "$device is mounted"; status=1; fi
    if grep -q "^$real " /proc/swaps; then found "$device is swap"; status=1; fi
    if [ -n "$(ls -A "/sys/class/block/${real##*/}/holders" 2>/dev/null)" ]; then found "$device is in use by another device"; status=1; fi
    # Partitions of a whole disk are signatures too.
    signatures=$(wipefs --noheadings --parsable "$device") || { found "$device cannot be read"; return 1; }
    if [ -n "$signatures" ]; then
        found "$device is not blank:"
        found "$signatures"
        found "if nothing on it is needed, wipe it yourself: wipefs --all $device"
        status=1
    fi
    return "$status"
}

# is_disk DEVICE IDENTITY BYTES: the promised disk, as large as promised; each may be empty.
is_disk() {
    local device=$1 identity=$2 bytes=$3 status=0 have
    if [ -n "$identity" ] && ! lsblk -ndo SERIAL,WWN -- "$device" | tr -s ' ' '\n' | grep -Fqx -- "$identity"; then
        found "$device is $(lsblk -ndo SERIAL,WWN -- "$device"), not $identity"
        status=1
    fi
    have=$(blockdev --getsize64 "$device" 2>/dev/null || echo 0)
    if [ -n "$bytes" ] && [ "$have" -lt "$bytes" ]; then found "$device has $have bytes, not $bytes"; status=1; fi
    return "$status"
}

# drbd_metadata RESOURCE DISK IDENTITY BYTES
# Of a resource that is up the metadata cannot be dumped; its state then has two sides.
attached() { drbdadm dstate "$1" 2>/dev/null | grep -v '^Diskless' | grep -q /; }
drbd_metadata_probe() { drbdadm dump-md "$1" >/dev/null 2>&1 || attached "$1"; }
drbd_metadata_gate() {
    fencing_proven_probe || { fencing_proven_gate; return 1; }
    drbdadm dump "$1" >/dev/null || return 1
    blank "$2" && is_disk "$2" "$3" "$4"
}
# Without --force it would ask, whatever is there; that nothing is there was just seen.
drbd_metadata_do() { drbdadm create-md --force "$1"; }
drbd_metadata_check() { drbdadm dump-md "$1" >/dev/null 2>&1; }

drbd_connected() { [ "$(drbdadm cstate "$1" 2>/dev/null)" = Connected ] || syncing "$1"; }
syncing() { drbdadm cstate "$1" 2>/dev/null | grep -Eq '^(Sync|PausedSync|Verify)'; }
drbd_up_probe() { drbdadm cstate "$1" 2>/dev/null | grep -Eq '^(Connected|WFConnection|Sync|PausedSync|Verify)'; }
drbd_up_gate() { drbdadm dump-md "$1" >/dev/null 2>&1 || { found "$1 has no metadata"; return 1; }; }
drbd_up_do() { drbdadm up "$1"; }
drbd_up_check() { drbd_up_probe "$1"; }

# first_sync RESOURCE: only where both sides are new, so that no side's data can be chosen wrongly.
first_sync_probe() { drbdadm dstate "$1" 2>/dev/null | grep -q '^UpToDate'; }
first_sync_gate() {
    local states roles
    within 60 drbd_connected "$1" || { found "$1 is not connected: $(drbdadm cstate "$1" 2>&1)"; return 1; }
    states=$(drbdadm dstate "$1") roles=$(drbdadm role "$1")
    if [ "$states" != Inconsistent/Inconsistent ] || [ "$roles" != Secondary/Secondary ]; then
        found "$1 is $states as $roles: one side may hold data; decide yourself which (RUNBOOK.md)"
        return 1
    fi
}
first_sync_do() {
    if [ "${GFS2GEN_SKIP_INITIAL_SYNC:-no}" = yes ]; then
        # Both sides are taken as equal. True for new disks as far as anybody will read: a filesystem reads what it wrote.
        drbdadm new-current-uuid --clear-bitmap "$1/0"
    else
        # This node's side is copied to the other, in the background.
        drbdadm primary --force "$1"
        drbdadm secondary "$1"
    fi
}
first_sync_check() { within 30 first_sync_probe "$1"; }

# synced RESOURCE: the second node can only be primary with all data.
both_up_to_date() { [ "$(drbdadm dstate "$1" 2>/dev/null)" = UpToDate/UpToDate ]; }
synced_probe() { both_up_to_date "$1"; }
synced_gate() { drbd_connected "$1" || { found "$1 is not connected"; return 1; }; }
synced_do() {
    until both_up_to_date "$1"; do
        drbd_connected "$1" || { found "$1 has lost its connection"; return 1; }
        say "   $1: $(grep -o 'sync.ed: *[0-9.]*%' /proc/drbd | tr '\n' ' ')"
        sleep 10
    done
}
synced_check() { both_up_to_date "$1"; }

both_primary() {
    local resource
    for resource in "$@"; do
        [ "$(drbdadm role "$resource" 2>/dev/null)" = Primary/Primary ] || return 1
    done
}
promoted_probe() { both_primary "$@"; }
promoted_gate() { :; }
promoted_do() { within 300 both_primary "$@" || found 'not every resource is primary on both nodes: pcs status says why'; }
promoted_check() { both_primary "$@"; }

# --- volumes, filesystems, images: on the first node only ---

group_flag=s
# The lock space of the group starts with it, on this node; on the other the LVM-activate agent starts it.
start_group() { vgchange --lockstart "$1"; }
make_group() { vgcreate --shared "$1" "$2"; }
make_volume() { lvcreate --activate sy --wipesignatures n -n "$2" "$3" "$4" "$1"; }
activate() { vgchange --lockstart "$1" && lvchange --activate sy "$1/$2"; }
locks_work() { dlm_tool status >/dev/null 2>&1 && pidof lvmlockd >/dev/null; }

# volume_group GROUP DEVICE RESOURCE
volume_group_probe() { vgs --noheadings -o vg_attr "$1" 2>/dev/null | grep -q "^ *.....$group_flag"; }
volume_group_gate() {
    local name
    if vgs "$1" >/dev/null 2>&1; then found "$1 exists and is not clustered"; return 1; fi
    locks_work || { found 'the locking of LVM does not run here'; return 1; }
    case $(drbdadm role "$3") in Primary/*) ;; *) found "$3 is not primary here"; return 1 ;; esac
    blank "$2"
}
volume_group_do() { make_group "$1" "$2"; }
volume_group_check() { volume_group_probe "$@"; }

# logical_volume GROUP VOLUME FLAG SIZE
logical_volume_probe() { lvs "$1/$2" >/dev/null 2>&1; }
logical_volume_gate() { volume_group_probe "$1" || { found "the clustered volume group $1 is not there"; return 1; }; }
logical_volume_do() { make_volume "$@"; }
logical_volume_check() { logical_volume_probe "$@"; }

# filesystem GROUP VOLUME TABLE MAKE...: MAKE is the command that makes it
label() { blkid -p -o value -s TYPE "$1" 2>/dev/null && blkid -p -o value -s LABEL "$1" 2>/dev/null; }
filesystem_probe() {
    if [ ! -b "/dev/$1/$2" ]; then
        if [ "$planning" = yes ]; then return 1; fi
        activate "$1" "$2" >/dev/null 2>&1 || return 1
    fi
    [ "$(label "/dev/$1/$2")" = "gfs2"$'\n'"$3" ]
}
filesystem_gate() {
    [ -b "/dev/$1/$2" ] || { found "/dev/$1/$2 is not active"; return 1; }
    blank "/dev/$1/$2"
}
filesystem_do() { "${@:4}"; }
filesystem_check() { filesystem_probe "$@"; }
# -O, because mkfs.gfs2 asks even on a blank device; that it is blank was just seen.
make_filesystem_1() {
    mkfs.gfs2 -O -q -p lock_dlm -t rack12:vms -j 3 -J 128 /dev/vg_fast/lv_vms
}
# -O, because mkfs.gfs2 asks even on a blank device; that it is blank was just seen.
make_filesystem_2() {
    mkfs.gfs2 -O -q -p lock_dlm -t rack12:logs -j 2 -J 64 /dev/vg_fast/lv_logs
}
# -O, because mkfs.gfs2 asks even on a blank device; that it is blank was just seen.
make_filesystem_3() {
    mkfs.gfs2 -O -q -p lock_dlm -t rack12:iso -j 2 -J 128 /dev/archive/iso
}

# image FILE FORMAT BYTES MOUNT
image_probe() { [ -e "$1" ]; }
image_gate() {
    [ "$(findmnt -n -o FSTYPE --mountpoint "$4")" = gfs2 ] || { found "$4 is not mounted"; return 1; }
}
image_do() { qemu-img create -q -f "$2" "$1" "$3"; }
image_check() { image_probe "$@"; }

# domain NAME FILE: not defined in libvirt, or it would be started behind Pacemaker's back.
domain_probe() { [ -f "$2" ] && ! virsh -q dominfo "$1" 2>/dev/null | grep -q '^Persistent: *yes'; }
domain_gate() {
    found "libvirt has $1 defined, or $2 is missing: virsh undefine $1, and the step overlay"
    return 1
}
domain_do() { :; }
domain_check() { domain_probe "$@"; }

# migration_path: root here must be able to speak to libvirt there, or no guest moves.
migration_path_probe() { timeout 20 virsh -c qemu+tls://alpha-migration/system list >/dev/null 2>&1; }
migration_path_gate() {
    found 'root here cannot reach libvirt there: virsh -c qemu+tls://alpha-migration/system list; RUNBOOK.md says what it needs'
    return 1
}
migration_path_do() { :; }
migration_path_check() { migration_path_probe; }

# --- teardown.sh: these destroy all data, and only run for it ---

undo_allowed() { [ "${GFS2GEN_DESTROY:-}" = "$cluster" ] || { found 'only teardown.sh --destroy-all-data does this'; return 1; }; }

# undo_resource ID: stopped first, so that what it holds is let go.
undo_resource_probe() { ! systemctl is-active --quiet pacemaker.service || ! in_cib "$1"; }
undo_resource_gate() { undo_allowed; }
undo_resource_do() { pcs resource disable "$1" --wait=600 && pcs resource delete "$1"; }
undo_resource_check() { within 60 undo_resource_probe "$1"; }

# undo_group GROUP DEVICE
undo_group_probe() { ! vgs "$1" >/dev/null 2>&1; }
undo_group_gate() {
    undo_allowed || return 1
    if [ -n "$(findmnt -n -t gfs2)" ]; then found 'a GFS2 is still mounted here'; return 1; fi
}
undo_group_do() { start_group "$1" && vgremove --yes "$1" && pvremove --yes "$2"; }
undo_group_check() { undo_group_probe "$@"; }

undo_cluster_probe() { ! systemctl is-active --quiet corosync.service && ! systemctl is-active --quiet pacemaker.service; }
undo_cluster_gate() { undo_allowed; }
undo_cluster_do() { systemctl stop pacemaker.service corosync.service; }
undo_cluster_check() { undo_cluster_probe; }

# undo_drbd RESOURCE
undo_drbd_probe() { ! drbd_metadata_probe "$1"; }
undo_drbd_gate() {
    undo_allowed || return 1
    case $(drbdadm role "$1" 2>/dev/null) in Primary*) found "$1 is still primary here"; return 1 ;; esac
}
undo_drbd_do() { drbdadm down "$1" && drbdadm wipe-md --force "$1"; }
undo_drbd_check() { undo_drbd_probe "$1"; }

# undo_files: what was replaced comes back, what was new goes.
undo_files_probe() { [ ! -d "$state/backup" ]; }
undo_files_gate() { undo_allowed; }
undo_files_do() {
    local file
    for file in "${units_on[@]}"; do systemctl disable "$file" 2>/dev/null || true; done
    sed -i '/^# gfs2gen begin$/,/^# gfs2gen end$/d' /etc/hosts
    if [ -f "$state/created" ]; then
        while IFS= read -r file; do rm -f -- "/$file"; done <"$state/created"
    fi
    cp -a -- "$state/backup/." /
    rm -rf -- "$state/backup" "$state/created" "$state/fencing-proven" "$state/no-default-cluster"
    rm -rf /var/lib/pacemaker/cib/* /var/lib/pacemaker/pengine/* /var/lib/corosync/*
    systemctl daemon-reload
}
undo_files_check() { undo_files_probe; }

# --- the steps, in order ---

known=()
steps() {
    step identity identity
    step packages packages
    step secrets secrets
    step make-authkey key /etc/corosync/authkey binary
    step make-secret-fast key /etc/gfs2gen/secrets/drbd-fast text
    step make-secret-slow key /etc/gfs2gen/secrets/replication text
    step default-cluster default_cluster
    step overlay overlay
    step drbd-secret-fast drbd_secret fast /etc/gfs2gen/secrets/drbd-fast
    step drbd-secret-slow drbd_secret slow /etc/gfs2gen/secrets/replication
    step hosts hosts
    step services services
    step modules modules
    step firewall firewall
    step alerts alerts
    step mountpoint-vms mountpoint /srv/vms
    step mountpoint-logs mountpoint /srv/logs
    step mountpoint-iso mountpoint /srv/iso
    step cluster-start cluster_start
    step both-online both_online
    step fencing-status fencing_status
    step fencing-proven fencing_proven
    step drbd-metadata-fast drbd_metadata fast /dev/disk/by-id/nvme-eui.0025385b71b00d44 eui.0025385b71b00d44 966367641600
    step drbd-metadata-slow drbd_metadata slow /dev/disk/by-partlabel/drbd-slow '' ''
    step drbd-up-fast drbd_up fast
    step drbd-up-slow drbd_up slow
    step first-sync-fast first_sync fast
    step first-sync-slow first_sync slow
    step synced-fast synced fast
    step synced-slow synced slow
    step promoted promoted fast slow
    step volume-group-fast volume_group vg_fast /dev/drbd0 fast
    step logical-volume-vms logical_volume vg_fast lv_vms '-L' 644245094400b
    step logical-volume-logs logical_volume vg_fast lv_logs '-l' 100%FREE
    step volume-group-slow volume_group archive /dev/drbd10 slow
    step logical-volume-iso logical_volume archive iso '-l' 80%VG
    step filesystem-vms filesystem vg_fast lv_vms rack12:vms make_filesystem_1
    step filesystem-logs filesystem vg_fast lv_logs rack12:logs make_filesystem_2
    step filesystem-iso filesystem archive iso rack12:iso make_filesystem_3
    step filesystems-mounted settled fs-vms fs-logs fs-iso
    step domain-web domain web /etc/gfs2gen/domains/web.xml
    step domain-legacy domain legacy /etc/gfs2gen/domains/legacy.xml
    step migration-path migration_path
    step image-1 image /srv/vms/web.raw raw 42949672960 /srv/vms
    step image-2 image /srv/logs/web-logs.qcow2 qcow2 107374182400 /srv/logs
    step undo-vm-web undo_resource vm-web
    step undo-vm-legacy undo_resource vm-legacy
    step undo-storage-vms undo_resource storage-vms
    step undo-storage-logs undo_resource storage-logs
    step undo-storage-iso undo_resource storage-iso
    step undo-vg_fast undo_group vg_fast /dev/drbd0
    step undo-archive undo_group archive /dev/drbd10
    step undo-drbd-fast undo_resource drbd-fast
    step undo-drbd-slow undo_resource drbd-slow
    step undo-locking undo_resource locking
    step undo-cluster undo_cluster
    step undo-metadata-fast undo_drbd fast
    step undo-metadata-slow undo_drbd slow
    step undo-files undo_files
}

while [ $# -gt 0 ]; do
    case $1 in
        --plan) planning=yes ;;
        --list) steps; printf '%s\n' "${known[@]}"; exit 0 ;;
        -*) printf 'usage: node.sh [--plan] STEP... | --list\n' >&2; exit 2 ;;
        *) selected+=("$1") ;;
    esac
    shift
done
[ -n "${selected[*]:-}" ] || { printf 'usage: node.sh [--plan] STEP... | --list\n' >&2; exit 2; }
names=("${selected[@]}") selected=()
steps
for name in "${names[@]}"; do
    case " ${known[*]} " in
        *" $name "*) ;;
        *) printf 'gfs2gen: no step %s; node.sh --list names all\n' "$name" >&2; exit 2 ;;
    esac
done
[ "$(id -u)" = 0 ] || die 'this must run as root'
selected=("${names[@]}")
steps
if [ "$changed" = yes ]; then say 'gfs2gen: changed'; else say 'gfs2gen: unchanged'; fi
