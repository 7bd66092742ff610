//! The order: a band for each stage, from top to bottom; in it what starts together.

use super::super::order::{Card, Kind, Link, Order};
use super::{Area, Heads, Hue, LINES, MARGIN, NAME, NOTE, Picture, TITLE};

/// The least and the most that a card is wide.
const CARD: (i64, i64) = (190, 270);
/// Between cards.
const GAP: i64 = 18;
/// So many cards stand side by side.
const ACROSS: usize = 4;
/// On each side, for the arrows of starting and of stopping.
const SIDE: i64 = 56;
/// Between stages, where the constraints are drawn.
const BETWEEN: i64 = 58;
/// Inside a band, and inside a card.
const PAD: i64 = 16;

/// A card with its lines and its place.
struct Placed {
    name: Vec<String>,
    members: Vec<String>,
    notes: Vec<String>,
    area: Area,
}

/// The picture of an order.
pub(in crate::graph) fn draw(cluster: &str, order: &Order) -> Picture {
    let stages = order.stages();
    let title = format!("Start and stop order of {cluster}");
    let subtitle =
        "Pacemaker starts from top to bottom and stops from bottom to top. Nothing waits for what stands beside it.";
    let mut picture = Picture::new(title, subtitle, description(order, &stages));
    let width = card_width(order);
    let across = stages.iter().map(Vec::len).max().unwrap_or(1).max(order.fencing.len()).clamp(2, ACROSS);
    let inner = across_width(across, width);
    let band = Area { x: MARGIN + SIDE, y: 0, width: inner + 2 * PAD, height: 0 };
    let mut placed: Vec<Option<Placed>> = order.cards.iter().map(|_| None).collect();
    let mut y = Picture::TOP;
    let top = y;
    for stage in &stages {
        let bottom = place(order, stage, &mut placed, (band.x + PAD, y + PAD), (width, inner));
        picture.area("frame", Area { y, height: bottom + PAD - y, ..band }, 12);
        y = bottom + PAD + BETWEEN;
    }
    let bottom = y - BETWEEN;
    let all: Vec<Placed> = placed.into_iter().flatten().collect();
    links(&mut picture, order, &stages, &all, band);
    for (card, placed) in order.cards.iter().zip(&all) {
        card_at(&mut picture, card.hue, placed);
    }
    sides(&mut picture, band, (top, bottom));
    let end = fencing(&mut picture, order, Area { y: bottom + 26, ..band }, (width, inner));
    legend(&mut picture, order, band.x, end + 24);
    picture.done(band.right() + SIDE + MARGIN, end + 44 + MARGIN)
}

fn across_width(cards: usize, width: i64) -> i64 {
    let cards = i64::try_from(cards).unwrap_or_default();
    cards * width + (cards - 1) * GAP
}

fn card_width(order: &Order) -> i64 {
    let texts = |card: &Card| {
        let notes = card.words().map(|note| NOTE.width(note)).max().unwrap_or_default();
        NAME.width(&card.id).max(notes).max(NOTE.width(&members(card)))
    };
    let widest = order.cards.iter().chain(&order.fencing).map(texts).max().unwrap_or_default();
    (widest + 2 * PAD).clamp(CARD.0, CARD.1)
}

fn members(card: &Card) -> String {
    match card.members.as_slice() {
        [] => card.runs.to_owned(),
        members => format!("{}; {}", members.join(", then "), card.runs),
    }
}

fn description(order: &Order, stages: &[Vec<usize>]) -> String {
    let stage = |stage: &Vec<usize>| stage.iter().map(|at| order.cards[*at].id.as_str()).collect::<Vec<_>>().join(", ");
    let stages: Vec<String> = stages.iter().map(stage).collect();
    format!("Pacemaker starts first {}; it stops in the reverse order.", stages.join("; then "))
}

fn lines_of(card: &Card, width: i64) -> Placed {
    let room = width - 2 * PAD;
    let notes = card.words().flat_map(|note| NOTE.wrap(note, room, LINES)).collect();
    Placed {
        name: NAME.wrap(&card.id, room, LINES),
        members: NOTE.wrap(&members(card), room, LINES),
        notes,
        area: Area { x: 0, y: 0, width, height: 0 },
    }
}

impl Placed {
    fn height(&self) -> i64 {
        let count = |lines: &Vec<String>| i64::try_from(lines.len()).unwrap_or_default();
        NAME.line * count(&self.name) + NOTE.line * (count(&self.members) + count(&self.notes)) + 2 * 10 + 4
    }
}

/// Gives the cards of a stage their places, row by row and each row in the middle; says where the last row ends.
fn place(
    order: &Order,
    stage: &[usize],
    placed: &mut [Option<Placed>],
    (x, mut y): (i64, i64),
    (width, inner): (i64, i64),
) -> i64 {
    for row in stage.chunks(ACROSS) {
        let cards: Vec<Placed> = row.iter().map(|at| lines_of(&order.cards[*at], width)).collect();
        let height = cards.iter().map(Placed::height).max().unwrap_or_default();
        let mut at = x + (inner - across_width(row.len(), width)) / 2;
        for (position, card) in row.iter().zip(cards) {
            placed[*position] = Some(Placed { area: Area { x: at, y, width, height }, ..card });
            at += width + GAP;
        }
        y += height + GAP;
    }
    y - GAP
}

fn card_at(picture: &mut Picture, hue: Hue, card: &Placed) {
    picture.card(hue, card.area);
    let x = card.area.x + PAD;
    let y = picture.lines("name", NAME, (x, card.area.y + 10), &card.name);
    let y = picture.lines("note", NOTE, (x, y), &card.members);
    picture.lines("note strong", NOTE, (x, y + 4), &card.notes);
}

/// The constraints as arrows, where both stages have one row; else the stages as one arrow, and the cards say the rest.
fn links(picture: &mut Picture, order: &Order, stages: &[Vec<usize>], placed: &[Placed], band: Area) {
    let one_row = |card: usize| stages[order.cards[card].stage].len() <= ACROSS;
    for link in &order.links {
        let (from, to) = (placed[link.from].area, placed[link.to].area);
        match link.kind {
            Kind::Serialize if one_row(link.from) => apart(picture, from, to),
            Kind::Start | Kind::Promote if one_row(link.from) && one_row(link.to) => after(picture, link, from, to),
            _ => {}
        }
    }
    for pair in stages.windows(2) {
        let (Some(from), Some(to)) = (pair[0].last(), pair[1].first()) else { continue };
        if pair.iter().any(|stage| stage.len() > ACROSS) {
            let x = band.x + band.width / 2;
            picture.arrow(
                "order",
                (x, placed[*from].area.bottom() + PAD + 6),
                (x, placed[*to].area.y - PAD - 6),
                Heads::End,
            );
        }
    }
}

/// An arrow from the bottom of one card to the top of the other.
fn after(picture: &mut Picture, link: &Link, from: Area, to: Area) {
    let class = if link.kind == Kind::Promote { "promote" } else { "order" };
    let ((x1, _), (x2, _)) = (from.center(), to.center());
    let (y1, y2) = (from.bottom() + 1, to.y - 3);
    // Two arrows that come from different sides do not end in one point.
    let x2 = x2 + ((x1 - x2) / 8).clamp(-to.width / 3, to.width / 3);
    let middle = y2 - (BETWEEN + 2 * PAD) / 2;
    picture.path(format!("line {class}"), format!("M{x1} {y1}C{x1} {middle} {x2} {middle} {x2} {}", y2 - 6));
    picture.head(class, (x2, y2 - 20), (x2, y2));
}

/// A dashed line below two cards that are never started together.
fn apart(picture: &mut Picture, from: Area, to: Area) {
    let (left, right) = if from.x < to.x { (from, to) } else { (to, from) };
    let y = left.bottom().max(right.bottom()) + 1;
    let (x1, x2) = (left.right() - 30, right.x + 30);
    picture.path("line apart", format!("M{x1} {y}C{x1} {} {x2} {} {x2} {y}", y + 16, y + 16));
}

/// Starting on the left, stopping on the right.
fn sides(picture: &mut Picture, band: Area, (top, bottom): (i64, i64)) {
    let (left, right) = (band.x - SIDE / 2, band.right() + SIDE / 2);
    picture.arrow("go", (left, top + 4), (left, bottom - 4), Heads::End);
    picture.arrow("halt", (right, bottom - 4), (right, top + 4), Heads::End);
    picture.turned("turned", left - 14, (top + bottom) / 2, "start");
    picture.turned("turned", right + 16, (top + bottom) / 2, "stop");
}

/// The fence devices in a band of their own.
fn fencing(picture: &mut Picture, order: &Order, band: Area, (width, inner): (i64, i64)) -> i64 {
    let mut y = band.y + 12 + TITLE.line + 8;
    let mut cards = Vec::new();
    for row in order.fencing.chunks(ACROSS) {
        let row: Vec<Placed> = row.iter().map(|card| lines_of(card, width)).collect();
        let height = row.iter().map(Placed::height).max().unwrap_or_default();
        let mut x = band.x + PAD + (inner - across_width(row.len(), width)) / 2;
        for card in row {
            cards.push(Placed { area: Area { x, y, width, height }, ..card });
            x += width + GAP;
        }
        y += height + GAP;
    }
    let bottom = y - GAP + PAD;
    picture.area("frame loose", Area { height: bottom - band.y, ..band }, 12);
    picture.text("title", band.x + PAD, band.y + 12 + TITLE.px, "Fence devices: in no order with the others");
    for card in &cards {
        card_at(picture, Hue::Fence, card);
    }
    bottom
}

fn legend(picture: &mut Picture, order: &Order, mut x: i64, y: i64) {
    let entries = [
        (Kind::Start, "order", "starts after it, and only where it runs"),
        (Kind::Promote, "promote", "the same, and once it is promoted there"),
        (Kind::Serialize, "apart", "never started at the same time"),
    ];
    for (kind, class, words) in entries {
        if !order.links.iter().any(|link| link.kind == kind) {
            continue;
        }
        picture.path(format!("line {class}"), format!("M{x} {y}h24"));
        picture.text("note", x + 32, y + 4, words);
        x += 32 + NOTE.width(words) + 28;
    }
}
