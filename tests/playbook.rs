//! The playbook's tags: a step by itself, from a step on, and the whole inside a playbook of somebody's own.

#[allow(dead_code, reason = "each test program uses its part of this")]
mod built;
#[allow(dead_code, reason = "each test program uses its part of this")]
mod nodes;
#[allow(dead_code, reason = "each test program uses its part of this")]
mod readers;

use std::fs;
use std::process::Command;

use nodes::Nodes;

/// The tasks of a playbook in order: the name of each, and its tags as they are written.
fn tasks(playbook: &str) -> Vec<(String, String)> {
    let (_, tasks) = playbook.split_once("\n  tasks:\n").expect("the tasks");
    let task = |text: &str| {
        let name = text.lines().next().expect("a name").trim_matches('"').to_owned();
        let tags = text.lines().find_map(|line| line.strip_prefix("      tags: ")).unwrap_or_default();
        (name, tags.trim_matches(['[', ']']).trim_matches('"').to_owned())
    };
    tasks.split("    - name: ").skip(1).map(task).collect()
}

#[test]
fn every_task_has_the_name_of_its_step_in_bootstrap_as_a_tag() {
    for tree in built::all() {
        let output = Command::new("bash").arg(tree.root.join("bootstrap.sh")).arg("--list").output().unwrap();
        let list = String::from_utf8(output.stdout).unwrap();
        let tasks = tasks(&fs::read_to_string(tree.root.join("ansible/site.yml")).unwrap());
        let mut tags: Vec<&str> = tasks.iter().map(|(_, tag)| tag.as_str()).filter(|tag| *tag != "always").collect();
        tags.dedup();
        // A step for each resource comes again for each; bootstrap.sh names it once.
        let mut once: Vec<&str> = Vec::new();
        for tag in tags {
            if !once.contains(&tag) {
                once.push(tag);
            }
        }
        assert_eq!(once, list.lines().collect::<Vec<_>>(), "{}", tree.name);
        let always: Vec<&str> =
            tasks.iter().filter(|(_, tag)| tag == "always").map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            always,
            [
                "Make a folder for a dry run",
                "Make the tree's folder",
                "Copy the tree",
                "Take the folder of the dry run away",
                "Tell what is blocked",
            ]
        );
        for (name, tag) in tasks.iter().filter(|(name, _)| name.starts_with("Step ") && !name.contains(" fences ")) {
            assert_eq!(name.split(' ').nth(1), Some(tag.as_str()));
        }
    }
}

/// The tasks that were not skipped on this node, by their names, those of the play itself left out.
fn ran(said: &str, node: &str) -> Vec<String> {
    let blocks = said.split("\nTASK [").skip(1).filter_map(|block| block.split_once(']'));
    let of_node = |block: &str| {
        let verdict = |word: &str| block.contains(&format!("{word}: [{node}]"));
        verdict("ok") || verdict("changed") || verdict("fatal")
    };
    let steps = blocks.filter(|(name, block)| name.starts_with("Step ") && of_node(block));
    steps.map(|(name, _)| name.to_owned()).collect()
}

fn recap<'a>(said: &'a str, node: &str) -> &'a str {
    said.lines().rfind(|line| line.starts_with(node)).unwrap_or_else(|| panic!("{said}"))
}

#[test]
fn one_step_runs_by_itself_and_then_has_nothing_to_do() {
    let Some(nodes) = Nodes::prepared() else { return };
    // What an earlier step brings is not there: the step says so, and nothing comes after it.
    let Some((code, said)) = nodes.playbook(&["--tags", "services,mountpoints"]) else { return };
    assert_eq!((code, ran(&said, "server4")), (2, vec!["Step services".to_owned()]), "{said}");
    assert!(said.contains("the step overlay brings it"), "{said}");

    // The tree is there now, so this may begin anywhere.
    let only = ["--start-at-task", "Step mountpoints", "--tags", "mountpoints"];
    for changed in [1, 0] {
        let (code, said) = nodes.playbook(&only).unwrap();
        assert_eq!((code, ran(&said, "server7")), (0, vec!["Step mountpoints".to_owned()]), "{said}");
        for node in ["server4", "server7"] {
            assert!(recap(&said, node).contains(&format!(" changed={changed} ")), "{said}");
        }
    }
    // A dry run that begins there has nothing to take away in the end.
    let (code, said) = nodes.playbook(&["--check", "--start-at-task", "Step settled"]).unwrap();
    assert_eq!((code, ran(&said, "server4")), (0, vec!["Step settled".to_owned()]), "{said}");
}

#[test]
fn a_playbook_of_somebodys_own_takes_it_in() {
    let Some(nodes) = Nodes::prepared() else { return };
    let own = nodes.tree.with_file_name("own.yml");
    let site = nodes.tree.join("ansible/site.yml");
    let text = "---\n- name: Before\n  hosts: gfs2gen\n  gather_facts: false\n  tasks:\n    - name: Step of ours\n      \
                ansible.builtin.debug:\n        msg: here\n      tags: ours\n- name: The cluster\n  \
                ansible.builtin.import_playbook: ";
    fs::write(&own, format!("{text}{}\n", site.display())).unwrap();
    let Some((code, said)) = nodes.playbook_in(&own, &["--check", "--tags", "ours,identity"]) else { return };
    assert_eq!(
        (code, ran(&said, "server7")),
        (0, vec!["Step of ours".to_owned(), "Step identity".to_owned()]),
        "{said}"
    );
}

/// What a step waits for on fresh nodes: the steps that it names, or the packages.
fn waits_for(reason: &str) -> Vec<&str> {
    if reason.contains(" is not installed yet") {
        return vec!["packages"];
    }
    if reason.contains("--prove-fencing") {
        return vec!["prove-fencing"];
    }
    let (_, steps) = reason.split_once("the step").expect("a step");
    let words = steps.trim_start_matches('s').trim_start().split([' ', ',']);
    let known = ["make-keys", "take-keys", "overlay", "cluster-start", "logical-volume"];
    words.filter(|word| known.contains(word)).collect()
}

#[test]
fn the_page_says_which_steps_need_an_earlier_one() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/ansible.md")).unwrap();
    // What bootstrap.sh --plan says of fresh nodes, which that test looks at.
    let (_, fresh) = include_str!("plan.rs").split_once("const FRESH: &str = \"\\\n").unwrap();
    let (fresh, _) = fresh.split_once("\";\n").unwrap();
    let mut rows = 0;
    for line in fresh.lines().filter_map(|line| line.strip_prefix("== ")) {
        let (step, said) = line.split_once(": ").unwrap();
        let Some(reason) = said.strip_prefix("later: ") else { continue };
        let step = step.split(' ').next().unwrap().trim_end_matches(".sh");
        let needs: Vec<String> = waits_for(reason).iter().map(|need| format!("`{need}`")).collect();
        assert!(!needs.is_empty(), "{line}");
        let row = format!("| `{step}` | {} |", needs.join(", "));
        assert!(page.contains(&row), "{row}");
        rows += 1;
    }
    assert!(rows > 15, "{rows}");
}
