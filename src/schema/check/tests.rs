use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::diag::At;
use crate::diag::emit::{Report, human};
use crate::source::Source;

fn schema() -> Value {
    json!({
        "type": "object",
        "required": ["cluster", "nodes"],
        "additionalProperties": false,
        "properties": {
            "apiVersion": {"const": "gfs2gen/v1"},
            "platform": {"$ref": "#/$defs/Platform"},
            "drbd": {"enum": ["8.4", "9"], "type": "string"},
            "cluster": {"$ref": "#/$defs/Cluster", "description": "What the cluster is called. More."},
            "nodes": {"type": "array", "items": {"$ref": "#/$defs/Node"}, "minItems": 2, "maxItems": 2},
        },
        "$defs": {
            "Platform": {"oneOf": [
                {"const": "debian12", "type": "string", "description": "Debian"},
                {"const": "el9", "type": "string", "description": "EL"},
            ]},
            "Cluster": {
                "type": "object", "additionalProperties": false, "required": ["name"],
                "properties": {
                    "name": {
                        "type": "string", "pattern": "^[a-z]+$", "maxLength": 8, "minLength": 1,
                        "description": "The name of the cluster.", "x-hint": "lower-case letters only",
                    },
                    "token": {"type": "string"},
                    "autostart": {"type": "boolean"},
                    "links": {"type": "array", "items": {"type": "string"}, "uniqueItems": true, "minItems": 1},
                },
            },
            "Node": {
                "type": "object", "additionalProperties": false, "required": ["name", "port"],
                "properties": {
                    "name": {"type": "string"},
                    "port": {"type": "integer", "minimum": 1, "maximum": 65535, "description": "The port that is used."},
                    "weight": {"type": "number", "exclusiveMinimum": 0},
                    "disk": {"type": ["string", "object"], "additionalProperties": {"type": "string"}},
                    "addresses": {
                        "type": "object", "additionalProperties": {"$ref": "#/$defs/Address"},
                        "propertyNames": {"pattern": "^[a-z]+$", "x-hint": "a name of lower-case letters"},
                    },
                },
            },
            "Address": {"type": "string", "pattern": "^[0-9.]+$", "x-hint": "an IPv4 address such as `10.0.0.1`"},
        },
    })
}

const NODES: &str = "nodes: [{name: a, port: 1}, {name: b, port: 2}]\n";

const GOOD: &str = "\
platform: debian12
drbd: '9'
cluster:
  name: c
  token: 5s
  autostart: true
  links: [a, b]
nodes:
  - { name: a, port: 1, disk: /dev/a }
  - name: b
    port: 2
    weight: 1.5
    disk: { a: x }
    addresses: { lan: 10.0.0.1 }
";

fn check(text: &str) -> (Source, Document, Vec<Diagnostic>) {
    let source = Source::new("c.yaml", text);
    let document = Document::parse(&source).expect(text);
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors = validator.iter_errors(document.value());
    let found = diagnostics(errors, &schema, &document);
    (source, document, found)
}

/// Every finding as `code text under the caret: message | label | help`, in the order of the text.
fn lines(text: &str) -> Vec<String> {
    let (source, document, found) = check(text);
    let report = Report { source: &source, document: Some(&document), diagnostics: &found };
    let line = |d: &&Diagnostic| {
        let under = source.slice(report.span(&d.primary));
        let help = d.help.join(" / ");
        format!("{} {under}: {} | {} | {help}", d.code, d.message, d.primary.text)
    };
    report.sorted().iter().map(line).collect()
}

/// The only finding of a cluster with these lines in it.
fn cluster(lines_: &str) -> String {
    one(&format!("cluster: {{ {lines_} }}\n{NODES}"))
}

fn one(text: &str) -> String {
    let lines = lines(text);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    lines.into_iter().next().unwrap()
}

/// The only finding of a node with these entries beside its name and port.
fn node(entries: &str) -> String {
    one(&format!("cluster: {{ name: c }}\nnodes: [{{name: a, port: 1, {entries}}}, {{name: b, port: 2}}]\n"))
}

#[test]
fn a_good_description_has_no_finding() {
    let text = format!("platform: el9\ncluster: {{ name: c, autostart: true }}\n{NODES}");
    assert_eq!(lines(&text), [""; 0]);
}

#[test]
fn an_unknown_key_and_the_missing_one_are_one_finding() {
    let text = "cluster: { name: c }\nnodes:\n  - name: a\n    prot: 1\n  - {name: b, port: 2}\n";
    assert_eq!(
        one(text),
        "GFS101 prot: unknown key `prot` in entry 1 of `nodes` | not a key of the language | did you mean `port`?"
    );
    let (_, _, found) = check(text);
    assert_eq!(found[0].suggestion.as_deref(), Some("port"));
}

#[test]
fn unknown_keys() {
    assert_eq!(
        cluster("name: c, Auto-Start: true"),
        "GFS101 Auto-Start: unknown key `Auto-Start` in `cluster` | not a key of the language | did you mean `autostart`?"
    );
    assert_eq!(
        cluster("name: c, zzz: 1"),
        "GFS101 zzz: unknown key `zzz` in `cluster` | not a key of the language | the keys here are `name`, `token`, `autostart`, `links`"
    );
    // What is there already was not meant.
    assert!(cluster("name: c, nam: d").contains("the keys here are"));
    assert!(one(&format!("cluster: {{ name: c }}\nplatfrom: el9\n{NODES}")).contains("in the description"));
}

#[test]
fn missing_keys() {
    assert_eq!(
        one("nodes: [{name: a, port: 1}, {name: b, port: 2}]\n").split(" | ").skip(1).collect::<Vec<_>>(),
        ["`cluster` is missing here", "add `cluster`: What the cluster is called"]
    );
    assert_eq!(
        cluster("token: 5s"),
        "GFS102 cluster: `cluster` has no `name` | `name` is missing here | add `name`: The name of the cluster"
    );
    let text = "cluster: { name: c }\nnodes:\n  - name: a\n  - name: b\n";
    assert_eq!(
        lines(text),
        [
            "GFS102 name: a: entry 1 of `nodes` has no `port` | `port` is missing here | add `port`: The port that is used",
            "GFS102 name: b: entry 2 of `nodes` has no `port` | `port` is missing here | add `port`: The port that is used",
        ]
    );
}

#[test]
fn wrong_types() {
    assert_eq!(
        cluster("name: c, token: 0123"),
        "GFS103 0123: `token` must be text | this is a whole number | put it in quotes: `\"0123\"`"
    );
    // In quotes it would still not be one.
    assert_eq!(cluster("name: 7").split(" | ").last(), Some("lower-case letters only"));
    assert_eq!(cluster("name: c, token: 1e3").split(" | ").last(), Some("put it in quotes: `\"1e3\"`"));
    assert_eq!(cluster("name: true").split(" | ").last(), Some("put it in quotes: `\"true\"`"));
    assert_eq!(
        cluster("name: c, autostart: yes"),
        "GFS103 yes: `autostart` must be `true` or `false` | this is text | write `true`"
    );
    assert_eq!(
        node("weight: '2.5'"),
        "GFS103 '2.5': `weight` must be a number | this is text | write it without quotes: `2.5`"
    );
    assert_eq!(cluster("name: c, links: a"), "GFS103 a: `links` must be a list | this is text | write a list: `[a]`");
    assert_eq!(
        cluster("name: c, links: [a, {b: c}]"),
        "GFS103 {b: c}: entry 2 of `links` must be text | this is a mapping | "
    );
    assert_eq!(node("disk: [a]"), "GFS103 disk: `disk` must be text or a mapping | this is a list | ");
    assert_eq!(
        node("disk: { a: 7 }"),
        "GFS103 7: `a` must be text | this is a whole number | put it in quotes: `\"7\"`"
    );
    assert_eq!(lines("just text\n"), ["GFS103 just text: the description must be a mapping | this is text | "]);
}

#[test]
fn nothing_where_a_value_should_be() {
    let text = format!("cluster:\n  name:\n{NODES}");
    assert_eq!(one(&text), "GFS103 name: `name` has no value | no value here | write text, or delete the key");
    let text = format!("platform:\ncluster: {{ name: c }}\n{NODES}");
    assert_eq!(one(&text), "GFS103 platform: `platform` has no value | no value here | one of `debian12`, `el9`");
    assert!(one("cluster: { name: c }\nnodes:\n").starts_with("GFS103 nodes: `nodes` has no value"));
}

#[test]
fn wrong_forms() {
    assert_eq!(
        cluster("name: a-b"),
        "GFS104 a-b: `a-b` is not a valid `name` | not in the right form | lower-case letters only"
    );
    assert_eq!(
        node("addresses: { lan: x }"),
        "GFS104 x: `x` is not a valid `lan` | not in the right form | an IPv4 address such as `10.0.0.1`"
    );
    assert_eq!(
        node("addresses: { L1: 10.0.0.1 }"),
        "GFS104 L1: `L1` is not a valid key in `addresses` | not in the right form | a name of lower-case letters"
    );
    assert_eq!(
        cluster("name: c, links: [a, b, a]"),
        "GFS104 a: `links` has the same entry twice | the second time | delete one of them"
    );
    assert!(!node("addresses: { 7: 10.0.0.1 }").contains("[a-z]"));
}

#[test]
fn not_a_choice() {
    let platform = |value: &str| one(&format!("platform: {value}\ncluster: {{ name: c }}\n{NODES}"));
    assert_eq!(
        platform("debain12"),
        "GFS105 debain12: `debain12` is not a valid `platform` | not one of the choices | did you mean `debian12`? / one of `debian12`, `el9`"
    );
    assert_eq!(
        platform("12"),
        "GFS105 12: `12` is not a valid `platform` | not one of the choices | one of `debian12`, `el9`"
    );
    let drbd = one(&format!("drbd: 9\ncluster: {{ name: c }}\n{NODES}"));
    assert!(drbd.ends_with("put it in quotes: `\"9\"`"), "{drbd}");
    let version = one(&format!("apiVersion: v1\ncluster: {{ name: c }}\n{NODES}"));
    assert!(version.ends_with("only `gfs2gen/v1` can stand here"), "{version}");
}

#[test]
fn out_of_range() {
    let text = "cluster: { name: c }\nnodes: [{name: a, port: 0}, {name: b, port: 70000}]\n";
    assert_eq!(
        lines(text),
        [
            "GFS106 0: `port` must be between 1 and 65535 | this is 0 | The port that is used",
            "GFS106 70000: `port` must be between 1 and 65535 | this is 70000 | The port that is used",
        ]
    );
    assert_eq!(node("weight: 0"), "GFS106 0: `weight` must be above 0 | this is 0 | ");
    assert_eq!(
        cluster("name: abcdefghi"),
        "GFS106 abcdefghi: `name` must be 1 to 8 characters long | this is 9 characters | lower-case letters only"
    );
    assert_eq!(
        one("cluster: { name: c }\nnodes: [{name: a, port: 1}]\n"),
        "GFS106 nodes: `nodes` must have exactly 2 entries | this has 1 entry | "
    );
    assert_eq!(cluster("name: c, links: []"), "GFS106 links: `links` must have at least 1 entry | this has none | ");
    let empty = lines(&format!("cluster: {{ name: '' }}\n{NODES}"));
    assert!(empty.iter().any(|line| line.contains("`name` must not be empty")), "{empty:#?}");
}

#[test]
fn all_at_once_and_every_path_is_written() {
    let text = "cluster: { nam: 7, token: 1 }\nnodes:\n  - name: 1\n  - a/b~c: 2\n    '3': x\n";
    let (source, document, found) = check(text);
    assert!(found.len() >= 6, "{found:#?}");
    for diagnostic in &found {
        let At::Path(path, _) = &diagnostic.primary.at else {
            panic!("{diagnostic:?}");
        };
        assert!(document.has(path), "{path}");
    }
    let report = Report { source: &source, document: Some(&document), diagnostics: &found };
    let shown = human(&[report], false);
    assert!(shown.contains("error[GFS101]: unknown key `a/b~c` in entry 2 of `nodes`\n --> c.yaml:4:5"), "{shown}");
    assert!(shown.contains("unknown key `3` in entry 2 of `nodes`\n --> c.yaml:5:5"), "{shown}");
}

#[test]
fn codes_are_unique_and_of_this_family() {
    let codes: BTreeSet<_> = CODES.iter().map(|code| code.code).collect();
    assert_eq!(codes.len(), CODES.len());
    assert!(codes.iter().all(|code| code.starts_with("GFS1")));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is described: no panic, and every finding has a place that was written.
    #[test]
    fn every_finding_has_a_written_place(edits in prop::collection::vec((0..GOOD.len(), 0..9usize, "[-a:0~'\\[\\]{}, \\n/]{0,4}"), 1..4)) {
        let mut text = GOOD.to_owned();
        for (at, cut, new) in edits {
            let end = (at + cut).min(text.len());
            text.replace_range(at.min(end)..end, &new);
        }
        if Document::parse(&Source::new("c.yaml", text.as_str())).is_ok() {
            let (_, document, found) = check(&text);
            for diagnostic in found {
                let At::Path(path, _) = &diagnostic.primary.at else {
                    panic!("{diagnostic:?}");
                };
                prop_assert!(document.has(path), "{text}: {diagnostic:?}");
            }
        }
    }
}
