//! Whatever a value is, the real reader of the format gets exactly that value, or the value is refused.

#[allow(dead_code)]
mod readers;

use std::net::Ipv6Addr;

use gfs2gen::model::DrbdMajor;
use gfs2gen::platform::drbd_facts;
use gfs2gen::render::{Format, escape};
use proptest::prelude::*;

/// Values that each break some careless way of quoting.
const HOSTILE: &[&str] = &[
    "$(touch /tmp/x)",
    "`id`",
    "${HOME}",
    "$1",
    "$$",
    "it's",
    "\"",
    "\\",
    "\\\\",
    "\\\"",
    "\\n",
    "\\040",
    "\n",
    "\r",
    "\t",
    " ",
    "  ",
    "%",
    "%n",
    "%%",
    "%FREE",
    ";",
    "#",
    "-",
    "--",
    "-n",
    "-e",
    "{a,b}",
    "{1..3}",
    "~",
    "~root",
    "*",
    "?",
    "[a]",
    "!",
    "!!",
    "&",
    "|",
    "<",
    ">",
    "<!--",
    "-->",
    "]]>",
    "&amp;",
    "&#10;",
    "(",
    ")",
    "{",
    "}",
    "{{ x }}",
    "{% x %}",
    "{#",
    ":",
    ": ",
    " #",
    "- ",
    "@",
    "=",
    ",",
    "ä",
    "日本",
    "\u{1F600}",
    "\u{85}",
    "\u{A0}",
    "\u{2028}",
    "\u{FEFF}",
    "\u{FFFE}",
    "\u{1}",
    "\u{7f}",
    "\u{1b}[0m",
    "yes",
    "null",
    "0x10",
    "1e3",
    "r0",
    "/dev/drbd0",
];

fn value() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => prop::sample::select(HOSTILE).prop_map(str::to_owned),
        2 => "[a-zA-Z0-9/._-]{1,6}",
        1 => any::<char>().prop_map(String::from),
        1 => "[ -~]{1,4}",
    ];
    prop::collection::vec(piece, 0..7).prop_map(|pieces| pieces.concat())
}

/// Many values at once, so that one process reads them all; every hostile one is among them.
fn values() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(value(), 200).prop_map(|mut values| {
        values.extend(HOSTILE.iter().map(|value| (*value).to_owned()));
        values.push("x".repeat(300));
        values.push("x ".repeat(127));
        values.push("\\\" ".repeat(85));
        values
    })
}

/// The values that the format takes, and how it writes them.
fn written(format: Format, values: &[String]) -> (Vec<String>, Vec<String>) {
    let pairs = values.iter().filter_map(|value| Some((value.clone(), escape(format, value).ok()?)));
    let (values, texts): (Vec<_>, Vec<_>) = pairs.unzip();
    assert!(values.len() > 50, "{} refuses nearly everything", format.name());
    (values, texts)
}

/// Fails with the first value that came back different, not with hundreds of them.
fn same<T: PartialEq + std::fmt::Debug>(read: &[T], values: &[T]) -> Result<(), TestCaseError> {
    if let Some((read, value)) = read.iter().zip(values).find(|(read, value)| read != value) {
        return Err(TestCaseError::fail(format!("{value:?} was read as {read:?}")));
    }
    prop_assert_eq!(read.len(), values.len());
    Ok(())
}

fn few(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 100, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(few(8))]

    #[test]
    fn bash_and_dash_get_the_same_words(values in values()) {
        let (values, words) = written(Format::Shell, &values);
        for shell in ["bash", "dash"].into_iter().filter_map(readers::find) {
            same(&readers::shell(&shell, &words), &values)?;
        }
    }

    #[test]
    fn drbdadm_gets_the_same_strings(values in values()) {
        // Where the grammar wants a string, 8.4 refuses words and numbers of its own, loudly; in other places it needs
        // them bare.
        let own = ["yes", "no", "ask"];
        let values: Vec<_> = values.into_iter()
            .filter(|value| !own.contains(&value.as_str()) && value.parse::<Ipv6Addr>().is_err())
            .collect();
        let (values, tokens) = written(Format::Drbd, &values);
        if readers::find("drbdadm").is_some() {
            for major in DrbdMajor::ALL {
                same(&readers::drbdadm(drbd_facts(major), &tokens), &values)?;
            }
        }
    }

    #[test]
    fn lvm_gets_the_same_strings(values in values()) {
        let (values, strings) = written(Format::Lvm, &values);
        if readers::find("lvmconfig").is_some() {
            same(&readers::lvmconfig(&strings), &values)?;
        }
    }

    #[test]
    fn systemd_gets_the_same_words(values in values()) {
        let (values, words) = written(Format::Systemd, &values);
        if let Some(analyze) = readers::find("systemd-analyze") {
            same(&readers::systemd(&analyze, &words), &values)?;
        }
    }

    #[test]
    fn libmount_gets_the_same_fields(values in values()) {
        // `NAME=value` as a source is a tag, whose quotes libmount takes off.
        let values: Vec<_> = values.into_iter().filter(|value| !value.contains('=')).collect();
        let (values, fields) = written(Format::Fstab, &values);
        let lines: Vec<_> = fields.iter().map(|field| (field.clone(), format!("/m{field}"))).collect();
        let expected: Vec<_> = values.iter().map(|value| (value.clone(), format!("/m{value}"))).collect();
        if let Some(findmnt) = readers::find("findmnt") {
            same(&readers::findmnt(&findmnt, &lines), &expected)?;
        }
    }

    #[test]
    fn xml_readers_get_the_same_text(values in values()) {
        let (values, texts) = written(Format::Xml, &values);
        let document = readers::xml_of(&texts);
        let parsed = roxmltree::Document::parse(&document).expect("well-formed");
        let elements: Vec<_> = parsed.root_element().children().filter(|node| node.is_element()).collect();
        for (element, value) in elements.iter().zip(&values) {
            prop_assert_eq!(element.text().unwrap_or_default(), value);
            prop_assert_eq!(element.attribute("a"), Some(value.as_str()));
        }
        if let Some(xmllint) = readers::find("xmllint") {
            let expected: Vec<_> = values.iter().map(|value| (value.clone(), value.clone())).collect();
            same(&readers::xmllint(&xmllint, &texts), &expected)?;
        }
    }

    #[test]
    fn yaml_1_1_and_1_2_readers_get_the_same_strings(values in values()) {
        let (values, scalars) = written(Format::Yaml, &values);
        let document: String = scalars.iter().map(|scalar| format!("- {scalar}\n")).collect();
        let read: Vec<_> = granit_parser::Parser::new_from_str(&document)
            .filter_map(|event| match event.expect("valid YAML").0 {
                granit_parser::Event::Scalar(text, ..) => Some(text.into_owned()),
                _ => None,
            })
            .collect();
        same(&read, &values)?;
        if let Some(pairs) = readers::find("python3").and_then(|python| readers::pyyaml(&python, &scalars)) {
            let expected: Vec<_> = values.iter().map(|value| (value.clone(), value.clone())).collect();
            same(&pairs, &expected)?;
        }
    }

    #[test]
    fn nftables_gets_the_same_strings(values in values()) {
        let (values, strings) = written(Format::Nft, &values);
        // Plain tokens stay bare, so that addresses and numbers are what they are; as a comment not all of them may.
        let (values, strings): (Vec<_>, Vec<_>) =
            values.into_iter().zip(strings).filter(|(_, string)| string.starts_with('"')).unzip();
        if let Some(read) = readers::find("nft").and_then(|nft| readers::nft(&nft, &strings)) {
            same(&read, &values)?;
        }
    }

    #[test]
    fn graphviz_draws_the_same_labels(values in values()) {
        let (values, strings) = written(Format::Dot, &values);
        if let Some(dot) = readers::find("dot") {
            same(&readers::graphviz(&dot, &strings), &values)?;
        }
    }

    /// As mermaid itself does: it replaces numbers before it reads a diagram, and puts the characters in afterwards.
    #[test]
    fn a_mermaid_label_is_plain_text_with_numbers(values in values()) {
        let (values, labels) = written(Format::Mermaid, &values);
        let read: Vec<String> = labels.iter().map(|label| readers::numbers(label)).collect();
        same(&read, &values)?;
        for label in &labels {
            let rest: String = label.split('#').enumerate().map(|(at, part)| {
                if at == 0 { part } else { part.split_once(';').expect("a number ends").1 }
            }).collect();
            prop_assert!(!rest.contains(['"', '<', '>', '`', '*', '[', ']', '{', '}', '|', '&', ';', '\\', '~', '\'']), "{label}");
        }
    }

    #[test]
    fn json_readers_get_the_same_strings(values in values()) {
        let (values, strings) = written(Format::Json, &values);
        let read: Vec<String> = serde_json::from_str(&format!("[{}]", strings.join(","))).expect("valid JSON");
        same(&read, &values)?;
    }
}
