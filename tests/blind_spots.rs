//! Mistakes that the programs on a node accept: each is given to such a program, which must exit with 0, and written into a
//! description, which must be told of it. docs/blind-spots.md shows both side by side; `GFS2GEN_BLESS=1` writes it.

#[allow(dead_code, reason = "each test program uses its part of this")]
mod built;
mod mistakes;
#[allow(dead_code, reason = "each test program uses its part of this")]
mod readers;

use std::fs;
use std::path::{Path, PathBuf};

use gfs2gen::bundle::MANIFEST;
use gfs2gen::compile::compile;
use gfs2gen::output::{Manifest, sha256};
use gfs2gen::source::Source;
use gfs2gen::verify::{self, Answer, Tree, Verdict};

use mistakes::Reader::{self, *};
use mistakes::{Changes, ROWS, Row};
use readers::find;

fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

fn read(below: &str) -> String {
    fs::read_to_string(path(below)).unwrap_or_else(|error| panic!("{below}: {error}"))
}

fn changed(text: &str, changes: Changes) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in\n{text}");
        text.replace(from, to)
    })
}

const DOMAIN: &str = "docs/rules/base/domains/legacy.xml";

impl Reader {
    /// The command as people type it.
    fn command(self) -> &'static str {
        match self {
            Drbdadm | DrbdadmOfTwo => "drbdadm dump",
            Lvmconfig => "lvmconfig --validate",
            Corosync => "corosync -t",
            CrmVerify => "crm_verify -V -x cib.xml",
            VirtXmlValidate => "virt-xml-validate legacy.xml domain",
            Mkfs => "mkfs.gfs2",
        }
    }

    /// The reader of `gfs2gen verify`, the file of the tree that holds the mistake, and what that reader calls it.
    fn reads(self) -> (&'static str, String, String) {
        let etc = |file: &str| format!("nodes/server4/rootfs/etc/{file}");
        let same = |reader, file: String| (reader, file.clone(), file);
        match self {
            Drbdadm | DrbdadmOfTwo => ("drbdadm dump", etc("drbd.d/r0.res"), etc("drbd.*")),
            Lvmconfig => same("lvmconfig --validate", etc("lvm/lvm.conf")),
            Corosync => same("corosync -t", etc("corosync/corosync.conf")),
            CrmVerify => same("crm_verify", "cluster/cib.xml".to_owned()),
            VirtXmlValidate => same("virt-xml-validate", etc("gfs2gen/domains/legacy.xml")),
            Mkfs => same("mkfs.gfs2", "nodes/server4/node.sh".to_owned()),
        }
    }

    /// What it reads, without a mistake.
    fn text(self) -> String {
        let text = || read(&format!("golden/minimal/{}", self.reads().1));
        match self {
            DrbdadmOfTwo => {
                let mut second = text();
                for (from, to) in [
                    ("resource r0", "resource r1"),
                    ("drbd0 minor 0", "drbd1 minor 1"),
                    (":7789", ":7790"),
                    (mistakes::DISK, "/dev/disk/by-id/second"),
                ] {
                    assert!(second.contains(from), "{from}");
                    second = second.replace(from, to);
                }
                text() + &second
            }
            VirtXmlValidate => read(DOMAIN),
            _ => text(),
        }
    }

    /// What it answers when the file is this text in the tree of the smallest example.
    fn answer(self, text: &str) -> Answer {
        let (reader, file, called) = self.reads();
        let folder = tempfile::tempdir().unwrap();
        for (below, (_, bytes)) in built::files(&path("golden/minimal")) {
            write(&folder.path().join(below), &bytes);
        }
        write(&folder.path().join(&file), text.as_bytes());
        let at = folder.path().join(MANIFEST);
        let mut manifest = Manifest::read(&fs::read_to_string(&at).unwrap()).unwrap();
        let mut entry = manifest.files[0].clone();
        (entry.path, entry.sha256) = (file.clone(), sha256(text.as_bytes()));
        manifest.files.retain(|known| known.path != file);
        manifest.files.push(entry);
        write(&at, manifest.to_text().as_bytes());
        let reader = verify::readers::named(reader).unwrap();
        verify::verify_files(&Tree::open(folder.path()).unwrap(), &[(reader, called)]).unwrap().remove(0).answer
    }
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// What is said of the description with a mistake in it, in one line.
fn found(row: &Row) -> String {
    let description = changed(&read("docs/rules/base/cluster.yaml"), row.here);
    let domain = if row.reader == VirtXmlValidate { changed(&read(DOMAIN), row.there) } else { read(DOMAIN) };
    let compiled = compile(&Source::new("cluster.yaml", description), "2026-01-01", &|_| Ok(domain.clone()));
    let found = compiled.diagnostics.iter().find(|found| found.code == row.code);
    let found = found.unwrap_or_else(|| panic!("{}: {:#?}", row.what, compiled.diagnostics));
    format!("{}[{}]: {}", found.severity.word(), found.code, found.message)
}

#[test]
fn the_programs_accept_what_they_should_not() {
    for row in ROWS {
        let program = verify::readers::named(row.reader.reads().0).unwrap().programs[0];
        if find(program).is_none() {
            continue;
        }
        for text in [row.reader.text(), changed(&row.reader.text(), row.there)] {
            let answer = row.reader.answer(&text);
            assert_eq!(answer.verdict, Verdict::Accepted, "{}: {}\n{}", row.what, row.reader.command(), answer.said);
        }
    }
}

const ABOUT: &str = "\
# Blind spots

Mistakes that the programs on a node accept: they look at the form of their own file, not at what it means, and none of them sees
the others'. Each row is tested both ways: the program reads the file of `examples/minimal` with the mistake in it and exits with
0; `gfs2gen check` reads a description with the same mistake and says what stands in the last column.

This file is made of `tests/mistakes`: `GFS2GEN_BLESS=1 cargo test --test blind_spots`.

| mistake | as it stands in the file | the program | `gfs2gen check` |
|---|---|---|---|
";

/// A text of one line as a code span in a table.
fn code(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    if line.contains('`') { format!("`` {line} ``") } else { format!("`{line}`") }
}

#[test]
fn the_table_says_what_is_found() {
    let rows = ROWS.iter().map(|row| {
        let there: Vec<String> = row.there.iter().map(|(_, to)| code(to)).collect();
        let Row { what, reader, .. } = row;
        format!("| {what} | {} | {}: exit 0 | {} |\n", there.join(", "), code(reader.command()), code(&found(row)))
    });
    let table = ABOUT.to_owned() + &rows.collect::<String>();
    if std::env::var_os("GFS2GEN_BLESS").is_some() {
        fs::write(path("docs/blind-spots.md"), &table).unwrap();
    }
    let written = fs::read_to_string(path("docs/blind-spots.md")).unwrap_or_default();
    assert!(written == table, "run `GFS2GEN_BLESS=1 cargo test --test blind_spots`");
}
