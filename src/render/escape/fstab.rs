//! One field of fstab. Grammar: getmntent(3): space, tab, newline and backslash are written as three octal digits.

use super::{Refused, refuse};

/// `value` as one field.
pub(super) fn field(value: &str) -> Result<String, Refused> {
    if value.is_empty() {
        return Err(Refused::new("an fstab field cannot be empty"));
    }
    refuse("an fstab field", value, |c| c.is_control() && !"\t\n".contains(c))?;
    let text = value.replace('\\', r"\134").replace(' ', r"\040").replace('\t', r"\011").replace('\n', r"\012");
    // Only at the start of a line it would open a comment; a field does not know where it stands.
    Ok(match text.strip_prefix('#') {
        Some(rest) => format!(r"\043{rest}"),
        None => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_become_octal() {
        assert_eq!(field("/srv/my vms").unwrap(), r"/srv/my\040vms");
        assert_eq!(field("#a#\\\t\n").unwrap(), r"\043a#\134\011\012");
        assert!(field("").is_err());
        assert!(field("a\rb").is_err());
    }
}
