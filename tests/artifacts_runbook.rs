//! The runbook: it names what people need, and its commands are shell.

mod cluster;
#[allow(dead_code)]
mod readers;

use std::process::Command;

use gfs2gen::bundle::Bundle;
use gfs2gen::plan::Plan;

fn trees() -> impl Iterator<Item = (Plan, Bundle)> {
    cluster::EXAMPLES.into_iter().map(|example| {
        let plan = cluster::plan(example);
        let bundle = gfs2gen::artifact::bundle(&plan).expect("a tree");
        (plan, bundle)
    })
}

#[test]
fn the_runbook_names_what_people_need_and_is_not_long() {
    for (plan, bundle) in trees() {
        let text = &bundle.get("RUNBOOK.md").expect("a runbook").content;
        let prose: usize = text.split("```").step_by(2).map(|part| part.lines().count()).sum();
        assert!(prose <= 220, "{prose} lines outside code: nobody reads that at night");
        let mut names: Vec<String> = plan.nodes.iter().map(|node| node.name.clone()).collect();
        names.extend(plan.storage.iter().flat_map(|storage| [storage.device(), storage.secret.clone()]));
        names.extend(plan.storage.iter().flat_map(|storage| storage.disks.clone()));
        names.extend(plan.filesystems().map(|(_, filesystem)| filesystem.mount.clone()));
        names.extend(plan.fence_devices().flat_map(|(_, device)| device.secrets.clone()));
        names.extend(plan.waivers.iter().map(|waiver| waiver.reason.clone()));
        for name in names {
            assert!(text.contains(&name), "the runbook does not say {name}");
        }
        assert!(!text.contains("\n\n\n"), "two empty lines:\n{text}");
    }
}

#[test]
fn the_runbooks_commands_are_shell() {
    let Some(program) = readers::find("bash") else { return };
    for (_, bundle) in trees() {
        let text = &bundle.get("RUNBOOK.md").expect("a runbook").content;
        let blocks = text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
        let commands: String = blocks.collect();
        let (_folder, path) = readers::file("runbook.sh", &commands);
        readers::run(Command::new(&program).arg("-n").arg(&path), &commands);
    }
}
