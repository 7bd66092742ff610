//! Where the lines of generated files come from.

#[allow(dead_code, reason = "each test program uses its part of this")]
mod built;
mod edits;

use std::collections::BTreeSet;
use std::time::Instant;

use gfs2gen::artifact;

#[test]
fn marks_leave_every_text_as_it_is() {
    for (name, path) in built::examples() {
        let (plan, bundle) = edits::built(&std::fs::read_to_string(path).unwrap());
        let wanted: BTreeSet<String> = bundle.iter().map(|file| file.path.to_string()).collect();
        let start = Instant::now();
        let (traced, origins) = artifact::traced(&plan, wanted).unwrap();
        eprintln!("{name} {:?}", start.elapsed());
        for file in bundle.iter() {
            let path = file.path.as_str();
            assert_eq!(traced.get(path).unwrap().content, file.content, "{name}: {path}");
            let origin = &origins[path];
            assert_eq!(origin.lines.len(), file.content.lines().count(), "{name}: {path}");
            for (number, (line, by)) in file.content.lines().zip(&origin.lines).enumerate() {
                assert!(!by.is_empty() || origin.template.is_none(), "{name}: {path}:{}: {line}", number + 1);
            }
        }
    }
}
