//! A double-quoted string of Graphviz's language, for a label. The lexer takes the backslash of `\"` away and keeps every other; in
//! a label two of them are one, and `\n`, `\N` and others mean something (escString). Before that `&lt;` is read as in HTML.

use super::{Refused, refuse, xml};

/// `value` as a string with its quotes, for a label.
pub(super) fn string(value: &str) -> Result<String, Refused> {
    refuse("a string of a graph", value, |c| c.is_control() || !xml::allowed(c))?;
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '&' => text.push_str("&amp;"),
            c => text.push(c),
        }
    }
    text.push('"');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_a_label_does_not() {
        assert_eq!(string("a b").unwrap(), "\"a b\"");
        assert_eq!(string("a\\nb\"c&lt;").unwrap(), "\"a\\\\nb\\\"c&amp;lt;\"");
        assert!(string("a\nb").is_err());
    }
}
