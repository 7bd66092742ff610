//! The order of the steps.

use std::collections::BTreeSet;

use serde_json::json;

use super::data;
use super::files::{Files, TOLD};
use super::needs::Needs;
use super::own::{self, FIRST, node, own};
use super::{Step, What, Where};
use crate::change::Meant;
use crate::change::difference::Kind;
use crate::change::side::Sides;
use crate::change::table::Does;
use crate::pacemaker::Call;

/// Everything, in order.
pub(super) fn steps(edits: &[Meant], sides: &Sides, needs: &Needs) -> Vec<Step> {
    let stages = Stages { edits, sides, needs, files: [Files::of(sides, 0), Files::of(sides, 1)] };
    let steps = if let Some(index) = needs.machine {
        stages.machine(index)
    } else if needs.install {
        stages.install()
    } else if needs.full {
        stages.full()
    } else {
        stages.running()
    };
    merged(steps)
}

/// What the steps are made of.
pub(super) struct Stages<'a> {
    pub edits: &'a [Meant],
    pub sides: &'a Sides<'a>,
    pub needs: &'a Needs,
    pub files: [Files; 2],
}

impl Stages<'_> {
    fn edited(&self, start: &str) -> bool {
        self.edits.iter().any(|meant| meant.edit.key.starts_with(start))
    }

    /// What is looked at before anything changes: DRBD resources that are on both sides and whose disks are not replaced.
    pub(super) fn begin(&self) -> Step {
        let (old, new) = (&self.sides.old.plan.storage, &self.sides.new.plan.storage);
        let replaced = |name: &str| self.needs.replaced.iter().any(|(_, resource)| resource == name);
        let both = new.iter().filter(|one| old.iter().any(|other| other.name == one.name && other.minor == one.minor));
        let names: Vec<&str> = both.map(|storage| storage.name.as_str()).filter(|name| !replaced(name)).collect();
        own::begin(self.sides.old.plan, &names)
    }

    /// While the cluster runs, or most of it.
    fn running(&self) -> Vec<Step> {
        let needs = self.needs;
        let mut steps = vec![
            self.begin(),
            Step { at: Where::Here, title: "the new tree is on both nodes, beside what runs".into(), what: What::Tree },
        ];
        steps.extend(self.prepared());
        let stops = !needs.stop.is_empty();
        if stops {
            steps.push(own::stop(&needs.stop));
            steps.extend(self.cib_gone());
            steps.extend(data::destroyed(self.edits, self.sides));
        }
        if !needs.reconnect && !needs.files_out {
            steps.extend(self.placed());
            steps.extend(self.adjusted());
        }
        steps.extend(data::renamed(self.edits, self.sides, needs));
        if !stops {
            steps.extend(self.cib_gone());
        }
        steps.extend(self.quiet());
        steps.extend(needs.out.iter().flat_map(|node| self.out(*node)));
        steps.extend(data::new_disks(self.edits, self.sides));
        steps.extend(self.cib(|file| file < "50"));
        // What waits longer than the token has its new time by now.
        if self.files[0].touch("etc/corosync/corosync.conf") {
            steps.push(self.corosync());
        }
        steps.extend(self.upwards());
        steps
    }

    /// From the volumes up to the guests; what was stopped for the change starts again where it is needed.
    pub(super) fn upwards(&self) -> Vec<Step> {
        let (volumes, on_mounted) = data::volumes(self.edits, self.sides);
        let mut steps = Vec::new();
        // Where nothing of a volume group is in use, nobody has started its locks.
        if !self.needs.stop.is_empty() && !volumes.is_empty() && own::lvmlockd(self.sides.new.plan) {
            let groups = data::old_groups(self.edits, self.sides);
            steps.extend(groups.map(|name| node(Where::Both, &["vg-lockstart", name])));
        }
        steps.extend(volumes);
        steps.extend(self.cib(|file| ("50".."60").contains(&file)));
        let (guests, storage): (Vec<String>, Vec<String>) =
            self.needs.start.iter().cloned().partition(|id| id.starts_with("vm-"));
        if !storage.is_empty() {
            steps.push(own::start(&storage));
        }
        steps.extend(self.mounted());
        steps.extend(on_mounted);
        steps.extend(self.images());
        steps.extend(self.cib(|file| file >= "60"));
        steps.extend(self.ended(&guests));
        steps
    }

    /// What has to be there first: packages, secrets.
    pub(super) fn prepared(&self) -> Vec<Step> {
        let keys = [
            "firewall.manage",
            "notify.mail",
            "vms[]",
            "nodes[].fence[]",
            "nodes[].fence[].agent",
            "migration.transport",
        ];
        let mut steps = Vec::new();
        if self.edits.iter().any(|meant| keys.contains(&meant.edit.key.as_str()) && meant.edit.kind != Kind::Removed) {
            steps.push(node(Where::Both, &["packages"]));
        }
        if self.edited("nodes[].fence[]") {
            steps.push(node(Where::Both, &["secrets"]));
        }
        for (index, resource) in &self.needs.replaced {
            let title = format!("{resource} is UpToDate on {}", self.sides.new.plan.nodes[1 - index].name);
            steps.push(own(Where::Node(1 - index), "copied", title, json!({ "resource": resource })));
        }
        steps
    }

    /// The new files on both nodes, and what reads them.
    pub(super) fn placed(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        if self.files.iter().all(Files::is_empty) {
            return steps;
        }
        steps.push(node(Where::Both, &["overlay"]));
        steps.extend((0..2).filter_map(|index| self.gone(index)));
        steps.extend(self.secrets(Where::Both));
        for step in TOLD {
            let on = |index: &usize| self.files[*index].told(self.sides).contains(step);
            // Where a mistake could shut a node in, it meets one of them.
            let one_by_one = matches!(*step, "services" | "firewall");
            match [1, 0].into_iter().filter(on).collect::<Vec<_>>()[..] {
                [_, _] if !one_by_one => steps.push(node(Where::Both, &[step])),
                ref nodes => steps.extend(nodes.iter().map(|index| node(Where::Node(*index), &[step]))),
            }
        }
        let mounts =
            |plan: &'_ crate::plan::Plan| plan.filesystems().map(|(_, one)| one.mount.clone()).collect::<BTreeSet<_>>();
        if !mounts(self.sides.new.plan).is_subset(&mounts(self.sides.old.plan)) {
            steps.push(node(Where::Both, &["mountpoints"]));
        }
        if self.files[0].touch("etc/gfs2gen/domains/") {
            steps.push(node(Where::Both, &["domains"]));
        }
        steps
    }

    /// DRBD's files hold a secret that the tree does not have.
    fn secrets(&self, at: Where) -> Vec<Step> {
        if self.files.iter().all(|files| files.resources().is_empty()) {
            return Vec::new();
        }
        let path =
            |plan: &crate::plan::Plan| plan.storage.iter().map(|one| one.secret.clone()).collect::<BTreeSet<_>>();
        let mut steps = Vec::new();
        if !path(self.sides.new.plan).is_subset(&path(self.sides.old.plan)) {
            steps.push(node(FIRST, &["make-keys"]));
            let title = "what both sides of DRBD know is on both nodes".to_owned();
            steps.push(Step { at: Where::Node(1), title, what: What::Keys });
        }
        steps.push(node(at, &["drbd-secret"]));
        steps
    }

    pub(super) fn gone(&self, index: usize) -> Option<Step> {
        let files = &self.files[index];
        let paths: Vec<String> = files.gone.iter().map(|path| format!("/{path}")).collect();
        let title = format!("files of the old tree are gone from {}", self.sides.new.plan.nodes[index].name);
        let view = json!({ "files": paths, "units": files.units_gone() });
        (!paths.is_empty()).then(|| own(Where::Node(index), "files_gone", title, view))
    }

    /// DRBD takes what changed, where it runs on. A new resource, or one whose disk is replaced, comes up with it.
    fn adjusted(&self) -> Vec<Step> {
        let old = &self.sides.old.plan.storage;
        let changed = self.files[0].resources().into_iter().chain(self.files[1].resources());
        let names: BTreeSet<&str> = changed.filter(|name| old.iter().any(|storage| storage.name == **name)).collect();
        let replaced = |name: &&str| self.needs.replaced.iter().any(|(_, resource)| resource == *name);
        let stopped = |name: &&str| self.needs.stop.contains(&super::needs::drbd_clone(name));
        names
            .iter()
            .filter(|name| !replaced(name) && !stopped(name))
            .map(|name| own::adjust(Where::Both, name))
            .collect()
    }

    fn corosync(&self) -> Step {
        let token = self.sides.new.plan.cluster.token_ms;
        own(FIRST, "corosync_reload", "corosync runs with its new configuration", json!({ "token": token }))
    }

    /// Resources get other parameters while Pacemaker looks away.
    fn quiet(&self) -> Vec<Step> {
        let needs = self.needs;
        if needs.quiet.is_empty() {
            return Vec::new();
        }
        let mut steps = vec![own(FIRST, "quiet", "Pacemaker looks away: nothing is started or stopped", json!({}))];
        for meant in self.edits.iter().filter(|meant| meant.row.does == Does::Remount) {
            let found = self.sides.new.plan.filesystems().find(|(_, one)| one.name == meant.edit.name(1));
            if let Some((_, one)) = found {
                let view = json!({ "mount": one.mount, "options": one.options.join(",") });
                steps.push(own(Where::Both, "remount", format!("{} has its new options", one.name), view));
            }
        }
        let calls = needs.cib.made.iter().filter(|(_, call)| self.is_quiet(call)).map(|(_, call)| call.clone());
        steps.push(cib(calls.collect(), "the resources have their new parameters"));
        let ids = json!({ "ids": needs.quiet });
        steps.push(own(FIRST, "refresh", "Pacemaker has found the resources anew", ids));
        steps.push(own(FIRST, "loud", "Pacemaker looks again, and leaves everything as it is", json!({})));
        steps
    }

    fn is_quiet(&self, call: &Call) -> bool {
        let words: Vec<&String> = call.lines.iter().flatten().take(2).collect();
        matches!(words[..], [function, id] if function == "changed" && self.needs.quiet.contains(id))
    }

    /// A node is taken out and comes back.
    fn out(&self, index: usize) -> Vec<Step> {
        let plan = self.sides.new.plan;
        let mut steps = vec![own::standby(plan, index)];
        if self.needs.files_out {
            steps.push(node(Where::Node(index), &["overlay"]));
            steps.extend(self.gone(index));
            steps.extend(self.secrets(Where::Node(index)));
        }
        if self.needs.reconnect && index == 1 {
            steps.extend(self.placed());
            let names = self.files[0].resources();
            steps.extend(names.iter().map(|name| own::adjust(FIRST, name)));
        }
        let replaced = self.needs.replaced.iter().filter(|(node, _)| *node == index);
        steps.extend(replaced.map(|(_, resource)| node(Where::Node(index), &["drbd-metadata", resource])));
        steps.push(own::unstandby(plan, index));
        steps.extend(plan.storage.iter().flat_map(|storage| {
            [node(FIRST, &["drbd-sync", &storage.name]), node(FIRST, &["promoted", &storage.name])]
        }));
        steps.extend(plan.filesystems().map(|(_, one)| node(Where::Both, &["mounted", &one.name])));
        steps
    }

    pub(super) fn cib_gone(&self) -> Vec<Step> {
        let calls = self.needs.cib.gone.clone();
        if calls.is_empty() { Vec::new() } else { vec![cib(calls, "the cluster no longer knows what is gone")] }
    }

    /// What changes in the cluster's configuration, of some of the scripts that make it on fresh nodes.
    pub(super) fn cib(&self, of: impl Fn(&str) -> bool) -> Vec<Step> {
        let made = self.needs.cib.made.iter().filter(|(file, call)| of(file) && !self.is_quiet(call));
        let calls: Vec<Call> = made.map(|(_, call)| call.clone()).collect();
        if calls.is_empty() { Vec::new() } else { vec![cib(calls, "the cluster is configured as the new tree says")] }
    }

    /// Filesystems that are mounted for the first time, or anew.
    pub(super) fn mounted(&self) -> Vec<Step> {
        let plan = self.sides.new.plan;
        let new = |name: &str| self.sides.old.plan.filesystems().all(|(_, old)| old.name != name);
        let stopped = |name: &str| self.needs.stop.contains(&super::needs::storage_clone(plan, name));
        let names = plan.filesystems().map(|(_, one)| one.name.as_str()).filter(|name| new(name) && !stopped(name));
        names.map(|name| node(Where::Both, &["mounted", name])).collect()
    }

    pub(super) fn images(&self) -> Vec<Step> {
        let mut steps = data::images(self.edits, self.sides);
        let new = self.edits.iter().any(|meant| {
            ["vms[]", "vms[].disks[]"].contains(&meant.edit.key.as_str()) && meant.edit.kind == Kind::Added
        });
        if new {
            steps.push(node(FIRST, &["images"]));
        }
        steps
    }

    pub(super) fn ended(&self, start: &[String]) -> Vec<Step> {
        let mut steps = Vec::new();
        if !start.is_empty() {
            steps.push(own::start(start));
        }
        steps.push(node(FIRST, &["settled"]));
        steps.push(Step { at: Where::Here, title: "both nodes are as the new tree says".into(), what: What::Verify });
        steps
    }
}

fn cib(calls: Vec<Call>, title: &str) -> Step {
    Step { at: FIRST, title: title.to_owned(), what: What::Cib(calls) }
}

/// Changes of the configuration with nothing between them are one push.
fn merged(steps: Vec<Step>) -> Vec<Step> {
    let mut merged: Vec<Step> = Vec::new();
    for step in steps {
        if let (Some(Step { what: What::Cib(before), .. }), What::Cib(calls)) = (merged.last_mut(), &step.what) {
            before.extend(calls.iter().cloned());
        } else {
            merged.push(step);
        }
    }
    merged
}
