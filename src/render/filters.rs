//! The only two filters that templates have: places where a value stands that are not values of the format.

use super::escape::{Refused, allowed_in_xml, code_span, name_of, refuse};
use super::format::Format;

/// `text` for a comment on one line: nothing in it can end the comment.
pub(super) fn comment(format: Format, text: &str) -> Result<String, Refused> {
    if format == Format::Json {
        return Err(Refused::new("JSON has no comments"));
    }
    refuse("a comment", text, char::is_control)?;
    if text.ends_with('\\') {
        return Err(Refused::new(format!("a comment cannot end with {}", name_of('\\'))));
    }
    if matches!(format, Format::Xml | Format::Markdown) {
        refuse("a comment", text, |c| !allowed_in_xml(c))?;
        if text.contains("--") || text.starts_with(['-', '>']) || text.ends_with('-') {
            return Err(Refused::new("an XML or Markdown comment cannot contain `--` nor have `-` or `>` at its edge"));
        }
    }
    Ok(text.to_owned())
}

/// `text` as a code span; only Markdown has them.
pub(super) fn code(format: Format, text: &str) -> Result<String, Refused> {
    match format {
        Format::Markdown => code_span(text),
        _ => Err(Refused::new("only Markdown has code spans")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_cannot_be_left() {
        assert_eq!(comment(Format::Shell, "node $(x) -- 'y'").unwrap(), "node $(x) -- 'y'");
        for bad in ["a\nb", "a\r", "a\\"] {
            assert!(comment(Format::Shell, bad).is_err());
        }
        for bad in ["-->", "a--b", "a-", ">"] {
            assert!(comment(Format::Xml, bad).is_err());
        }
        assert!(comment(Format::Json, "a").is_err());
    }

    #[test]
    fn only_markdown_has_code() {
        assert_eq!(code(Format::Markdown, "a_b").unwrap(), "`a_b`");
        assert!(code(Format::Shell, "a").is_err());
    }
}
