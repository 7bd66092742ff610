#!/bin/bash
# DLM's fence helper on node-b, named in dlm.conf: exit code 0 says that the node that failed has been off since.
# dlm_controld says on standard input which one and when (node=ID, fail_time=SECONDS), and asks again after a failure.
set -u
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C

PEER=node-a PEER_ID=1

node='' fail_time=''
while IFS='=' read -r key value; do
    case $key in
        node) node=$value ;;
        fail_time) fail_time=$value ;;
    esac
done
if [ "$node" != "$PEER_ID" ] || [[ ! $fail_time =~ ^[0-9]+$ ]]; then
    logger -t gfs2gen-dlm-fence -- "asked for node '$node', failed at '$fail_time': only $PEER can be fenced"
    exit 1
fi
# Pacemaker and DRBD's handler want it fenced, too: what they have done since then is enough.
since=$(($(date +%s) - fail_time))
if [ $since -lt 1 ]; then since=1; fi
if said=$(timeout 81 stonith_admin --reboot "$PEER" --timeout 70 --tolerance $since --tag dlm 2>&1)
then
    exit 0
fi
logger -t gfs2gen-dlm-fence -- "$PEER could not be fenced: ${said:-no answer}"
exit 1
