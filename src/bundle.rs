//! What a build makes: files with their paths in the tree, before anything is written.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Bound;

/// The one file that the writer adds by itself.
pub const MANIFEST: &str = "MANIFEST.json";

/// A path inside the tree: relative, with `/` between plain names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(String);

impl RelPath {
    /// The path, unless it could lead out of the tree or be mistaken for another.
    pub fn new(path: impl Into<String>) -> Result<Self, BundleError> {
        let path = path.into();
        let plain = |segment: &str| !matches!(segment, "" | "." | "..");
        if path.split('/').all(plain) && !path.chars().any(char::is_control) {
            Ok(RelPath(path))
        } else {
            Err(BundleError::BadPath(path))
        }
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folders on the way to it, outermost first.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.0.match_indices('/').map(|(at, _)| &self.0[..at])
    }
}

impl Borrow<str> for RelPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One file of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it stands in the tree.
    pub path: RelPath,
    /// The whole text.
    pub content: String,
    /// The permission bits, on disk and on the node: `0o644`.
    pub mode: u32,
    /// Who owns it on the node: `root:root`.
    pub owner: &'static str,
    /// What it is: the name of the artifact.
    pub kind: &'static str,
    /// What has to be told on the node when it changes; none if nothing runs by it.
    pub reload: Option<String>,
}

/// What the nodes run that a tree is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The platform's name.
    pub platform: &'static str,
    /// The generation of DRBD.
    pub drbd: &'static str,
}

/// The files of a tree, sorted by path, and what they were made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bundle {
    files: BTreeMap<RelPath, File>,
    target: Option<Target>,
    description: serde_json::Value,
}

impl Bundle {
    /// A tree without files, for nobody in particular.
    pub fn new() -> Self {
        Bundle::default()
    }

    /// A tree without files for nodes that run this.
    pub fn of(target: Target) -> Self {
        Bundle { target: Some(target), ..Bundle::default() }
    }

    /// What the nodes run.
    pub fn target(&self) -> Option<Target> {
        self.target
    }

    /// Adds a file. That a path is taken, by a file or by a folder, is a bug of what made the files.
    pub fn insert(&mut self, file: File) -> Result<(), BundleError> {
        let path = file.path.as_str();
        let below = format!("{path}/");
        let taken = path == MANIFEST
            || self.files.contains_key(path)
            || file.path.folders().any(|folder| self.files.contains_key(folder))
            || self
                .files
                .range::<str, _>((Bound::Included(below.as_str()), Bound::Unbounded))
                .next()
                .is_some_and(|(next, _)| next.0.starts_with(&below));
        if taken {
            return Err(BundleError::Taken(file.path));
        }
        self.files.insert(file.path.clone(), file);
        Ok(())
    }

    /// Says what the tree was made of: a description with every default written out.
    pub fn describe(&mut self, description: serde_json::Value) {
        self.description = description;
    }

    /// What the tree was made of; `null` where nobody has said it.
    pub fn description(&self) -> &serde_json::Value {
        &self.description
    }

    /// The file at a path.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// The files, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = &File> {
        self.files.values()
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// Why a file cannot be in the tree. Always a bug of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BundleError {
    /// The path is absolute, leads upwards, or has empty names or control characters in it.
    BadPath(String),
    /// Something else has this path already.
    Taken(RelPath),
}

impl fmt::Display for BundleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BundleError::BadPath(path) => write!(f, "{path:?} is not a path inside the tree"),
            BundleError::Taken(path) => write!(f, "two files of the tree want the path `{path}`"),
        }
    }
}

impl std::error::Error for BundleError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> File {
        File {
            path: RelPath::new(path).unwrap(),
            content: String::new(),
            mode: 0o644,
            owner: "root:root",
            kind: "test",
            reload: None,
        }
    }

    #[test]
    fn a_path_stays_in_the_tree() {
        for bad in ["", "/", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\nb", "a\0"] {
            assert!(RelPath::new(bad).is_err(), "{bad:?}");
        }
        let path = RelPath::new("nodes/a/..b").unwrap();
        assert_eq!(path.folders().collect::<Vec<_>>(), ["nodes", "nodes/a"]);
    }

    #[test]
    fn every_path_is_taken_once() {
        let mut bundle = Bundle::new();
        bundle.insert(file("a/b")).unwrap();
        bundle.insert(file("a-b")).unwrap();
        for taken in ["a/b", "a", "a/b/c", MANIFEST] {
            assert!(bundle.insert(file(taken)).is_err(), "{taken}");
        }
        bundle.insert(file("a/c")).unwrap();
        let paths: Vec<_> = bundle.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["a-b", "a/b", "a/c"]);
    }
}
