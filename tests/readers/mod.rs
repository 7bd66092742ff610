//! The programs that read generated files on a real node, as functions from a text to what they understood.
//!
//! A program that is not installed skips its test with a note, or fails it when `GFS2GEN_REQUIRE_READERS=1`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use gfs2gen::platform::DrbdFacts;
use gfs2gen::tool::{Run, Tool};
use gfs2gen::verify::readers::{drbd, lvm};

/// The program, where `gfs2gen verify` finds it; none if it may be missing here.
pub fn find(program: &str) -> Option<PathBuf> {
    let found = Tool::find(program).map(|tool| tool.path().to_owned());
    if found.is_none() {
        let required = std::env::var("GFS2GEN_REQUIRE_READERS").is_ok_and(|value| value == "1");
        assert!(!required, "{program} is not installed, and GFS2GEN_REQUIRE_READERS=1");
        eprintln!("skipped: {program} is not installed");
    }
    found
}

/// Runs the program and returns what it wrote; it must have succeeded.
pub fn run(command: &mut Command, input: &str) -> String {
    let Output { status, stdout, stderr } = command.output().expect("the reader starts");
    let errors = String::from_utf8_lossy(&stderr);
    assert!(status.success(), "{command:?}: {status}\n{errors}\n--- for\n{input}");
    String::from_utf8(stdout).expect("the reader writes UTF-8")
}

/// The same for a program that is called as `gfs2gen verify` calls it.
fn said(run: Run, input: &str) -> String {
    let said = run.said().expect("the reader starts");
    assert!(said.is_fine(), "{}\n{}\n--- for\n{input}", said.end, said.stderr);
    said.stdout
}

/// A file with this name and text in a fresh folder.
pub fn file(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    fs::write(&path, text).expect("a file in it");
    (folder, path)
}

/// A shell: the words of a command line.
pub fn shell(program: &Path, words: &[String]) -> Vec<String> {
    let (_folder, script) = file("words.sh", &format!("printf '%s\\0' {}\n", words.join(" ")));
    let output = run(Command::new(program).arg(&script), &words.join(" "));
    output.split_terminator('\0').map(str::to_owned).collect()
}

/// drbdadm, as it reads for this generation of DRBD: the handlers of one resource for each token.
pub fn drbdadm(facts: &DrbdFacts, tokens: &[String]) -> Vec<String> {
    let ids = |node: usize| if facts.node_ids { format!("node-id {node};") } else { String::new() };
    let mut text = String::new();
    for (i, token) in tokens.iter().enumerate() {
        text += &format!("resource r{i} {{\n  handlers {{ split-brain {token}; }}\n");
        for node in 0..2 {
            text += &format!(
                "  on n{node} {{ device /dev/drbd{i}; disk /dev/x{i}; address 10.0.0.{node}:{}; meta-disk internal; {} }}\n",
                7000 + i,
                ids(node)
            );
        }
        text += "}\n";
    }
    let (_folder, path) = file("drbd.conf", &text);
    said(drbd::drbdadm(&Tool::find("drbdadm").expect("drbdadm"), &path, facts).args(["dump"]), &text)
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("split-brain ")?.strip_suffix(';'))
        .map(|shown| unquote(shown.trim_matches(' ')))
        .collect()
}

/// lvmconfig: the strings of a list.
pub fn lvmconfig(strings: &[String]) -> Vec<String> {
    let text = format!("activation {{\n\tvolume_list = [ {} ]\n}}\n", strings.join(", "));
    let (folder, _path) = file("lvm.conf", &text);
    let run = lvm::lvmconfig(&Tool::find("lvmconfig").expect("lvmconfig"), folder.path());
    let shown = said(run.args(["activation/volume_list"]), &text);
    let list = shown.trim_end_matches('\n').strip_prefix("volume_list=[").expect("a list");
    quoted(list.strip_suffix(']').expect("a list"), ',').iter().map(|word| unquote(word)).collect()
}

/// systemd: the words of an Exec line after the program, as the service manager's own parser holds them, with the
/// `$$` undone that it undoes only when it starts the program (`replace_env_argv`).
pub fn systemd(program: &Path, words: &[String]) -> Vec<String> {
    let text = format!("[Service]\nType=oneshot\nExecStart=/bin/true {}\n", words.join(" "));
    let (_folder, path) = file("gfs2gen-test.service", &text);
    let output = Command::new(program)
        .args(["--man=no", "verify"])
        .arg(&path)
        .env("SYSTEMD_LOG_LEVEL", "debug")
        .output()
        .expect("systemd-analyze starts");
    let mut shown = String::from_utf8_lossy(&output.stdout).into_owned();
    shown += &String::from_utf8_lossy(&output.stderr);
    let line = shown
        .lines()
        .find_map(|line| line.trim_start().strip_prefix("Command Line: /bin/true"))
        .unwrap_or_else(|| panic!("systemd-analyze shows no command line for\n{text}"));
    quoted(line, ' ').iter().map(|word| unquote_c(word).replace("$$", "$")).collect()
}

/// libmount: source and target of every line of an fstab.
pub fn findmnt(program: &Path, fields: &[(String, String)]) -> Vec<(String, String)> {
    let text: String =
        fields.iter().map(|(source, target)| format!("{source} {target} gfs2 noauto,_netdev 0 0\n")).collect();
    let (_folder, path) = file("fstab", &text);
    let mut command = Command::new(program);
    command.args(["-n", "-l", "-J", "-o", "SOURCE,TARGET", "--tab-file"]).arg(&path).env("LC_ALL", "C.UTF-8");
    let shown: serde_json::Value = serde_json::from_str(&run(&mut command, &text)).expect("findmnt writes JSON");
    let field = |line: &serde_json::Value, name: &str| line[name].as_str().expect("a string").to_owned();
    let lines = shown["filesystems"].as_array().expect("a list");
    lines.iter().map(|line| (field(line, "source"), field(line, "target"))).collect()
}

/// libxml2: the text and the attribute of each element. What XML cannot hold stands between them.
pub fn xmllint(program: &Path, texts: &[String]) -> Vec<(String, String)> {
    const BETWEEN: &str = "\u{E0FF}\u{E0FE}";
    let text = xml_of(texts);
    let (_folder, path) = file("words.xml", &text);
    let parts: Vec<_> = (1..=texts.len()).map(|i| format!("/r/w[{i}],'{BETWEEN}',/r/w[{i}]/@a,'{BETWEEN}'")).collect();
    let query = format!("concat({})", parts.join(","));
    let shown = run(Command::new(program).args(["--xpath", &query]).arg(&path), &text);
    let fields: Vec<_> = shown.split(BETWEEN).map(str::to_owned).collect();
    fields.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect()
}

/// A document with each text once as content and once as an attribute.
pub fn xml_of(texts: &[String]) -> String {
    let words: String = texts.iter().map(|text| format!("<w a=\"{text}\">{text}</w>\n")).collect();
    format!("<r>\n{words}</r>\n")
}

/// Graphviz: the labels of nodes, as they are drawn.
pub fn graphviz(program: &Path, strings: &[String]) -> Vec<String> {
    let nodes: String = strings.iter().enumerate().map(|(i, string)| format!("n{i} [label={string}]\n")).collect();
    let text = format!("digraph {{\n{nodes}}}\n");
    let (_folder, path) = file("labels.dot", &text);
    let shown = run(Command::new(program).args(["-Kpatchwork", "-Tjson"]).arg(&path), &text);
    let document: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let label = |node: &serde_json::Value| {
        let drawn = node["_ldraw_"].as_array().into_iter().flatten();
        drawn.filter_map(|op| op["text"].as_str()).collect::<String>()
    };
    document["objects"].as_array().expect("nodes").iter().map(label).collect()
}

/// A label of Mermaid's with its numbers as characters.
pub fn numbers(label: &str) -> String {
    let mut parts = label.split('#');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once(';').expect("a number ends");
        text.push(number.parse().ok().and_then(char::from_u32).expect("a character's number"));
        text.push_str(rest);
    }
    text
}

/// PyYAML, which Ansible reads with: the items of a list, each as value and as key.
pub fn pyyaml(program: &Path, scalars: &[String]) -> Option<Vec<(String, String)>> {
    const READ: &str = "import json, sys, yaml\n\
        data = yaml.load(open(sys.argv[1], encoding='utf-8'), getattr(yaml, sys.argv[2]))\n\
        print(json.dumps([[k, v] for d in data for k, v in d.items()]))";
    if !Command::new(program).args(["-c", "import yaml"]).output().is_ok_and(|output| output.status.success()) {
        find("the PyYAML module");
        return None;
    }
    let text: String = scalars.iter().map(|scalar| format!("- {scalar}: {scalar}\n")).collect();
    let (_folder, path) = file("words.yml", &text);
    let shown = run(Command::new(program).args(["-c", READ]).arg(&path).arg("SafeLoader"), &text);
    Some(serde_json::from_str(&shown).expect("pairs of strings"))
}

/// nftables: the comments of rules, loaded into a network namespace that ends with the reader; none where this user
/// may not make one.
pub fn nft(program: &Path, strings: &[String]) -> Option<Vec<String>> {
    let may = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    if !may(Command::new("unshare").args(["--net", "true"])) {
        find("unshare with the right to make a network namespace");
        return None;
    }
    let rules: String = strings.iter().map(|string| format!("    accept comment {string}\n")).collect();
    let text = format!("table inet t {{\n  chain c {{\n{rules}  }}\n}}\n");
    let (_folder, path) = file("rules.nft", &text);
    let mut command = Command::new("unshare");
    command.args(["--net", "sh", "-c", "\"$0\" -f \"$1\" && \"$0\" -j list ruleset"]).arg(program).arg(&path);
    let shown: serde_json::Value = serde_json::from_str(&run(&mut command, &text)).expect("nft writes JSON");
    let rules = shown["nftables"].as_array().expect("a list").iter();
    Some(rules.filter_map(|item| Some(item["rule"]["comment"].as_str()?.to_owned())).collect())
}

/// The words of a line in which some are in double quotes with backslashes.
fn quoted(line: &str, separator: char) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut inside = false;
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match c {
            c if c == separator && !inside => words.extend((!word.is_empty()).then(|| std::mem::take(&mut word))),
            '\\' => word.extend([Some(c), rest.next()].into_iter().flatten()),
            c => {
                inside ^= c == '"';
                word.push(c);
            }
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// Undoes quotes in which a backslash stands for the next character.
fn unquote(shown: &str) -> String {
    let Some(inside) = shown.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return shown.to_owned();
    };
    let mut text = String::new();
    let mut rest = inside.chars();
    while let Some(c) = rest.next() {
        text.push(if c == '\\' { rest.next().unwrap_or(c) } else { c });
    }
    text
}

/// Undoes quotes with C escapes, as systemd prints them: letters and three octal digits.
fn unquote_c(shown: &str) -> String {
    let Some(inside) = shown.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return shown.to_owned();
    };
    let mut text = String::new();
    let mut rest = inside.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match rest.next().expect("something after the backslash") {
            'a' => text.push('\u{7}'),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'v' => text.push('\u{b}'),
            first @ '0'..='3' => {
                let octal: String = [first].into_iter().chain(rest.by_ref().take(2)).collect();
                text.push(u8::from_str_radix(&octal, 8).expect("octal digits") as char);
            }
            other => text.push(other),
        }
    }
    text
}
