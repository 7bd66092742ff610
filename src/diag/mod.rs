//! What the compiler has to say to the user: one value, many renderers.

pub mod emit;
pub mod suggest;

use std::borrow::Cow;

use crate::path::Path;
use crate::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The tree can be built; somebody should know.
    Warning,
    /// No tree is built.
    Error,
}

/// Which part of a mapping entry a label underlines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The key.
    Key,
    /// The value; for a list element, the element.
    Value,
}

/// A place: by path while the compiler works, by byte range where no path exists (broken YAML).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// A value of the description. Where it was not written, its nearest written ancestor is shown.
    Path(Path, Part),
    /// A byte range of the description.
    Span(Span),
}

/// Turns places into byte ranges: what a description with positions can do.
pub trait Locate {
    /// The byte range to show for a place; where it was not written, that of its nearest written ancestor.
    fn locate(&self, at: &At) -> Span;
}

/// A place with what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub at: At,
    /// What is here; may be empty.
    pub text: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The code, `GFS123`.
    pub code: &'static str,
    /// The rule's name for people, in kebab case.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The fact, in one line: lower case, no full stop, literals in backquotes.
    pub message: String,
    /// The place to look at first.
    pub primary: Label,
    /// Other places that belong to it.
    pub secondary: Vec<Label>,
    /// What explains it, in one line each: above all where a value that was not written came from.
    pub notes: Vec<String>,
    /// What to do; each is one line or a short paragraph.
    pub help: Vec<String>,
    /// The text that would be right in place of what the primary label underlines, where one is known.
    pub suggestion: Option<String>,
}

/// A kind of finding: what every place that reports one agrees on, and what people can read of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// `GFS123`.
    pub code: &'static str,
    /// The name for people, in kebab case.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is found, in one line.
    pub summary: &'static str,
    /// Its page, `docs/rules/<code>.md`: why it matters, an example that has it and one that does not.
    pub page: &'static str,
}

/// A code with its page: one without a page does not compile.
macro_rules! code {
    ($code:literal $name:literal $severity:ident $summary:literal) => {
        $crate::diag::Code {
            code: $code,
            name: $name,
            severity: $crate::diag::Severity::$severity,
            summary: $summary,
            page: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules/", $code, ".md")),
        }
    };
}
pub(crate) use code;

/// Declares the codes of a stage whose findings are all errors: a constant for each, and `CODES` with all of them.
macro_rules! codes {
    ($($(#[$doc:meta])* $id:ident = $code:literal, $name:literal, $summary:literal;)*) => {
        $($(#[$doc])*
        pub const $id: $crate::diag::Code = $crate::diag::code!($code $name Error $summary);)*

        /// Every code of this stage.
        pub const CODES: &[$crate::diag::Code] = &[$($id),*];
    };
}
pub(crate) use codes;

impl Diagnostic {
    /// A finding with its primary place; the rest is added by the methods below.
    pub fn new(code: Code, message: impl Into<String>, at: At) -> Self {
        Diagnostic {
            code: code.code,
            name: code.name,
            severity: code.severity,
            message: message.into(),
            primary: Label { at, text: String::new() },
            secondary: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            suggestion: None,
        }
    }

    /// What stands at the primary place.
    pub fn label<'a>(mut self, text: impl Into<Cow<'a, str>>) -> Self {
        self.primary.text = text.into().into_owned();
        self
    }

    /// Another place that belongs to it.
    pub fn also(mut self, at: At, text: impl Into<String>) -> Self {
        self.secondary.push(Label { at, text: text.into() });
        self
    }

    /// What the user can do.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// The right text in place of the primary one.
    pub fn suggest(mut self, text: impl Into<String>) -> Self {
        self.suggestion = Some(text.into());
        self
    }
}

impl Diagnostic {
    /// Sets what stands at the primary place of a finding that is already recorded.
    pub(crate) fn set_label(&mut self, text: impl Into<String>) -> &mut Self {
        self.primary.text = text.into();
        self
    }

    /// Adds another place to a finding that is already recorded.
    pub(crate) fn add_label(&mut self, at: At, text: impl Into<String>) -> &mut Self {
        self.secondary.push(Label { at, text: text.into() });
        self
    }

    /// Adds help to a finding that is already recorded.
    pub(crate) fn add_help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help.push(text.into());
        self
    }
}

/// Whether a character cannot be seen, or changes how those around it are seen. Spaces that only look unusual are none.
pub fn is_hidden(character: char) -> bool {
    let invisible = matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
    );
    invisible || character.is_control()
}

impl At {
    /// The value at a path.
    pub fn value(path: Path) -> Self {
        At::Path(path, Part::Value)
    }

    /// The key of the entry at a path.
    pub fn key(path: Path) -> Self {
        At::Path(path, Part::Key)
    }
}
