//! Why a line is there, in the words of those who wrote it: the comment that it stands under, in the file or in the template.

use crate::render::{TemplateLine, text_of};

/// How a file says what is no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// From a `#` to the end of the line.
    Hash,
    /// `<!-- … -->`.
    Xml,
    /// Headings tell what a part is for.
    Markdown,
}

/// A reason, and the line that it stands on, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comment {
    pub text: String,
    pub line: usize,
}

fn style(path: &str) -> Style {
    match path.rsplit_once('.') {
        Some((_, "xml" | "svg")) => Style::Xml,
        Some((_, "md")) => Style::Markdown,
        _ => Style::Hash,
    }
}

/// The comment that the line at `at` (from 0) of a file stands under.
pub(super) fn above(path: &str, lines: &[&str], at: usize) -> Option<Comment> {
    match style(path) {
        Style::Hash => hash(lines, at),
        Style::Xml => xml(lines, at),
        Style::Markdown => {
            let headings = lines[..=at].iter().enumerate().rev();
            let mut headings = headings.filter(|(_, line)| line.starts_with('#') && line.contains("# "));
            // A `#` in a block of commands is one of theirs.
            let found = headings.find(|(line, _)| fences(&lines[..*line]).is_multiple_of(2))?;
            Some(Comment { text: found.1.trim_start_matches('#').trim().to_owned(), line: found.0 + 1 })
        }
    }
}

fn fences(lines: &[&str]) -> usize {
    lines.iter().filter(|line| line.starts_with("```")).count()
}

/// What the file as a whole says of itself: its first comment.
pub(super) fn head(path: &str, lines: &[&str]) -> Option<Comment> {
    match style(path) {
        Style::Hash => (0..lines.len()).find(|line| is_comment(lines[*line])).and_then(|line| block(lines, line)),
        // Further down it is about something in the file.
        Style::Xml => {
            (0..lines.len().min(2)).find(|line| lines[*line].contains("<!--")).map(|line| remark(lines, line))
        }
        Style::Markdown => None,
    }
}

/// What a template says to those who read it and not to those who read the file: `{# why: … #}` over the lines that it is
/// about, up to the next blank line, comment, or end of the block.
pub(super) fn in_template(by: TemplateLine) -> Option<Comment> {
    let lines: Vec<&str> = text_of(by.template).lines().collect();
    let is_tag = |line: &str| line.trim_start().starts_with("{%") || line.trim_end().ends_with("#}");
    let mut depth = indent(lines.get(by.line - 1)?);
    for at in (0..by.line - 1).rev() {
        let line = lines[at];
        if let Some((_, rest)) = line.split_once("{# why:") {
            // What stands further out than the first line below is not meant.
            let first = lines[at + 1..by.line].iter().find(|line| !is_tag(line))?;
            if indent(first) <= depth {
                let text = rest.split("#}").next().unwrap_or_default();
                return Some(Comment { text: words(text), line: at + 1 });
            }
        }
        if is_tag(line) {
            continue;
        }
        let is_above = at + 2 == by.line && line.trim_end().ends_with("-->");
        if line.trim().is_empty() || is_above || (is_comment(line) && indent(line) <= depth) {
            return None;
        }
        depth = depth.min(indent(line));
    }
    None
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A comment that is for people: no interpreter, no order to a checker, and something in it.
fn is_comment(line: &str) -> bool {
    let Some(rest) = line.trim_start().strip_prefix('#') else { return false };
    !rest.starts_with('!') && !rest.trim_start().starts_with("shellcheck ") && !rest.trim().is_empty()
}

/// The paragraph of comments that a line of it belongs to.
fn block(lines: &[&str], at: usize) -> Option<Comment> {
    let depth = indent(lines[at]);
    let belongs = |line: &&str| is_comment(line) && indent(line) == depth;
    let before = lines[..at].iter().rev().take_while(|line| belongs(line)).count();
    let after = lines[at..].iter().take_while(|line| belongs(line)).count();
    let block = &lines[at - before..at + after];
    let text = block.iter().map(|line| line.trim_start().trim_start_matches('#')).collect::<Vec<_>>().join(" ");
    let text = words(text.trim().trim_matches('-'));
    (!text.is_empty()).then_some(Comment { text, line: at - before + 1 })
}

/// What stands behind a line's own words.
fn behind(lines: &[&str], at: usize) -> Option<Comment> {
    let (code, text) = lines[at].split_once(" # ").or_else(|| lines[at].split_once("\t# "))?;
    let quoted = ['\'', '"'].iter().any(|quote| code.matches(*quote).count() % 2 == 1);
    (!quoted && !code.trim().is_empty()).then(|| Comment { text: words(text), line: at + 1 })
}

fn hash(lines: &[&str], at: usize) -> Option<Comment> {
    if is_comment(lines[at]) {
        return block(lines, at);
    }
    if let Some(own) = behind(lines, at) {
        return Some(own);
    }
    // A blank line belongs to what comes before it.
    let mut depth = indent(lines[at]);
    // Whether a blank line was passed: comments above it are about other lines, but a block around both is around this one.
    let mut apart = lines[at].trim().is_empty();
    for here in (0..at).rev() {
        let line = lines[here];
        if line.trim().is_empty() {
            apart = true;
            if depth == 0 {
                break;
            }
        } else if indent(line) < depth {
            depth = indent(line);
            apart = false;
            if let Some(own) = if is_comment(line) { block(lines, here) } else { behind(lines, here) } {
                return Some(own);
            }
        } else if !apart && is_comment(line) && indent(line) == depth {
            return block(lines, here);
        }
    }
    // A part of a script: `# --- what it is ---`.
    let part = |line: &&usize| lines[**line].starts_with("# ---");
    let before: Vec<usize> = (0..at).rev().collect();
    before.iter().find(part).and_then(|line| block(lines, *line))
}

/// The comment right above an element, or above one that it is in.
fn xml(lines: &[&str], at: usize) -> Option<Comment> {
    if let Some(start) = (0..=at).rev().find(|line| lines[*line].contains("<!--"))
        && lines[start..at].iter().all(|line| !line.contains("-->"))
    {
        return Some(remark(lines, start));
    }
    let mut depth = usize::MAX;
    for here in (0..=at).rev() {
        if indent(lines[here]) >= depth {
            continue;
        }
        depth = indent(lines[here]);
        // The end of an element belongs to where it begins.
        let element = lines[here].trim_start();
        let opening = match element.strip_prefix("</") {
            Some(name) => {
                let name = name.trim_end_matches('>');
                let opens = |line: &usize| {
                    indent(lines[*line]) == depth && lines[*line].trim_start().starts_with(&format!("<{name}"))
                };
                (0..here).rev().find(opens).unwrap_or(here)
            }
            None => here,
        };
        if opening > 0 && lines[opening - 1].trim_end().ends_with("-->") {
            let start = (0..opening).rev().find(|line| lines[*line].contains("<!--"))?;
            return Some(remark(lines, start));
        }
    }
    None
}

fn remark(lines: &[&str], start: usize) -> Comment {
    let rest = lines[start..].join(" ");
    let inside = rest.split_once("<!--").map_or("", |(_, rest)| rest);
    Comment { text: words(inside.split("-->").next().unwrap_or_default()), line: start + 1 }
}

/// What a line of a CIB and what it is in are called, innermost first: ids, and then names, which may stand elsewhere, too.
pub(super) fn ids<'l>(lines: &[&'l str], at: usize) -> Vec<&'l str> {
    let (mut ids, mut names) = (Vec::new(), Vec::new());
    let mut depth = usize::MAX;
    for line in lines[..=at].iter().rev() {
        if indent(line) >= depth {
            continue;
        }
        depth = indent(line);
        let value = |attribute: &str| line.split_once(attribute).and_then(|(_, rest)| rest.split('"').next());
        ids.extend([" id=\"", " uname=\"", " rsc=\"", " rsc-ref=\"", " target=\""].into_iter().filter_map(value));
        names.extend(value(" name=\""));
    }
    ids.extend(names);
    ids
}

/// The line of a text that has a word in it, from 0.
pub(super) fn with_word(lines: &[&str], word: &str) -> Option<usize> {
    let part = |c: char| !(c.is_alphanumeric() || "_.-".contains(c));
    lines.iter().position(|line| !is_comment(line) && line.split(part).any(|one| one == word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::TEMPLATES;

    fn reason(path: &str, text: &str, wanted: &str) -> Option<String> {
        let lines: Vec<&str> = text.lines().collect();
        let at = lines.iter().position(|line| line.trim() == wanted).expect(wanted);
        above(path, &lines, at).map(|comment| comment.text)
    }

    #[test]
    fn a_line_is_there_for_the_comment_above_it() {
        let text =
            "# head\n# more\n\na {\n    # two\n    # lines\n    b\n    c # own\n\n    d\n}\n# --- part ---\n\ne\n";
        let say = |line: &str| reason("x.conf", text, line);
        assert_eq!(say("b").as_deref(), Some("two lines"));
        assert_eq!(say("# lines").as_deref(), Some("two lines"));
        assert_eq!(say("c # own").as_deref(), Some("own"));
        assert_eq!(say("d"), None);
        assert_eq!(say("e").as_deref(), Some("part"));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(head("x.conf", &lines).unwrap().text, "head more");
    }

    #[test]
    fn what_only_the_template_says_counts_up_to_the_end_of_its_block() {
        let say = |template: &str, words: &str| {
            let (template, text) = TEMPLATES.iter().find(|(name, _)| *name == template).unwrap();
            let line = text.lines().position(|line| line.contains(words) && !line.contains("{#")).unwrap() + 1;
            in_template(TemplateLine { template, line }).map(|comment| comment.text)
        };
        let resource = |words: &str| say("drbd/resource.res.j2", words).unwrap_or_default();
        assert!(resource("shared-secret").starts_with("both sides prove"));
        assert!(resource("max-epoch-size").contains("buffers"));
        assert_eq!(resource("ping-int {{"), "", "a comment stands between");
        assert_eq!(resource("net {"), "");
        let domain = |words: &str| say("guests/domain.xml.j2", words).unwrap_or_default();
        assert_eq!(domain("<driver"), "", "the file says it itself");
        assert!(
            domain("</devices>").starts_with("only what every host") && domain("</domain>").starts_with("one guest")
        );
    }

    #[test]
    fn what_is_no_reason_is_none() {
        let text = "#!/bin/bash\n# shellcheck disable=SC1\nset -e\necho 'a # b'\n";
        assert_eq!(reason("x.sh", text, "set -e"), None);
        assert_eq!(reason("x.sh", text, "echo 'a # b'"), None);
    }

    #[test]
    fn an_element_is_there_for_the_comment_right_above_it_or_what_it_is_in() {
        let text = "<a>\n  <b/>\n  <!-- why\n       so -->\n  <c>\n    <d/>\n  </c>\n  <e/>\n</a>\n";
        let say = |line: &str| reason("x.xml", text, line);
        assert_eq!(say("<c>").as_deref(), Some("why so"));
        assert_eq!(say("<d/>").as_deref(), Some("why so"));
        assert_eq!(say("</c>").as_deref(), Some("why so"));
        assert_eq!(say("so -->").as_deref(), Some("why so"));
        assert_eq!([say("<b/>"), say("<e/>"), say("</a>")], [None, None, None]);
    }

    #[test]
    fn a_text_is_there_for_its_section() {
        let text = "# T\n\na\n\n## S\n```sh\n# x\nb\n```\n";
        assert_eq!(reason("x.md", text, "a").as_deref(), Some("T"));
        assert_eq!(reason("x.md", text, "b").as_deref(), Some("S"));
    }

    #[test]
    fn ids_lead_outwards() {
        let lines = ["<r>", "  <p id=\"vm\">", "    <o id=\"x\"/>", "    <n id=\"vm-n\" name=\"k\"/>"];
        assert_eq!(ids(&lines, 3), ["vm-n", "vm", "k"]);
        assert_eq!(with_word(&["# vm", "x vm-n", "y vm \\"], "vm"), Some(2));
    }
}
