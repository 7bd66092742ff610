//! In which order Pacemaker starts what, read off the constraints that it gets. It stops in the reverse order.

use std::collections::BTreeMap;

use crate::pacemaker::{CloneOf, Colocation, Configuration, Location, Primitive, Statement};

use super::Hue;

/// All resources, by what has to be started before them.
#[derive(Debug)]
pub(super) struct Order {
    /// The resources that others may wait for.
    pub cards: Vec<Card>,
    /// What waits for what.
    pub links: Vec<Link>,
    /// The fence devices: nothing waits for them.
    pub fencing: Vec<Card>,
}

/// One resource, group or clone.
#[derive(Debug)]
pub(super) struct Card {
    /// Its id.
    pub id: String,
    /// Its colour.
    pub hue: Hue,
    /// What is in it, in the order in which it starts.
    pub members: Vec<String>,
    /// Where it runs.
    pub runs: &'static str,
    /// The constraints in words that bind it alone, or that no arrow can show.
    pub alone: Vec<String>,
    /// The others in words.
    pub notes: Vec<String>,
    /// The stage in which it starts, from 0.
    pub stage: usize,
}

impl Card {
    /// Its constraints in words.
    pub(super) fn words(&self) -> impl Iterator<Item = &String> {
        self.notes.iter().chain(&self.alone)
    }
}

/// A constraint between two cards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    /// What is first.
    pub from: usize,
    /// What is started then.
    pub to: usize,
    /// What it asks for.
    pub kind: Kind,
}

/// What a constraint between two resources asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The first is started before, and the other runs only where it does.
    Start,
    /// The same, and the first has to be promoted.
    Promote,
    /// Never both at the same time.
    Serialize,
}

impl Order {
    /// The order of a configuration.
    pub(super) fn new(configuration: &Configuration) -> Order {
        let mut cards: Vec<Card> = Vec::new();
        let mut fencing: Vec<Card> = Vec::new();
        for statement in configuration.statements() {
            match statement {
                Statement::Primitive(primitive) if primitive.class == "stonith" => fencing.push(card(primitive)),
                Statement::Primitive(primitive) => add(&mut cards, primitive),
                Statement::Clone(clone) => cloned(&mut cards, clone),
                Statement::Location(location) => {
                    let note = place(location);
                    let both = cards.iter_mut().chain(&mut fencing);
                    both.filter(|card| card.id == location.resource).for_each(|card| card.alone.push(note.clone()));
                }
                _ => {}
            }
        }
        let links = links(configuration, &mut cards);
        stages(&mut cards, &links);
        Order { cards, links, fencing }
    }

    /// The cards by stage, as their positions.
    pub(super) fn stages(&self) -> Vec<Vec<usize>> {
        let mut stages: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (position, card) in self.cards.iter().enumerate() {
            stages.entry(card.stage).or_default().push(position);
        }
        stages.into_values().collect()
    }
}

fn card(primitive: &Primitive) -> Card {
    let hue = match primitive.agent.as_str() {
        _ if primitive.class == "stonith" => Hue::Fence,
        "drbd" => Hue::Drbd,
        "Filesystem" => Hue::Gfs2,
        "LVM-activate" | "clvm" => Hue::Lvm,
        "VirtualDomain" => Hue::Guest,
        _ => Hue::Cluster,
    };
    let (id, members) = match &primitive.group {
        Some(group) => (group.clone(), vec![primitive.id.clone()]),
        None => (primitive.id.clone(), Vec::new()),
    };
    Card { id, hue, members, runs: "on one node", alone: Vec::new(), notes: Vec::new(), stage: 0 }
}

/// Adds a resource, or a member to its group. A group has the colour of what it is there for: its last member.
fn add(cards: &mut Vec<Card>, primitive: &Primitive) {
    let new = card(primitive);
    match cards.iter_mut().find(|card| card.id == new.id) {
        Some(group) => {
            group.hue = new.hue;
            group.members.extend(new.members);
        }
        None => cards.push(new),
    }
}

fn cloned(cards: &mut [Card], clone: &CloneOf) {
    if let Some(card) = cards.iter_mut().find(|card| card.id == clone.of) {
        card.id = clone.id();
        card.runs = if clone.promotable.is_some() { "promoted on both nodes" } else { "on both nodes" };
    }
}

fn place(location: &Location) -> String {
    match location.prefers {
        Some(score) => format!("prefers {} ({score})", location.node),
        None => format!("never on {}", location.node),
    }
}

/// The links, and their words on the cards that they bind.
fn links(configuration: &Configuration, cards: &mut [Card]) -> Vec<Link> {
    let mut colocations: Vec<&Colocation> = configuration
        .statements()
        .filter_map(|statement| match statement {
            Statement::Colocation(colocation) => Some(colocation),
            _ => None,
        })
        .collect();
    let position = |cards: &[Card], id: &str| cards.iter().position(|card| card.id == id);
    let mut links = Vec::new();
    for statement in configuration.statements() {
        let Statement::Order(order) = statement else { continue };
        let (Some(from), Some(to)) = (position(cards, &order.first), position(cards, &order.then)) else { continue };
        let kind = match order.first_action {
            _ if order.serialize => Kind::Serialize,
            "promote" => Kind::Promote,
            _ => Kind::Start,
        };
        let before = colocations.len();
        if kind != Kind::Serialize {
            colocations.retain(|one| one.resource != order.then || one.with != order.first);
        }
        let with = if colocations.len() < before { "after and with" } else { "after" };
        let notes = if kind == Kind::Serialize { &mut cards[to].alone } else { &mut cards[to].notes };
        notes.push(match kind {
            Kind::Serialize => format!("never while {} starts", order.first),
            Kind::Promote => format!("{with} {}, promoted", order.first),
            Kind::Start => format!("{with} {}", order.first),
        });
        links.push(Link { from, to, kind });
    }
    for colocation in colocations {
        if let Some(at) = position(cards, &colocation.resource) {
            cards[at].alone.push(format!("with {}", colocation.with));
        }
    }
    links
}

/// Each card stands one stage below the lowest of those that it waits for. There is no circle: Pacemaker would start none of it.
fn stages(cards: &mut [Card], links: &[Link]) {
    for _ in 0..cards.len() {
        let mut moved = false;
        for link in links.iter().filter(|link| link.kind != Kind::Serialize) {
            let least = cards[link.from].stage + 1;
            if cards[link.to].stage < least {
                cards[link.to].stage = least;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
}
