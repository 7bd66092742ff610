//! `gfs2gen completions`, and what shells then ask for while somebody types.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use clap::CommandFactory;
use clap_complete::CompleteEnv;
use clap_complete::engine::CompletionCandidate;
use clap_complete::env::{Bash, EnvCompleter, Fish, Zsh};

use super::args::Cli;
use super::options::Shell;
use super::{Exit, Terminal};
use crate::compile;
use crate::source::Source;
use crate::syntax::Document;

/// The program, as shells know it.
const PROGRAM: &str = "gfs2gen";
/// By what a shell says that it asks. A name of our own: another program's registration must not be taken for it.
const ASKED: &str = "GFS2GEN_COMPLETE";

/// Prints what makes a shell ask this program.
pub(super) fn run(shell: Shell, terminal: &Terminal) -> Exit {
    let completer: &dyn EnvCompleter = match shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
    };
    let mut text = Vec::new();
    completer.write_registration(ASKED, PROGRAM, PROGRAM, PROGRAM, &mut text).expect("memory takes all of it");
    terminal.data(&String::from_utf8_lossy(&text))
}

/// Where a shell asks, answers it: whether one did.
pub(super) fn answered() -> bool {
    let folder = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(Cli::command).var(ASKED).bin(PROGRAM).completer(PROGRAM);
    asked.try_complete(std::env::args_os(), folder.as_deref()).unwrap_or_else(|error| error.exit())
}

/// The codes and the names of all rules.
pub(super) fn rules() -> Vec<CompletionCandidate> {
    let codes = compile::codes();
    let by_code = codes.iter().map(|code| CompletionCandidate::new(code.code).help(Some(code.summary.into())));
    let by_name = codes.iter().map(|code| CompletionCandidate::new(code.name).help(Some(code.summary.into())));
    by_code.chain(by_name).collect()
}

/// The nodes, and their disks as NODE:RESOURCE, of the descriptions that stand on the command line so far.
pub(super) fn replaced() -> Vec<CompletionCandidate> {
    let mut found: Vec<String> = std::env::args_os().flat_map(named).collect();
    found.sort();
    found.dedup();
    found.into_iter().map(CompletionCandidate::new).collect()
}

/// What a description names; nothing, if it is none that can be read.
fn named(word: OsString) -> Vec<String> {
    let file = PathBuf::from(word);
    let name = file.display().to_string();
    let is_description = file.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    let Some(text) = is_description.then(|| fs::read_to_string(&file).ok()).flatten() else { return Vec::new() };
    let Ok(document) = Document::parse(&Source::new(name, text)) else { return Vec::new() };
    let names = |key: &str| -> Vec<String> {
        let entries = document.value().get(key).and_then(|value| value.as_array());
        let names = entries.into_iter().flatten().filter_map(|entry| entry.get("name")?.as_str());
        names.map(str::to_owned).collect()
    };
    let resources = names("storage");
    let with_disks =
        |node: &String| resources.iter().map(move |resource| format!("{node}:{resource}")).collect::<Vec<_>>();
    let nodes = names("nodes");
    nodes.iter().cloned().chain(nodes.iter().flat_map(with_disks)).collect()
}
