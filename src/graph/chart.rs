//! Views for the templates of Mermaid and Graphviz: what is drawn, and where the program that draws it puts it.

use serde::Serialize;

use super::Hue;
use super::order::{Kind, Order};
use super::stack::{Cell, Link, Stack};
use super::svg::wrap;
use super::time::{Time, seconds};

/// Boxes and arrows.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    title: String,
    /// `TB` or `LR`.
    direction: &'static str,
    groups: Vec<Group>,
    edges: Vec<Edge>,
    /// Boxes that stand at the same height.
    ranks: Vec<Vec<String>>,
}

#[derive(Debug, Serialize)]
struct Group {
    id: String,
    title: String,
    boxes: Vec<Item>,
}

#[derive(Debug, Serialize)]
struct Item {
    id: String,
    class: &'static str,
    fill: &'static str,
    border: &'static str,
    lines: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Edge {
    from: String,
    to: String,
    label: String,
    /// `order`, `promote`, `apart`, `link`, `below` or `fence`.
    kind: &'static str,
}

/// Both nodes side by side in rows.
#[derive(Debug, Serialize)]
pub(super) struct Grid {
    first: String,
    second: String,
    rows: Vec<GridRow>,
}

#[derive(Debug, Serialize)]
struct GridRow {
    id: String,
    class: &'static str,
    #[serde(skip)]
    hue: Hue,
    left: Vec<String>,
    right: Vec<String>,
    /// What connects both; empty where nothing does.
    middle: Vec<String>,
}

/// Bars over a scale of seconds.
#[derive(Debug, Serialize)]
pub(super) struct Gantt {
    title: String,
    step: u64,
    sections: Vec<Section>,
}

#[derive(Debug, Serialize)]
struct Section {
    name: String,
    tasks: Vec<Task>,
}

#[derive(Debug, Serialize)]
struct Task {
    name: String,
    class: &'static str,
    from: u64,
    to: u64,
}

impl Item {
    fn new(id: String, hue: Hue, lines: Vec<String>) -> Item {
        let [fill, border] = hue.colors();
        Item { id, class: hue.class(), fill, border, lines }
    }
}

/// So many guests are named before the rest is only counted.
const GUESTS: usize = 6;

fn guest_lines(stack: &Stack) -> Vec<String> {
    let mut lines: Vec<String> = stack.guests.iter().take(GUESTS).map(|guest| guest.text.clone()).collect();
    if stack.guests.len() > GUESTS {
        lines.push(format!("and {} more", stack.guests.len() - GUESTS));
    }
    lines
}

fn cell_lines(title: &str, cell: &Cell) -> Vec<String> {
    let note = Some(cell.note.clone()).filter(|note| !note.is_empty());
    [title.to_owned(), cell.name.clone()].into_iter().chain(note).collect()
}

fn link_lines(link: &Link) -> Vec<String> {
    [&link.name, &link.note].into_iter().filter(|text| !text.is_empty()).cloned().collect()
}

/// A row; nothing that reads it breaks lines.
fn grid_row(number: usize, hue: Hue, cells: [Vec<String>; 2], middle: Vec<String>) -> GridRow {
    let [left, right] = cells.map(|lines| lines.iter().flat_map(|line| wrap(line)).collect());
    GridRow { id: format!("r{number}"), class: hue.class(), hue, left, right, middle }
}

/// The rows of a stack: a line of boxes for each thing of each layer.
pub(super) fn grid(stack: &Stack) -> Grid {
    let mut rows = Vec::new();
    if !stack.guests.is_empty() {
        let lines: Vec<String> = ["Guests".to_owned()].into_iter().chain(guest_lines(stack)).collect();
        let middle = link_lines(&stack.migration);
        rows.push(grid_row(0, Hue::Guest, [lines.clone(), lines], middle));
    }
    for layer in &stack.layers {
        for row in &layer.rows {
            let cells = row.cells.each_ref().map(|cell| cell_lines(layer.title, cell));
            let middle = row.link.as_ref().or(layer.link.as_ref()).map(link_lines).unwrap_or_default();
            rows.push(grid_row(rows.len(), layer.hue, cells, middle));
        }
    }
    let fences = stack.fencing.iter().map(Vec::len).max().unwrap_or_default();
    for at in 0..fences {
        let cells = stack.fencing.each_ref().map(|cells| match cells.get(at) {
            Some(cell) => cell_lines("Fencing", cell),
            None => Vec::new(),
        });
        rows.push(grid_row(rows.len(), Hue::Fence, cells, Vec::new()));
    }
    Grid { first: stack.nodes[0].clone(), second: stack.nodes[1].clone(), rows }
}

/// The stack as boxes: a chain of them for each node.
pub(super) fn of_stack(stack: &Stack) -> Chart {
    let Grid { first, second, rows } = grid(stack);
    let mut groups = [first, second].map(|title| Group { id: String::new(), title, boxes: Vec::new() });
    let (mut edges, mut ranks) = (Vec::new(), Vec::new());
    let mut last: [Option<String>; 2] = [None, None];
    for row in rows {
        let ids = ["a", "b"].map(|side| format!("{side}{}", row.id));
        let mut rank = Vec::new();
        for (node, lines) in [row.left, row.right].into_iter().enumerate().filter(|(_, lines)| !lines.is_empty()) {
            if let Some(above) = last[node].replace(ids[node].clone()) {
                edges.push(Edge { from: above, to: ids[node].clone(), label: String::new(), kind: "below" });
            }
            rank.push(ids[node].clone());
            groups[node].boxes.push(Item::new(ids[node].clone(), row.hue, lines));
        }
        if !row.middle.is_empty() {
            let [from, to] = ids;
            edges.push(Edge { from, to, label: row.middle.join(", "), kind: "link" });
        }
        ranks.push(rank);
    }
    for (at, group) in groups.iter_mut().enumerate() {
        group.id = format!("cluster_node{}", at + 1);
    }
    Chart { title: format!("Cluster {}", stack.cluster), direction: "TB", groups: groups.into(), edges, ranks }
}

/// The order: a group for each stage.
pub(super) fn of_order(cluster: &str, order: &Order) -> Chart {
    let item = |at: usize, prefix: &str, card: &super::order::Card| {
        let mut lines = vec![card.id.clone()];
        lines.extend((!card.members.is_empty()).then(|| card.members.join(", then ")));
        lines.push(card.runs.to_owned());
        lines.extend(card.alone.iter().cloned());
        Item::new(format!("{prefix}{at}"), card.hue, lines)
    };
    let mut groups = Vec::new();
    for (number, stage) in order.stages().iter().enumerate() {
        let boxes = stage.iter().map(|at| item(*at, "c", &order.cards[*at])).collect();
        groups.push(Group {
            id: format!("cluster_stage{}", number + 1),
            title: format!("stage {}", number + 1),
            boxes,
        });
    }
    let boxes = order.fencing.iter().enumerate().map(|(at, card)| item(at, "f", card)).collect();
    groups.push(Group { id: "cluster_fencing".into(), title: "fence devices, in no order".into(), boxes });
    let edge = |link: &super::order::Link| {
        let (kind, label) = match link.kind {
            Kind::Start => ("order", "start"),
            Kind::Promote => ("promote", "promote"),
            Kind::Serialize => ("apart", "never together"),
        };
        Edge { from: format!("c{}", link.from), to: format!("c{}", link.to), label: label.to_owned(), kind }
    };
    let edges = order.links.iter().map(edge).collect();
    let title = format!("Start order of {cluster}; it stops in the reverse order");
    Chart { title, direction: "TB", groups, edges, ranks: Vec::new() }
}

/// The time budget: a chain of waits, each longer than the one before, and beside it the others.
pub(super) fn of_time(time: &Time) -> Chart {
    let mut groups = [("cluster_chain", "each longer than the one before"), ("cluster_others", "beside them")]
        .map(|(id, title)| Group { id: id.into(), title: title.into(), boxes: Vec::new() });
    let mut edges = Vec::new();
    let mut last: [Option<String>; 2] = [None, None];
    for (at, bar) in time.bars.iter().enumerate() {
        let id = format!("t{at}");
        let hue = bar.parts.last().map_or(Hue::Kvm, |part| part.hue);
        let lines = [vec![bar.name.clone(), seconds(bar.length())], wrap(&bar.why)].concat();
        let group = usize::from(!bar.chained);
        groups[group].boxes.push(Item::new(id.clone(), hue, lines));
        if let Some(from) = last[group].replace(id.clone()) {
            let over = bar.over.as_ref().map(|(ms, what)| format!("longer than {}: {what}", seconds(*ms)));
            let (kind, label) = match (bar.chained, over) {
                (true, over) => ("order", over.unwrap_or_else(|| "then".into())),
                (false, _) => ("below", String::new()),
            };
            edges.push(Edge { from, to: id, label, kind });
        }
    }
    let title = format!("Time budget of {}", time.cluster);
    Chart { title, direction: "TB", groups: groups.into(), edges, ranks: Vec::new() }
}

/// The distances between the lines of the scale, in seconds.
const STEPS: [u64; 7] = [10, 30, 60, 120, 300, 600, 1800];

/// The time budget as bars.
pub(super) fn gantt(time: &Time) -> Gantt {
    let end = time.bars.iter().map(super::time::Bar::end).max().unwrap_or(1000);
    let step = STEPS.iter().find(|step| end / (1000 * **step) <= 12).copied().unwrap_or(3600);
    let sections = time.bars.iter().map(|bar| {
        let mut from = bar.from;
        let tasks = bar.parts.iter().map(|part| {
            let name = match part.name.as_str() {
                "limit" => seconds(part.length),
                name => format!("{name} {}", seconds(part.length)),
            };
            let class = match part.hue {
                Hue::Fence => "crit",
                Hue::Kvm => "done",
                _ => "",
            };
            let task = Task { name, class, from, to: from + part.length };
            from = task.to;
            task
        });
        let tasks = tasks.collect();
        let over = bar.over.as_ref().map(|(ms, _)| format!(", over {}", seconds(*ms)));
        Section { name: format!("{}{}", bar.name, over.unwrap_or_default()), tasks }
    });
    let sections = sections.collect();
    Gantt { title: format!("Time budget of {}", time.cluster), step, sections }
}
