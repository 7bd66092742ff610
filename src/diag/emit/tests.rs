use super::*;
use crate::diag::{Code, Part};
use crate::path::Path;

const CODE: Code = Code { code: "GFS123", name: "some-rule", severity: Severity::Error, summary: "", page: "" };

fn at(text: &str, part: &str) -> At {
    let start = text.find(part).unwrap();
    At::Span(Span { start, end: start + part.len() })
}

fn shown(text: &str, part: &str) -> String {
    let source = Source::new("c.yaml", text);
    let found = [Diagnostic::new(CODE, "not good", at(text, part)).label("here")];
    let report = Report { source: &source, document: None, diagnostics: &found };
    human(&[report], false)
}

#[test]
fn human_looks_as_rustc_does() {
    let text = "a: 1\nb: 2\nc: 3\nd: 4\ne: x\n";
    let source = Source::new("c.yaml", text);
    let found = [Diagnostic::new(CODE, "`x` is no number", at(text, "x"))
        .label("this is text")
        .also(at(text, "a"), "as this is")
        .help("write a number")
        .suggest("5")];
    let report = Report { source: &source, document: None, diagnostics: &found };
    let expected = "\
error[GFS123]: `x` is no number
 --> c.yaml:5:4
  |
1 | a: 1
  | - as this is
...
5 | e: x
  |    ^ this is text
  |
  = help: did you mean `5`?
  = help: write a number

";
    assert_eq!(human(&[report], false), expected);
    let colored = human(&[report], true);
    assert!(colored.contains("\u{1b}["));
    let plain: String = colored
        .split('\u{1b}')
        .enumerate()
        .map(|(index, part)| match index {
            0 => part,
            _ => part.split_once('m').unwrap().1,
        })
        .collect();
    assert_eq!(plain, expected);
}

#[test]
fn a_suggestion_in_the_help_is_not_said_again() {
    let source = Source::new("c.yaml", "prot: 1\n");
    let found = [Diagnostic::new(CODE, "m", at("prot: 1\n", "prot")).help("did you mean `port`?").suggest("port")];
    let report = Report { source: &source, document: None, diagnostics: &found };
    assert_eq!(human(&[report], false).matches("port").count(), 1);
    let found = [Diagnostic::new(CODE, "m", at("prot: 1\n", "prot")).help("one of `port`, `id`").suggest("port")];
    let report = Report { diagnostics: &found, ..report };
    assert!(human(&[report], false).contains("  = help: did you mean `port`?\n  = help: one of `port`, `id`\n"));
}

#[test]
fn carets_stand_under_the_text() {
    // The part to underline is `x`; the widths before it are those on a screen.
    for (text, line) in [
        ("a: x\n", "  |    ^ here"),
        ("a:\tx\n", "  |       ^ here"),
        ("字字: x\n", "  |       ^ here"),
        ("ä: x\r\nb: 1\r\n", "  |    ^ here"),
        ("\u{feff}a: x\n", "  |    ^ here"),
        ("a: x", "  |    ^ here"),
    ] {
        let shown = shown(text, "x");
        assert!(shown.lines().any(|shown| shown == line), "{shown}");
    }
    assert!(shown("\u{feff}a: x\n", "x").contains("c.yaml:1:4\n"));
    assert!(shown("\u{feff}a: x\r\nbé: y\r\n", "y").contains("c.yaml:2:5\n"));
}

#[test]
fn of_a_block_the_first_line_is_shown() {
    let shown = shown("a:\r\n  - x\r\n  - y\r\nz: 1\r\n", "- x\r\n  - y");
    assert!(shown.contains("2 |   - x\n  |   ^^^ here\n"), "{shown}");
}

#[test]
fn short_is_one_line_each_in_the_order_of_the_text() {
    let text = "a: 1\nb: 2\n";
    let source = Source::new("c.yaml", text);
    let warning = Code { code: "GFS100", severity: Severity::Warning, ..CODE };
    let found = [
        Diagnostic::new(CODE, "second", at(text, "2")),
        Diagnostic::new(CODE, "first", at(text, "a")),
        Diagnostic::new(warning, "same place", at(text, "2")),
    ];
    let report = Report { source: &source, document: None, diagnostics: &found };
    assert_eq!(
        short(&[report, report]),
        "c.yaml:1:1: error[GFS123]: first\n\
         c.yaml:2:4: warning[GFS100]: same place\n\
         c.yaml:2:4: error[GFS123]: second\n"
            .repeat(2)
    );
    assert_eq!(summary(&[report]).as_deref(), Some("2 errors, 1 warning"));
    assert_eq!(summary(&[report, report]).as_deref(), Some("4 errors, 2 warnings"));
    assert_eq!(summary(&[]), None);
}

#[test]
fn a_message_is_one_line_and_no_command_to_the_terminal() {
    let source = Source::new("c.yaml", "a: 1\n");
    let odd = "unknown key `\n\u{1b}[2J\u{202e}`";
    let found = [Diagnostic::new(CODE, odd, at("a: 1\n", "a")).label(odd).help(odd)];
    let report = Report { source: &source, document: None, diagnostics: &found };
    assert_eq!(short(&[report]), "c.yaml:1:1: error[GFS123]: unknown key `<U+000A><U+001B>[2J<U+202E>`\n");
    assert_eq!(github(&[report]).matches('\n').count(), 1);
    for text in [human(&[report], false), json(&[report]), sarif(&[report], &[]), github(&[report]), gitlab(&[report])]
    {
        assert!(!text.contains(['\u{1b}', '\u{202e}']) && text.contains("<U+001B>[2J<U+202E>"), "{text}");
    }
}

struct Everywhere(Span);

impl Locate for Everywhere {
    fn locate(&self, _: &At) -> Span {
        self.0
    }
}

#[test]
fn json_is_one_document_over_all_files() {
    let source = Source::new("c.yaml", "\u{feff}ä: ü\n");
    let everywhere = Everywhere(Span { start: 7, end: 9 });
    let path = Path::root().key("a/b").index(0);
    let found = [Diagnostic::new(CODE, "m", At::Path(path, Part::Value))
        .help("one")
        .help("two")
        .also(At::Span(Span { start: 0, end: 0 }), "too")];
    let report = Report { source: &source, document: Some(&everywhere), diagnostics: &found };
    let empty = Report { diagnostics: &[], ..report };
    let document: serde_json::Value = serde_json::from_str(&json(&[report, empty])).unwrap();
    let place = serde_json::json!({
        "file": "c.yaml", "line": 1, "column": 4, "end_line": 1, "end_column": 5,
        "byte_start": 7, "byte_end": 9, "path": "/a~1b/0", "message": null,
    });
    let mut second = place.clone();
    second["path"] = serde_json::Value::Null;
    second["message"] = "too".into();
    assert_eq!(
        document,
        serde_json::json!({"version": 1, "diagnostics": [{
            "code": "GFS123", "name": "some-rule", "severity": "error", "message": "m",
            "note": null, "help": "one\ntwo",
            "suggestion": null, "primary": place, "secondary": [second],
        }]})
    );
}

#[test]
fn a_path_without_a_document_is_the_first_line() {
    let source = Source::new("c.yaml", "first\nsecond\n");
    let found = [Diagnostic::new(CODE, "m", At::key(Path::root()))];
    let report = Report { source: &source, document: None, diagnostics: &found };
    assert_eq!(source.slice(report.span(&found[0].primary)), "first");
}

#[test]
fn github_escapes_what_ends_a_property_or_a_command() {
    let text = "a: 1\nb: 2\n";
    let source = Source::new("a,b:%.yaml", text);
    let found =
        [Diagnostic::new(CODE, "50% of a: b", at(text, text.trim_end())).label("here").help("a, b").suggest("c")];
    let report = Report { source: &source, document: None, diagnostics: &found };
    assert_eq!(
        github(&[report]),
        "::error file=a%2Cb%3A%25.yaml,line=1,endLine=1,col=1,endColumn=5,title=GFS123 some-rule\
         ::50%25 of a: b%0Ahere%0Ahelp: did you mean `c`?%0Ahelp: a, b\n"
    );
}

#[test]
fn sarif_names_files_as_uris_and_doubles_braces() {
    let uri = |name: &str| {
        let source = Source::new(name, "a: 1\n");
        let found = [Diagnostic::new(CODE, "write `{ a: 1 }`", at("a: 1\n", "a")).suggest("{b}")];
        let report = Report { source: &source, document: None, diagnostics: &found };
        let log: serde_json::Value = serde_json::from_str(&sarif(&[report], &[])).unwrap();
        let result = &log["runs"][0]["results"][0];
        assert_eq!(result["message"]["text"], "write `{{ a: 1 }}`\nhelp: did you mean `{{b}}`?");
        assert_eq!(result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"], "{b}");
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap().to_owned()
    };
    assert_eq!(uri("a/b-1.yaml"), "a/b-1.yaml");
    assert_eq!(uri("a b:ü%.yaml"), "a%20b%3A%C3%BC%25.yaml");
    assert_eq!(uri("/tmp/x.yaml"), "file:///tmp/x.yaml");
    assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
}

#[test]
fn gitlab_tells_two_of_the_same_apart_and_escapes_nothing_twice() {
    let text = "a: 1\nb: 2\n";
    let source = Source::new("./a,b.yaml", text);
    let found = [
        Diagnostic::new(CODE, "50% of `a`", at(text, "2")).help("one").suggest("c"),
        Diagnostic::new(CODE, "50% of `a`", at(text, "1")),
    ];
    let report = Report { source: &source, document: None, diagnostics: &found };
    let list: serde_json::Value = serde_json::from_str(&gitlab(&[report])).unwrap();
    assert_eq!(list[0]["description"], "50% of `a`");
    assert_eq!(list[1]["description"], "50% of `a`; help: did you mean `c`?; help: one");
    assert_eq!(list[1]["location"], serde_json::json!({ "path": "a,b.yaml", "lines": { "begin": 2 } }));
    assert_ne!(list[0]["fingerprint"], list[1]["fingerprint"]);
}
