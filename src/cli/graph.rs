//! `gfs2gen graph`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::args::Judged;
use super::input::{self, Input};
use super::{Exit, Terminal, check};
use crate::graph::{self, Form, What};

#[derive(Debug, Args)]
pub(super) struct Graph {
    /// The description; `-` is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What to draw
    #[arg(long, value_name = "GRAPH", default_value = "stack")]
    pub what: GraphOf,
    /// The form of the graph
    #[arg(long, value_name = "FORM", default_value = "svg")]
    pub format: GraphFormat,
    #[command(flatten)]
    pub judged: Judged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum GraphOf {
    /// What stands on what on both nodes, and what connects them
    Stack,
    /// What Pacemaker starts after what; it stops in the reverse order
    Order,
    /// How long each layer may take, and what has to be longer than what
    Time,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum GraphFormat {
    /// A picture for light and dark pages
    Svg,
    /// A diagram for Markdown
    Mermaid,
    /// A graph for Graphviz
    Dot,
}

pub(super) fn run(args: &Graph, terminal: &Terminal) -> Exit {
    let (inputs, unread) = input::read(std::slice::from_ref(&args.file), &args.judged, terminal);
    let Some(input) = inputs.first() else { return unread };
    let Some((plan, _)) = &input.compiled.built else {
        check::show(&[Input::report(input)], terminal);
        return check::verdict(&inputs, false);
    };
    let what = match args.what {
        GraphOf::Stack => What::Stack,
        GraphOf::Order => What::Order,
        GraphOf::Time => What::Time,
    };
    let form = match args.format {
        GraphFormat::Svg => Form::Svg,
        GraphFormat::Mermaid => Form::Mermaid,
        GraphFormat::Dot => Form::Dot,
    };
    match graph::draw(plan, what, form) {
        Ok(text) => terminal.data(&text),
        Err(error) => {
            terminal.error(&error.to_string());
            Exit::Bug
        }
    }
}
