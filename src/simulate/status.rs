//! What runs where.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Document, Node};

/// In which role an instance runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It runs; a disk: it may not be written to here.
    Started,
    /// A disk that may be written to here.
    Promoted,
}

/// The state of a cluster.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// The nodes that are members.
    pub online: BTreeSet<String>,
    /// The nodes of which nobody knows what they do.
    pub unclean: BTreeSet<String>,
    /// What runs, by resource and node. What was on a node that is unclean still counts.
    pub running: BTreeMap<String, BTreeMap<String, Role>>,
    /// Resources about which Pacemaker can do nothing more.
    pub blocked: BTreeSet<String>,
    /// How often, in milliseconds, an instance is looked after in a role, by resource and node.
    pub monitored: BTreeMap<(String, String), BTreeMap<Role, String>>,
    /// By fence device, what its configuration says which nodes it shoots.
    pub shoots: BTreeMap<String, String>,
}

impl Status {
    /// What crm_simulate said at the end, and the CIB that it wrote.
    pub(super) fn read(output: &str, cib: &str) -> Result<Status, String> {
        let document = Document::parse(output).map_err(|error| format!("the output: {error}"))?;
        let revised = document.descendants().find(|node| node.has_tag_name("revised_cluster_status"));
        let revised = revised.ok_or("the output has no `revised_cluster_status`")?;
        let mut status = Status::default();
        for element in revised.descendants().filter(Node::is_element) {
            match element.tag_name().name() {
                "node" if element.parent().is_some_and(|parent| parent.has_tag_name("nodes")) => status.node(element),
                "resource" => status.resource(element),
                _ => {}
            }
        }
        let document = Document::parse(cib).map_err(|error| format!("the saved CIB: {error}"))?;
        for element in document.descendants().filter(Node::is_element) {
            match element.tag_name().name() {
                "lrm_rsc_op" => status.operation(element),
                "nvpair" if element.attribute("name").is_some_and(|name| name.starts_with("pcmk_host_")) => {
                    status.device(element);
                }
                _ => {}
            }
        }
        Ok(status)
    }

    fn node(&mut self, element: Node) {
        let Some(name) = element.attribute("name") else { return };
        let is = |what| element.attribute(what) == Some("true");
        if is("unclean") {
            self.unclean.insert(name.to_owned());
        } else if is("online") {
            self.online.insert(name.to_owned());
        }
    }

    fn resource(&mut self, element: Node) {
        let Some(id) = element.attribute("id") else { return };
        let role = match element.attribute("role") {
            Some("Promoted" | "Master") => Role::Promoted,
            _ => Role::Started,
        };
        for node in element.children().filter_map(|child| child.attribute("name")) {
            self.running.entry(id.to_owned()).or_default().insert(node.to_owned(), role);
        }
        if element.attribute("blocked") == Some("true") {
            self.blocked.insert(id.to_owned());
        }
    }

    /// What is looked at again and again; the code that is expected tells the role.
    fn operation(&mut self, element: Node) {
        let interval = element.attribute("interval").filter(|interval| *interval != "0");
        let Some(interval) = interval.filter(|_| element.attribute("operation") == Some("monitor")) else { return };
        let role = match element.attribute("rc-code") {
            Some("8") => Role::Promoted,
            Some("0") => Role::Started,
            _ => return,
        };
        let of = |name, what| element.ancestors().find(|node| node.has_tag_name(name))?.attribute(what);
        if let (Some(resource), Some(node)) = (of("lrm_resource", "id"), of("node_state", "uname")) {
            let roles = self.monitored.entry((resource.to_owned(), node.to_owned())).or_default();
            roles.insert(role, interval.to_owned());
        }
    }

    fn device(&mut self, element: Node) {
        let device = element.ancestors().find(|node| node.has_tag_name("primitive"));
        if let (Some(id), Some(value)) = (device.and_then(|node| node.attribute("id")), element.attribute("value")) {
            *self.shoots.entry(id.to_owned()).or_default() += &format!(" {value}");
        }
    }

    /// Takes away everything that runs on a node.
    pub(super) fn leave(&mut self, node: &str) {
        self.online.remove(node);
        self.running.values_mut().for_each(|nodes| {
            nodes.remove(node);
        });
    }

    /// Where a resource runs.
    pub fn nodes_of(&self, resource: &str) -> BTreeSet<&str> {
        self.running.get(resource).into_iter().flat_map(|nodes| nodes.keys().map(String::as_str)).collect()
    }

    /// Whether a resource runs on a node.
    pub fn runs(&self, resource: &str, node: &str) -> bool {
        self.role(resource, node).is_some()
    }

    /// The role of a resource on a node, if it runs there.
    pub fn role(&self, resource: &str, node: &str) -> Option<Role> {
        self.running.get(resource)?.get(node).copied()
    }
}
