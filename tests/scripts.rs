//! What the generated scripts do before they touch anything, and that their steps go on where they were cut off.
//!
//! That bash, shellcheck, ansible and yamllint take them is tested with all other files of the trees.

#[allow(dead_code, reason = "each test program uses its part of this")]
mod built;
#[allow(dead_code, reason = "each test program uses its part of this")]
mod readers;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use gfs2gen::render::TEMPLATES;

use built::Built;
use readers::find;

/// Runs a script and returns its exit code with all that it says.
fn run(script: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new("bash").arg(script).args(arguments).output().expect("bash starts");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().expect("an exit code"), String::from_utf8(said).expect("UTF-8"))
}

fn node_scripts(tree: &Built) -> Vec<PathBuf> {
    let nodes = fs::read_dir(tree.root.join("nodes")).unwrap();
    nodes.map(|node| node.unwrap().path().join("node.sh")).collect()
}

#[test]
fn every_step_of_the_list_is_four_functions() {
    if find("bash").is_none() {
        return;
    }
    for tree in built::all() {
        for script in node_scripts(&tree) {
            let (code, list) = run(&script, &["--list"]);
            assert_eq!(code, 0, "{list}");
            let text = fs::read_to_string(&script).unwrap();
            for step in list.lines() {
                for part in ["probe", "gate", "do", "check"] {
                    let function = format!("\n{}_{part}() {{", step.replace('-', "_"));
                    assert!(text.contains(&function), "{}: {step} has no {part}", tree.name);
                }
            }
        }
    }
}

#[test]
fn bootstrap_and_the_playbook_call_only_steps_that_are_there() {
    for tree in built::all() {
        let (_, list) = run(&node_scripts(&tree)[0], &["--list"]);
        let bootstrap = fs::read_to_string(tree.root.join("bootstrap.sh")).unwrap();
        let playbook = fs::read_to_string(tree.root.join("ansible/site.yml")).unwrap();
        let (_, moves) = bootstrap.split_once("\ntree\n").expect("the call of the first thing");
        let mut called = 0;
        for line in moves.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["both" | "first", step, ..] => {
                    assert!(list.lines().any(|known| known == step), "{}: {line}", tree.name);
                    assert!(playbook.contains(&format!("gfs2gen_words: [\"{step}\"")), "{}: {line}", tree.name);
                    called += 1;
                }
                ["script", _, file] => {
                    assert!(tree.root.join("cluster").join(file).is_file(), "{}: {line}", tree.name);
                    assert!(playbook.contains(&format!("\"{file}\"")), "{}: {line}", tree.name);
                }
                _ => {}
            }
        }
        assert!(called > 20, "{moves}");
        for script in fs::read_dir(tree.root.join("cluster")).unwrap() {
            let name = script.unwrap().file_name().into_string().unwrap();
            assert!(!name.ends_with(".sh") || moves.contains(&name), "{}: {name} is never called", tree.name);
        }
    }
}

#[test]
fn teardown_stops_resources_that_the_cluster_has() {
    for tree in built::all() {
        let teardown = fs::read_to_string(tree.root.join("teardown.sh")).unwrap();
        let cib = fs::read_to_string(tree.root.join("cluster/cib.xml")).unwrap();
        let (_, rest) = teardown.split_once("RESOURCE_IDS=(\n").expect("the list");
        let (ids, _) = rest.split_once(")\n").expect("its end");
        for id in ids.split_whitespace() {
            assert!(cib.contains(&format!(" id=\"{id}\"")), "{}: {id}", tree.name);
        }
    }
}

#[test]
fn nothing_is_destroyed_without_the_clusters_name() {
    for tree in built::all() {
        let teardown = tree.root.join("teardown.sh");
        for arguments in [&[][..], &["--destroy-all-data"], &["--destroy-all-data=other"], &["--destroy-all-data="]] {
            let (code, said) = run(&teardown, arguments);
            assert_eq!(code, 2, "{said}");
            assert!(said.contains("--destroy-all-data="), "{said}");
        }
        let node = &node_scripts(&tree)[0];
        for step in ["undo-cib", "undo-cluster", "undo-files"] {
            assert_eq!(run(node, &[step]).0, 2);
            assert_eq!(run(node, &[step, "--destroy-all-data=other"]).0, 2);
        }
    }
}

#[test]
fn what_is_not_known_is_a_usage_error() {
    let tree = built::all().remove(0);
    let node = &node_scripts(&tree)[0];
    for arguments in [&[][..], &["no-such-step"], &["--force", "identity"], &["drbd-up"], &["drbd-up", "no-such"]] {
        assert_eq!(run(node, arguments).0, 2, "{arguments:?}");
    }
    assert_eq!(run(&tree.root.join("bootstrap.sh"), &["--only", "no-such-step"]).0, 2);
    assert_eq!(run(&tree.root.join("bootstrap.sh"), &["--force"]).0, 2);
    assert_eq!(run(&tree.root.join("verify.sh"), &["--fix"]).0, 2);
}

/// bootstrap.sh with an ssh that only takes note of what it is to do, and that fails at a command with this word. It shares no
/// connection: each call makes its own.
fn bootstrap(tree: &Built, arguments: &[&str], fails_at: &str) -> (i32, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let ssh = folder.path().join("ssh");
    let log = folder.path().join("log");
    let text = format!(
        "#!/bin/bash\ncase \" $* \" in *' -M '*) exit 1 ;; esac\ncat >/dev/null\nwords=${{*: -2}}\nprintf '%s\\n' \"${{words//$'\\n'/ }}\" >>{}\ncase $words in *{fails_at}*) exit 1 ;; esac\n\
         echo 'gfs2gen: unchanged'\n",
        log.display()
    );
    fs::write(&ssh, text).unwrap();
    fs::set_permissions(&ssh, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let script = tree.root.join("bootstrap.sh");
    let output = Command::new("bash").arg(script).args(arguments).env("PATH", path).output().unwrap();
    let log = fs::read_to_string(log).unwrap_or_default();
    (output.status.code().unwrap(), log.lines().map(|line| line.trim_end().to_owned()).collect())
}

#[test]
fn bootstrap_goes_over_both_nodes_in_order_and_stops_where_something_fails() {
    let tree = built::build(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/full/cluster.yaml"), "full");
    let (code, log) = bootstrap(&tree, &[], "drbd-metadata");
    assert_eq!(code, 1);
    let at = |word: &str| log.iter().position(|line| line.contains(word)).unwrap_or_else(|| panic!("{word}: {log:#?}"));
    // A step runs on both at once, and the next one when both are done.
    let both =
        |at: usize| ["root@alpha", "root@beta"].map(|node| log[at..at + 2].iter().any(|line| line.starts_with(node)));
    assert!(at("tar -C") == 0 && both(2) == [true, true] && both(4) == [true, true], "{log:#?}");
    let order = [
        "identity",
        "packages",
        "make-keys",
        "keys-out",
        "overlay",
        "cluster-start",
        "20-fencing.sh",
        "fencing-proven",
    ];
    assert!(order.windows(2).all(|pair| at(pair[0]) < at(pair[1])), "{log:#?}");
    assert!(log.last().unwrap().contains("drbd-metadata fast"), "{log:#?}");
    assert!(!log.iter().any(|line| line.contains("pcs") || line.contains("fencing-record")), "nobody asked: {log:#?}");

    let (code, log) = bootstrap(&tree, &["--only", "drbd-sync", "--skip-initial-sync"], "no-such-word");
    assert_eq!(code, 0);
    let steps: Vec<&String> = log.iter().filter(|line| line.contains("node.sh")).collect();
    assert_eq!(steps.len(), 2, "{log:#?}");
    assert!(steps[0].ends_with("drbd-sync fast skip") && steps[1].ends_with("drbd-sync slow skip"), "{log:#?}");

    let (code, log) = bootstrap(&tree, &["--from", "settled"], "no-such-word");
    assert_eq!(code, 1, "a node that says nothing is not verified: {log:#?}");
}

/// What `progress` says of a resource whose state a program or file gives as this text.
fn progress(text: &str, drbd9: bool) -> String {
    let (_, template) = TEMPLATES.iter().find(|(name, _)| *name == "node/drbd.sh.j2").expect("the template");
    let (_, rest) = template.split_once("progress() {").expect("the function");
    let (progress, rest) = rest.split_once("{% if drbd9 %}\n").expect("two ways");
    let (new, rest) = rest.split_once("{% else %}\n").expect("two ways");
    let (old, _) = rest.split_once("{% endif %}\n").expect("the end");
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    fs::write(&state, text).unwrap();
    let state = state.display();
    let way = if drbd9 { new.to_owned() } else { old.replace("/proc/drbd", &state.to_string()) };
    let script = folder.path().join("progress.sh");
    let fakes =
        format!("drbdsetup() {{ cat {state}; }}\nconnection() {{ echo Connected; }}\ndisks() {{ echo a/b; }}\n");
    let facts = "set -euo pipefail\nsay() { printf '%s\\n' \"$*\"; }\ndeclare -A MINOR=([slow]=1)\n";
    fs::write(&script, format!("{facts}{fakes}progress() {{{progress}{way}\nprogress slow\n")).unwrap();
    run(&script, &[]).1
}

#[test]
fn the_first_copy_is_told_in_one_line() {
    let proc_drbd = "version: 8.4.11 (api:1/proto:86-101)\n\
        0: cs:SyncSource ro:Secondary/Secondary ds:UpToDate/Inconsistent C r-----\n    ns:1 nr:0 dw:0 dr:1 al:8 bm:0\n\
        \t[>....................] sync'ed:  0.4% (1020/1023)M\n\tfinish: 9:59:59 speed: 1 (1) K/sec\n\
        1: cs:SyncSource ro:Secondary/Secondary ds:UpToDate/Inconsistent C r-----\n    ns:1 nr:0 dw:0 dr:1 al:8 bm:0\n\
        \t[=====>..............] sync'ed: 31.2% (704/1023)M\n\tfinish: 0:00:58 speed: 12,288 (11,264) K/sec\n";
    assert_eq!(progress(proc_drbd, false), "   slow: 31.2% copied, 12,288 K/s, 0:00:58 left\n");
    let stalled = proc_drbd.replace("(11,264) K/sec", "(11,264) K/sec (stalled)").replace("31.2%", "100.0%");
    assert_eq!(progress(&stalled, false), "   slow: 100.0% copied, 12,288 K/s, 0:00:58 left, stalled\n");
    let waits = " 1: cs:Connected ro:Secondary/Secondary ds:UpToDate/Inconsistent C r-----\n";
    assert_eq!(progress(waits, false), "   slow: Connected, a/b\n");

    let status = "slow node-id:0 role:Secondary suspended:no\n  volume:0 minor:1 disk:UpToDate\n  beta node-id:1 connection:Connected\n\
        \x20   volume:0 replication:SyncSource peer-disk:Inconsistent done:31.20 resync-suspended:no\n\
        \x20       received:0 sent:1 dbdt1:12.25 eta:3758\n";
    assert_eq!(progress(status, true), "   slow: 31.20% copied, 12.25 MiB/s, 1:02:38 left\n");
    assert_eq!(progress(&status.replace("3758", "nan"), true), "   slow: 31.20% copied, 12.25 MiB/s\n");
    assert_eq!(progress(&status.replace("done:31.20 ", ""), true), "   slow: Connected, a/b\n");
}

/// The runner of the steps with these steps, run with these arguments in a folder that stays from run to run.
fn runner(folder: &Path, steps: &str, arguments: &[&str]) -> (i32, String) {
    let (_, library) = TEMPLATES.iter().find(|(name, _)| *name == "_lib/steps.sh.j2").expect("the library");
    let main = "if [ $1 = --plan ]; then planning=yes; shift; fi\nstep \"$@\"\nfinish\n";
    let script = folder.join("runner.sh");
    fs::write(&script, format!("set -euo pipefail\ncd {}\n{library}\n{steps}\n{main}", folder.display())).unwrap();
    run(&script, arguments)
}

const A_STEP: &str = "
a_step_probe() { echo probe >>log; [ -e made ]; }
a_step_gate() { echo gate >>log; }
a_step_do() { echo do >>log; touch made; }
a_step_check() { echo check >>log; [ -e made ]; }
";

#[test]
fn a_step_probes_then_asks_then_does_then_checks_and_not_twice() {
    let folder = tempfile::tempdir().unwrap();
    let log = || fs::read_to_string(folder.path().join("log")).unwrap();
    let (code, said) = runner(folder.path(), A_STEP, &["--plan", "a-step"]);
    assert_eq!((code, said.as_str()), (0, "== a-step: to do\ngfs2gen: would change\n"));
    assert_eq!(log(), "probe\ngate\n");
    let (code, said) = runner(folder.path(), A_STEP, &["a-step"]);
    assert_eq!((code, said.as_str()), (0, "== a-step: doing\n== a-step: done\ngfs2gen: changed\n"));
    assert_eq!(log(), "probe\ngate\nprobe\ngate\ndo\ncheck\n");
    let (code, said) = runner(folder.path(), A_STEP, &["a-step"]);
    assert_eq!((code, said.as_str()), (0, "== a-step: already done\ngfs2gen: unchanged\n"));
    assert_eq!(log(), "probe\ngate\nprobe\ngate\ndo\ncheck\nprobe\n");
}

#[test]
fn a_plan_tells_what_an_earlier_step_brings_from_what_stands_in_the_way() {
    let missed = "later: no-such-program is not installed yet";
    let gates = [
        ("refuse 'found' 'do that'", "blocked: found; do that"),
        ("false; true", "blocked: what has to be so before is not so"),
        ("later 'no list' 'the step overlay brings it'", "later: no list; the step overlay brings it"),
        ("local x; x=$(no-such-program); true", missed),
        ("no-such-program >/dev/null 2>&1", missed),
        ("if ! no-such-program 2>/dev/null; then refuse 'found'; fi", missed),
        ("if no-such-program 2>/dev/null; then refuse 'found'; fi", "to do"),
    ];
    for (gate, answer) in gates {
        let folder = tempfile::tempdir().unwrap();
        let steps = format!("{A_STEP}a_step_gate() {{ {gate}; }}");
        let (code, said) = runner(folder.path(), &steps, &["--plan", "a-step"]);
        let last = if answer.starts_with("blocked") { "blocked" } else { "would change" };
        assert_eq!((code, said), (0, format!("== a-step: {answer}\ngfs2gen: {last}\n")), "{gate}");
        assert!(!folder.path().join("made").exists(), "{gate}");
    }
    let folder = tempfile::tempdir().unwrap();
    let steps = format!("{A_STEP}a_step_gate() {{ say shown; refuse 'found'; }}");
    let (_, said) = runner(folder.path(), &steps, &["--plan", "a-step"]);
    assert_eq!(said, "   shown\n== a-step: blocked: found\ngfs2gen: blocked\n");
}

#[test]
fn a_gate_that_fails_anywhere_stops_the_step() {
    let gates = [
        "a_step_gate() { refuse 'found' 'do that'; }",
        "a_step_gate() { if true; then refuse 'found' 'do that'; fi; true; }",
        "a_step_gate() { false; true; }",
        "a_step_gate() { local x; x=$(no-such-program); true; }",
        "a_step_gate() { false | cat; true; }",
        "a_step_gate() { echo \"$no_such_variable\"; }",
    ];
    for gate in gates {
        let folder = tempfile::tempdir().unwrap();
        let (code, said) = runner(folder.path(), &format!("{A_STEP}{gate}"), &["a-step"]);
        assert_eq!(code, 1, "{gate}: {said}");
        assert!(said.contains("a-step: stopped; nothing was changed"), "{gate}: {said}");
        assert!(!folder.path().join("made").exists(), "{gate}");
    }
}

#[test]
fn a_step_that_fails_or_leaves_its_work_undone_ends_the_run() {
    for end in ["a_step_do() { false; touch made; }", "a_step_do() { :; }"] {
        let folder = tempfile::tempdir().unwrap();
        let (code, said) = runner(folder.path(), &format!("{A_STEP}{end}"), &["a-step"]);
        assert_eq!(code, 1, "{end}: {said}");
        assert!(!said.contains("gfs2gen: changed") && !said.contains("done\n"), "{end}: {said}");
    }
}
