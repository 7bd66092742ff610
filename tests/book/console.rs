//! The commands on the pages print what stands below them. Each page is run in a folder of its own, block after block.
//! `TRYCMD=overwrite cargo test --test book` writes what they print now.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gfs2gen::compile::compile;
use gfs2gen::source::Source;

use super::descriptions::completed;
use super::pages::{Part, all, docs, parts, prose, read};

/// What a page may call beside gfs2gen.
const PROGRAMS: &[&str] = &["cat", "cp", "find", "git", "grep", "head", "ls", "mkdir", "sed"];

/// Words that somebody reads in a minute, slowly.
const WORDS_A_MINUTE: usize = 200;

fn program(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Runs the blocks of a page in a copy of it: beside a page trycmd wants folders, which the book should not have.
fn run(page: &str) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join(Path::new(page).file_name().unwrap());
    fs::copy(docs().join(page), &copy).unwrap();
    for beside in ["in", "out"] {
        let beside = copy.with_extension(beside);
        fs::create_dir(&beside).unwrap();
        fs::write(beside.join(".keep"), "").unwrap();
    }
    let cases = trycmd::TestCases::new();
    cases.register_bin("gfs2gen", Path::new(env!("CARGO_BIN_EXE_gfs2gen")));
    for name in PROGRAMS {
        if let Some(path) = program(name) {
            cases.register_bin(*name, path);
        }
    }
    for who in ["AUTHOR", "COMMITTER"] {
        cases.env(format!("GIT_{who}_NAME"), "you").env(format!("GIT_{who}_EMAIL"), "you@example.com");
    }
    cases.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C.UTF-8");
    cases.case(&copy).run();
    if std::env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite") {
        fs::copy(&copy, docs().join(page)).unwrap();
    }
}

#[test]
fn commands_print_what_the_first_tree_says() {
    run("first-tree.md");
}

#[test]
fn commands_print_what_getting_started_says() {
    run("getting-started.md");
}

#[test]
fn commands_print_what_operations_say() {
    run("operations.md");
}

/// A page with such a block that no test runs would be believed without a reason.
#[test]
fn every_page_with_commands_is_run() {
    let runs = read("tests/book/console.rs");
    for page in all() {
        let text = read(format!("docs/{page}"));
        let has = parts(&text).iter().any(|part| matches!(part, Part::Block("console", _)));
        assert_eq!(has, runs.contains(&format!("run(\"{page}\")")), "docs/{page}");
    }
}

#[test]
fn the_first_tree_is_read_in_five_minutes() {
    let words = prose(&read("docs/first-tree.md")).split_whitespace().count();
    assert!(words < 5 * WORDS_A_MINUTE, "{words} words");
}

/// The runbook of the description that the pages about real machines use.
fn runbook() -> String {
    let page = read("docs/getting-started.md");
    let mut description = read("examples/minimal/cluster.yaml");
    for part in parts(&page) {
        if let Part::Block("yaml fragment", body) = part {
            description = completed(&description, body);
        }
    }
    let compiled = compile(&Source::new("page", description), "2026-01-01", &|_| unreachable!());
    let (_, bundle) = compiled.built.expect("the page's description is fine");
    bundle.get("RUNBOOK.md").unwrap().content.clone()
}

fn lines<'p>(page: &'p str, kind: &str) -> Vec<&'p str> {
    let bodies = parts(page).into_iter().filter_map(|part| match part {
        Part::Block(info, body) if info == kind => Some(body),
        _ => None,
    });
    bodies.flat_map(str::lines).collect()
}

/// At night people read the runbook: what the book tells them to type on the cluster has to be there, word for word.
#[test]
fn commands_for_the_nodes_are_those_of_the_runbook() {
    let runbook = runbook();
    let known: Vec<&str> = runbook.lines().map(str::trim).collect();
    let mut found = 0;
    for page in ["getting-started.md", "operations.md"] {
        let text = read(format!("docs/{page}"));
        for line in lines(&text, "sh") {
            let program = line.split(' ').next().unwrap();
            let of_the_cluster =
                ["pcs", "drbdadm", "crm_resource", "cibadmin", "gfs2_grow", "lvextend", "pvresize", "./bootstrap.sh"];
            if !of_the_cluster.contains(&program) && !line.starts_with("ssh root@") {
                continue;
            }
            // To put an image in its place is no matter for a runbook.
            if page == "getting-started.md" && line.starts_with("pcs resource") && !line.contains(" move ") {
                continue;
            }
            let other = line.replace("server4", "server7");
            assert!(
                known.contains(&line) || known.contains(&other.as_str()),
                "docs/{page}: `{line}` is not in the runbook"
            );
            found += 1;
        }
    }
    assert!(found > 20, "{found}");
}

/// What the scripts print is taken from a run; the steps in it are those of the tree.
#[test]
fn printed_steps_are_those_of_the_bootstrap() {
    let runbook = runbook();
    let (_, list) = runbook.split_once("identity (on both nodes)").expect("the list of steps");
    let list = list.split("```").next().unwrap();
    // What `--prove-fencing` does on each node is one step in the list.
    let mut steps = vec!["identity", "fence-other"];
    steps.extend(list.lines().filter_map(|line| line.split(" (").next()));
    // What a plan says of fresh nodes, and of nodes that something is wrong with.
    let (planned, refused) = (read("tests/plan.rs"), read("templates/node/drbd.sh.j2"));
    let mut found = 0;
    for line in lines(&read("docs/getting-started.md"), "text") {
        let Some((_, rest)) = line.split_once(": == ") else { continue };
        if [": to do", ": later: ", ": blocked: "].iter().any(|word| rest.contains(word)) {
            let of_a_disk = rest.split(" carries ").nth(1).is_some_and(|said| {
                said.split("; ").next().is_some_and(|said| refused.contains(&format!("carries {said}")))
            });
            assert!(
                of_a_disk || planned.contains(&format!("== {rest}\n")) || planned.contains(&format!("== {rest}\\n")),
                "{line}"
            );
        }
        let step = rest.split(':').next().unwrap().trim_end_matches(".sh");
        assert!(steps.contains(&step), "`{line}`: no such step");
        found += 1;
    }
    assert!(found > 30, "{found}");
}

/// The titles that operations name, in quotes, are sections of the runbook.
#[test]
fn titles_of_the_runbook_are_its_own() {
    let runbook = runbook();
    let page = prose(&read("docs/operations.md")).replace('\n', " ");
    let titles: Vec<&str> = page.split('"').skip(1).step_by(2).collect();
    assert!(titles.len() > 10, "{titles:?}");
    for title in titles {
        assert!(runbook.contains(&format!("\n## {title}\n")), "{title}");
    }
}

/// Everything for a shell is shell.
#[test]
fn commands_are_shell() {
    let Some(bash) = program("bash") else { return };
    for page in all() {
        let text = read(format!("docs/{page}"));
        for part in parts(&text) {
            let Part::Block("sh", body) = part else { continue };
            let said = Command::new(&bash).args(["-n", "-c", body]).output().unwrap();
            assert!(said.status.success(), "docs/{page}: {}\n{body}", String::from_utf8_lossy(&said.stderr));
        }
    }
}
