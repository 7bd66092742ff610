//! Text or an attribute's inside in XML 1.0. Grammar: production 2 (Char), 2.4 (character data), 3.3.3 (attribute
//! values are normalised: a raw newline or tab in one would become a space).

use std::fmt::Write;

use super::{Refused, refuse};

/// `value` as text that stands for itself, also between the quotes of an attribute.
pub(super) fn text(value: &str) -> Result<String, Refused> {
    refuse("XML", value, |c| !allowed(c))?;
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\'' => text.push_str("&apos;"),
            c if c.is_control() => write!(text, "&#{};", c as u32).expect("a String takes any text"),
            c => text.push(c),
        }
    }
    Ok(text)
}

/// Whether XML 1.0 allows the character at all, even as a reference.
pub(in crate::render) fn allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_white_space_become_references() {
        assert_eq!(text("a<b>&\"'").unwrap(), "a&lt;b&gt;&amp;&quot;&apos;");
        assert_eq!(text("a\n\tb\r").unwrap(), "a&#10;&#9;b&#13;");
        assert!(text("\u{1}").is_err());
        assert!(text("\u{FFFF}").is_err());
    }
}
