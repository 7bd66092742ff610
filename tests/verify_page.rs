//! docs/verify.md says of each reader what the reader's own definition says, and of each platform how near the readers of the
//! tests are. `GFS2GEN_BLESS=1 cargo test --test verify_page` writes the tables.

use std::fs;
use std::path::Path;

use gfs2gen::platform::{Locking, PLATFORMS, Platform, drbd_facts};
use gfs2gen::verify::readers;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const PAGE: &str = "docs/verify.md";
/// The platform that the tests' readers come from (.ci/setup).
const HERE: &str = "debian12";

fn readers_table() -> String {
    let mut text = "| program | what it proves of a file | what it is blind to |\n|---|---|---|\n".to_owned();
    let mut all: Vec<_> = readers::ALL.to_vec();
    all.sort_by_key(|reader| reader.name);
    for reader in all {
        text += &format!("| `{}` | {} | {} |\n", reader.name, reader.proves, reader.blind);
    }
    text
}

fn versions_table() -> String {
    let here = PLATFORMS.iter().find(|row| row.name == HERE).expect("its row");
    let mut text = "| | DRBD's files | cluster/*.sh | cluster/cib.xml | lvm.conf |\n|---|---|---|---|---|\n".to_owned();
    for row in PLATFORMS {
        let cells = [format!("`{}`", row.name), drbd(row), pcs(row, here), cib(row, here), lvm(row, here)];
        text += &format!("| {} |\n", cells.join(" | "));
    }
    text
}

fn drbd(row: &Platform) -> String {
    let modules = row.drbd.iter().map(|generation| drbd_facts(generation.major).module);
    format!("drbdadm as for the module {}", modules.collect::<Vec<_>>().join(" or "))
}

fn pcs(row: &Platform, here: &Platform) -> String {
    let (own, near) = (row.pcs.version, here.pcs.version);
    let recorded = fs::read_dir(Path::new(ROOT).join("tests/recorded")).unwrap();
    let of_it = |name: &str| name.starts_with(&format!("{}-", row.name)) && name.ends_with(".xml");
    let recorded = recorded.filter(|entry| of_it(entry.as_ref().unwrap().file_name().to_str().unwrap())).count();
    let own_made = if recorded > 0 { format!("; what {own} made is recorded") } else { String::new() };
    match (own == near, here.pcs.takes(&row.pcs)) {
        (true, _) => format!("replayed by pcs {near}, the platform's line{own_made}"),
        (false, true) => format!("replayed by pcs {near}, which speaks {own}'s dialect{own_made}"),
        (false, false) => format!("`other version`: pcs {near} does not speak {own}'s dialect{own_made}"),
    }
}

fn cib(row: &Platform, here: &Platform) -> String {
    let number = |schema: &str| -> Vec<u32> {
        schema.trim_start_matches("pacemaker-").split('.').map(|number| number.parse().unwrap()).collect()
    };
    let (own, near) = (row.pacemaker.validate_with, here.pacemaker.validate_with);
    if number(own) <= number(near) {
        format!("against `{own}`, which it states")
    } else {
        format!("against `{near}`, the closest that Pacemaker 2.1 has; it states `{own}`")
    }
}

fn lvm(row: &Platform, here: &Platform) -> String {
    let text = match (row.locking, here.locking) {
        (Locking::Clvmd, _) => "LVM 2.03, which still knows the keys of 2.02",
        _ => "LVM 2.03",
    };
    text.to_owned()
}

#[test]
fn the_page_says_what_is_so() {
    let path = Path::new(ROOT).join(PAGE);
    let written = fs::read_to_string(&path).unwrap();
    let mut text = written.clone();
    for (name, table) in [("readers", readers_table()), ("versions", versions_table())] {
        let mark = format!("<!-- {name} -->\n");
        let start = text.find(&mark).expect("the mark") + mark.len();
        let end = start + text[start..].find("<!-- end -->").expect("its end");
        text.replace_range(start..end, &table);
    }
    if std::env::var_os("GFS2GEN_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
        return;
    }
    assert!(text == written, "run `GFS2GEN_BLESS=1 cargo test --test verify_page`");
}
