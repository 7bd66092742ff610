//! A description that is imported from what its own tree makes of a cluster builds that tree again.

#[allow(dead_code)]
mod built;
mod edits;
mod mutate;
mod running;

use std::fs;
use std::path::Path;

use gfs2gen::bundle::Bundle;
use gfs2gen::compile::{Compiled, compile};
use gfs2gen::import::{Imported, import};
use gfs2gen::plan::Plan;
use gfs2gen::source::Source;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use similar::TextDiff;

const TODAY: &str = "2026-01-01";

/// Compiles a description with the domains beside it.
fn compiled(text: &str, load: &dyn Fn(&str) -> std::io::Result<String>) -> Compiled {
    compile(&Source::new("cluster.yaml", text), TODAY, load)
}

/// What a description makes with the domains of an import.
fn again(imported: &Imported, text: &str) -> Result<(Plan, Bundle), String> {
    let load = |path: &str| {
        let known = imported.domains.iter().find(|(known, _)| known == path).map(|(_, text)| text.clone());
        known.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound))
    };
    let found = compiled(text, &load);
    let said: Vec<String> = found.diagnostics.iter().map(|d| format!("{} {}", d.code, d.message)).collect();
    found.built.ok_or_else(|| said.join("\n"))
}

/// An imported description with what is in no file of a node: which warnings people have accepted, and the addresses of
/// networks that carry nothing.
fn completed(imported: &str, original: &str, plan: &Plan) -> String {
    let mut text = String::new();
    let mut nodes = plan.nodes.iter();
    for line in imported.lines() {
        text += &format!("{line}\n");
        if line == "    addresses:" {
            let known = |name: &&String| imported.contains(&format!("      {name}: "));
            for (name, address) in nodes.next().unwrap().addresses.iter().filter(|(name, _)| !known(name)) {
                text += &format!("      {name}: \"{address}\"\n");
            }
        }
    }
    text + original.find("\npolicy:").map_or("", |at| &original[at + 1..])
}

/// The first file that differs; the manifest, which holds the description, is compared without what no cluster says.
fn same(was: &Bundle, is: &Bundle) -> Result<(), String> {
    let paths = |bundle: &Bundle| -> Vec<String> { bundle.iter().map(|file| file.path.as_str().to_owned()).collect() };
    let differs = |path: &str, was: &str, is: &str| {
        if was == is {
            Ok(())
        } else {
            Err(format!("{path} differs\n{}", TextDiff::from_lines(was, is).unified_diff()))
        }
    };
    for file in was.iter() {
        let path = file.path.as_str();
        differs(path, &file.content, &is.get(path).ok_or_else(|| format!("{path} is not built"))?.content)?;
    }
    differs("the list of files", &paths(was).join("\n"), &paths(is).join("\n"))?;
    let written = |bundle: &Bundle| format!("{:#}\n", knowable(bundle.description()));
    differs("MANIFEST.json", &written(was), &written(is))?;
    let metas = |bundle: &Bundle| -> Vec<String> {
        bundle.iter().map(|file| format!("{:o} {} {} {:?}", file.mode, file.owner, file.kind, file.reload)).collect()
    };
    differs("modes and owners", &metas(was).join("\n"), &metas(is).join("\n"))
}

/// A description without what stands in no file of a node: what is empty, and where there are
/// no guests, how they would move.
fn knowable(description: &serde_json::Value) -> serde_json::Value {
    let mut all = description.clone();
    let guests = all["vms"].as_array().is_some_and(|vms| !vms.is_empty());
    if !guests {
        all.as_object_mut().unwrap().remove("migration");
    }
    for node in all["nodes"].as_array_mut().unwrap() {
        for device in node["fence"].as_array_mut().unwrap() {
            device.as_object_mut().unwrap().retain(|_, value| value.as_object().is_none_or(|map| !map.is_empty()));
        }
    }
    all
}

/// Imports what a description makes of a cluster, and compares the trees.
fn round(text: &str, load: &dyn Fn(&str) -> std::io::Result<String>) -> Result<(), String> {
    let (plan, bundle) = compiled(text, load).built.ok_or("this is no description")?;
    let files = running::said(&plan, &bundle);
    let imported = import(running::collected(&files)).ok_or("nothing is found")?;
    if let Some((file, found)) = imported.findings.first() {
        return Err(format!("{}: {} {}", imported.sources[*file].name(), found.code, found.message));
    }
    let found = again(&imported, &completed(&imported.text, text, &plan)).and_then(|(_, built)| same(&bundle, &built));
    let filled = imported.text.lines().find(|line| line.contains("FILL IN"));
    let found = found.and(filled.map_or(Ok(()), |line| Err(line.to_owned())));
    found.map_err(|error| format!("{error}\n--- of:\n{text}\n--- imported:\n{}", imported.text))
}

#[test]
fn every_example_is_found_again() {
    for (name, path) in built::examples() {
        let folder = path.parent().unwrap();
        let found = round(&fs::read_to_string(&path).unwrap(), &|path| fs::read_to_string(folder.join(path)));
        found.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn descriptions_that_no_example_resembles_are_found_again() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/descriptions/unlike");
    let text = fs::read_to_string(folder.join("cluster.yaml")).unwrap();
    round(&text, &|path| fs::read_to_string(folder.join(path))).unwrap_or_else(|error| panic!("{error}"));
}

/// Random edits of every example, one on the other, as long as what comes of them is a description.
#[test]
fn descriptions_after_random_edits_are_found_again() {
    let examples: Vec<(String, std::path::PathBuf)> = built::examples();
    let cases: u32 = std::env::var("GFS2GEN_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24);
    // A shorter list of edits says no more than the description that they made.
    let config = Config { failure_persistence: None, max_shrink_iters: 0, ..Config::with_cases(cases) };
    let edits = prop::collection::vec((any::<prop::sample::Index>(), mutate::edit()), 12);
    let walk = (prop::sample::select(examples), edits);
    let rounds = std::cell::Cell::new(0u32);
    TestRunner::new(config)
        .run(&walk, |((_, path), edits)| {
            let load = |below: &str| fs::read_to_string(path.parent().unwrap().join(below));
            let mut text = fs::read_to_string(&path).unwrap();
            for (at, edit) in &edits {
                let mut edited = text.clone();
                mutate::apply(&mut edited, *at, edit);
                if edited != text && compiled(&edited, &load).built.is_some() {
                    text = edited;
                    if let Err(error) = round(&text, &load) {
                        if std::env::var("SURVEY").is_ok() {
                            eprintln!("@@@ {}", error.split("--- of:").next().unwrap());
                            break;
                        }
                        return Err(TestCaseError::fail(error));
                    }
                    rounds.set(rounds.get() + 1);
                }
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(rounds.get() * 2 >= cases, "{} edits make a description", rounds.get());
}

/// The page says of every key where it comes from; what it calls found is what the tests above find.
#[test]
fn every_key_has_its_row() {
    let page = include_str!("../docs/import.md");
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let keys: Vec<&str> = rows.iter().map(|row| row.split('`').nth(1).unwrap()).collect();
    assert_eq!(keys, edits::keys_of_the_schema());
    for row in rows {
        let kind = row.trim_end_matches(" |").rsplit("| ").next().unwrap();
        assert!(["found", "by its shape", "not"].contains(&kind), "{row}");
        assert_eq!(kind == "not", row.contains("`policy."), "{row}");
    }
}
