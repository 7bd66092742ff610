//! Descriptions: from files or standard input to what came of compiling them.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::args::Judged;
use super::{Exit, Terminal};
use crate::compile::{Compiled, compile};
use crate::diag::Severity;
use crate::diag::emit::Report;
use crate::source::Source;
use crate::syntax::not_utf8;

/// How standard input is named on the command line.
const STDIN: &str = "-";

/// One description with what came of it.
pub(super) struct Input {
    pub file: PathBuf,
    pub source: Source,
    pub compiled: Compiled,
}

impl Input {
    /// For the renderers of diagnostics.
    pub fn report(&self) -> Report<'_> {
        Report {
            source: &self.source,
            document: self.compiled.document.as_ref().map(|document| document as _),
            diagnostics: &self.compiled.diagnostics,
        }
    }

    /// Whether it has a diagnostic of this severity.
    pub fn has(&self, severity: Severity) -> bool {
        self.compiled.diagnostics.iter().any(|diagnostic| diagnostic.severity == severity)
    }
}

/// Reads and compiles every file, in the order of the command line. A file that cannot be read is said and does not stop
/// the others; the end is then that of a command that was refused.
pub(super) fn read(files: &[PathBuf], judged: &Judged, terminal: &Terminal) -> (Vec<Input>, Exit) {
    let today = judged.today();
    let mut inputs = Vec::new();
    let mut end = Exit::Fine;
    for (position, file) in files.iter().enumerate() {
        let again = file == Path::new(STDIN) && files[..position].contains(file);
        let bytes = if again { Err(io::Error::other("it has been read already")) } else { bytes(file) };
        match bytes {
            Ok(bytes) => inputs.push(input(file, bytes, &today)),
            Err(error) => {
                terminal.error(&format!("cannot read {}: {error}", name(file)));
                end = Exit::Refused;
            }
        }
    }
    (inputs, end)
}

/// What diagnostics call a file: as it was typed.
fn name(file: &Path) -> String {
    if file == Path::new(STDIN) { "<stdin>".to_owned() } else { file.display().to_string() }
}

/// So much is read of an endless file: enough to refuse it as too large.
const MOST: u64 = 16 << 20;

fn bytes(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if file == Path::new(STDIN) {
        io::stdin().take(MOST).read_to_end(&mut bytes)?;
    } else {
        fs::File::open(file)?.take(MOST).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn input(file: &Path, bytes: Vec<u8>, today: &str) -> Input {
    let stdin = file == Path::new(STDIN);
    let folder = if stdin { Path::new(".") } else { file.parent().unwrap_or(Path::new(".")) };
    compiled(file, bytes, today, &|path| fs::read_to_string(folder.join(path)))
}

/// What comes of a text; `load` reads the files that it names.
pub(super) fn compiled(file: &Path, bytes: Vec<u8>, today: &str, load: &dyn Fn(&str) -> io::Result<String>) -> Input {
    match Source::from_bytes(name(file), bytes) {
        Ok(source) => {
            let compiled = compile(&source, today, load);
            Input { file: file.to_owned(), source, compiled }
        }
        Err(broken) => {
            let compiled = Compiled { diagnostics: vec![not_utf8(&broken)], ..Compiled::default() };
            Input { file: file.to_owned(), source: broken.source, compiled }
        }
    }
}
