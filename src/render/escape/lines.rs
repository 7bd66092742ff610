//! Formats with little or no quoting: a value is printed as it is, as a simple string, or refused.

use super::{Refused, refuse, refuse_edges};

/// Corosync reads a line into 512 bytes; this leaves room for the longest key and the indent.
const LONGEST_COROSYNC: usize = 400;

/// The rest of a line of corosync.conf (`key: value`) or dlm.conf (`key=value`). Neither has quotes; corosync takes a
/// brace anywhere on the line as the border of a section (corosync `exec/coroparse.c`).
pub(super) fn corosync(value: &str) -> Result<String, Refused> {
    let what = "a corosync or dlm value";
    refuse_edges(what, value)?;
    refuse(what, value, |c| c.is_control() || "{}#".contains(c))?;
    if value.len() > LONGEST_COROSYNC {
        return Err(Refused::new(format!("{what} cannot be longer than {LONGEST_COROSYNC} bytes")));
    }
    Ok(value.to_owned())
}

/// A word or phrase of a file that has no quotes: modules-load.d, sysctl.d and such. What any of them takes as a
/// comment, a quote or a continuation is refused.
pub(super) fn line(value: &str) -> Result<String, Refused> {
    let what = "a plain line";
    refuse_edges(what, value)?;
    refuse(what, value, |c| c.is_control() || "#;\"'\\".contains(c))?;
    Ok(value.to_owned())
}

/// A token of nftables rules: names, numbers, addresses, prefixes and ranges stay bare, other text is a string, which
/// has no escapes, ends at the next quote and takes `*` as a wildcard in interface names (nftables `src/scanner.l`).
pub(super) fn nft(value: &str) -> Result<String, Refused> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:-".contains(&byte);
    let first = value.as_bytes().first().copied().unwrap_or(b' ');
    if value.bytes().all(plain) && (first.is_ascii_alphanumeric() || b"_:".contains(&first)) {
        return Ok(value.to_owned());
    }
    let what = "an nftables string";
    refuse_edges(what, value)?;
    refuse(what, value, |c| c.is_control() || "\"\\*".contains(c))?;
    if value.len() > LONGEST_NFT {
        return Err(Refused::new(format!("{what} cannot be longer than {LONGEST_NFT} bytes")));
    }
    Ok(format!("\"{value}\""))
}

/// The shortest of the limits on a string: a comment has 128 bytes with its end mark.
const LONGEST_NFT: usize = 127;

/// A string of multipath.conf; it has no escape that all versions know (multipath-tools `libmultipath/parser.c`).
pub(super) fn multipath(value: &str) -> Result<String, Refused> {
    let what = "a multipath value";
    refuse(what, value, |c| c.is_control() || c == '"')?;
    if value.len() > LONGEST_MULTIPATH {
        return Err(Refused::new(format!("{what} cannot be longer than {LONGEST_MULTIPATH} bytes")));
    }
    Ok(format!("\"{value}\""))
}

/// Multipath reads a line into 1024 bytes; this leaves room for the longest key and the indent.
const LONGEST_MULTIPATH: usize = 900;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corosync_values_are_what_stands_after_the_colon() {
        assert_eq!(corosync("192.168.11.4").unwrap(), "192.168.11.4");
        for bad in ["", " a", "a ", "a{", "a}", "#a", "a\nb", "a\rb"] {
            assert!(corosync(bad).is_err(), "{bad:?}");
        }
        assert!(corosync(&"a".repeat(401)).is_err());
    }

    #[test]
    fn plain_lines_have_no_syntax_at_all() {
        assert_eq!(line("disable drbd.service").unwrap(), "disable drbd.service");
        for bad in ["", "a#b", ";a", "a\\", "a\nb", "\"a\"", "a "] {
            assert!(line(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn nft_tokens_and_strings() {
        for plain in ["br0", "10.0.0.0/24", "fd00::1", "::1", "7788-7799", "eth0.100"] {
            assert_eq!(nft(plain).unwrap(), plain);
        }
        assert_eq!(nft("a b").unwrap(), "\"a b\"");
        assert_eq!(nft("-x").unwrap(), "\"-x\"");
        for bad in ["", "a\"b", "a\nb", "eth*", "a\\b"] {
            assert!(nft(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn multipath_values_are_always_strings() {
        assert_eq!(multipath("^drbd[0-9]+").unwrap(), "\"^drbd[0-9]+\"");
        assert!(multipath("a\"").is_err());
        assert!(multipath(&"a".repeat(901)).is_err());
    }
}
