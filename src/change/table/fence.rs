//! Fence devices. Pacemaker starts a device anew when it changes; what runs on the nodes does not see it.

use super::{On, Row, online};

pub(super) const ROWS: &[Row] = &[
    online("nodes[].fence[]", On::Added, "a device is added to {of}'s topology while the others stay ready")
        .before(SECRET),
    online("nodes[].fence[]", On::Any, "the levels that are left go on")
        .before(&["the devices that are left can fence {of}: their monitors have not failed"]),
    online(
        "nodes[].fence[].name",
        On::Any,
        "the device is made anew under its new name, in one change with its levels",
    ),
    online(
        "nodes[].fence[].agent",
        On::Any,
        "the device is made anew with its new agent, in one change with its levels",
    )
    .before(ANSWERS),
    online("nodes[].fence[].options{}", On::Any, RESTARTED).before(ANSWERS),
    online("nodes[].fence[].secrets{}", On::Any, RESTARTED).before(SECRET),
    online("nodes[].fence[].delay", On::Any, "the fence handler and Pacemaker take another delay at the next fencing")
        .before(&["the two nodes' delays still differ: the node that waits longer survives"]),
    online(
        "nodes[].fence[].timeout",
        On::Any,
        "everything that waits for fencing changes with it, first what waits longer",
    ),
    online("nodes[].fence[].level", On::Any, "the levels are written anew; devices stay ready meanwhile"),
];

const RESTARTED: &str =
    "Pacemaker starts the device anew; for these seconds {of} is fenced by its other levels, if it has any";

const ANSWERS: &[&str] = &[
    "the fence agent answers with the new options: run it by hand with `-o status` on both nodes",
    "no node is being fenced, and both are online",
];

const SECRET: &[&str] = &[
    "the secret's file is on both nodes: one line, owner root, mode 0600",
    "the fence agent answers with it: run it by hand with `-o status` on both nodes",
];
