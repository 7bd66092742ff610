//! `gfs2gen explain`.

mod line;
pub(super) mod tree;

use serde::Serialize;

use super::options::{Explain, PageFormat};
use super::{Exit, Terminal};
use crate::compile;
use crate::diag::Code;
use crate::diag::suggest::did_you_mean;
use crate::import;

/// What programs get.
#[derive(Serialize)]
struct Page {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    summary: &'static str,
    page: &'static str,
}

/// What is to be explained.
#[derive(Debug, Clone)]
pub(super) enum Subject {
    /// A code of a diagnostic.
    Code(Code),
    /// A line of a generated file, or all of them.
    Line(line::Asked),
}

pub(super) fn run(args: &Explain, terminal: &Terminal) -> Exit {
    let Code { code, name, severity, summary, page } = match &args.subject {
        Subject::Code(code) => *code,
        Subject::Line(asked) => return line::run(asked, args, terminal),
    };
    match args.format {
        PageFormat::Human => terminal.data(page),
        PageFormat::Json => {
            let page = Page { code, name, severity: severity.word(), summary, page };
            let text = serde_json::to_string_pretty(&page).expect("strings serialize");
            terminal.data(&(text + "\n"))
        }
    }
}

/// What a person means: a code, a name, or a file where it can be nothing else.
pub(super) fn subject(word: &str) -> Result<Subject, String> {
    match code(word) {
        Ok(code) => Ok(Subject::Code(code)),
        Err(_) if word.contains(['/', ':', '.']) || std::path::Path::new(word).exists() => {
            line::asked(word).map(Subject::Line)
        }
        Err(error) => Err(error),
    }
}

/// The code that a person means by a code or a name.
fn code(word: &str) -> Result<Code, String> {
    let codes: Vec<Code> = compile::codes().into_iter().chain(import::codes()).collect();
    let found = codes.iter().find(|code| [code.code, code.name].iter().any(|known| known.eq_ignore_ascii_case(word)));
    found.copied().ok_or_else(|| {
        // Every code is like every other, so only names can be meant.
        let meant = did_you_mean(word, codes.iter().map(|code| code.name))
            .map(|meant| format!("did you mean `{meant}`? "))
            .unwrap_or_default();
        format!("no rule has this code or name; {meant}`gfs2gen list rules` prints all")
    })
}
