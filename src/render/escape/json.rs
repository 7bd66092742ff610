//! A JSON string (RFC 8259, 7). Also a double-quoted YAML scalar, since nothing outside plain printable text is left raw.

use std::fmt::Write;

use super::Refused;

/// `value` as a string.
pub(super) fn string(value: &str) -> Result<String, Refused> {
    let mut text = String::from("\"");
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            c if must_be_escaped(c) => write!(text, "\\u{:04x}", c as u32).expect("a String takes any text"),
            c => text.push(c),
        }
    }
    text.push('"');
    Ok(text)
}

/// Controls, and what YAML 1.1 takes as a line break, a byte order mark or not printable; all below U+10000.
fn must_be_escaped(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_become_escapes() {
        assert_eq!(string("a\"\\\n\u{1}\u{85}ü").unwrap(), r#""a\"\\\n\u0001\u0085ü""#);
    }
}
