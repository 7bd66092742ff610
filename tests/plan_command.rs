//! `gfs2gen plan` as a user runs it.

mod edits;
mod program;

use std::fs;

use edits::{FULL, LEGACY, edited};
use program::run;

/// A folder with `old.yaml` and `new.yaml`, and what they name.
fn folder(new: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("domains")).unwrap();
    for (name, text) in [("old.yaml", FULL), ("new.yaml", new), ("domains/legacy.xml", LEGACY)] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn a_tree_says_what_it_was_made_of() {
    let folder = folder(&edited(FULL, &[("size: 600GiB", "size: 700GiB")]));
    let built = run(folder.path(), &["build", "-q", "old.yaml"], "");
    assert_eq!(built.code, 0, "{}", built.err);
    let from_tree = run(folder.path(), &["plan", "out/rack12", "new.yaml"], "");
    let from_description = run(folder.path(), &["plan", "old.yaml", "new.yaml"], "");
    assert_eq!((from_tree.code, from_tree.out.as_str()), (0, from_description.out.as_str()), "{}", from_tree.err);
    assert!(from_tree.out.starts_with("rack12: 1 edit, online: while everything runs\n"), "{}", from_tree.out);
    let same = run(folder.path(), &["plan", "out/rack12", "old.yaml"], "");
    assert_eq!((same.code, same.out.as_str()), (0, "rack12: nothing changes\n"));
    // From before the manifest said it.
    let manifest = folder.path().join("out/rack12/MANIFEST.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"description\": {", "\"other\": {")).unwrap();
    let older = run(folder.path(), &["plan", "out/rack12", "old.yaml"], "");
    assert_eq!(older.code, 4);
    assert!(older.err.contains("does not say what it was made of; give its description"), "{}", older.err);
}

#[test]
fn what_cannot_be_taken_back_is_planned_on_demand() {
    for (from, to, why) in [
        ("size: 600GiB", "size: 500GiB", "storage[fast].filesystems[vms].size: 600GiB -> 500GiB (impossible)"),
        (
            "      - { name: iso, logical_volume: iso, size: 80%, mount: /srv/iso }",
            "      - { name: a, mount: /a }",
            "storage[slow].filesystems[iso] is gone (destroys data)",
        ),
    ] {
        let folder = folder(&edited(FULL, &[(from, to)]));
        let said = run(folder.path(), &["plan", "old.yaml", "new.yaml"], "");
        assert_eq!(said.code, 1);
        assert!(said.err.contains(why) && said.err.contains("--allow-destroy"), "{}", said.err);
        assert!(said.out.contains("instead: "), "{}", said.out);
        let allowed = run(folder.path(), &["plan", "--allow-destroy", "old.yaml", "new.yaml"], "");
        assert_eq!((allowed.code, allowed.out, allowed.err.as_str()), (0, said.out, ""));
    }
}

#[test]
fn a_description_with_errors_is_not_compared() {
    let folder = folder(&FULL.replace("port: 7800", "port: 7789"));
    let said = run(folder.path(), &["plan", "old.yaml", "new.yaml"], "");
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(said.err.contains("new.yaml:"), "{}", said.err);
    let said = run(folder.path(), &["plan", "none.yaml", "new.yaml"], "");
    assert_eq!(said.code, 4);
    assert!(said.err.contains("cannot read none.yaml"), "{}", said.err);
}

#[test]
fn every_form_says_the_same() {
    let folder = folder(&edited(
        FULL,
        &[
            ("journals: 3", "journals: 4"),
            (
                "lanplus: true, cipher: 17 }\n        secrets: { password: /etc/gfs2gen/secrets/bmc-beta",
                "lanplus: true, cipher: 17, privlvl: \"a|b `c` <d>\" }\n        secrets: { password: /etc/gfs2gen/secrets/bmc-beta",
            ),
        ],
    ));
    let plan = |form: &str| {
        let said = run(folder.path(), &["plan", "old.yaml", "new.yaml", "--format", form], "");
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{form}");
        said.out
    };
    let json: serde_json::Value = serde_json::from_str(&plan("json")).unwrap();
    assert_eq!(
        (json["version"].as_u64(), json["cluster"].as_str(), json["class"].as_str()),
        (Some(1), Some("rack12"), Some("online"))
    );
    assert_eq!(json["edits"][1]["place"], "storage[fast].filesystems[vms].journals");
    let (human, markdown, script) = (plan("human"), plan("markdown"), plan("script"));
    for step in json["steps"].as_array().unwrap() {
        let title = step["title"].as_str().unwrap();
        assert!(human.contains(title) && markdown.contains(title), "{title}");
        for command in step["commands"].as_array().unwrap() {
            let command = command.as_str().unwrap();
            assert!(human.contains(command) && markdown.contains(command), "{command}");
        }
    }
    assert!(script.contains("\ngfs2_jadd -j 1 -J 128 /srv/vms\n"), "{script}");
    // What a user wrote stands in a table of Markdown as it is.
    assert!(markdown.contains("privlvl: nothing -\\> a\\|b \\`c\\` \\<d\\> |"), "{markdown}");
}

#[test]
fn what_no_description_says_stands_on_the_command_line() {
    let folder = folder(FULL);
    let plan = |words: &[&str]| run(folder.path(), &[&["plan", "old.yaml", "new.yaml"], words].concat(), "");
    let disk = plan(&["--replaced", "beta:fast"]);
    assert_eq!(disk.code, 0, "{}", disk.err);
    assert!(disk.out.starts_with("rack12: 1 edit, guests migrate"), "{}", disk.out);
    assert!(
        disk.out.contains("pcs node standby beta") && disk.out.contains("node.sh drbd-metadata fast"),
        "{}",
        disk.out
    );
    for (word, why) in
        [("gamma", "there is no node gamma: the nodes are alpha and beta"), ("beta:old", "no storage entry old")]
    {
        let said = plan(&["--replaced", word]);
        assert_eq!((said.code, said.out.as_str()), (1, ""));
        assert!(said.err.contains(why), "{}", said.err);
    }
    fs::write(folder.path().join("new.yaml"), edited(FULL, &[("token: 5s", "token: 6s")])).unwrap();
    let said = plan(&["--replaced", "beta"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("cluster.token: 5s -> 6s: make this edit before or after"), "{}", said.err);
}

#[test]
fn what_has_no_way_has_no_script() {
    for (edits, why) in [
        ([("size: 600GiB", "size: 500GiB")], "--allow-destroy"),
        ([("platform: debian12", "platform: debian13")], "installed anew"),
    ] {
        let folder = folder(&edited(FULL, &edits));
        let said = run(folder.path(), &["plan", "old.yaml", "new.yaml", "--format", "script"], "");
        assert_eq!((said.code, said.out.as_str()), (1, ""));
        assert!(said.err.contains(why), "{}", said.err);
    }
}
