//! Who may import whom. One table: the same as in docs/architecture.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A module and the modules that it may name.
const MAY: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("path", &[]),
    ("bundle", &[]),
    ("render", &[]),
    ("tool", &[]),
    ("diag", &["path", "source"]),
    ("syntax", &["diag", "path", "source"]),
    ("model", &[]),
    ("schema", &["diag", "model", "path", "source", "syntax"]),
    ("domain", &["model"]),
    ("platform", &["model"]),
    ("plan", &["domain", "model", "path", "platform"]),
    ("pacemaker", &["model", "plan", "platform"]),
    ("simulate", &["pacemaker", "plan", "platform", "render", "tool"]),
    ("graph", &["model", "pacemaker", "plan", "platform", "render"]),
    ("rules", &["diag", "domain", "model", "path", "plan", "platform"]),
    ("artifact", &["bundle", "domain", "graph", "model", "pacemaker", "plan", "platform", "render"]),
    ("output", &["bundle"]),
    ("diff", &["bundle", "output"]),
    ("verify", &["bundle", "model", "output", "platform", "tool"]),
    ("import", &["diag", "domain", "model", "plan", "platform", "source"]),
    ("change", &["bundle", "model", "pacemaker", "plan", "platform", "render"]),
    ("show", &["model", "pacemaker", "path", "plan", "platform", "schema", "source", "syntax"]),
    (
        "compile",
        &[
            "artifact", "bundle", "diag", "domain", "model", "path", "plan", "platform", "rules", "schema", "source",
            "syntax",
        ],
    ),
    ("trace", &["artifact", "bundle", "compile", "diff", "path", "render", "schema", "source", "syntax"]),
    (
        "cli",
        &[
            "artifact", "bundle", "change", "compile", "diag", "diff", "graph", "import", "output", "plan", "platform",
            "rules", "schema", "show", "simulate", "source", "syntax", "trace", "verify",
        ],
    ),
];

/// A crate that only one module may name, because it could be replaced.
const ONLY: &[(&str, &str)] = &[
    ("granit_parser", "syntax"),
    ("minijinja", "render"),
    ("jsonschema", "schema"),
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("clap_mangen", "cli"),
    ("similar", "diff"),
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The module that a file belongs to, with the file's text up to its tests.
fn modules() -> Vec<(String, String, PathBuf)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let all = files(&src).into_iter().filter_map(|path| {
        let below = path.strip_prefix(&src).unwrap().to_str().unwrap().to_owned();
        let module = below.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap().to_owned();
        (!["lib", "main"].contains(&module.as_str())).then_some((module, code, path))
    });
    all.collect()
}

/// The names right after `crate::`, also in lists.
fn named(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
            match rest.strip_prefix('{') {
                Some(list) => names.extend(list.split(['}', ',']).map(|item| word(item.trim()))),
                None => drop(names.insert(word(rest))),
            }
        }
    }
    names.remove("");
    names
}

#[test]
fn modules_import_what_the_table_allows() {
    let known: BTreeSet<&str> = MAY.iter().map(|(module, _)| *module).collect();
    for (module, code, path) in modules() {
        let (_, may) =
            MAY.iter().find(|(name, _)| *name == module).unwrap_or_else(|| panic!("{module} is not in the table"));
        for name in named(&code) {
            let fine = name == module || may.contains(&name.as_str()) || !known.contains(name.as_str());
            assert!(fine, "{}: `{module}` may not import `{name}`", path.display());
        }
    }
}

#[test]
fn the_table_has_no_circle_and_no_module_that_is_gone() {
    let existing: BTreeSet<String> = modules().into_iter().map(|(module, ..)| module).collect();
    for (position, (module, may)) in MAY.iter().enumerate() {
        assert!(existing.contains(*module), "{module}");
        for name in *may {
            let before = MAY[..position].iter().any(|(earlier, _)| earlier == name);
            assert!(before, "`{module}` imports `{name}`, which must stand above it");
        }
    }
}

#[test]
fn a_crate_that_could_be_replaced_is_named_in_one_module() {
    for (module, code, path) in modules() {
        for (name, owner) in ONLY {
            assert!(module == *owner || !code.contains(&format!("{name}::")), "{}: {name}", path.display());
        }
    }
}

#[test]
fn files_are_short_enough_to_be_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for path in files(&root.join("src")).into_iter().chain(files(&root.join("tests"))) {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
    }
}
