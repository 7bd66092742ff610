//! The CIB, as `cibadmin -Q` prints it.

use std::collections::BTreeMap;

use roxmltree::Node;

use super::block::{Broken, said};
use super::{Place, Said, xml};

/// Attributes of one kind, by name.
pub(super) type Pairs = BTreeMap<String, Said>;

/// What a CIB says, as far as it is of use here.
#[derive(Debug, Default)]
pub(super) struct Cib {
    /// Of its schema and of the features that it has.
    pub versions: Option<(String, String)>,
    pub properties: Pairs,
    /// The names of the nodes.
    pub nodes: Vec<Said>,
    pub primitives: Vec<Primitive>,
    pub locations: Vec<Location>,
    pub orders: Vec<Order>,
    pub colocations: Vec<Colocation>,
    pub levels: Vec<Level>,
    /// To whom alerts go.
    pub recipients: Vec<Said>,
}

/// One resource.
#[derive(Debug, Clone)]
pub(super) struct Primitive {
    pub id: Said,
    pub class: String,
    pub agent: String,
    pub parameters: Pairs,
    pub meta: Pairs,
    pub operations: Vec<Operation>,
    pub group: Option<String>,
    pub clone: Option<CloneOf>,
}

/// What makes several of a resource.
#[derive(Debug, Clone)]
pub(super) struct CloneOf {
    pub id: Said,
    pub meta: Pairs,
}

/// One operation.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub name: String,
    pub interval_s: u64,
    pub timeout: Option<Said>,
    pub role: Option<String>,
    pub on_fail: Option<String>,
}

/// Where a resource may run, or would rather.
#[derive(Debug, Clone)]
pub(super) struct Location {
    pub id: Said,
    pub resource: String,
    pub node: Option<String>,
    pub score: Option<Said>,
}

/// What comes before what.
#[derive(Debug, Clone)]
pub(super) struct Order {
    pub id: Said,
    pub first: String,
    pub then: String,
    pub first_action: Option<String>,
    pub then_action: Option<String>,
}

/// What runs where something else runs.
#[derive(Debug, Clone)]
pub(super) struct Colocation {
    pub id: Said,
    pub resource: String,
    pub with: String,
    pub with_role: Option<String>,
}

/// One level of a node's fencing.
#[derive(Debug, Clone)]
pub(super) struct Level {
    pub target: String,
    pub index: u32,
    pub devices: Vec<String>,
}

impl Primitive {
    /// Whether it is of this agent.
    pub fn is(&self, class: &str, agent: &str) -> bool {
        self.class == class && self.agent == agent
    }

    /// A parameter's text.
    pub fn parameter(&self, name: &str) -> Option<&Said> {
        self.parameters.get(name)
    }

    /// The ids under which constraints speak of it.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let clone = self.clone.as_ref().map(|clone| clone.id.text.as_str());
        [Some(self.id.text.as_str()), self.group.as_deref(), clone].into_iter().flatten()
    }

    /// Whether an id of a constraint means it.
    pub fn goes_by(&self, id: &str) -> bool {
        self.ids().any(|own| own == id)
    }
}

/// Reads a tree whose root is `<cib>`.
pub(super) fn read(file: usize, root: Node) -> Result<Cib, Broken> {
    let mut cib = Cib::default();
    let read = Read { file };
    let Some(configuration) = xml::child(root, "configuration") else {
        return Err(Broken::new(read.span(root), "this CIB has no <configuration>"));
    };
    let version = |name: &str| root.attribute(name).map(str::to_owned);
    cib.versions = version("validate-with").zip(version("crm_feature_set"));
    let inside = |name: &str| xml::child(configuration, name);
    if let Some(set) = inside("crm_config").and_then(|config| xml::child(config, "cluster_property_set")) {
        cib.properties = read.pairs(set);
    }
    for node in inside("nodes").iter().flat_map(|nodes| nodes.children()).filter(|node| node.has_tag_name("node")) {
        cib.nodes.extend(read.attribute(node, "uname"));
    }
    for node in inside("resources").iter().flat_map(Node::children).filter(Node::is_element) {
        read.resource(node, None, None, &mut cib.primitives);
    }
    for node in inside("constraints").iter().flat_map(Node::children).filter(Node::is_element) {
        read.constraint(node, &mut cib);
    }
    for node in inside("fencing-topology").iter().flat_map(Node::children) {
        let devices = node.attribute("devices").unwrap_or_default().split(',').map(|id| id.trim().to_owned());
        let index = node.attribute("index").and_then(|index| index.parse().ok());
        if let (Some(target), Some(index)) = (node.attribute("target"), index) {
            cib.levels.push(Level { target: target.to_owned(), index, devices: devices.collect() });
        }
    }
    let alerts = inside("alerts");
    let recipients =
        alerts.iter().flat_map(|alerts| alerts.descendants()).filter(|node| node.has_tag_name("recipient"));
    cib.recipients = recipients.filter_map(|node| read.attribute(node, "value")).collect();
    Ok(cib)
}

struct Read {
    file: usize,
}

impl Read {
    fn span(&self, node: Node) -> crate::source::Span {
        xml::span(node)
    }

    /// An element, by its id.
    fn id(&self, node: Node) -> Said {
        let at = Place { file: self.file, span: self.span(node) };
        Said { text: node.attribute("id").unwrap_or_default().to_owned(), at }
    }

    fn attribute(&self, node: Node, name: &str) -> Option<Said> {
        let attribute = node.attributes().find(|attribute| attribute.name() == name)?;
        let range = attribute.range_value();
        Some(said(self.file, attribute.value(), range.start, range.end))
    }

    /// The name-value pairs of a set.
    fn pairs(&self, set: Node) -> Pairs {
        let pairs = set.children().filter(|node| node.has_tag_name("nvpair"));
        pairs.filter_map(|pair| Some((pair.attribute("name")?.to_owned(), self.attribute(pair, "value")?))).collect()
    }

    fn set(&self, node: Node, name: &str) -> Pairs {
        node.children().filter(|child| child.has_tag_name(name)).flat_map(|set| self.pairs(set)).collect()
    }

    /// A resource and what is in it; groups and clones are not deeper than one in the other.
    fn resource(&self, node: Node, clone: Option<&CloneOf>, group: Option<&str>, all: &mut Vec<Primitive>) {
        match node.tag_name().name() {
            "primitive" => all.push(self.primitive(node, clone, group)),
            "group" if group.is_none() => {
                let id = node.attribute("id").unwrap_or_default();
                node.children().for_each(|child| self.resource(child, clone, Some(id), all));
            }
            "clone" | "master" if clone.is_none() => {
                let clone = CloneOf { id: self.id(node), meta: self.set(node, "meta_attributes") };
                node.children().for_each(|child| self.resource(child, Some(&clone), None, all));
            }
            _ => {}
        }
    }

    fn primitive(&self, node: Node, clone: Option<&CloneOf>, group: Option<&str>) -> Primitive {
        let operations = xml::child(node, "operations");
        let operations = operations.iter().flat_map(|list| list.children()).filter(|op| op.has_tag_name("op"));
        Primitive {
            id: self.id(node),
            class: node.attribute("class").unwrap_or_default().to_owned(),
            agent: node.attribute("type").unwrap_or_default().to_owned(),
            parameters: self.set(node, "instance_attributes"),
            meta: self.set(node, "meta_attributes"),
            operations: operations.map(|op| self.operation(op)).collect(),
            group: group.map(str::to_owned),
            clone: clone.cloned(),
        }
    }

    fn operation(&self, node: Node) -> Operation {
        let text = |name: &str| node.attribute(name).map(str::to_owned);
        Operation {
            name: text("name").unwrap_or_default(),
            interval_s: text("interval").and_then(|interval| seconds(&interval)).unwrap_or(0),
            timeout: self.attribute(node, "timeout"),
            role: text("role"),
            on_fail: text("on-fail"),
        }
    }

    fn constraint(&self, node: Node, cib: &mut Cib) {
        let text = |name: &str| node.attribute(name).map(str::to_owned);
        let id = self.id(node);
        match node.tag_name().name() {
            "rsc_location" => cib.locations.push(Location {
                id,
                resource: text("rsc").unwrap_or_default(),
                node: text("node"),
                score: self.attribute(node, "score"),
            }),
            "rsc_order" => cib.orders.push(Order {
                id,
                first: text("first").unwrap_or_default(),
                then: text("then").unwrap_or_default(),
                first_action: text("first-action"),
                then_action: text("then-action"),
            }),
            "rsc_colocation" => cib.colocations.push(Colocation {
                id,
                resource: text("rsc").unwrap_or_default(),
                with: text("with-rsc").unwrap_or_default(),
                with_role: text("with-rsc-role"),
            }),
            _ => {}
        }
    }
}

/// A time of Pacemaker's in seconds, rounded up: `60`, `60s`, `1min`, `500ms`.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..end].parse().ok()?;
    match text[end..].trim() {
        "" | "s" | "sec" => Some(number),
        "ms" | "msec" => Some(number.div_ceil(1000)),
        "m" | "min" => number.checked_mul(60),
        "h" | "hr" => number.checked_mul(3600),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        for (text, expected) in
            [("60", Some(60)), ("90s", Some(90)), ("2min", Some(120)), ("1500ms", Some(2)), ("x", None)]
        {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn resources_know_what_they_are_in() {
        let text = "<cib><configuration><resources><clone id='c'><meta_attributes><nvpair name='interleave' value='true'/>\
            </meta_attributes><group id='g'><primitive id='p' class='ocf' type='controld'><operations>\
            <op name='monitor' interval='1min' role='Master'/></operations></primitive></group></clone></resources>\
            <fencing-topology><fencing-level index='1' target='a' devices='x, y'/></fencing-topology></configuration></cib>";
        let tree = roxmltree::Document::parse(text).unwrap();
        let cib = read(0, tree.root_element()).unwrap();
        let primitive = &cib.primitives[0];
        assert_eq!(primitive.ids().collect::<Vec<_>>(), ["p", "g", "c"]);
        assert_eq!(primitive.clone.as_ref().unwrap().meta["interleave"].text, "true");
        assert_eq!((primitive.operations[0].interval_s, cib.levels[0].devices.len()), (60, 2));
    }
}
