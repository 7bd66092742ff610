//! Text and code spans of Markdown that show literally, also in a table. Grammar: CommonMark 2.4 (backslash escapes),
//! 6.1 (code spans); GFM 4.10 (a `|` in a table is escaped even in code).

use super::{Refused, refuse, refuse_edges};

/// `value` as text.
pub(super) fn text(value: &str) -> Result<String, Refused> {
    refuse("Markdown text", value, char::is_control)?;
    refuse_edges("Markdown text", value)?;
    let mut text = String::with_capacity(value.len());
    let mut before = ' ';
    let mut rest = value.chars();
    let mut counting = true;
    while let Some(c) = rest.next() {
        let after = rest.as_str().chars().next().unwrap_or(' ');
        let special = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' => true,
            // Inside a word it is a letter like others, and `lv_vms` stays readable.
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            // These open a block, and only at the start of a line; a value does not know where it stands.
            '#' | '+' | '-' | '=' => text.is_empty(),
            '.' | ')' => counting && !text.is_empty() && after == ' ',
            _ => false,
        };
        if special {
            text.push('\\');
        }
        text.push(c);
        counting &= c.is_ascii_digit();
        before = c;
    }
    Ok(text)
}

/// `value` as a code span.
pub(in crate::render) fn code_span(value: &str) -> Result<String, Refused> {
    refuse("a Markdown code span", value, char::is_control)?;
    refuse_edges("a Markdown code span", value)?;
    let longest = value.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // One space inside each fence is dropped by the reader; it keeps a backquote at the edge apart from the fence.
    let pad = if value.starts_with('`') || value.ends_with('`') { " " } else { "" };
    if value.contains('|') {
        // `\|` is a bar inside a table and two characters outside: there is no form that is right in both.
        return Err(Refused::new("a Markdown code span cannot contain `|`"));
    }
    Ok(format!("{fence}{pad}{value}{pad}{fence}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped_and_names_stay_readable() {
        for plain in ["server4", "/dev/drbd0", "vg_r0/lv_vms", "10.0.0.1", "a-b", "80%", "1.5 s"] {
            assert_eq!(text(plain).unwrap(), plain);
        }
        assert_eq!(text("*a* | _b_ <c>").unwrap(), r"\*a\* \| \_b\_ \<c\>");
        assert_eq!(text("1. x").unwrap(), r"1\. x");
        assert_eq!(text("12)").unwrap(), r"12\)");
        assert_eq!(text("# x # y").unwrap(), r"\# x # y");
        assert_eq!(text("- x - y").unwrap(), r"\- x - y");
        assert!(text("a\nb").is_err());
        assert!(text(" a").is_err());
    }

    #[test]
    fn a_code_span_outlives_backquotes() {
        assert_eq!(code_span("drbdadm up r0").unwrap(), "`drbdadm up r0`");
        assert_eq!(code_span("a`b").unwrap(), "``a`b``");
        assert_eq!(code_span("`").unwrap(), "`` ` ``");
        assert!(code_span("a | b").is_err());
    }
}
