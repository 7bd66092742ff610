//! The tree that a path on the command line leads into.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::line::Stop;
use crate::bundle::MANIFEST;
use crate::diag::suggest::did_you_mean;
use crate::output::{Manifest, sha256};

/// A file of a tree.
pub(super) struct Found {
    /// The tree's folder, as it was named.
    pub root: PathBuf,
    pub manifest: Manifest,
    /// The manifest's text.
    pub text: String,
    /// The file, as the manifest calls it.
    pub below: String,
}

impl Found {
    /// A guest's own domain: the description has only its path, but the tree has its text.
    pub fn domain(&self, domain: &str) -> io::Result<String> {
        fs::read_to_string(self.root.join(domain_in(&self.manifest.description, domain)))
    }

    /// Whether this is what was written to the file.
    pub fn is_as_written(&self, text: &str) -> bool {
        let sha = sha256(text.as_bytes());
        self.manifest.files.iter().any(|file| file.path == self.below && file.sha256 == sha)
    }
}

/// Where the domain of a guest stands in the tree of a description.
pub(in crate::cli) fn domain_in(made_of: &serde_json::Value, domain: &str) -> String {
    let vms = made_of["vms"].as_array().into_iter().flatten();
    let guest = vms.filter(|vm| vm["domain"] == domain).find_map(|vm| vm["name"].as_str());
    let node = made_of["nodes"][0]["name"].as_str().unwrap_or_default();
    format!("nodes/{node}/rootfs/etc/gfs2gen/domains/{}.xml", guest.unwrap_or_default())
}

/// The file that a path means: one below the folder of a tree, or the end of one's path below a folder of trees.
pub(super) fn find(file: &Path) -> Result<Found, Stop> {
    let name = file.display();
    let none = || {
        Stop::refused(
            format!("{name} is in no tree: there is no {MANIFEST} in any folder above it"),
            "name a file in a folder that `gfs2gen build` wrote, such as out/vcluster/cluster/cib.xml:1",
        )
    };
    // The last folder of a relative path is the one that we are in, and folders above that have no shorter name.
    let here = file.is_relative().then(std::env::current_dir).and_then(Result::ok);
    let whole = here.as_ref().map_or_else(|| file.to_owned(), |here| here.join(file));
    let missing = whole.ancestors().count().saturating_sub(file.ancestors().count());
    for (depth, folder) in whole.ancestors().enumerate() {
        if folder.join(MANIFEST).is_file() {
            let below = whole.strip_prefix(folder).unwrap_or(Path::new("")).to_string_lossy().into_owned();
            let shown = file.ancestors().nth(depth).filter(|shown| *shown != Path::new(""));
            let above = depth >= file.ancestors().count() && missing > 0;
            let root = shown.map_or_else(|| if above { folder.to_owned() } else { PathBuf::from(".") }, Path::to_owned);
            return in_tree(root, below, file);
        }
    }
    for folder in file.ancestors().skip(1) {
        let below = file.strip_prefix(folder).unwrap_or(file).to_string_lossy().into_owned();
        let folder = if folder == Path::new("") { Path::new(".") } else { folder };
        let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut trees: Vec<PathBuf> = entries.filter(|path| path.join(MANIFEST).is_file()).collect();
        trees.sort();
        match trees.as_slice() {
            [] => {}
            [one] => return in_tree(one.clone(), below, file),
            [one, ..] => {
                let help = format!("name one of them, such as {}", one.join(&below).display());
                return Err(Stop::refused(format!("{} holds several trees", folder.display()), help));
            }
        }
    }
    Err(none())
}

fn in_tree(root: PathBuf, below: String, file: &Path) -> Result<Found, Stop> {
    let path = root.join(MANIFEST);
    let broken = |reason: String| Stop::refused(format!("{}: {reason}", path.display()), "build the tree again");
    let text = fs::read_to_string(&path).map_err(|error| broken(error.to_string()))?;
    let manifest = Manifest::read(&text).map_err(broken)?;
    if manifest.description.is_null() {
        return Err(broken("this tree does not say what it was made of".into()));
    }
    if below.is_empty() {
        let help = format!("name a file in it, such as {}:1", root.join("cluster/cib.xml").display());
        return Err(Stop::refused(format!("{} is a tree, and no file of one", root.display()), help));
    }
    let below = if below == MANIFEST { below } else { listed(&manifest, &below, &root, file)? };
    Ok(Found { root, manifest, text, below })
}

/// The path as the manifest has it: the whole, or its end where that can only be one, or the same on both nodes.
fn listed(manifest: &Manifest, below: &str, root: &Path, file: &Path) -> Result<String, Stop> {
    if manifest.files.iter().any(|known| known.path == below) {
        return Ok(below.to_owned());
    }
    let end = format!("/{below}");
    let meant: Vec<_> = manifest.files.iter().filter(|known| known.path.ends_with(&end)).collect();
    match meant.as_slice() {
        [first, rest @ ..] if rest.iter().all(|other| other.sha256 == first.sha256) => Ok(first.path.clone()),
        [] => {
            let reason = format!("{} is no file of the tree {}", file.display(), root.display());
            let known = manifest.files.iter().map(|known| known.path.as_str());
            let help = match did_you_mean(below, known) {
                Some(meant) => format!("did you mean {}?", root.join(meant).display()),
                None => format!("{} lists all", root.join(MANIFEST).display()),
            };
            Err(Stop::refused(reason, help))
        }
        several => {
            let paths: Vec<String> = several.iter().map(|one| root.join(&one.path).display().to_string()).collect();
            let reason = format!("{} can be several files", file.display());
            Err(Stop::refused(reason, format!("name one of {}", paths.join(", "))))
        }
    }
}
