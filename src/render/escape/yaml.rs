//! A double-quoted YAML scalar, the same for YAML 1.1 and 1.2, in files that Ansible reads.

use super::{Refused, json, refuse};

/// What opens an expression, a statement or a comment where Ansible expands strings.
const JINJA: &[&str] = &["{{", "{%", "{#"];

/// `value` as a scalar that stays a string.
pub(super) fn scalar(value: &str) -> Result<String, Refused> {
    refuse("a YAML value", value, |c| c == '\0')?;
    if let Some(opening) = JINJA.iter().find(|opening| value.contains(**opening)) {
        return Err(Refused::new(format!("a YAML value cannot contain `{opening}`: Ansible would expand it")));
    }
    json::string(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn always_quoted_and_never_a_jinja_expression() {
        assert_eq!(scalar("yes").unwrap(), "\"yes\"");
        assert_eq!(scalar("0o17").unwrap(), "\"0o17\"");
        assert_eq!(scalar("{ a }").unwrap(), "\"{ a }\"");
        for jinja in ["{{ x }}", "a{% raw %}", "{# x #}"] {
            assert!(scalar(jinja).is_err());
        }
    }
}
