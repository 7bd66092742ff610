//! Configuration in blocks, as DRBD, corosync and LVM write it: entries of words, some with entries inside.

use super::{Place, Said};
use crate::source::Span;

/// One entry: its words, and what stands in its braces.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub words: Vec<Said>,
    pub block: Option<Vec<Entry>>,
}

impl Entry {
    /// The first word.
    pub fn name(&self) -> &str {
        self.words.first().map_or("", |word| word.text.as_str())
    }

    /// The second word.
    pub fn value(&self) -> Option<&Said> {
        self.words.get(1)
    }

    /// What stands in the braces.
    pub fn inside(&self) -> &[Entry] {
        self.block.as_deref().unwrap_or_default()
    }
}

/// What cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    pub span: Span,
    pub message: String,
}

impl Broken {
    pub fn new(span: Span, message: impl Into<String>) -> Broken {
        Broken { span, message: message.into() }
    }
}

/// No file of these has more than five; what holds entries in each other is left with a call for each.
const DEEPEST: usize = 32;

/// The blocks that are open while a text is read.
#[derive(Debug, Default)]
pub(super) struct Open {
    above: Vec<(Vec<Said>, Vec<Entry>)>,
    here: Vec<Entry>,
}

impl Open {
    /// An entry without braces.
    pub fn push(&mut self, words: Vec<Said>) {
        if !words.is_empty() {
            self.here.push(Entry { words, block: None });
        }
    }

    /// A brace opens.
    pub fn enter(&mut self, words: Vec<Said>, span: Span) -> Result<(), Broken> {
        if self.above.len() == DEEPEST {
            return Err(Broken::new(span, "blocks stand too deep in each other here"));
        }
        self.above.push((words, std::mem::take(&mut self.here)));
        Ok(())
    }

    /// A brace closes.
    pub fn leave(&mut self, span: Span) -> Result<(), Broken> {
        let (words, outer) =
            self.above.pop().ok_or_else(|| Broken::new(span, "this brace closes nothing that is open"))?;
        let block = std::mem::replace(&mut self.here, outer);
        self.here.push(Entry { words, block: Some(block) });
        Ok(())
    }

    /// The whole.
    pub fn end(self, length: usize) -> Result<Vec<Entry>, Broken> {
        match self.above.last() {
            None => Ok(self.here),
            Some((words, _)) => {
                let end = Span { start: length, end: length };
                let (span, name) = words.first().map_or((end, ""), |word| (word.at.span, word.text.as_str()));
                Err(Broken::new(span, format!("the block `{name}` is never closed")))
            }
        }
    }
}

/// A word of a file.
pub(super) fn said(file: usize, text: impl Into<String>, start: usize, end: usize) -> Said {
    Said { text: text.into(), at: Place { file, span: Span { start, end } } }
}
