//! One run in every form of output: exact text, over several files and standard input at once.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

mod program;

use program::{MINIMAL, Said, run};

/// Two mistakes, one of them with a known cure; a fine file; and one that only standard input can have.
fn check(format: &str) -> Said {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fine.yaml"), MINIMAL).unwrap();
    let bad = MINIMAL
        .replace("platform: debian12", "platform: debain12")
        .replace("  name: vcluster", "  nmae: vcluster\n  nmae: b");
    fs::write(folder.path().join("twice.yaml"), bad).unwrap();
    let stdin = MINIMAL.replace("        delay: 10s\n", "").replace("mount: /srv/vms", "mount: /srv/vms, journals: 1");
    let words = ["check", "--format", format, "twice.yaml", "-", "none.yaml", "fine.yaml"];
    run(folder.path(), &words, &stdin)
}

const UNREAD: &str = "gfs2gen: cannot read none.yaml: No such file or directory (os error 2)\n";

#[test]
fn short_has_a_line_for_each_finding_in_the_order_of_the_files() {
    let said = check("short");
    assert_eq!((said.code, said.err.as_str()), (4, UNREAD));
    assert_eq!(
        said.out,
        "twice.yaml:6:3: error[GFS008]: the key `nmae` stands twice in one mapping
<stdin>:4:1: warning[GFS307]: corosync has one link only
<stdin>:10:9: error[GFS405]: `bmc-server4` waits 0 s and `bmc-server7` 0 s: the nodes would shoot each other
<stdin>:25:49: error[GFS801]: `vms` has one journal for two nodes
fine.yaml:4:1: warning[GFS307]: corosync has one link only
"
    );
}

#[test]
fn github_has_a_command_for_each_finding() {
    let said = check("github");
    assert_eq!((said.code, said.err.as_str()), (4, UNREAD));
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(
        lines[0],
        "::error file=twice.yaml,line=6,endLine=6,col=3,endColumn=7,title=GFS008 duplicate-key::the key `nmae` stands \
         twice in one mapping%0Athe second time%0Ahelp: delete one of them, or join what stands under them"
    );
    assert_eq!(
        lines[2],
        "::error file=<stdin>,line=10,endLine=10,col=9,endColumn=26,title=GFS405 fence-race::`bmc-server4` waits 0 s and \
         `bmc-server7` 0 s: the nodes would shoot each other%0A0 s before `server4` is shot%0Anote: `delay` is not written \
         in entry 1 of `fence`: its default is `0s`%0Ahelp: the node that is shot later survives: give it `delay: 10s` more"
    );
}

#[test]
fn gitlab_has_a_finding_for_each_with_a_fingerprint_of_its_own() {
    let said = check("gitlab");
    assert_eq!((said.code, said.err.as_str()), (4, UNREAD));
    let findings: Vec<Value> = serde_json::from_str(&said.out).unwrap();
    let lines: Vec<(&str, u64, &str, &str)> = findings
        .iter()
        .map(|found| {
            let (text, place) = (|name: &str| found[name].as_str().unwrap(), &found["location"]);
            (
                place["path"].as_str().unwrap(),
                place["lines"]["begin"].as_u64().unwrap(),
                text("check_name"),
                text("severity"),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("twice.yaml", 6, "GFS008", "blocker"),
            ("<stdin>", 4, "GFS307", "minor"),
            ("<stdin>", 10, "GFS405", "blocker"),
            ("<stdin>", 25, "GFS801", "blocker"),
            ("fine.yaml", 4, "GFS307", "minor"),
        ]
    );
    assert_eq!(
        findings[0]["description"],
        "the key `nmae` stands twice in one mapping; help: delete one of them, or join what stands under them"
    );
    let prints: BTreeSet<&str> = findings.iter().map(|found| found["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), findings.len());
    assert!(prints.iter().all(|print| print.len() == 32 && print.bytes().all(|byte| byte.is_ascii_hexdigit())));
}

#[test]
fn gitlab_knows_a_finding_again_on_another_line() {
    let folder = tempfile::tempdir().unwrap();
    let prints = |file: &str, text: &str| {
        fs::write(folder.path().join("c.yaml"), text).unwrap();
        let said = run(folder.path(), &["check", "--format", "gitlab", file], "");
        let findings: Vec<Value> = serde_json::from_str(&said.out).unwrap();
        findings.iter().map(|found| found["fingerprint"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // A value of the wrong form on each node, and once more the same.
    let text = MINIMAL.replace("delay: 10s", "delay: 10").replace("lanplus: true", "lanplus: []");
    let first = prints("c.yaml", &text);
    assert!(first.len() > 2, "{first:?}");
    assert_eq!(prints("./c.yaml", &format!("# one\n# two\n{text}")), first);
    assert_ne!(prints("c.yaml", MINIMAL), first);
}

#[test]
fn json_is_one_document_over_all_files() {
    let said = check("json");
    assert_eq!((said.code, said.err.as_str()), (4, UNREAD));
    let document: Value = serde_json::from_str(&said.out).unwrap();
    let findings = document["diagnostics"].as_array().unwrap();
    let places: Vec<(&str, u64)> = findings
        .iter()
        .map(|found| (found["primary"]["file"].as_str().unwrap(), found["primary"]["line"].as_u64().unwrap()))
        .collect();
    assert_eq!(places, [("twice.yaml", 6), ("<stdin>", 4), ("<stdin>", 10), ("<stdin>", 25), ("fine.yaml", 4)]);
    assert_eq!(
        findings[2],
        json!({
            "code": "GFS405", "name": "fence-race", "severity": "error",
            "message": "`bmc-server4` waits 0 s and `bmc-server7` 0 s: the nodes would shoot each other",
            "note": "`delay` is not written in entry 1 of `fence`: its default is `0s`",
            "help": "the node that is shot later survives: give it `delay: 10s` more",
            "suggestion": null,
            "primary": {
                "file": "<stdin>", "line": 10, "column": 9, "end_line": 10, "end_column": 26, "byte_start": 283,
                "byte_end": 300, "path": "/nodes/0/fence/0/delay", "message": "0 s before `server4` is shot",
            },
            "secondary": [{
                "file": "<stdin>", "line": 17, "column": 9, "end_line": 17, "end_column": 26, "byte_start": 564,
                "byte_end": 581, "path": "/nodes/1/fence/0/delay", "message": "0 s before `server7` is shot",
            }],
        })
    );
}

#[test]
fn sarif_is_one_log_over_all_files() {
    const PAGE: &str = include_str!("../docs/rules/GFS307.md");
    let said = check("sarif");
    assert_eq!((said.code, said.err.as_str()), (4, UNREAD));
    let log: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((log["version"].as_str(), log["runs"].as_array().map(Vec::len)), (Some("2.1.0"), Some(1)));
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["GFS008", "GFS307", "GFS405", "GFS801"]);
    assert_eq!(
        rules[1],
        json!({
            "id": "GFS307", "name": "single-link",
            "shortDescription": { "text": "corosync has one link only" },
            "help": { "text": PAGE, "markdown": PAGE },
            "defaultConfiguration": { "level": "warning" },
        })
    );
    let results = run["results"].as_array().unwrap();
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(result["ruleId"], rule["id"]);
        assert_eq!(result["level"], rule["defaultConfiguration"]["level"]);
    }
    let place = |line: u64, node: u64| {
        json!({
            "physicalLocation": {
                "artifactLocation": { "uri": "%3Cstdin%3E" },
                "region": { "startLine": line, "startColumn": 9, "endLine": line, "endColumn": 26 },
            },
            "logicalLocations": [{ "fullyQualifiedName": format!("/nodes/{node}/fence/0/delay") }],
            "message": { "text": format!("0 s before `server{}` is shot", if node == 0 { 4 } else { 7 }) },
        })
    };
    let mut related = place(17, 1);
    related["id"] = json!(1);
    assert_eq!(
        results[2],
        json!({
            "ruleId": "GFS405", "ruleIndex": 2, "level": "error",
            "message": { "text": "`bmc-server4` waits 0 s and `bmc-server7` 0 s: the nodes would shoot each other\n\
                note: `delay` is not written in entry 1 of `fence`: its default is `0s`\n\
                help: the node that is shot later survives: give it `delay: 10s` more" },
            "locations": [place(10, 0)],
            "relatedLocations": [related],
        })
    );
}

#[test]
fn sarif_has_the_change_that_mends_a_typo() {
    let folder = tempfile::tempdir().unwrap();
    let said = run(folder.path(), &["check", "--format", "sarif", "-"], MINIMAL.replace("mount:", "mont:"));
    assert_eq!(said.code, 1);
    let log: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(
        log["runs"][0]["results"][0]["fixes"],
        json!([{
            "description": { "text": "write `mount`" },
            "artifactChanges": [{
                "artifactLocation": { "uri": "%3Cstdin%3E" },
                "replacements": [{
                    "deletedRegion": { "startLine": 26, "startColumn": 22, "endLine": 26, "endColumn": 26 },
                    "insertedContent": { "text": "mount" },
                }],
            }],
        }])
    );
}

#[test]
fn nothing_found_is_an_empty_document() {
    let folder = tempfile::tempdir().unwrap();
    let text = MINIMAL.replace("platform:", "policy: { allow: [{ rule: GFS307, reason: a bond }] }\nplatform:");
    let out = |format| {
        let said = run(folder.path(), &["check", "--format", format, "-"], &text);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
        said.out
    };
    assert_eq!(out("short"), "");
    assert_eq!(out("github"), "");
    assert_eq!(out("gitlab"), "[]\n");
    assert_eq!(out("json"), "{\n  \"version\": 1,\n  \"diagnostics\": []\n}\n");
    let log: Value = serde_json::from_str(&out("sarif")).unwrap();
    assert_eq!((&log["runs"][0]["results"], &log["runs"][0]["tool"]["driver"]["rules"]), (&json!([]), &json!([])));
}
