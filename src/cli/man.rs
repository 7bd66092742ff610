//! `gfs2gen man`.

use clap::{Command, CommandFactory};
use clap_complete::engine::CompletionCandidate;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::args::Cli;
use super::{Exit, Terminal};

/// The name of the program's own page.
const PROGRAM: &str = "gfs2gen";
/// What the environment and the disk have to do with it: for the program's own page.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("NO_COLOR", "If it is not empty, nothing is coloured, unless --color=always is given."),
    ("CLICOLOR_FORCE", "If it is not 0, colours are used even where the output is no terminal."),
    ("PATH", "Where verify and simulate look for the programs that they call."),
];

/// The commands that have a page of their own.
pub(super) fn commands() -> Vec<CompletionCandidate> {
    let commands = Cli::command();
    commands
        .get_subcommands()
        .map(|one| CompletionCandidate::new(one.get_name()).help(one.get_about().cloned()))
        .collect()
}

/// The command that a person means.
pub(super) fn command(word: &str) -> Result<String, String> {
    match Cli::command().find_subcommand(word) {
        Some(_) => Ok(word.to_owned()),
        None => Err("there is no such command; `gfs2gen --help` shows all".to_owned()),
    }
}

/// Prints the page of the program, or of one of its commands.
pub(super) fn run(command: Option<&str>, terminal: &Terminal) -> Exit {
    let mut program = Cli::command();
    program.build();
    let Some(name) = command else { return terminal.data(&page(program, ENVIRONMENT)) };
    let found = program.find_subcommand(name).expect("the parser takes only commands").clone();
    terminal.data(&page(found, &[]))
}

/// A page in roff. It carries no date: the same program prints the same page.
fn page(command: Command, environment: &[(&str, &str)]) -> String {
    let is_program = command.get_name() == PROGRAM;
    let also = if is_program {
        command.get_subcommands().map(|one| format!("gfs2gen-{}(1)", one.get_name())).collect::<Vec<_>>().join(", ")
    } else {
        "gfs2gen(1)".to_owned()
    };
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let has_commands = command.has_subcommands();
    let man = Man::new(command).manual(PROGRAM);
    let mut page = Vec::new();
    let parts =
        [Man::render_title, Man::render_name_section, Man::render_synopsis_section, Man::render_description_section];
    let options = [Man::render_options_section, Man::render_subcommands_section];
    for part in parts.iter().chain(&options[..1 + usize::from(has_commands)]) {
        part(&man, &mut page).expect("memory takes all of it");
    }
    let mut more = Roff::new();
    if !after.is_empty() {
        // As it stands: columns, one command a line.
        more.control("SH", [if is_program { "EXIT STATUS" } else { "EXAMPLES" }]);
        more.control("nf", []);
        after.lines().for_each(|line| _ = more.text([roman(line)]));
        more.control("fi", []);
    }
    if !environment.is_empty() {
        more.control("SH", ["ENVIRONMENT"]);
    }
    for (name, what) in environment {
        more.control("TP", []);
        more.text([bold(*name)]);
        more.text([roman(*what)]);
    }
    more.control("SH", ["SEE ALSO"]);
    more.text([roman(also)]);
    String::from_utf8_lossy(&page).into_owned() + &more.render()
}
