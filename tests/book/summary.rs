//! SUMMARY.md, the table of contents, names every page once. The lists of rules and of decisions in it are generated.

use std::fs;

use gfs2gen::compile::codes;

use super::pages::{all, bless, docs, hold, read};

/// The line below which every page of a folder is listed, and the folder.
const LISTS: &[(&str, &str)] = &[("- [Every rule](rules.md)", "rules/"), ("- [Decisions]()", "decisions/")];

/// What a page calls itself.
fn title(page: &str) -> String {
    if let Some(code) = codes().iter().find(|code| page == format!("rules/{}.md", code.code)) {
        return format!("{} {}", code.code, code.name);
    }
    let text = fs::read_to_string(docs().join(page)).unwrap();
    let title = text.lines().find(|line| line.starts_with('#')).expect("a title").trim_start_matches('#').trim();
    title.replace('`', "")
}

fn listed(folder: &str) -> String {
    let pages = all().into_iter().filter(|page| page.starts_with(folder));
    pages.map(|page| format!("  - [{}]({page})\n", title(&page))).collect()
}

#[test]
fn the_lists_are_those_of_the_folders() {
    let mut right = read("docs/SUMMARY.md");
    for (line, folder) in LISTS {
        let start = right.find(line).unwrap_or_else(|| panic!("SUMMARY.md has no `{line}`")) + line.len() + 1;
        let old: usize =
            right[start..].split_inclusive('\n').take_while(|line| line.starts_with("  - ")).map(str::len).sum();
        right.replace_range(start..start + old, &listed(folder));
    }
    // A new page comes to the others that are about use, until somebody gives it a better place.
    for page in all() {
        if bless() && !right.contains(&format!("]({page})")) {
            let at = right.find("\n# Reference").expect("the part after the one about use");
            right.insert_str(at, &format!("- [{}]({page})\n", title(&page)));
        }
    }
    hold("docs/SUMMARY.md", &right);
}

#[test]
fn every_page_is_in_the_table_of_contents_once() {
    if bless() {
        return;
    }
    let text = read("docs/SUMMARY.md");
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let mut named: Vec<&str> = targets.filter(|target| !target.is_empty()).collect();
    named.sort_unstable();
    let twice: Vec<&[&str]> = named.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "docs/SUMMARY.md names these twice: {twice:?}");
    let missing: Vec<String> = all().into_iter().filter(|page| !named.contains(&page.as_str())).collect();
    assert!(
        missing.is_empty(),
        "run `GFS2GEN_BLESS=1 cargo test --test book`, or place these in docs/SUMMARY.md: {missing:?}"
    );
}
