//! Two texts, line by line and word by word.

use std::ops::Range;

use similar::{Algorithm, ChangeTag, DiffTag, InlineChangeMode, InlineChangeOptions, TextDiff};

/// The lines of a text with their ends. Only a line feed ends one, as for patch(1).
fn split(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// How many lines of the old text, and of the new one, stand at each place where they differ, and which.
pub(super) fn operations(old: &str, new: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let diff =
        TextDiff::configure().algorithm(Algorithm::Patience).diff_slices(&split(old), &split(new)).ops().to_vec();
    let differing = diff.into_iter().filter(|op| op.tag() != DiffTag::Equal);
    differing.map(|op| (op.old_range(), op.new_range())).collect()
}

/// For each line of the old text the line of the new one that it still is, both from 0.
pub fn kept(old: &str, new: &str) -> Vec<Option<usize>> {
    let (old, new) = (split(old), split(new));
    let mut kept = vec![None; old.len()];
    for op in TextDiff::configure().algorithm(Algorithm::Patience).diff_slices(&old, &new).ops() {
        if op.tag() == DiffTag::Equal {
            op.old_range().zip(op.new_range()).for_each(|(line, now)| kept[line] = Some(now));
        }
    }
    kept
}

/// So many lines stand around a change.
const AROUND: usize = 3;

/// In lines that change together and have more bytes than this no words are marked.
const MARKABLE: usize = 50_000;

/// A place where two texts differ.
#[derive(Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The first line, from 1, and the number of lines, in the old text and in the new one.
    pub old: (usize, usize),
    /// The same in the new text.
    pub new: (usize, usize),
    /// The last line above that begins a part of the file; empty if there is none.
    pub section: String,
    /// The lines.
    pub lines: Vec<Line>,
}

/// To which text a line belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// To both.
    Both,
    /// It goes.
    Old,
    /// It comes.
    New,
}

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it is.
    pub side: Side,
    /// Its text in parts, without the line's end.
    pub parts: Vec<Part>,
    /// Whether it has an end: the last line of a file may have none.
    pub ended: bool,
}

/// A part of a line.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// The text.
    pub text: String,
    /// Whether it is what the line differs in.
    pub marked: bool,
}

impl Line {
    /// The whole text.
    pub fn text(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect()
    }
}

/// The places where two texts differ.
pub(super) fn hunks(old: &str, new: &str) -> Vec<Hunk> {
    let (old_lines, new_lines) = (split(old), split(new));
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_slices(&old_lines, &new_lines);
    let mut words = InlineChangeOptions::new();
    words.mode(InlineChangeMode::Words);
    let groups = diff.grouped_ops(AROUND);
    groups
        .iter()
        .filter_map(|group| {
            let (first, last) = (group.first()?, group.last()?);
            let range = |start: usize, end: usize| (if start == end { start } else { start + 1 }, end - start);
            let size = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
            let lines = group.iter().flat_map(|op| -> Vec<Line> {
                if size(&old_lines[op.old_range()]) + size(&new_lines[op.new_range()]) > MARKABLE {
                    return diff
                        .iter_changes(op)
                        .map(|change| line(change.tag(), &[(false, change.value())]))
                        .collect();
                }
                let changes = diff.iter_inline_changes_with_options(op, words);
                changes.map(|change| line(change.tag(), change.values())).collect()
            });
            Some(Hunk {
                old: range(first.old_range().start, last.old_range().end),
                new: range(first.new_range().start, last.new_range().end),
                section: section(&old_lines[..first.old_range().start]),
                lines: lines.collect(),
            })
        })
        .collect()
}

fn line(tag: ChangeTag, values: &[(bool, &str)]) -> Line {
    let parts = values.iter().map(|(marked, text)| Part {
        // The line's end, and only that.
        text: text.strip_suffix('\n').unwrap_or(text).to_owned(),
        marked: *marked,
    });
    Line {
        side: match tag {
            ChangeTag::Equal => Side::Both,
            ChangeTag::Delete => Side::Old,
            ChangeTag::Insert => Side::New,
        },
        parts: parts.filter(|part| !part.text.is_empty()).collect(),
        ended: values.last().is_some_and(|(_, text)| text.ends_with('\n')),
    }
}

/// The last of these lines that begins a part: it is not indented and says something.
fn section(above: &[&str]) -> String {
    let begins = |line: &&&str| line.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '[' | '_' | '#'));
    let heading = |line: &&&str| !line.starts_with('#') || line.starts_with("##") || line.starts_with("# ---");
    let found = above.iter().rev().filter(begins).find(heading);
    found.map(|line| line.chars().take(60).collect::<String>().trim_end().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines with what is marked in brackets.
    fn shown(old: &str, new: &str) -> Vec<String> {
        let line = |line: &Line| {
            let sign = match line.side {
                Side::Both => ' ',
                Side::Old => '-',
                Side::New => '+',
            };
            let part = |part: &Part| if part.marked { format!("[{}]", part.text) } else { part.text.clone() };
            let text: String = line.parts.iter().map(part).collect();
            format!("{sign}{text}{}", if line.ended { "" } else { "$" })
        };
        hunks(old, new).iter().flat_map(|hunk| hunk.lines.iter().map(line)).collect()
    }

    #[test]
    fn words_that_differ_are_marked() {
        let old = "a {\n    token: 5000\n    x\n}\n";
        assert_eq!(
            shown(old, &old.replace("5000", "8000")),
            [" a {", "-    token: [5000]", "+    token: [8000]", "     x", " }"]
        );
    }

    #[test]
    fn a_last_line_without_an_end_is_known() {
        assert_eq!(shown("a\nb", "a\nb\n"), [" a", "-b$", "+b"]);
        assert_eq!(shown("", "a"), ["+a$"]);
        assert_eq!(shown("a\n", ""), ["-a"]);
    }

    #[test]
    fn in_very_long_lines_nothing_is_marked() {
        let line = |word: &str| format!("{}{word}\n", "a ".repeat(100_000));
        let [old, new] = [line("b"), line("c")];
        assert_eq!(shown(&old, &new), [format!("-{}", old.trim_end()), format!("+{}", new.trim_end())]);
    }

    #[test]
    fn a_hunk_says_where_it_is() {
        let lines = |new: &str| {
            let middle = ["    1", "    2", "    3", "    4", new, "    6"];
            format!("head {{\n{}\n}}\n", middle.join("\n"))
        };
        let found = hunks(&lines("    5"), &lines("    five"));
        let [hunk] = &found[..] else { panic!("{found:?}") };
        assert_eq!((hunk.old, hunk.new, hunk.section.as_str()), ((3, 6), (3, 6), "head {"));
        let created = hunks("", "a\nb\n");
        assert_eq!((created[0].old, created[0].new), ((0, 0), (1, 2)));
    }
}
