//! The compiler: one stage after the other, each only on what the one before found nothing wrong with.

use std::collections::BTreeMap;
use std::io;

use crate::artifact;
use crate::bundle::Bundle;
use crate::diag::{At, Code, Diagnostic, Severity, code};
use crate::domain::Domain;
use crate::model::Description;
use crate::path::Path;
use crate::plan::{self, Plan, Written};
use crate::platform;
use crate::rules;
use crate::schema;
use crate::source::Source;
use crate::syntax::{self, Document};

/// What a stage reports that the stages before it should have made impossible.
pub const BUG: Code =
    code!("GFS901" "bug-in-gfs2gen" Error "gfs2gen contradicts itself: please report it with the description");

/// Every code that can be reported, in order.
pub fn codes() -> Vec<Code> {
    let rules = rules::all().map(|rule| rule.code);
    let others = [syntax::CODES, schema::check::CODES, rules::CODES, &[BUG]];
    let mut all: Vec<Code> = others.into_iter().flatten().copied().chain(rules).collect();
    all.sort_by_key(|code| code.code);
    all
}

/// What came of a description.
#[derive(Debug, Default)]
pub struct Compiled {
    /// Everything there is to say.
    pub diagnostics: Vec<Diagnostic>,
    /// The description's text with its places, if it could be read.
    pub document: Option<Document>,
    /// The plan and the tree, if there is no error.
    pub built: Option<(Plan, Bundle)>,
}

impl Compiled {
    /// Whether nothing stands against the tree.
    pub fn is_fine(&self) -> bool {
        self.built.is_some()
    }
}

/// Compiles a description. `today` (YYYY-MM-DD) decides only which waivers have ended; `load` reads the files that the
/// description names, by their path in it.
pub fn compile(source: &Source, today: &str, load: &dyn Fn(&str) -> io::Result<String>) -> Compiled {
    compile_without(source, today, load, &[])
}

/// Compiles as if there were no rules with the codes in `off`: how tests see that one rule alone finds a mistake.
///
/// # Panics
///
/// Where the plan relies on one of them.
pub fn compile_without(
    source: &Source,
    today: &str,
    load: &dyn Fn(&str) -> io::Result<String>,
    off: &[&str],
) -> Compiled {
    let mut compiled = Compiled::default();
    let outcome = stages(source, today, load, off, &mut compiled);
    match outcome {
        Ok(built) => compiled.built = Some(built),
        Err(errors) => compiled.diagnostics.extend(errors),
    }
    let Compiled { diagnostics, document, .. } = &mut compiled;
    keep_first(diagnostics, document.as_ref());
    if let Some(document) = document {
        diagnostics.iter_mut().for_each(|found| say_origins(found, document));
    }
    compiled
}

/// More findings than these help nobody: the file is none of ours, or a program wrote it.
const MOST: usize = 100;

/// Cuts off what is too much: errors stay before warnings, those before that stand first.
fn keep_first(found: &mut Vec<Diagnostic>, document: Option<&Document>) {
    if found.len() <= MOST {
        return;
    }
    let start = |at: &At| match (at, document) {
        (at, Some(document)) => document.locate(at).start,
        (At::Span(span), None) => span.start,
        (At::Path(..), None) => 0,
    };
    found.sort_by_cached_key(|finding| (std::cmp::Reverse(finding.severity), start(&finding.primary.at)));
    found.truncate(MOST);
    if let Some(last) = found.last_mut() {
        last.notes.push("more findings are not shown".to_owned());
    }
}

/// A value that nobody wrote is shown at what it belongs to; the note says which key it is and where it comes from.
fn say_origins(found: &mut Diagnostic, document: &Document) {
    let mut notes = Vec::new();
    for label in std::iter::once(&found.primary).chain(&found.secondary) {
        let At::Path(path, _) = &label.at else { continue };
        // Both ends of a conflict may be the same default.
        notes.extend(schema::origin(document, path).filter(|note| !notes.contains(note)));
    }
    found.notes.append(&mut notes);
}

/// A platform that nobody can have is no misspelt one: the note says what it lacks.
fn say_refused(found: &mut Diagnostic, document: &Document) {
    let at = Path::root().key("platform");
    let why = document.get(&at).and_then(|name| platform::why_refused(name.as_str()?));
    if let Some(why) = why.filter(|_| found.primary.at == At::value(at)) {
        found.notes.push(why.to_owned());
        found.suggestion = None;
        found.help.retain(|line| !line.starts_with("did you mean"));
    }
}

fn stages(
    source: &Source,
    today: &str,
    load: &dyn Fn(&str) -> io::Result<String>,
    off: &[&str],
    compiled: &mut Compiled,
) -> Result<(Plan, Bundle), Vec<Diagnostic>> {
    let on = |found: Vec<Diagnostic>| -> Vec<Diagnostic> {
        found.into_iter().filter(|finding| !off.contains(&finding.code)).collect()
    };
    let document = compiled.document.insert(Document::parse(source)?);
    let description = shape(document)?;
    let written = attach(description, load);
    let found = on(rules::written(&written));
    if found.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(found);
    }
    let plan = plan::resolve(&written);
    let found = found.into_iter().chain(on(rules::plan(&plan))).collect();
    let found = on(rules::waive(found, &plan.waivers, today, &codes()));
    if found.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(found);
    }
    compiled.diagnostics = found;
    let mut bundle = artifact::bundle(&plan).map_err(|bug| vec![report(&bug.to_string())])?;
    bundle.describe(plan::written_out(&written.description, &plan));
    Ok((plan, bundle))
}

/// The plan of a description without a text, and the description with its defaults written out: what would be, for those who
/// ask what depends on what. Nothing where the schema or gate 1 refuses it; what will be true is not looked at.
pub fn plan_of(
    description: &serde_json::Value,
    load: &dyn Fn(&str) -> io::Result<String>,
) -> Option<(Plan, serde_json::Value)> {
    if !schema::accepts(description) {
        return None;
    }
    let written = attach(serde_json::from_value(description.clone()).ok()?, load);
    if rules::written(&written).iter().any(|finding| finding.severity == Severity::Error) {
        return None;
    }
    let plan = plan::resolve(&written);
    let written_out = plan::written_out(&written.description, &plan);
    Some((plan, written_out))
}

/// The document as a description, or all that is wrong with its shape.
fn shape(document: &Document) -> Result<Description, Vec<Diagnostic>> {
    let mut errors = schema::errors(document);
    errors.iter_mut().for_each(|found| say_refused(found, document));
    if !errors.is_empty() {
        return Err(errors);
    }
    serde_json::from_value(document.value().clone())
        .map_err(|error| vec![report(&format!("the schema accepts what the model refuses: {error}"))])
}

/// Reads the files that the description names.
fn attach(description: Description, load: &dyn Fn(&str) -> io::Result<String>) -> Written {
    let mut domains = BTreeMap::new();
    for (position, vm) in description.vms.iter().flatten().enumerate() {
        if let Some(path) = &vm.domain {
            let domain = load(path.as_str()).map_err(|error| format!("it cannot be read: {error}"));
            domains.insert(position, domain.and_then(|text| Domain::parse(&text)));
        }
    }
    Written { description, domains }
}

fn report(message: &str) -> Diagnostic {
    Diagnostic::new(BUG, message, At::value(Path::root())).help("this is a bug in gfs2gen, please report it")
}
