//! What is shown as one JSON document, for programs.

use serde::Serialize;
use serde_json::Value;

use super::{Entry, Follows, Origin, Shown};
use crate::path::Path;

#[derive(Serialize)]
struct Output<'a> {
    version: u32,
    file: &'a str,
    cluster: &'a str,
    description: &'a Value,
    values: Vec<One<'a>>,
    follows: Vec<Other<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    path: String,
    value: &'a Value,
    origin: &'static str,
    line: Option<usize>,
    column: Option<usize>,
    /// Another spelling, as it was written.
    written: Option<&'a str>,
    how: Option<&'a str>,
    from: Vec<String>,
}

#[derive(Serialize)]
struct Other<'a> {
    path: String,
    value: &'a Value,
    about: Option<&'static str>,
    from: Vec<String>,
}

/// One document with a line break at its end.
pub fn json(shown: &Shown) -> String {
    let output = Output {
        version: 1,
        file: &shown.file,
        cluster: &shown.cluster,
        description: &shown.description,
        values: shown.entries.iter().map(one).collect(),
        follows: shown.follows.iter().map(other).collect(),
    };
    let text = serde_json::to_string_pretty(&output).expect("texts and numbers can be written as JSON");
    text + "\n"
}

fn pointers(paths: &[Path]) -> Vec<String> {
    paths.iter().map(Path::to_string).collect()
}

fn one(entry: &Entry) -> One<'_> {
    let plain = One {
        path: entry.path.to_string(),
        value: &entry.value,
        origin: "default",
        line: None,
        column: None,
        written: None,
        how: None,
        from: Vec::new(),
    };
    match &entry.origin {
        Origin::Written { at, spelling } => One {
            origin: "written",
            line: Some(at.line),
            column: Some(at.column),
            written: spelling.as_deref(),
            ..plain
        },
        Origin::Default => plain,
        Origin::Platform => One { origin: "platform", from: vec!["/platform".to_owned()], ..plain },
        Origin::Derived { how, from } => One { origin: "derived", how: Some(how), from: pointers(from), ..plain },
    }
}

fn other(follows: &Follows) -> Other<'_> {
    Other {
        path: follows.path.to_string(),
        value: &follows.value,
        about: follows.row.about,
        from: pointers(&follows.from),
    }
}
