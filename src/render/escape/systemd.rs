//! One word of an `Exec` line of a systemd unit. Grammar: systemd.service(5) "Command lines", systemd.syntax(7)
//! "Quoting", systemd.unit(5) "Specifiers".
//!
//! `%` and `$` are doubled. The first word of the line, the program, does not have its `$` undone, and other
//! directives undo only `%`; a value with `$` belongs in neither.

use std::fmt::Write;

use super::{Refused, refuse};

/// `value` as one word.
pub(super) fn word(value: &str) -> Result<String, Refused> {
    refuse("a systemd word", value, |c| c == '\0')?;
    if let Some(c) = value.chars().find(|c| is_noncharacter(*c)) {
        // systemd drops a whole line that holds one.
        return Err(Refused::new(format!("a systemd word cannot contain U+{:04X}", c as u32)));
    }
    let doubled = value.replace('%', "%%").replace('$', "$$");
    if !value.is_empty() && value.bytes().all(is_plain) {
        return Ok(doubled);
    }
    let mut text = String::from("\"");
    for c in doubled.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            // A raw carriage return would end the line in some readers; two hex digits reach only U+00FF, and
            // systemd reads them as one byte, so the C1 controls stay raw.
            c if c.is_ascii_control() => write!(text, "\\x{:02x}", c as u32).expect("a String takes any text"),
            c => text.push(c),
        }
    }
    text.push('"');
    Ok(text)
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&byte)
}

fn is_noncharacter(c: char) -> bool {
    let code = c as u32;
    (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_and_specifiers_doubled() {
        assert_eq!(word("/usr/sbin/drbdadm").unwrap(), "/usr/sbin/drbdadm");
        assert_eq!(word("80%FREE").unwrap(), "80%%FREE");
        assert_eq!(word("$HOME").unwrap(), "\"$$HOME\"");
        assert_eq!(word(";").unwrap(), "\";\"");
        assert_eq!(word("a\n\"b\" \\").unwrap(), r#""a\n\"b\" \\""#);
        assert_eq!(word("\u{1}").unwrap(), r#""\x01""#);
        assert_eq!(word("").unwrap(), "\"\"");
        assert!(word("\u{FFFE}").is_err());
        assert!(word("\0").is_err());
    }
}
