//! The workflow for pull requests, as it stands in docs: its steps run, with what GitHub gives them.

mod program;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use gfs2gen::source::Source;
use gfs2gen::syntax::Document;
use program::{MINIMAL, run};
use serde_json::Value;

fn docs(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).unwrap()
}

/// The steps of a workflow's only job.
fn steps(workflow: &str) -> Vec<Value> {
    let document = Document::parse(&Source::new(workflow, docs(workflow))).unwrap();
    let whole = serde_json::to_value(document.value()).unwrap();
    let jobs: Vec<&Value> = whole["jobs"].as_object().unwrap().values().collect();
    assert_eq!(jobs.len(), 1);
    jobs[0]["steps"].as_array().unwrap().clone()
}

/// What the step of this name runs.
fn step_of(workflow: &str, name: &str) -> String {
    let steps = steps(workflow);
    let step = steps.iter().find(|step| step["name"].as_str().is_some_and(|found| found.starts_with(name)));
    step.unwrap_or_else(|| panic!("no step {name}"))["run"].as_str().unwrap().to_owned()
}

const REVIEW: &str = "pull-request.yml";
const SCANNING: &str = "code-scanning.yml";

fn step(name: &str) -> String {
    step_of(REVIEW, name)
}

/// A repository whose base has the minimal example's tree, and whose head describes something else.
struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    fn new(edit: (&str, &str)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        for path in ["base", "head", "bin"] {
            fs::create_dir(at(path)).unwrap();
        }
        fs::write(at("base/cluster.yaml"), MINIMAL).unwrap();
        assert_eq!(run(&at("base"), &["build", "-q", "cluster.yaml"], "").code, 0);
        assert!(MINIMAL.contains(edit.0));
        fs::write(at("head/cluster.yaml"), MINIMAL.replace(edit.0, edit.1)).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_gfs2gen"), at("bin/gfs2gen")).unwrap();
        // `git worktree add --detach FOLDER COMMIT`
        let git = format!("#!/bin/sh\n[ \"$5\" = 0123abc ] && cp -R '{}/.' \"$4\"\n", at("base").display());
        fs::write(at("bin/git"), git).unwrap();
        fs::set_permissions(at("bin/git"), fs::Permissions::from_mode(0o755)).unwrap();
        Repository { folder }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Runs a step of the review.
    fn run(&self, name: &str) -> (i32, String) {
        self.shell(&step(name))
    }

    /// Runs a step as GitHub runs it, and returns its exit code and what it wrote.
    fn shell(&self, step: &str) -> (i32, String) {
        fs::write(self.at("step"), step).unwrap();
        let output = Command::new("bash")
            .args(["-e", "../step"])
            .current_dir(self.at("head"))
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", self.at("bin").display()))
            .env("TMPDIR", self.folder.path())
            .env("BASE", "0123abc")
            .env("GITHUB_STEP_SUMMARY", self.at("summary"))
            .env("GITHUB_OUTPUT", self.at("output"))
            .output()
            .unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    }
}

#[test]
fn a_change_becomes_a_comment() {
    let repository = Repository::new(("  name: vcluster", "  name: vcluster\n  token: 8s"));
    let (code, said) = repository.run("Check");
    assert!(code == 0 && said.starts_with("::warning file=cluster.yaml,"), "{said}");
    assert_eq!(repository.run("Compare"), (0, String::new()));
    let comment = fs::read_to_string(repository.at("head/comment.md")).unwrap();
    let (plan, diff) = comment.split_once("\n### `vcluster`: ").unwrap_or_else(|| panic!("{comment}"));
    assert!(plan.starts_with("### vcluster: 1 edit, ") && diff.contains("totem: token 5000 to 8000"), "{comment}");
    assert_eq!(fs::read_to_string(repository.at("output")).unwrap(), "planned=0\n");
    assert_eq!(fs::read_to_string(repository.at("summary")).unwrap(), comment);
    // Nobody has built and committed the tree.
    assert_eq!(repository.run("The committed tree").0, 3);
    assert_eq!(run(&repository.at("head"), &["build", "-q", "cluster.yaml"], "").code, 0);
    assert_eq!(repository.run("The committed tree").0, 0);
}

#[test]
fn no_change_is_said_too_and_an_error_fails() {
    let repository = Repository::new(("# ", "#  "));
    assert_eq!(repository.run("Compare").0, 0);
    let comment = fs::read_to_string(repository.at("head/comment.md")).unwrap();
    assert_eq!(comment, "### vcluster: nothing changes\n\n### `vcluster`: the tree is up to date\n\n");

    let repository = Repository::new(("mount:", "mont:"));
    let (code, said) = repository.run("Check");
    assert!(code == 1 && said.starts_with("::error file=cluster.yaml,"), "{said}");
    assert_eq!(repository.run("Compare").0, 1);
}

#[test]
fn data_that_is_lost_is_said_and_fails_in_the_end() {
    let repository = Repository::new(("name: vms, mount: /srv/vms", "name: a, mount: /a"));
    assert_eq!(repository.run("Compare").0, 0);
    let comment = fs::read_to_string(repository.at("head/comment.md")).unwrap();
    assert!(comment.contains("**destroys data**"), "{comment}");
    assert_eq!(fs::read_to_string(repository.at("output")).unwrap(), "planned=1\n");
    assert_eq!(step("Nothing is lost"), "exit ${{ steps.compare.outputs.planned }}");
}

#[test]
fn code_scanning_gets_the_findings_of_a_good_and_of_a_broken_description() {
    for (edit, rule, level) in [(("# ", "#  "), "GFS307", "warning"), (("mount:", "mont:"), "GFS101", "error")] {
        let repository = Repository::new(edit);
        assert_eq!(repository.shell(&step_of(SCANNING, "Check")), (0, String::new()));
        let upload = steps(SCANNING).into_iter().find(|step| step["with"]["sarif_file"].is_string()).unwrap();
        let file = repository.at("head").join(upload["with"]["sarif_file"].as_str().unwrap());
        let log: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let result = &log["runs"][0]["results"][0];
        assert_eq!((result["ruleId"].as_str(), result["level"].as_str()), (Some(rule), Some(level)));
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(place, "cluster.yaml");
    }
    // A file that cannot be read is no finding.
    let repository = Repository::new(("# ", "#  "));
    fs::remove_file(repository.at("head/cluster.yaml")).unwrap();
    assert_ne!(repository.shell(&step_of(SCANNING, "Check")).0, 0);
}

#[test]
fn the_page_shows_what_is_so() {
    let page = docs("pull-requests.md");
    let lines = "nodes/alpha/rootfs/etc/drbd.d/slow.res: update
  resource slow: port 7800 to 7801
  then on the node: drbdadm adjust all
--- out/rack12/nodes/alpha/rootfs/etc/drbd.d/slow.res
+++ out/rack12/nodes/alpha/rootfs/etc/drbd.d/slow.res
@@ -37,13 +37,13 @@ resource slow {
";
    // The same text as in tests/diff.rs, which looks whether it is printed.
    assert!(page.contains(lines));
    assert!(include_str!("diff.rs").contains(lines));
    // Every command of the workflow stands in the table of the page.
    let all = [steps(REVIEW), steps(SCANNING)].concat();
    for step in all.iter().filter_map(|step| step["run"].as_str()) {
        for line in step.lines().map(str::trim).filter(|line| line.starts_with("gfs2gen ")) {
            let command: Vec<&str> = line.split(' ').take(2).collect();
            assert!(page.contains(&format!("| `{} ", command.join(" "))), "{line}");
        }
    }
}
