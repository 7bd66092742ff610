//! docs/rules/cannot-happen.md is true: what its last columns cite is there.

use std::fs;
use std::path::Path;

/// The code spans of a table's cell; a bar is written with a backslash there.
fn spans(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(|span| span.replace("\\|", "|")).collect()
}

/// The cells of a line of a table.
fn cells(line: &str) -> Vec<&str> {
    let mut cells = Vec::new();
    let mut start = 1;
    for (at, _) in line.match_indices('|').skip(1) {
        if !line[..at].ends_with('\\') {
            cells.push(line[start..at].trim());
            start = at + 1;
        }
    }
    cells
}

fn text(path: &Path) -> String {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap().map(|entry| text(&entry.unwrap().path()));
        return entries.collect();
    }
    String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()
}

#[test]
fn what_is_cited_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/rules/cannot-happen.md")).unwrap();
    let golden = text(&root.join("golden"));
    let mut rows = 0;
    for line in page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| what ")) {
        let cells = cells(line);
        let [_, _, proof] = cells[..] else { panic!("three columns: {line}") };
        let cited = spans(proof);
        assert!(!cited.is_empty() && cited.len().is_multiple_of(2), "a file, then a text in it: {line}");
        for pair in cited.chunks(2) {
            let [file, wanted] = pair else { unreachable!("chunks of two") };
            let found = if file == "golden" { golden.clone() } else { text(&root.join(file)) };
            match wanted.strip_prefix('!') {
                Some(absent) => assert!(!found.contains(absent), "{file} has {absent}"),
                None => assert!(found.contains(wanted.as_str()), "{file} does not have {wanted}"),
            }
        }
        rows += 1;
    }
    assert!(rows > 70, "{rows} rows");
}
