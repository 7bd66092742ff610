//! The order of everything that is done on the nodes: bootstrap.sh and the playbook are both made of this list.

use crate::model::FirewallKind;
use crate::pacemaker;
use crate::plan::Plan;
use crate::platform::Locking;

/// Where a step runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// On the first node, then on the second.
    Both,
    /// On the first.
    First,
}

/// One thing that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Move {
    /// A step of node.sh, with its argument where it has one.
    Step { at: At, step: &'static str, argument: Option<String> },
    /// The keys that the first node has made go to the second.
    Keys,
    /// Each node fences the other, where the user asks for it.
    Prove,
    /// A script of `cluster/`, on the first node.
    Script(&'static str),
    /// verify.sh.
    Verify,
}

/// One thing that is done when a node is fenced by the other to see whether that works.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Proof {
    /// A step on the node that is fenced, with its argument where it has one.
    Fenced(&'static [&'static str]),
    /// A step on the node that fences it.
    Other(&'static [&'static str]),
    /// The fenced node answers again.
    Back,
}

/// All of it, in order, for each node in turn.
pub(crate) const PROOF: &[Proof] = &[
    Proof::Fenced(&["before-fencing"]),
    Proof::Other(&["fence-other"]),
    Proof::Back,
    Proof::Fenced(&["after-fencing"]),
    Proof::Fenced(&["modules"]),
    Proof::Fenced(&["cluster-start"]),
    Proof::Other(&["quorum"]),
    Proof::Other(&["fencing-ready"]),
    Proof::Fenced(&["fencing-record", "by-fencing"]),
];

impl Move {
    /// What it is called on the command line.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Move::Step { step, .. } => step,
            Move::Keys => "take-keys",
            Move::Prove => "prove-fencing",
            Move::Script(file) => file.strip_suffix(".sh").unwrap_or(file),
            Move::Verify => "verify",
        }
    }
}

impl Proof {
    /// The step of node.sh that it is.
    fn step(&self) -> Option<&'static str> {
        match self {
            Proof::Fenced(words) | Proof::Other(words) => words.first().copied(),
            Proof::Back => None,
        }
    }
}

fn step(at: At, step: &'static str) -> Move {
    Move::Step { at, step, argument: None }
}

/// A step for each of these.
fn each<'a>(at: At, step: &'static str, names: impl Iterator<Item = &'a String>) -> Vec<Move> {
    names.map(|name| Move::Step { at, step, argument: Some(name.clone()) }).collect()
}

/// Everything, in order.
pub(crate) fn sequence(plan: &Plan) -> Vec<Move> {
    let mut moves = host(plan);
    moves.extend(fencing());
    moves.extend(data(plan));
    moves.extend(guests(plan));
    let scripts = pacemaker::configure(plan).scripts;
    let made = |file: &str| scripts.iter().any(|script| script.file == file);
    moves.retain(|one| !matches!(one, Move::Script(file) if !made(file)));
    moves
}

fn host(plan: &Plan) -> Vec<Move> {
    let mut moves: Vec<Move> =
        ["identity", "packages", "kernel", "secrets", "default-cluster"].map(|name| step(At::Both, name)).into();
    moves.extend([step(At::First, "make-keys"), Move::Keys]);
    moves.extend(["overlay", "modules", "drbd-secret", "hosts", "services"].map(|name| step(At::Both, name)));
    if plan.firewall.kind != FirewallKind::None {
        moves.push(step(At::Both, "firewall"));
    }
    if plan.mail.is_some() {
        moves.push(step(At::Both, "alert"));
    }
    moves.extend([step(At::Both, "mountpoints"), step(At::Both, "cluster-start"), step(At::First, "quorum")]);
    moves
}

/// No data comes onto a cluster whose fencing nobody has seen.
fn fencing() -> Vec<Move> {
    vec![
        Move::Script("10-properties.sh"),
        Move::Script("20-fencing.sh"),
        step(At::First, "fencing-ready"),
        Move::Prove,
        step(At::Both, "fencing-proven"),
    ]
}

fn data(plan: &Plan) -> Vec<Move> {
    let resources = || plan.storage.iter().map(|storage| &storage.name);
    let shared = plan.platform.locking == Locking::Lvmlockd;
    let mut moves = each(At::Both, "drbd-metadata", resources());
    moves.extend(each(At::Both, "drbd-up", resources()));
    moves.extend(each(At::First, "drbd-sync", resources()));
    moves.extend([Move::Script("30-locking.sh"), Move::Script("40-drbd.sh")]);
    moves.extend(each(At::First, "promoted", resources()));
    moves.push(step(At::Both, "volume-manager"));
    for storage in &plan.storage {
        let filesystems = || storage.filesystems.iter().map(|filesystem| &filesystem.name);
        moves.extend(each(At::First, "volume-group", [&storage.name].into_iter()));
        if shared {
            moves.extend(each(At::Both, "vg-lockstart", [&storage.name].into_iter()));
        }
        for name in filesystems() {
            for step in ["logical-volume", "filesystem", "volume-done"] {
                moves.extend(each(At::First, step, [name].into_iter()));
            }
        }
    }
    moves.push(Move::Script("50-storage.sh"));
    moves.extend(each(At::Both, "mounted", plan.filesystems().map(|(_, filesystem)| &filesystem.name)));
    moves
}

fn guests(plan: &Plan) -> Vec<Move> {
    let mut moves = Vec::new();
    if !plan.guests.is_empty() {
        moves.extend([step(At::Both, "domains"), step(At::First, "images")]);
    }
    moves.extend(["60-vms.sh", "70-constraints.sh", "80-alerts.sh"].map(Move::Script));
    moves.extend([step(At::First, "settled"), Move::Verify]);
    moves
}

/// The names of everything that can be asked for by itself, each once, in order.
pub(crate) fn names(moves: &[Move]) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for one in moves {
        if !names.contains(&one.name()) {
            names.push(one.name());
        }
    }
    names
}

/// The steps of node.sh, in order: those of the list, and those that only a person or `Prove` calls.
pub(crate) fn node_steps(moves: &[Move]) -> Vec<&'static str> {
    let mut steps: Vec<&'static str> = Vec::new();
    for one in moves {
        let more = match one {
            Move::Step { .. } | Move::Keys => vec![one.name()],
            Move::Prove => PROOF.iter().filter_map(Proof::step).collect(),
            Move::Script(_) | Move::Verify => Vec::new(),
        };
        for step in more {
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
    }
    steps
}
