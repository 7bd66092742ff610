//! pcs: what the scripts of the folder `cluster` make of a cluster that nothing was configured on yet.

use std::fs;
use std::io;
use std::time::Duration;

use super::pacemaker::{base, canonical, closest};
use crate::platform::{PLATFORMS, Pcs};
use crate::verify::{Answer, Desk, Reader, Verdict};

/// All scripts of the folder, in order, on one file.
pub static REPLAY: Reader = Reader {
    name: "pcs -f",
    proves: "pcs takes every command, agents know their options, and what comes of all is cluster/cib.xml",
    blind: "whether the configuration does what it should: `simulate` and the lab show that",
    programs: &["pcs", "bash", "cibadmin", "crm_verify"],
    version: super::VERSION,
    isolated: false,
    files: |tree| if tree.ending("cluster/cib.xml").is_empty() { Vec::new() } else { vec![SCRIPTS.to_owned()] },
    read: replay,
};

const SCRIPTS: &str = "cluster/*.sh";

/// pcs needs seconds for a command on a slow machine, and a script may have a hundred.
const LIMIT: Duration = Duration::from_secs(900);

fn replay(desk: &Desk, _: &str) -> io::Result<Answer> {
    let tree = desk.tree;
    let scripts: Vec<&str> =
        tree.files().filter(|file| file.starts_with("cluster/") && file.ends_with(".sh")).collect();
    if let Some(edited) = tree.edited(scripts.iter().copied())? {
        let why = format!("{edited} is not as the build wrote it, and verify runs nothing else");
        return Ok(Answer::new(Verdict::Skipped, why));
    }
    let here = desk.version("pcs");
    if !speaks(&tree.platform.pcs, here) {
        let why = format!("the scripts speak pcs {}, and the pcs here is {here}", tree.platform.pcs.version);
        return Ok(Answer::new(Verdict::Unfit, why));
    }
    let wanted = tree.text("cluster/cib.xml")?;
    let (start, note) = closest(desk, &base(&wanted))?;
    let applied = desk.write("applied.xml", &start)?;
    for script in scripts {
        let run = desk.run("bash", [tree.path(script)]).args(["--cib".as_ref(), applied.as_os_str()]).limit(LIMIT);
        let said = run.said()?;
        if !said.is_fine() {
            let absent = said.lines().any(|line| line.contains("is not installed or does not provide valid metadata"));
            let verdict = if absent { Verdict::Missing } else { Verdict::Refused };
            return Ok(Answer::new(verdict, format!("{script}: {}", Answer::of(&said, &[]).said)));
        }
    }
    let said = match (canonical(&wanted), canonical(&fs::read_to_string(&applied)?)) {
        (Ok(wanted), Ok(made)) if wanted == made => {
            return Ok(Answer::new(Verdict::Accepted, note.unwrap_or_default()));
        }
        (Ok(wanted), Ok(made)) => differences(&wanted, &made),
        (Err(error), _) => format!("cluster/cib.xml: {error}"),
        (_, Err(error)) => format!("what pcs made: {error}"),
    };
    Ok(Answer::new(Verdict::Refused, said))
}

/// The lines that only one side has.
fn differences(wanted: &[String], made: &[String]) -> String {
    let only = |these: &[String], those: &[String], mark: &str| {
        let lines = these.iter().filter(|line| !those.contains(line)).map(|line| format!("{mark}{line}\n"));
        lines.collect::<String>()
    };
    let lines = only(wanted, made, "-") + &only(made, wanted, "+");
    format!("cluster/cib.xml (-) is not what the scripts make (+)\n{lines}")
}

/// Whether a pcs of this version takes scripts in a dialect: it is of that line, or of one whose dialect is the same.
fn speaks(dialect: &Pcs, version: &str) -> bool {
    let of_line = |line: &str| version.strip_prefix(line).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let same = |row: &Pcs| of_line(row.version) && row.takes(dialect);
    of_line(dialect.version) || PLATFORMS.iter().any(|platform| same(&platform.pcs))
}
