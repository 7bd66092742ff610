//! Every block of YAML is what it seems. One that is a whole description passes `check`; one that is marked `fragment` is a part
//! of a description, and takes its place in the smallest one.

use gfs2gen::compile::compile;
use gfs2gen::diag::Severity;
use gfs2gen::source::Source;

use super::pages::{Part, all, parts, read};

/// Pages whose YAML other tests hold: what a command printed, or a rule's examples.
const OTHERS: &[&str] =
    &["show.md", "explain.md", "import.md", "import-findings.md", "graph.md", "pull-requests.md", "ansible.md"];

const TODAY: &str = "2026-01-01";

/// The sections of a description: the name of the key, and its lines.
fn sections(text: &str) -> Vec<(String, String)> {
    let mut sections: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n').filter(|line| !line.starts_with('#')) {
        if line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            let name = line.split(':').next().unwrap().to_owned();
            sections.push((name, line.to_owned()));
        } else {
            sections.last_mut().expect("a part of a description begins with a key of its top").1 += line;
        }
    }
    sections
}

/// The base with the fragment's keys in place of its own.
pub fn completed(base: &str, fragment: &str) -> String {
    let mut all = sections(base);
    for (name, lines) in sections(fragment) {
        match all.iter_mut().find(|(other, _)| *other == name) {
            Some(section) => section.1 = lines,
            None => all.push((name, lines)),
        }
    }
    all.into_iter().map(|(_, lines)| lines).collect()
}

/// What is wrong with a description, warnings apart.
fn errors(text: &str) -> Vec<String> {
    let domain = read("examples/full/domains/legacy.xml");
    let compiled = compile(&Source::new("page", text), TODAY, &|_| Ok(domain.clone()));
    let found = compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    found.map(|found| format!("{}: {}", found.code, found.message)).collect()
}

#[test]
fn every_description_in_the_book_is_one() {
    let base = read("examples/minimal/cluster.yaml");
    let (mut whole, mut fragments) = (0, 0);
    for page in all().iter().filter(|page| !page.starts_with("rules/") && !OTHERS.contains(&page.as_str())) {
        let text = read(format!("docs/{page}"));
        for part in parts(&text) {
            let Part::Block(info, body) = part else { continue };
            let words: Vec<&str> = info.split(' ').collect();
            let description = match words.as_slice() {
                ["yaml"] => {
                    whole += 1;
                    assert!(body.contains("apiVersion:"), "docs/{page}: mark a part as ```yaml fragment\n{body}");
                    body.to_owned()
                }
                ["yaml", "fragment"] => {
                    fragments += 1;
                    completed(&base, body)
                }
                [other, ..] if other.starts_with("yaml") || *other == "yml" => panic!("docs/{page}: ```{info}"),
                _ => continue,
            };
            assert_eq!(errors(&description), Vec::<String>::new(), "docs/{page}\n{description}");
        }
    }
    assert!(whole > 0 && fragments > 5, "{whole} descriptions and {fragments} fragments");
}

#[test]
fn a_fragment_that_is_wrong_is_found() {
    let base = read("examples/minimal/cluster.yaml");
    assert_eq!(errors(&completed(&base, "cluster:\n  name: rack1\n")), Vec::<String>::new());
    assert_eq!(errors(&completed(&base, "cluster:\n  nome: rack1\n")).len(), 1);
    assert_eq!(errors(&completed(&base, "notify:\n  mial: root@example.com\n")).len(), 1);
}
