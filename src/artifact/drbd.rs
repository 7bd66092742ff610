//! drbd.conf, global_common.conf, one file for each resource, and the fence handler.

use serde::Serialize;

use super::{Bug, Meta, Tree};
use crate::model::DrbdMajor;
use crate::plan::{Plan, Storage};
use crate::platform::{FencingSection, drbd_facts};

#[derive(Serialize)]
struct Nothing {}

#[derive(Serialize)]
struct Common {
    fence_peer: &'static str,
    unfence_peer: &'static str,
    unfence_after_resync: bool,
    split_brain: String,
    out_of_sync: String,
    io_error: String,
    options: Vec<OptionLine>,
    fencing_in_disk: bool,
    fencing_in_net: bool,
}

/// Our fence handler of one node.
#[derive(Serialize)]
struct Handler<'a> {
    node: &'a str,
    peer: &'a str,
    survives: bool,
    drbd9: bool,
    membership_times: bool,
    ban: &'static str,
    timeout: u64,
    patience: u64,
    election: u64,
    head_start: u64,
    loss: u64,
    fencing: u64,
    shot: u64,
}

#[derive(Serialize)]
struct OptionLine {
    name: &'static str,
    value: &'static str,
}

#[derive(Serialize)]
struct Resource<'a> {
    name: &'a str,
    secret_file: &'a str,
    auth_alg: &'static str,
    verify_alg: &'static str,
    csums_alg: &'static str,
    max_buffers: u32,
    ping_int: u64,
    ping_timeout: u64,
    timeout: u64,
    ko_count: u64,
    resync_start: u64,
    resync_max: u64,
    resync_min: u64,
    al_extents: u32,
    minor: u32,
    port: u16,
    node_ids: bool,
    nodes: Vec<Side<'a>>,
}

#[derive(Serialize)]
struct Side<'a> {
    name: &'a str,
    id: u32,
    ipv6: bool,
    address: String,
    disk: &'a str,
}

const RELOAD: Option<&str> = Some("drbdadm adjust all");
/// Where our fence handler is on a node. Below `lib`, SELinux's policies would not let DRBD's domain run it: only `sbin` and its
/// like are `bin_t` (file_contexts of the targeted policy).
const HANDLER: &str = "/usr/local/sbin/gfs2gen-fence-peer.sh";

pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    let meta = Meta::config("drbd", RELOAD);
    // A secret lands in these on the node.
    let private = Meta { mode: 0o600, ..meta };
    for (index, node) in plan.nodes.iter().enumerate() {
        let path = HANDLER.trim_start_matches('/');
        tree.node(node, path, "drbd/fence_peer.sh.j2", &handler(plan, index), Meta::script("drbd"))?;
        tree.node(node, "etc/drbd.conf", "drbd/drbd.drbd.j2", &Nothing {}, meta)?;
        tree.node(node, "etc/drbd.d/global_common.conf", "drbd/global_common.drbd.j2", &common(plan), meta)?;
        for storage in &plan.storage {
            let path = format!("etc/drbd.d/{}.res", storage.name);
            tree.node(node, &path, "drbd/resource.res.j2", &resource(plan, storage), private)?;
        }
    }
    Ok(())
}

fn handler(plan: &Plan, index: usize) -> Handler<'_> {
    let budget = &plan.budget;
    Handler {
        node: &plan.nodes[index].name,
        peer: &plan.nodes[1 - index].name,
        survives: plan.survivor() == index,
        drbd9: plan.drbd == DrbdMajor::V9,
        membership_times: plan.platform.pacemaker.membership_times,
        ban: drbd_facts(plan.drbd).fence_peer,
        timeout: budget.handler,
        patience: budget.patience(),
        election: budget.dc - budget.handler,
        head_start: budget.head_start(),
        loss: budget.loss(),
        fencing: budget.fencing,
        shot: budget.shot(),
    }
}

fn common(plan: &Plan) -> Common {
    let facts = drbd_facts(plan.drbd);
    let mail = plan.mail.as_deref().unwrap_or("root");
    let notify = |script: &str| format!("/usr/lib/drbd/notify-{script}.sh {mail}");
    Common {
        fence_peer: HANDLER,
        unfence_peer: facts.unfence_peer,
        unfence_after_resync: facts.unfence_after_resync,
        split_brain: notify("split-brain"),
        out_of_sync: notify("out-of-sync"),
        io_error: notify("io-error"),
        options: facts.options.iter().map(|&(name, value)| OptionLine { name, value }).collect(),
        fencing_in_disk: facts.fencing_section == FencingSection::Disk,
        fencing_in_net: facts.fencing_section == FencingSection::Net,
    }
}

fn resource<'a>(plan: &'a Plan, storage: &'a Storage) -> Resource<'a> {
    let side = |index: usize| {
        let address = storage.network.addresses[index];
        let node = &plan.nodes[index];
        Side {
            name: &node.name,
            id: node.id - 1,
            ipv6: address.is_ipv6(),
            address: address.to_string(),
            disk: &storage.disks[index],
        }
    };
    let connection = &plan.budget.connection;
    Resource {
        name: &storage.name,
        secret_file: &storage.secret,
        auth_alg: storage.auth_alg.as_str(),
        verify_alg: storage.verify_alg.as_str(),
        csums_alg: storage.csums_alg.map_or("", |algorithm| algorithm.as_str()),
        max_buffers: storage.max_buffers,
        ping_int: connection.ping_int,
        ping_timeout: connection.ping_timeout,
        timeout: connection.timeout,
        ko_count: connection.ko_count,
        // Half of the most that it may take, before the controller knows better.
        resync_start: (storage.resync_max / 2) >> 10,
        resync_max: storage.resync_max >> 10,
        resync_min: storage.resync_min >> 10,
        al_extents: storage.al_extents,
        minor: storage.minor,
        port: storage.port,
        node_ids: drbd_facts(plan.drbd).node_ids,
        nodes: vec![side(0), side(1)],
    }
}
