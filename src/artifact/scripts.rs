//! The scripts that put the tree in place: bootstrap.sh, verify.sh, teardown.sh, and node.sh with the steps of one node.

mod sequence;
mod views;

use serde::Serialize;

use super::{Bug, Meta, Tree};
use crate::pacemaker::ids;
use crate::plan::Plan;
use crate::platform::Locking;
pub(super) use sequence::{At, Move, PROOF, Proof, sequence};
use views::{Facts, NodeView, files};

const META: Meta = Meta::script("script");
/// How long a machine may take from being fenced to answering again, in seconds: servers test their memory at boot.
const BOOT_S: u64 = 900;
/// What everything but a guest's own time may take to stop, in seconds.
const STOP_S: u64 = 300;

#[derive(Serialize)]
struct Bootstrap<'a> {
    #[serde(flatten)]
    facts: &'a Facts<'a>,
    steps: Vec<&'static str>,
    fence_wait: u64,
    proof: Vec<ProofView>,
    moves: Vec<MoveView<'a>>,
}

#[derive(Serialize)]
struct MoveView<'a> {
    verb: &'static str,
    words: Vec<&'a str>,
    skip: bool,
}

#[derive(Serialize)]
struct ProofView {
    /// Where: on the node that is fenced, on the other, or none of them, to wait for the first.
    at: &'static str,
    words: &'static [&'static str],
}

#[derive(Serialize)]
struct Verify<'a> {
    #[serde(flatten)]
    facts: &'a Facts<'a>,
    links: usize,
    levels: Vec<String>,
    files: Vec<NodeFiles<'a>>,
}

#[derive(Serialize)]
struct NodeFiles<'a> {
    index: usize,
    name: &'a str,
    files: Vec<String>,
}

#[derive(Serialize)]
struct Teardown<'a> {
    #[serde(flatten)]
    facts: &'a Facts<'a>,
    resource_ids: Vec<String>,
    stop_wait: u64,
}

/// Adds the scripts; the families that make files of the overlay have added theirs before.
pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    let facts = Facts::of(plan);
    let moves = sequence(plan);
    for index in 0..plan.nodes.len() {
        let name = &plan.nodes[index].name;
        let view = NodeView::new(plan, &facts, index, sequence::node_steps(&moves), files(tree, name));
        tree.root(&format!("nodes/{name}/node.sh"), "node/node.sh.j2", &view, META)?;
    }
    let view = Bootstrap {
        facts: &facts,
        steps: sequence::names(&moves),
        fence_wait: fence_wait(plan),
        proof: PROOF.iter().map(proof_view).collect(),
        moves: moves.iter().map(move_view).collect(),
    };
    tree.root("bootstrap.sh", "bootstrap/bootstrap.sh.j2", &view, META)?;
    tree.root("verify.sh", "verify/verify.sh.j2", &verify(plan, &facts, tree), META)?;
    let longest = plan.guests.iter().map(|guest| guest.shutdown_s).max().unwrap_or(0);
    let view = Teardown { facts: &facts, resource_ids: resource_ids(plan), stop_wait: longest + STOP_S };
    tree.root("teardown.sh", "teardown/teardown.sh.j2", &view, META)
}

/// How long a node may take from being fenced to answering again, in seconds.
pub(super) fn fence_wait(plan: &Plan) -> u64 {
    BOOT_S + plan.budget.stonith_timeout
}

fn proof_view(one: &Proof) -> ProofView {
    match *one {
        Proof::Fenced(words) => ProofView { at: "fenced", words },
        Proof::Other(words) => ProofView { at: "other", words },
        Proof::Back => ProofView { at: "back", words: &[] },
    }
}

fn move_view(one: &Move) -> MoveView<'_> {
    let (verb, words) = match one {
        Move::Step { at, step, argument } => {
            let verb = match at {
                At::Both => "both",
                At::First => "first",
            };
            (verb, std::iter::once(*step).chain(argument.as_deref()).collect())
        }
        Move::Keys => ("keys", Vec::new()),
        Move::Prove => ("prove", Vec::new()),
        Move::Script(file) => ("script", vec![one.name(), *file]),
        Move::Verify => ("verified", Vec::new()),
    };
    MoveView { verb, words, skip: one.name() == "drbd-sync" }
}

fn verify<'a>(plan: &'a Plan, facts: &'a Facts<'a>, tree: &Tree) -> Verify<'a> {
    let levels = plan.nodes.iter().flat_map(|node| {
        node.levels.iter().flat_map(|level| {
            level.devices.iter().map(|device| format!("{} {} {}", device.name, node.name, level.index))
        })
    });
    let files = plan.nodes.iter().enumerate().map(|(index, node)| NodeFiles {
        index: index + 1,
        name: &node.name,
        files: files(tree, &node.name),
    });
    Verify { facts, links: plan.cluster.links.len(), levels: levels.collect(), files: files.collect() }
}

/// What stands on the volumes, in the order in which it stops.
fn resource_ids(plan: &Plan) -> Vec<String> {
    let storage = match plan.platform.locking {
        Locking::Lvmlockd => "storage",
        Locking::Clvmd => "fs",
    };
    let guests = plan.guests.iter().map(|guest| ids::guest(&guest.name));
    guests.chain(plan.filesystems().map(|(_, filesystem)| format!("{storage}-{}-clone", filesystem.name))).collect()
}
