//! What `gfs2gen show` prints: of every example, exactly; and that it builds the same tree.
//! `GFS2GEN_BLESS=1 cargo test --test show` accepts what is shown now.

#[allow(dead_code)]
mod built;
mod mutate;
mod program;
mod shown;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use gfs2gen::path;
use gfs2gen::platform::PLATFORMS;
use gfs2gen::schema::{self, Default};
use gfs2gen::show::{Origin, Shown, json, yaml};
use gfs2gen::source::Source;
use gfs2gen::syntax::Document;
use mutate::Edit;
use program::{MINIMAL, run};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::Value;
use shown::{compiled, descriptions, show};
use similar::TextDiff;

const EXPECTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shown/expected");

#[test]
fn every_example_is_shown_as_expected() {
    let bless = std::env::var_os("GFS2GEN_BLESS").is_some();
    let mut names = BTreeSet::new();
    for (name, description) in built::examples() {
        for form in ["yaml", "json"] {
            let file = format!("{name}.{form}");
            let folder = description.parent().unwrap();
            let said = run(folder, &["-q", "show", "--format", form, "cluster.yaml"], "");
            assert_eq!((said.code, said.err.as_str()), (0, ""), "{name}");
            if bless {
                fs::create_dir_all(EXPECTED).unwrap();
                fs::write(Path::new(EXPECTED).join(&file), &said.out).unwrap();
            }
            let then = fs::read_to_string(Path::new(EXPECTED).join(&file)).unwrap_or_default();
            assert!(then == said.out, "{file} differs\n{}", TextDiff::from_lines(&then, &said.out).unified_diff());
            names.insert(file);
        }
    }
    let files = fs::read_dir(EXPECTED).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(files.collect::<BTreeSet<_>>(), names, "tests/shown/expected and examples/ hold the same names");
}

#[test]
fn what_is_shown_builds_the_tree_of_the_example_byte_for_byte() {
    for (name, description) in built::examples() {
        let tree = built::build(&description, &name);
        let folder = tempfile::tempdir().unwrap();
        let domains = description.parent().unwrap().join("domains");
        for domain in fs::read_dir(&domains).into_iter().flatten() {
            fs::create_dir_all(folder.path().join("domains")).unwrap();
            let domain = domain.unwrap();
            fs::copy(domain.path(), folder.path().join("domains").join(domain.file_name())).unwrap();
        }
        let said = run(description.parent().unwrap(), &["show", "cluster.yaml"], "");
        let again = folder.path().join("cluster.yaml");
        fs::write(&again, &said.out).unwrap();
        assert!(tree.files() == built::build(&again, &name).files(), "{name}");
    }
}

/// What holds of anything that is shown.
fn holds(text: &str, shown: &Shown) {
    let (_, bundle, _) = compiled(text).expect("it was shown");
    let document = Document::parse(&Source::new("c", text)).unwrap();
    for form in [yaml(shown), json(shown)] {
        let again = match serde_json::from_str::<Value>(&form) {
            Ok(json) => format!("{:#}\n", json["description"]),
            Err(_) => form,
        };
        let (_, built, _) = compiled(&again).unwrap_or_else(|| panic!("not accepted:\n{again}"));
        assert!(bundle == built, "another tree:\n{text}\n{again}");
        let all = show(&again).unwrap();
        // A disk is written once for both nodes, and shown for each: that is the only text that is gone.
        assert_eq!(all.description, shown.description);
        for entry in all.entries {
            assert!(matches!(entry.origin, Origin::Written { spelling: None, .. }), "{}", entry.path);
        }
    }
    for entry in &shown.entries {
        match &entry.origin {
            Origin::Written { at, spelling } => {
                let line = text.lines().nth(at.line - 1).unwrap().trim_start_matches('\u{feff}');
                let rest: String = line.chars().skip(at.column - 1).collect();
                let value = entry.value.as_str().map_or_else(|| entry.value.to_string(), str::to_owned);
                let literal = document.literal(&entry.path);
                let literal = literal.and_then(|literal| literal.lines().next()).unwrap_or_default();
                assert!(rest.starts_with(literal), "{}: {rest}", entry.path);
                if let (Some(spelling), true) = (spelling, entry.value.is_string()) {
                    assert!(spelling != &value && rest.contains(spelling), "{}: {spelling}: {rest}", entry.path);
                }
            }
            // What nobody wrote is not there.
            _ => assert!(document.get(&entry.path).is_none_or(Value::is_null), "{}", entry.path),
        }
        if entry.origin == Origin::Default {
            fixed(&entry.path, &entry.value);
        }
    }
    defaults(shown, &bundle);
}

/// A default is the one that the schema tells of, in one spelling.
fn fixed(path: &path::Path, value: &Value) {
    let own = match schema::default(path) {
        Some(Default::Fixed(default)) => default,
        _ => match (schema::default(&path.parent().unwrap()), path.segments().last().unwrap()) {
            (Some(Default::Fixed(whole)), path::Segment::Key(key)) => whole[key].clone(),
            other => panic!("{path}: {other:?}"),
        },
    };
    let read = |value: &Value| match value.as_str() {
        Some(text) if path.to_string().ends_with("/size") => gfs2gen::model::volume_size(text).to_string(),
        Some(text) if text.ends_with('B') => gfs2gen::model::size_text(gfs2gen::model::bytes(text)),
        Some(text) if text.ends_with(['s', 'n', 'h']) && text.starts_with(|c: char| c.is_ascii_digit()) => {
            gfs2gen::model::duration_text(gfs2gen::model::millis(text))
        }
        Some(text) => text.to_owned(),
        None => value.to_string(),
    };
    assert_eq!(read(&own), read(value), "{path}");
}

/// Without any of the values that nobody wrote, and without all of them, the tree is the same.
fn defaults(shown: &Shown, bundle: &gfs2gen::bundle::Bundle) {
    let unwritten = shown.entries.iter().filter(|entry| !matches!(entry.origin, Origin::Written { .. }));
    let mut without = shown.description.clone();
    for (number, entry) in unwritten.enumerate() {
        shown::remove(&mut without, &entry.path);
        if number % 5 == 0 {
            let mut one = shown.description.clone();
            shown::remove(&mut one, &entry.path);
            let (_, built, _) = compiled(&format!("{one:#}\n")).unwrap_or_else(|| panic!("without {}", entry.path));
            assert!(*bundle == built, "without {} it is another tree", entry.path);
        }
    }
    let (_, built, _) = compiled(&format!("{without:#}\n")).expect("fine without what nobody wrote");
    assert!(*bundle == built, "without what nobody wrote it is another tree");
}

#[test]
fn what_is_shown_holds_of_every_description() {
    for text in descriptions() {
        holds(&text, &show(&text).expect("it is fine"));
    }
}

#[test]
fn what_is_shown_holds_after_random_edits() {
    let steps = Cell::new(0);
    let config = Config { failure_persistence: None, ..Config::with_cases(24) };
    let edits = prop::collection::vec((any::<prop::sample::Index>(), mutate::edit()), 16);
    let walk = (prop::sample::select(descriptions()), edits);
    let walked = TestRunner::new(config).run(&walk, |(example, edits): (String, Vec<(prop::sample::Index, Edit)>)| {
        let mut text = example;
        for (at, edit) in &edits {
            let mut edited = text.clone();
            mutate::apply(&mut edited, *at, edit);
            let Some(shown) = show(&edited) else { continue };
            text = edited;
            holds(&text, &shown);
            steps.set(steps.get() + 1);
        }
        Ok(())
    });
    walked.unwrap_or_else(|error| panic!("{error}"));
    assert!(steps.get() > 24, "{} edits leave it fine", steps.get());
}

/// What is a fact of the platform is another one elsewhere.
#[test]
fn another_platform_has_other_facts() {
    let on = |platform: &str| show(&MINIMAL.replace("platform: debian12", &format!("platform: {platform}"))).unwrap();
    let all: Vec<Shown> = PLATFORMS.iter().map(|platform| on(platform.name)).collect();
    for (index, entry) in all[0].entries.iter().enumerate() {
        let values: BTreeSet<String> = all.iter().map(|shown| shown.entries[index].value.to_string()).collect();
        let written = entry.path.to_string() == "/platform";
        assert_eq!(entry.origin == Origin::Platform, values.len() > 1 && !written, "{}", entry.path);
    }
}

/// Names are those that stand in the tree.
#[test]
fn what_follows_stands_in_the_tree() {
    for text in descriptions() {
        let (_, bundle, _) = compiled(&text).unwrap();
        let files: Vec<&str> = bundle.iter().map(|file| file.content.as_str()).collect();
        let shown = show(&text).unwrap();
        for one in &shown.follows {
            let name = one.row.key.rsplit('.').next().unwrap();
            let Some(value) = one.value.as_str() else { continue };
            let value = value.strip_prefix("tcp ").unwrap_or(value);
            let there = files.iter().any(|file| file.contains(value));
            let named =
                ["resource", "lock_table", "device", "uuid", "path", "migration_name", "pcmk_host_list", "machine"];
            assert!(
                there || !named.contains(&name) && !one.path.to_string().contains("/parameters/"),
                "{}: {value}",
                one.path
            );
        }
    }
}

#[test]
fn errors_are_said_and_nothing_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("typo.yaml"), MINIMAL.replace("mount:", "mont:")).unwrap();
    for words in [&["show", "typo.yaml"][..], &["show", "--format", "json", "typo.yaml"]] {
        let said = run(folder.path(), words, "");
        assert_eq!((said.code, said.out.as_str()), (1, ""));
        assert_eq!(
            said.err,
            "error[GFS101]: unknown key `mont` in entry 1 of `filesystems`
  --> typo.yaml:26:22
   |
26 |       - { name: vms, mont: /srv/vms }
   |                      ^^^^ not a key of the language
   |
   = help: did you mean `mount`?

1 error; nothing is shown
`gfs2gen explain GFS101` says more about the error
"
        );
    }
    let said = run(folder.path(), &["show", "none.yaml"], "");
    assert_eq!((said.code, said.out.as_str()), (4, ""));
    assert_eq!(said.err, "gfs2gen: cannot read none.yaml: No such file or directory (os error 2)\nnothing is shown\n");
    let said = run(folder.path(), &["show"], "");
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(
        said.err.starts_with("error: the following required arguments were not provided:\n  <FILE>\n"),
        "{}",
        said.err
    );
    let said = run(folder.path(), &["show", "--format", "toml", "typo.yaml"], "");
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("[possible values: yaml, json]"), "{}", said.err);
}

#[test]
fn warnings_are_said_beside_what_is_shown() {
    let said = run(Path::new("/"), &["show", "-"], MINIMAL);
    assert_eq!(said.code, 0);
    assert!(said.err.starts_with("warning[GFS307]: corosync has one link only\n --> <stdin>:4:1\n"), "{}", said.err);
    assert!(said.out.starts_with("# Every value of the cluster vcluster, "), "{}", said.out);
    let document: Value =
        serde_json::from_str(&run(Path::new("/"), &["show", "-", "--format", "json"], MINIMAL).out).unwrap();
    assert_eq!((&document["version"], &document["file"]), (&1.into(), &"<stdin>".into()));
}

/// The table of what follows, as docs/show.md has it.
fn table() -> String {
    let mut table = String::from("| | what it is | from |\n|---|---|---|\n");
    for row in gfs2gen::show::follows::ROWS {
        let from: Vec<String> = row.from.iter().map(|key| format!("`{key}`")).collect();
        table += &format!("| `{}` | {} | {} |\n", row.key, row.about.unwrap_or_default(), from.join(", "));
    }
    table
}

#[test]
fn the_page_shows_what_is_shown() {
    let page_path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/show.md");
    let page = fs::read_to_string(page_path).unwrap();
    let (before, now) = (page.find("| | what it is | from |").unwrap_or(page.len()), table());
    if std::env::var_os("GFS2GEN_BLESS").is_some() {
        fs::write(page_path, format!("{}{now}", &page[..before])).unwrap();
    }
    assert!(page[before..] == now, "run `GFS2GEN_BLESS=1 cargo test --test show`");
    let said = |form: &str| run(Path::new("/"), &["-q", "show", "-", "--format", form], MINIMAL).out;
    let (yaml, json): (String, Value) = (said("yaml"), serde_json::from_str(&said("json")).unwrap());
    let mut blocks = 0;
    for block in page.split("\n```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()) {
        assert!(yaml.contains(&format!("\n{block}")), "{block}");
        blocks += 1;
    }
    for block in page.split("\n```json\n").skip(1).map(|rest| rest.split("```").next().unwrap()) {
        let one: Value = serde_json::from_str(block).unwrap();
        let all = if one["origin"].is_null() { &json["follows"] } else { &json["values"] };
        assert!(all.as_array().unwrap().contains(&one), "{block}");
        blocks += 1;
    }
    assert_eq!(blocks, 8);
}
