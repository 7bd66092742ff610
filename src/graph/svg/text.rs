//! How wide a text is, and where it breaks.
//!
//! A picture has no font of its own: whoever looks at it has some sans-serif. The widths are those of DejaVu Sans, the widest that
//! browsers take, so that nothing is wider than was thought.

/// The widths of ` ` to `~` in thousandths of the size.
const WIDTHS: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
];

/// How wide a character is that the table does not have: as wide as high, which also CJK is.
const OTHER: u16 = 1000;

/// After these a word may break.
const BREAKS: &str = "/-_.,:";

/// A size of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    /// The height of the letters, in pixels.
    pub px: i64,
    /// From line to line.
    pub line: i64,
    /// Bold letters are wider.
    pub bold: bool,
}

impl Size {
    /// How wide a text is, rounded up.
    pub(super) fn width(self, text: &str) -> i64 {
        let width = |c: char| {
            let at = (c as usize).checked_sub(' ' as usize);
            i64::from(at.and_then(|at| WIDTHS.get(at).copied()).unwrap_or(OTHER))
        };
        let sum: i64 = text.chars().map(width).sum::<i64>() * self.px;
        // The widest of the bold letters that names are made of are by a quarter wider.
        let sum = if self.bold { sum * 116 / 100 } else { sum };
        (sum + 999) / 1000
    }

    /// The text in lines that fit: broken at spaces, or inside a word where it has to be. What is longer than so many lines loses
    /// its middle.
    pub(super) fn wrap(self, text: &str, room: i64, most: usize) -> Vec<String> {
        let mut lines = vec![String::new()];
        for piece in pieces(text) {
            let line = lines.last_mut().expect("there is one");
            if self.width(format!("{line}{piece}").trim_end()) <= room {
                line.push_str(piece);
                continue;
            }
            if !line.is_empty() {
                lines.push(String::new());
            }
            // A piece that is too wide by itself breaks anywhere.
            for c in piece.chars() {
                let line = lines.last_mut().expect("there is one");
                if !line.is_empty() && self.width(format!("{line}{c}").trim_end()) > room {
                    lines.push(String::new());
                }
                lines.last_mut().expect("there is one").push(c);
            }
        }
        let lines: Vec<String> = lines.iter().map(|line| line.trim_end().to_owned()).collect();
        self.shorten(lines, room, most)
    }

    fn shorten(self, mut lines: Vec<String>, room: i64, most: usize) -> Vec<String> {
        if lines.len() > most {
            let tail = lines.split_off(lines.len() - most / 2);
            lines.truncate(most - most / 2);
            let last = lines.last_mut().expect("at least one is kept");
            while self.width(&format!("{last}…")) > room && last.pop().is_some() {}
            last.push('…');
            lines.extend(tail);
        }
        lines
    }
}

/// The pieces between which a line may break, each with what follows it.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let begins =
            at > start && ((before == ' ' && c != ' ') || (BREAKS.contains(before) && !BREAKS.contains(c) && c != ' '));
        if begins {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = c;
    }
    pieces.push(&text[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SMALL: Size = Size { px: 11, line: 15, bold: false };

    #[test]
    fn a_path_breaks_where_people_would() {
        let lines = SMALL.wrap("/dev/disk/by-id/nvme-eui.0025385b71b00c33", 150, 4);
        assert_eq!(lines, ["/dev/disk/by-id/nvme-eui.", "0025385b71b00c33"]);
        assert_eq!(SMALL.wrap("live migration", 200, 4), ["live migration"]);
        assert_eq!(SMALL.wrap("", 200, 4), [""]);
    }

    #[test]
    fn what_is_far_too_long_loses_its_middle() {
        let lines = SMALL.wrap(&format!("/srv/{}/end", "x".repeat(4000)), 150, 4);
        assert_eq!(lines.len(), 4);
        assert!(lines[1].ends_with('…') && lines[2..].concat().ends_with("x/end"), "{lines:?}");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_its_room_and_nothing_is_lost(text in "[ -~äあ]{0,80}", room in 30i64..300) {
            let lines = SMALL.wrap(&text, room, 1000);
            for line in &lines {
                prop_assert!(SMALL.width(line) <= room, "{line:?}");
            }
            let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
            for line in SMALL.wrap(&text, room, 2) {
                prop_assert!(SMALL.width(&line) <= room, "{line:?}");
            }
        }
    }
}
