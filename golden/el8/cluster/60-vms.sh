#!/bin/bash
# The guests.
#
# Usage: 60-vms.sh [--plan] [--cib FILE]
# Run once, on one node of the running cluster, in the order of the numbers. Everything is built in a copy of the CIB and
# pushed as one change; what is there already is left alone, so a second run changes nothing.
#   --plan      only say what is there and what is missing
#   --cib FILE  apply to the CIB in this file instead of the cluster's
# shellcheck disable=SC1010,SC2016 # `then` is a word of pcs here; values stand in quotes as they are
set -euo pipefail

# --- how a step is applied ---

cib='' elements='' planning=no lacking=no made=no offline=no work=''

die() { printf 'gfs2gen: %s\n' "$*" >&2; exit 1; }

# answer STATE LAST-LINE: what a plan ends with, the same as in node.sh.
answer() { printf '== %s: %s\ngfs2gen: %s\n' "${0##*/}" "$1" "$2"; exit 0; }

# begin ARGUMENTS: the CIB to change is a file in any case.
begin() {
    while [ $# -gt 0 ]; do
        case $1 in
            --plan) planning=yes; shift ;;
            --cib) [ $# -ge 2 ] || die '--cib needs a file'; cib=$2 offline=yes; shift 2 ;;
            *) printf 'usage: %s [--plan] [--cib FILE]\n' "$0" >&2; exit 2 ;;
        esac
    done
    if [ "$offline" = yes ]; then
        [ -f "$cib" ] || die "$cib is no file"
    else
        work=$(mktemp -d)
        trap 'rm -rf -- "$work"' EXIT
        cib=$work/new.xml
        # Pacemaker's own programs read and write: they answer at once, and pcs calls the same.
        if ! cibadmin --query >"$work/old.xml" 2>"$work/why"; then
            if [ "$planning" = yes ]; then
                answer 'later: the cluster does not run here; the step cluster-start starts it' 'would change'
            fi
            cat "$work/why" >&2
            die 'the CIB cannot be read: does the cluster run on this node?'
        fi
        cp -- "$work/old.xml" "$cib"
    fi
    # Below configuration: the status knows resources by the same ids, also some that are long gone.
    elements=$(found '//configuration//*[@id]')
}

# found XPATH: such elements of the CIB, a line each.
found() {
    local status=0
    CIB_file=$cib cibadmin --query --no-children --xpath "$1" 2>/dev/null || status=$?
    case $status in
        0 | 6 | 105) ;; # the last two: nothing found, in Pacemaker 1.1 and 2
        *) die "cibadmin cannot read the CIB (status $status)" ;;
    esac
}

# exists WHAT, lacks WHAT: what a plan says of it; whether it has to be made now.
exists() { if [ "$planning" = yes ]; then echo "   exists   $1"; fi; }
lacks() {
    if [ "$planning" = yes ]; then echo "   missing  $1"; lacking=yes; return 1; fi
    made=yes
}

# missing ID ELEMENT [ATTRIBUTE=VALUE]...: whether it has still to be made; stops where its id belongs to something else.
missing() {
    local line='' attribute
    while IFS= read -r line; do
        case $line in *" id=\"$1\""*) break ;; esac
    done <<<"$elements"
    if [ -z "$line" ]; then lacks "$1"; return; fi
    case $line in *"<$2 "*) ;; *) other "$1" ;; esac
    for attribute in "${@:3}"; do
        case $line in *" ${attribute%%=*}=\"${attribute#*=}\""*) ;; *) other "$1" ;; esac
    done
    exists "$1"
    return 1
}

other() { conflict "$1 exists, but is something else than this step makes; rename or remove it first"; }
conflict() { if [ "$planning" = yes ]; then answer "blocked: $1" blocked; fi; die "$1"; }

# setting SECTION NAME VALUE PCS-WORDS...
setting() {
    local there
    there=$(found "//configuration/$1//nvpair[@name='$2'][@value='$3']")
    if [ -n "$there" ]; then
        exists "$2=$3"
    elif lacks "$2=$3"; then
        pcs -f "$cib" "${@:4}"
    fi
}

# once ID ELEMENT PCS-WORDS...
once() {
    if missing "$1" "$2"; then pcs -f "$cib" "${@:3}"; fi
}

# create ID CLASS:PROVIDER:AGENT WORDS...: a resource with exactly these operations.
create() {
    local class provider agent
    IFS=: read -r class provider agent <<<"$2"
    if missing "$1" primitive "class=$class" "provider=$provider" "type=$agent"; then
        pcs -f "$cib" resource create "$@" --no-default-ops
    fi
}

# fence ID AGENT WORDS...: a fence device.
fence() {
    if missing "$1" primitive class=stonith "type=$2"; then pcs -f "$cib" stonith create "$@"; fi
}

# valid CRM_VERIFY-ARGUMENTS...: no errors. It also warns, of nodes that are down and the like: that is only shown.
valid() {
    local said
    # Until the first fence device is there, crm_verify calls every configuration invalid.
    said=$(found "//primitive[@class='stonith']") || return 1
    if [ -z "$said" ]; then return 0; fi
    if said=$(crm_verify -V "$@" 2>&1); then return 0; fi
    printf '%s\n' "$said" >&2
    case $said in
        *'Warnings found during check'* | *'invalid (with warnings)'*) ;; # Pacemaker 1.1 and 2; 3
        *) return 1 ;;
    esac
}

# finish: checks what was made, and makes it the cluster's.
finish() {
    if [ "$planning" = yes ]; then
        if [ "$lacking" = yes ]; then answer 'to do' 'would change'; fi
        answer 'already done' unchanged
    fi
    if [ "$offline" = yes ]; then
        valid -x "$cib" || die 'the configuration is not valid'
        return
    fi
    if [ "$made" = no ]; then echo 'gfs2gen: unchanged'; return; fi
    local status=0
    crm_diff --no-version --original "$work/old.xml" --new "$cib" >"$work/patch.xml" || status=$?
    case $status in
        0) echo 'gfs2gen: unchanged'; return ;;
        1) ;;
        *) die "crm_diff failed (status $status)" ;;
    esac
    valid -x "$cib" || die 'the configuration is not valid; nothing was pushed'
    cibadmin --patch --xml-file "$work/patch.xml"
    valid -L || die 'the cluster finds its configuration invalid'
    echo 'gfs2gen: changed'
}

# --- the step ---

begin "$@"

# shop: moves while it runs, and runs only where its filesystems are mounted.
create vm-shop ocf:heartbeat:VirtualDomain \
    autoset_utilization_cpu=false autoset_utilization_host_memory=false \
    autoset_utilization_hv_memory=false config=/etc/gfs2gen/domains/shop.xml hypervisor=qemu:///system \
    migration_network_suffix=-replication migration_transport=ssh \
    op migrate_from interval=0s timeout=180s \
    migrate_to interval=0s timeout=180s \
    monitor interval=10s timeout=30s \
    start interval=0s timeout=120s \
    stop interval=0s timeout=210s \
    meta allow-migrate=true priority=10
once order-storage-web-clone-vm-shop-mandatory rsc_order \
    constraint order start storage-web-clone then start vm-shop
once colocation-vm-shop-storage-web-clone-INFINITY rsc_colocation \
    constraint colocation add vm-shop with storage-web-clone score=INFINITY

finish
