//! System calls of a program with one thread: which it makes, and what it does when one of them ends it or fails.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// All that is done to files and folders, by name or by descriptor.
const FILES: &str = "%file,%desc";

/// A program to run, with its words.
pub struct Program {
    pub strace: PathBuf,
    pub path: PathBuf,
    pub words: Vec<String>,
    /// What is done to every run beside: such as a call that the file system does not know.
    pub always: Vec<String>,
}

/// The n-th call of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub name: String,
    pub n: usize,
}

impl Program {
    fn command(&self, trace: &str, inject: &[String], log: &Path) -> Command {
        let mut command = Command::new(&self.strace);
        command.args(["-f", "-o"]).arg(log).args(["-e", &format!("trace={trace}")]);
        for what in self.always.iter().chain(inject) {
            command.args(["-e", &format!("inject={what}")]);
        }
        command.arg(&self.path).args(&self.words);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Lets the program run, and returns its calls from the first one on whose line has `mark`.
    pub fn calls(&self, mark: &str) -> Vec<Call> {
        let log = tempfile::NamedTempFile::new().unwrap();
        let status = self.command(FILES, &[], log.path()).status().unwrap();
        assert!(status.success(), "{status}: {}", fs::read_to_string(log.path()).unwrap());
        let (mut counts, mut calls) = (BTreeMap::new(), Vec::new());
        let mut begun = false;
        for line in fs::read_to_string(log.path()).unwrap().lines() {
            begun |= line.contains(mark) && !line.contains("execve(");
            let Some((name, _)) = line.trim_start_matches(|c: char| c.is_numeric() || c == ' ').split_once('(') else {
                continue;
            };
            let n = counts.entry(name.to_owned()).or_insert(0);
            *n += 1;
            if begun {
                calls.push(Call { name: name.to_owned(), n: *n });
            }
        }
        calls
    }

    /// Runs the program until this call, which is not made any more.
    pub fn killed_at(&self, call: &Call) -> ExitStatus {
        self.disturbed(call, "signal=KILL")
    }

    /// Runs the program with this call failing.
    pub fn failing_at(&self, call: &Call, errno: &str) -> ExitStatus {
        self.disturbed(call, &format!("error={errno}"))
    }

    fn disturbed(&self, Call { name, n }: &Call, how: &str) -> ExitStatus {
        let also = self.always.iter().filter_map(|what| what.split(':').next());
        let trace: Vec<&str> = std::iter::once(name.as_str()).chain(also).collect();
        let inject = [format!("{name}:{how}:when={n}")];
        self.command(&trace.join(","), &inject, Path::new("/dev/null")).status().unwrap()
    }
}
