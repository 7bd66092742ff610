//! The firewall's and the guests' files, read by the programs that read them on a node.

mod cluster;
#[allow(dead_code)]
mod readers;

use std::fs;
use std::path::Path;
use std::process::Command;

use gfs2gen::bundle::Bundle;
use gfs2gen::model::{FirewallKind, GuestType};
use gfs2gen::plan::{GuestBody, Plan};

/// Every example with each kind of firewall.
fn trees() -> Vec<(Plan, Bundle)> {
    let mut trees = Vec::new();
    for example in cluster::EXAMPLES {
        for kind in [FirewallKind::Firewalld, FirewallKind::Nftables, FirewallKind::None] {
            let mut plan = cluster::plan(example);
            plan.firewall.kind = kind;
            if example == "minimal" {
                // Also addresses of the other family.
                plan.firewall.networks[0].network.addresses =
                    ["fd00::4", "fd00::7"].map(|text| text.parse().expect("IPv6"));
            }
            let bundle = gfs2gen::artifact::bundle(&plan).expect("a tree");
            trees.push((plan, bundle));
        }
    }
    trees
}

/// The files below a folder of the tree, as (path from there, content).
fn below<'a>(bundle: &'a Bundle, folder: &str) -> Vec<(&'a str, &'a str)> {
    let file = |file: &'a gfs2gen::bundle::File| Some((file.path.as_str(), file.content.as_str()));
    bundle.iter().filter_map(file).filter_map(|(path, text)| Some((path.strip_prefix(folder)?, text))).collect()
}

#[test]
fn firewalld_takes_the_services_and_the_zones() {
    let Some(program) = readers::find("firewall-offline-cmd") else { return };
    let ours = Path::new("/etc/firewalld/firewalld.conf");
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    if !root || !ours.is_file() {
        readers::find("root's right to run firewall-offline-cmd");
        return;
    }
    for (plan, bundle) in trees() {
        for (index, node) in plan.nodes.iter().enumerate() {
            let files = below(&bundle, &format!("nodes/{}/rootfs/etc/firewalld/", node.name));
            assert_eq!(files.is_empty(), plan.firewall.kind != FirewallKind::Firewalld);
            let folder = tempfile::tempdir().expect("a folder");
            for part in ["services", "zones", "helpers", "icmptypes", "ipsets", "policies"] {
                fs::create_dir(folder.path().join(part)).expect("a folder in it");
            }
            fs::copy(ours, folder.path().join("firewalld.conf")).expect("firewalld's own configuration");
            for (path, text) in &files {
                fs::write(folder.path().join(path), text).expect("a file in it");
                let name = path.rsplit_once('/').expect("a folder").1.trim_end_matches(".xml");
                assert!(!path.starts_with("zones/") || name.len() <= 17, "{path}: firewalld refuses the name");
            }
            let config = folder.path().to_str().expect("UTF-8");
            let ask = |words: &[&str]| {
                readers::run(Command::new(&program).args(["--system-config", config]).args(words), config)
            };
            ask(&["--check-config"]);
            for open in plan.firewall.networks.iter().filter(|_| !files.is_empty()) {
                let name = &open.network.name;
                let shown = ask(&[&format!("--service=gfs2gen-{name}"), "--get-ports"]);
                assert_eq!(shown.split_whitespace().count(), open.ports.len(), "{shown}");
                if open.zone.is_none() {
                    let shown = ask(&[&format!("--zone=gfs2-{name}"), "--list-sources"]);
                    assert_eq!(shown.trim(), open.network.addresses[1 - index].to_string());
                }
            }
        }
    }
}

#[test]
fn nftables_loads_the_table_and_loads_it_again() {
    let Some(program) = readers::find("nft") else { return };
    let may = Command::new("unshare").args(["-Urn", "true"]).output().is_ok_and(|output| output.status.success());
    if !may {
        readers::find("unshare with the right to make a network namespace");
        return;
    }
    for (plan, bundle) in trees() {
        for node in &plan.nodes {
            let files = below(&bundle, &format!("nodes/{}/rootfs/etc/nftables.d/", node.name));
            assert_eq!(files.len(), usize::from(plan.firewall.kind == FirewallKind::Nftables));
            for (name, text) in files {
                let (_folder, path) = readers::file(name, text);
                let script = "\"$0\" -c -f \"$1\" && \"$0\" -f \"$1\" && \"$0\" -f \"$1\" && \"$0\" list ruleset";
                let mut command = Command::new("unshare");
                command.args(["-Urn", "sh", "-c", script]).arg(&program).arg(&path);
                let shown = readers::run(&mut command, text);
                assert_eq!(shown.matches("chain input").count(), 1, "{shown}");
                assert_eq!(shown.matches(" accept comment").count(), text.matches(" accept comment").count());
                assert!(!shown.contains("dport 22 drop"), "nobody is shut out of ssh");
            }
        }
    }
}

#[test]
fn every_xml_file_is_well_formed() {
    let Some(program) = readers::find("xmllint") else { return };
    for (_, bundle) in trees() {
        for file in bundle.iter().filter(|file| file.path.as_str().ends_with(".xml")) {
            let (_folder, path) = readers::file("x.xml", &file.content);
            readers::run(Command::new(&program).arg("--noout").arg(&path), &file.content);
        }
    }
}

#[test]
fn libvirt_takes_the_domains_and_a_domain_of_ones_own_stays_as_it_is() {
    let program = readers::find("virt-xml-validate");
    for (plan, bundle) in trees() {
        let first = below(&bundle, &format!("nodes/{}/rootfs/etc/gfs2gen/domains/", plan.nodes[0].name));
        let second = below(&bundle, &format!("nodes/{}/rootfs/etc/gfs2gen/domains/", plan.nodes[1].name));
        assert_eq!(first, second);
        assert_eq!(first.len(), plan.guests.len());
        for guest in &plan.guests {
            let (_, text) = first.iter().find(|(path, _)| *path == format!("{}.xml", guest.name)).expect("its file");
            let domain = gfs2gen::domain::Domain::parse(text).expect("a domain");
            assert!(domain.name_on_own_line, "the VirtualDomain agent reads the name with grep");
            assert_eq!((&domain.name, domain.memory), (&guest.name, guest.memory));
            if let GuestBody::Own(own) = &guest.body {
                assert_eq!(&own.text, text);
            }
            if let Some(program) = &program {
                let (_folder, path) = readers::file("domain.xml", text);
                readers::run(Command::new(program).arg(&path).arg("domain"), text);
            }
        }
    }
}

#[test]
fn a_guest_says_what_runs_its_processors() {
    let mut plan = cluster::plan("full");
    for kind in [GuestType::Kvm, GuestType::Qemu] {
        for guest in &mut plan.guests {
            if let GuestBody::Described(machine) = &mut guest.body {
                machine.kind = kind;
            }
        }
        let bundle = gfs2gen::artifact::bundle(&plan).expect("a tree");
        let domains = below(&bundle, &format!("nodes/{}/rootfs/etc/gfs2gen/domains/", plan.nodes[0].name));
        let (_, web) = domains.iter().find(|(path, _)| *path == "web.xml").expect("a described guest");
        assert!(web.starts_with(&format!("<domain type=\"{}\">", kind.as_str())), "{web}");
    }
}
