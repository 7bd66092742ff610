//! A build that is killed at any of its calls, or gets an error from any of them, leaves the old tree or the new one, says
//! the truth about which, and the next build goes on from there.

mod place;
#[allow(dead_code)]
mod readers;
mod strace;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::sync::Mutex;

use gfs2gen::bundle::Bundle;
use gfs2gen::output::{OutputError, apply, plan};
use place::{Place, bundle};
use strace::{Call, Program};

fn old() -> Bundle {
    bundle(&[("RUNBOOK.md", "old", 0o644), ("go.sh", "true", 0o755), ("gone/x", "x", 0o600), ("a/same", "s", 0o644)])
}

fn new() -> Bundle {
    bundle(&[("RUNBOOK.md", "new", 0o644), ("go.sh", "true", 0o755), ("came/y/z", "z", 0o600), ("a/same", "s", 0o644)])
}

/// How the victim ends.
const DONE: i32 = 0;
const AS_IT_WAS: i32 = 4;
const UNSYNCED: i32 = 5;

/// What the tests below run as a process of its own.
fn victim(tree: &Path) -> i32 {
    let result = plan(tree, &new(), "vcluster").and_then(|seen| apply(&seen, &new(), true));
    match result {
        Ok(_) => DONE,
        Err(OutputError::Unsynced { .. }) => UNSYNCED,
        Err(OutputError::Stranded { .. }) => panic!("one fault alone strands nothing"),
        Err(_) => AS_IT_WAS,
    }
}

/// What stands where the victim builds.
#[derive(Clone, Copy)]
struct Scenario {
    name: &'static str,
    prepare: fn(&Place),
    /// What the file system does not know.
    always: &'static [&'static str],
}

type Files = BTreeMap<String, (Vec<u8>, u32)>;

impl Scenario {
    fn place(&self) -> Place {
        let place = Place::new();
        (self.prepare)(&place);
        place
    }

    fn victim(&self, strace: &Path, place: &Place) -> Program {
        Program {
            strace: strace.to_owned(),
            path: std::env::current_exe().unwrap(),
            words: vec![place.tree().to_str().unwrap().to_owned()],
            always: self.always.iter().map(|what| (*what).to_owned()).collect(),
        }
    }

    /// The calls of a whole run, and what stands before and after it.
    fn whole(&self, strace: &Path) -> (Vec<Call>, Files, Files) {
        let place = self.place();
        let before = tree(&place);
        let calls = self.victim(strace, &place).calls(place.out.path().to_str().unwrap());
        (calls, before, tree(&place))
    }
}

/// The files of the tree.
fn tree(place: &Place) -> Files {
    place.disk().into_iter().filter(|(path, _)| path.starts_with("vcluster/")).collect()
}

/// Where a run without exchange keeps the old tree.
fn aside(place: &Place) -> Files {
    let prefix = ".vcluster.gfs2gen-new/old/";
    let below = |(path, file): (String, _)| Some((format!("vcluster/{}", path.strip_prefix(prefix)?), file));
    place.disk().into_iter().filter_map(below).collect()
}

fn goes_on(place: &Place, after: &Files, call: &Call) {
    place.build(&new(), true).unwrap_or_else(|error| panic!("{call:?}: {error}"));
    assert_eq!(&tree(place), after, "{call:?}");
    let names: Vec<_> = fs::read_dir(place.out.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["vcluster"], "{call:?}");
}

/// Kills a run at each of its calls. How often the old tree was left, the new one, and the old one aside.
fn kill_everywhere(strace: &Path, scenario: &Scenario) -> [usize; 3] {
    let (calls, before, after) = scenario.whole(strace);
    let mut left = [0; 3];
    for call in &calls {
        let place = scenario.place();
        let status = scenario.victim(strace, &place).killed_at(call);
        assert_eq!(status.signal(), Some(9), "{}: {call:?}: {status}", scenario.name);
        let now = tree(&place);
        let which = match () {
            () if now == before => 0,
            () if now == after => 1,
            () if now.is_empty() && aside(&place) == before => 2,
            () => panic!("{}: {call:?} leaves a mixture: {:#?}", scenario.name, now.keys()),
        };
        left[which] += 1;
        goes_on(&place, &after, call);
    }
    assert!(left[0] > 40 && left[1] > 10, "{}: {left:?}", scenario.name);
    assert_eq!(left[2] > 0, !scenario.always.is_empty(), "{}: {left:?}", scenario.name);
    left
}

/// Lets each call of a run fail, and looks whether what the run says is true. How often it was done, said no, and could
/// not be sure.
fn fail_everywhere(strace: &Path, scenario: &Scenario, errno: &str) -> [usize; 3] {
    let (calls, before, after) = scenario.whole(strace);
    let mut ends = [0; 3];
    // What is only read is closed without an error, and the standard library relies on it.
    let known = |call: &&Call| call.name != "close" && (scenario.always.is_empty() || call.name != "renameat2");
    for call in calls.iter().filter(known) {
        let place = scenario.place();
        let status = scenario.victim(strace, &place).failing_at(call, errno);
        let (end, expected) = match status.code() {
            Some(DONE) => (0, &after),
            Some(AS_IT_WAS) => (1, &before),
            Some(UNSYNCED) => (2, &after),
            _ => panic!("{}: {call:?} {errno}: {status}", scenario.name),
        };
        assert_eq!(&tree(&place), expected, "{}: {call:?} {errno}: {status}", scenario.name);
        ends[end] += 1;
        goes_on(&place, &after, call);
    }
    assert!(ends[1] > 50 && ends[2] > 0, "{}: {ends:?}", scenario.name);
    ends
}

fn over_a_tree(place: &Place) {
    place.build(&old(), false).unwrap();
}

/// What others have left beside the files of the tree and in them.
fn with_strangers(place: &Place) {
    over_a_tree(place);
    place.write("mine/deep/file", "mine");
    place.write("a/notes", "mine");
    place.write("go.sh", "edited");
}

fn with_leftovers(place: &Place) {
    over_a_tree(place);
    let staging = place.out.path().join(".vcluster.gfs2gen-new/tree/a");
    fs::create_dir_all(&staging).unwrap();
    fs::hard_link(place.at("a/same"), staging.join("same")).unwrap();
}

const NO_EXCHANGE: &[&str] = &["renameat2:error=EINVAL"];

const SCENARIOS: [Scenario; 5] = [
    Scenario { name: "where nothing was", prepare: |_| (), always: &[] },
    Scenario { name: "over a tree", prepare: over_a_tree, always: &[] },
    Scenario { name: "over a tree with strangers in it", prepare: with_strangers, always: &[] },
    Scenario { name: "over what a killed build left", prepare: with_leftovers, always: &[] },
    Scenario { name: "where folders cannot be exchanged", prepare: with_strangers, always: NO_EXCHANGE },
];

/// Kills the program itself, building over the tree of another description: at calls that write, the first, the last and
/// some between of each name.
fn kill_the_program(strace: &Path) -> [usize; 3] {
    let text = include_str!("../examples/minimal/cluster.yaml");
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = [("first", "5s"), ("second", "8s")].map(|(name, token)| {
        let file = folder.path().join(name);
        fs::write(&file, text.replace("  name: vcluster", &format!("  name: vcluster\n  token: {token}"))).unwrap();
        file.to_str().unwrap().to_owned()
    });
    let program = |place: &Place, description: &str| Program {
        strace: strace.to_owned(),
        path: env!("CARGO_BIN_EXE_gfs2gen").into(),
        words: ["build", "-q", "-o", place.out.path().to_str().unwrap(), description].map(str::to_owned).to_vec(),
        always: Vec::new(),
    };
    let place = Place::new();
    let mark = place.out.path().to_str().unwrap();
    program(&place, &first).calls(mark);
    let before = tree(&place);
    let mut calls: BTreeMap<String, Vec<Call>> = BTreeMap::new();
    for call in program(&place, &second).calls(mark) {
        calls.entry(call.name.clone()).or_default().push(call);
    }
    let after = tree(&place);
    assert!(before != after && before.keys().eq(after.keys()));
    let writes = ["mkdir", "linkat", "write", "fchmod", "chmod", "syncfs", "renameat2", "fsync", "unlinkat"];
    let mut left = [0; 3];
    for calls in writes.map(|name| &calls[name]) {
        let some = [0, calls.len() / 3, calls.len() * 2 / 3, calls.len() - 1];
        for call in BTreeSet::from(some).into_iter().map(|at| &calls[at]) {
            program(&place, &first).calls(mark);
            assert!(tree(&place) == before);
            assert_eq!(program(&place, &second).killed_at(call).signal(), Some(9), "{call:?}");
            let now = tree(&place);
            assert!(now == before || now == after, "{call:?} leaves a mixture");
            left[usize::from(now == after)] += 1;
        }
    }
    assert!(left[0] > 10 && left[1] > 3, "{left:?}");
    left
}

type Job<'a> = (String, Box<dyn FnOnce() -> [usize; 3] + Send + 'a>);

fn jobs(strace: &Path) -> Vec<Job<'_>> {
    let mut jobs: Vec<Job> = Vec::new();
    jobs.push(("killed, the program: [old, new]".to_owned(), Box::new(|| kill_the_program(strace))));
    for scenario in SCENARIOS {
        let name = format!("killed {}: [old, new, old aside]", scenario.name);
        jobs.push((name, Box::new(move || kill_everywhere(strace, &scenario))));
    }
    for (scenario, errno) in [(SCENARIOS[2], "EIO"), (SCENARIOS[4], "EIO"), (SCENARIOS[2], "ENOSPC")] {
        let name = format!("{errno} {}: [done, refused, not flushed]", scenario.name);
        jobs.push((name, Box::new(move || fail_everywhere(strace, &scenario, errno))));
    }
    jobs
}

fn main() {
    if let Some(tree) = std::env::args_os().nth(1).filter(|word| Path::new(word).is_absolute()) {
        std::process::exit(victim(Path::new(&tree)));
    }
    let Some(strace) = readers::find("strace") else { return };
    // Two at once: most of the time goes by with processes that start and end.
    let jobs = Mutex::new(jobs(&strace).into_iter());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some((name, job)) = jobs.lock().unwrap().next() else { return };
                    println!("{name} = {:?}", job());
                }
            });
        }
    });
}
