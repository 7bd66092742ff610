//! The filesystems: how they are made, and how people mount them.

use std::fs;
use std::io;
use std::path::Path;

use crate::tool::{Run, Tool};
use crate::verify::{Answer, Desk, Reader, Verdict};

/// mkfs.gfs2 with the arguments that the node's script gives it, on a file without blocks.
pub static MKFS: Reader = Reader {
    name: "mkfs.gfs2",
    proves: "lock table, journals and their size are taken, and a filesystem of 8 GiB comes of it",
    blind: "whether the volume of the node is large enough, and whether the lock table names the cluster that runs",
    programs: &["mkfs.gfs2", "bash"],
    version: (&["-V"], ""),
    isolated: false,
    files: |tree| tree.ending("/node.sh"),
    read: mkfs,
};

/// The mount lines.
pub static FINDMNT: Reader = Reader {
    name: "findmnt --verify",
    proves: "every line of the fstab has its fields in a form that libmount reads",
    blind: "mount options of GFS2; what does not exist on this host is passed over",
    programs: &["findmnt"],
    version: super::VERSION,
    isolated: false,
    files: |tree| tree.on_nodes("etc/gfs2gen/fstab"),
    read: |desk, file| {
        let run = desk.run("findmnt", ["--verify", "--tab-file"]).args([desk.tree.path(file)]);
        let all = "0 parse errors, 0 errors,";
        let said = run.said()?;
        let mut answer = Answer::of(&said, &[all]);
        // It warns of everything that is not on this host.
        answer.said = said.lines().filter(|line| !line.contains("[W]")).map(|line| format!("{line}\n")).collect();
        let unseen = !said.lines().any(|line| line.contains(all));
        Ok(answer.but(unseen.then(|| "not every line was read".to_owned())))
    },
};

/// The facts of a node.sh and its function that makes filesystems, with the real program replaced by one that shows its words.
const SHOW: &str = r#"eval "$(sed '/^STEPS=(/,$d' "$1")"
eval "$(sed -n '/^filesystem_do() {/,/^}/p' "$1")"
mkfs.gfs2() { printf '%s\n' "$@" end; }
for name in "${FILESYSTEMS[@]}"; do filesystem_do "$name"; done"#;

/// What a node.sh gives to mkfs.gfs2 for each of its filesystems, but the device; or what is wrong with it.
pub fn arguments(bash: &Tool, script: &Path) -> io::Result<Result<Vec<Vec<String>>, String>> {
    let said = bash.run(["-c", SHOW, "bash"]).args([script]).said()?;
    if !said.is_fine() {
        return Ok(Err(said.lines().collect::<Vec<_>>().join("\n")));
    }
    let calls = said.stdout.split("end\n").filter(|call| !call.is_empty());
    let words = |call: &str| call.lines().map(str::to_owned).collect::<Vec<_>>();
    let made: Vec<Vec<String>> = calls.map(words).map(|mut words| words.drain(..words.len() - 1).collect()).collect();
    Ok(if made.is_empty() { Err("it makes no filesystem".to_owned()) } else { Ok(made) })
}

/// Makes a filesystem in a file that has this size and no blocks.
pub fn make(mkfs: &Tool, arguments: &[String], device: &Path, size: u64) -> io::Result<Run> {
    fs::File::create(device)?.set_len(size)?;
    Ok(mkfs.run(arguments).args([device]))
}

const SIZE: u64 = 8 << 30;

fn mkfs(desk: &Desk, file: &str) -> io::Result<Answer> {
    if desk.tree.edited([file])?.is_some() {
        return Ok(Answer::new(Verdict::Skipped, "it is not as the build wrote it, and verify runs nothing else"));
    }
    let calls = match arguments(desk.tool("bash"), &desk.tree.path(file))? {
        Ok(calls) => calls,
        Err(wrong) => return Ok(Answer::new(Verdict::Refused, wrong)),
    };
    let device = desk.folder().join("volume");
    let mut all = Answer::new(Verdict::Accepted, "");
    for call in calls {
        let answer = Answer::of(
            &make(desk.tool("mkfs.gfs2"), &call, &device, SIZE)?.said()?,
            &["This will destroy any data on"],
        );
        if answer.verdict != Verdict::Accepted {
            return Ok(Answer::new(answer.verdict, format!("{}: {}", call.join(" "), answer.said)));
        }
        all.said += &answer.said;
    }
    Ok(all)
}
