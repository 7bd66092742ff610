//! The stack: one column for each node, layer by layer, and between them what connects the layers.

use super::super::stack::{Cell, Guest, Layer, Link, Row, Stack};
use super::{Area, Heads, Hue, LINES, MARGIN, NAME, NOTE, Picture, Size, TITLE};

/// The least and the most that a box is wide.
const BOX: (i64, i64) = (250, 360);
/// Between the columns.
const MIDDLE: i64 = 210;
/// Around the layers of a node.
const PAD: i64 = 12;
/// The bar beside the layers that says who starts them.
const BAR: i64 = 26;
/// Between layers.
const GAP: i64 = 8;
/// From the edge of a box to its text.
const INSET: i64 = 16;
/// Between a node and what cuts its power.
const APART: i64 = 40;
/// So many guests are named before the rest is only counted.
const GUESTS: usize = 12;
/// A guest's box.
const CHIP: i64 = 24;

/// Where everything stands from left to right.
struct Columns {
    /// Of a box.
    width: i64,
    /// The frames of the nodes.
    frames: [i64; 2],
    /// The boxes in them.
    boxes: [i64; 2],
    /// The bars in them.
    bars: [i64; 2],
}

impl Columns {
    fn new(stack: &Stack) -> Columns {
        let cells = stack.layers.iter().flat_map(|layer| &layer.rows).flat_map(|row| &row.cells);
        let widest = cells
            .chain(stack.fencing.iter().flatten())
            .map(|cell| NAME.width(&cell.name).max(NOTE.width(&cell.note)))
            .max()
            .unwrap_or_default();
        let width = (widest + 2 * INSET).clamp(BOX.0, BOX.1);
        let frame = width + BAR + GAP + 2 * PAD;
        let frames = [MARGIN, MARGIN + frame + MIDDLE];
        Columns {
            width,
            frames,
            boxes: [frames[0] + PAD + BAR + GAP, frames[1] + PAD],
            bars: [frames[0] + PAD, frames[1] + PAD + width + GAP],
        }
    }

    fn frame(&self) -> i64 {
        self.width + BAR + GAP + 2 * PAD
    }

    /// The area of a box.
    fn area(&self, node: usize, y: i64, height: i64) -> Area {
        Area { x: self.boxes[node], y, width: self.width, height }
    }

    /// Where a connection begins and ends.
    fn gap(&self) -> (i64, i64) {
        (self.boxes[0] + self.width + 3, self.boxes[1] - 3)
    }

    fn room(&self) -> i64 {
        self.width - 2 * INSET
    }
}

/// The picture of a stack.
pub(in crate::graph) fn draw(stack: &Stack) -> Picture {
    let columns = Columns::new(stack);
    let mut picture = Picture::new(format!("Cluster {}", stack.cluster), &stack.about, description(stack));
    // The frames are drawn first, and their height is known last.
    let behind = picture.shapes.len();
    let top = Picture::TOP;
    let mut y = top + PAD;
    let heads = stack.nodes.each_ref().map(|node| HEAD_OF_NODE.wrap(node, columns.frame() - 2 * PAD, LINES));
    for (node, lines) in heads.iter().enumerate() {
        picture.lines("node", HEAD_OF_NODE, (columns.frames[node] + PAD + 2, y), lines);
    }
    y += HEAD_OF_NODE.line * lines_of(heads.iter().map(Vec::len).max()) + 6;
    let managed = y;
    let mut managed_to = y;
    if !stack.guests.is_empty() {
        y = guests(&mut picture, &columns, stack, y) + GAP;
    }
    for layer in &stack.layers {
        y = draw_layer(&mut picture, &columns, layer, y);
        if layer.managed {
            managed_to = y;
        }
        y += GAP;
    }
    let bottom = y - GAP + PAD;
    bars(&mut picture, &columns, managed, managed_to);
    let end = fencing(&mut picture, &columns, stack, bottom);
    let fore = picture.shapes.split_off(behind);
    for x in columns.frames {
        picture.area("frame", Area { x, y: top, width: columns.frame(), height: bottom - top }, 12);
    }
    picture.shapes.extend(fore);
    let mut height = end + MARGIN;
    if !stack.guests.is_empty() {
        picture.text(
            "note",
            MARGIN,
            end + 22,
            "A filled guest runs where it prefers to; an outlined one can run or move there.",
        );
        height += 22;
    }
    picture.done(columns.frames[1] + columns.frame() + MARGIN, height)
}

/// A node's name.
const HEAD_OF_NODE: Size = Size { px: 16, line: 22, bold: true };

fn lines_of(count: Option<usize>) -> i64 {
    i64::try_from(count.unwrap_or_default()).unwrap_or_default()
}

fn description(stack: &Stack) -> String {
    let layers: Vec<String> = stack
        .layers
        .iter()
        .map(|layer| {
            let names: Vec<&str> = layer.rows.iter().map(|row| row.cells[0].name.as_str()).collect();
            format!("{} ({})", layer.title, names.join(", "))
        })
        .collect();
    format!(
        "{} and {} side by side, from top to bottom: {}{}. Each node's power is cut by the other.",
        stack.nodes[0],
        stack.nodes[1],
        if stack.guests.is_empty() { String::new() } else { format!("{} guests, ", stack.guests.len()) },
        layers.join(", ")
    )
}

/// A guest in its box, or how many there are beside those that are named.
fn chips(guests: &[Guest]) -> Vec<(String, Option<usize>)> {
    let chip = |guest: &Guest| (guest.text.clone(), guest.prefers);
    let mut chips: Vec<_> = guests.iter().take(GUESTS).map(chip).collect();
    if guests.len() > GUESTS {
        chips.push((format!("and {} more", guests.len() - GUESTS), None));
    }
    chips
}

fn guests(picture: &mut Picture, columns: &Columns, stack: &Stack, y: i64) -> i64 {
    let inner = y + 8 + TITLE.line;
    let mut placed = Vec::new();
    let (mut x, mut line) = (0, inner + 2);
    for (text, prefers) in chips(&stack.guests) {
        let lines = NOTE.wrap(&text, columns.room() - 16, 2);
        let width = lines.iter().map(|line| NOTE.width(line)).max().unwrap_or_default() + 16;
        let height = CHIP + NOTE.line * (lines_of(Some(lines.len())) - 1);
        if x > 0 && x + width > columns.room() {
            (x, line) = (0, line + CHIP + 6);
        }
        placed.push((Area { x, y: line, width, height }, lines, prefers));
        x += width + 6;
        if height > CHIP {
            (x, line) = (0, line + height + 6);
        }
    }
    let bottom = placed.iter().map(|(area, ..)| area.bottom()).max().unwrap_or(inner) + 12;
    for node in 0..2 {
        let area = columns.area(node, y, bottom - y);
        picture.card(Hue::Guest, area);
        picture.text("title", area.x + INSET, y + 8 + TITLE.px, "Guests");
        for (chip, lines, prefers) in &placed {
            let x = area.x + INSET + chip.x;
            picture.area(if *prefers == Some(node) { "chip here" } else { "chip" }, Area { x, ..*chip }, 6);
            picture.lines(if *prefers == Some(node) { "note here" } else { "note" }, NOTE, (x + 8, chip.y + 5), lines);
        }
    }
    connect(picture, columns, Hue::Guest, &stack.migration, (y + bottom) / 2);
    bottom
}

/// The lines of a cell.
struct Lines {
    name: Vec<String>,
    note: Vec<String>,
}

fn cell_lines(room: i64, cell: &Cell) -> Lines {
    let note = match cell.note.as_str() {
        "" => Vec::new(),
        note => NOTE.wrap(note, room, LINES),
    };
    Lines { name: NAME.wrap(&cell.name, room, LINES), note }
}

impl Lines {
    fn height(&self) -> i64 {
        NAME.line * lines_of(Some(self.name.len())) + NOTE.line * lines_of(Some(self.note.len()))
    }

    fn draw(&self, picture: &mut Picture, x: i64, y: i64) {
        let y = picture.lines("name", NAME, (x, y), &self.name);
        picture.lines("note", NOTE, (x, y), &self.note);
    }
}

/// What a connection needs at least, with its words above and below.
const LINK: i64 = 40;

fn draw_layer(picture: &mut Picture, columns: &Columns, layer: &Layer, y: i64) -> i64 {
    let mut at = y + 8 + TITLE.line;
    let mut rows: Vec<(i64, [Lines; 2], i64, &Row)> = Vec::new();
    for row in &layer.rows {
        let cells = row.cells.each_ref().map(|cell| cell_lines(columns.room(), cell));
        let least = if row.link.is_some() { LINK } else { 0 };
        let height = cells.iter().map(Lines::height).max().unwrap_or_default().max(least);
        rows.push((at, cells, height, row));
        at += height + 6;
    }
    let bottom = at.max(y + 8 + LINK) + 4;
    for node in 0..2 {
        let area = columns.area(node, y, bottom - y);
        picture.card(layer.hue, area);
        picture.text("title", area.x + INSET, y + 8 + TITLE.px, layer.title);
        for (at, cells, ..) in &rows {
            cells[node].draw(picture, area.x + INSET, *at);
        }
    }
    if let Some(link) = &layer.link {
        connect(picture, columns, layer.hue, link, (y + bottom) / 2);
    }
    for (at, _, height, row) in &rows {
        if let Some(link) = &row.link {
            connect(picture, columns, layer.hue, link, at + height / 2);
        }
    }
    bottom
}

/// An arrow between the columns, with its words above and below it.
fn connect(picture: &mut Picture, columns: &Columns, hue: Hue, link: &Link, y: i64) {
    let (from, to) = columns.gap();
    picture.arrow(hue.class(), (from, y), (to, y), Heads::Both);
    let middle = (from + to) / 2;
    let room = MIDDLE - 16;
    let above = NOTE.wrap(&link.name, room, 1);
    let below = NOTE.wrap(&link.note, room, 1);
    picture.text("link strong", middle, y - 7, &above[0]);
    picture.text("link", middle, y + 16, &below[0]);
}

fn bars(picture: &mut Picture, columns: &Columns, from: i64, to: i64) {
    for x in columns.bars {
        let area = Area { x, y: from, width: BAR, height: to - from };
        picture.area("bar", area, 8);
        let (x, y) = area.center();
        picture.turned("turned", x, y, "started by Pacemaker");
    }
}

/// What cuts the power of each node, below it, and who uses it: the other node.
fn fencing(picture: &mut Picture, columns: &Columns, stack: &Stack, bottom: i64) -> i64 {
    let top = bottom + APART;
    let room = columns.frame() - 2 * INSET;
    let cells =
        stack.fencing.each_ref().map(|cells| cells.iter().map(|cell| cell_lines(room, cell)).collect::<Vec<_>>());
    let height = |lines: &Vec<Lines>| lines.iter().map(|lines| lines.height() + 6).sum::<i64>() + 8 + TITLE.line + 4;
    let height = cells.iter().map(height).max().unwrap_or_default();
    let edges = [columns.frames[0] + columns.frame(), columns.frames[1]];
    for (node, cells) in cells.iter().enumerate() {
        let x = columns.frames[node];
        let area = Area { x, y: top, width: columns.frame(), height };
        picture.card(Hue::Fence, area);
        picture.text("title", x + INSET, top + 8 + TITLE.px, "Fencing: cuts the power of this node");
        let mut y = top + 8 + TITLE.line;
        for lines in cells {
            lines.draw(picture, x + INSET, y);
            y += lines.height() + 6;
        }
        picture.path("line fence", format!("M{} {}V{}", x + columns.frame() / 2, top, bottom + 9));
        picture.head("fence", (x + columns.frame() / 2, top), (x + columns.frame() / 2, bottom + 3));
        let other = 1 - node;
        let (from, to) = ((edges[other], bottom - 16), (edges[node], top + 26));
        let aside = if node == 0 { (-3, 3) } else { (3, -3) };
        picture.arrow("fence", (from.0 + aside.0, from.1), (to.0 + aside.1, to.1), Heads::End);
    }
    let middle = (edges[0] + edges[1]) / 2;
    picture.area("tag fence", Area { x: middle - 34, y: bottom + 1, width: 68, height: 20 }, 10);
    picture.text("link strong", middle, bottom + 15, "fencing");
    top + height
}
