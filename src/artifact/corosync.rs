//! corosync.conf and dlm.conf.

use serde::Serialize;

use super::{Bug, Meta, Tree};
use crate::plan::Plan;
use crate::platform::Transport;

#[derive(Serialize)]
struct Corosync<'a> {
    cluster: &'a str,
    transport: &'static str,
    token_ms: u64,
    consensus_ms: u64,
    encrypted: bool,
    rings: bool,
    priorities: Vec<LinkPriority>,
    nodes: Vec<NodeEntry<'a>>,
    logfile: &'static str,
}

#[derive(Serialize)]
struct LinkPriority {
    number: usize,
    priority: usize,
}

#[derive(Serialize)]
struct NodeEntry<'a> {
    name: &'a str,
    id: u32,
    addresses: Vec<RingAddress>,
}

#[derive(Serialize)]
struct RingAddress {
    number: usize,
    ip: String,
}

#[derive(Serialize)]
struct Dlm {
    protocol: &'static str,
    /// Our own fence helper, where DLM's does not work.
    helper: Option<&'static str>,
}

/// DLM's fence helper of one node.
#[derive(Serialize)]
struct DlmFence<'a> {
    node: &'a str,
    peer: &'a str,
    peer_id: u32,
    fencing: u64,
    shot: u64,
}

/// Where our fence helper for DLM is on a node.
const HELPER: &str = "/usr/local/sbin/gfs2gen-dlm-fence.sh";

pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    let corosync = view(plan);
    let own = !plan.platform.pacemaker.dlm_stonith;
    let dlm = Dlm { protocol: plan.dlm_protocol(), helper: own.then_some(HELPER) };
    let meta = Meta::config("corosync", Some("corosync-cfgtool -R"));
    for node in &plan.nodes {
        tree.node(node, "etc/corosync/corosync.conf", "corosync/corosync.corosync.j2", &corosync, meta)?;
        tree.node(node, "etc/dlm/dlm.conf", "corosync/dlm.dlm.j2", &dlm, Meta::config("dlm", None))?;
    }
    if own {
        for (index, node) in plan.nodes.iter().enumerate() {
            let view = dlm_fence(plan, index);
            tree.node(node, HELPER.trim_start_matches('/'), "corosync/dlm_fence.sh.j2", &view, Meta::script("dlm"))?;
        }
    }
    Ok(())
}

fn dlm_fence(plan: &Plan, index: usize) -> DlmFence<'_> {
    let peer = &plan.nodes[1 - index];
    DlmFence {
        node: &plan.nodes[index].name,
        peer: &peer.name,
        peer_id: peer.id,
        fencing: plan.budget.fencing,
        shot: plan.budget.shot(),
    }
}

fn view(plan: &Plan) -> Corosync<'_> {
    let knet = plan.platform.corosync.transport == Transport::Knet;
    let links = &plan.cluster.links;
    let several = links.len() > 1;
    Corosync {
        cluster: &plan.cluster.name,
        transport: if knet { "knet" } else { "udpu" },
        token_ms: plan.budget.token_ms,
        consensus_ms: plan.budget.consensus_ms,
        encrypted: knet,
        rings: several && !knet,
        priorities: (0..links.len())
            .filter(|_| several && knet)
            .map(|number| LinkPriority { number, priority: (links.len() - number) * 10 })
            .collect(),
        nodes: plan
            .nodes
            .iter()
            .enumerate()
            .map(|(index, node)| NodeEntry {
                name: &node.name,
                id: node.id,
                addresses: links
                    .iter()
                    .enumerate()
                    .map(|(number, link)| RingAddress { number, ip: link.addresses[index].to_string() })
                    .collect(),
            })
            .collect(),
        logfile: plan.platform.corosync.logfile,
    }
}
