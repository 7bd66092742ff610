//! Values that are not what their place asks for.

use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::{Number, Value};

use super::forms;
use super::lookup::Node;
use super::{Found, NOT_A_CHOICE, OUT_OF_RANGE, UNKNOWN_KEY, WRONG_FORM, WRONG_TYPE, words};
use crate::diag::suggest::did_you_mean;
use crate::diag::{At, Diagnostic};
use crate::path::Path;
use crate::syntax::Document;

/// One place with everything known of it.
struct Here<'a> {
    path: &'a Path,
    node: Node<'a>,
    document: &'a Document,
    value: &'a Value,
}

/// The finding for an error that is about a value.
pub(super) fn diagnostic(found: &Found, schema: &Value, document: &Document) -> Diagnostic {
    let here = Here {
        path: &found.path,
        node: Node::at(schema, &found.path),
        document,
        value: document.get(&found.path).unwrap_or(&Value::Null),
    };
    match &found.kind {
        Kind::PropertyNames { error } => here.wrong_name(error.kind(), error.instance()),
        Kind::FalseSchema => here.finding(UNKNOWN_KEY, format!("{} cannot stand here", here.name())),
        _ if here.value.is_null() => here.no_value(),
        Kind::Type { .. } => here.wrong_type(),
        Kind::Enum { .. } | Kind::Constant { .. } => here.not_a_choice(),
        Kind::OneOfNotValid { .. } | Kind::AnyOf { .. } => here.no_branch(),
        Kind::Minimum { .. }
        | Kind::Maximum { .. }
        | Kind::ExclusiveMinimum { .. }
        | Kind::ExclusiveMaximum { .. }
        | Kind::MultipleOf { .. } => here.wrong_number(),
        Kind::MinLength { .. } | Kind::MaxLength { .. } => here.wrong_length(),
        Kind::MinItems { .. } | Kind::MaxItems { .. } | Kind::AdditionalItems { .. } => {
            here.wrong_count("minItems", "maxItems", "entry", "entries")
        }
        Kind::MinProperties { .. } | Kind::MaxProperties { .. } => {
            here.wrong_count("minProperties", "maxProperties", "key", "keys")
        }
        Kind::UniqueItems => here.not_unique(),
        _ => here.wrong_form(),
    }
}

impl Here<'_> {
    fn name(&self) -> String {
        words::place(self.path)
    }

    /// A finding at the value; at the key of a mapping or list, which would be underlined as a whole.
    fn finding(&self, code: crate::diag::Code, message: String) -> Diagnostic {
        let at = match self.value {
            Value::Array(_) | Value::Object(_) => At::key(self.path.clone()),
            _ => At::value(self.path.clone()),
        };
        Diagnostic::new(code, message, at)
    }

    /// The text in the file, for messages.
    fn literal(&self) -> String {
        words::literal(self.document, self.path).unwrap_or_default()
    }

    /// The text in the file where it can be taken as it is: on one line and not long.
    fn short_literal(&self) -> Option<&str> {
        let literal = self.document.literal(self.path)?;
        (!literal.is_empty() && words::clipped(literal) == literal && !literal.contains(['\n', '\r']))
            .then_some(literal)
    }

    /// Whether a number would do if it were text: a serial number would, a duration without its unit would not.
    fn fits_as_text(&self, literal: &str) -> bool {
        let types = self.node.types();
        let pattern = self.node.text("pattern").unwrap_or_default();
        let schema = serde_json::json!({ "type": "string", "pattern": pattern });
        types.contains(&"string") && jsonschema::is_valid(&schema, &literal.into())
    }

    /// The schema's own words for the form, or for the thing.
    fn with_hint(&self, found: Diagnostic) -> Diagnostic {
        let hint = self.node.text("x-hint").map(str::to_owned);
        match hint.or_else(|| self.node.description()) {
            Some(hint) => found.help(hint),
            None => found,
        }
    }

    fn no_value(&self) -> Diagnostic {
        let found = self.finding(WRONG_TYPE, format!("{} has no value", self.name())).label("no value here");
        let choices = words::choices(&self.node);
        match (choices.is_empty(), words::expected(&self.node)) {
            (false, _) => found.help(one_of(&choices)),
            (true, Some(expected)) => found.help(format!("write {expected}, or delete the key")),
            (true, None) => found.help("write a value, or delete the key"),
        }
    }

    fn wrong_type(&self) -> Diagnostic {
        if !words::choices(&self.node).is_empty() {
            return self.not_a_choice();
        }
        let expected = words::expected(&self.node).unwrap_or_else(|| "something else".to_owned());
        let found = self
            .finding(WRONG_TYPE, format!("{} must be {expected}", self.name()))
            .label(format!("this is {}", words::kind(self.value)));
        let types = self.node.types();
        match (self.value, self.short_literal()) {
            (Value::Number(_) | Value::Bool(_), Some(literal)) if self.fits_as_text(literal) => {
                let quoted = format!("\"{literal}\"");
                found.help(format!("put it in quotes: `{quoted}`")).suggest(quoted)
            }
            (_, Some(literal)) if types == ["array"] => {
                let list = format!("[{literal}]");
                found.help(format!("write a list: `{list}`")).suggest(list)
            }
            (Value::String(text), _) => match self.unquoted(text, &types) {
                Some(plain) if &plain == text => {
                    found.help(format!("write it without quotes: `{plain}`")).suggest(plain)
                }
                Some(plain) => found.help(format!("write `{plain}`")).suggest(plain),
                None => self.with_hint(found),
            },
            (Value::Object(_), _) if types == ["array"] => {
                found.help("begin each entry with `- `, even if there is only one")
            }
            _ => self.with_hint(found),
        }
    }

    /// The text as the number or truth value that was meant.
    fn unquoted(&self, text: &str, types: &[&str]) -> Option<String> {
        let truth = match text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "true" => "true",
            "no" | "off" | "false" => "false",
            _ => "",
        };
        if types.contains(&"boolean") && !truth.is_empty() {
            return Some(truth.to_owned());
        }
        let number: Number = text.parse().ok()?;
        let fits = types.contains(&"number") || (types.contains(&"integer") && !number.is_f64());
        fits.then(|| text.to_owned())
    }

    fn not_a_choice(&self) -> Diagnostic {
        let choices = words::choices(&self.node);
        let literal = self.literal();
        if !self.value.is_string() && choices.contains(&literal) {
            // `drbd: 9` where `"9"` is meant.
            let quoted = format!("\"{literal}\"");
            return self
                .finding(WRONG_TYPE, format!("{} must be text", self.name()))
                .label(format!("this is {}", words::kind(self.value)))
                .help(format!("put it in quotes: `{quoted}`"))
                .suggest(quoted);
        }
        let written = self.value.as_str().unwrap_or(&literal);
        choice(&choices, written, self.finding(NOT_A_CHOICE, self.not_valid()))
    }

    /// `` `x` is no valid `name` ``, without the text where there is none.
    fn not_valid(&self) -> String {
        let literal = match self.value {
            Value::String(text) if !text.contains('\n') && text.len() <= 40 => text.clone(),
            _ => self.literal(),
        };
        if literal.is_empty() {
            return format!("{} does not have the right form", self.name());
        }
        match self.path.segments() {
            [.., crate::path::Segment::Index(_)] | [] => {
                format!("`{literal}` is not valid as {}", self.name())
            }
            _ => format!("`{literal}` is not a valid {}", self.name()),
        }
    }

    /// A choice between constants, or between forms.
    fn no_branch(&self) -> Diagnostic {
        if !self.node.choices().is_empty() {
            return self.not_a_choice();
        }
        self.wrong_form()
    }

    fn wrong_form(&self) -> Diagnostic {
        let found = self.finding(WRONG_FORM, self.not_valid()).label("not in the right form");
        let meant = self.value.as_str().and_then(|text| forms::near(text, |text| self.fits_as_text(text)));
        self.with_hint(match meant {
            Some(meant) => found.suggest(meant),
            None => found,
        })
    }

    fn limit(&self, keyword: &str) -> Option<&Value> {
        self.node.keyword(keyword)
    }

    fn wrong_number(&self) -> Diagnostic {
        let at_least = self.limit("minimum");
        let at_most = self.limit("maximum");
        let must = match (at_least, at_most, self.limit("exclusiveMinimum"), self.limit("exclusiveMaximum")) {
            (Some(least), Some(most), ..) => format!("between {least} and {most}"),
            (Some(least), None, _, None) => format!("at least {least}"),
            (None, Some(most), None, _) => format!("at most {most}"),
            (_, Some(most), Some(above), _) => format!("above {above} and at most {most}"),
            (Some(least), _, _, Some(below)) => format!("at least {least} and below {below}"),
            (_, _, Some(above), Some(below)) => format!("above {above} and below {below}"),
            (_, _, Some(above), None) => format!("above {above}"),
            (_, _, None, Some(below)) => format!("below {below}"),
            (None, None, None, None) => match self.limit("multipleOf") {
                Some(step) => format!("a multiple of {step}"),
                None => "within its limits".to_owned(),
            },
        };
        let found = self
            .finding(OUT_OF_RANGE, format!("{} must be {must}", self.name()))
            .label(format!("this is {}", self.value));
        self.with_hint(found)
    }

    fn wrong_length(&self) -> Diagnostic {
        let length = self.value.as_str().map_or(0, |text| text.chars().count()) as u64;
        let found = if length == 0 {
            self.finding(OUT_OF_RANGE, format!("{} must not be empty", self.name())).label("empty")
        } else {
            let must = between(self.limit("minLength"), self.limit("maxLength"), "character", "characters");
            self.finding(OUT_OF_RANGE, format!("{} must be {must} long", self.name()))
                .label(format!("this is {}", words::count(length, "character", "characters")))
        };
        self.with_hint(found)
    }

    fn wrong_count(&self, least: &str, most: &str, one: &str, many: &str) -> Diagnostic {
        let count = match self.value {
            Value::Array(items) => items.len(),
            Value::Object(entries) => entries.len(),
            _ => 0,
        } as u64;
        let must = between(self.limit(least), self.limit(most), one, many);
        let has = match count {
            0 => "this has none".to_owned(),
            _ => format!("this has {}", words::count(count, one, many)),
        };
        let found = self.finding(OUT_OF_RANGE, format!("{} must have {must}", self.name())).label(has);
        self.with_hint(found)
    }

    fn not_unique(&self) -> Diagnostic {
        let items = self.value.as_array().map_or(&[][..], Vec::as_slice);
        let twice = items.iter().enumerate().find_map(|(second, item)| {
            let first = items[..second].iter().position(|earlier| earlier == item)?;
            Some((first, second))
        });
        let message = format!("{} has the same entry twice", self.name());
        let Some((first, second)) = twice else {
            return self.finding(WRONG_FORM, message);
        };
        Diagnostic::new(WRONG_FORM, message, At::value(self.path.index(second)))
            .label("the second time")
            .also(At::value(self.path.index(first)), "the first time")
            .help("delete one of them")
    }

    /// A key of a mapping with free keys.
    fn wrong_name(&self, kind: &Kind, name: &Value) -> Diagnostic {
        let name = name.as_str().unwrap_or_default();
        let key = self.path.key(name);
        let message = format!("`{}` is not a valid key in {}", words::clipped(name), self.name());
        let names = Here { path: &key, node: self.node.names(), document: self.document, value: self.value };
        let found = |code| Diagnostic::new(code, message, At::key(key.clone()));
        match kind {
            Kind::Enum { .. } | Kind::Constant { .. } | Kind::OneOfNotValid { .. } => {
                choice(&words::choices(&names.node), name, found(NOT_A_CHOICE))
            }
            _ => names.with_hint(found(WRONG_FORM).label("not in the right form")),
        }
    }
}

/// Adds what can be chosen, and what was probably meant.
fn choice(choices: &[String], written: &str, found: Diagnostic) -> Diagnostic {
    let found = found.label("not one of the choices");
    let meant = did_you_mean(written, choices.iter().map(String::as_str));
    let found = match meant {
        Some(meant) => found.help(format!("did you mean `{meant}`?")).suggest(meant),
        None => found,
    };
    if choices.is_empty() {
        return found;
    }
    found.help(one_of(choices))
}

fn one_of(choices: &[String]) -> String {
    let list = words::list(choices.iter().map(String::as_str));
    match choices {
        [_] => format!("only {list} can stand here"),
        _ => format!("one of {list}"),
    }
}

/// `exactly 2 entries`, `1 to 32 characters`, `at least 1 entry`, `at most 4 keys`.
fn between(least: Option<&Value>, most: Option<&Value>, one: &str, many: &str) -> String {
    let number = |limit: Option<&Value>| limit.and_then(Value::as_u64);
    match (number(least), number(most)) {
        (Some(least), Some(most)) if least == most => {
            format!("exactly {}", words::count(least, one, many))
        }
        (Some(least), Some(most)) => format!("{least} to {}", words::count(most, one, many)),
        (Some(least), None) => format!("at least {}", words::count(least, one, many)),
        (None, Some(most)) => format!("at most {}", words::count(most, one, many)),
        (None, None) => format!("fewer {many}"),
    }
}
