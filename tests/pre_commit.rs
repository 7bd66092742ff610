//! The hooks for pre-commit: it takes the manifest, and each hook says of a commit what it should.

mod program;
#[allow(dead_code)]
mod readers;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gfs2gen::source::Source;
use gfs2gen::syntax::Document;
use program::{MINIMAL, run};
use serde_json::Value;

fn manifest() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml")
}

/// The manifest below one key: our reader of descriptions wants a mapping.
fn hooks() -> Vec<Value> {
    let text = fs::read_to_string(manifest()).unwrap();
    let text = format!("hooks:\n{text}");
    let document = Document::parse(&Source::new("hooks", text)).unwrap_or_else(|found| panic!("{found:#?}"));
    serde_json::to_value(document.value()).unwrap()["hooks"].as_array().unwrap().clone()
}

fn words(hook: &Value) -> Vec<String> {
    let mut words: Vec<String> = hook["entry"].as_str().unwrap().split(' ').map(str::to_owned).collect();
    words.extend(hook["args"].as_array().into_iter().flatten().map(|word| word.as_str().unwrap().to_owned()));
    words
}

/// A repository with a description and its tree, both in the index.
struct Repository {
    folder: tempfile::TempDir,
    git: PathBuf,
    pre_commit: PathBuf,
}

impl Repository {
    fn new() -> Option<Self> {
        let (git, pre_commit) = (readers::find("git")?, readers::find("pre-commit")?);
        let folder = tempfile::tempdir().unwrap();
        let this = Repository { folder, git, pre_commit };
        fs::create_dir_all(this.at("home")).unwrap();
        fs::create_dir_all(this.at("bin")).unwrap();
        fs::create_dir_all(this.at("work")).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_gfs2gen"), this.at("bin/gfs2gen")).unwrap();
        this.git(&["init", "-q"]);
        // The same hooks, but without the minutes in which cargo makes the program.
        let hooks: Vec<Value> = hooks()
            .into_iter()
            .map(|mut hook| {
                hook["language"] = "system".into();
                hook
            })
            .collect();
        let config = serde_json::json!({ "repos": [{ "repo": "local", "hooks": hooks }] });
        this.commit(".pre-commit-config.yaml", &config.to_string());
        this.commit("cluster.yaml", MINIMAL);
        assert_eq!(run(&this.at("work"), &["build", "-q", "cluster.yaml"], "").code, 0);
        this.git(&["add", "."]);
        Some(this)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        let path = std::env::var("PATH").unwrap_or_default();
        command.current_dir(self.at("work")).env("PATH", format!("{}:{path}", self.at("bin").display()));
        command.env("HOME", self.at("home")).env("PRE_COMMIT_HOME", self.at("home/pre-commit"));
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        // Where this test itself runs in a hook of git.
        for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "SKIP"] {
            command.env_remove(name);
        }
        command
    }

    fn git(&self, arguments: &[&str]) {
        let output = self.command(&self.git).args(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn commit(&self, path: &str, text: &str) {
        let file = self.at("work").join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
        self.git(&["add", path]);
    }

    /// What the hooks say when only this file is committed: each one's verdict, and all that they say.
    fn hooks(&self, file: &str) -> (Vec<(String, String)>, String) {
        let output =
            self.command(&self.pre_commit).args(["run", "--color", "never", "--files", file]).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        let names: Vec<String> = hooks().iter().map(|hook| hook["name"].as_str().unwrap().to_owned()).collect();
        let verdicts = said.lines().filter_map(|line| {
            let name = names.iter().find(|name| line.starts_with(&format!("{name}.")))?;
            Some((name.clone(), line.rsplit(['.', ')']).next()?.to_owned()))
        });
        (verdicts.collect(), said)
    }
}

fn verdicts(check: &str, build: &str) -> Vec<(String, String)> {
    vec![("gfs2gen check".to_owned(), check.to_owned()), ("gfs2gen build --check".to_owned(), build.to_owned())]
}

#[test]
fn pre_commit_takes_the_manifest() {
    let Some(program) = readers::find("pre-commit") else { return };
    let home = tempfile::tempdir().unwrap();
    let validate = |path: &Path| {
        let output = Command::new(&program)
            .args(["validate-manifest"])
            .arg(path)
            .env("PRE_COMMIT_HOME", home.path())
            .output()
            .unwrap();
        (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    assert_eq!(validate(&manifest()), (true, String::new()));
    let (_folder, broken) = readers::file(
        "broken.yaml",
        &fs::read_to_string(manifest()).unwrap().replace("language: rust", "language: rut"),
    );
    assert!(!validate(&broken).0);
}

#[test]
fn every_hook_is_built_of_this_repository_and_is_on_the_page() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pull-requests.md")).unwrap();
    for hook in hooks() {
        assert_eq!((hook["language"].as_str(), words(&hook)[0].as_str()), (Some("rust"), "gfs2gen"));
        assert!(page.contains(&format!("- id: {}\n", hook["id"].as_str().unwrap())), "{hook}");
    }
}

#[test]
fn a_good_commit_passes() {
    let Some(repository) = Repository::new() else { return };
    for (file, expected) in [
        ("cluster.yaml", verdicts("Passed", "Passed")),
        // Whichever of the two is committed.
        ("out/vcluster/bootstrap.sh", verdicts("Skipped", "Passed")),
        (".pre-commit-config.yaml", verdicts("Skipped", "Skipped")),
    ] {
        let (found, said) = repository.hooks(file);
        assert_eq!(found, expected, "{file}: {said}");
    }
}

#[test]
fn a_broken_description_and_a_stale_tree_fail() {
    let Some(repository) = Repository::new() else { return };
    repository.commit("cluster.yaml", &MINIMAL.replace("mount:", "mont:"));
    let (found, said) = repository.hooks("cluster.yaml");
    assert_eq!(found, verdicts("Failed", "Failed"), "{said}");
    assert!(said.contains("did you mean `mount`?"), "{said}");

    // Right in itself, but nobody has built it.
    repository.commit("cluster.yaml", &MINIMAL.replace("  name: vcluster", "  name: vcluster\n  token: 8s"));
    let (found, said) = repository.hooks("cluster.yaml");
    assert_eq!(found, verdicts("Passed", "Failed"), "{said}");
    assert!(said.contains("exit code: 3"), "{said}");

    // The other way round: the description is as it was, a file of the tree is not.
    repository.commit("cluster.yaml", MINIMAL);
    let bootstrap = fs::read_to_string(repository.at("work/out/vcluster/bootstrap.sh")).unwrap();
    repository.commit("out/vcluster/bootstrap.sh", &format!("{bootstrap}# mine\n"));
    let (found, said) = repository.hooks("out/vcluster/bootstrap.sh");
    assert_eq!(found, verdicts("Skipped", "Failed"), "{said}");
}

#[test]
fn other_names_of_descriptions_are_checked_too() {
    let Some(repository) = Repository::new() else { return };
    let broken = MINIMAL.replace("mount:", "mont:");
    for file in ["sites/a/cluster.yml", "gfs2gen.yaml", "rack12.gfs2gen.yaml"] {
        repository.commit(file, &broken);
        let (found, said) = repository.hooks(file);
        assert_eq!(found, verdicts("Failed", "Skipped"), "{file}: {said}");
    }
    repository.commit("values.yaml", "a: 1\n");
    assert_eq!(repository.hooks("values.yaml").0, verdicts("Skipped", "Skipped"));
}
