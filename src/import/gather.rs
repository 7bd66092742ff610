//! Every file to its reader, by what its path or its first element says.

use super::block::Broken;
use super::cib::{self, Cib};
use super::corosync::{self, Corosync};
use super::domain::{self, Guest};
use super::drbd::{self, Drbd};
use super::facts::Facts;
use super::lvm::{self, Lvm};
use super::report::{self, Reports};
use super::status::{self, Status};
use super::{Collected, Findings, Place, Said, xml};
use crate::source::Source;

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub files: Vec<Source>,
    /// By folder; what is in no node's folder comes first.
    pub nodes: Vec<Node>,
    pub passed_over: Vec<String>,
}

/// What one node says.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Its folder's name.
    pub folder: Option<String>,
    pub drbd: Vec<Drbd>,
    /// What `drbdadm dump` prints: read where there are no files of DRBD's.
    pub dump: Vec<Drbd>,
    pub corosync: Option<Corosync>,
    pub lvm: Option<Lvm>,
    pub cib: Option<Cib>,
    pub status: Option<Status>,
    pub reports: Reports,
    pub facts: Facts,
    pub guests: Vec<Guest>,
}

impl Node {
    /// Whether nothing of a cluster is known of it.
    pub fn is_empty(&self) -> bool {
        let configured = self.corosync.is_some() || self.cib.is_some() || self.status.is_some();
        !configured && self.resources().next().is_none()
    }

    /// What DRBD's files say; where there are none, its dump.
    pub fn drbd(&self) -> &[Drbd] {
        if self.drbd.iter().any(|drbd| !drbd.resources.is_empty()) { &self.drbd } else { &self.dump }
    }

    /// Its DRBD resources.
    pub fn resources(&self) -> impl Iterator<Item = &drbd::Resource> {
        self.drbd().iter().flat_map(|drbd| &drbd.resources)
    }

    /// What all its DRBD resources share.
    pub fn common(&self) -> drbd::Settings {
        self.drbd().iter().flat_map(|drbd| drbd.common.clone()).collect()
    }
}

impl Seen {
    /// The node of a folder.
    pub fn of(&self, folder: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.folder.as_deref() == Some(folder))
    }

    /// The first of something that any node knows.
    pub fn first<'a, T>(&'a self, get: impl Fn(&'a Node) -> Option<T>) -> Option<T> {
        self.nodes.iter().find_map(get)
    }

    /// The CIB.
    pub fn cib(&self) -> Option<&Cib> {
        self.first(|node| node.cib.as_ref())
    }

    /// The names of the nodes' folders.
    pub fn folders(&self) -> Vec<&str> {
        self.nodes.iter().filter_map(|node| node.folder.as_deref()).collect()
    }
}

/// Folders that are part of a node, or of a tree, and no node.
const NO_NODES: [&str; 14] = [
    "etc", "usr", "var", "said", "cluster", "ansible", "domains", "drbd.d", "drbd", "corosync", "lvm", "libvirt",
    "qemu", "rootfs",
];

/// The node that a path belongs to, and the rest of the path.
fn split(path: &str) -> (Option<&str>, &str) {
    let inner = path.strip_prefix("nodes/").unwrap_or(path);
    match inner.split_once('/') {
        Some((first, rest)) if inner.len() < path.len() || !NO_NODES.contains(&first) => {
            (Some(first), rest.strip_prefix("rootfs/").unwrap_or(rest))
        }
        _ => (None, path.strip_prefix("rootfs/").unwrap_or(path)),
    }
}

/// Reads every file; what cannot be read is a finding, and the others are read all the same.
pub(super) fn gather(mut files: Vec<Collected>, findings: &mut Findings) -> Seen {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut seen = Seen { nodes: vec![Node::default()], ..Seen::default() };
    for (number, file) in files.into_iter().enumerate() {
        let source = match file.text {
            Ok(source) => source,
            Err(broken) => {
                let place = Place { file: number, span: broken.span };
                findings.at("unreadable-file", place, "this file is not UTF-8 from here on").set_label("not UTF-8");
                seen.files.push(broken.source);
                continue;
            }
        };
        let (folder, rest) = split(&file.path);
        let position = seen.nodes.iter().position(|node| node.folder.as_deref() == folder);
        let position = position.unwrap_or_else(|| {
            seen.nodes.push(Node { folder: folder.map(str::to_owned), ..Node::default() });
            seen.nodes.len() - 1
        });
        match seen.nodes[position].take(number, rest, source.text()) {
            Ok(true) => {}
            Ok(false) => seen.passed_over.push(file.path.clone()),
            Err(Broken { span, message }) => {
                findings.at("unreadable-file", Place { file: number, span }, message);
            }
        }
        seen.files.push(source);
    }
    // A folder in which nothing is of a cluster is no node's.
    seen.nodes.retain(|node| node.folder.is_none() || !node.is_empty() || node.lvm.is_some());
    seen
}

impl Node {
    /// Reads one file; says whether it is of a kind that is known.
    fn take(&mut self, file: usize, path: &str, text: &str) -> Result<bool, Broken> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let below = |part: &str| folder.split('/').any(|step| step == part);
        match name {
            "corosync.conf" => self.corosync = Some(corosync::read(file, text)?),
            "os-release" => self.facts.os_release(file, text),
            "hosts" => self.facts.hosts(file, text),
            "fstab" if !below("gfs2gen") => self.facts.fstab(file, text),
            "lvm.conf" => self.lvm_settings(lvm::read(file, text)?, true),
            "lvmconfig" | "lvmconfig.txt" => self.lvm_settings(lvm::read(file, text)?, false),
            "drbdadm-dump" | "drbdadm-dump.txt" | "drbd-dump.txt" => self.dump.push(drbd::read(file, text)?),
            _ if name.ends_with(".res") || ["global_common.conf", "drbd.conf"].contains(&name) || below("drbd.d") => {
                self.drbd.push(drbd::read(file, text)?);
            }
            _ if name.ends_with(".preset") => self.facts.preset(file, text),
            _ if name.ends_with(".nft") && text.contains("table inet gfs2gen") => self.facts.nftables(text),
            _ if name.ends_with(".json") => return report::read(file, text, &mut self.reports),
            _ if name.ends_with(".xml") => return self.xml(file, name.trim_end_matches(".xml"), text),
            _ if below("said") => return Ok(self.said(file, name, text)),
            _ if status::is_one(text) => self.status = Some(status::read(file, text)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The file says it with the words of people, `lvmconfig` says all.
    fn lvm_settings(&mut self, read: Lvm, wins: bool) {
        let known = self.lvm.get_or_insert_with(Lvm::default);
        for (path, setting) in read.settings {
            if wins || !known.settings.contains_key(&path) {
                known.settings.insert(path, setting);
            }
        }
    }

    /// What `collect.sh` writes in words of its own.
    fn said(&mut self, file: usize, name: &str, text: &str) -> bool {
        match name {
            "units" => self.facts.units(file, text),
            "disks" => self.facts.disks(file, text),
            "memory" => self.facts.memory(file, text),
            "links" => self.facts.links(file, text),
            "gfs2" => self.facts.gfs2(file, text),
            "images" => self.facts.images(file, text),
            _ => return false,
        }
        true
    }

    fn xml(&mut self, file: usize, name: &str, text: &str) -> Result<bool, Broken> {
        let tree = xml::parse(text)?;
        let root = tree.root_element();
        match root.tag_name().name() {
            "cib" => {
                let read = cib::read(file, root)?;
                self.cib.get_or_insert(read);
            }
            "domain" => self.guests.push(domain::read(file, root, text)?),
            "zone" => self.facts.zone(name, root),
            "service" => match name.strip_prefix("gfs2gen-") {
                Some(network) => self.facts.firewall.services.push(network.to_owned()),
                None => return Ok(false),
            },
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// A text that stands nowhere: what a folder's name says.
pub(super) fn nowhere(text: &str) -> Said {
    Said { text: text.to_owned(), at: Place { file: 0, span: crate::source::Span { start: 0, end: 0 } } }
}
