//! lvm.conf: clustered locking, and which devices exist for LVM.

use serde::Serialize;

use super::{Bug, Meta, Tree};
use crate::plan::Plan;
use crate::platform::Locking;

#[derive(Serialize)]
struct Lvm {
    clvmd: bool,
    local_pvs: bool,
    fallback_to_local: u8,
    patterns: Vec<Pattern>,
}

#[derive(Serialize)]
struct Pattern {
    text: String,
}

pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    for (index, node) in plan.nodes.iter().enumerate() {
        let local_pvs = !node.local_pvs.is_empty();
        let view = Lvm {
            clvmd: plan.platform.locking == Locking::Clvmd,
            local_pvs,
            fallback_to_local: local_pvs.into(),
            patterns: patterns(plan, index).into_iter().map(|text| Pattern { text }).collect(),
        };
        tree.node(node, "etc/lvm/lvm.conf", "lvm/lvm.lvm.j2", &view, Meta::config("lvm", None))?;
    }
    Ok(())
}

/// The filter of one node. LVM takes a device when any of its names is accepted before that name is rejected, so every
/// accepting pattern is one exact name.
fn patterns(plan: &Plan, node: usize) -> Vec<String> {
    let accept = |name: &str| format!("a|^{}$|", exactly(name));
    let mut patterns: Vec<String> = plan.storage.iter().map(|storage| accept(&storage.device())).collect();
    patterns.extend(plan.nodes[node].local_pvs.iter().map(|name| accept(name)));
    patterns.extend(plan.storage.iter().map(|storage| format!("r|^{}$|", exactly(&storage.disks[node]))));
    patterns.push("r|.*|".to_owned());
    patterns
}

/// A regular expression of LVM's that matches just this text.
fn exactly(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let special = matches!(c, '.' | '*' | '+' | '?' | '[' | ']' | '(' | ')' | '|' | '^' | '$' | '\\');
            special.then_some('\\').into_iter().chain([c])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_matched_as_it_is() {
        assert_eq!(exactly("/dev/disk/by-id/nvme-eui.00-part3"), "/dev/disk/by-id/nvme-eui\\.00-part3");
        assert_eq!(exactly("/dev/a+b|c"), "/dev/a\\+b\\|c");
    }
}
