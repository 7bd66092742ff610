//! Descriptions: from files or standard input to what came of compiling them.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::Terminal;
use crate::compile::{Compiled, compile};
use crate::diag::Severity;
use crate::diag::emit::Report;
use crate::source::Source;
use crate::syntax::not_utf8;

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

/// Reads and compiles every file; a file that cannot be read is said, and makes the whole fail once all are read.
pub(super) fn read(files: &[PathBuf], terminal: &Terminal) -> Result<Vec<Input>, ()> {
    let mut inputs = Vec::new();
    let mut failed = false;
    for file in files {
        match bytes(file) {
            Ok(bytes) => inputs.push(input(file, bytes, terminal)),
            Err(error) => {
                terminal.error(&format!("cannot read {}: {error}", file.display()));
                failed = true;
            }
        }
    }
    if failed { Err(()) } else { Ok(inputs) }
}

fn bytes(file: &Path) -> io::Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    fs::read(file)
}

fn input(file: &Path, bytes: Vec<u8>, terminal: &Terminal) -> Input {
    let stdin = file == Path::new("-");
    let name = if stdin { "<stdin>".to_owned() } else { file.display().to_string() };
    let folder = if stdin { Path::new(".") } else { file.parent().unwrap_or(Path::new(".")) };
    match Source::from_bytes(name, bytes) {
        Ok(source) => {
            let compiled = compile(&source, &terminal.today, &|path| fs::read_to_string(folder.join(path)));
            Input { file: file.to_owned(), source, compiled }
        }
        Err(broken) => {
            let compiled = Compiled { diagnostics: vec![not_utf8(&broken)], ..Compiled::default() };
            Input { file: file.to_owned(), source: broken.source, compiled }
        }
    }
}
