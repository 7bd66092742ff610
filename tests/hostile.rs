//! Odd and hostile text: each mistake is one finding with its right place, soon, and never a panic.

use std::time::{Duration, Instant};

use gfs2gen::compile::{Compiled, compile};
use gfs2gen::diag::emit::{Report, human, short};
use gfs2gen::source::Source;
use gfs2gen::syntax::not_utf8;

const MINIMAL: &str = include_str!("../examples/minimal/cluster.yaml");

/// What is found in a file, without the code of the warning that the smallest description gives.
fn found(bytes: impl Into<Vec<u8>>) -> Vec<String> {
    let (source, compiled) = match Source::from_bytes("c", bytes.into()) {
        Ok(source) => {
            let compiled = compile(&source, "2026-01-01", &|_| Err(std::io::Error::other("no file")));
            (source, compiled)
        }
        Err(broken) => {
            let compiled = Compiled { diagnostics: vec![not_utf8(&broken)], ..Compiled::default() };
            (broken.source, compiled)
        }
    };
    let document = compiled.document.as_ref().map(|document| document as _);
    let report = Report { source: &source, document, diagnostics: &compiled.diagnostics };
    assert!(human(&[report], false).len() >= compiled.diagnostics.len());
    short(&[report]).lines().filter(|line| !line.contains("GFS307")).map(|line| line[2..].to_owned()).collect()
}

/// The smallest description with one text replaced.
fn with(from: &str, to: &str) -> Vec<String> {
    assert!(MINIMAL.contains(from), "{from}");
    found(MINIMAL.replacen(from, to, 1))
}

#[test]
fn nothing_is_described() {
    for (text, line) in [
        ("", "1:1: error[GFS003]: the file is empty"),
        ("\u{feff}", "1:1: error[GFS003]: the file is empty"),
        ("\r\n \r\n", "1:1: error[GFS003]: the file is empty"),
        ("# a\n\n  # b", "1:1: error[GFS003]: the file holds comments only"),
        ("---\n...\n", "1:1: error[GFS003]: the file describes nothing"),
        ("null\n", "1:1: error[GFS103]: the description has no value"),
        ("just text\n", "1:1: error[GFS103]: the description must be a mapping"),
        ("- a\n- b\n", "1:1: error[GFS103]: the description must be a mapping"),
    ] {
        assert_eq!(found(text), [line], "{text:?}");
    }
}

#[test]
fn marks_and_line_ends_of_other_systems_are_no_mistake() {
    let none: [&str; 0] = [];
    assert_eq!(found(MINIMAL), none);
    assert_eq!(found(format!("\u{feff}{MINIMAL}")), none);
    assert_eq!(found(MINIMAL.replace('\n', "\r\n")), none);
    assert_eq!(found(format!("\u{feff}---\r\n{}...\r\n", MINIMAL.replace('\n', "\r\n"))), none);
    assert_eq!(found(MINIMAL.trim_end()), none);
    assert_eq!(found(MINIMAL.replace("name: vcluster", "name:\tvcluster")), none);
    // Places are those of the text that people see.
    let broken = format!("\u{feff}{}", MINIMAL.replace('\n', "\r\n").replace("mount", "mönt"));
    assert_eq!(found(broken), ["26:22: error[GFS101]: unknown key `mönt` in entry 1 of `filesystems`"]);
}

#[test]
fn white_space_that_only_looks_like_it() {
    for (character, name) in [
        ('\u{a0}', "no-break space (U+00A0)"),
        ('\u{2028}', "foreign line break (U+2028)"),
        ('\u{85}', "foreign line break (U+0085)"),
        ('\u{3000}', "wide space (U+3000)"),
        ('\u{2003}', "unusual space (U+2003)"),
        ('\u{200b}', "zero-width character (U+200B)"),
        ('\u{feff}', "byte order mark (U+FEFF)"),
        ('\u{ad}', "soft hyphen (U+00AD)"),
        ('\u{202e}', "invisible character (U+202E)"),
    ] {
        let message = format!("error[GFS005]: {name} outside quotes");
        for (from, to, place) in [
            ("  name: vcluster", format!("{character}{character}name: vcluster"), "5:1"),
            ("name: vcluster", format!("name:{character}vcluster"), "5:8"),
            ("name: vcluster", format!("name: v{character}cluster"), "5:10"),
            ("name: vcluster", format!("na{character}me: vcluster"), "5:5"),
            ("{ name: vms,", format!("{{{character}name: vms,"), "26:10"),
        ] {
            assert_eq!(with(from, &to), [format!("{place}: {message}")], "{to:?}");
        }
        // All of it: one finding, where it begins.
        let all = MINIMAL.replace("  ", &format!("{character}{character}"));
        assert_eq!(found(all), [format!("5:1: {message}")]);
        // Inside quotes it is text, and no name.
        let quoted = format!("name: \"v{character}cluster\"");
        let lines = with("name: vcluster", &quoted);
        assert_eq!(lines.len(), 1);
        assert!(lines[0].starts_with("5:9: error[GFS104]: `v") && lines[0].ends_with("` is not a valid `name`"));
        assert!(!lines[0].contains('\u{202e}'));
    }
}

#[test]
fn tabs_and_control_characters() {
    assert_eq!(found(MINIMAL.replace("\n  name", "\n\tname")), ["5:1: error[GFS007]: a line is indented with a tab"]);
    assert_eq!(found(MINIMAL.replace("\n  ", "\n\t")), ["5:1: error[GFS007]: a line is indented with a tab"]);
    for (character, place) in
        [('\0', "5:10"), ('\u{1b}', "5:10"), ('\u{7f}', "5:10"), ('\u{9b}', "5:10"), ('\r', "5:10")]
    {
        let message = format!("error[GFS004]: control character U+{:04X} in the text", u32::from(character));
        for quote in ["", "'", "\""] {
            let lines = with("name: vcluster", &format!("name: {quote}v{character}cluster{quote}"));
            let column = if quote.is_empty() { place } else { "5:11" };
            assert_eq!(lines, [format!("{column}: {message}")]);
        }
        assert_eq!(with("# ", &format!("# {character}")), [format!("1:3: {message}")]);
    }
    // A binary file has thousands: ten tell the story.
    assert_eq!(found("\u{1}\n".repeat(1000)).len(), 10);
}

#[test]
fn what_is_not_utf8() {
    let latin = MINIMAL.replace("vcluster", "vcl\u{1}ster").into_bytes();
    let latin: Vec<u8> = latin.into_iter().map(|byte| if byte == 1 { 0xfc } else { byte }).collect();
    assert_eq!(found(latin), ["5:12: error[GFS001]: the file is not UTF-8 text"]);
    let wide: Vec<u8> = [0xfeff].into_iter().chain(MINIMAL.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(found(wide), ["1:1: error[GFS001]: the file is not UTF-8 text"]);
    let narrow: Vec<u8> = MINIMAL.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(found(narrow)[0].starts_with("1:2: error[GFS004]: control character U+0000 in the text"));
    assert_eq!(found(b"a: \xed\xa0\x80\n"), ["1:4: error[GFS001]: the file is not UTF-8 text"]);
}

#[test]
fn what_yaml_has_and_the_language_has_not() {
    assert_eq!(
        with("name: vcluster", "name: &c vcluster"),
        ["5:9: error[GFS009]: anchors are not part of the language"]
    );
    assert_eq!(with("name: vcluster", "name: *c"), ["5:9: error[GFS009]: aliases are not part of the language"]);
    assert_eq!(
        with("name: vcluster", "name: !!str vcluster"),
        ["5:9: error[GFS010]: tags are not part of the language"]
    );
    assert_eq!(with("name: vcluster", "name: !x vcluster"), ["5:9: error[GFS010]: tags are not part of the language"]);
    assert_eq!(
        with("  name: vcluster", "  <<: { token: 5s }\n  name: vcluster"),
        ["5:3: error[GFS011]: merge keys are not part of the language"]
    );
    assert_eq!(
        with("  name: vcluster", "  name: vcluster\n  name: other"),
        ["6:3: error[GFS008]: the key `name` stands twice in one mapping"]
    );
    assert_eq!(found(format!("{MINIMAL}---\n{MINIMAL}")), ["27:1: error[GFS012]: a second document in the file"]);
    assert_eq!(
        found(format!("%YAML 1.1\n---\n{MINIMAL}")),
        ["1:1: error[GFS006]: directives are not part of the language"]
    );
    assert_eq!(with("  name: vcluster", "  ? name\n  : vcluster"), [""; 0]);
    assert_eq!(with("  name: vcluster", "  [name]: vcluster"), ["5:3: error[GFS013]: a list cannot be a key"]);
}

#[test]
fn an_alias_bomb_is_one_finding() {
    let mut bomb = String::from("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for pair in ('a'..='i').collect::<Vec<_>>().windows(2) {
        bomb += &format!("{1}: &{1} [{0}]\n", vec![format!("*{}", pair[0]); 9].join(", "), pair[1]);
    }
    assert_eq!(found(bomb), ["1:4: error[GFS009]: anchors are not part of the language"]);
}

#[test]
fn words_and_numbers_that_mean_something_else() {
    for (line, finding) in [
        ("  name: 1e3", "5:9: error[GFS103]: `name` must be text"),
        ("  name: 0123", "5:9: error[GFS103]: `name` must be text"),
        ("  name: true", "5:9: error[GFS103]: `name` must be text"),
        ("  name: ~", "5:9: error[GFS103]: `name` has no value"),
        ("  name:", "5:3: error[GFS103]: `name` has no value"),
        ("  name: c\n  autostart: yes", "6:14: error[GFS103]: `autostart` must be `true` or `false`"),
        ("  name: c\n  autostart: 'true'", "6:14: error[GFS103]: `autostart` must be `true` or `false`"),
        ("  name: c\n  autostart: 1", "6:14: error[GFS103]: `autostart` must be `true` or `false`"),
        ("  name: c\n  token: 5", "6:10: error[GFS103]: `token` must be text"),
        ("  name: c\n  token: 5 s", "6:10: error[GFS104]: `5 s` is not a valid `token`"),
    ] {
        assert_eq!(with("  name: vcluster", line), [finding], "{line}");
    }
    for (line, finding) in [
        ("identity: { server4: 0123, server7: ABCD }", "24:26: error[GFS103]: `server4` must be text"),
        ("port: 07789", "24:11: error[GFS104]: `07789` is not a number that everybody reads alike"),
        ("port: 0x1E6D", "24:11: error[GFS104]: `0x1E6D` is not a number that everybody reads alike"),
        ("port: 0o17155", "24:11: error[GFS104]: `0o17155` is not a number that everybody reads alike"),
        ("port: +7789", "24:11: error[GFS104]: `+7789` is not a number that everybody reads alike"),
        ("port: 7789.0", "24:11: error[GFS104]: `7789.0` is not a number that everybody reads alike"),
        ("port: 1e3", "24:11: error[GFS104]: `1e3` is not a number that everybody reads alike"),
        ("port: '7789'", "24:11: error[GFS103]: `port` must be a whole number"),
        ("port: 99999999999999999999999", "24:11: error[GFS106]: `port` must be between 1 and 65535"),
        ("port: 77_89", "24:11: error[GFS103]: `port` must be a whole number"),
        ("port: .nan", "24:11: error[GFS103]: `port` must be a whole number"),
        ("port: 2:10", "24:11: error[GFS103]: `port` must be a whole number"),
    ] {
        assert_eq!(with("  - name: r0", &format!("  - name: r0\n    {line}")), [finding], "{line}");
    }
    // The agent would be given another number than the one that was written.
    assert_eq!(
        with("username: admin,", "username: admin, plug: 012,"),
        ["12:58: error[GFS104]: `012` is not a number that everybody reads alike"]
    );
}

#[test]
fn size_and_depth_have_limits_and_take_no_time() {
    let begin = Instant::now();
    let large = found(format!("a: {}", "x".repeat(10 << 20)));
    assert_eq!(large, ["1:1: error[GFS002]: the file is larger than 1 MiB"]);
    for (piece, column) in [("[", 65), ("- ", 129), ("{a: ", 257), ("? ", 129), ("a: {", 256)] {
        let finding = format!("1:{column}: error[GFS014]: values are nested deeper than 64 levels");
        assert_eq!(found(piece.repeat(100_000)), [finding], "{piece}");
    }
    let levels: String = (0..1000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    assert_eq!(found(levels), ["65:65: error[GFS014]: values are nested deeper than 64 levels"]);
    assert!(begin.elapsed() < Duration::from_secs(120), "{:?}", begin.elapsed());
}

#[test]
fn a_thousand_mistakes_are_cut_off_and_take_no_time() {
    let begin = Instant::now();
    let keys: String = (0..20_000).map(|key| format!("k{key}: 1\n")).collect();
    for text in [
        keys,
        "a: 1\n".repeat(20_000),
        format!("nodes:\n{}", "- {}\n".repeat(20_000)),
        format!("nodes:\n{}", "- { name: 1e3, id: 01 }\n".repeat(5_000)),
        format!("storage: {}1{}", "[".repeat(60), "]".repeat(60)),
        format!("{}: 1\n", "x".repeat(500_000)),
        format!("cluster: {{ name: \"{}\" }}\n", "\\n".repeat(200_000)),
    ] {
        let found = found(text);
        assert!((1..=100).contains(&found.len()), "{}", found.len());
        assert!(found.iter().all(|line| line.len() < 300), "{found:#?}");
    }
    assert!(begin.elapsed() < Duration::from_secs(120), "{:?}", begin.elapsed());
}
