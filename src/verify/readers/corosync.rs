//! corosync -t: its configuration, as on the node.

use std::collections::BTreeSet;

use crate::verify::{Answer, Reader};

/// Makes a host of the node's name with the node's addresses, where corosync has its own /etc and logs, and asks it.
const AS_ON_THE_NODE: &str = r#"conf=$1 host=$2; shift 2
hostname "$host"; ip link set lo up
for address; do case $address in *:*) ip addr add "$address/64" dev lo nodad ;; *) ip addr add "$address/24" dev lo ;; esac; done
mount -t tmpfs none /var/log; mkdir -p /var/log/corosync /var/log/cluster
mount -t tmpfs none /etc/corosync; head -c 256 /dev/zero >/etc/corosync/authkey
exec corosync -c "$conf" -t"#;

/// corosync.conf.
pub static COROSYNC: Reader = Reader {
    name: "corosync -t",
    proves: "keys, timeouts and transport, and that a host with these addresses is a member",
    blind: "names; whether the addresses exist and belong to the network that is meant",
    programs: &["corosync", "ip"],
    version: (&["-v"], ""),
    isolated: true,
    files: |tree| tree.on_nodes("etc/corosync/corosync.conf"),
    read: |desk, file| {
        let text = desk.tree.text(file)?;
        let addresses = text.lines().filter_map(|line| line.trim().split_once("_addr: ")).map(|(_, address)| address);
        // A copy: the file may lie below a folder that is mounted over.
        let conf = desk.write("corosync.conf", &text)?;
        let run = desk.isolated(AS_ON_THE_NODE, [conf.as_os_str(), desk.node(file).as_ref()]);
        let said = run.args(addresses.collect::<BTreeSet<_>>()).said()?;
        // It tells on standard error what it does. Its status alone tells what it thinks.
        Ok(Answer::of(&said, &["Corosync Cluster Engine exiting normally"]))
    },
};
