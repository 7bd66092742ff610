//! The runbook: it names what people need, its commands are shell, and Pacemaker does with them what it says.

mod cluster;
#[allow(dead_code)]
mod readers;

use std::process::Command;

use gfs2gen::bundle::Bundle;
use gfs2gen::plan::{Plan, Storage};

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

/// What Pacemaker does when both nodes run everything and these commands of pcs are given one after the other.
fn simulated(plan: &Plan, cib: &str, commands: &[&[&str]]) -> String {
    let states: String = plan.nodes.iter().map(|node| {
        let score = |storage: &Storage| {
            format!("<nvpair id=\"{0}-{1}\" name=\"master-drbd-{1}\" value=\"10000\"/>", node.name, storage.name)
        };
        format!(
            "<node_state id=\"{id}\" uname=\"{}\" in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\">\
             <transient_attributes id=\"{id}\"><instance_attributes id=\"status-{id}\">{}</instance_attributes>\
             </transient_attributes></node_state>",
            node.name,
            plan.storage.iter().map(score).collect::<String>(),
            id = node.id,
        )
    }).collect();
    let text = cib
        .replace("</configuration>", &format!("</configuration><status>{states}</status>"))
        .replace("<cib ", "<cib have-quorum=\"1\" dc-uuid=\"1\" ");
    let (folder, path) = readers::file("cib.xml", &text);
    let next = folder.path().join("next.xml");
    let step = || {
        let mut simulate = Command::new("crm_simulate");
        simulate.arg("-S").arg("-x").arg(&path).arg("-O").arg(&next);
        let said = readers::run(&mut simulate, &text);
        std::fs::rename(&next, &path).expect("the state afterwards");
        said
    };
    step();
    let mut said = String::new();
    for command in commands {
        readers::run(Command::new("pcs").arg("-f").arg(&path).args(*command), &text);
        said += &step();
    }
    said.lines().filter(|line| line.starts_with("  * ")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn pacemaker_does_what_the_runbook_says() {
    for program in ["pcs", "crm_simulate"] {
        if readers::find(program).is_none() {
            return;
        }
    }
    for (plan, bundle) in trees() {
        let cib = &bundle.get("cluster/cib.xml").expect("the CIB").content;
        let second = plan.nodes[1].name.as_str();
        let stopped = simulated(&plan, cib, &[&["property", "set", "stop-all-resources=true"]]);
        let migrates = stopped.lines().find(|line| line.contains("Migrate"));
        assert_eq!(migrates, None, "a shutdown of both moves no guest");
        for storage in &plan.storage {
            assert_eq!(stopped.matches(&format!(" Stop       drbd-{}:", storage.name)).count(), 2, "{stopped}");
        }
        // Split brain: guests stop before the victim leaves, and the volumes stay active on the other node, for fsck.
        let names: Vec<String> =
            plan.storage[0].filesystems.iter().map(|filesystem| format!("fs-{}", filesystem.name)).collect();
        let disable: Vec<[&str; 3]> = names.iter().map(|name| ["resource", "disable", name.as_str()]).collect();
        let mut commands: Vec<&[&str]> = disable.iter().map(<[&str; 3]>::as_slice).collect();
        let standby = ["node", "standby", second];
        commands.push(&standby);
        let said = simulated(&plan, cib, &commands);
        for guest in plan.guests.iter().filter(|guest| names.contains(&format!("fs-{}", guest.filesystems[0]))) {
            assert!(!said.contains(&format!("Migrate    vm-{} ", guest.name)), "{said}");
        }
        for line in said.lines().filter(|line| line.contains("Stop       lv-") || line.contains("Stop       clvmd:")) {
            assert!(line.contains(second), "{said}");
        }
    }
}
