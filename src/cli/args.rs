//! The command line.

use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};

use super::graph::Graph;
use super::simulate::Simulate;
use super::{day, explain};

const EXIT_CODES: &str = "Exit codes:
  0   fine
  1   a description has errors, a program refuses a file (verify), or what must hold does not (simulate)
  2   usage
  3   the tree differs (build --check, diff)
  4   refused, or a file cannot be read or written, or a program is missing (verify --require)
  70  a bug in gfs2gen";

/// Compiles one description of a two-node cluster into every file of its stack: DRBD, LVM, DLM, GFS2, corosync, Pacemaker,
/// guests, and the scripts that set it all up. It never touches a host.
#[derive(Debug, Parser)]
#[command(name = "gfs2gen", version, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub global: Global,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Colour of what is said to people
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: every file
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// By what descriptions are judged beside what stands in them.
#[derive(Debug, Args)]
pub(super) struct Judged {
    /// The day by which `until` in policy.allow is judged, as YYYY-MM-DD; default: today, UTC
    #[arg(long, value_name = "DAY", value_parser = day::parse)]
    today: Option<String>,
}

impl Judged {
    /// The day.
    pub fn today(&self) -> String {
        self.today.clone().unwrap_or_else(day::today)
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check descriptions, compile them, and write their trees
    #[command(after_help = "Examples:
  gfs2gen build cluster.yaml                  writes out/<cluster name>/
  gfs2gen build a.yaml b.yaml -o trees        one tree for each
  gfs2gen build --check cluster.yaml          writes nothing; exit 3 if the tree is not up to date")]
    Build(Build),
    /// Say everything that is wrong with descriptions; write nothing
    #[command(after_help = "Examples:
  gfs2gen check cluster.yaml
  gfs2gen check --strict --format short *.yaml
  generate-it | gfs2gen check -               from standard input")]
    Check(Check),
    /// Say what a change of the description means for the running cluster
    #[command(after_help = "Examples:
  gfs2gen plan old.yaml cluster.yaml          every edit: online, guests migrate, full stop, ...; why, and what must hold before
  gfs2gen plan out/rack12 cluster.yaml        from what the nodes have: the tree that was built last
  gfs2gen plan old.yaml new.yaml --format script > change.sh && gfs2gen build new.yaml && bash change.sh out/rack12 --plan

What destroys data or cannot be done ends with 1 unless --allow-destroy is given.")]
    Plan(Plan),
    /// Show what a build would change in the trees on disk; write nothing, exit 3 if something differs
    #[command(after_help = "Examples:
  gfs2gen diff cluster.yaml                   line by line, and in words
  gfs2gen diff --stat cluster.yaml            one line for each file
  gfs2gen diff --format markdown cluster.yaml for a comment on a pull request")]
    Diff(Diff),
    /// Show every value of a description with where it comes from, and what follows of it; write nothing
    #[command(after_help = "Examples:
  gfs2gen show cluster.yaml                   a description itself, with every default written out
  gfs2gen show --format json cluster.yaml     for programs
docs/show.md says how to read both.")]
    Show(Show),
    /// Print the JSON Schema of the description, for editors
    #[command(after_help = "Example:
  gfs2gen schema > cluster.schema.json")]
    Schema,
    /// Write a description to start from
    #[command(after_help = "Examples:
  gfs2gen init                                writes cluster.yaml, if there is none
  gfs2gen init --platform el7 -               prints one")]
    Init(Init),
    /// Say what a code of a finding means, or where a line of a generated file comes from
    #[command(after_help = "Examples:
  gfs2gen explain GFS405
  gfs2gen explain fence-race                  by its name
  gfs2gen explain GFS405 --format json        for programs
  gfs2gen explain out/vcluster/nodes/server4/rootfs/etc/drbd.d/r0.res:14
                                              the template line, the keys, and why; `out/drbd.d/r0.res:14` will do
  gfs2gen explain out/drbd.d/r0.res           every line on one")]
    Explain(Explain),
    /// Give a tree to the programs that read its files on a node, as far as they are installed here
    #[command(after_help = "Nothing is changed, and nothing of this host's own configuration is read.

Examples:
  gfs2gen verify out/vcluster
  gfs2gen verify --only drbdadm out/vcluster
  gfs2gen verify --require out/vcluster       in CI: every program has to be there
  gfs2gen verify --format json out/vcluster")]
    Verify(Verify),
    /// Play losses, failures and maintenance on the generated CIB with Pacemaker's own crm_simulate
    #[command(after_help = "Examples:
  gfs2gen simulate cluster.yaml                          who is fenced, started, stopped, moved, in which order
  gfs2gen simulate cluster.yaml --scenario node-lost     one of them
  gfs2gen simulate --list                                what there is to play, and what must hold
Exit 1 if something that must hold does not. Nothing outside of a temporary folder is touched.")]
    Simulate(Simulate),
    /// Draw the stack, the start order or the time budget
    #[command(after_help = "Examples:
  gfs2gen graph cluster.yaml > stack.svg                 a picture; browsers show it
  gfs2gen graph cluster.yaml --what order --format mermaid
  gfs2gen graph cluster.yaml --what time --format dot | dot -Tpdf -o time.pdf")]
    Graph(Graph),
    /// Make a description of what a running cluster says of itself, and name what is wrong with that cluster
    #[command(after_help = "Examples:
  gfs2gen import --collect > collect.sh                       prints what gathers it; reads only, and blanks secrets out
  ssh root@server4 bash -s < collect.sh | tar -x -C found     once for each node
  gfs2gen import found > cluster.yaml
  gfs2gen import found -o cluster.yaml                        writes it, with the domains of its guests beside it

The description is printed also where something is wrong: what has to be looked at or filled in is a comment beside its key.
Exit 1 if something in the cluster or in the description is an error.")]
    Import(Import),
    /// List rules, platforms or artifacts
    #[command(after_help = "Example:
  gfs2gen list rules")]
    List {
        /// What to list
        what: Listed,
    },
}

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
    #[arg(long, value_name = "NODE[:RESOURCE]")]
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
    #[arg(value_name = "CODE|TREE/FILE[:LINE]", value_parser = explain::subject)]
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
pub(super) enum Listed {
    /// Every code with its name and meaning
    Rules,
    /// Every platform
    Platforms,
    /// Every family of generated files
    Artifacts,
}
