//! crm_simulate: one transition at a time, from a CIB to the next one.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::cib::Cib;
use super::status::Status;
use crate::tool::{Said, Tool};

/// The program.
const PROGRAM: &str = "crm_simulate";

/// What it says, with exit 1, of a transition of which a part can never be done.
const INCOMPLETE: &str = "An invalid transition was produced";

/// Why nothing could be simulated.
#[derive(Debug)]
pub enum Failure {
    /// The program is not here.
    Missing,
    /// It could not be run, or it failed.
    Failed(String),
    /// What it said, or what it was given, is not what is known of it.
    Unknown(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Missing => write!(
                f,
                "{PROGRAM} is not installed: it comes with Pacemaker's command line tools, 2.1 or newer, in the package \
                 `pacemaker-cli-utils` or `pacemaker-cli`"
            ),
            Failure::Failed(said) => write!(f, "{PROGRAM} failed: {said}"),
            Failure::Unknown(what) => {
                write!(f, "the CIB, or what {PROGRAM} says of it, is not of the known form: {what}")
            }
        }
    }
}

impl std::error::Error for Failure {}

impl From<String> for Failure {
    fn from(what: String) -> Self {
        Failure::Unknown(what)
    }
}

/// crm_simulate with a folder for its files.
#[derive(Debug)]
pub struct Simulator {
    tool: Tool,
    folder: tempfile::TempDir,
    runs: AtomicUsize,
}

/// One transition.
pub(super) struct Played {
    /// The graph.
    pub graph: String,
    /// What was said.
    pub output: String,
    /// What is after it.
    pub after: Cib,
    /// What was before it, with everything that was made to happen.
    pub before: Cib,
    /// What runs after it.
    pub status: Status,
    /// Whether it came to its end: some of it may have to wait for what cannot be done.
    pub complete: bool,
}

impl Simulator {
    /// The simulator, if it is installed.
    pub fn find() -> Result<Simulator, Failure> {
        let tool = Tool::find(PROGRAM).ok_or(Failure::Missing)?;
        let folder = tempfile::tempdir().map_err(|error| Failure::Failed(format!("no temporary folder: {error}")))?;
        Ok(Simulator { tool, folder, runs: AtomicUsize::new(0) })
    }

    /// Its version.
    pub fn version(&self) -> Option<String> {
        self.tool.version(&["--version"], "Pacemaker")
    }

    /// Makes things happen to the cluster and carries out what Pacemaker answers.
    pub(super) fn play(&self, cib: &Cib, events: &[String]) -> Result<Played, Failure> {
        let own = self.folder.path().join(self.runs.fetch_add(1, Ordering::Relaxed).to_string());
        let failed = |error: std::io::Error| Failure::Failed(error.to_string());
        fs::create_dir(&own).map_err(failed)?;
        let [input, output, saved, graph] = ["in.xml", "out.xml", "before.xml", "graph.xml"].map(|name| own.join(name));
        fs::write(&input, cib.text()).map_err(failed)?;
        let files: [(&str, &PathBuf); 4] =
            [("--xml-file", &input), ("--save-output", &output), ("--save-input", &saved), ("--save-graph", &graph)];
        let mut run = self.tool.run(["--simulate", "--output-as=xml"]);
        for (option, file) in files {
            run = run.args([Path::new(option), file]);
        }
        let said = run.args(events).said().map_err(failed)?;
        let complete = said.is_fine();
        if !complete && !said.stdout.contains(INCOMPLETE) {
            return Err(Failure::Failed(complaint(&said)));
        }
        let read = |file: &Path| fs::read_to_string(file).map_err(failed);
        let (graph, after) = (read(&graph)?, read(&output)?);
        let before = if events.is_empty() { cib.clone() } else { Cib::saved(read(&saved)?) };
        let _ = fs::remove_dir_all(&own);
        let status = Status::read(&said.stdout, &after)?;
        Ok(Played { graph, output: said.stdout, after: Cib::saved(after), before, status, complete })
    }
}

/// What it says of its failure: its own words on standard error, or the status at the end of its output.
fn complaint(said: &Said) -> String {
    let status =
        said.stdout.lines().filter(|line| ["<status ", "<error>"].iter().any(|it| line.trim().starts_with(it)));
    let words: Vec<&str> = said.stderr.lines().chain(status).map(str::trim).filter(|line| !line.is_empty()).collect();
    format!("{}: {}", said.end, words.join("; "))
}
