//! `gfs2gen show`.

use super::options::{Show, ShowFormat};
use super::{Exit, Terminal, compare};
use crate::show;

pub(super) fn run(args: &Show, terminal: &Terminal) -> Exit {
    let files = std::slice::from_ref(&args.file);
    let inputs = match compare::compile(files, &args.judged, "nothing is shown", terminal) {
        Ok(inputs) => inputs,
        Err(exit) => return exit,
    };
    let Some(input) = inputs.first() else { return Exit::Refused };
    let (Some(document), Some((plan, bundle))) = (&input.compiled.document, &input.compiled.built) else {
        return Exit::Bug;
    };
    match show::show(&input.source, document, plan, bundle.description()) {
        Ok(shown) => terminal.data(&match args.format {
            ShowFormat::Yaml => show::yaml(&shown),
            ShowFormat::Json => show::json(&shown),
        }),
        Err(bug) => {
            terminal.error(&format!("this is a bug in gfs2gen, please report it: {bug}"));
            Exit::Bug
        }
    }
}
