//! What can be said of a text before it is read as YAML, and of the characters in it.

use super::codes;
use crate::diag::{At, Diagnostic, is_hidden};
use crate::source::{NotUtf8, Source, Span};

/// More text than this is no description of a two-node cluster.
const LARGEST: usize = 1024 * 1024;

/// A binary file has thousands of them; a few tell the story.
const MOST_CONTROL_CHARACTERS: usize = 10;

/// The finding for a file that could not be turned into text.
pub fn not_utf8(error: &NotUtf8) -> Diagnostic {
    let help = if error.utf16 { "the file begins like UTF-16; save it as UTF-8" } else { "save the file as UTF-8" };
    Diagnostic::new(codes::NOT_UTF8, "the file is not UTF-8 text", At::Span(error.span))
        .label(format!("the byte 0x{:02X} cannot stand here", error.byte))
        .help(help)
}

/// Everything that makes reading on pointless.
pub(super) fn check(source: &Source) -> Vec<Diagnostic> {
    if source.text().len() > LARGEST {
        let message = "the file is larger than 1 MiB";
        let help = "a description has a few kilobytes; is this the right file?";
        let at = At::Span(source.line(0));
        return vec![Diagnostic::new(codes::TOO_LARGE, message, at).help(help)];
    }
    let text = source.text();
    // One in a line is enough: the editor that wrote it wrote its neighbours, too.
    let mut told = false;
    let controls = text.char_indices().filter(|(at, character)| {
        told &= *character != '\n';
        let tell = !told && is_control(text, *at, *character);
        told |= tell;
        tell
    });
    controls.take(MOST_CONTROL_CHARACTERS).map(|(at, character)| control_character(at, character)).collect()
}

fn control_character(at: usize, character: char) -> Diagnostic {
    let span = Span { start: at, end: at + character.len_utf8() };
    let name = match character {
        '\r' => "carriage return without a line feed",
        '\u{1b}' => "escape",
        '\0' => "null",
        _ => "control character",
    };
    let point = code_point(character);
    let message = format!("control character {point} in the text");
    Diagnostic::new(codes::CONTROL_CHARACTER, message, At::Span(span))
        .label(name)
        .help("delete it; where a value needs it, write it as an escape inside double quotes")
}

/// A character that YAML forbids, or that another reader would take for a line break.
fn is_control(text: &str, at: usize, character: char) -> bool {
    match character {
        '\t' | '\n' => false,
        // YAML takes a lone one for a line break and no editor does.
        '\r' => !text[at..].starts_with("\r\n"),
        '\u{fffe}' | '\u{ffff}' => true,
        // NEL: white space to people, a line break to YAML 1.1.
        '\u{85}' => false,
        _ => character.is_control(),
    }
}

/// `U+00A0`, the way to name a character that cannot be seen.
fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

/// The first look-alike of a space in a span.
pub(super) fn foreign_space(source: &Source, span: Span) -> Option<Diagnostic> {
    let text = source.slice(span);
    let (offset, character) = text.char_indices().find(|(_, c)| is_foreign_space(*c))?;
    let run: usize = text[offset..].chars().take_while(|c| *c == character).map(char::len_utf8).sum();
    let at = Span { start: span.start + offset, end: span.start + offset + run };
    let name = name_of(character);
    let point = code_point(character);
    let message = format!("{name} ({point}) outside quotes");
    let help = "replace it by an ordinary space or delete it; where it is meant, put the text in quotes";
    Some(Diagnostic::new(codes::FOREIGN_SPACE, message, At::Span(at)).label("this is not a space").help(help))
}

fn is_foreign_space(character: char) -> bool {
    !character.is_ascii() && (character.is_whitespace() || is_hidden(character))
}

fn name_of(character: char) -> &'static str {
    match character {
        '\u{a0}' | '\u{202f}' => "no-break space",
        '\u{85}' | '\u{2028}' | '\u{2029}' => "foreign line break",
        '\u{3000}' => "wide space",
        '\u{ad}' => "soft hyphen",
        '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' => "zero-width character",
        '\u{feff}' => "byte order mark",
        _ if character.is_whitespace() => "unusual space",
        _ => "invisible character",
    }
}
