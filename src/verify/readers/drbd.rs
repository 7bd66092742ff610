//! drbdadm: the grammar of DRBD's configuration, what it makes of it, and what the resource agent wants to see in it.

use std::io;
use std::path::Path;

use crate::platform::DrbdFacts;
use crate::tool::{Run, Tool};
use crate::verify::tree::node_of;
use crate::verify::{Answer, Desk, Reader, Tree};

/// What drbdadm says on a machine without DRBD, or when it speaks for another node, and the comments of its dump.
const NOISE: &[&str] =
    &["# ", "modinfo: ERROR", "Module drbd not found", "found __DRBD_NODE__ in environment", "PRETENDING that I am"];

/// What it needs to be told of a resource with two primaries that fences, as options of drbdsetup.
const TOLD: &[&str] = &["--allow-two-primaries", "--ping-int=", "--ping-timeout=", "--timeout=", "--ko-count="];

const VERSION: (&[&str], &str) = (&["--version"], "DRBDADM_VERSION=");

/// The whole configuration of a node.
pub static DUMP: Reader = Reader {
    name: "drbdadm dump",
    proves: "the grammar of the node's DRBD generation, names, and that nothing is there twice",
    blind: "whether addresses and disks exist or are the right ones; DRBD 8.4's parser takes numbers out of range",
    programs: &["drbdadm"],
    version: VERSION,
    isolated: false,
    files: configurations,
    read: |desk, file| {
        let said = on(desk, file).args(["dump"]).said()?;
        Ok(Answer::of(&said, NOISE))
    },
};

/// What a node's kernel would be told.
pub static ADJUST: Reader = Reader {
    name: "drbdadm adjust",
    proves: "the node is one of the two, and the kernel is told of two primaries and of how a lost side is found out",
    blind: "whether the kernel takes it: nothing is done (-d)",
    programs: &["drbdadm"],
    version: VERSION,
    isolated: false,
    files: configurations,
    read: adjust,
};

/// The resource agent's own test (ocf:linbit:drbd, drbd_validate_all): without this line it starts no second primary.
pub static AGENT: Reader = Reader {
    name: "drbd agent",
    proves: "what ocf:linbit:drbd looks for before it lets two nodes be primary: allow-two-primaries in its very form",
    blind: "everything else",
    programs: &["drbdadm"],
    version: VERSION,
    isolated: false,
    files: |tree| tree.ending(".res"),
    read: agent,
};

/// drbdadm with a configuration, as where this generation's kernel module is loaded.
pub fn drbdadm(tool: &Tool, configuration: &Path, facts: &DrbdFacts) -> Run {
    let run = tool.run(["-c"]).args([configuration]);
    run.env("DRBD_DRIVER_VERSION_OVERRIDE", facts.module).env("DRBD_DONT_WARN_ON_VERSION_MISMATCH", "1")
}

/// The files that drbd.conf names are read with it.
fn configurations(tree: &Tree) -> Vec<String> {
    let all = tree.on_nodes("etc/drbd.conf").into_iter();
    all.map(|file| file.replace("drbd.conf", "drbd.*")).collect()
}

fn on(desk: &Desk, file: &str) -> Run {
    let configuration = desk.tree.path(&format!("nodes/{}/rootfs/etc/drbd.conf", desk.node(file)));
    drbdadm(desk.tool("drbdadm"), &configuration, desk.tree.drbd).env("HOME", desk.folder())
}

fn adjust(desk: &Desk, file: &str) -> io::Result<Answer> {
    let node = desk.node(file);
    let said = on(desk, file).args(["-d", "adjust", "all"]).env("__DRBD_NODE__", node).said()?;
    let resources = desk.tree.files().filter(|file| node_of(file) == node && file.ends_with(".res")).count();
    let untold = TOLD.iter().find(|option| said.stdout.matches(**option).count() != resources);
    let answer = Answer::of(&said, NOISE);
    Ok(answer.but(untold.map(|option| format!("the kernel would not be told {option} of every resource of {node}"))))
}

fn agent(desk: &Desk, file: &str) -> io::Result<Answer> {
    let name = file.rsplit('/').next().and_then(|name| name.strip_suffix(".res")).unwrap_or(file);
    let said = on(desk, file).args(["-d", "-v", "dump", name]).env("__DRBD_NODE__", desk.node(file)).said()?;
    // grep -q -Ee '^[[:space:]]*allow-two-primaries([[:space:]]+yes)?;$'
    let mut lines = said.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let two = lines.any(|line| ["allow-two-primaries;", "allow-two-primaries yes;"].contains(&line.as_str()));
    let answer = Answer::of(&said, NOISE);
    Ok(answer.but((!two).then(|| format!("{name} does not allow two primaries in the form that the agent looks for"))))
}
