//! From the plan to the files of the tree: one file here for each family of artifacts.
//!
//! A family makes small views for its templates; templates never see the plan. What fails here is our bug, not the user's.

mod ansible;
mod corosync;
mod drbd;
mod firewall;
mod graphs;
mod guests;
mod host;
mod lvm;
mod pacemaker;
mod runbook;
mod scripts;
mod systemd;

use std::fmt;

use serde::Serialize;

use crate::bundle::{Bundle, BundleError, File, RelPath, Target};
use crate::plan::{Node, Plan};
use crate::render::{self, RenderError};

/// One family of artifacts.
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
    add: fn(&Plan, &mut Tree) -> Result<(), Bug>,
}

macro_rules! families {
    ($($name:ident: $about:literal,)*) => {
        &[$(Family { name: stringify!($name), about: $about, add: $name::add }),*]
    };
}

/// Every family, in the order in which they are listed.
pub static FAMILIES: &[Family] = families![
    corosync: "corosync.conf and dlm.conf",
    drbd: "drbd.conf, global_common.conf, one file for each resource, the fence handler",
    lvm: "lvm.conf: clustered locking, and which devices exist for LVM",
    systemd: "units, drop-ins and the preset: who starts what, and in which order",
    host: "kernel modules, names, multipath's blacklist, mount lines for people",
    firewall: "firewalld services and zones, or an nftables table",
    guests: "libvirt domains",
    pacemaker: "the pcs scripts and the same configuration as a CIB",
    scripts: "bootstrap.sh, node.sh, verify.sh and teardown.sh",
    ansible: "the inventory and the playbook",
    runbook: "RUNBOOK.md",
    graphs: "pictures of the stack, the start order and the time budget",
];

/// Why a tree could not be made of a plan that passed both gates.
#[derive(Debug)]
pub enum Bug {
    /// A template failed.
    Render(RenderError),
    /// Two families want one path, or one is no path.
    Bundle(BundleError),
}

impl fmt::Display for Bug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bug::Render(error) => error.fmt(f),
            Bug::Bundle(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Bug {}

impl From<RenderError> for Bug {
    fn from(error: RenderError) -> Self {
        Bug::Render(error)
    }
}

impl From<BundleError> for Bug {
    fn from(error: BundleError) -> Self {
        Bug::Bundle(error)
    }
}

/// What a file is beside its content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Meta {
    /// Permission bits.
    pub mode: u32,
    /// What it is, for the manifest.
    pub kind: &'static str,
    /// The command that makes a running node take a changed one, where there is one.
    pub reload: Option<&'static str>,
}

impl Meta {
    /// A configuration file that everybody may read.
    pub(crate) const fn config(kind: &'static str, reload: Option<&'static str>) -> Meta {
        Meta { mode: 0o644, kind, reload }
    }

    /// A script.
    pub(crate) const fn script(kind: &'static str) -> Meta {
        Meta { mode: 0o755, kind, reload: None }
    }
}

/// The tree while it is made.
#[derive(Debug)]
pub(crate) struct Tree {
    bundle: Bundle,
}

impl Tree {
    /// Adds a rendered template at a path from the tree's root.
    pub(crate) fn root(&mut self, path: &str, template: &str, view: &impl Serialize, meta: Meta) -> Result<(), Bug> {
        let content = render::render(template, view)?;
        self.text(path, content, meta)
    }

    /// Adds a rendered template to a node's overlay; `path` is the path on the node without its first slash.
    pub(crate) fn node(
        &mut self,
        node: &Node,
        path: &str,
        template: &str,
        view: &impl Serialize,
        meta: Meta,
    ) -> Result<(), Bug> {
        self.root(&format!("nodes/{}/rootfs/{path}", node.name), template, view, meta)
    }

    /// Adds a text at a path from the tree's root.
    pub(crate) fn text(&mut self, path: &str, content: String, meta: Meta) -> Result<(), Bug> {
        let Meta { mode, kind, reload } = meta;
        let path = RelPath::new(path)?;
        let file = File { path, content, mode, owner: "root:root", kind, reload: reload.map(str::to_owned) };
        self.bundle.insert(file)?;
        Ok(())
    }
}

/// Makes every file of a plan.
pub fn bundle(plan: &Plan) -> Result<Bundle, Bug> {
    let target = Target { platform: plan.platform.name, drbd: plan.drbd.as_str() };
    let mut tree = Tree { bundle: Bundle::of(target) };
    for family in FAMILIES {
        (family.add)(plan, &mut tree)?;
    }
    Ok(tree.bundle)
}
