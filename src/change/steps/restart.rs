//! The order of the steps where everything stops.

use serde_json::json;

use super::data;
use super::own::{self, FIRST, hand, node, own};
use super::stages::Stages;
use super::{Step, What, Where};
use crate::model::DrbdMajor;
use crate::platform::Locking;

impl Stages<'_> {
    /// Everything stops on both nodes, and starts as the new cluster.
    pub(super) fn full(&self) -> Vec<Step> {
        let (old, new) = (self.sides.old.plan, self.sides.new.plan);
        let mut steps = vec![
            self.begin(),
            Step { at: Where::Here, title: "the new tree is on both nodes, beside what runs".into(), what: What::Tree },
        ];
        steps.extend(self.prepared());
        steps.push(own::stop(&self.needs.stop));
        steps.push(own(
            Where::Both,
            "cluster_stop",
            "corosync and Pacemaker have stopped, and all they ran",
            json!({}),
        ));
        steps.extend(self.by_hand());
        steps.extend(self.placed());
        if old.drbd == DrbdMajor::V84 && new.drbd == DrbdMajor::V9 {
            let all = new.storage.iter().flat_map(|storage| (0..2).map(move |index| (storage, index)));
            steps.extend(all.map(|(storage, index)| {
                let title = format!("the metadata of {} is DRBD 9's on {}", storage.name, new.nodes[index].name);
                let view = json!({ "resource": storage.name, "disk": storage.disks[index] });
                own(Where::Node(index), "metadata", title, view)
            }));
        }
        steps.push(node(Where::Both, &["cluster-start"]));
        steps.push(node(FIRST, &["quorum"]));
        for node in old.nodes.iter().filter(|node| new.nodes.iter().all(|other| other.name != node.name)) {
            let view = json!({ "node": node.name });
            steps.push(own(FIRST, "forget_node", format!("the cluster no longer knows {}", node.name), view));
        }
        steps.extend(self.cib_gone());
        steps.extend(data::new_disks(self.edits, self.sides));
        steps.extend(self.cib(|file| file < "50"));
        steps.extend(new.storage.iter().map(|storage| node(FIRST, &["promoted", &storage.name])));
        if old.cluster.name != new.cluster.name && own::lvmlockd(new) {
            steps.extend(new.storage.iter().map(|storage| {
                let group = &storage.volume_group;
                let title = format!("{group} belongs to the cluster {}", new.cluster.name);
                own(FIRST, "vg_cluster_name", title, json!({ "group": group }))
            }));
        }
        steps.extend(data::renamed(self.edits, self.sides, self.needs));
        steps.extend(data::destroyed(self.edits, self.sides));
        steps.extend(self.upwards());
        steps
    }

    /// What only a person can do while everything is down.
    fn by_hand(&self) -> Vec<Step> {
        let (old, new) = (self.sides.old.plan, self.sides.new.plan);
        let mut steps = Vec::new();
        for (index, node) in new.nodes.iter().enumerate() {
            let before = &old.nodes[index];
            let mut lines = Vec::new();
            if before.name != node.name {
                lines.push(format!("on {}: hostnamectl set-hostname {}", before.name, node.name));
            }
            for (network, address) in &node.addresses {
                let old = before.addresses.get(network);
                if old != Some(address) {
                    lines.push(format!("on {}: give it the address {address} in the network {network}", node.name));
                }
            }
            if !lines.is_empty() {
                steps.push(hand(format!("{} is called and addressed as the new description says", node.name), lines));
            }
        }
        if old.drbd != new.drbd {
            let lines =
                vec!["on both nodes: install the kernel module and the tools of DRBD 9, and load it".to_owned()];
            steps.push(hand("DRBD 9 is installed on both nodes", lines));
        }
        steps
    }

    /// The nodes are installed anew; the disks of DRBD stay, and the bootstrap finds what is on them.
    pub(super) fn install(&self) -> Vec<Step> {
        let (old, new) = (self.sides.old.plan, self.sides.new.plan);
        let clvmd = old.platform.locking == Locking::Clvmd && new.platform.locking == Locking::Lvmlockd;
        let mut steps = vec![self.begin(), own::stop(&self.needs.stop)];
        let groups = || new.storage.iter().map(|storage| &storage.volume_group);
        if clvmd {
            steps.extend(groups().map(|group| {
                own(FIRST, "vg_unclustered", format!("{group} is no longer clustered"), json!({ "group": group }))
            }));
        }
        steps.push(own(
            Where::Both,
            "cluster_stop",
            "corosync and Pacemaker have stopped, and all they ran",
            json!({}),
        ));
        let lines = vec![
            format!("install {} on both nodes, with the names and addresses of the description", new.platform.title),
            "leave the disks of DRBD alone".to_owned(),
            "prepare the nodes as \"Before the first start\" in the new RUNBOOK.md says".to_owned(),
        ];
        steps.push(hand("the nodes are installed anew", lines));
        let bootstrap = |title: &str, arguments: &[&'static str]| Step {
            at: Where::Here,
            title: title.to_owned(),
            what: What::Bootstrap(arguments.to_vec()),
        };
        if clvmd {
            steps.push(bootstrap(
                "the cluster runs; the bootstrap stops where the volume groups are not shared",
                &["--prove-fencing"],
            ));
            steps.extend(groups().map(|group| {
                own(FIRST, "vg_shared", format!("{group} is shared by lvmlockd"), json!({ "group": group }))
            }));
        }
        steps.push(bootstrap("everything runs, on the disks that were there", &["--prove-fencing"]));
        steps
    }
}
