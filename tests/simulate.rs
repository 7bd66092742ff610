//! What Pacemaker's scheduler does with the CIB of every example. `GFS2GEN_BLESS=1 cargo test --test simulate` accepts it.

#[allow(dead_code, reason = "each test program uses its part of this")]
mod built;
mod program;
#[allow(dead_code, reason = "each test program uses its part of this")]
mod readers;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use program::{MINIMAL, run};
use similar::TextDiff;

const EXPECTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/simulated");

/// Whether the simulator is here.
fn simulator() -> bool {
    readers::find("crm_simulate").is_some()
}

#[test]
fn every_example_does_what_is_expected_and_every_claim_holds() {
    if !simulator() {
        return;
    }
    let bless = std::env::var_os("GFS2GEN_BLESS").is_some();
    let mut names = BTreeSet::new();
    for (name, description) in built::examples() {
        let file = Path::new(EXPECTED).join(format!("{name}.txt"));
        let output = built::gfs2gen().arg("simulate").arg(&description).output().unwrap();
        let (now, said) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(0), "{name}: {said}\n{now}");
        assert!(said.ends_with("all hold\n"), "{said}");
        if bless {
            fs::create_dir_all(EXPECTED).unwrap();
            fs::write(&file, &now).unwrap();
        }
        let then = fs::read_to_string(&file).unwrap_or_default();
        assert!(then == now, "{name} differs\n{}", TextDiff::from_lines(&then, &now).unified_diff());
        names.insert(format!("{name}.txt"));
    }
    let files = fs::read_dir(EXPECTED).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(files.collect::<BTreeSet<_>>(), names, "tests/simulated and examples/ hold the same names");
}

#[test]
fn programs_get_one_document() {
    if !simulator() {
        return;
    }
    let words = ["simulate", "-", "--format", "json", "--scenario", "cold-start", "--scenario", "node-lost"];
    let said = run(Path::new("/"), &words, MINIMAL);
    assert_eq!(said.code, 0, "{}", said.err);
    let document: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(document["version"], 1);
    let played: Vec<_> =
        document["scenarios"].as_array().unwrap().iter().map(|one| (&one["name"], &one["node"])).collect();
    let names = [("cold-start", None), ("node-lost", Some("server4")), ("node-lost", Some("server7"))];
    assert_eq!(
        played,
        names.map(|(name, node)| (name.into(), node.into())).iter().map(|(a, b)| (a, b)).collect::<Vec<_>>()
    );
    let first = &document["scenarios"][1]["steps"][0];
    assert_eq!(first["actions"][0]["action"], "fence");
    assert_eq!(first["actions"][0]["node"], "server4");
    assert_eq!(first["after"]["promoted"]["drbd-r0"], serde_json::json!(["server7"]));
    assert!(first["claims"].as_array().unwrap().iter().all(|claim| claim["holds"] == true && claim["but"].is_null()));
}

/// Pacemaker 3 states a newer schema than this simulator knows.
#[test]
fn a_cib_of_a_newer_pacemaker_is_lowered() {
    if !simulator() {
        return;
    }
    let newer = MINIMAL.replace("platform: debian12", "platform: debian13");
    let all = |text: &str| run(Path::new("/"), &["simulate", "-", "--scenario", "node-lost"], text);
    assert_eq!(all(&newer).out, all(MINIMAL).out);
    assert_eq!(all(&newer).code, 0);
}

#[test]
fn the_list_names_every_scenario_and_claim() {
    let said = run(Path::new("/"), &["simulate", "--list"], "");
    assert_eq!(said.code, 0);
    let page = include_str!("../docs/simulate.md");
    let names = said.out.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    let missing: Vec<_> = names.clone().filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert_eq!(missing, Vec::<&str>::new(), "docs/simulate.md names all of them");
    assert!(names.count() > 40);
}

#[test]
fn what_cannot_be_played_is_said() {
    let root = Path::new("/");
    let said = run(root, &["simulate", "-", "--scenario", "node-lots"], MINIMAL);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("did you mean `node-lost`? `gfs2gen simulate --list` prints all"), "{}", said.err);
    let said = run(root, &["simulate"], "");
    assert_eq!(said.code, 2, "{}", said.err);
    let said = run(root, &["simulate", "/nonexistent.yaml"], "");
    assert_eq!((said.code, said.out.as_str()), (4, ""), "{}", said.err);
    let said = run(root, &["simulate", "-"], MINIMAL.replace("        delay: 10s\n", ""));
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{}", said.err);
    assert!(said.err.contains("GFS405"), "{}", said.err);
    if simulator() {
        let said = run(root, &["simulate", "-", "--scenario", "guest-fails"], MINIMAL);
        let told = "this cluster has nothing of that kind: no scenario was played\n";
        assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", told));
    }
}

#[test]
fn a_missing_simulator_is_named_with_its_package() {
    let Some(simulator) = readers::find("crm_simulate") else { return };
    // In a namespace in which the program is none.
    let script = "mount --bind /dev/null \"$1\"; exec \"$2\" simulate - --scenario cold-start";
    let mut command = Command::new("unshare");
    command.args(["-Urm", "sh", "-euc", script, "sh"]).arg(&simulator).arg(env!("CARGO_BIN_EXE_gfs2gen"));
    let input = fs::File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/minimal/cluster.yaml")).unwrap();
    let output = command.env("PATH", "/usr/bin:/bin").stdin(input).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(
        said.starts_with("gfs2gen: crm_simulate is not installed") && said.contains("`pacemaker-cli-utils`"),
        "{said}"
    );
}
