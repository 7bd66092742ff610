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

/// A file that is not UTF-8, in a form that a diagnostic can show.
#[derive(Debug, Clone)]
pub struct NotUtf8 {
    /// The text with a replacement character in place of every part that cannot be read. Up to the first of them,
    /// offsets are those of the file.
    pub source: Source,
    /// The first replacement character.
    pub span: Span,
    /// The byte that stands there in the file.
    pub byte: u8,
    /// Whether the file begins with the byte order mark of UTF-16.
    pub utf16: bool,
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

    /// A text from the bytes of a file, which may not be UTF-8.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, Box<NotUtf8>> {
        let error = match String::from_utf8(bytes) {
            Ok(text) => return Ok(Source::new(name, text)),
            Err(error) => error,
        };
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let byte = bytes[at];
        let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        let source = Source::new(name, String::from_utf8_lossy(bytes));
        let end = at + char::REPLACEMENT_CHARACTER.len_utf8();
        Err(Box::new(NotUtf8 { source, span: Span { start: at, end }, byte, utf16 }))
    }

    /// How many bytes the byte order mark at the beginning takes: 3 or none.
    ///
    /// The mark stays in the text, so that byte offsets are those of the file, but it is no character of line 1.
    pub fn bom_len(&self) -> usize {
        if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
    }

    /// The line and column of a byte offset. An offset past the end is the end.
    pub fn position(&self, offset: usize) -> LineCol {
        let end = self.floor(offset).max(self.bom_len());
        let before = &self.text[..end];
        let line_start = before.rfind('\n').map_or(self.bom_len(), |at| at + 1);
        LineCol { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
    }

    /// The line that an offset stands in, without its line break and without a byte order mark.
    pub fn line(&self, offset: usize) -> Span {
        let at = self.floor(offset).max(self.bom_len());
        let start = self.text[..at].rfind('\n').map_or(self.bom_len(), |at| at + 1);
        let rest = &self.text[start..];
        let line = rest.split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        Span { start, end: start + line.len() }
    }

    /// The text of a span; what of it lies outside the text is left out.
    pub fn slice(&self, span: Span) -> &str {
        let span = self.clamp(span);
        &self.text[span.start..span.end]
    }

    /// The span moved to character boundaries inside the text.
    pub fn clamp(&self, span: Span) -> Span {
        let start = self.floor(span.start);
        Span { start, end: self.floor(span.end).max(start) }
    }

    /// The nearest character boundary at or before an offset.
    fn floor(&self, offset: usize) -> usize {
        self.text.floor_char_boundary(offset)
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

    #[test]
    fn a_byte_order_mark_is_no_character_of_line_one() {
        let source = Source::new("x", "\u{feff}a: 1\r\nb: 2\r\n");
        assert_eq!(source.position(0), LineCol { line: 1, column: 1 });
        assert_eq!(source.position(3), LineCol { line: 1, column: 1 });
        assert_eq!(source.position(6), LineCol { line: 1, column: 4 });
        assert_eq!(source.slice(source.line(0)), "a: 1");
        assert_eq!(source.slice(source.line(10)), "b: 2");
        assert_eq!(source.slice(source.line(99)), "");
    }

    #[test]
    fn the_first_byte_that_is_not_utf8_has_a_place() {
        let source = Source::from_bytes("x", b"a: 1\nb: \xc3\xa4\xe4\xff\n".to_vec()).unwrap_err();
        assert_eq!(source.byte, 0xe4);
        assert_eq!(source.source.position(source.span.start), LineCol { line: 2, column: 5 });
        assert_eq!(source.source.slice(source.span), "\u{fffd}");
        assert!(!source.utf16);
        let wide = Source::from_bytes("x", b"\xff\xfea\0".to_vec()).unwrap_err();
        assert!(wide.utf16);
        assert_eq!(Source::from_bytes("x", b"a".to_vec()).unwrap().text(), "a");
    }
}
