//! Where a line of a generated file comes from: the line of a template, the keys of the description, and the reason.
//!
//! The keys are found by trying: a key whose change changes the line is one of its keys. So what is said is true whatever the
//! plan does between the two.

mod effects;
pub mod guards;
mod keys;
mod manifest;
pub mod report;
mod vary;
mod why;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub use effects::Load;
pub use keys::{Key, Places, Written};

use crate::artifact::{self, FAMILIES, Origin};
use crate::bundle::{Bundle, MANIFEST};
use crate::compile;
use crate::path::Path;
use crate::render::{TemplateLine, includes};

/// A generated file with where its lines come from.
#[derive(Debug)]
pub struct Explained {
    /// Its path in the tree.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The family of artifacts that makes it.
    pub family: &'static str,
    /// What that family is, in one line.
    pub about: &'static str,
    /// Without these keys it would not be there, or have another path.
    pub keys: Vec<Path>,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A line with where it comes from.
#[derive(Debug)]
pub struct Line {
    /// From 1.
    pub number: usize,
    /// Without its end.
    pub text: String,
    /// The lines of templates that print on it, in their order; none where no template makes it.
    pub made_by: Vec<Made>,
    /// The keys that change it, in the order of the description.
    pub keys: Vec<Path>,
    /// Why it is there.
    pub why: Reason,
}

/// A line of a template, and how it got into the file.
#[derive(Debug)]
pub struct Made {
    /// The line.
    pub by: TemplateLine,
    /// The lines that include its template, innermost first.
    pub included: Vec<TemplateLine>,
}

/// Why a line is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The reason.
    pub text: String,
    /// Where it is said: a file of the tree, or a template, and the line in it. None where the kind of file is the reason.
    pub place: Option<(String, usize)>,
}

/// Why nothing can be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// This version does not accept the description.
    Description,
    /// The description makes no such file.
    NoFile,
    /// A template fails.
    Bug,
}

/// What the lines of a file are made of. `description` has its defaults written out, as trees keep it.
pub fn explain(description: &Value, load: &Load, path: &str) -> Result<Explained, Trouble> {
    let (bundle, origin) = build(description, load, path)?;
    let text = bundle.get(path).ok_or(Trouble::NoFile)?.content.clone();
    let files = BTreeMap::from([(path.to_owned(), text.clone())]);
    let effects = effects::effects(description, load, &files).remove(path).unwrap_or_default();
    let mut lines = lines(&bundle, path, &text, &origin);
    let own = origin.template.is_none().then(|| own_domain(description, path)).flatten();
    for (line, keys) in lines.iter_mut().zip(effects.lines) {
        line.keys = own.clone().map_or_else(|| innermost(keys), |own| vec![own]);
    }
    Ok(explained(path, text, origin.family, innermost(effects.file), lines))
}

/// What the lines of all files are made of, without the keys: they take the most time.
pub fn explain_without_keys(description: &Value, load: &Load) -> Result<Vec<Explained>, Trouble> {
    let (plan, _) = compile::plan_of(description, &|file| load(file)).ok_or(Trouble::Description)?;
    let all = artifact::bundle(&plan).map_err(|_| Trouble::Bug)?;
    let wanted = all.iter().map(|file| file.path.to_string()).collect();
    let (bundle, origins) = artifact::traced(&plan, wanted).map_err(|_| Trouble::Bug)?;
    let explain = |file: &crate::bundle::File| {
        let (path, text) = (file.path.as_str(), file.content.as_str());
        let origin = origins.get(path).ok_or(Trouble::NoFile)?;
        let lines = lines(&bundle, path, text, origin);
        Ok(explained(path, text.to_owned(), origin.family, Vec::new(), lines))
    };
    bundle.iter().map(explain).collect()
}

/// What the lines of a manifest are: no template makes it, and most of it is the description.
pub fn explain_manifest(text: &str) -> Explained {
    explained(MANIFEST, text.to_owned(), "manifest", Vec::new(), manifest::lines(text))
}

fn explained(path: &str, text: String, family: &'static str, keys: Vec<Path>, lines: Vec<Line>) -> Explained {
    let about = FAMILIES.iter().find(|one| one.name == family).map_or(manifest::ABOUT, |one| one.about);
    Explained { path: path.to_owned(), text, family, about, keys, lines }
}

fn build(description: &Value, load: &Load, path: &str) -> Result<(Bundle, Origin), Trouble> {
    let (plan, _) = compile::plan_of(description, &|file| load(file)).ok_or(Trouble::Description)?;
    let mut wanted = BTreeSet::from([path.to_owned()]);
    if path == CIB {
        wanted.extend(scripts(&artifact::bundle(&plan).map_err(|_| Trouble::Bug)?));
    }
    let (bundle, mut origins) = artifact::traced(&plan, wanted).map_err(|_| Trouble::Bug)?;
    let origin = origins.remove(path).ok_or(Trouble::NoFile)?;
    Ok((bundle, origin))
}

/// The key that names the file of which this one is a copy.
fn own_domain(description: &Value, path: &str) -> Option<Path> {
    let guests = description["vms"].as_array()?;
    let named = |guest: &Value| guest["name"].as_str().is_some_and(|name| path.ends_with(&format!("/{name}.xml")));
    let position = guests.iter().position(named)?;
    Some(Path::root().key("vms").index(position).key("domain"))
}

/// The CIB has no comments of its own: the scripts that configure the same have them.
const CIB: &str = "cluster/cib.xml";

fn scripts(bundle: &Bundle) -> Vec<String> {
    let all = bundle.iter().map(|file| file.path.as_str());
    all.filter(|path| path.starts_with("cluster/") && path.ends_with(".sh")).map(str::to_owned).collect()
}

fn lines(bundle: &Bundle, path: &str, text: &str, origin: &Origin) -> Vec<Line> {
    let all: Vec<&str> = text.lines().collect();
    // Each template is looked for once.
    let used: BTreeSet<&str> = origin.lines.iter().flatten().map(|by| by.template).collect();
    let chain = |inner: &str| origin.template.map_or_else(Vec::new, |root| includes(root, inner));
    let chains: BTreeMap<&str, Vec<TemplateLine>> = used.into_iter().map(|inner| (inner, chain(inner))).collect();
    let made = |by: &TemplateLine| Made { by: *by, included: chains.get(by.template).cloned().unwrap_or_default() };
    let line = |(at, by): (usize, &Vec<TemplateLine>)| Line {
        number: at + 1,
        text: all[at].to_owned(),
        made_by: by.iter().map(made).collect(),
        keys: Vec::new(),
        why: reason(bundle, path, &all, at, origin),
    };
    origin.lines.iter().enumerate().map(line).collect()
}

/// The nearest reason that somebody wrote down.
fn reason(bundle: &Bundle, path: &str, lines: &[&str], at: usize, origin: &Origin) -> Reason {
    if origin.template.is_none() {
        return Reason { text: OWN.to_owned(), place: None };
    }
    // What the template says only to its readers is nearer than a comment that stands further above.
    let hidden = origin.lines[at].first().and_then(|by| Some((by, why::in_template(*by)?)));
    if let Some((by, hidden)) = hidden {
        return Reason { text: hidden.text, place: Some((format!("templates/{}", by.template), hidden.line)) };
    }
    let in_file = |comment: why::Comment| Reason { text: comment.text, place: Some((path.to_owned(), comment.line)) };
    let said = || why::above(path, lines, at).map(in_file);
    let script = || if path == CIB { in_scripts(bundle, lines, at) } else { None };
    script().or_else(said).or_else(|| why::head(path, lines).map(in_file)).unwrap_or_else(|| {
        let about = FAMILIES.iter().find(|one| one.name == origin.family).map_or("", |one| one.about);
        Reason { text: about.to_owned(), place: None }
    })
}

const OWN: &str = "the file is the user's own and stands here as it is";

/// What the script says that configures the same.
fn in_scripts(bundle: &Bundle, lines: &[&str], at: usize) -> Option<Reason> {
    let scripts: Vec<(String, Vec<&str>)> = scripts(bundle)
        .into_iter()
        .filter_map(|path| Some((path.clone(), bundle.get(&path)?.content.lines().collect())))
        .collect();
    why::ids(lines, at).into_iter().find_map(|id| {
        scripts.iter().find_map(|(path, script)| {
            let comment = why::above(path, script, why::with_word(script, id)?)?;
            Some(Reason { text: comment.text, place: Some((path.clone(), comment.line)) })
        })
    })
}

/// Leaves out what only holds another key of the same line.
fn innermost(keys: Vec<Path>) -> Vec<Path> {
    let holds = |outer: &Path| {
        keys.iter()
            .any(|key| key.segments().len() > outer.segments().len() && key.segments().starts_with(outer.segments()))
    };
    keys.iter().filter(|key| !holds(key)).cloned().collect()
}
