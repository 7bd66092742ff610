//! What came of scenarios, as a short text that only changes where the behaviour does, and as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::Serialize;

use super::claims::{ALWAYS, Verdict};
use super::graph::Verb;
use super::seen::{Done, Seen};
use super::stack::Stack;
use super::status::{Role, Status};

/// What came of a scenario.
#[derive(Debug, Serialize)]
pub struct Outcome {
    /// Its name.
    pub name: &'static str,
    /// What happens.
    pub about: String,
    /// The node that it is about, where it is played for each.
    pub node: Option<String>,
    /// Its steps.
    pub steps: Vec<StepOutcome>,
}

/// What came of a step.
#[derive(Debug, Serialize)]
pub struct StepOutcome {
    /// What happened.
    pub event: String,
    /// What Pacemaker did.
    pub actions: Vec<Shown>,
    /// What runs after it.
    pub after: After,
    /// What had to hold, and whether it did.
    pub claims: Vec<ClaimOutcome>,
}

/// Something that Pacemaker did.
#[derive(Debug, Clone, Serialize)]
pub struct Shown {
    /// How many things at least came before it in the step, itself included.
    pub wave: usize,
    /// What was done.
    pub action: &'static str,
    /// To what; none where a node is meant.
    pub resource: Option<String>,
    /// Where.
    pub node: String,
    /// Where a guest moved to.
    pub to: Option<String>,
    /// Whether it failed.
    pub failed: bool,
}

/// What runs.
#[derive(Debug, Serialize)]
pub struct After {
    /// The nodes that are members.
    pub online: Vec<String>,
    /// By disk, where it may be written to.
    pub promoted: BTreeMap<String, Vec<String>>,
    /// By mount, where it is mounted.
    pub mounted: BTreeMap<String, Vec<String>>,
    /// By guest, where it runs.
    pub guests: BTreeMap<String, Vec<String>>,
}

/// Whether a claim held.
#[derive(Debug, Serialize)]
pub struct ClaimOutcome {
    /// Its name.
    pub name: &'static str,
    /// Whether it held.
    pub holds: bool,
    /// What was seen instead.
    pub but: Option<String>,
}

impl Outcome {
    /// Every claim that did not hold, with its step.
    pub fn broken(&self) -> impl Iterator<Item = (&StepOutcome, &ClaimOutcome)> {
        self.steps
            .iter()
            .flat_map(|step| step.claims.iter().filter(|claim| !claim.holds).map(move |claim| (step, claim)))
    }
}

impl StepOutcome {
    pub(super) fn new(
        event: String,
        seen: &Seen,
        stack: &Stack,
        verdicts: Vec<(&'static str, Verdict)>,
    ) -> StepOutcome {
        let claims = verdicts.into_iter().map(|(name, verdict)| ClaimOutcome {
            name,
            holds: verdict.is_ok(),
            but: verdict.err(),
        });
        StepOutcome { event, actions: shown(seen), after: after(&seen.after, stack), claims: claims.collect() }
    }
}

/// What people want to see: no notification, and not the stop that ends a migration.
fn shown(seen: &Seen) -> Vec<Shown> {
    let ends_migration = |place: usize, done: &Done| {
        let action = &done.action;
        let moves =
            || seen.places(Verb::Migrate, &action.resource, &action.node).filter(|moves| !seen.done[*moves].failed);
        action.verb == Verb::Stop && seen.any_before(place, moves())
    };
    let all = seen.done.iter().enumerate();
    let wanted = all.filter(|(place, done)| done.action.verb != Verb::Notify && !ends_migration(*place, done));
    let mut shown: Vec<(Verb, Shown)> = wanted
        .map(|(_, done)| {
            let action = &done.action;
            let of_node = matches!(action.verb, Verb::Fence | Verb::Leave);
            let shown = Shown {
                wave: done.wave,
                action: action.verb.word(),
                resource: (!of_node).then(|| action.resource.clone()),
                node: action.node.clone(),
                to: action.to.clone(),
                failed: done.failed,
            };
            (action.verb, shown)
        })
        .collect();
    shown.sort_by(|(one, a), (other, b)| {
        let key = |verb: &Verb, shown: &Shown| (shown.wave, *verb, shown.resource.clone(), shown.node.clone());
        key(one, a).cmp(&key(other, b))
    });
    shown.into_iter().map(|(_, shown)| shown).collect()
}

fn after(status: &Status, stack: &Stack) -> After {
    let nodes = |id: &str, wanted: &dyn Fn(Role) -> bool| {
        let nodes = status.running.get(id).into_iter().flatten();
        nodes.filter(|(_, role)| wanted(**role)).map(|(node, _)| node.clone()).collect::<Vec<_>>()
    };
    let any = |id: &String| (id.clone(), nodes(id, &|_| true));
    After {
        online: status.online.iter().cloned().collect(),
        promoted: stack
            .disks
            .iter()
            .map(|disk| (disk.id.clone(), nodes(&disk.id, &|role| role == Role::Promoted)))
            .collect(),
        mounted: stack.filesystems().map(|(_, filesystem)| any(&filesystem.mount)).collect(),
        guests: stack.guests.iter().map(|guest| any(&guest.id)).collect(),
    }
}

/// The outcomes for people.
pub fn text(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for outcome in outcomes {
        let node = outcome.node.as_ref().map(|node| format!(" ({node})")).unwrap_or_default();
        write(&mut text, format_args!("{}{node}: {}\n", outcome.name, outcome.about));
        for (number, step) in outcome.steps.iter().enumerate() {
            write(&mut text, format_args!("  {}. {}\n", number + 1, step.event));
            step_text(&mut text, step);
        }
        text.push('\n');
    }
    text
}

fn write(text: &mut String, words: std::fmt::Arguments) {
    text.write_fmt(words).expect("a String takes any text");
}

fn step_text(text: &mut String, step: &StepOutcome) {
    let mut last = 0;
    for (wave, action, words) in lines(&step.actions) {
        let number = if wave == last { String::new() } else { wave.to_string() };
        last = wave;
        write(text, format_args!("    {number:>3}  {action:<8} {words}\n"));
    }
    if step.actions.is_empty() {
        text.push_str("         nothing\n");
    } else {
        write(text, format_args!("    then {}\n", after_words(&step.after)));
    }
    let always: Vec<&str> = ALWAYS.iter().map(super::claims::Claim::name).collect();
    let holds = step.claims.iter().filter(|claim| claim.holds && !always.contains(&claim.name)).map(|claim| claim.name);
    let mut holds: Vec<&str> = holds.collect();
    holds.dedup();
    if !holds.is_empty() {
        write(text, format_args!("    holds {}\n", holds.join(", ")));
    }
    for claim in step.claims.iter().filter(|claim| !claim.holds) {
        let but = claim.but.as_deref().unwrap_or_default();
        write(text, format_args!("    FAILS {}: {but}\n", claim.name));
    }
}

/// What is done at the same point and in the same way, on one line: resources that have the same nodes together.
fn lines(actions: &[Shown]) -> Vec<(usize, &'static str, String)> {
    let mut lines: Vec<(usize, &'static str, Vec<&Shown>)> = Vec::new();
    for shown in actions {
        match lines.last_mut() {
            Some((wave, action, all)) if *wave == shown.wave && *action == shown.action => all.push(shown),
            _ => lines.push((shown.wave, shown.action, vec![shown])),
        }
    }
    lines.into_iter().map(|(wave, action, all)| (wave, action, line(&all))).collect()
}

fn line(all: &[&Shown]) -> String {
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut words: Vec<String> = Vec::new();
    for shown in all {
        let failed = if shown.failed { " (fails)" } else { "" };
        match (&shown.resource, &shown.to) {
            (None, _) => words.push(shown.node.clone()),
            (Some(resource), Some(to)) => words.push(format!("{resource} from {} to {to}{failed}", shown.node)),
            (Some(resource), None) => {
                places.entry(format!("{resource}{failed}")).or_default().insert(shown.node.clone());
            }
        }
    }
    let mut together: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (resource, nodes) in places {
        together.entry(join(&nodes)).or_default().push(resource);
    }
    words.extend(together.into_iter().map(|(nodes, resources)| format!("{} on {nodes}", resources.join(", "))));
    words.join("; ")
}

fn join<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().map(String::as_str).collect::<Vec<_>>().join(" + ")
}

fn after_words(after: &After) -> String {
    let mut together: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (id, nodes) in after.promoted.iter().chain(&after.mounted).chain(&after.guests) {
        let place = if nodes.is_empty() { "nowhere".to_owned() } else { format!("on {}", join(nodes)) };
        together.entry(place).or_default().push(id);
    }
    together.into_iter().map(|(nodes, ids)| format!("{} {nodes}", ids.join(", "))).collect::<Vec<_>>().join("; ")
}

/// The outcomes for programs.
pub fn json(outcomes: &[Outcome]) -> String {
    #[derive(Serialize)]
    struct Document<'a> {
        version: u32,
        scenarios: &'a [Outcome],
    }
    let document = Document { version: 1, scenarios: outcomes };
    serde_json::to_string_pretty(&document).expect("strings and numbers serialize") + "\n"
}
