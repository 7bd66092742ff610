//! The manual, and what shells are told while somebody types.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gfs2gen");

fn said(arguments: &[&str]) -> String {
    let output = Command::new(PROGRAM).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The commands, as the help lists them.
fn commands() -> Vec<String> {
    let help = said(&["--help"]);
    let (_, rest) = help.split_once("Commands:\n").unwrap();
    let (list, _) = rest.split_once("\n\n").unwrap();
    let first = |line: &str| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')).map(word);
    list.lines().filter_map(first).collect()
}

fn word(line: &str) -> String {
    line.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn every_command_has_a_page_that_groff_takes_without_a_warning() {
    let commands = commands();
    assert!(commands.len() > 10, "{commands:?}");
    let own = said(&["man"]);
    for arguments in std::iter::once(vec!["man"]).chain(commands.iter().map(|command| vec!["man", command.as_str()])) {
        let page = said(&arguments);
        let mut groff = Command::new("groff")
            .args(["-man", "-Tutf8", "-ww", "-z"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("groff (package groff-base) reads the pages");
        groff.stdin.take().unwrap().write_all(page.as_bytes()).unwrap();
        let output = groff.wait_with_output().unwrap();
        let warnings = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && warnings.is_empty(), "{arguments:?}: {warnings}");
        for part in ["NAME", "SYNOPSIS", "OPTIONS", "SEE ALSO"] {
            assert!(
                page.contains(&format!(".SH \"{part}\"")) || page.contains(&format!(".SH {part}")),
                "{arguments:?}: {part}"
            );
        }
    }
    for command in &commands {
        assert!(own.contains(&format!("gfs2gen\\-{command}(1)")), "{command} is not on the program's own page");
    }
}

#[test]
fn a_page_of_no_command_is_a_usage_error() {
    let output = Command::new(PROGRAM).args(["man", "nothing"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no such command"));
}

/// What Bash offers for the last of these words.
fn offered(folder: &std::path::Path, words: &[&str]) -> Vec<String> {
    let script = format!(
        "source <({PROGRAM} completions bash)\nCOMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1)) COMP_TYPE=9 COMPREPLY=()\n\
         _clap_complete_gfs2gen gfs2gen \"${{!#}}\" ''\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
    );
    let programs = std::path::Path::new(PROGRAM).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["-euc", &script, "bash"])
        .args(words)
        .current_dir(folder)
        .env("PATH", path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn bash_completes_commands_and_values() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let full = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/full/cluster.yaml");
    fs::copy(full, here.join("cluster.yaml")).unwrap();
    assert_eq!(offered(here, &["gfs2gen", "simu"]), ["simulate"]);
    assert_eq!(offered(here, &["gfs2gen", "explain", "GFS405"]), ["GFS405"]);
    assert!(offered(here, &["gfs2gen", "explain", "fence-r"]).contains(&"fence-race".to_owned()));
    assert!(offered(here, &["gfs2gen", "init", "--platform", "debian"]).contains(&"debian12".to_owned()));
    assert_eq!(offered(here, &["gfs2gen", "man", "verif"]), ["verify"]);
    assert!(offered(here, &["gfs2gen", "check", "clus"]).contains(&"cluster.yaml".to_owned()));
    let replaced = ["gfs2gen", "plan", "cluster.yaml", "cluster.yaml", "--replaced", ""];
    assert_eq!(offered(here, &replaced), ["alpha", "alpha:fast", "alpha:slow", "beta", "beta:fast", "beta:slow"]);
}

#[test]
fn a_description_that_cannot_be_read_offers_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("broken.yaml"), "nodes: [").unwrap();
    let words = ["gfs2gen", "plan", "broken.yaml", "gone.yaml", "--replaced", ""];
    assert_eq!(offered(folder.path(), &words), [""; 1]);
}

#[test]
fn each_shell_gets_its_own_script() {
    for (shell, asks) in [("bash", "complete -o"), ("zsh", "#compdef gfs2gen"), ("fish", "complete --keep-order")] {
        let script = said(&["completions", shell]);
        assert!(script.contains(asks) && script.contains("GFS2GEN_COMPLETE"), "{shell}: {script}");
    }
}
