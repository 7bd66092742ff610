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

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use crate::bundle::{Bundle, BundleError, File, RelPath, Target};
use crate::plan::{Node, Plan};
use crate::render::{self, RenderError, TemplateLine};

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
    /// Which family is at work.
    family: &'static str,
    /// Where each line comes from, where that is asked.
    trace: Option<Trace>,
}

/// What is asked about where lines come from.
#[derive(Debug)]
struct Trace {
    /// The files that are asked about; only they have a text.
    wanted: BTreeSet<String>,
    origins: BTreeMap<String, Origin>,
}

/// Where a file and each of its lines come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The name of the family that made it.
    pub family: &'static str,
    /// The template; none where the file is the user's own.
    pub template: Option<&'static str>,
    /// For each line the lines of templates that print on it, in their order.
    pub lines: Vec<Vec<TemplateLine>>,
}

impl Tree {
    /// Adds a rendered template at a path from the tree's root.
    pub(crate) fn root(&mut self, path: &str, template: &str, view: &impl Serialize, meta: Meta) -> Result<(), Bug> {
        let Some(trace) = &mut self.trace else {
            let content = render::render(template, view)?;
            return self.insert(path, content, meta);
        };
        if !trace.wanted.contains(path) {
            return self.insert(path, String::new(), meta);
        }
        let traced = render::render_traced(template, view)?;
        let template = render::TEMPLATES.iter().map(|(name, _)| *name).find(|name| *name == template);
        let origin = Origin { family: self.family, template, lines: traced.lines };
        trace.origins.insert(path.to_owned(), origin);
        self.insert(path, traced.text, meta)
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

    /// Adds a text of the user's own at a path from the tree's root.
    pub(crate) fn text(&mut self, path: &str, content: String, meta: Meta) -> Result<(), Bug> {
        if let Some(trace) = self.trace.as_mut().filter(|trace| trace.wanted.contains(path)) {
            let lines = vec![Vec::new(); content.lines().count()];
            trace.origins.insert(path.to_owned(), Origin { family: self.family, template: None, lines });
        }
        self.insert(path, content, meta)
    }

    fn insert(&mut self, path: &str, content: String, meta: Meta) -> Result<(), Bug> {
        let Meta { mode, kind, reload } = meta;
        let path = RelPath::new(path)?;
        let file = File { path, content, mode, owner: "root:root", kind, reload: reload.map(str::to_owned) };
        self.bundle.insert(file)?;
        Ok(())
    }
}

/// Makes every file of a plan.
pub fn bundle(plan: &Plan) -> Result<Bundle, Bug> {
    Ok(tree(plan, None)?.bundle)
}

/// Makes the files of a plan that are `wanted`, and says of each where its lines come from. The other files that templates
/// make are there, but empty.
pub fn traced(plan: &Plan, wanted: BTreeSet<String>) -> Result<(Bundle, BTreeMap<String, Origin>), Bug> {
    let tree = tree(plan, Some(Trace { wanted, origins: BTreeMap::new() }))?;
    Ok((tree.bundle, tree.trace.map(|trace| trace.origins).unwrap_or_default()))
}

fn tree(plan: &Plan, trace: Option<Trace>) -> Result<Tree, Bug> {
    let target = Target { platform: plan.platform.name, drbd: plan.drbd.as_str() };
    let mut tree = Tree { bundle: Bundle::of(target), family: "", trace };
    for family in FAMILIES {
        tree.family = family.name;
        (family.add)(plan, &mut tree)?;
    }
    Ok(tree)
}
