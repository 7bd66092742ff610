//! One token of DRBD configuration. Grammar: `DQSTRING`, `STRING` and `unescape()` in drbd-utils
//! `user/v84/drbdadm_scanner.fl`, `user/v9/drbdadm_scanner.fl` and `user/shared/drbdtool_common.c`.
//!
//! A quoted string has at most 255 characters and ends at the line; a backslash in it stands for the next character,
//! whatever that is. Unquoted, a word is up to 128 of `A-Za-z0-9/._-`.

use std::net::Ipv6Addr;

use super::{Refused, refuse};

/// Words that open a section or a statement in either grammar and are never a value: quoted, they are plain strings.
/// The option names that the 8.4 scanner also knows are not here, because a template may print an option's name.
const KEYWORDS: &[&str] = &[
    "address",
    "alternate-link-address",
    "become-primary-on",
    "common",
    "connection",
    "connection-mesh",
    "device",
    "dialog-refresh",
    "disable-ip-verification",
    "disk",
    "flexible-meta-disk",
    "floating",
    "global",
    "handlers",
    "host",
    "hosts",
    "ignore-on",
    "include",
    "inside",
    "meta-disk",
    "minor",
    "minor-count",
    "net",
    "node-id",
    "on",
    "options",
    "outside",
    "path",
    "port",
    "proxy",
    "resource",
    "skip",
    "stacked-on-top-of",
    "startup",
    "syncer",
    "template-file",
    "usage-count",
    "via",
    "volume",
    "_is_standalone",
    "_peer_node_id",
    "_remote_host",
    "_this_host",
];

const LONGEST_WORD: usize = 128;
const LONGEST_STRING: usize = 255;

/// `value` as one token: bare where both parsers read it bare, else a string.
pub(super) fn token(value: &str) -> Result<String, Refused> {
    if (is_plain(value) && !KEYWORDS.contains(&value)) || is_ipv6(value) {
        return Ok(value.to_owned());
    }
    refuse("a DRBD value", value, |c| c.is_control() && c != '\t')?;
    if value.len() > LONGEST_STRING {
        return Err(Refused::new(format!("a DRBD value cannot be longer than {LONGEST_STRING} bytes")));
    }
    Ok(format!("\"{}\"", value.replace('\\', r"\\").replace('"', "\\\"")))
}

fn is_plain(value: &str) -> bool {
    (1..=LONGEST_WORD).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte))
}

/// An address stands bare between brackets; quoted, it would be a string and no address.
fn is_ipv6(value: &str) -> bool {
    let mapped = value.to_ascii_lowercase().starts_with("::ffff:");
    value.parse::<Ipv6Addr>().is_ok() && (mapped || !value.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_where_both_parsers_read_it_bare() {
        for plain in ["r0", "/dev/disk/by-partlabel/drbd-r0", "10.10.10.4", "fd00::1", "yes", "4M", "resync-rate"] {
            assert_eq!(token(plain).unwrap(), plain);
        }
        assert_eq!(token("disk").unwrap(), "\"disk\"");
        assert_eq!(token("").unwrap(), "\"\"");
        assert_eq!(token(r#"a "b" \c"#).unwrap(), r#""a \"b\" \\c""#);
        assert_eq!(token("::1.2.3.4").unwrap(), "\"::1.2.3.4\"");
    }

    #[test]
    fn what_the_scanner_cannot_read_is_refused() {
        assert!(token("a\nb").is_err());
        assert!(token("a\rb").is_err());
        assert!(token(&"a ".repeat(127)).is_ok());
        assert!(token(&"a ".repeat(128)).is_err());
    }
}
