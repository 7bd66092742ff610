//! `gfs2gen graph`.

use super::args::{Graph, GraphFormat, GraphOf};
use super::input::{self, Input};
use super::{Exit, Terminal, check};
use crate::graph::{self, Form, What};

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
