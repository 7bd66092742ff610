//! A text with its name: what every position in a diagnostic points into.

/// One input text, as the user gave it.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    text: String,
}

/// A half-open byte range in a [`Source`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineCol {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Source {
    /// A text under the name that diagnostics show.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Source { name: name.into(), text: text.into() }
    }

    /// The name shown in diagnostics: the path as the user typed it, or `<stdin>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line and column of a byte offset. An offset past the end is the end.
    pub fn position(&self, offset: usize) -> LineCol {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[..end];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        LineCol { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_never_leave_the_text() {
        let source = Source::new("x", "ä: 1\nbb: ü\n");
        assert_eq!(source.position(0), LineCol { line: 1, column: 1 });
        assert_eq!(source.position(2), LineCol { line: 1, column: 2 });
        assert_eq!(source.position(6), LineCol { line: 2, column: 1 });
        assert_eq!(source.position(11), source.position(10));
        assert_eq!(source.position(999), LineCol { line: 3, column: 1 });
    }
}
