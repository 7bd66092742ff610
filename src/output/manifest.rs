//! MANIFEST.json: which files of a tree are ours, and what belongs to each on a node.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::bundle::{Bundle, RelPath};

/// The form of the manifest that this program writes, and the only one that it reads.
const SCHEMA: u32 = 1;

/// The list of all files of a tree but itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of this file.
    pub schema: u32,
    /// The program with its version.
    pub generator: String,
    /// The name of the cluster.
    pub cluster: String,
    /// The platform of the nodes; none in trees of versions that did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// The generation of DRBD that they run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drbd: Option<String>,
    /// The description with every default written out, so that a later one can be compared with it; older versions of this
    /// program did not keep it.
    #[serde(default)]
    pub description: serde_json::Value,
    /// The files, sorted by path.
    pub files: Vec<ManifestFile>,
}

/// One file in the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Where it stands in the tree.
    pub path: String,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// The permission bits that it has on the node, in octal: `0644`.
    pub mode: String,
    /// Who owns it on the node.
    pub owner: String,
    /// What it is.
    pub kind: String,
    /// What has to be told on the node when it changes.
    pub reload: Option<String>,
}

impl Manifest {
    /// The manifest of a tree.
    pub fn of(bundle: &Bundle, cluster: &str) -> Self {
        let files = bundle.iter().map(|file| ManifestFile {
            path: file.path.to_string(),
            sha256: sha256(file.content.as_bytes()),
            mode: format!("{:04o}", file.mode),
            owner: file.owner.to_owned(),
            kind: file.kind.to_owned(),
            reload: file.reload.clone(),
        });
        Manifest {
            schema: SCHEMA,
            generator: concat!("gfs2gen ", env!("CARGO_PKG_VERSION")).to_owned(),
            cluster: cluster.to_owned(),
            platform: bundle.target().map(|target| target.platform.to_owned()),
            drbd: bundle.target().map(|target| target.drbd.to_owned()),
            description: bundle.description().clone(),
            files: files.collect(),
        }
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a manifest holds only strings and numbers");
        text.push('\n');
        text
    }

    /// The manifest that a text holds, or what is wrong with it. Keys that are not known are passed over.
    pub fn read(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Form {
            schema: u32,
        }
        let broken = |error: serde_json::Error| format!("this is no manifest of ours ({error})");
        // The form first: a newer one may well have other keys where ours are required.
        let form: Form = serde_json::from_str(text).map_err(broken)?;
        if form.schema != SCHEMA {
            return Err(format!(
                "the manifest has schema {}, and this version of gfs2gen knows only {SCHEMA}",
                form.schema
            ));
        }
        let manifest: Manifest = serde_json::from_str(text).map_err(broken)?;
        match manifest.files.iter().find(|file| RelPath::new(file.path.as_str()).is_err()) {
            Some(file) => Err(format!("the manifest lists {:?}, which is outside of the tree", file.path)),
            None => Ok(manifest),
        }
    }

    /// Path and SHA-256 of every file.
    pub(super) fn hashes(&self) -> BTreeMap<&str, &str> {
        self.files.iter().map(|file| (file.path.as_str(), file.sha256.as_str())).collect()
    }
}

/// SHA-256 in hexadecimal.
pub fn sha256(content: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(content) {
        write!(text, "{byte:02x}").expect("a String takes any text");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::{File, Target};

    fn manifest() -> Manifest {
        let mut bundle = Bundle::of(Target { platform: "p", drbd: "9" });
        bundle
            .insert(File {
                path: RelPath::new("a/b").unwrap(),
                content: "abc".into(),
                mode: 0o600,
                owner: "root:root",
                kind: "test",
                reload: None,
            })
            .unwrap();
        Manifest::of(&bundle, "vcluster")
    }

    #[test]
    fn what_is_written_can_be_read() {
        let text = manifest().to_text();
        assert!(text.contains("\"mode\": \"0600\"") && text.contains("\"reload\": null") && text.ends_with("}\n"));
        assert!(text.contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        assert_eq!(Manifest::read(&text).unwrap(), manifest());
    }

    #[test]
    fn a_tree_of_a_version_that_named_no_platform_can_be_read() {
        let mut old = manifest();
        (old.platform, old.drbd) = (None, None);
        let text = old.to_text();
        assert!(!text.contains("platform") && !text.contains("drbd"));
        assert_eq!(Manifest::read(&text).unwrap(), old);
    }

    #[test]
    fn newer_keys_are_passed_over_and_broken_ones_named() {
        let text = manifest().to_text();
        let newer =
            text.replace("\"schema\": 1,", "\"schema\": 1, \"new\": {},").replace("\"kind\"", "\"x\": 1, \"kind\"");
        assert_eq!(Manifest::read(&newer).unwrap(), manifest());
        for (broken, why) in [
            (text[..text.len() / 2].to_owned(), "no manifest"),
            (text.replace("\"schema\": 1", "\"schema\": 2"), "schema 2"),
            (text.replace("a/b", "../b"), "outside"),
            ("{}".to_owned(), "schema"),
        ] {
            let error = Manifest::read(&broken).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
