//! The inside of a Mermaid label, between double quotes. A character is also written as its number: `#35;` is `#`
//! (mermaid `src/utils.ts`, encodeEntities). Labels may hold HTML, and some become Markdown; a value is neither.
//! The name of a bar has no quotes: it begins with a word of ours, and nothing that stands in one has a colon.

use std::fmt::Write;

use super::{Refused, refuse, refuse_edges, xml};

/// What stands for itself in every kind of diagram.
const PLAIN: &str = " _./:,()=%+@-";

/// `value` as a label that shows it literally.
pub(super) fn label(value: &str) -> Result<String, Refused> {
    let what = "a Mermaid label";
    refuse_edges(what, value)?;
    refuse(what, value, |c| c.is_control() || !xml::allowed(c))?;
    let mut text = String::with_capacity(value.len());
    for (at, c) in value.char_indices() {
        // A number with a dot, or a dash, in front begins a list in Markdown.
        let opens_list = ("-+".contains(c) && at == 0) || (".)".contains(c) && is_list(&value[..at], &value[at + 1..]));
        if !opens_list && (!c.is_ascii() || c.is_ascii_alphanumeric() || PLAIN.contains(c)) {
            text.push(c);
        } else {
            write!(text, "#{};", c as u32).expect("a String takes any text");
        }
    }
    Ok(text)
}

fn is_list(before: &str, after: &str) -> bool {
    !before.is_empty()
        && before.bytes().all(|byte| byte.is_ascii_digit())
        && (after.is_empty() || after.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_numbers_and_names_stay_readable() {
        for plain in ["server4", "/dev/drbd0", "vg_r0/lv_vms", "80%", "fd00::1, port 7789", "größe"] {
            assert_eq!(label(plain).unwrap(), plain);
        }
        assert_eq!(label("a\"<b>#;").unwrap(), "a#34;#60;b#62;#35;#59;");
        assert_eq!(label("`*x*` & [y] {z} | ~").unwrap(), "#96;#42;x#42;#96; #38; #91;y#93; #123;z#125; #124; #126;");
        assert_eq!(label("1. x").unwrap(), "1#46; x");
        assert_eq!(label("10.0.0.1").unwrap(), "10.0.0.1");
        assert_eq!(label("- x - y").unwrap(), "#45; x - y");
        for bad in ["", " a", "a\nb", "\u{FFFE}"] {
            assert!(label(bad).is_err(), "{bad:?}");
        }
    }
}
