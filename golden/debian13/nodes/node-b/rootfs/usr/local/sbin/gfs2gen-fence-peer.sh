#!/bin/bash
# DRBD's fence-peer handler on node-b. The kernel calls it, through drbdadm, when the other node's side of a resource is
# lost; the exit code is the answer. After 4 (the other side may not be promoted) and 7 (its node was fenced) writes go on here;
# after 1 they stay frozen.
#
# The ban alone leaves a loser that lives, with a frozen disk, and Pacemaker fences that only when all that it tries to stop
# there has run into its timeouts. So whoever won fences it at once: the fencer does not wait for Pacemaker.
set -u
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
exec </dev/null

PEER=node-a RESOURCE=${DRBD_RESOURCE:-}

say() { logger -t gfs2gen-fence-peer -- "$RESOURCE: $*"; }

# Whether this side is primary and has no connection: then its writes stand still. A side that is to be promoted freezes nobody.
# Not asked over netlink: whoever promotes may hold its lock while this runs (crm-fence-peer.sh).
is_frozen() { grep -Eq "^ *${DRBD_MINOR:-none}: cs:[A-Za-z]+ ro:Primary/Unknown " /proc/drbd; }

# Whether the other node is in the cluster. If nobody knows, it may be.
is_member() {
    local members
    members=$(timeout 10 crm_node --partition) || return 0
    case " $members " in
        *" $PEER "*) return 0 ;;
        *) return 1 ;;
    esac
}

# With several resources each side could win one, and both would be fenced. So the other node, the one whose own fencing is
# delayed, goes first for all of them: by then it has noticed and banned, or it has nothing to save.
if is_frozen && is_member; then sleep 7; fi

# /usr/lib/drbd/crm-fence-peer.sh asks the CIB whether the other node is a member, and before drbd-utils 9.28 understands only the
# words that stood there before Pacemaker 2.1.7: now it is the time since when, or 0. It calls this in place of the program.
# shellcheck disable=SC2317 # called by name
cibadmin() {
    command cibadmin "$@" | sed -E '/<node_state /{
        s/ in_ccm="0"/ in_ccm="false"/; s/ in_ccm="[0-9]+"/ in_ccm="true"/
        s/ crmd="0"/ crmd="offline"/; s/ crmd="[0-9]+"/ crmd="online"/
    }'
    return "${PIPESTATUS[0]}"
}
export -f cibadmin

# Who is first in the CIB wins; the loser gets 1. A node that is lost is waited for here until it is fenced: 7. Where writes stand
# still that is waited for as long as drbdadm allows, because fencing is tried again and DRBD asks only once.
if is_frozen; then timeout=490; else timeout=85; fi
/usr/lib/drbd/crm-fence-peer.sh --timeout $timeout --dc-timeout $((timeout + 15))
code=$?

if ! is_frozen; then exit $code; fi
case $code in
    # Who was reachable when it was banned may live: on it goes below.
    4) ;;
    # It is neither reachable nor fenced. Nobody knows whether it writes, so nothing is written here.
    5)
        say "nobody knows whether $PEER is off: writes stay frozen, see RUNBOOK.md"
        exit 1
        ;;
    *) exit $code ;;
esac

say "the link to $PEER is cut: fencing it"
# A node that was just fenced looks like a member until corosync has noticed: tolerance. The fencer takes the requests of two
# resources together, but only if they come under different tags (merge_duplicates in Pacemaker's fenced_remote.c).
if said=$(timeout 81 stonith_admin --reboot "$PEER" --timeout 70 --tolerance 11 --tag "drbd-$RESOURCE" 2>&1)
then
    say "$PEER is fenced"
    exit 7
fi
say "$PEER could not be fenced: ${said:-no answer}"
# As a member it knows the ban, and its writes stay frozen, because its handler got 1: no write of this side can meet one of that
# side. Who is no member any more may not know of it.
if is_member; then exit 4; fi
say "writes stay frozen, see RUNBOOK.md"
exit 1
