use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::path::Segment;

fn parse(text: &str) -> Result<Document, Vec<Diagnostic>> {
    Document::parse(&Source::new("cluster.yaml", text))
}

fn document(text: &str) -> Document {
    parse(text).unwrap_or_else(|found| panic!("{text:?}: {found:#?}"))
}

/// `code@text under the caret` of every finding.
fn found(text: &str) -> Vec<String> {
    let source = Source::new("cluster.yaml", text);
    let found = Document::parse(&source).expect_err(text);
    let show = |diagnostic: &Diagnostic| match &diagnostic.primary.at {
        At::Span(span) => format!("{}@{}", diagnostic.code, source.slice(*span)),
        At::Path(path, _) => panic!("{path} has no place yet"),
    };
    found.iter().map(show).collect()
}

fn path(pointer: &str) -> Path {
    let step = |step: &str| step.parse().map_or_else(|_| Segment::Key(step.into()), Segment::Index);
    pointer.split('/').skip(1).map(step).collect()
}

const SAMPLE: &str = "\
# a comment
ä: ü
nodes:
  - name: server4 # the first
    id: 0644
    list: [1, {c: d}, ]
  - name: 'it''s'
    text: |
      one
      two

    empty:
    none: ~
  -
storage:
- disk: /dev/sda
  size: 1e3
yes: no
";

#[test]
fn values_are_those_of_yaml_1_2() {
    let expected = json!({
        "ä": "ü",
        "nodes": [
            {"name": "server4", "id": 644, "list": [1, {"c": "d"}]},
            {"name": "it's", "text": "one\ntwo\n", "empty": null, "none": null},
            null,
        ],
        "storage": [{"disk": "/dev/sda", "size": 1000}],
        "yes": "no",
    });
    assert_eq!(document(SAMPLE).value(), &expected);
    let keys = document("z: 1\n1: x\ntrue: y\na: 2\n");
    let keys: Vec<&String> = keys.value().as_object().unwrap().keys().collect();
    assert_eq!(keys, ["z", "1", "true", "a"]);
}

#[test]
fn literals_are_the_text_as_written() {
    let document = document(SAMPLE);
    for (pointer, text) in [
        ("/nodes/0/id", Some("0644")),
        ("/storage/0/size", Some("1e3")),
        ("/nodes/1/name", Some("'it''s'")),
        ("/nodes/1/none", Some("~")),
        ("/nodes/1/empty", Some("")),
        ("/nodes/2", Some("")),
        ("/nodes", None),
        ("/nodes/0/nothing", None),
    ] {
        assert_eq!(document.literal(&path(pointer)), text, "{pointer}");
    }
}

#[test]
fn places_are_bytes_and_end_where_the_text_ends() {
    for text in [SAMPLE.to_owned(), SAMPLE.replace('\n', "\r\n"), format!("\u{feff}{SAMPLE}")] {
        let document = document(&text);
        let value = |pointer| {
            &text
                [document.place(&path(pointer)).unwrap().value.start..document.place(&path(pointer)).unwrap().value.end]
        };
        assert_eq!(value("/ä"), "ü");
        assert_eq!(value("/nodes/0/list"), "[1, {c: d}, ]");
        assert_eq!(value("/nodes/0/list/1"), "{c: d}");
        assert_eq!(value("/nodes/0").lines().last(), Some("    list: [1, {c: d}, ]"));
        assert_eq!(value("/nodes/1/text").lines().last(), Some("      two"));
        assert_eq!(value("/nodes/2"), "-");
        assert!(value("/nodes").starts_with("- name: server4"));
        assert!(value("/storage").starts_with("- disk: /dev/sda"));
        assert!(value("/storage").ends_with("size: 1e3"));
        assert!(value("").ends_with("yes: no"));
        let key = document.place(&path("/nodes/1/text")).unwrap().key.unwrap();
        assert_eq!(&text[key.start..key.end], "text");
    }
}

#[test]
fn what_was_not_written_is_shown_at_its_ancestor() {
    let document = document(SAMPLE);
    let shown = |at: At| document.source.slice(document.locate(&at));
    assert_eq!(shown(At::value(path("/nodes/0/id"))), "0644");
    assert_eq!(shown(At::key(path("/nodes/0/id"))), "id");
    assert_eq!(shown(At::value(path("/storage/0/drbd/resync"))), "disk: /dev/sda");
    assert_eq!(shown(At::key(path("/nodes/0"))), "name: server4 # the first");
    assert_eq!(shown(At::value(path("/nodes/7/id"))), "nodes");
    assert_eq!(shown(At::value(path("/nodes/1/empty"))), "empty");
    assert_eq!(shown(At::value(path("/policy"))), "ä: ü");
    assert_eq!(shown(At::key(Path::root())), "ä: ü");
    assert_eq!(shown(At::Span(Span { start: 1, end: 99_999 })).len(), SAMPLE.len() - 1);
}

#[test]
fn what_the_language_leaves_out_is_refused_all_at_once() {
    let text = "a: &x 1\nb: *x\nc: *y\nd: !!str 1\n<<: *x\na: 2\n? [q]\n: 1\n: 2\ne:\u{a0}f\n";
    assert_eq!(found(text), ["GFS010@!!str", "GFS011@<<", "GFS013@[q]", "GFS013@:", "GFS005@\u{a0}", "GFS009@&x"]);
    assert_eq!(found("a: 1\n---\nb: 2\n"), ["GFS012@---"]);
    assert_eq!(found("a: 1\n...\nb\n"), ["GFS012@b"]);
    assert_eq!(found("*x : 1\n"), ["GFS009@*x"]);
    assert_eq!(found("{ [a]: 1, {}: 2 }"), ["GFS013@[a]", "GFS013@{}"]);
}

#[test]
fn anchors_and_aliases_are_one_finding_and_a_double_names_its_first() {
    let found = parse("a: &x 1\nb: *x\nb: 2\n").unwrap_err();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].secondary[0].at, At::Span(Span { start: 8, end: 9 }));
    assert_eq!((found[1].primary.text.as_str(), found[1].secondary[0].text.as_str()), ("anchor", "alias"));
    let bomb: String = (1..9).map(|level| format!("l{level}: &l{level} [*l0, *l0]\n")).collect();
    let found = parse(&format!("l0: &l0 x\n{bomb}")).unwrap_err();
    assert_eq!((found.len(), found[0].secondary.len()), (1, 3));
    assert_eq!(found[0].notes, ["the same at 21 more places, the next in line 3"]);
}

#[test]
fn foreign_spaces_are_one_finding_and_hide_the_keys_that_they_double() {
    let found = parse("a:\n\u{a0}\u{a0}b: 1\n\u{a0}\u{a0}b: 2\n\u{a0}\u{a0}c: 3\n").unwrap_err();
    assert_eq!((found.len(), found[0].code, found[0].secondary.len()), (1, "GFS005", 2));
}

#[test]
fn a_file_without_a_description_is_refused() {
    for (text, message) in [
        ("", "the file is empty"),
        ("\u{feff}", "the file is empty"),
        (" \n\n", "the file is empty"),
        ("# x\n\n # y\n", "the file holds comments only"),
        ("---\n", "the file describes nothing"),
        ("--- # x\n...\n", "the file describes nothing"),
    ] {
        let found = parse(text).unwrap_err();
        assert_eq!((found[0].code, found[0].message.as_str()), ("GFS003", message), "{text:?}");
    }
    assert_eq!(found(&format!("a: {}", "x".repeat(1 << 20))).len(), 1);
}

#[test]
fn broken_syntax_is_shown_where_it_can_be_mended() {
    for (text, expected) in [
        ("a: b: c\n", "GFS006@:"),
        ("a:\n\tb: 1\n", "GFS007@\t"),
        ("a:\n  b: 1\n\tc: 2\n", "GFS007@\t"),
        ("a:\r\n  b: 1\r\n \tc: 2\r\n", "GFS007@\t"),
        ("a: [1, 2\nb: 3\n", "GFS006@["),
        ("a: {b: 1\n", "GFS006@{"),
        ("a: [1}\n", "GFS006@["),
        ("a: ]\n", "GFS006@]"),
        ("a: [1,,2]\n", "GFS006@,"),
        ("a: [-]\n", "GFS006@-]"),
        ("a: \"x\nb: 1\n", "GFS006@\""),
        ("a: 'x' y\n", "GFS006@y"),
        ("a:\n  b: 1\n c: 2\n", "GFS006@c:"),
        ("a: 1\n- b\n", "GFS006@-"),
        ("a: @x\n", "GFS006@@x"),
        ("a: %x\n", "GFS006@%x"),
        ("a: *\n", "GFS009@*"),
        ("a: !foo!bar x\n", "GFS010@!foo!bar"),
        ("a: 1\nb:2\nc: 3\n", "GFS006@b:2"),
        ("a: b\n   c: d\n", "GFS006@c"),
        ("%YAML 1.2\n---\na: 1\n", "GFS006@%YAML 1.2"),
        ("a: 'x'\u{a0}\n", "GFS005@\u{a0}"),
        ("a: [1,\u{3000}]\n", "GFS005@\u{3000}"),
        ("a: 1\rb: 2\n", "GFS004@\r"),
        ("a: \u{1b}[0m\n", "GFS004@\u{1b}"),
    ] {
        assert_eq!(found(text), [expected], "{text:?}");
    }
}

#[test]
fn foreign_spaces_are_text_inside_quotes_and_comments() {
    let document = document("a: 'b\u{a0}c' # d\u{a0}e\nf: |\n  g\u{a0}h\n");
    assert_eq!(document.value(), &json!({"a": "b\u{a0}c", "f": "g\u{a0}h\n"}));
}

#[test]
fn depth_has_a_limit() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(&nested(64)).is_ok());
    assert_eq!(found(&nested(65)), ["GFS014@["]);
    assert_eq!(found(&"[".repeat(200_000)).len(), 1);
    assert_eq!(found(&"- ".repeat(20_000)).len(), 1);
    assert_eq!(found(&"{a: ".repeat(20_000)).len(), 1);
}

#[test]
fn a_file_that_is_not_utf8_has_a_finding() {
    let error = Source::from_bytes("x", b"a: \xe4\n".to_vec()).unwrap_err();
    let found = not_utf8(&error);
    assert_eq!(found.primary.text, "the byte 0xE4 cannot stand here");
}

#[test]
fn codes_are_unique_and_of_this_family() {
    let codes: std::collections::BTreeSet<_> = CODES.iter().map(|code| code.code).collect();
    assert_eq!(codes.len(), CODES.len());
    assert!(codes.iter().all(|code| code.starts_with("GFS0")));
}

/// Every path in the value, the root included.
fn walk(value: &Value, path: Path, into: &mut Vec<Path>) {
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| walk(item, path.index(index), into)),
        Value::Object(entries) => entries.iter().for_each(|(key, item)| walk(item, path.key(key.as_str()), into)),
        _ => {}
    }
    into.push(path);
}

/// What has to hold of any text.
fn sound(text: &str) {
    let source = Source::new("x", text);
    let inside = |span: Span| assert!(text.get(span.start..span.end).is_some(), "{text:?} {span:?}");
    match Document::parse(&source) {
        Ok(document) => {
            let mut paths = Vec::new();
            walk(document.value(), Path::root(), &mut paths);
            let mut places: Vec<Path> = document.paths().cloned().collect();
            paths.sort();
            places.sort();
            assert_eq!(paths, places, "{text:?}");
            for path in paths {
                let place = document.place(&path).unwrap();
                inside(place.value);
                place.key.into_iter().for_each(inside);
                let parent = path.parent().and_then(|path| document.place(&path).copied());
                if let Some(parent) = parent {
                    assert!(parent.value.start <= place.value.start, "{text:?} {path}");
                    assert!(parent.value.end >= place.value.end, "{text:?} {path}");
                }
                inside(document.locate(&At::value(path.clone())));
                inside(document.locate(&At::key(path)));
            }
        }
        Err(found) => {
            assert!(!found.is_empty());
            for diagnostic in &found {
                let labels = diagnostic.secondary.iter().chain([&diagnostic.primary]);
                for label in labels {
                    if let At::Span(span) = label.at {
                        inside(span);
                    }
                }
            }
            let reports = [crate::diag::emit::Report { source: &source, document: None, diagnostics: &found }];
            crate::diag::emit::human(&reports, true);
            crate::diag::emit::json(&reports);
            crate::diag::emit::short(&reports);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_the_reader(text in "\\PC*|[-a:?&*!|>'\"%@`{}\\[\\], #\\n\\r\\t~<\u{a0}ä\u{feff}]{0,40}") {
        sound(&text);
    }

    #[test]
    fn no_damage_breaks_the_reader(
        edits in prop::collection::vec((0..SAMPLE.len(), 0..12usize, "[-a:?&*!|>'\"{}\\[\\],# \\n\\r\\t\u{a0}é字]{0,3}"), 1..4)
    ) {
        let mut text = SAMPLE.to_owned();
        for (at, cut, new) in edits {
            let start = text.floor_char_boundary(at);
            let end = text.floor_char_boundary(start + cut);
            text.replace_range(start..end, &new);
        }
        sound(&text);
    }
}
