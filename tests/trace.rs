//! Where the lines of generated files come from.

#[allow(dead_code, reason = "each test program uses its part of this")]
mod built;
mod edits;
mod program;

use std::collections::BTreeSet;

use gfs2gen::artifact;
use gfs2gen::trace::{Explained, explain, explain_manifest, explain_without_keys};

#[test]
fn marks_leave_every_text_as_it_is() {
    for (name, path) in built::examples() {
        let (plan, bundle) = edits::built(&std::fs::read_to_string(path).unwrap());
        let wanted: BTreeSet<String> = bundle.iter().map(|file| file.path.to_string()).collect();
        let (traced, origins) = artifact::traced(&plan, wanted).unwrap();
        for file in bundle.iter() {
            let path = file.path.as_str();
            assert_eq!(traced.get(path).unwrap().content, file.content, "{name}: {path}");
            let origin = &origins[path];
            assert_eq!(origin.lines.len(), file.content.lines().count(), "{name}: {path}");
            for (number, (line, by)) in file.content.lines().zip(&origin.lines).enumerate() {
                assert!(!by.is_empty() || origin.template.is_none(), "{name}: {path}:{}: {line}", number + 1);
            }
        }
    }
}

fn load(_: &str) -> std::io::Result<String> {
    Ok(edits::LEGACY.to_owned())
}

#[test]
fn every_line_of_every_example_has_its_template_line_and_a_reason() {
    let mut lines = 0;
    let mut without = Vec::new();
    for (name, path) in built::examples() {
        let (_, bundle) = edits::built(&std::fs::read_to_string(path).unwrap());
        let all = explain_without_keys(bundle.description(), &load).unwrap();
        assert_eq!(all.len(), bundle.len());
        for (file, explained) in bundle.iter().zip(&all) {
            let path = file.path.as_str();
            assert_eq!((explained.path.as_str(), &explained.text), (path, &file.content), "{name}");
            for line in &explained.lines {
                let own = path.ends_with("domains/legacy.xml");
                assert_eq!(line.made_by.is_empty(), own, "{name}: {path}:{}: {}", line.number, line.text);
                assert!(!line.why.text.trim().is_empty(), "{name}: {path}:{}: {}", line.number, line.text);
                // That it is of a kind is a reason for a file of the user's own only: all others say what they are.
                if line.why.place.is_none() && !own {
                    without.push(format!("{name}: {path}:{}: {}", line.number, line.text));
                }
                lines += 1;
            }
        }
        let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(&name).join("MANIFEST.json");
        let text = std::fs::read_to_string(golden).unwrap();
        let explained = explain_manifest(&text);
        assert_eq!(explained.lines.len(), text.lines().count());
        assert!(explained.lines.iter().all(|line| !line.why.text.is_empty()));
        assert!(explained.lines.iter().filter(|line| !line.keys.is_empty()).count() > 50, "{name}");
    }
    assert!(without.is_empty(), "no reason is written down for {without:#?}");
    assert!(lines > 10_000, "{lines}");
}

/// The keys of the line with these words.
fn keys(explained: &Explained, words: &str) -> Vec<String> {
    let line = explained.lines.iter().find(|line| line.text.contains(words)).unwrap_or_else(|| panic!("{words}"));
    line.keys.iter().map(ToString::to_string).collect()
}

#[test]
fn a_line_has_the_keys_that_change_it_and_no_others() {
    let (_, bundle) = edits::built(edits::FULL);
    let file = |path: &str| explain(bundle.description(), &load, path).unwrap();
    let resource = file("nodes/alpha/rootfs/etc/drbd.d/fast.res");
    for (words, expected) in [
        ("verify-alg", &["/storage/0/drbd/verify_alg"][..]),
        ("allow-two-primaries", &[]),
        ("ping-int 1;", &["/cluster/token"]),
        ("on beta {", &["/nodes/1/name"]),
        ("c-max-rate", &["/storage/0/drbd/resync/max_rate"]),
        ("10.10.10.4:", &["/nodes/0/addresses/replication", "/storage/0/address", "/storage/0/port"]),
        ("minor 0", &["/storage/0/minor"]),
        ("nvme-eui.0025385b71b00c33", &["/storage/0/disk/alpha"]),
    ] {
        assert_eq!(keys(&resource, words), expected, "{words}");
    }
    let named: Vec<String> = resource.keys.iter().map(ToString::to_string).collect();
    assert_eq!(named, ["/nodes/0/name", "/storage/0/name"]);
    let lvm = file("nodes/beta/rootfs/etc/lvm/lvm.conf");
    assert_eq!(keys(&lvm, "use_lvmlockd = 1"), ["/platform"]);
    assert_eq!(keys(&lvm, "b00b22-part3"), ["/nodes/1/local_pvs"]);
    let own = file("nodes/beta/rootfs/etc/gfs2gen/domains/legacy.xml");
    assert!(own.lines.iter().all(|line| line.keys.iter().map(ToString::to_string).eq(["/vms/1/domain"])));
    let units = file("nodes/alpha/rootfs/etc/dlm/dlm.conf");
    assert_eq!(keys(&units, "protocol"), ["/cluster/links"]);
}

#[test]
fn a_line_that_is_there_because_nothing_was_written_says_so() {
    let (_, bundle) = edits::built(program::MINIMAL);
    let common = explain(bundle.description(), &load, "nodes/server4/rootfs/etc/drbd.d/global_common.conf").unwrap();
    assert_eq!(keys(&common, "split-brain "), ["/notify/mail"].map(|_| "/notify"));
}

/// Whatever people describe can be explained: nothing of the trying stops the program.
#[test]
fn strange_descriptions_can_be_explained() {
    for name in ["hostile", "unlike"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/descriptions").join(name);
        let text = std::fs::read_to_string(folder.join("cluster.yaml")).unwrap();
        let (_, bundle) = edits::built(&text);
        let path = bundle.iter().map(|file| file.path.to_string()).find(|path| path.ends_with(".res")).unwrap();
        let explained = explain(bundle.description(), &load, &path).unwrap();
        assert_eq!(explained.text, bundle.get(&path).unwrap().content);
        assert!(explained.lines.iter().any(|line| !line.keys.is_empty()));
    }
}
