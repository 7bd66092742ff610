//! A string of LVM configuration. Grammar: `_get_token` and `_unquote_one_character` in lvm2
//! `libdm/libdm-config.c` and `libdm/libdm-string.c`: only `\"` and `\\` are undone, all else stands for itself.

use super::{Refused, refuse};

/// `value` as a double-quoted string.
pub(super) fn string(value: &str) -> Result<String, Refused> {
    refuse("an LVM string", value, char::is_control)?;
    Ok(format!("\"{}\"", value.replace('\\', r"\\").replace('"', "\\\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_backslashes_are_escaped() {
        assert_eq!(string("a|/dev/drbd.*|").unwrap(), "\"a|/dev/drbd.*|\"");
        assert_eq!(string(r#"r|"\d|"#).unwrap(), r#""r|\"\\d|""#);
        assert!(string("a\tb").is_err());
    }
}
