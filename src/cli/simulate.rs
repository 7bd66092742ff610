//! `gfs2gen simulate`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::args::Judged;
use super::input::{self, Input};
use super::{Exit, Terminal, check};
use crate::diag::suggest::did_you_mean;
use crate::simulate::{self, CLAIMS, SCENARIOS, Simulator, Stack};

#[derive(Debug, Args)]
pub(super) struct Simulate {
    /// The description; `-` is standard input
    #[arg(required_unless_present = "list", value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Play only this one; may be given several times
    #[arg(long = "scenario", value_name = "NAME", value_parser = scenario)]
    pub scenarios: Vec<String>,
    /// The form of the outcome
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub format: SimulateFormat,
    /// List the scenarios and what must hold
    #[arg(long)]
    pub list: bool,
    #[command(flatten)]
    pub judged: Judged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SimulateFormat {
    /// A short text
    Human,
    /// One JSON document
    Json,
}

/// The file of the tree that is simulated.
const CIB: &str = "cluster/cib.xml";

pub(super) fn run(args: &Simulate, terminal: &Terminal) -> Exit {
    let Some(file) = args.file.as_ref().filter(|_| !args.list) else {
        return terminal.data(&list());
    };
    let (inputs, unread) = input::read(std::slice::from_ref(file), &args.judged, terminal);
    let Some(input) = inputs.first() else { return unread };
    let Some((plan, bundle)) = &input.compiled.built else {
        check::show(&[Input::report(input)], terminal);
        return check::verdict(&inputs, false);
    };
    let Some(cib) = bundle.iter().find(|file| file.path.as_str() == CIB) else {
        terminal.error("no CIB was built");
        return Exit::Bug;
    };
    let only: Vec<&str> = args.scenarios.iter().map(String::as_str).collect();
    let played =
        Simulator::find().and_then(|simulator| simulate::simulate(&simulator, &cib.content, &Stack::of(plan), &only));
    match played {
        Ok(outcomes) => {
            let text = match args.format {
                SimulateFormat::Human => simulate::text(&outcomes),
                SimulateFormat::Json => simulate::json(&outcomes),
            };
            terminal.data(&text).max(verdict(&outcomes, terminal))
        }
        Err(failure) => {
            terminal.error(&failure.to_string());
            Exit::Refused
        }
    }
}

fn verdict(outcomes: &[simulate::Outcome], terminal: &Terminal) -> Exit {
    let broken = outcomes.iter().flat_map(simulate::Outcome::broken).count();
    let claims: usize = outcomes.iter().flat_map(|outcome| &outcome.steps).map(|step| step.claims.len()).sum();
    let played = format!("scenarios played: {}; claims: {claims}", outcomes.len());
    if outcomes.is_empty() {
        terminal.say("this cluster has nothing of that kind: no scenario was played");
    } else if broken == 0 {
        terminal.say(&format!("{played}; all hold"));
    } else {
        terminal.must_say(&format!("{played}; do not hold: {broken}"));
        return Exit::Errors;
    }
    Exit::Fine
}

/// The names of all scenarios and claims.
fn list() -> String {
    let width = SCENARIOS.iter().map(|one| one.name).chain(CLAIMS.iter().map(|(name, _)| *name)).map(str::len).max();
    let line = |name: &str, about: &str| format!("  {name:<width$}  {about}\n", width = width.unwrap_or(0));
    let scenarios = SCENARIOS.iter().map(|one| {
        let about = one.about.replace('@', "a node");
        line(one.name, &if one.each { format!("{about}; for each node") } else { about })
    });
    let claims = CLAIMS.iter().map(|(name, about)| line(name, about));
    let (scenarios, claims): (String, String) = (scenarios.collect(), claims.collect());
    format!("Scenarios:\n{scenarios}\nClaims:\n{claims}")
}

/// The scenario that a person means.
pub(super) fn scenario(word: &str) -> Result<String, String> {
    if SCENARIOS.iter().any(|one| one.name == word) {
        return Ok(word.to_owned());
    }
    let meant = did_you_mean(word, SCENARIOS.iter().map(|one| one.name))
        .map(|meant| format!("did you mean `{meant}`? "))
        .unwrap_or_default();
    Err(format!("no scenario has this name; {meant}`gfs2gen simulate --list` prints all"))
}
