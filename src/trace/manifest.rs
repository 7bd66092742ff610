//! The lines of a tree's own list of files.

use super::{Line, Reason};
use crate::path::{Path, Segment};
use crate::source::Source;
use crate::syntax::Document;

/// What the manifest is, in one line.
pub(super) const ABOUT: &str = "what the tree is: its files, and the description that it was made of";

/// Each line with the key that it shows, where it shows the description.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let source = Source::new("MANIFEST.json", text);
    let document = Document::parse(&source).ok();
    let mut shown: Vec<Path> = vec![Path::root(); text.lines().count()];
    for path in document.iter().flat_map(Document::paths) {
        let Some(place) = document.as_ref().and_then(|document| document.place(path)) else { continue };
        let first = source.position(place.key.unwrap_or(place.value).start).line;
        let last = source.position(place.value.end).line.min(shown.len());
        for shown in &mut shown[first - 1..last] {
            if path.segments().len() > shown.segments().len() {
                *shown = path.clone();
            }
        }
    }
    let line = |(at, (text, path)): (usize, (&str, &Path))| Line {
        number: at + 1,
        text: text.to_owned(),
        made_by: Vec::new(),
        keys: key(path).into_iter().collect(),
        why: Reason { text: reason(path).to_owned(), place: None },
    };
    text.lines().zip(&shown).enumerate().map(line).collect()
}

fn key(path: &Path) -> Option<Path> {
    let (first, rest) = path.segments().split_first()?;
    let is_description = *first == Segment::Key("description".to_owned());
    (is_description && !rest.is_empty()).then(|| rest.iter().cloned().collect())
}

fn reason(path: &Path) -> &'static str {
    let key = |position: usize| match path.segments().get(position) {
        Some(Segment::Key(key)) => key.as_str(),
        _ => "",
    };
    match (key(0), key(2)) {
        ("schema", _) => "the form of this file: another version of gfs2gen may write another",
        ("generator", _) => "what wrote the tree: a version stands nowhere else in it",
        ("cluster", _) => "whose tree it is",
        ("platform" | "drbd", _) => "what runs on the nodes that the tree is for",
        ("description", _) => {
            "what the tree was made of, so that `gfs2gen plan` can tell what a change means (decision 0017)"
        }
        ("files", "sha256") => "so that a file that somebody edited is seen before it is replaced",
        ("files", "mode" | "owner") => "what the file must have on the node",
        ("files", "reload") => "what has to be told on the node when the file changes",
        ("files", _) => "only files that stand here are ever replaced or removed",
        _ => ABOUT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_description_names_its_key() {
        let text = "{\n  \"schema\": 1,\n  \"description\": {\n    \"a\": [\n      {\n        \"b\": 2\n      }\n    ]\n  },\n  \"files\": [\n    {\n      \"sha256\": \"x\"\n    }\n  ]\n}\n";
        let lines = lines(text);
        let keys: Vec<String> = lines.iter().map(|line| line.keys.iter().map(Path::to_string).collect()).collect();
        assert_eq!(keys[3..8], ["/a", "/a/0", "/a/0/b", "/a/0", "/a"]);
        assert!(keys[1].is_empty() && keys[2].is_empty() && keys[11].is_empty());
        assert!(lines[11].why.text.contains("edited"));
        assert!(lines.iter().all(|line| !line.why.text.is_empty()));
    }
}
