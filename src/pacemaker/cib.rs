//! The statements as a CIB: the lines of its XML, before escaping.

use super::*;

/// One line of XML: a start tag, an end tag or an empty element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How deep it stands, from 0.
    pub depth: usize,
    /// The element.
    pub element: &'static str,
    /// Its attributes in order.
    pub attributes: Vec<Attribute>,
    /// Whether the element ends at the end of this line, having begun here.
    pub empty: bool,
    /// Whether this is the end of an element that began above.
    pub end: bool,
}

/// An attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The name.
    pub name: &'static str,
    /// The value.
    pub value: String,
}

/// The `configuration` element of a CIB that holds everything, line by line.
pub fn lines(configuration: &Configuration) -> Vec<Line> {
    let mut lines = Vec::new();
    sections(configuration).write(1, &mut lines);
    lines
}

struct Element {
    name: &'static str,
    attributes: Vec<Attribute>,
    children: Vec<Element>,
}

fn element<V: Into<String>, const N: usize>(name: &'static str, attributes: [(&'static str, V); N]) -> Element {
    let attributes = attributes.into_iter().map(|(name, value)| Attribute { name, value: value.into() }).collect();
    Element { name, attributes, children: Vec::new() }
}

fn section(name: &'static str, children: Vec<Element>) -> Element {
    Element { name, attributes: Vec::new(), children }
}

impl Element {
    fn holding(self, children: Vec<Element>) -> Element {
        Element { children, ..self }
    }

    fn attribute(&mut self, name: &'static str, value: impl Into<String>) {
        self.attributes.push(Attribute { name, value: value.into() });
    }

    fn id(&self) -> &str {
        self.attributes.iter().find(|attribute| attribute.name == "id").map_or("", |id| &id.value)
    }

    fn write(self, depth: usize, lines: &mut Vec<Line>) {
        let Element { name: element, attributes, children } = self;
        let empty = children.is_empty();
        lines.push(Line { depth, element, attributes, empty, end: false });
        for child in children {
            child.write(depth + 1, lines);
        }
        if !empty {
            lines.push(Line { depth, element, attributes: Vec::new(), empty, end: true });
        }
    }
}

/// The sections in the order in which pcs makes them.
fn sections(configuration: &Configuration) -> Element {
    let mut properties = Pairs::new();
    let mut defaults = Pairs::new();
    let (mut resources, mut constraints, mut levels) = (Vec::new(), Vec::new(), Vec::new());
    let mut alerts: Vec<Element> = Vec::new();
    for statement in configuration.statements() {
        match statement {
            Statement::Property(name, value) => properties.push((name.clone(), value.clone())),
            Statement::Default(name, value) => defaults.push((name.clone(), value.clone())),
            Statement::Primitive(made) => add_primitive(&mut resources, made),
            Statement::Clone(clone) => wrap(&mut resources, clone),
            Statement::Location(made) => constraints.push(location(made)),
            Statement::Order(made) => constraints.push(order(made)),
            Statement::Colocation(made) => constraints.push(colocation(made)),
            Statement::Level(made) => levels.push(level(configuration.platform, made)),
            Statement::Alert(made) => {
                let options = named("instance_attributes", &made.id, &made.options);
                alerts.push(
                    element("alert", [("id", &made.id), ("path", &made.path)]).holding(options.into_iter().collect()),
                );
            }
            Statement::Recipient(made) => {
                let alert = alerts.iter_mut().find(|alert| alert.id() == made.alert);
                let alert = alert.expect("a recipient follows its alert: the builder puts them together");
                alert.children.push(element("recipient", [("id", &made.id), ("value", &made.value)]));
            }
        }
    }
    let nodes = configuration.nodes.iter();
    let nodes = nodes.map(|(id, name)| element("node", [("id", id.to_string()), ("uname", name.clone())])).collect();
    let mut all = vec![
        section("crm_config", vec![set("cluster_property_set", "cib-bootstrap-options", &properties)]),
        section("nodes", nodes),
        section("resources", resources),
        section("constraints", constraints),
        section("rsc_defaults", vec![set("meta_attributes", configuration.platform.pcs.defaults_id, &defaults)]),
        section("fencing-topology", levels),
    ];
    if !alerts.is_empty() {
        all.push(section("alerts", alerts));
    }
    section("configuration", all)
}

/// A set of named values.
fn set(name: &'static str, id: &str, pairs: &Pairs) -> Element {
    let pair = |(name, value): &(String, String)| {
        element("nvpair", [("id", format!("{id}-{name}")), ("name", name.clone()), ("value", value.clone())])
    };
    element(name, [("id", id)]).holding(pairs.iter().map(pair).collect())
}

/// The attributes of something, where it has any.
fn named(name: &'static str, of: &str, pairs: &Pairs) -> Option<Element> {
    (!pairs.is_empty()).then(|| set(name, &format!("{of}-{name}"), pairs))
}

fn add_primitive(resources: &mut Vec<Element>, made: &Primitive) {
    let mut primitive = element("primitive", [("id", &made.id)]);
    primitive.attribute("class", made.class);
    primitive.attribute("type", &made.agent);
    if let Some(provider) = made.provider {
        primitive.attribute("provider", provider);
    }
    primitive.children.extend(named("instance_attributes", &made.id, &made.parameters));
    primitive.children.extend(named("meta_attributes", &made.id, &made.meta));
    primitive.children.push(section(
        "operations",
        made.operations.iter().map(|operation| self::operation(&made.id, operation)).collect(),
    ));
    let Some(group) = &made.group else {
        resources.push(primitive);
        return;
    };
    match resources.last_mut() {
        Some(last) if last.id() == group => last.children.push(primitive),
        _ => resources.push(element("group", [("id", group)]).holding(vec![primitive])),
    }
}

fn operation(resource: &str, operation: &Operation) -> Element {
    let mut made = element("op", [("name", operation.name)]);
    for (name, value) in operation.attributes() {
        made.attribute(name, value);
    }
    made.attribute("id", format!("{resource}-{}-interval-{}s", operation.name, operation.interval_s));
    made
}

/// Puts the clone around what was made last.
fn wrap(resources: &mut Vec<Element>, clone: &CloneOf) {
    let inner = resources.pop().filter(|last| last.id() == clone.of);
    let inner = inner.expect("a clone follows what it clones: the builder puts them together");
    let mut meta = clone.meta.clone();
    if clone.promotable == Some(Promotable::Clone) {
        // pcs adds this one by itself.
        meta.push(("promotable".into(), "true".into()));
        meta.sort();
    }
    let mut made = element(clone.element(), [("id", clone.id())]).holding(vec![inner]);
    made.children.extend(named("meta_attributes", &clone.id(), &meta));
    resources.push(made);
}

fn location(made: &Location) -> Element {
    let [rsc, node] = [made.resource.clone(), made.node.clone()];
    element("rsc_location", [("id", made.id()), ("rsc", rsc), ("node", node), ("score", made.score())])
}

fn order(made: &Order) -> Element {
    let mut order = element("rsc_order", [("first", &made.first), ("then", &made.then)]);
    if made.serialize {
        order.attribute("kind", "Serialize");
    }
    order.attribute("first-action", made.first_action);
    order.attribute("then-action", "start");
    if made.serialize {
        order.attribute("symmetrical", "false");
    }
    order.attribute("id", made.id());
    order
}

fn colocation(made: &Colocation) -> Element {
    let mut colocation = element("rsc_colocation", [("rsc", made.resource.as_str()), ("with-rsc", &made.with)]);
    colocation.attribute("score", "INFINITY");
    if let Some(role) = made.role {
        colocation.attribute("rsc-role", "Started");
        colocation.attribute("with-rsc-role", role);
    }
    colocation.attribute("id", made.id());
    colocation
}

fn level(platform: &Platform, made: &Level) -> Element {
    let attributes = platform.pcs.level_attributes.map(|name| {
        let value = match name {
            "index" => made.index.to_string(),
            "devices" => made.devices.join(","),
            "target" => made.target.clone(),
            _ => made.id(),
        };
        (name, value)
    });
    element("fencing-level", attributes)
}
