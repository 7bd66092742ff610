//! The jobs for merge requests on GitLab, as they stand in docs: their scripts run, with what GitLab gives them.

mod program;
#[allow(dead_code)]
mod readers;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use gfs2gen::source::Source;
use gfs2gen::syntax::Document;
use program::{MINIMAL, run};
use serde_json::{Value, json};

fn docs(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).unwrap()
}

fn jobs() -> Value {
    let document = Document::parse(&Source::new("gitlab-ci.yml", docs("gitlab-ci.yml"))).unwrap();
    serde_json::to_value(document.value()).unwrap()
}

/// What a job runs, as one script: GitLab's runner gives all lines to one shell.
fn script(job: &str) -> String {
    let jobs = jobs();
    let lines = ["before_script", "script"].map(|part| jobs[job][part].as_array().unwrap().clone()).concat();
    lines.iter().map(|line| format!("{}\n", line.as_str().unwrap())).collect()
}

/// What stands for GitLab's API: what it is asked is written down, and what it answers is in a file.
const CURL: &str = r#"#!/bin/bash
[[ $(cat) == 'header = "PRIVATE-TOKEN: glpat-1"' ]] || exit 22
echo "$*" >>"$ASKED"
case ${*: -1} in
  */user) echo '{"id": 7, "username": "project_1_bot"}' ;;
  */notes\?*) cat "$ANSWER" ;;
esac
"#;

/// A checkout of a merge request that changes the minimal example.
struct Checkout {
    folder: tempfile::TempDir,
}

impl Checkout {
    /// None where a program that the job needs is not here.
    fn new(edit: (&str, &str)) -> Option<Self> {
        readers::find("jq")?;
        let checkout = Checkout { folder: tempfile::tempdir().unwrap() };
        let at = |path: &str| checkout.at(path);
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
        for (program, text) in [("git", git.as_str()), ("curl", CURL)] {
            let path = at("bin").join(program);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        fs::write(at("answer"), "[]").unwrap();
        Some(checkout)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    /// Runs a job as GitLab's runner does, and returns its exit code and all that it wrote.
    fn run(&self, job: &str, token: Option<&str>) -> (i32, String) {
        fs::write(self.at("job"), script(job)).unwrap();
        let mut command = Command::new("bash");
        command.args(["-e", "-o", "pipefail", "../job"]).current_dir(self.at("head")).env_clear();
        command.env("PATH", format!("{}:/usr/bin:/bin", self.at("bin").display())).env("TMPDIR", self.folder.path());
        command.env("CI_MERGE_REQUEST_DIFF_BASE_SHA", "0123abc").env("CI_API_V4_URL", "https://git.example/api/v4");
        command.env("CI_MERGE_REQUEST_PROJECT_ID", "42").env("CI_MERGE_REQUEST_IID", "5");
        command.env("ASKED", self.at("asked")).env("ANSWER", self.at("answer"));
        if let Some(token) = token {
            command.env("GFS2GEN_TOKEN", token);
        }
        let output = command.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    }

    /// The last thing that the API was asked.
    fn asked(&self) -> String {
        self.read("asked").lines().last().unwrap().to_owned()
    }
}

const TOKEN: (&str, &str) = ("  name: vcluster", "  name: vcluster\n  token: 8s");
const NOTES: &str = "https://git.example/api/v4/projects/42/merge_requests/5/notes";

#[test]
fn a_change_becomes_a_note_and_later_the_same_note_says_more() {
    let Some(checkout) = Checkout::new(TOKEN) else { return };
    assert_eq!(checkout.run("review", Some("glpat-1")).0, 0);
    let note = checkout.read("head/note.md");
    assert!(note.starts_with("<!-- gfs2gen -->\n### vcluster: 1 edit, "), "{note}");
    assert!(note.contains("\n### `vcluster`: ") && note.contains("totem: token 5000 to 8000"), "{note}");
    // GitLab takes such a line outside a block of code as a command to itself.
    let blocks = note.split("\n```");
    assert!(blocks.step_by(2).all(|text| text.lines().all(|line| !line.trim_start().starts_with('/'))), "{note}");
    assert!(checkout.asked().starts_with("-sS --fail --config - --request POST "), "{}", checkout.asked());
    assert!(checkout.asked().ends_with(NOTES) && checkout.asked().contains("body@note.md"), "{}", checkout.asked());
    assert!(!checkout.read("asked").contains("glpat"));

    // Others may quote the bot, and the bot may have said other things.
    let other = json!({ "id": 1, "author": { "id": 3 }, "body": "<!-- gfs2gen -->\nmine" });
    let more = json!({ "id": 2, "author": { "id": 7 }, "body": "something else" });
    let ours = json!({ "id": 314, "author": { "id": 7 }, "body": note });
    fs::write(checkout.at("answer"), json!([other, more, ours]).to_string()).unwrap();
    assert_eq!(checkout.run("review", Some("glpat-1")).0, 0);
    assert!(checkout.asked().contains("--request PUT "), "{}", checkout.asked());
    assert!(checkout.asked().ends_with(&format!("{NOTES}/314")), "{}", checkout.asked());
}

#[test]
fn without_a_token_the_text_is_an_artifact() {
    let Some(checkout) = Checkout::new(TOKEN) else { return };
    assert_eq!(checkout.run("review", None).0, 0);
    assert!(!checkout.at("asked").exists());
    assert!(checkout.at("head").join(jobs()["review"]["artifacts"]["paths"][0].as_str().unwrap()).exists());
    // A token that is refused fails the job: nobody would look for a note that is not there.
    assert_ne!(checkout.run("review", Some("wrong")).0, 0);
}

#[test]
fn data_that_is_lost_is_said_and_fails_in_the_end() {
    let Some(checkout) = Checkout::new(("name: vms, mount: /srv/vms", "name: a, mount: /a")) else { return };
    assert_eq!(checkout.run("review", Some("glpat-1")).0, 1);
    assert!(checkout.read("head/note.md").contains("**destroys data**"));
    assert!(checkout.asked().ends_with(NOTES), "{}", checkout.asked());
}

#[test]
fn the_report_has_the_findings_also_where_the_job_fails() {
    let report = |checkout: &Checkout| {
        let name = jobs()["description"]["artifacts"]["reports"]["codequality"].as_str().unwrap().to_owned();
        let findings: Vec<Value> = serde_json::from_str(&checkout.read(&format!("head/{name}"))).unwrap();
        findings.iter().map(|found| found["check_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let Some(checkout) = Checkout::new(("mount:", "mont:")) else { return };
    let (code, said) = checkout.run("description", None);
    assert!(code == 1 && said.contains("unknown key `mont`"), "{said}");
    assert_eq!(report(&checkout), ["GFS101"]);

    // Nobody has built and committed the tree; then somebody has.
    let Some(checkout) = Checkout::new(TOKEN) else { return };
    assert_eq!(checkout.run("description", None).0, 3);
    assert_eq!(run(&checkout.at("head"), &["build", "-q", "cluster.yaml"], "").code, 0);
    assert_eq!(checkout.run("description", None).0, 0);
    assert_eq!(report(&checkout), ["GFS307"]);
    assert_eq!(jobs()["description"]["artifacts"]["when"], "always");
}

#[test]
fn every_command_of_the_jobs_is_on_the_page() {
    let page = docs("pull-requests.md");
    let all = format!("{}{}", script("description"), script("review"));
    let commands: Vec<&str> = all.lines().map(str::trim).filter(|line| line.starts_with("gfs2gen ")).collect();
    assert_eq!(commands.len(), 5);
    for line in commands {
        let command: Vec<&str> = line.split(' ').take(2).collect();
        assert!(page.contains(&format!("| `{} ", command.join(" "))), "{line}");
    }
    assert!(page.contains("](gitlab-ci.yml)") && page.contains("GFS2GEN_TOKEN"));
}
