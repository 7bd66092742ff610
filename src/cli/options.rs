//! What each command takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use clap_complete::engine::ArgValueCandidates;

use super::args::Judged;
use super::{explain, shell};

#[derive(Debug, Args)]
pub(super) struct Build {
    /// The descriptions
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The folder that holds the trees
    #[arg(short, long, value_name = "FOLDER", default_value = "out")]
    pub output: PathBuf,
    /// Write nothing; exit 3 if a tree is not up to date
    #[arg(long)]
    pub check: bool,
    /// Show what changes, line by line, as `gfs2gen diff` does
    #[arg(long)]
    pub diff: bool,
    /// Also replace files that somebody has edited, and build beside files that are not gfs2gen's
    #[arg(long, conflicts_with = "check")]
    pub force: bool,
    #[command(flatten)]
    pub judged: Judged,
}

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The descriptions
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The folder that holds the trees
    #[arg(short, long, value_name = "FOLDER", default_value = "out")]
    pub output: PathBuf,
    /// The form of the difference
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub format: DiffFormat,
    /// Only one line for each file
    #[arg(long, conflicts_with = "format")]
    pub stat: bool,
    /// With markdown, the most characters; a comment on GitHub holds 65536
    #[arg(long, value_name = "CHARACTERS", default_value_t = 60_000)]
    pub limit: usize,
    #[command(flatten)]
    pub judged: Judged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    /// A unified diff that patch(1) reads too, with what it means
    Human,
    /// One JSON document
    Json,
    /// GitHub's Markdown, one fold for each file
    Markdown,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The descriptions; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The form of the findings
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub format: Format,
    /// Warnings count as errors
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub judged: Judged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// With the place in the text, on standard error
    Human,
    /// One line each, on standard output
    Short,
    /// One JSON document, on standard output
    Json,
    /// One SARIF 2.1.0 log, on standard output, for code scanning
    Sarif,
    /// Workflow commands, on standard output: annotations on GitHub
    Github,
    /// One Code Quality report, on standard output: the findings of a merge request on GitLab
    Gitlab,
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The folder of a tree that `build` wrote
    #[arg(value_name = "TREE")]
    pub tree: PathBuf,
    /// The form of the table
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub format: TableFormat,
    /// Ask only this program; may be given several times
    #[arg(long, value_name = "PROGRAM", value_parser = clap::builder::PossibleValuesParser::new(readers()), hide_possible_values = true)]
    pub only: Vec<String>,
    /// A program that is missing, or cannot be run here, is a failure
    #[arg(long)]
    pub require: bool,
}

/// The programs that are asked, each once.
fn readers() -> Vec<&'static str> {
    let mut programs: Vec<&str> = crate::verify::readers::ALL.iter().map(|reader| reader.programs[0]).collect();
    programs.sort_unstable();
    programs.dedup();
    programs
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TableFormat {
    /// One line for each file and program
    Human,
    /// One JSON document
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Plan {
    /// What the cluster runs now: a description, or the folder of a built tree
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// What it is to become: a description, or the folder of a built tree
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// The form of the plan
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub format: PlanFormat,
    /// This machine is another one of the same name, or (NODE:RESOURCE) this disk another one at the same path
    #[arg(long, value_name = "NODE[:RESOURCE]", add = ArgValueCandidates::new(shell::replaced))]
    pub replaced: Vec<String>,
    /// Also plan what destroys data, and end well beside what cannot be done
    #[arg(long)]
    pub allow_destroy: bool,
    #[command(flatten)]
    pub judged: Judged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PlanFormat {
    /// Text for a terminal
    Human,
    /// One JSON document
    Json,
    /// A comment for a pull request, as GitHub shows it
    Markdown,
    /// A script that makes the change: `bash change.sh TREE [--plan]`
    Script,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The description; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The form of the values
    #[arg(long, value_name = "FORM", default_value = "yaml")]
    pub format: ShowFormat,
    #[command(flatten)]
    pub judged: Judged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ShowFormat {
    /// A description with comments
    Yaml,
    /// One JSON document
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The code or the name of a rule, as findings and `gfs2gen list rules` print it; or a file of a tree, with a line or without
    #[arg(value_name = "CODE|TREE/FILE[:LINE]", value_parser = explain::subject, add = ArgValueCandidates::new(shell::rules))]
    pub subject: explain::Subject,
    /// The form of the answer
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub format: PageFormat,
    /// For a line of a file: the description that the tree was built of, to name its lines
    #[arg(short, long, value_name = "FILE")]
    pub description: Option<PathBuf>,
    #[command(flatten)]
    pub judged: Judged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PageFormat {
    /// Text for a terminal; a rule's page as it is written, in Markdown
    Human,
    /// One JSON document
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// A folder with a folder for each node, as collect.sh makes them; a built tree; or any files of a cluster
    #[arg(required_unless_present = "collect", value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// Where to write the description; never over a file that is there
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print the script that gathers what a node says: one run for each node
    #[arg(long, conflicts_with_all = ["folder", "output"])]
    pub collect: bool,
    #[command(flatten)]
    pub judged: Judged,
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// Where to write it; `-` is standard output
    #[arg(default_value = "cluster.yaml", value_name = "FILE")]
    pub file: PathBuf,
    /// What runs on the nodes
    #[arg(long, default_value = "debian12", value_parser = clap::builder::PossibleValuesParser::new(platforms()))]
    pub platform: String,
}

fn platforms() -> Vec<&'static str> {
    crate::platform::PLATFORMS.iter().map(|platform| platform.name).collect()
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Shell {
    /// Bash 4.4 and newer
    Bash,
    /// Zsh
    Zsh,
    /// Fish
    Fish,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Listed {
    /// Every code with its name and meaning
    Rules,
    /// Every platform
    Platforms,
    /// Every family of generated files
    Artifacts,
}
