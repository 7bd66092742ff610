//! Mistakes that the programs on a node accept: each is given to such a program, which must exit with 0, and written into a
//! description, which must be told of it. docs/blind-spots.md shows both side by side; `GFS2GEN_BLESS=1` writes it.

mod mistakes;
#[allow(dead_code, reason = "each test program uses its part of this")]
mod readers;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use gfs2gen::compile::compile;
use gfs2gen::source::Source;

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

/// Where the files of the smallest example are.
const ETC: &str = "golden/minimal/nodes/server4/rootfs/etc";
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

    fn program(self) -> &'static str {
        self.command().split(' ').next().unwrap()
    }

    /// What it reads, without a mistake.
    fn text(self) -> String {
        let resource = || read(&format!("{ETC}/drbd.d/r0.res"));
        match self {
            Drbdadm => resource(),
            DrbdadmOfTwo => {
                let mut second = resource();
                for (from, to) in [
                    ("resource r0", "resource r1"),
                    ("drbd0 minor 0", "drbd1 minor 1"),
                    (":7789", ":7790"),
                    (mistakes::DISK, "/dev/disk/by-id/second"),
                ] {
                    assert!(second.contains(from), "{from}");
                    second = second.replace(from, to);
                }
                resource() + &second
            }
            Lvmconfig => read(&format!("{ETC}/lvm/lvm.conf")),
            Corosync => read(&format!("{ETC}/corosync/corosync.conf")),
            CrmVerify => read("golden/minimal/cluster/cib.xml"),
            VirtXmlValidate => read(DOMAIN),
            Mkfs => "-O -q -p lock_dlm -t vcluster:vms -j 2 -J 32".to_owned(),
        }
    }

    /// What it says of a text.
    fn reads(self, program: &Path, text: &str) -> Output {
        let mut command = Command::new(program);
        match self {
            Drbdadm | DrbdadmOfTwo => {
                let (_folder, path) =
                    readers::file("drbd.conf", &(read(&format!("{ETC}/drbd.d/global_common.conf")) + text));
                command.arg("-c").arg(path).arg("dump");
                command.env("DRBD_DRIVER_VERSION_OVERRIDE", "8.4.11").env("DRBD_DONT_WARN_ON_VERSION_MISMATCH", "1");
                command.output().unwrap()
            }
            Lvmconfig => {
                let (folder, _) = readers::file("lvm.conf", text);
                command.env("LVM_SYSTEM_DIR", folder.path()).env("LVM_SUPPRESS_FD_WARNINGS", "1");
                command.arg("--validate").output().unwrap()
            }
            Corosync => {
                let (_folder, path) = readers::file("corosync.conf", text);
                readers::corosync(&path, "server4")
            }
            CrmVerify => {
                let (_folder, path) = readers::file("cib.xml", &running(text));
                command.args(["-V", "-x"]).arg(path).output().unwrap()
            }
            VirtXmlValidate => {
                let (_folder, path) = readers::file("legacy.xml", text);
                command.arg(path).arg("domain").output().unwrap()
            }
            Mkfs => {
                let (_folder, path) = readers::file("volume", "");
                fs::File::create(&path).unwrap().set_len(1 << 30).unwrap();
                command.args(text.split(' ')).arg(path).output().unwrap()
            }
        }
    }
}

/// The CIB with both nodes online: without, crm_verify has something to say of every one.
fn running(cib: &str) -> String {
    let state = |(id, name): (u32, &str)| {
        format!(
            "<node_state id=\"{id}\" uname=\"{name}\" in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\"/>"
        )
    };
    let states: String = [(1, "server4"), (2, "server7")].map(state).concat();
    cib.replace("</configuration>", &format!("</configuration><status>{states}</status>"))
        .replace("<cib ", "<cib have-quorum=\"1\" dc-uuid=\"1\" ")
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
        let Some(program) = find(row.reader.program()) else { continue };
        for text in [row.reader.text(), changed(&row.reader.text(), row.there)] {
            let Output { status, stdout, stderr } = row.reader.reads(&program, &text);
            let said = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
            assert!(status.success(), "{}: {} {status}\n{said}", row.what, row.reader.command());
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
