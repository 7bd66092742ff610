//! lvm.conf, or what `lvmconfig` prints.

use std::collections::BTreeMap;

use super::Said;
use super::block::{Broken, Entry, Open, said};
use crate::source::Span;

/// The settings of a text: each with its values, by `section/key`.
#[derive(Debug, Default)]
pub(super) struct Lvm {
    pub settings: BTreeMap<String, Setting>,
}

/// One setting.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub key: Said,
    pub values: Vec<Said>,
}

impl Lvm {
    /// The first value of a setting.
    pub fn value(&self, path: &str) -> Option<&Said> {
        self.settings.get(path)?.values.first()
    }
}

/// Reads a text.
pub(super) fn read(file: usize, text: &str) -> Result<Lvm, Broken> {
    let mut settings = BTreeMap::new();
    let mut take = |section: &str, entry: &Entry| {
        let path = if section.is_empty() { entry.name().to_owned() } else { format!("{section}/{}", entry.name()) };
        if let Some((key, values)) = entry.words.split_first() {
            settings.insert(path, Setting { key: key.clone(), values: values.to_vec() });
        }
    };
    for entry in entries(file, text)? {
        match &entry.block {
            Some(inner) => {
                inner.iter().filter(|inner| inner.block.is_none()).for_each(|inner| take(entry.name(), inner))
            }
            None => take("", &entry),
        }
    }
    Ok(Lvm { settings })
}

/// What a pattern of a filter does with the names that it matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pub accepts: bool,
    /// The expression between the delimiters.
    pub expression: String,
}

/// A pattern of a filter: `a` or `r`, and an expression between two of the same character (lvm.conf(5)).
pub(super) fn pattern(text: &str) -> Option<Pattern> {
    let accepts = match text.chars().next()? {
        'a' => true,
        'r' => false,
        _ => return None,
    };
    let rest = &text[1..];
    let open = rest.chars().next()?;
    let close = match open {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        other => other,
    };
    let inner = rest[open.len_utf8()..].strip_suffix(close)?;
    Some(Pattern { accepts, expression: inner.to_owned() })
}

impl Pattern {
    /// The one name that the pattern matches, if it is for one.
    pub fn exact(&self) -> Option<String> {
        let inner = self.expression.strip_prefix('^')?.strip_suffix('$')?;
        let (mut name, mut characters) = (String::new(), inner.chars());
        while let Some(character) = characters.next() {
            match character {
                '\\' => name.push(characters.next()?),
                '.' | '*' | '+' | '?' | '[' | ']' | '(' | ')' | '|' | '^' | '$' => return None,
                _ => name.push(character),
            }
        }
        Some(name)
    }

    /// Whether it is bound to the beginning of a name.
    pub fn is_anchored(&self) -> bool {
        self.expression.starts_with('^')
    }

    /// Whether it matches everything.
    pub fn is_all(&self) -> bool {
        ["", ".*", "^.*", ".*$", "^.*$", ".*/"].contains(&self.expression.as_str())
    }
}

fn entries(file: usize, text: &str) -> Result<Vec<Entry>, Broken> {
    let mut reader = Reader { file, text, at: 0 };
    let mut open = Open::default();
    while let Some(token) = reader.next()? {
        match token {
            Token::Mark('}', span) => open.leave(span)?,
            Token::Word(key) => match reader.next()? {
                Some(Token::Mark('{', span)) => open.enter(vec![key], span)?,
                Some(Token::Mark('=', _)) => {
                    let values = reader.values(&key)?;
                    open.push(std::iter::once(key).chain(values).collect());
                }
                _ => return Err(Broken::new(key.at.span, format!("`{}` has neither a value nor a block", key.text))),
            },
            Token::Mark(mark, span) => return Err(Broken::new(span, format!("`{mark}` stands where a key should be"))),
        }
    }
    open.end(text.len())
}

enum Token {
    Word(Said),
    Mark(char, Span),
}

struct Reader<'a> {
    file: usize,
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Result<Option<Token>, Broken> {
        loop {
            let rest = &self.text[self.at..];
            let Some(character) = rest.chars().next() else { return Ok(None) };
            let (start, end) = (self.at, self.at + character.len_utf8());
            self.at = end;
            match character {
                '#' => self.at = start + rest.find('\n').unwrap_or(rest.len()),
                '{' | '}' | '=' | '[' | ']' | ',' => return Ok(Some(Token::Mark(character, Span { start, end }))),
                '"' | '\'' => return self.quoted(character, start).map(|word| Some(Token::Word(word))),
                _ if character.is_whitespace() => {}
                _ => {
                    let length = rest.find(|c: char| c.is_whitespace() || "{}=[],\"'#".contains(c));
                    self.at = start + length.unwrap_or(rest.len());
                    let word = said(self.file, &self.text[start..self.at], start, self.at);
                    return Ok(Some(Token::Word(word)));
                }
            }
        }
    }

    fn quoted(&mut self, quote: char, start: usize) -> Result<Said, Broken> {
        let mut word = String::new();
        let mut characters = self.text[start + 1..].char_indices();
        while let Some((offset, character)) = characters.next() {
            match character {
                '\n' => break,
                '\\' if quote == '"' => word.extend(characters.next().map(|(_, escaped)| escaped)),
                _ if character == quote => {
                    self.at = start + 1 + offset + 1;
                    return Ok(said(self.file, word, start, self.at));
                }
                _ => word.push(character),
            }
        }
        Err(Broken::new(Span { start, end: start + 1 }, "this quote is never closed"))
    }

    /// What stands after an equals sign: one value, or several in brackets.
    fn values(&mut self, key: &Said) -> Result<Vec<Said>, Broken> {
        let missing = || Broken::new(key.at.span, format!("`{}` has no value", key.text));
        match self.next()?.ok_or_else(missing)? {
            Token::Word(word) => Ok(vec![word]),
            Token::Mark('[', span) => {
                let mut values = Vec::new();
                loop {
                    match self.next()? {
                        Some(Token::Word(word)) => values.push(word),
                        Some(Token::Mark(',', _)) => {}
                        Some(Token::Mark(']', _)) => return Ok(values),
                        _ => return Err(Broken::new(span, "this list is never closed")),
                    }
                }
            }
            Token::Mark(..) => Err(missing()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_lists_and_paths() {
        let text = "# x = 1\nglobal {\n\tlocking_type=3\n}\ndevices { filter = [ \"a|^/dev/drbd0$|\", 'r|.*|', ] }\nglobal/a = 1\n";
        let lvm = read(0, text).unwrap();
        assert_eq!(lvm.value("global/locking_type").unwrap().text, "3");
        assert_eq!(lvm.value("global/a").unwrap().text, "1");
        let filter: Vec<_> = lvm.settings["devices/filter"].values.iter().map(|value| value.text.as_str()).collect();
        assert_eq!(filter, ["a|^/dev/drbd0$|", "r|.*|"]);
    }

    #[test]
    fn patterns() {
        let exact = |text: &str| pattern(text).and_then(|pattern| pattern.exact());
        assert_eq!(exact("a|^/dev/nvme-eui\\.00$|").as_deref(), Some("/dev/nvme-eui.00"));
        assert_eq!(exact("a|/dev/drbd.*|"), None);
        assert_eq!(exact("a/^x.$/"), None);
        assert!(pattern("r|.*|").unwrap().is_all() && !pattern("r|.*|").unwrap().accepts);
        assert!(
            pattern("a(x)").is_some() && pattern("x|y|").is_none() && pattern("").is_none() && pattern("a").is_none()
        );
    }

    #[test]
    fn what_is_broken_has_its_place() {
        for (text, at, words) in [
            ("a", 0, "`a` has neither a value nor a block"),
            ("a { b = ", 4, "`b` has no value"),
            ("a = [ 1", 4, "this list is never closed"),
            ("= 1", 0, "`=` stands where a key should be"),
            ("a = \"x", 4, "this quote is never closed"),
        ] {
            let broken = read(0, text).unwrap_err();
            assert_eq!((broken.span.start, broken.message.as_str()), (at, words), "{text}");
        }
    }
}
