//! How long each layer may take, and what has to be longer than what.

use crate::plan::{Budget, FenceDevice, Node, Plan};

use super::Hue;

/// The time budget, drawn from the moment in which a node or a link is lost.
#[derive(Debug)]
pub(super) struct Time {
    /// The cluster.
    pub cluster: String,
    /// From the shortest wait to the longest.
    pub bars: Vec<Bar>,
}

/// One wait.
#[derive(Debug)]
pub(super) struct Bar {
    /// Who waits.
    pub name: String,
    /// Why.
    pub why: String,
    /// When it begins, in milliseconds after the loss.
    pub from: u64,
    /// What it consists of.
    pub parts: Vec<Part>,
    /// What it has to be longer than, as the end of that in milliseconds after the loss, with its name.
    pub over: Option<(u64, String)>,
    /// Whether it belongs to the chain in which each is longer than the one before.
    pub chained: bool,
}

/// A part of a wait.
#[derive(Debug)]
pub(super) struct Part {
    /// What it is.
    pub name: String,
    /// How long, in milliseconds.
    pub length: u64,
    /// Its colour.
    pub hue: Hue,
}

impl Bar {
    /// When it ends, in milliseconds after the loss.
    pub(super) fn end(&self) -> u64 {
        self.from + self.length()
    }

    /// How long it is, in milliseconds.
    pub(super) fn length(&self) -> u64 {
        self.parts.iter().map(|part| part.length).sum()
    }
}

/// Milliseconds as seconds, with as many decimals as there are.
pub(super) fn seconds(ms: u64) -> String {
    let text = format!("{}.{:03}", ms / 1000, ms % 1000);
    format!("{} s", text.trim_end_matches('0').trim_end_matches('.'))
}

fn part(name: impl Into<String>, length: u64, hue: Hue) -> Part {
    Part { name: name.into(), length, hue }
}

fn bar(name: impl Into<String>, why: impl Into<String>, parts: Vec<Part>) -> Bar {
    Bar { name: name.into(), why: why.into(), from: 0, parts, over: None, chained: false }
}

impl Time {
    /// The budget of a plan.
    pub(super) fn new(plan: &Plan) -> Time {
        let mut bars = loss(plan);
        bars.push(fencing(plan));
        bars.extend(limits(&plan.budget));
        bars.extend(guests(plan));
        Time { cluster: plan.cluster.name.clone(), bars }
    }
}

fn loss(plan: &Plan) -> Vec<Bar> {
    let Budget { token_ms, consensus_ms, connection, .. } = &plan.budget;
    let survivor = &plan.nodes[plan.survivor()].name;
    let cut = 2000 * connection.ping_int + 100 * connection.ping_timeout;
    vec![
        bar(
            "a cut replication link",
            "DRBD asks and gets no answer: about as long as the token",
            vec![part("unanswered", cut, Hue::Drbd)],
        ),
        bar(
            format!("{survivor} goes first"),
            "so long the other node leaves the ban to it",
            vec![part("head start", 1000 * plan.budget.head_start(), Hue::Drbd)],
        ),
        Bar {
            chained: true,
            ..bar(
                "a node is lost",
                "corosync notices; DLM and GFS2 stand still from here on",
                vec![part("token", *token_ms, Hue::Cluster), part("consensus", *consensus_ms, Hue::Cluster)],
            )
        },
    ]
}

/// Fencing of the node that may take longest.
fn fencing(plan: &Plan) -> Bar {
    let devices =
        |node: &Node| node.levels.iter().flat_map(|level| level.devices.clone()).collect::<Vec<FenceDevice>>();
    let takes = |node: &&Node| devices(node).iter().map(|device| device.delay_s + device.timeout_s).sum::<u64>();
    let node = plan.nodes.iter().rev().max_by_key(takes).expect("a cluster has two nodes");
    let mut parts = Vec::new();
    for device in devices(node) {
        if device.delay_s > 0 {
            parts.push(part(format!("delay of {}", device.name), 1000 * device.delay_s, Hue::Disk));
        }
        parts.push(part(format!("shot by {}", device.name), 1000 * device.timeout_s, Hue::Fence));
    }
    // A budget never counts less than the loss itself takes.
    let named: u64 = parts.iter().map(|part| part.length).sum();
    if 1000 * plan.budget.fencing > named {
        parts.push(part("at least", 1000 * plan.budget.fencing - named, Hue::Fence));
    }
    let most = plan.budget.stonith_timeout;
    Bar {
        from: loss_ms(&plan.budget),
        chained: true,
        ..bar(
            format!("fencing {}", node.name),
            format!("its devices, one after the other; stonith-timeout is {most} s"),
            parts,
        )
    }
}

/// A loss, in milliseconds, rounded up as the budget does.
fn loss_ms(budget: &Budget) -> u64 {
    1000 * budget.loss()
}

fn limits(budget: &Budget) -> Vec<Bar> {
    let limit = |name: &str, why: &str, s: u64, over: (u64, &str)| Bar {
        over: Some((1000 * over.0, over.1.to_owned())),
        chained: true,
        ..bar(name, why, vec![part("limit", 1000 * s, Hue::Kvm)])
    };
    vec![
        limit(
            "DRBD's fence handler",
            "asked before a promotion, until the other node is fenced",
            budget.handler,
            (budget.shot(), "loss and fencing"),
        ),
        limit(
            "its wait for a new controller",
            "Pacemaker elects one first",
            budget.dc,
            (budget.handler + budget.loss(), "the handler and a loss"),
        ),
        limit(
            "DRBD promote, demote, stop",
            "the handler runs inside a promotion",
            budget.drbd,
            (budget.dc, "that wait"),
        ),
        Bar {
            chained: false,
            over: None,
            ..limit(
                "the handler where writes stand still",
                "until the other node is fenced, as long as drbdadm lets it",
                budget.patience(),
                (0, ""),
            )
        },
    ]
}

fn guests(plan: &Plan) -> Vec<Bar> {
    let longest = |of: fn(&crate::plan::Guest) -> u64| {
        plan.guests.iter().max_by_key(|guest| of(guest)).map(|guest| (guest.name.clone(), 1000 * of(guest)))
    };
    let migrate = longest(|guest| guest.migrate_to_s).map(|(name, ms)| {
        bar(
            "migration of a guest",
            format!("the most, for {name}: its memory one and a half times over its share of the link"),
            vec![part("migrate", ms, Hue::Guest)],
        )
    });
    let shutdown = longest(|guest| guest.shutdown_s).map(|(name, ms)| {
        bar(
            "shutdown of a guest",
            format!("the most, for {name}; then it is destroyed"),
            vec![part("shut down", ms, Hue::Guest)],
        )
    });
    migrate.into_iter().chain(shutdown).collect()
}
