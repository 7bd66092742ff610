//! A transition as crm_simulate reports it: what was done, and what had to wait for what.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Document, Node};

/// What is done to a resource or a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// A node's power is cut.
    Fence,
    /// A resource is demoted.
    Demote,
    /// A resource is stopped.
    Stop,
    /// A guest moves while it runs.
    Migrate,
    /// A resource is started.
    Start,
    /// A resource is promoted.
    Promote,
    /// A DRBD instance is told what happens to the other.
    Notify,
    /// A node leaves the cluster as it was asked to.
    Leave,
}

impl Verb {
    /// The verb as a word.
    pub fn word(self) -> &'static str {
        match self {
            Verb::Fence => "fence",
            Verb::Demote => "demote",
            Verb::Stop => "stop",
            Verb::Migrate => "migrate",
            Verb::Start => "start",
            Verb::Promote => "promote",
            Verb::Notify => "notify",
            Verb::Leave => "leave",
        }
    }

    /// The verb as Pacemaker's operation.
    pub fn operation(self) -> &'static str {
        match self {
            Verb::Fence => "stonith",
            Verb::Migrate => "migrate_to",
            Verb::Leave => "do_shutdown",
            Verb::Demote | Verb::Stop | Verb::Start | Verb::Promote | Verb::Notify => self.word(),
        }
    }

    fn of(operation: &str) -> Option<Verb> {
        let all = [
            Verb::Fence,
            Verb::Demote,
            Verb::Stop,
            Verb::Migrate,
            Verb::Start,
            Verb::Promote,
            Verb::Notify,
            Verb::Leave,
        ];
        all.into_iter().find(|verb| verb.operation() == operation)
    }
}

/// One thing that Pacemaker does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What is done.
    pub verb: Verb,
    /// The resource; where a node is meant, the node.
    pub resource: String,
    /// Where.
    pub node: String,
    /// Where a guest moves to.
    pub to: Option<String>,
    /// Which other actions of the transition it waits for, directly or not, by their places in it.
    pub after: BTreeSet<usize>,
}

/// An element of the graph: an action, a probe, a monitor, or a knot that only orders others.
struct Knot {
    action: Option<Action>,
    /// How the executed list names it, where that names it at all.
    key: Option<Key>,
    inputs: Vec<u32>,
}

/// An action as the list of executed ones has it: operation, resource and node.
type Key = (String, String, String);

/// What a transition did, of the graph that crm_simulate saved and what it said while it executed it. `held` is what does not
/// come to an end: neither it nor anything that waits for it is done.
pub(super) fn actions(graph: &str, output: &str, held: Option<Verb>) -> Result<Vec<Action>, String> {
    let graph = Document::parse(graph).map_err(|error| format!("the transition graph: {error}"))?;
    let knots = knots(&graph);
    let output = Document::parse(output).map_err(|error| format!("the output: {error}"))?;
    let executed = executed(&output);
    let mut before = BTreeMap::new();
    for id in knots.keys() {
        ancestors(*id, &knots, &mut before);
    }
    let is_held = |id: &u32| knots.get(id).and_then(|knot| knot.action.as_ref()).is_some_and(|a| Some(a.verb) == held);
    let waits = |id: &u32| is_held(id) || before[id].iter().any(is_held);
    let done = |knot: &Knot| knot.key.as_ref().is_some_and(|key| executed.contains(key));
    let done: Vec<(u32, &Action)> = knots
        .iter()
        .filter(|(id, knot)| done(knot) && !waits(id))
        .filter_map(|(id, knot)| Some((*id, knot.action.as_ref()?)))
        .collect();
    let place: BTreeMap<u32, usize> = done.iter().enumerate().map(|(place, (id, _))| (*id, place)).collect();
    let actions = done.iter().map(|(id, action)| {
        let after = before[id].iter().filter_map(|id| place.get(id).copied()).collect();
        Action { after, ..(*action).clone() }
    });
    Ok(actions.collect())
}

fn knots(graph: &Document) -> BTreeMap<u32, Knot> {
    let mut knots = BTreeMap::new();
    for synapse in graph.descendants().filter(|node| node.has_tag_name("synapse")) {
        let within = |name| synapse.children().filter(move |node: &Node| node.has_tag_name(name));
        let inputs: Vec<u32> = within("inputs").flat_map(elements).flat_map(elements).filter_map(id_of).collect();
        for action in within("action_set").flat_map(elements) {
            if let Some(id) = id_of(action) {
                knots.insert(id, knot(action, inputs.clone()));
            }
        }
    }
    knots
}

fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(Node::is_element)
}

fn id_of(action: Node) -> Option<u32> {
    action.attribute("id")?.parse().ok()
}

fn knot(element: Node, inputs: Vec<u32>) -> Knot {
    let attribute = |name| element.attribute(name).unwrap_or_default().to_owned();
    let operation = attribute("operation");
    let node = attribute("on_node");
    let primitive = element.children().find(|child| child.has_tag_name("primitive"));
    let named = primitive.and_then(|primitive| primitive.attribute("id"));
    let is_knot = element.has_tag_name("pseudo_event");
    let resource = named.map_or_else(|| node.clone(), |id| instance_of(id).to_owned());
    let details = element.children().find(|child| child.has_tag_name("attributes"));
    let to = details.and_then(|details| details.attribute("CRM_meta_migrate_target")).map(str::to_owned);
    let verb = Verb::of(&operation).filter(|_| !is_knot);
    let key = verb.map(|_| (operation, resource.clone(), node.clone()));
    let to = to.filter(|_| verb == Some(Verb::Migrate));
    let action = verb.map(|verb| Action { verb, resource, node, to, after: BTreeSet::new() });
    Knot { action, key, inputs }
}

/// The resource of which this is an instance.
fn instance_of(id: &str) -> &str {
    match id.rsplit_once(':') {
        Some((resource, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => resource,
        _ => id,
    }
}

/// Everything that was executed.
fn executed(output: &Document) -> BTreeSet<Key> {
    let transition = output.descendants().filter(|node| node.has_tag_name("transition"));
    let keys = transition.flat_map(elements).filter_map(|element| {
        let of = |name| element.attribute(name).map(str::to_owned);
        match element.tag_name().name() {
            "rsc_action" => Some((of("op")?, instance_of(element.attribute("resource")?).to_owned(), of("node")?)),
            "fencing_action" => Some(("stonith".to_owned(), of("target")?, of("target")?)),
            "cluster_action" => Some((of("task")?, of("node")?, of("node")?)),
            _ => None,
        }
    });
    keys.collect()
}

/// Everything that a knot waits for, directly or not. What waits in a circle waits for itself, and is never done.
fn ancestors(id: u32, knots: &BTreeMap<u32, Knot>, known: &mut BTreeMap<u32, BTreeSet<u32>>) {
    let mut all = BTreeSet::new();
    let mut open: Vec<u32> = knots.get(&id).map(|knot| knot.inputs.clone()).unwrap_or_default();
    while let Some(next) = open.pop() {
        if !all.insert(next) {
            continue;
        }
        match known.get(&next) {
            Some(done) => all.extend(done),
            None => open.extend(knots.get(&next).iter().flat_map(|knot| &knot.inputs)),
        }
    }
    known.insert(id, all);
}
