#!/bin/bash
# What this node says of its cluster, for `gfs2gen import`. Reads only: nothing on the node is changed.
#
#     ssh root@NODE bash -s < collect.sh | tar -x -C FOLDER        once for each of the two nodes
#     collect.sh FOLDER                                            on the node itself
#
# Makes FOLDER/NAME, where NAME is what `uname -n` says; without FOLDER a tar of it goes to standard output. Secrets stay on the
# node: DRBD's shared secret, the passwords of fence devices and of guests' consoles are blanked out before anything is kept.
set -u
export PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
umask 077

if [ $# -eq 0 ] && [ -t 1 ]; then
    printf 'usage: %s FOLDER, or with a pipe behind it\n' "$0" >&2
    exit 2
fi
if [ "$(id -u)" != 0 ]; then
    printf 'this has to be run as root: it asks DRBD, LVM and Pacemaker\n' >&2
    exit 4
fi
name=$(uname -n)
work=$(mktemp -d) || exit 4
trap 'rm -rf -- "$work"' EXIT
here=$work/$name
mkdir -p "$here/said"

# --- secrets ---

blank_drbd() { sed -E 's/(shared-secret[[:space:]]+)("[^"]*"|[^;"]+)/\1"@BLANKED@"/'; }
# In a CIB the name of an option stands before or behind its value.
SECRET='[^"]*(passw(or)?d|passphrase|community|secret|token)'
blank_cib() {
    sed -E "s/(<nvpair[^>]* name=\"$SECRET\"[^>]* value=\")[^\"]*/\\1@BLANKED@/g; s/(<nvpair[^>]* value=\")[^\"]*(\"[^>]* name=\"$SECRET\")/\\1@BLANKED@\\2/g"
}
blank_domain() { sed -E "s/( passwd=)('[^']*'|\"[^\"]*\")/\\1\"@BLANKED@\"/g"; }

# --- what is there ---

# take FILE [FILTER]: a file of the node, under its own path
take() {
    if [ ! -f "$1" ] || [ ! -r "$1" ]; then return; fi
    mkdir -p "$here$(dirname "$1")"
    "${2:-cat}" <"$1" >"$here$1"
}
# ask NAME COMMAND...: what a program says; nothing where it says nothing or takes too long
ask() {
    local to=$here/said/$1
    shift
    if ! command -v "$1" >/dev/null 2>&1; then return 1; fi
    timeout 30 "$@" >"$to" 2>/dev/null </dev/null
    if [ ! -s "$to" ]; then rm -f "$to"; return 1; fi
}
# filter NAME FILTER: blanks out what `ask` has kept
filter() {
    if [ ! -f "$here/said/$1" ]; then return; fi
    "$2" <"$here/said/$1" >"$here/said/$1.new" && mv "$here/said/$1.new" "$here/said/$1"
}

for file in /etc/os-release /etc/hosts /etc/corosync/corosync.conf /etc/lvm/lvm.conf /etc/nftables.d/gfs2gen.nft \
    /etc/firewalld/zones/*.xml /etc/firewalld/services/gfs2gen-*.xml; do
    take "$file"
done
for file in /etc/drbd.conf /etc/drbd.d/*.conf /etc/drbd.d/*.res; do take "$file" blank_drbd; done
if grep -qs gfs2 /etc/fstab; then
    grep gfs2 /etc/fstab >"$here/etc/fstab"
fi

ask drbdadm-dump drbdadm dump && filter drbdadm-dump blank_drbd
ask cib.xml cibadmin --query && filter cib.xml blank_cib
ask lvmconfig lvmconfig || ask lvmconfig lvm dumpconfig
ask vgs.json vgs --reportformat json --units b -o vg_name,vg_attr,vg_extent_size,vg_extent_count,vg_lock_type ||
    ask vgs.json vgs --reportformat json --units b -o vg_name,vg_attr,vg_extent_size,vg_extent_count
ask lvs.json lvs --reportformat json --units b -o lv_name,vg_name,lv_size
ask pvs.json pvs --reportformat json -o pv_name,vg_name

# --- units: UNIT WORD ---

for unit in corosync.service pacemaker.service firewalld.service nftables.service drbd.service dlm.service lvmlockd.service \
    lvmlocks.service lvm2-cluster-activation.service lvm2-lvmetad.service lvm2-lvmetad.socket libvirt-guests.service sbd.service; do
    word=$(systemctl is-enabled "$unit" 2>/dev/null) || true
    case $word in '' | not-found) ;; *) printf '%s %s\n' "$unit" "${word%%$'\n'*}" ;; esac
done >"$here/said/units"

# --- disks under DRBD: PATH size=BYTES serial=TEXT wwn=TEXT ---

for disk in $(cat /etc/drbd.d/*.res 2>/dev/null | tr -d '";' | awk '{ for (i = 1; i < NF; i++) if ($i == "disk" && $(i + 1) ~ "^/dev/") print $(i + 1) }' | sort -u); do
    if [ ! -b "$disk" ]; then continue; fi
    size=$(blockdev --getsize64 "$disk" 2>/dev/null) || size=
    serial=$(lsblk -dno SERIAL "$disk" 2>/dev/null | tr -d '[:space:]') || serial=
    wwn=$(lsblk -dno WWN "$disk" 2>/dev/null | tr -d '[:space:]') || wwn=
    printf '%s size=%s serial=%s wwn=%s\n' "$disk" "$size" "$serial" "$wwn"
done >"$here/said/disks"

# --- memory: BYTES installed|usable ---

blocks=$(cat /sys/devices/system/memory/memory*/online 2>/dev/null | grep -c 1) || blocks=0
if [ "$blocks" -gt 0 ] && block=$(cat /sys/devices/system/memory/block_size_bytes 2>/dev/null); then
    printf '%s installed\n' $((blocks * 16#$block)) >"$here/said/memory"
else
    awk '/^MemTotal:/ { printf "%.0f usable\n", int($2 / 1024) * 1048576 }' /proc/meminfo >"$here/said/memory"
fi

# --- the speed of each address's link: ADDRESS MBIT ---

ip -o addr show 2>/dev/null | while read -r _ link _ address _; do
    speed=$(cat "/sys/class/net/${link%%@*}/speed" 2>/dev/null) || continue
    case $speed in '' | -*) ;; *) printf '%s %s\n' "${address%/*}" "$speed" ;; esac
done >"$here/said/links"

# --- filesystems: lock table and journals ---

findmnt -n -l -t gfs2 -o SOURCE 2>/dev/null | sort -u | while read -r device; do
    # As the CIB names it.
    case $device in
        /dev/mapper/*) named=$(lvs --noheadings -o lv_path "$device" 2>/dev/null | tr -d '[:space:]') || named= ;;
        *) named=$device ;;
    esac
    printf '== %s\n' "${named:-$device}"
    timeout 30 tunegfs2 -l "$device" 2>/dev/null
    timeout 30 gfs2_edit -p journals "$device" 2>/dev/null
done >"$here/said/gfs2"

# --- guests: the files that Pacemaker starts them from; else what libvirt has ---

images=$here/said/images
: >"$images"
# images_of DOMAIN: FORMAT BYTES PATH of each image. A qcow2 has its size at byte 24 of its header, big end first.
images_of() {
    local path size
    sed -n -E "s/.*<source[^>]* file=('([^']*)'|\"([^\"]*)\").*/\\2\\3/p" "$1" | while IFS= read -r path; do
        if [ ! -r "$path" ] || [ ! -f "$path" ]; then continue; fi
        if [ "$(head -c 4 -- "$path" | od -A n -t x1 | tr -d ' \n')" = 514649fb ]; then
            size=$(od -A n -t x1 -j 24 -N 8 -- "$path" | tr -d ' \n')
            printf 'qcow2 %s %s\n' $((16#$size)) "$path"
        else
            printf 'raw %s %s\n' "$(stat -c %s -- "$path")" "$path"
        fi
    done >>"$images"
}
if [ -f "$here/said/cib.xml" ]; then
    sed -n -E 's/.*<nvpair[^>]* name="config"[^>]* value="([^"]*)".*/\1/p' "$here/said/cib.xml" | while IFS= read -r config; do
        take "$config" blank_domain
        if [ -f "$here$config" ]; then images_of "$here$config"; fi
    done
fi
if command -v virsh >/dev/null 2>&1; then
    timeout 30 virsh -q list --all --name 2>/dev/null </dev/null | while IFS= read -r guest; do
        case $guest in '' | */* | .*) continue ;; esac
        mkdir -p "$here/said/domains"
        timeout 30 virsh -q dumpxml --inactive "$guest" 2>/dev/null </dev/null | blank_domain >"$here/said/domains/$guest.xml"
        if [ -s "$here/said/domains/$guest.xml" ]; then images_of "$here/said/domains/$guest.xml"; else rm -f "$here/said/domains/$guest.xml"; fi
    done
fi

# --- and out ---

if [ $# -eq 0 ]; then
    tar -C "$work" -c -f - "$name"
else
    mkdir -p "$1" && cp -R "$here" "$1/" && printf '%s\n' "$1/$name" >&2
fi
