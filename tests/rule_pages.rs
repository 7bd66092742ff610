//! Every code has a page, and every page is true. `GFS2GEN_BLESS=1 cargo test --test rule_pages` writes the first lines
//! of each page, what is said of its examples, and the index of all codes.

mod pages;

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use gfs2gen::compile::{self, codes};
use gfs2gen::diag::{Code, Severity};
use gfs2gen::rules;

use pages::{Block, Failing, blocks, failing, passing, said};

/// No description can have it: it is what we have overlooked.
const WITHOUT_EXAMPLES: &[Code] = &[compile::BUG];

/// Without these no tree can be made: no other rule finds anything, and then a later stage stops, as at a bug of ours.
const RELIED_ON: &[&str] =
    &["GFS201", "GFS202", "GFS203", "GFS204", "GFS220", "GFS223", "GFS301", "GFS850", "GFS851", "GFS856"];

fn bless() -> bool {
    std::env::var_os("GFS2GEN_BLESS").is_some()
}

fn head(code: &Code) -> String {
    let severity = if code.severity == Severity::Error { "Error" } else { "Warning" };
    format!("# {} {}\n\n{severity}: {}.\n", code.code, code.name, code.summary)
}

fn has_examples(code: &Code) -> bool {
    WITHOUT_EXAMPLES.iter().all(|other| other.code != code.code)
}

/// The page as it is on disk, which is newer than the one in the program while pages are blessed.
fn page(code: &Code) -> String {
    fs::read_to_string(pages::folder().join(format!("{}.md", code.code))).unwrap()
}

/// What is wrong with a page, and the page as it should be.
fn read(code: &Code, page: &str) -> (Vec<String>, String) {
    let mut wrong = Vec::new();
    let mut right = page.to_owned();
    let blocks = blocks(page);
    for Failing { example, said: expected } in failing(&blocks).iter().rev() {
        let (found, text) = said(example, &[]);
        if found.is_empty() || found.iter().any(|found| *found != code.code) {
            wrong.push(format!("{}: an example that fails gives {found:?}\n{}\n{text}", code.code, example.body));
        } else {
            right.replace_range(expected.at.clone(), &text);
        }
    }
    for example in passing(&blocks) {
        let (found, text) = said(example, &[]);
        if !found.is_empty() {
            wrong.push(format!("{}: an example that passes gives {found:?}\n{}\n{text}", code.code, example.body));
        }
    }
    let rest = match right.starts_with("# ") {
        true => right.splitn(4, '\n').nth(3).unwrap_or_default().to_owned(),
        false => format!("\n{right}"),
    };
    (wrong, head(code) + &rest)
}

#[test]
fn examples_give_what_the_pages_say() {
    let mut wrong = Vec::new();
    for code in &codes() {
        let page = page(code);
        let (mistakes, right) = read(code, &page);
        wrong.extend(mistakes);
        if right == page {
            continue;
        }
        if bless() {
            fs::write(pages::folder().join(format!("{}.md", code.code)), right).unwrap();
        } else {
            let diff = similar::TextDiff::from_lines(&page, &right).unified_diff().to_string();
            wrong.push(format!("{}: run `GFS2GEN_BLESS=1 cargo test --test rule_pages`\n{diff}", code.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pages_have_one_form() {
    for code in codes() {
        let page = page(&code);
        let sections: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        if has_examples(&code) {
            assert_eq!(sections, ["Why", "Fails", "Passes", "Fix"], "{}", code.code);
            let blocks = blocks(&page);
            assert!(!failing(&blocks).is_empty() && passing(&blocks).count() > 0, "{} has examples", code.code);
        } else {
            assert_eq!(sections, ["Why", "Fix"], "{}", code.code);
        }
    }
}

#[test]
fn every_page_has_a_code() {
    let known: BTreeSet<String> = codes().iter().map(|code| format!("{}.md", code.code)).collect();
    let names = fs::read_dir(pages::folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let found: BTreeSet<String> = names.filter(|name| name.starts_with("GFS")).collect();
    assert_eq!(found, known);
    let all = codes();
    let names: BTreeSet<&str> = all.iter().map(|code| code.name).collect();
    assert_eq!((known.len(), names.len()), (all.len(), all.len()), "codes and names are unique");
}

/// What the program prints was compiled in: it must be the page on disk.
#[test]
fn the_program_prints_the_pages() {
    if !bless() {
        for code in codes() {
            assert_eq!(code.page, page(&code));
        }
    }
}

/// What comes of an example when one rule is left out.
#[derive(Debug, PartialEq)]
enum Without {
    /// It passes.
    Passes,
    /// A later stage stops: at a contradiction, or because it relies on the rule.
    Stops,
    /// Something else is found.
    Finds(String),
}

fn without(code: &Code, example: &Block) -> Without {
    match catch_unwind(|| said(example, &[code.code])) {
        Ok((found, _)) if found.is_empty() => Without::Passes,
        Ok((found, _)) if found == [compile::BUG.code] => Without::Stops,
        Ok((_, text)) => Without::Finds(text),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            assert!(text.is_some_and(|text| text.contains("gate 1 refuses")), "{}: {text:?}", code.code);
            Without::Stops
        }
    }
}

#[test]
fn a_rule_is_the_only_one_that_finds_its_mistake() {
    let mut wrong = Vec::new();
    let mut stopped = BTreeSet::new();
    for code in rules::all().map(|rule| rule.code).chain(rules::CODES.iter().copied()) {
        for Failing { example, .. } in failing(&blocks(&page(&code))) {
            match without(&code, example) {
                Without::Passes => {}
                Without::Stops => drop(stopped.insert(code.code)),
                Without::Finds(text) => wrong.push(format!("without {}:\n{}\n{text}", code.code, example.body)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(stopped, RELIED_ON.iter().copied().collect());
}

/// The families by their first digit.
const FAMILIES: &[(&str, &str)] = &[
    ("GFS0", "Reading"),
    ("GFS1", "Structure"),
    ("GFS2", "Names, references and waivers"),
    ("GFS3", "Network"),
    ("GFS4", "Fencing"),
    ("GFS5", "DRBD"),
    ("GFS6", "LVM"),
    ("GFS7", "Pacemaker"),
    ("GFS8", "GFS2 and guests"),
    ("GFS9", "The program itself"),
];

const ABOUT: &str = "\
# Rules

Every finding has a code, and every code a page: `gfs2gen explain GFS405` prints it. An error stops the build; a warning can be
accepted with a reason in `policy.allow`. `gfs2gen list rules` prints this list.

The examples on the pages are changes of one description, [rules/base/cluster.yaml](rules/base/cluster.yaml), and of the domain
beside it: a line with `-` is taken away, one with `+` is added. Tests run them all: an example that fails gives what the page shows
and nothing else, one that passes gives nothing, and without the rule the first would pass, too.

This file is made of the codes in the program: `GFS2GEN_BLESS=1 cargo test --test rule_pages`.
";

/// How many there are of what.
fn counts() -> String {
    let all = codes();
    let rules = rules::all().count() + rules::CODES.len();
    let errors = all.iter().filter(|code| code.severity == Severity::Error).count();
    let pages: Vec<Vec<Block>> = all.iter().map(|code| blocks(&page(code))).collect();
    let fails: usize = pages.iter().map(|blocks| failing(blocks).len()).sum();
    let passes: usize = pages.iter().map(|blocks| passing(blocks).count()).sum();
    format!(
        "\nThere are {} codes with a page each: {rules} rules about what is described, {} about how it is written, and one for a \
         bug in\ngfs2gen. {errors} are errors and {} warnings. On the pages are {fails} examples that fail and {passes} that \
         pass.\n",
        all.len(),
        all.len() - rules - 1,
        all.len() - errors,
    )
}

/// The index of all codes, with what people wrote of rules that are not needed.
fn index() -> String {
    let mut text = ABOUT.to_owned() + &counts();
    for (prefix, title) in FAMILIES {
        let all = codes().into_iter().filter(|code| code.code.starts_with(prefix));
        let rows: Vec<String> = all
            .map(|code| {
                let Code { code, name, severity, summary, .. } = code;
                format!("| [{code}](rules/{code}.md) | {name} | {} | {summary} |\n", severity.word())
            })
            .collect();
        if !rows.is_empty() {
            text += &format!("\n## {title}\n\n| code | name | | what is found |\n|---|---|---|---|\n{}", rows.concat());
        }
    }
    if let Ok(cannot) = fs::read_to_string(pages::folder().join("cannot-happen.md")) {
        // Its links are written from its own folder, and as a page it begins with a title.
        let cannot = cannot.replace("](GFS", "](rules/GFS").replace("](../", "](");
        let section = if cannot.starts_with("# ") { format!("#{}", cannot.replace("\n#", "\n##")) } else { cannot };
        text += &format!("\n{section}");
    }
    text
}

#[test]
fn the_index_holds_every_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let index = index();
    if bless() {
        fs::write(&file, &index).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == index, "run `GFS2GEN_BLESS=1 cargo test --test rule_pages`");
}
