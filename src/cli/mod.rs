//! The commands. Data goes to standard output, talk to standard error.

mod args;
mod build;
mod check;
mod compare;
mod day;
mod diff;
mod explain;
mod graph;
mod import;
mod init;
mod input;
mod list;
mod man;
mod options;
mod plan;
mod shell;
mod show;
mod simulate;
mod verify;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::{ColorChoice, Parser};

use args::{Cli, Command, Global};

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Fine.
    Fine = 0,
    /// A description has errors.
    Errors = 1,
    /// The tree differs.
    Differs = 3,
    /// Refused, or input or output failed.
    Refused = 4,
    /// A bug of ours.
    Bug = 70,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Runs the program on its command line.
pub fn run() -> ExitCode {
    if shell::answered() {
        return Exit::Fine.into();
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let terminal = Terminal::new(&cli.global);
    let exit = match &cli.command {
        Command::Build(args) => build::run(args, &terminal),
        Command::Check(args) => check::run(args, &terminal),
        Command::Diff(args) => diff::run(args, &terminal),
        Command::Plan(args) => plan::run(args, &terminal),
        Command::Show(args) => show::run(args, &terminal),
        Command::Schema => terminal.data(&crate::schema::schema_text()),
        Command::Init(args) => init::run(args, &terminal),
        Command::Explain(args) => explain::run(args, &terminal),
        Command::Verify(args) => verify::run(args, &terminal),
        Command::Simulate(args) => simulate::run(args, &terminal),
        Command::Completions { shell } => shell::run(*shell, &terminal),
        Command::Man { command } => man::run(command.as_deref(), &terminal),
        Command::Graph(args) => graph::run(args, &terminal),
        Command::Import(args) => import::run(args, &terminal),
        Command::List { what } => terminal.data(&list::text(*what)),
    };
    exit.into()
}

/// Where a command speaks.
struct Terminal {
    /// Of what is said to people, on standard error.
    color: bool,
    /// Of what goes to standard output.
    color_of_data: bool,
    quiet: bool,
    verbose: bool,
}

impl Terminal {
    fn new(global: &Global) -> Terminal {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let color = |is_terminal: bool| match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if set("NO_COLOR") => false,
            ColorChoice::Auto if std::env::var("CLICOLOR_FORCE").is_ok_and(|value| value != "0") => true,
            ColorChoice::Auto => is_terminal && std::env::var("TERM").is_ok_and(|t| t != "dumb"),
        };
        Terminal {
            color: color(std::io::stderr().is_terminal()),
            color_of_data: color(std::io::stdout().is_terminal()),
            quiet: global.quiet,
            verbose: global.verbose,
        }
    }

    /// What the command is for. A reader that has gone away is no error.
    fn data(&self, text: &str) -> Exit {
        match std::io::stdout().write_all(text.as_bytes()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                self.error(&format!("cannot write to standard output: {error}"));
                Exit::Refused
            }
            _ => Exit::Fine,
        }
    }

    /// Something that is nice to know.
    fn say(&self, text: &str) {
        if !self.quiet {
            self.must_say(text);
        }
    }

    /// Something that must be known.
    fn must_say(&self, text: &str) {
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// Something that stopped the command.
    fn error(&self, text: &str) {
        self.must_say(&format!("gfs2gen: {text}"));
    }
}
