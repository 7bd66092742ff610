//! The one template environment: strict, escaping on, nothing in it that could go around the escaping.

use std::fmt;
use std::sync::OnceLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};
use serde::Serialize;

use super::escape::{Refused, escape};
use super::filters;
use super::format::Format;
use super::templates::TEMPLATES;

/// A template that could not be rendered. Always a bug of this program: what users write is checked before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderError {
    /// The template, as its path below `templates/`.
    pub template: String,
    /// The line in it, from 1; 0 where none is known.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "templates/{}:{}: {}", self.template, self.line, self.message)
    }
}

impl std::error::Error for RenderError {}

/// The text that `template` makes of `view`.
pub fn render(template: &str, view: &impl Serialize) -> Result<String, RenderError> {
    static ENVIRONMENT: OnceLock<Result<Environment<'static>, RenderError>> = OnceLock::new();
    let environment =
        ENVIRONMENT.get_or_init(|| environment(TEMPLATES.iter().copied())).as_ref().map_err(Clone::clone)?;
    render_in(environment, template, view)
}

pub(super) fn render_in(
    environment: &Environment<'_>,
    template: &str,
    view: &impl Serialize,
) -> Result<String, RenderError> {
    let located = |error| locate(template, &error);
    let loaded = environment.get_template(template).map_err(located)?;
    loaded.render(Value::from(Serde(view))).map_err(located)
}

pub(super) fn environment<'t>(
    templates: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Result<Environment<'t>, RenderError> {
    // Starts empty, so there is no `safe` filter, nor any other way to change a value after the view was made.
    let mut environment = Environment::empty();
    environment.set_debug(false);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .map_err(|error| locate("", &error))?;
    environment.set_syntax(syntax);
    environment.set_auto_escape_callback(|name| {
        // A name without a format gets an escape that the formatter does not know, and so fails at its first value.
        AutoEscape::Custom(Format::of_template(name).map_or("none", Format::name).into())
    });
    environment.set_formatter(print);
    environment.add_filter("comment", |state: &State, text: &str| filtered(state, text, filters::comment));
    environment.add_filter("code", |state: &State, text: &str| filtered(state, text, filters::code));
    for (name, text) in templates {
        environment.add_template(name, text).map_err(|error| locate(name, &error))?;
    }
    Ok(environment)
}

/// Prints one value, escaped for the format of the template that it stands in.
fn print(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    match value.kind() {
        ValueKind::Number if value.is_integer() => Ok(write!(out, "{value}")?),
        // What a filter or a captured block made is already in the format.
        ValueKind::String if value.is_safe() => Ok(out.write_str(value.as_str().unwrap_or_default())?),
        ValueKind::String => {
            let text = escape(format_of(state)?, value.as_str().unwrap_or_default()).map_err(refused)?;
            Ok(out.write_str(&text)?)
        }
        // The value itself stays out of the message of these: its kind says enough.
        kind => Err(invalid(format!("a value of kind {kind} cannot be printed: the view must hold a word for it"))),
    }
}

fn filtered(state: &State, text: &str, filter: fn(Format, &str) -> Result<String, Refused>) -> Result<Value, Error> {
    filter(format_of(state)?, text).map(Value::from_safe_string).map_err(refused)
}

fn format_of(state: &State) -> Result<Format, Error> {
    match state.auto_escape() {
        AutoEscape::Custom(name) => Format::by_name(name),
        _ => None,
    }
    .ok_or_else(|| invalid(format!("the name of {} tells no format to escape for", state.name())))
}

fn refused(reason: Refused) -> Error {
    invalid(reason.to_string())
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

/// The innermost error is the one in the template that is wrong; the outer ones only say who included it.
fn locate(template: &str, error: &Error) -> RenderError {
    let mut inner = error;
    let mut source = std::error::Error::source(error);
    while let Some(next) = source {
        if let Some(deeper) = next.downcast_ref::<Error>() {
            inner = deeper;
        }
        source = next.source();
    }
    let kind = inner.kind();
    RenderError {
        template: inner.name().unwrap_or(template).to_owned(),
        line: inner.line().unwrap_or(0),
        message: match inner.detail() {
            Some(detail) if kind == ErrorKind::InvalidOperation => detail.to_owned(),
            Some(detail) => format!("{kind}: {detail}"),
            None => kind.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct View {
        word: &'static str,
        number: i64,
        flag: bool,
        nothing: Option<u8>,
        list: Vec<&'static str>,
        real: f64,
    }

    fn try_render(name: &'static str, text: &'static str, word: &'static str) -> Result<String, RenderError> {
        let included = ("_lib/part.sh.j2", "part {{ word }}\n");
        let view = View { word, number: -7, flag: true, nothing: None, list: vec!["a b", "c"], real: 1.5 };
        render_in(&environment([(name, text), included])?, name, &view)
    }

    #[test]
    fn values_are_escaped_by_the_name_of_the_template() {
        assert_eq!(try_render("a.sh.j2", "echo {{ word }} {{ number }}\n", "it's").unwrap(), "echo 'it'\\''s' -7\n");
        assert_eq!(try_render("a.lvm.j2", "x = {{ word }}\n", "it's").unwrap(), "x = \"it's\"\n");
        assert_eq!(try_render("a.xml.j2", "<a b=\"{{ word }}\"/>", "<\n").unwrap(), "<a b=\"&lt;&#10;\"/>");
    }

    #[test]
    fn loops_conditions_and_includes_leave_no_blank_lines() {
        let text = "{% if flag %}\n  {% for x in list %}\nx {{ x }}\n  {% endfor %}\n{% endif %}\n{% include '_lib/part.sh.j2' %}\n";
        assert_eq!(try_render("a.sh.j2", text, "$w").unwrap(), "x 'a b'\nx c\npart '$w'\n");
    }

    #[test]
    fn an_included_template_escapes_for_its_own_format() {
        let text = "    {% include '_lib/part.sh.j2' %}{{ word }}\n";
        assert_eq!(try_render("a.md.j2", text, "a*").unwrap(), "part 'a*'\na\\*\n");
    }

    #[test]
    fn what_is_no_word_and_no_number_is_an_error() {
        for text in ["{{ flag }}", "{{ nothing }}", "{{ list }}", "{{ real }}", "{{ missing }}", "{{ word|safe }}"] {
            let error = try_render("a.sh.j2", text, "x").unwrap_err();
            assert_eq!((error.template.as_str(), error.line), ("a.sh.j2", 1), "{text}: {error}");
        }
    }

    #[test]
    fn a_refused_value_fails_with_template_line_and_reason() {
        let error = try_render("a.res.j2", "x\ny {{ word }};\n", "a\nb").unwrap_err();
        assert_eq!(error.to_string(), "templates/a.res.j2:2: a DRBD value cannot contain a newline");
        let error = try_render("a.md.j2", "x\n\n{% include '_lib/part.sh.j2' %}", "a\0").unwrap_err();
        assert_eq!(error.to_string(), "templates/_lib/part.sh.j2:1: a shell word cannot contain a NUL character");
    }

    #[test]
    fn filters_and_captured_text_are_not_escaped_twice() {
        assert_eq!(try_render("a.sh.j2", "# {{ word|comment }}\n", "it's").unwrap(), "# it's\n");
        assert_eq!(try_render("a.md.j2", "{{ word|code }}", "a_b*").unwrap(), "`a_b*`");
        let text = "{% set x %}{{ word }}{% endset %}{{ x }}";
        assert_eq!(try_render("a.sh.j2", text, "a b").unwrap(), "'a b'");
        assert!(try_render("a.sh.j2", "# {{ word|comment }}\n", "a\nreboot").is_err());
    }

    #[test]
    fn a_name_without_a_format_prints_nothing() {
        assert!(try_render("a.tcl.j2", "{{ word }}", "x").unwrap_err().message.contains("no format"));
        let view = View { word: "", number: 0, flag: false, nothing: None, list: vec![], real: 0.0 };
        assert!(render("no/such.sh.j2", &view).is_err());
    }
}
