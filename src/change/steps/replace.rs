//! A node that is another machine under the same name: the other node has everything, and this one gets it.

use serde_json::json;

use super::own::{hand, node, own};
use super::stages::Stages;
use super::{Step, What, Where};
use crate::model::FirewallKind;

impl Stages<'_> {
    /// The steps for the node at a position; all that is done once is done on the other one.
    pub(super) fn machine(&self, index: usize) -> Vec<Step> {
        let plan = self.sides.new.plan;
        let (new, other) = (Where::Node(index), Where::Node(1 - index));
        let (name, survivor) = (&plan.nodes[index].name, &plan.nodes[1 - index].name);
        let view = json!({ "nodes": [survivor], "resources": [], "alone": true });
        let mut steps = vec![own(other, "begin", format!("{survivor} runs everything, and nothing has failed"), view)];
        let resources: Vec<&str> = plan.storage.iter().map(|storage| storage.name.as_str()).collect();
        steps.extend(resources.iter().map(|resource| {
            own(other, "copied", format!("{resource} is UpToDate on {survivor}"), json!({ "resource": resource }))
        }));
        let lines = vec![
            format!("the new machine calls itself {name}, has its addresses, and root reaches it by ssh"),
            "its disks are in their places and blank; the fence devices' secrets are there, as RUNBOOK.md says"
                .to_owned(),
            format!("the fence device of {name} cuts the power of the new machine: try it now, before it holds data"),
        ];
        steps.push(Step { at: other, ..hand(format!("the new machine is prepared as {name}"), lines) });
        let title = "the new tree is on both nodes, beside what runs".to_owned();
        steps.push(Step { at: Where::Here, title, what: What::Tree });
        let prepared = ["identity", "packages", "kernel", "secrets", "default-cluster"];
        steps.extend(prepared.iter().map(|step| node(new, &[step])));
        steps.push(Step { at: new, title: format!("{name} has the keys of {survivor}"), what: What::Keys });
        steps.push(node(Where::Both, &["overlay"]));
        steps.extend((0..2).filter_map(|index| self.gone(index)));
        let told = [
            (true, "modules"),
            (true, "hosts"),
            (true, "services"),
            (plan.firewall.kind != FirewallKind::None, "firewall"),
            (plan.mail.is_some(), "alert"),
            (true, "mountpoints"),
            (!plan.guests.is_empty(), "domains"),
        ];
        steps.push(node(Where::Both, &["drbd-secret"]));
        steps.extend(told.iter().filter(|(does, _)| *does).map(|(_, step)| node(new, &[step])));
        steps.extend(resources.iter().map(|resource| node(new, &["drbd-metadata", resource])));
        let configured = self.cib_gone().into_iter().chain(self.cib(|_| true));
        steps.extend(configured.map(|step| Step { at: other, ..step }));
        steps.push(node(new, &["cluster-start"]));
        steps.push(node(other, &["quorum"]));
        steps.extend(
            resources
                .iter()
                .flat_map(|resource| [node(other, &["drbd-sync", resource]), node(other, &["promoted", resource])]),
        );
        steps.extend(plan.filesystems().map(|(_, one)| node(new, &["mounted", &one.name])));
        steps.push(node(other, &["settled"]));
        steps.push(Step { at: Where::Here, title: "both nodes are as the new tree says".into(), what: What::Verify });
        steps
    }
}
