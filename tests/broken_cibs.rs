//! Mistakes in a generated CIB, many of them the original's, and the claim that catches each: the simulator and the claims can
//! fail. A mistake plays only the scenarios that should show it.

mod mistaken;
#[allow(dead_code, reason = "each test program uses its part of this")]
mod readers;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use gfs2gen::compile::compile;
use gfs2gen::plan::Plan;
use gfs2gen::simulate::{CLAIMS, SCENARIOS, Simulator, Stack, simulate};
use gfs2gen::source::Source;
use mistaken::{MISTAKES, Mistake};

/// The plan of an example, and its CIB.
fn example(name: &str) -> (Plan, String) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let text = std::fs::read_to_string(format!("{folder}/{name}/cluster.yaml")).unwrap();
    let load = |path: &str| std::fs::read_to_string(format!("{folder}/{name}/{path}"));
    let compiled = compile(&Source::new(name, text), "2026-01-01", &load);
    let (plan, bundle) = compiled.built.expect("an example is fine");
    let cib = bundle.iter().find(|file| file.path.as_str() == "cluster/cib.xml").expect("a CIB").content.clone();
    (plan, cib)
}

/// What is wrong with how the mistake is caught, if anything.
fn miscaught(simulator: &Simulator, mistake: &Mistake) -> Option<String> {
    let Mistake { what, example: name, change, scenario, claim } = mistake;
    let (plan, cib) = example(name);
    let broken = change(&cib);
    assert_ne!(broken, cib, "{what}");
    let outcomes = match simulate(simulator, &broken, &Stack::of(&plan), &[scenario]) {
        Ok(outcomes) => outcomes,
        Err(failure) => return Some(format!("{what}: {failure}")),
    };
    let found: Vec<String> = outcomes
        .iter()
        .flat_map(gfs2gen::simulate::Outcome::broken)
        .map(|(step, found)| format!("{}: {}: {}", step.event, found.name, found.but.as_deref().unwrap_or_default()))
        .collect();
    let caught = outcomes.iter().flat_map(|outcome| outcome.broken()).any(|(_, found)| found.name == *claim);
    (!caught).then(|| format!("{what}: `{claim}` does not catch it in `{scenario}`, but {found:#?}"))
}

#[test]
fn every_mistake_is_caught_by_its_claim() {
    if readers::find("crm_simulate").is_none() {
        return;
    }
    let simulator = Simulator::find().expect("it is installed");
    let next = AtomicUsize::new(0);
    let work = || {
        let take = || MISTAKES.get(next.fetch_add(1, Ordering::Relaxed));
        std::iter::from_fn(take).filter_map(|mistake| miscaught(&simulator, mistake)).collect::<Vec<_>>()
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let missed: Vec<String> = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a mistake was made")).collect()
    });
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn the_table_is_about_what_there_is() {
    assert!(MISTAKES.len() > 20);
    for Mistake { what, scenario, claim, .. } in MISTAKES {
        assert!(SCENARIOS.iter().any(|one| one.name == *scenario), "{what}: {scenario}");
        assert!(CLAIMS.iter().any(|(name, _)| name == claim), "{what}: {claim}");
    }
}

/// A claim that no mistake breaks could be one that cannot fail.
#[test]
fn every_claim_catches_a_mistake() {
    let idle: Vec<&str> = CLAIMS
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !MISTAKES.iter().any(|mistake| mistake.claim == *name))
        .collect();
    assert_eq!(idle, Vec::<&str>::new());
}
