//! docs/platforms.md and the README's table say what the rows of facts say, and what the tests hold of each platform.
//! `GFS2GEN_BLESS=1 cargo test --test platform_page` writes the tables.

use std::fs;
use std::path::Path;

use gfs2gen::model::DrbdMajor;
use gfs2gen::platform::{Locking, PLATFORMS, PackageManager, Platform, Transport};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// The platform that the tests' readers come from (.ci/setup).
const HERE: &str = "debian12";

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A table of Markdown.
fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | ")).replace("|  |", "| |");
    let names: Vec<String> = head.iter().map(|name| (*name).to_owned()).collect();
    let mut text = format!("{}|{}\n", line(&names), "---|".repeat(head.len()));
    for row in rows {
        assert_eq!(row.len(), head.len());
        text += &line(&row);
    }
    text
}

fn generations(platform: &Platform) -> String {
    let names: Vec<&str> = platform.drbd.iter().map(|generation| major(generation.major)).collect();
    format!("{}, {}", names.join(" or "), platform.drbd[0].from)
}

fn major(major: DrbdMajor) -> &'static str {
    match major {
        DrbdMajor::V84 => "8.4",
        DrbdMajor::V9 => "9",
    }
}

fn locking(platform: &Platform) -> String {
    let name = match platform.locking {
        Locking::Clvmd => "clvmd",
        Locking::Lvmlockd => "lvmlockd",
    };
    name.to_owned()
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn rows() -> String {
    let head =
        ["", "DRBD", "LVM's locking", "pcs", "Pacemaker", "corosync's transport", "packages", "libvirt's TLS socket"];
    let row = |platform: &&Platform| {
        let transport = match platform.corosync.transport {
            Transport::Knet => "knet",
            Transport::Udpu => "udpu, not encrypted",
        };
        let packages = match platform.packages.manager {
            PackageManager::Apt => "apt",
            PackageManager::Yum => "yum",
            PackageManager::Dnf => "dnf",
        };
        vec![
            code(platform.name),
            generations(platform),
            locking(platform),
            platform.pcs.version.to_owned(),
            platform.pacemaker.version.to_owned(),
            transport.to_owned(),
            packages.to_owned(),
            platform.services.tls_socket.map_or("none, libvirtd listens".to_owned(), code),
        ]
    };
    table(&head, PLATFORMS.iter().map(row))
}

/// What proves an artifact on the platforms that the lab has not run.
enum Proof {
    /// A program of Debian 12 reads it.
    Reader,
    /// The platform's own pcs made the same, where that is recorded.
    Pcs,
    /// `gfs2gen simulate` plays what can happen to it, where that is expected word for word.
    Scheduler,
    /// Nodes that are folders ran it, where `tests/plan.rs` does that; bash and shellcheck read all of them.
    Nodes,
    /// The same with Debian 12's tree; its Ansible reads all of them.
    Playbook,
}

/// An artifact: its name, a part of the paths of its files, its proof, and whether the lab's descriptions have it.
const ARTIFACTS: &[(&str, &str, Proof, bool)] = &[
    ("corosync.conf", "/etc/corosync/corosync.conf", Proof::Reader, true),
    ("DRBD's files", "/etc/drbd.d/", Proof::Reader, true),
    ("lvm.conf", "/etc/lvm/lvm.conf", Proof::Reader, true),
    ("systemd's files", "/etc/systemd/", Proof::Reader, true),
    ("guests", "/etc/gfs2gen/domains/", Proof::Reader, true),
    ("firewalld's files", "/etc/firewalld/", Proof::Reader, false),
    ("nftables' file", "/etc/nftables.d/", Proof::Reader, false),
    ("cluster/*.sh", "cluster/40-drbd.sh", Proof::Pcs, true),
    ("cluster/cib.xml", "cluster/cib.xml", Proof::Scheduler, true),
    ("bootstrap.sh, node.sh, teardown.sh", "/node.sh", Proof::Nodes, true),
    ("ansible/", "ansible/site.yml", Proof::Playbook, false),
];

/// The names of the examples on a platform.
fn examples(platform: &str) -> Vec<String> {
    let folders = fs::read_dir(Path::new(ROOT).join("examples")).unwrap();
    let names = folders.map(|folder| folder.unwrap().file_name().into_string().unwrap());
    let line = format!("platform: {platform}");
    let mut on: Vec<String> =
        names.filter(|name| read(&format!("examples/{name}/cluster.yaml")).lines().any(|at| at == line)).collect();
    on.sort();
    on
}

/// The files of an example's expected tree, with a slash before each.
fn expected(example: &str) -> Vec<String> {
    let manifest: serde_json::Value = serde_json::from_str(&read(&format!("golden/{example}/MANIFEST.json"))).unwrap();
    let files = manifest["files"].as_array().unwrap().iter();
    files.map(|file| format!("/{}", file["path"].as_str().unwrap())).collect()
}

/// Whether it is expected what becomes of an example's cluster.
fn is_simulated(example: &str) -> bool {
    Path::new(ROOT).join("tests/simulated").join(example).with_extension("txt").is_file()
}

/// Whether `tests/plan.rs` runs a platform's scripts.
fn runs_on_folders(platform: &str) -> bool {
    let text = read("tests/plan.rs");
    let (_, rest) = text.split_once("const SIMULATED").expect("its list");
    let (list, _) = rest.split_once(';').expect("its end");
    list.contains(&format!("\"{platform}\""))
}

fn proof(platform: &Platform, part: &str, proof: &Proof, in_lab: bool) -> &'static str {
    let examples = examples(platform.name);
    assert!(!examples.is_empty(), "{} has no example", platform.name);
    if !examples.iter().flat_map(|example| expected(example)).any(|file| file.contains(part)) {
        return "–";
    }
    let here = platform.name == HERE;
    let recorded = || {
        let files = fs::read_dir(Path::new(ROOT).join("tests/recorded")).unwrap();
        let mut files = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        files.any(|name| name.starts_with(&format!("{}-", platform.name)) && name.ends_with(".xml"))
    };
    let line = || PLATFORMS.iter().any(|row| row.name == HERE && row.pcs.version == platform.pcs.version);
    match proof {
        _ if in_lab && read("docs/proof.md").contains(&format!("\n## {}, ", platform.name)) => "live",
        Proof::Scheduler if examples.iter().any(|example| is_simulated(example)) => "simulated",
        Proof::Nodes if runs_on_folders(platform.name) => "simulated",
        Proof::Pcs if recorded() || line() => "own",
        Proof::Playbook if here => "simulated",
        Proof::Reader if here => "own",
        Proof::Reader | Proof::Nodes | Proof::Playbook => "near",
        Proof::Scheduler | Proof::Pcs => "golden",
    }
}

fn proofs() -> String {
    let mut head = vec![""];
    head.extend(PLATFORMS.iter().map(|platform| platform.name));
    let row = |(name, part, how, in_lab): &(&str, &str, Proof, bool)| {
        let cells = PLATFORMS.iter().map(|platform| proof(platform, part, how, *in_lab).to_owned());
        [(*name).to_owned()].into_iter().chain(cells).collect()
    };
    table(&head, ARTIFACTS.iter().map(row))
}

fn packages() -> String {
    let list = |names: &[&str]| names.iter().map(|name| code(name)).collect::<Vec<_>>().join(" ");
    let row = |platform: &&Platform| {
        let facts = &platform.packages;
        let drbd = platform.drbd.iter().map(|one| format!("{}: {}", major(one.major), list(one.packages)));
        vec![
            code(platform.name),
            list(facts.base),
            drbd.collect::<Vec<_>>().join("; "),
            list(facts.guests),
            list(facts.mail),
            list(facts.fence.iter().find(|(agent, _)| *agent == "fence_ipmilan").expect("the commonest").1),
        ]
    };
    table(&["", "in any case", "DRBD", "guests", "mail", "fence_ipmilan"], PLATFORMS.iter().map(row))
}

fn preparation() -> String {
    let mut text = String::new();
    for platform in PLATFORMS {
        for (what, command) in platform.preparation {
            let command = command.map(|command| format!(" `{command}`")).unwrap_or_default();
            text += &format!("- `{}`: {what}{command}\n", platform.name);
        }
    }
    text
}

/// The page with what stands after a line and before the line of `end` replaced.
fn with(page: &str, start: &str, end: &str, made: &str) -> String {
    let (before, rest) = page.split_once(start).unwrap_or_else(|| panic!("no {start}"));
    let (_, after) = rest.split_once(end).unwrap_or_else(|| panic!("no end of {start}"));
    format!("{before}{start}{made}{end}{after}")
}

fn is_as_made(path: &str, made: &str) {
    if std::env::var_os("GFS2GEN_BLESS").is_some() {
        fs::write(Path::new(ROOT).join(path), made).unwrap();
    }
    let there = read(path);
    let diff = similar::TextDiff::from_lines(there.as_str(), made);
    assert!(there == made, "{path} is not what the rows say\n{}", diff.unified_diff());
}

#[test]
fn the_page_says_what_the_rows_say() {
    let parts = [("rows", rows()), ("proof", proofs()), ("packages", packages()), ("preparation", preparation())];
    let page = parts.iter().fold(read("docs/platforms.md"), |page, (name, made)| {
        with(&page, &format!("<!-- {name} -->\n"), "<!-- end -->", made)
    });
    is_as_made("docs/platforms.md", &page);
}

#[test]
fn the_readme_says_what_the_rows_say() {
    let row = |platform: &&Platform| {
        let live = read("docs/proof.md").contains(&format!("\n## {}, ", platform.name));
        let ran = if live { "the lab has run it" } else { "never run" };
        let note = platform.note.map(|note| format!("; {note}")).unwrap_or_default();
        vec![
            code(platform.name),
            generations(platform),
            locking(platform),
            platform.pcs.version.to_owned(),
            platform.pacemaker.version.to_owned(),
            format!("{ran}{note}"),
        ]
    };
    let made = table(&["", "DRBD", "LVM's locking", "pcs", "Pacemaker", ""], PLATFORMS.iter().map(row));
    let page = with(&read("README.md"), "The platforms:\n\n", "\nOf each artifact", &made);
    is_as_made("README.md", &with(&page, "has run it:\n\n", "\n[What these", &proofs()));
}
