//! One text as a YAML scalar that every reader, of YAML 1.1 and of 1.2, takes for this text.

use std::fmt::Write;
use std::net::Ipv4Addr;

/// Words that some reader takes for something else than a text.
const OTHERWISE: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Units behind a number that make it a text for every reader.
const UNITS: &[&str] = &["ms", "s", "min", "h", "KiB", "MiB", "GiB", "TiB", "%", "%FREE", "Mbit", "Gbit"];

/// Plain where that is safe, else in double quotes.
pub fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text) }
}

fn is_plain(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if digits.len() < text.len() {
        return UNITS.contains(&digits) || text.parse::<Ipv4Addr>().is_ok();
    }
    let inside = |c: char| c.is_ascii_alphanumeric() || " _./@%+=-".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(inside)
        && !text.ends_with(' ')
        && !OTHERWISE.contains(&text.to_lowercase().as_str())
}

/// What is not seen, or could be mistaken for something else, is written by its number.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric() => quoted.push(c),
            c if (c as u32) < 0x1_0000 => drop(write!(quoted, "\\u{:04x}", c as u32)),
            c => drop(write!(quoted, "\\U{:08x}", c as u32)),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::Source;
    use crate::syntax::Document;

    fn read(text: &str) -> serde_json::Value {
        let document = Document::parse(&Source::new("c", format!("x: {text}\ny: [{text}]\n")));
        let document = document.unwrap_or_else(|found| panic!("{text}: {:?}", found[0].message));
        assert_eq!(document.value()["x"], document.value()["y"][0]);
        document.value()["x"].clone()
    }

    #[test]
    fn quotes_stand_where_they_are_needed_and_nowhere_else() {
        for plain in
            ["vms", "10s", "100%FREE", "128MiB", "192.168.11.4", "/dev/disk/by-id/x.1", "commit=30", "two words"]
        {
            assert_eq!(scalar(plain), plain);
        }
        for odd in
            ["yes", "No", "8.4", "9", "1e3", "0x1f", "2099-12-31", "52:54:00:12:34:56", "fd00::4", "", "a: b", "x #y"]
        {
            assert_eq!(scalar(odd), format!("\"{odd}\""));
        }
        assert_eq!(scalar("a\"\\\u{a0}\u{1f600}ä"), "\"a\\\"\\\\\\u00a0\\U0001f600ä\"");
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_itself(text in "(\\PC|[ #:,\\[\\]{}'\"\\\\\u{a0}\u{202e}-])*") {
            prop_assert_eq!(read(&scalar(&text)), serde_json::Value::from(text));
        }

        #[test]
        fn any_word_is_read_as_itself(text in "[0-9a-zA-Z.%+eExX_ -]{0,8}") {
            prop_assert_eq!(read(&scalar(&text)), serde_json::Value::from(text));
        }
    }
}
