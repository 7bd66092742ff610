//! Pictures: what is drawn where. The template has the colours, and escapes every word.

mod order;
mod stack;
mod text;
mod time;

use serde::Serialize;

use super::Hue;
use text::Size;

pub(super) use order::draw as order;
pub(super) use stack::draw as stack;
pub(super) use time::draw as time;

/// A name.
const NAME: Size = Size { px: 13, line: 17, bold: true };
/// What is said of it.
const NOTE: Size = Size { px: 11, line: 15, bold: false };
/// The title of a layer.
const TITLE: Size = Size { px: 11, line: 17, bold: true };
/// The title of the picture.
const HEAD: Size = Size { px: 20, line: 28, bold: true };

/// So many lines of one text are shown.
const LINES: usize = 6;
/// Around everything.
const MARGIN: i64 = 24;

/// How wide a line is in a box that others draw.
const ROOM: i64 = 340;

/// A text in lines of a bearable length.
pub(super) fn wrap(text: &str) -> Vec<String> {
    NOTE.wrap(text, ROOM, LINES)
}

/// A picture for the template.
#[derive(Debug, Serialize)]
pub struct Picture {
    width: i64,
    height: i64,
    title: String,
    description: String,
    shapes: Vec<Shape>,
}

/// Something that is drawn.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Shape {
    /// A rectangle.
    Box { class: String, x: i64, y: i64, width: i64, height: i64, round: i64 },
    /// A line of text.
    Text { class: String, x: i64, y: i64, text: String },
    /// A line of text from the bottom to the top.
    Turned { class: String, x: i64, y: i64, text: String },
    /// Lines and curves.
    Path { class: String, d: String },
}

/// A place and a size.
#[derive(Debug, Clone, Copy)]
struct Area {
    x: i64,
    y: i64,
    width: i64,
    height: i64,
}

impl Area {
    fn right(self) -> i64 {
        self.x + self.width
    }

    fn bottom(self) -> i64 {
        self.y + self.height
    }

    fn center(self) -> (i64, i64) {
        (self.x + self.width / 2, self.y + self.height / 2)
    }
}

/// Where an arrow has heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heads {
    End,
    Both,
}

impl Picture {
    /// An empty one with its title on it.
    fn new(title: String, subtitle: &str, description: String) -> Picture {
        let mut picture = Picture { width: 0, height: 0, title, description, shapes: Vec::new() };
        let title = picture.title.clone();
        picture.text("head", MARGIN, MARGIN + 18, &title);
        picture.text("note", MARGIN, MARGIN + 40, subtitle);
        picture.width = 2 * MARGIN + HEAD.width(&title).max(NOTE.width(subtitle));
        picture
    }

    /// Where what is below the title begins.
    const TOP: i64 = MARGIN + 60;

    fn area(&mut self, class: impl Into<String>, area: Area, round: i64) {
        let Area { x, y, width, height } = area;
        self.shapes.push(Shape::Box { class: class.into(), x, y, width, height, round });
    }

    fn text(&mut self, class: &str, x: i64, y: i64, text: &str) {
        // An empty text is nothing that could be seen.
        if !text.is_empty() {
            self.shapes.push(Shape::Text { class: class.to_owned(), x, y, text: text.to_owned() });
        }
    }

    fn turned(&mut self, class: &str, x: i64, y: i64, text: &str) {
        self.shapes.push(Shape::Turned { class: class.to_owned(), x, y, text: text.to_owned() });
    }

    fn path(&mut self, class: impl Into<String>, d: String) {
        self.shapes.push(Shape::Path { class: class.into(), d });
    }

    /// Lines of text from `y` on; says where the next begins.
    fn lines(&mut self, class: &str, size: Size, (x, y): (i64, i64), lines: &[String]) -> i64 {
        for (at, line) in (0..).zip(lines) {
            self.text(class, x, y + at * size.line + size.px, line);
        }
        y + size.line * i64::try_from(lines.len()).unwrap_or_default()
    }

    /// A straight arrow.
    fn arrow(&mut self, class: &str, from: (i64, i64), to: (i64, i64), heads: Heads) {
        self.path(format!("line {class}"), format!("M{} {}L{} {}", from.0, from.1, to.0, to.1));
        self.head(class, from, to);
        if heads == Heads::Both {
            self.head(class, to, from);
        }
    }

    /// The head of an arrow at `to` that comes from `from`.
    fn head(&mut self, class: &str, from: (i64, i64), to: (i64, i64)) {
        let (dx, dy) = ((to.0 - from.0) as f64, (to.1 - from.1) as f64);
        let length = dx.hypot(dy).max(1.0);
        let (ux, uy) = (dx / length, dy / length);
        let at = |along: f64, aside: f64| {
            format!("{:.1} {:.1}", to.0 as f64 - along * ux - aside * uy, to.1 as f64 - along * uy + aside * ux)
        };
        self.path(format!("tip {class}"), format!("M{}L{}L{}Z", at(-1.0, 0.0), at(8.0, 4.5), at(8.0, -4.5)));
    }

    /// A box with a coloured edge.
    fn card(&mut self, hue: Hue, area: Area) {
        self.area(format!("card {}", hue.class()), area, 8);
        let Area { x, y, height, .. } = area;
        let d = format!("M{} {}v{}", x + 4, y + 10, height - 20);
        self.path(format!("edge {}", hue.class()), d);
    }

    /// Gives it the size that holds everything, and paints what is behind.
    fn done(mut self, width: i64, height: i64) -> Picture {
        self.width = self.width.max(width);
        self.height = height;
        let page = Area { x: 0, y: 0, width: self.width, height };
        self.area("page", page, 12);
        self.shapes.rotate_right(1);
        self
    }
}
