//! A value made safe for a format: its reader gets back exactly the value, or the value is refused.

mod dot;
mod drbd;
mod fstab;
mod json;
mod lines;
mod lvm;
mod markdown;
mod mermaid;
mod shell;
mod systemd;
mod xml;
mod yaml;

pub(super) use markdown::code_span;
pub(super) use xml::allowed as allowed_in_xml;

use std::borrow::Cow;
use std::fmt;

use super::format::Format;

/// Why a value cannot be written in a format, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(Cow<'static, str>);

impl Refused {
    pub(super) fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Refused(reason.into())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// The text that stands for `value` in a file of this format: where templates print it, and for code that writes a
/// file without a template.
pub fn escape(format: Format, value: &str) -> Result<String, Refused> {
    match format {
        Format::Shell => shell::word(value),
        Format::Drbd => drbd::token(value),
        Format::Lvm => lvm::string(value),
        Format::Systemd => systemd::word(value),
        Format::Fstab => fstab::field(value),
        Format::Xml => xml::text(value),
        Format::Corosync => lines::corosync(value),
        Format::Line => lines::line(value),
        Format::Nft => lines::nft(value),
        Format::Multipath => lines::multipath(value),
        Format::Yaml => yaml::scalar(value),
        Format::Markdown => markdown::text(value),
        Format::Json => json::string(value),
        Format::Mermaid => mermaid::label(value),
        Format::Dot => dot::string(value),
    }
}

/// How a character is called in a message.
pub(super) fn name_of(c: char) -> String {
    match c {
        '\n' => "a newline".into(),
        '\r' => "a carriage return".into(),
        '\t' => "a tab".into(),
        '\0' => "a NUL character".into(),
        '`' => "a backquote".into(),
        '\\' => "a backslash".into(),
        '"' => "a double quote".into(),
        c if c.is_control() => format!("the control character U+{:04X}", c as u32),
        c => format!("`{c}`"),
    }
}

/// Refuses the first character that `bad` says cannot stand in `what` ("a DRBD value").
pub(super) fn refuse(what: &str, value: &str, bad: impl Fn(char) -> bool) -> Result<(), Refused> {
    match value.chars().find(|c| bad(*c)) {
        Some(c) => Err(Refused::new(format!("{what} cannot contain {}", name_of(c)))),
        None => Ok(()),
    }
}

/// Refuses what a reader would trim off or not see at all: nothing, and space at either end.
fn refuse_edges(what: &str, value: &str) -> Result<(), Refused> {
    if value.is_empty() {
        return Err(Refused::new(format!("{what} cannot be empty")));
    }
    if value.trim() != value {
        return Err(Refused::new(format!("{what} cannot begin or end with space")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_format_lets_a_raw_newline_or_nul_through() {
        for format in Format::all() {
            for value in ["a\nb", "a\0b", "a\rb"] {
                match escape(format, value) {
                    // Inside single quotes a shell word may run over lines; everything else must not.
                    Ok(text) if format == Format::Shell => assert!(text.starts_with('\'')),
                    Ok(text) => assert!(!text.contains(['\n', '\0', '\r']), "{}: {text:?}", format.name()),
                    Err(refused) => assert!(refused.to_string().contains("cannot"), "{refused}"),
                }
            }
            let plain = escape(format, "plain").unwrap();
            assert!(plain == "plain" || plain == "\"plain\"", "{}: {plain}", format.name());
        }
        assert!(escape(Format::Shell, "a\0b").is_err());
    }

    #[test]
    fn the_reason_names_the_character() {
        assert_eq!(escape(Format::Drbd, "a\nb").unwrap_err().to_string(), "a DRBD value cannot contain a newline");
    }
}
