//! Pictures of the stack, the start order and the time budget. The runbook shows them.

use super::{Bug, Meta, Tree};
use crate::graph::{PICTURE, What, picture};
use crate::plan::Plan;

/// Where a picture stands, from the tree's root.
fn path(what: What) -> String {
    format!("graphs/{}.svg", what.name())
}

/// Adds the pictures.
pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    for what in What::ALL {
        tree.root(&path(what), PICTURE, &picture(plan, what), Meta::config("graph", None))?;
    }
    Ok(())
}
