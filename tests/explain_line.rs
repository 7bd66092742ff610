//! `gfs2gen explain TREE/FILE:LINE` as a user runs it: exact words, streams and exit codes.

mod program;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use program::{MINIMAL, run};

/// A folder with a description and its tree.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("cluster.yaml"), MINIMAL).unwrap();
    assert_eq!(run(folder.path(), &["build", "-q", "cluster.yaml"], "").code, 0);
    folder
}

const RES: &str = "out/vcluster/nodes/server4/rootfs/etc/drbd.d/r0.res";

/// The number of the line with these words.
fn line(folder: &Path, file: &str, words: &str) -> usize {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    text.lines().position(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}")) + 1
}

/// Everything below a folder, with when it was written to.
fn moment(folder: &Path) -> BTreeMap<String, (u64, i64, i64)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = fs::symlink_metadata(&path).unwrap();
        let stamp = (metadata.ino(), metadata.mtime(), metadata.mtime_nsec());
        found.insert(path.display().to_string(), stamp);
        if path.is_dir() {
            found.extend(moment(&path));
        }
    }
    found
}

#[test]
fn a_line_is_explained_and_nothing_is_written() {
    let folder = folder();
    let before = moment(folder.path());
    let said = run(folder.path(), &["explain", &format!("{RES}:15")], "");
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(said.out, include_str!("explained/verify-alg.txt"));
    assert_eq!(moment(folder.path()), before);
}

#[test]
fn with_the_description_its_lines_are_named() {
    let folder = folder();
    let at = line(folder.path(), RES, "on server7 {");
    let said = run(folder.path(), &["explain", "-q", &format!("{RES}:{at}"), "-d", "cluster.yaml"], "");
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let written = line(folder.path(), "cluster.yaml", "name: server7");
    assert!(said.out.contains(&format!("nodes[server7].name: server7 (cluster.yaml:{written})\n")), "{}", said.out);
    let default = run(folder.path(), &["explain", "-q", &format!("{RES}:15"), "-d", "cluster.yaml"], "");
    assert!(default.out.contains("storage[r0].drbd.verify_alg: sha256 (its default)\n"), "{}", default.out);
}

#[test]
fn the_end_of_a_path_will_do_where_it_can_only_be_one() {
    let folder = folder();
    let whole = run(folder.path(), &["explain", &format!("{RES}:15")], "").out;
    assert_eq!(run(folder.path(), &["explain", "out/drbd.d/r0.res:15"], "").out, whole);
    assert_eq!(run(folder.path(), &["explain", "out/vcluster/drbd.d/r0.res:15"], "").out, whole);
    let inside = folder.path().join("out/vcluster/nodes/server4");
    let said = run(&inside, &["explain", "rootfs/etc/drbd.d/r0.res:15"], "");
    assert!(said.code == 0 && said.out.contains("nodes/server4/rootfs/etc/drbd.d/r0.res:15\n"), "{}", said.err);
    let said = run(folder.path(), &["explain", "out/vcluster/node.sh:16"], "");
    assert_eq!(
        (said.code, said.err.as_str()),
        (
            4,
            "gfs2gen: out/vcluster/node.sh can be several files\n\
             help: name one of out/vcluster/nodes/server4/node.sh, out/vcluster/nodes/server7/node.sh\n"
        )
    );
}

#[test]
fn json_is_one_document_for_one_line_and_for_all() {
    let folder = folder();
    let said = run(folder.path(), &["explain", "--format", "json", &format!("{RES}:15")], "");
    let one: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((one["version"].as_u64(), one["lines"].as_array().unwrap().len()), (Some(1), 1));
    let line = &one["lines"][0];
    assert_eq!(line["text"], "        verify-alg sha256;");
    assert_eq!(line["templates"][0]["file"], "templates/drbd/resource.res.j2");
    let key = &line["keys"][0];
    assert_eq!((&key["path"], &key["origin"]), (&"/storage/0/drbd/verify_alg".into(), &"default".into()));
    let manifest = fs::read_to_string(folder.path().join("out/vcluster/MANIFEST.json")).unwrap();
    let place = manifest.lines().nth(key["line"].as_u64().unwrap() as usize - 1).unwrap();
    assert!(key["file"] == "MANIFEST.json" && place.contains("\"verify_alg\": \"sha256\""), "{place}");
    assert!(!line["why"]["text"].as_str().unwrap().is_empty());
    let said = run(folder.path(), &["explain", "--format", "json", RES], "");
    let all: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let lines = all["lines"].as_array().unwrap();
    assert_eq!(lines.len(), fs::read_to_string(folder.path().join(RES)).unwrap().lines().count());
    assert_eq!(&lines[14], line);
}

#[test]
fn all_lines_are_one_line_each_and_the_manifest_has_some_too() {
    let folder = folder();
    let said = run(folder.path(), &["explain", RES], "");
    let row = said.out.lines().nth(14).unwrap();
    let words: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(words[0], "15");
    assert!(words[1].starts_with("drbd/resource.res.j2:"), "{row}");
    assert_eq!(words[2..], ["storage[r0].drbd.verify_alg"]);
    let at = line(folder.path(), "out/vcluster/MANIFEST.json", "\"token\"");
    let said = run(folder.path(), &["explain", &format!("out/vcluster/MANIFEST.json:{at}")], "");
    assert!(said.code == 0 && said.out.contains("cluster.token: 5s (its default, MANIFEST.json:"), "{}", said.out);
    assert!(said.out.contains("no template: manifest") && said.out.contains("decision 0017"), "{}", said.out);
}

#[test]
fn a_file_that_somebody_edited_is_told_apart() {
    let folder = folder();
    let path = folder.path().join(RES);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("# mine\n{}", text.replace("verify-alg sha256", "verify-alg md5"))).unwrap();
    let said = run(folder.path(), &["explain", &format!("{RES}:16")], "");
    assert_eq!((said.code, said.out.as_str()), (4, ""));
    assert_eq!(
        said.err,
        format!(
            "gfs2gen: line 16 of {RES} is not gfs2gen's: somebody has edited the file\n\
             help: without :LINE the lines that were built are listed; `gfs2gen diff` shows what was edited\n"
        )
    );
    let said = run(folder.path(), &["explain", &format!("{RES}:17")], "");
    assert_eq!(
        (said.code, said.err.as_str()),
        (0, "note: somebody has edited this file; this is line 16 of what was built\n")
    );
    assert!(said.out.starts_with(&format!("{RES}:16\n")), "{}", said.out);
}

#[test]
fn what_cannot_be_explained_is_said_with_what_to_do() {
    let folder = folder();
    fs::write(folder.path().join("a.conf"), "a\n").unwrap();
    let other = MINIMAL.replace("mount: /srv/vms", "mount: /srv/other");
    fs::write(folder.path().join("other.yaml"), other).unwrap();
    let count = fs::read_to_string(folder.path().join(RES)).unwrap().lines().count();
    let cases: &[(&[&str], i32, String)] = &[
        (
            &["a.conf:1"],
            4,
            "gfs2gen: a.conf is in no tree: there is no MANIFEST.json in any folder above it\n\
             help: name a file in a folder that `gfs2gen build` wrote, such as out/vcluster/cluster/cib.xml:1\n"
                .into(),
        ),
        (
            &["out/vcluster/cluster/cib.xlm:3"],
            4,
            "gfs2gen: out/vcluster/cluster/cib.xlm is no file of the tree out/vcluster\n\
             help: did you mean out/vcluster/cluster/cib.xml?\n"
                .into(),
        ),
        (
            &["out/vcluster"],
            4,
            "gfs2gen: out/vcluster is a tree, and no file of one\n\
             help: name a file in it, such as out/vcluster/cluster/cib.xml:1\n"
                .into(),
        ),
        (
            &["out/vcluster/nodes/server4/rootfs/etc/drbd.d/r0.res:999"],
            4,
            format!(
                "gfs2gen: {RES} has no line 999: there are {count} lines\nhelp: without :LINE every line is listed\n"
            ),
        ),
        (
            &["out/vcluster/cluster/cib.xml:3", "-d", "other.yaml", "-q"],
            3,
            "gfs2gen: out/vcluster was not made of other.yaml as it is now\n\
             help: `gfs2gen diff other.yaml` shows what differs; build it, or leave --description out\n"
                .into(),
        ),
    ];
    for (words, code, err) in cases {
        let said = run(folder.path(), &[&["explain"], *words].concat(), "");
        assert_eq!((said.code, said.out.as_str()), (*code, ""), "{words:?}");
        assert_eq!(said.err, *err, "{words:?}");
    }
    for wrong in ["out/x:0", "out/x:y", "out/x:-1"] {
        let said = run(folder.path(), &["explain", wrong], "");
        assert!(said.code == 2 && said.err.contains("is no line: lines are numbers from 1"), "{}", said.err);
    }
    let text = fs::read_to_string(folder.path().join("out/vcluster/MANIFEST.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut without = manifest;
    without.as_object_mut().unwrap().remove("description");
    fs::write(folder.path().join("out/vcluster/MANIFEST.json"), without.to_string()).unwrap();
    let said = run(folder.path(), &["explain", &format!("{RES}:1")], "");
    assert_eq!(
        (said.code, said.err.as_str()),
        (
            4,
            "gfs2gen: out/vcluster/MANIFEST.json: this tree does not say what it was made of\nhelp: build the tree again\n"
        )
    );
}

/// What the page shows is what is printed. `GFS2GEN_BLESS=1` writes it anew.
#[test]
fn the_page_shows_what_is_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("domains")).unwrap();
    for file in ["cluster.yaml", "domains/legacy.xml"] {
        fs::copy(root.join("examples/full").join(file), folder.path().join(file)).unwrap();
    }
    assert_eq!(run(folder.path(), &["build", "-q", "cluster.yaml"], "").code, 0);
    let page = fs::read_to_string(root.join("docs/explain.md")).unwrap();
    let mut parts: Vec<String> = Vec::new();
    for (position, part) in page.split("```text\n$ gfs2gen ").enumerate() {
        if position == 0 {
            parts.push(part.to_owned());
            continue;
        }
        let (words, rest) = part.split_once('\n').unwrap();
        let (_, rest) = rest.split_once("```\n").unwrap();
        let said = run(folder.path(), &words.split(' ').collect::<Vec<_>>(), "");
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{words}");
        parts.push(format!("{words}\n{}```\n{rest}", said.out));
    }
    let shown = parts.join("```text\n$ gfs2gen ");
    assert!(parts.len() > 3);
    if std::env::var_os("GFS2GEN_BLESS").is_some() {
        fs::write(root.join("docs/explain.md"), shown).unwrap();
    } else {
        assert_eq!(page, shown);
    }
}
