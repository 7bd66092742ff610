//! The time budget: a bar for each wait, over one scale of seconds.

use super::super::time::{Bar, Time, seconds};
use super::{Area, Hue, LINES, MARGIN, NAME, NOTE, Picture, Shape};

/// The names.
const NAMES: i64 = 230;
/// The scale.
const PLOT: i64 = 640;
/// How long each is.
const VALUES: i64 = 110;
/// A bar.
const BAR: i64 = 20;
/// What stands above the bars: the scale's numbers.
const SCALE: i64 = 26;
/// The distances that the scale may have, in seconds.
const STEPS: [u64; 12] = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 3600];
/// So many numbers stand on the scale at most.
const TICKS: u64 = 12;

/// Where a moment stands.
struct Scale {
    x: i64,
    /// The last moment, in milliseconds.
    end: u64,
}

impl Scale {
    /// A scale that ends a little after the last of the chain. What is longer is cut off: it would make the rest small.
    fn new(time: &Time) -> Scale {
        let longest = time.bars.iter().filter(|bar| bar.chained).map(Bar::end).max().unwrap_or(1000);
        Scale { x: MARGIN + NAMES, end: longest * 112 / 100 }
    }

    fn at(&self, ms: u64) -> i64 {
        let along = u128::from(ms.min(self.end)) * (PLOT as u128) / u128::from(self.end);
        self.x + i64::try_from(along).unwrap_or(PLOT)
    }

    fn step(&self) -> u64 {
        let most = |step: &&u64| self.end / (1000 * **step) <= TICKS;
        STEPS.iter().find(most).copied().unwrap_or(7200)
    }
}

/// The picture of a time budget.
pub(in crate::graph) fn draw(time: &Time) -> Picture {
    let title = format!("Time budget of {}", time.cluster);
    let subtitle = "Seconds after a node or a link is lost. Each layer waits longer than what it waits for.";
    let mut picture = Picture::new(title, subtitle, description(time));
    let scale = Scale::new(time);
    let top = Picture::TOP + SCALE;
    let behind = picture.shapes.len();
    let mut y = top + 10;
    let mut rows = Vec::new();
    for bar in &time.bars {
        let height = row(&mut picture, &scale, bar, y);
        rows.push((y, bar));
        y += height;
    }
    needs(&mut picture, &scale, &rows);
    // Words are drawn last, so that no line crosses them.
    let mut fore = picture.shapes.split_off(behind);
    fore.sort_by_key(|shape| matches!(shape, Shape::Text { .. }));
    grid(&mut picture, &scale, top, y);
    picture.shapes.extend(fore);
    let end = legend(&mut picture, y + 24);
    picture.done(scale.x + PLOT + VALUES + MARGIN, end + MARGIN)
}

fn description(time: &Time) -> String {
    let one = |bar: &Bar| {
        let over = bar.over.as_ref().map(|(ms, what)| format!(", more than {} ({what})", seconds(*ms)));
        format!("{} {}{}", bar.name, seconds(bar.length()), over.unwrap_or_default())
    };
    time.bars.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn grid(picture: &mut Picture, scale: &Scale, top: i64, bottom: i64) {
    let area = Area { x: scale.x, y: top, width: PLOT, height: bottom - top };
    picture.area("frame", area, 4);
    let step = scale.step();
    for s in (0..).map(|at| at * step).take_while(|s| s * 1000 <= scale.end) {
        let x = scale.at(1000 * s);
        picture.path("grid", format!("M{x} {top}V{bottom}"));
        picture.text("link", x, top - 8, &format!("{s} s"));
    }
}

/// A bar with its name and its length; says how high the row is.
fn row(picture: &mut Picture, scale: &Scale, bar: &Bar, y: i64) -> i64 {
    let name = NAME.wrap(&bar.name, NAMES - 20, LINES);
    picture.lines("name", NAME, (MARGIN, y + 2), &name);
    let mut from = bar.from;
    let mut unsaid = Vec::new();
    for part in &bar.parts {
        let (x1, x2) = (scale.at(from), scale.at(from + part.length));
        from += part.length;
        let area = Area { x: x1, y, width: (x2 - x1 - 1).max(2), height: BAR };
        let class = if bar.over.is_some() || part.hue == Hue::Kvm { "limit" } else { part.hue.class() };
        picture.area(format!("time {class}"), area, 3);
        let label = format!("{} {}", part.name, seconds(part.length));
        if bar.parts.len() > 1 && NOTE.width(&label) + 10 <= area.width {
            picture.text("on link", area.center().0, y + 14, &label);
        } else if bar.parts.len() > 1 {
            unsaid.push(label);
        }
    }
    if bar.end() > scale.end {
        // A torn edge: it goes on.
        let x = scale.x + PLOT;
        picture.path("torn", format!("M{} {}l-6 5l6 5l-6 5l6 5h1V{}Z", x, y, y));
    }
    picture.text("value", scale.x + PLOT + 14, y + 15, &seconds(bar.length()));
    let over = bar.over.as_ref().map(|(ms, what)| format!("longer than {what}, {}: ", seconds(*ms)));
    let unsaid = if unsaid.is_empty() { String::new() } else { format!("{}: ", unsaid.join(", ")) };
    let why = format!("{}{unsaid}{}", over.unwrap_or_default(), bar.why);
    let why = NOTE.wrap(&why, PLOT - 12, LINES);
    let below = picture.lines("note over", NOTE, (scale.x + 6, y + BAR + 3), &why);
    let names = y + 2 + NAME.line * i64::try_from(name.len()).unwrap_or_default();
    below.max(names) + 12 - y
}

/// What each has to be longer than: a line at that moment, from the bar before to this one.
fn needs(picture: &mut Picture, scale: &Scale, rows: &[(i64, &Bar)]) {
    for pair in rows.windows(2) {
        let [(before, _), (y, bar)] = pair else { continue };
        if let Some((ms, _)) = &bar.over {
            let x = scale.at(*ms);
            picture.path("line need", format!("M{x} {before}V{}", y + BAR + 3));
        }
    }
}

fn legend(picture: &mut Picture, y: i64) -> i64 {
    let x = MARGIN + NAMES;
    picture.path("line need", format!("M{x} {}v14", y - 7));
    let words =
        "The dashed line: what this wait has to be longer than. A torn bar goes on; its length stands beside it.";
    picture.text("note", x + 12, y + 4, words);
    y + 8
}
