//! The command line.

use clap::{Args, ColorChoice, Parser, Subcommand};
use clap_complete::engine::ArgValueCandidates;

use super::graph::Graph;
use super::options::{Build, Check, Diff, Explain, Import, Init, Listed, Plan, Shell, Show, Verify};
use super::simulate::Simulate;
use super::{day, man};

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
    /// Print what makes a shell complete commands, options, rules, platforms, and names out of your descriptions
    #[command(after_help = "Examples:
  source <(gfs2gen completions bash)          for this shell; the packages install it for all
  gfs2gen completions zsh > ~/.zfunc/_gfs2gen
  gfs2gen completions fish > ~/.config/fish/completions/gfs2gen.fish")]
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Print a page of the manual
    #[command(after_help = "Examples:
  gfs2gen man | man -l -
  gfs2gen man build | man -l -")]
    Man {
        /// The page of this command; default: of the program
        #[arg(value_name = "COMMAND", value_parser = man::command, add = ArgValueCandidates::new(man::commands))]
        command: Option<String>,
    },
    /// List rules, platforms or artifacts
    #[command(after_help = "Example:
  gfs2gen list rules")]
    List {
        /// What to list
        what: Listed,
    },
}
