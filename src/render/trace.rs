//! Which line of which template made a line of a text.
//!
//! A second set of the templates has a mark before whatever they print on a line; the marks are taken out of the rendered
//! text again. A mark never stands between a tag and the white space that the tag takes away, so the text is the same as
//! without marks.

use std::sync::{LazyLock, OnceLock};

use minijinja::Environment;
use serde::Serialize;

use super::env::{RenderError, environment, render_in};
use super::templates::TEMPLATES;

/// What encloses a mark: two code points that no text holds, because they are no characters.
const OPEN: char = '\u{fffe}';
const CLOSE: char = '\u{ffff}';

/// A line of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TemplateLine {
    /// The template, as its path below `templates/`.
    pub template: &'static str,
    /// The line in it, from 1.
    pub line: usize,
}

impl TemplateLine {
    /// What stands there.
    pub fn text(self) -> &'static str {
        text_of(self.template).lines().nth(self.line - 1).unwrap_or_default()
    }
}

/// A text with what made each of its lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traced {
    /// The text, the same as [`super::render`] makes.
    pub text: String,
    /// For each line of it the lines of templates, in the order in which they stand on it.
    pub lines: Vec<Vec<TemplateLine>>,
}

/// The text of a template; empty if there is none of this name.
pub fn text_of(template: &str) -> &'static str {
    TEMPLATES.iter().find(|(name, _)| *name == template).map_or("", |(_, text)| text)
}

/// The text that `template` makes of `view`, line by line with what made it.
pub fn render_traced(template: &str, view: &impl Serialize) -> Result<Traced, RenderError> {
    static MARKED: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
        TEMPLATES.iter().enumerate().map(|(number, (name, text))| (*name, mark(number, text))).collect()
    });
    static ENVIRONMENT: OnceLock<Result<Environment<'static>, RenderError>> = OnceLock::new();
    let marked = || environment(MARKED.iter().map(|(name, text)| (*name, text.as_str())));
    let environment = ENVIRONMENT.get_or_init(marked).as_ref().map_err(Clone::clone)?;
    Ok(split(&render_in(environment, template, view)?))
}

/// The includes that lead from a line of the template `root` to the template `inner`, innermost first; none if it is the
/// root itself.
pub fn includes(root: &'static str, inner: &str) -> Vec<TemplateLine> {
    fn descend(here: &'static str, inner: &str, depth: usize) -> Option<Vec<TemplateLine>> {
        for (number, line) in text_of(here).lines().enumerate() {
            let Some(included) = included(line) else { continue };
            let deeper = if included == inner {
                Some(Vec::new())
            } else if depth > 0 {
                descend(included, inner, depth - 1)
            } else {
                None
            };
            if let Some(mut chain) = deeper {
                chain.push(TemplateLine { template: here, line: number + 1 });
                return Some(chain);
            }
        }
        None
    }
    if root == inner { Vec::new() } else { descend(root, inner, 8).unwrap_or_default() }
}

/// The template that a line includes.
fn included(line: &'static str) -> Option<&'static str> {
    let (_, rest) = line.split_once("{% include ")?;
    let quote = rest.chars().next().filter(|c| ['"', '\''].contains(c))?;
    rest[1..].split(quote).next()
}

/// The tags of templates: how they begin and end, and whether they print.
const TAGS: [(&str, &str, bool); 3] = [("{{", "}}", true), ("{%", "%}", false), ("{#", "#}", false)];

/// A template with marks.
fn mark(number: usize, text: &str) -> String {
    let mut marked = String::with_capacity(text.len() * 2);
    let mut line = 1;
    // Whether what comes next on this line has no mark yet, and whether a tag takes the line feed that comes next.
    let (mut due, mut trims) = (true, false);
    let mut raw = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let tag = TAGS.iter().find(|(open, ..)| rest.starts_with(open));
        let tag = tag.filter(|_| !raw || is_tag(rest, "endraw"));
        if let Some((open, close, prints)) = tag {
            raw = !prints && !raw && is_tag(rest, "raw");
            if *prints && due {
                marked.push_str(&sign(number, line));
            }
            let length = rest[open.len()..].find(close).map_or(rest.len(), |at| open.len() + at + close.len());
            let (whole, after) = rest.split_at(length);
            marked.push_str(whole);
            line += whole.matches('\n').count();
            trims = !prints && !whole.ends_with("+%}") && !whole.ends_with("+#}");
            due = !prints;
            rest = after;
            continue;
        }
        if due && !(c == '\n' && trims) && (c == '\n' || !c.is_whitespace()) {
            marked.push_str(&sign(number, line));
            due = false;
        }
        if c == '\n' {
            line += 1;
            due = true;
        }
        trims = false;
        marked.push(c);
        rest = &rest[c.len_utf8()..];
    }
    marked
}

/// Whether a block of this name begins here.
fn is_tag(text: &str, name: &str) -> bool {
    let inside = text.strip_prefix("{%").map(|rest| rest.trim_start_matches(['-', '+']).trim_start());
    inside.is_some_and(|inside| inside.split(|c: char| !c.is_alphanumeric()).next() == Some(name))
}

fn sign(number: usize, line: usize) -> String {
    format!("{OPEN}{number}:{line}{CLOSE}")
}

/// A mark at the beginning of a text, and what comes after it.
fn read(text: &str) -> Option<(TemplateLine, &str)> {
    let (inside, after) = text.strip_prefix(OPEN)?.split_once(CLOSE)?;
    let (number, line) = inside.split_once(':')?;
    let (template, _) = TEMPLATES.get(number.parse::<usize>().ok()?)?;
    Some((TemplateLine { template, line: line.parse().ok()? }, after))
}

/// Takes the marks out of a text.
fn split(marked: &str) -> Traced {
    let mut traced = Traced::default();
    let mut last = None;
    for line in marked.split_inclusive('\n') {
        let start = traced.text.len();
        // Each mark with where the text begins that it is for.
        let mut found: Vec<(TemplateLine, usize)> = Vec::new();
        let mut rest = line;
        while let Some(at) = rest.find(OPEN) {
            traced.text.push_str(&rest[..at]);
            match read(&rest[at..]) {
                Some((by, after)) => {
                    found.push((by, traced.text.len()));
                    rest = after;
                }
                None => {
                    traced.text.push(OPEN);
                    rest = &rest[at + OPEN.len_utf8()..];
                }
            }
        }
        traced.text.push_str(rest);
        traced.lines.push(printed(&traced.text, start, &found, last));
        last = found.last().map(|(by, _)| *by).or(last);
    }
    traced
}

/// The marks of a line that have something behind them: on a line with words a line feed alone is nothing. A line without a
/// mark goes on with a value that began on the one before.
fn printed(text: &str, start: usize, found: &[(TemplateLine, usize)], last: Option<TemplateLine>) -> Vec<TemplateLine> {
    let is_blank = text[start..].trim().is_empty();
    let ends = found.iter().skip(1).map(|(_, at)| *at).chain([text.len()]);
    let mut lines: Vec<TemplateLine> = Vec::new();
    // A value that began above may end here, before the first mark.
    let head = &text[start..found.first().map_or(text.len(), |(_, at)| *at)];
    if !head.trim().is_empty() || found.is_empty() {
        lines.extend(last);
    }
    for ((by, at), end) in found.iter().zip(ends) {
        if (is_blank || !text[*at..end].trim().is_empty()) && !lines.contains(by) {
            lines.push(*by);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Renders a template with and without marks; the marks are those of the first template there is.
    fn both(text: &str) -> (String, Traced) {
        let marked = mark(0, text);
        let render = |text: &str| {
            let environment = environment([("a.sh.j2", text)]).unwrap();
            let view = serde_json::json!({ "yes": true, "no": false, "list": ["a", "b c"], "word": "two\nlines" });
            render_in(&environment, "a.sh.j2", &view).unwrap()
        };
        (render(text), split(&render(&marked)))
    }

    fn lines(text: &str) -> Vec<Vec<usize>> {
        let (plain, traced) = both(text);
        assert_eq!(plain, traced.text, "{text}");
        traced.lines.iter().map(|line| line.iter().map(|by| by.line).collect()).collect()
    }

    #[test]
    fn each_line_knows_the_line_that_made_it() {
        assert_eq!(lines("a\n\n  b {{ word }} c\nd"), [vec![1], vec![2], vec![3], vec![3], vec![4]]);
        assert_eq!(lines("{% if yes %}\n  x\n  {% endif %}\ny\n"), [vec![2], vec![4]]);
        assert_eq!(lines("{% for x in list %}\n{{ x }}\n{% endfor %}\n"), [vec![2], vec![2]]);
        assert_eq!(lines("{# a\nb #}\nx\n"), [vec![3]]);
    }

    #[test]
    fn white_space_that_a_tag_takes_is_taken() {
        assert_eq!(lines("a({% for x in list %} {{ x }}{% endfor %} )\n"), [vec![1]]);
        assert_eq!(lines("a{% if yes %} \\\n    {%+ endif %}b{% if no %}c{% endif %}\n\n"), [vec![1], vec![2]]);
        assert_eq!(
            lines("x {% raw %}{{ y }}{% endraw +%}\n{% raw %}\n a {{ b\n{% endraw %}\nz"),
            [vec![1], vec![3], vec![5]]
        );
        assert_eq!(
            lines("{% set x %}\nq\n{% endset %}\n  {% if yes %}\n  p{{ x }}\n{% endif %}\n"),
            [vec![5, 2], vec![2]]
        );
    }

    #[test]
    fn what_only_looks_like_a_mark_stays() {
        for text in ["a\u{fffe}b", "\u{fffe}1:2", "\u{fffe}9999:1\u{ffff}", "\u{fffe}\u{ffff}"] {
            assert_eq!(split(text).text, text);
        }
    }

    #[test]
    fn every_include_is_found() {
        for (root, _) in TEMPLATES.iter().filter(|(root, _)| !root.starts_with("change/")) {
            for line in text_of(root).lines().filter(|line| line.contains("{% include")) {
                let inner = included(line).unwrap_or_else(|| panic!("{root}: {line}"));
                assert_eq!(includes(root, inner)[0].text(), line);
            }
        }
        let chain = includes("node/node.sh.j2", "_lib/steps.sh.j2");
        assert_eq!(chain.len(), 1);
    }
}
