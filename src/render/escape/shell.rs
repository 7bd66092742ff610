//! One word of a shell command, the same in bash and dash. Grammar: POSIX XCU 2.2 (quoting): inside single quotes
//! every character stands for itself, and only the quote itself cannot be written there.

use super::{Refused, refuse};

/// `value` as one word. Holds only where a bare word may stand, never inside quotes.
pub(super) fn word(value: &str) -> Result<String, Refused> {
    refuse("a shell word", value, |c| c == '\0')?;
    // A leading dash is quoted only to catch the reader's eye: quoting cannot stop a command from taking it as an
    // option, so commands that accept one need `--` before it.
    if !value.is_empty() && !value.starts_with('-') && value.bytes().all(is_plain) {
        return Ok(value.to_owned());
    }
    Ok(format!("'{}'", value.replace('\'', r"'\''")))
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_stay_and_all_others_are_quoted() {
        for plain in ["a", "/dev/drbd0", "ip=10.0.0.1", "80%FREE", "a@b,c:d+e"] {
            assert_eq!(word(plain).unwrap(), plain);
        }
        assert_eq!(word("").unwrap(), "''");
        assert_eq!(word("-n").unwrap(), "'-n'");
        assert_eq!(word("it's").unwrap(), r"'it'\''s'");
        assert_eq!(word("$(reboot)").unwrap(), "'$(reboot)'");
        assert_eq!(word("{a,b}").unwrap(), "'{a,b}'");
        assert_eq!(word("~").unwrap(), "'~'");
        assert!(word("a\0").is_err());
    }
}
