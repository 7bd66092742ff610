//! A small scanner for where `{{ }}` stands in a template: a value is safe only outside quotes, and in a comment or in
//! Markdown code only through the filter made for it.

use gfs2gen::render::Format;

/// A line, from 1, and what is wrong there.
type Finding = (usize, String);

/// Every `{{ }}` that stands where the escaping of the format does not hold.
pub fn misplaced(format: Format, template: &str) -> Vec<Finding> {
    let text = without_statements(template);
    match format {
        Format::Shell => Shell::default().scan(&text),
        Format::Markdown => markdown(&text),
        // What stands between quotes here is escaped for that.
        Format::Xml | Format::Mermaid => Vec::new(),
        _ => lines(&text),
    }
}

/// The template with `{% %}` and `{# #}` blanked out, line by line the same.
fn without_statements(template: &str) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(start) = rest.find("{%").into_iter().chain(rest.find("{#")).min() {
        let end = if rest[start..].starts_with("{%") { "%}" } else { "#}" };
        let stop = rest[start..].find(end).map_or(rest.len(), |at| start + at + 2);
        // `${#x}` is the length of a shell variable and no Jinja comment, but Jinja would take it as one.
        text += &rest[..start];
        text.extend(rest[start..stop].chars().filter(|c| *c == '\n'));
        rest = &rest[stop..];
    }
    text + rest
}

/// Formats whose quotes end at the line and whose comments are lines that begin with `#`.
fn lines(text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let comment = line.trim_start().starts_with('#');
        for (at, _) in line.match_indices("{{") {
            if comment {
                found.extend(unless_comment(number + 1, &line[at..]));
            } else if line[..at].matches('"').count() % 2 == 1 || line[..at].matches('\'').count() % 2 == 1 {
                found.push((number + 1, "a value inside quotes: it brings its own".to_owned()));
            }
        }
    }
    found
}

fn markdown(text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        for (at, _) in line.match_indices("{{") {
            if fenced {
                found.push((number + 1, "a value in a code block: include a template of that language".to_owned()));
            } else if line[..at].matches('`').count() % 2 == 1 {
                found.push((number + 1, "a value in a code span: use `|code`".to_owned()));
            }
        }
    }
    found
}

/// A finding unless the expression that begins here goes through the filter for comments.
fn unless_comment(line: usize, expression: &str) -> Option<Finding> {
    let expression = expression.split("}}").next().unwrap_or_default().replace(' ', "");
    (!expression.ends_with("|comment")).then(|| (line, "a value in a comment: use `|comment`".to_owned()))
}

/// What the scanner is inside of.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Single,
    Double,
    /// `$(` or `(`, where words are bare again.
    Parentheses,
}

#[derive(Default)]
struct Shell {
    stack: Vec<Inside>,
    /// The end words of here-documents whose bodies begin at the next line.
    documents: Vec<String>,
    found: Vec<Finding>,
}

impl Shell {
    fn scan(mut self, text: &str) -> Vec<Finding> {
        let mut lines = text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            self.line(number + 1, line);
            for end in std::mem::take(&mut self.documents) {
                for (number, line) in lines.by_ref().take_while(|(_, line)| line.trim_start_matches('\t') != end) {
                    if line.contains("{{") {
                        self.found.push((number + 1, "a value in a here-document".to_owned()));
                    }
                }
            }
        }
        self.found
    }

    fn line(&mut self, number: usize, line: &str) {
        let mut at = 0;
        while let Some(c) = line[at..].chars().next() {
            let rest = &line[at..];
            let top = self.stack.last().copied();
            let bare = !matches!(top, Some(Inside::Single | Inside::Double));
            at += c.len_utf8();
            match c {
                '{' if rest.starts_with("{{") => {
                    if !bare {
                        self.found.push((number, "a value inside quotes: it brings its own".to_owned()));
                    }
                    at += rest.find("}}").map_or(rest.len(), |end| end + 2) - 1;
                }
                '\'' if top == Some(Inside::Single) => drop(self.stack.pop()),
                _ if top == Some(Inside::Single) => {}
                '\\' => at += line[at..].chars().next().map_or(0, char::len_utf8),
                '"' if top == Some(Inside::Double) => drop(self.stack.pop()),
                '"' => self.stack.push(Inside::Double),
                '$' if rest.starts_with("$(") => {
                    self.stack.push(Inside::Parentheses);
                    at += 1;
                }
                _ if !bare => {}
                '\'' => self.stack.push(Inside::Single),
                '(' => self.stack.push(Inside::Parentheses),
                ')' if top == Some(Inside::Parentheses) => drop(self.stack.pop()),
                '#' if begins_word(&line[..at - 1]) => {
                    let values = rest.match_indices("{{");
                    self.found.extend(values.filter_map(|(at, _)| unless_comment(number, &rest[at..])));
                    return;
                }
                '<' if rest.starts_with("<<<") => at += 2,
                '<' if rest.starts_with("<<") => {
                    let word = rest[2..].trim_start_matches(['-', ' ']);
                    let word = word.split([' ', ';', '|', '>', ')', '&']).next().unwrap_or_default();
                    let word = word.trim_matches(['\'', '"', '\\']);
                    // `1 << 2` is a shift.
                    if !word.starts_with(|c: char| c.is_ascii_digit()) {
                        self.documents.push(word.to_owned());
                    }
                    at += 1;
                }
                _ => {}
            }
        }
    }
}

fn begins_word(before: &str) -> bool {
    before.is_empty() || before.ends_with([' ', '\t', ';', '&', '|', '('])
}
