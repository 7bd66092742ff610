//! XML: the CIB, domains of libvirt, firewalld's zones.

use roxmltree::Node;

use super::block::Broken;
use crate::source::Span;

/// How deep elements may stand in each other: every file that is read here is far below, and what walks it stays small.
const DEEPEST: usize = 64;

/// The tree of a text.
pub(super) fn parse(text: &str) -> Result<roxmltree::Document<'_>, Broken> {
    too_deep(text)?;
    let options = roxmltree::ParsingOptions { allow_dtd: false, nodes_limit: 1_000_000, ..Default::default() };
    roxmltree::Document::parse_with_options(text, options).map_err(|error| {
        let position = error.pos();
        let at = offset(text, position.row as usize, position.col as usize);
        // The place is told beside the words.
        let words = error.to_string();
        let words = words.rsplit_once(" at ").map_or(words.as_str(), |(words, _)| words);
        Broken::new(Span { start: at, end: at }, format!("this is not well-formed XML: {words}"))
    })
}

/// The byte of a line and column, both from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let lines = text.split_inclusive('\n').take(line.saturating_sub(1));
    let start: usize = lines.map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    let within: usize = rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
    (start + within).min(text.len())
}

/// Refuses what would make the parser, which calls itself for each level, run out of its stack.
fn too_deep(text: &str) -> Result<(), Broken> {
    let mut depth = 0usize;
    for (at, _) in text.match_indices('<') {
        match text.as_bytes().get(at + 1) {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'!' | b'?') | None => {}
            Some(_) => {
                let tag = text[at..].split_once('>').map(|(tag, _)| tag);
                if !tag.is_some_and(|tag| tag.ends_with('/')) {
                    depth += 1;
                }
            }
        }
        if depth > DEEPEST {
            return Err(Broken::new(Span { start: at, end: at + 1 }, "elements stand too deep in each other here"));
        }
    }
    Ok(())
}

/// The first child element of a name.
pub(super) fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| child.has_tag_name(name))
}

/// The opening tag of an element.
pub(super) fn span(node: Node) -> Span {
    let range = node.range();
    let text = &node.document().input_text()[range.clone()];
    let length = text.find('>').map_or(text.len(), |end| end + 1);
    Span { start: range.start, end: range.start + length }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_broken_has_its_place() {
        let broken = parse("<a>\n <b></c>\n</a>").unwrap_err();
        assert!(broken.span.start > 4 && broken.message.starts_with("this is not well-formed XML: "), "{broken:?}");
        let deep = "<a>".repeat(100_000);
        assert_eq!(parse(&deep).unwrap_err().span.start, DEEPEST * 3);
        assert!(parse("").is_err());
    }
}
