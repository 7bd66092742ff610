//! From the plan to the statements.

mod guests;
mod storage;

use super::*;
use crate::plan::{FenceDevice, Plan};
use crate::platform::{FenceDelay, Locking};

/// The configuration of a plan.
pub fn configure(plan: &Plan) -> Configuration {
    let all = [properties(plan), fencing(plan), locking(plan), storage::drbd(plan), storage::storage(plan)];
    let last = [guests::guests(plan), guests::preferences(plan), alerts(plan)];
    Configuration {
        platform: plan.platform,
        nodes: std::array::from_fn(|index| (plan.nodes[index].id, plan.nodes[index].name.clone())),
        scripts: all.into_iter().chain(last).filter(|script| !script.blocks.is_empty()).collect(),
    }
}

fn block(why: impl Into<String>, statements: Vec<Statement>) -> Block {
    Block { why: why.into(), statements }
}

fn pairs(list: &[(&str, &str)]) -> Pairs {
    let mut pairs: Pairs = list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    pairs.sort();
    pairs
}

fn op(name: &'static str, timeout_s: u64) -> Operation {
    Operation { name, interval_s: 0, timeout_s, role: None, on_fail: None }
}

fn monitor(interval_s: u64, timeout_s: u64) -> Operation {
    Operation { name: "monitor", interval_s, timeout_s, role: None, on_fail: None }
}

/// The monitor of what the node cannot go on without: its failure leaves locks behind that only fencing frees.
fn vital(interval_s: u64, timeout_s: u64) -> Operation {
    Operation { on_fail: Some("fence"), ..monitor(interval_s, timeout_s) }
}

fn ocf(id: &str, provider: &'static str, agent: &str, parameters: Pairs, operations: Vec<Operation>) -> Primitive {
    Primitive {
        id: id.to_owned(),
        class: "ocf",
        provider: Some(provider),
        agent: agent.to_owned(),
        parameters,
        operations,
        meta: Vec::new(),
        group: None,
    }
}

fn member(primitive: Primitive, group: &str) -> Statement {
    Statement::Primitive(Primitive { group: Some(group.to_owned()), ..primitive })
}

/// A plain clone. Interleaved: an instance waits only for the others on its own node, so a node that comes back does not
/// restart anything on the node that stayed.
fn cloned(of: &str) -> Statement {
    Statement::Clone(CloneOf { of: of.to_owned(), promotable: None, meta: pairs(&[("interleave", "true")]) })
}

fn after(first: &str, then: &str) -> Statement {
    let (first, then) = (first.to_owned(), then.to_owned());
    Statement::Order(Order { first, first_action: "start", then, serialize: false })
}

fn with(resource: &str, with: &str) -> Statement {
    Statement::Colocation(Colocation { resource: resource.to_owned(), with: with.to_owned(), role: None })
}

/// The resource or group that is cloned for a filesystem.
pub fn storage_id(plan: &Plan, filesystem: &str) -> String {
    match plan.platform.locking {
        Locking::Lvmlockd => ids::storage(filesystem),
        Locking::Clvmd => ids::mount(filesystem),
    }
}

fn properties(plan: &Plan) -> Script {
    let property = |name: &str, value: &str| vec![Statement::Property(name.to_owned(), value.to_owned())];
    let default = |name: &str, value: &str| vec![Statement::Default(name.to_owned(), value.to_owned())];
    let stonith_timeout = format!("{}s", plan.budget.stonith_timeout);
    Script {
        file: "10-properties.sh",
        about: "Properties of the cluster and defaults of its resources.",
        blocks: vec![
            block(
                "GFS2 and DLM cannot be stopped without quorum: freeze until it is back or this node is fenced.",
                property("no-quorum-policy", "freeze"),
            ),
            block("Without fencing a lost node could still write to both disks.", property("stonith-enabled", "true")),
            block(
                "As long as the slowest fence device takes, with its delay.",
                property("stonith-timeout", &stonith_timeout),
            ),
            block("After three failures on a node a resource leaves it.", default("migration-threshold", "3")),
            block(
                "A running guest stays where it is, unless something weighs more.",
                default("resource-stickiness", "100"),
            ),
        ],
    }
}

fn fencing(plan: &Plan) -> Script {
    let devices = plan.fence_devices().map(|(_, device)| Statement::Primitive(fence_device(plan, device))).collect();
    let avoids = plan.fence_devices().map(|(target, device)| {
        let (resource, node) = (device.name.clone(), plan.nodes[target].name.clone());
        Statement::Location(Location { resource, node, prefers: None })
    });
    let levels = plan.nodes.iter().flat_map(|node| {
        node.levels.iter().map(|level| {
            let devices = level.devices.iter().map(|device| device.name.clone()).collect();
            Statement::Level(Level { target: node.name.clone(), index: level.index, devices })
        })
    });
    Script {
        file: "20-fencing.sh",
        about: "What cuts a lost node's power, before anything that may need it.",
        blocks: vec![
            block(
                "One device shoots one node. Secrets are read on the node by the agent; none is in the CIB.",
                devices,
            ),
            block("A node cannot be relied on to shoot itself.", avoids.collect()),
            block("Level 2 is tried when level 1 failed; the devices of one level act together.", levels.collect()),
        ],
    }
}

/// Pacemaker's own default for an action: shorter only fails on busy controllers.
const FENCE_ACTION_S: u64 = 60;

fn fence_device(plan: &Plan, device: &FenceDevice) -> Primitive {
    // An agent that waits by itself needs time for that, too.
    let waits = match plan.platform.pacemaker.fence_delay {
        FenceDelay::AgentDelay => device.delay_s,
        FenceDelay::PcmkDelayBase => 0,
    };
    let mut options = device.options.clone();
    for name in ["pcmk_off_timeout", "pcmk_reboot_timeout"] {
        options.entry(name.into()).or_insert_with(|| format!("{}s", device.timeout_s + waits));
    }
    let timeout_s = device.timeout_s.max(FENCE_ACTION_S);
    Primitive {
        id: device.name.clone(),
        class: "stonith",
        provider: None,
        agent: device.agent.clone(),
        parameters: options.into_iter().collect(),
        operations: vec![monitor(60, timeout_s), op("start", timeout_s), op("stop", timeout_s)],
        meta: Vec::new(),
        group: None,
    }
}

fn locking(plan: &Plan) -> Script {
    // Timeouts are the agents' advice (their metadata).
    let operations = vec![vital(30, 20), op("start", 90), op("stop", 100)];
    let dlm = ocf(ids::DLM, "pacemaker", "controld", Vec::new(), operations);
    let statements = match plan.platform.locking {
        Locking::Clvmd => vec![Statement::Primitive(dlm), cloned(ids::DLM)],
        Locking::Lvmlockd => {
            let operations = vec![vital(30, 90), op("start", 90), op("stop", 90)];
            let lvmlockd = ocf(ids::LVMLOCKD, "heartbeat", "lvmlockd", Vec::new(), operations);
            vec![member(dlm, ids::LOCKING), member(lvmlockd, ids::LOCKING), cloned(ids::LOCKING)]
        }
    };
    let why = "Not behind DRBD: a node whose disk fails keeps its locks. One that loses its lock manager is fenced.";
    Script { file: "30-locking.sh", about: "The lock manager, on both nodes.", blocks: vec![block(why, statements)] }
}

fn alerts(plan: &Plan) -> Script {
    let blocks = plan.mail.iter().map(|mail| {
        let id = String::from("alert-smtp");
        let path = String::from("/var/lib/pacemaker/alert_smtp.sh");
        let recipient = Recipient { id: format!("{id}-root"), alert: id.clone(), value: mail.clone() };
        let alert = Alert { id, path, options: pairs(&[("email_sender", mail)]) };
        let why = "Sent from the address that it goes to, so that what bounces is seen, too.";
        block(why, vec![Statement::Alert(alert), Statement::Recipient(recipient)])
    });
    Script {
        file: "80-alerts.sh",
        about: "Mail when a node is lost, fenced, or a resource fails.",
        blocks: blocks.collect(),
    }
}
