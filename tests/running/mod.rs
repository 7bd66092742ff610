//! What `collect.sh` brings from a cluster that runs a tree: its files, and what its programs would say.

#![allow(dead_code, reason = "each test program uses its part of this")]

use std::collections::BTreeMap;
use std::fmt::Write;

use gfs2gen::bundle::Bundle;
use gfs2gen::import::Collected;
use gfs2gen::model::VolumeSize;
use gfs2gen::plan::{GuestBody, Plan, Storage};
use gfs2gen::source::Source;

/// LVM's usual extent.
const EXTENT: u64 = 4 << 20;

/// The files of a collection, by path.
pub type Files = BTreeMap<String, String>;

/// A collection as `import` takes it.
pub fn collected(files: &Files) -> Vec<Collected> {
    let one = |(path, text): (&String, &String)| Collected {
        path: path.clone(),
        text: Ok(Source::new(format!("found/{path}"), text.clone())),
    };
    files.iter().map(one).collect()
}

/// What both nodes say.
pub fn said(plan: &Plan, bundle: &Bundle) -> Files {
    let mut files = Files::new();
    for index in 0..2 {
        let name = &plan.nodes[index].name;
        for (path, text) in node(plan, bundle, index) {
            files.insert(format!("{name}/{path}"), text);
        }
    }
    files
}

fn node(plan: &Plan, bundle: &Bundle, index: usize) -> Files {
    let mut files = Files::new();
    let below = format!("nodes/{}/rootfs/", plan.nodes[index].name);
    for file in bundle.iter() {
        let Some(path) = file.path.as_str().strip_prefix(&below) else { continue };
        let taken =
            ["etc/drbd", "etc/corosync/", "etc/lvm/", "etc/firewalld/", "etc/nftables.d/", "etc/gfs2gen/domains/"];
        if taken.iter().any(|folder| path.starts_with(folder)) {
            files.insert(path.to_owned(), blanked(&file.content));
        }
    }
    let hosts = &bundle.get(&format!("{below}etc/gfs2gen/hosts")).unwrap().content;
    files.insert("etc/hosts".into(), format!("127.0.0.1 localhost\n# gfs2gen begin\n{hosts}# gfs2gen end\n"));
    files.insert("etc/os-release".into(), os_release(plan.platform.name));
    for (network, zone) in
        plan.firewall.networks.iter().filter_map(|open| Some((&open.network.name, open.zone.as_ref()?)))
    {
        let path = format!("etc/firewalld/zones/{zone}.xml");
        let service = format!("  <service name=\"gfs2gen-{network}\"/>\n");
        let text = files
            .entry(path)
            .or_insert_with(|| "<?xml version=\"1.0\"?>\n<zone>\n  <service name=\"ssh\"/>\n</zone>\n".into());
        *text = text.replace("</zone>", &format!("{service}</zone>"));
    }
    files.insert("said/cib.xml".into(), bundle.get("cluster/cib.xml").unwrap().content.clone());
    let word = if plan.cluster.autostart { "enabled" } else { "disabled" };
    let mut units = format!("corosync.service {word}\npacemaker.service {word}\n");
    plan.platform.services.off.iter().for_each(|(unit, _)| writeln!(units, "{unit} disabled").unwrap());
    files.insert("said/units".into(), units);
    machine(plan, index, &mut files);
    lvm(plan, &mut files);
    files
}

/// A secret is on the node, and stays there.
fn blanked(text: &str) -> String {
    text.replace("@GFS2GEN-SECRET@", "@BLANKED@")
}

fn os_release(platform: &str) -> String {
    let (id, version) = match platform {
        "el7" => ("\"centos\"", "\"7\""),
        "el8" => ("\"rocky\"", "\"8.10\""),
        "el9" => ("\"almalinux\"", "\"9.4\""),
        "debian12" => ("debian", "\"12\""),
        "debian13" => ("debian", "\"13\""),
        "ubuntu2404" => ("ubuntu", "\"24.04\""),
        other => panic!("{other}"),
    };
    format!("PRETTY_NAME=\"a system\"\nVERSION_ID={version}\nID={id}\n")
}

/// What the machine has: of what a description can leave out, only what it says is known here.
fn machine(plan: &Plan, index: usize, files: &mut Files) {
    let mut disks = String::new();
    for storage in &plan.storage {
        let size = storage.size.map_or(String::new(), |size| size.to_string());
        let serial = storage.identities[index].as_deref().unwrap_or_default();
        writeln!(disks, "{} size={size} serial={serial} wwn=", storage.disks[index]).unwrap();
    }
    files.insert("said/disks".into(), disks);
    if let Some(memory) = plan.nodes[index].memory {
        files.insert("said/memory".into(), format!("{memory} installed\n"));
    }
    let speed = plan.migration.speed / 1_000_000;
    files.insert("said/links".into(), format!("{} {speed}\n", plan.migration.network.addresses[index]));
    let mut images = String::new();
    for guest in &plan.guests {
        let GuestBody::Described(machine) = &guest.body else { continue };
        for image in &machine.images {
            writeln!(images, "{} {} {}", image.format.as_str(), image.size, image.path).unwrap();
        }
    }
    files.insert("said/images".into(), images);
}

/// The reports of LVM and of the filesystems.
fn lvm(plan: &Plan, files: &mut Files) {
    let (mut groups, mut volumes, mut physical) = (Vec::new(), Vec::new(), Vec::new());
    let mut gfs2 = String::new();
    for storage in &plan.storage {
        let (whole, sizes) = sizes(storage);
        groups.push(format!(
            r#"{{"vg_name":"{}","vg_attr":"wz--ns","vg_extent_size":"{EXTENT}B","vg_extent_count":"{whole}"}}"#,
            storage.volume_group
        ));
        physical.push(format!(r#"{{"pv_name":"{}","vg_name":"{}"}}"#, storage.device(), storage.volume_group));
        for (filesystem, extents) in storage.filesystems.iter().zip(sizes) {
            let (name, group) = (&filesystem.logical_volume, &storage.volume_group);
            volumes.push(format!(r#"{{"lv_name":"{name}","vg_name":"{group}","lv_size":"{}B"}}"#, extents * EXTENT));
            writeln!(gfs2, "== {}\nLock protocol: lock_dlm\nLock table: {}", filesystem.device, filesystem.lock_table)
                .unwrap();
            for journal in 0..filesystem.journals {
                writeln!(gfs2, "journal{journal}: 0x13    {}MB clean.", filesystem.journal_mib).unwrap();
            }
        }
    }
    let report = |kind: &str, rows: Vec<String>| format!("{{\"report\":[{{\"{kind}\":[{}]}}]}}\n", rows.join(",\n"));
    files.insert("said/vgs.json".into(), report("vg", groups));
    files.insert("said/lvs.json".into(), report("lv", volumes));
    files.insert("said/pvs.json".into(), report("pv", physical));
    files.insert("said/gfs2".into(), gfs2);
}

/// The extents of a group and of its volumes, made in the order in which they can be: what is left comes last.
fn sizes(storage: &Storage) -> (u64, Vec<u64>) {
    // No round number, as no disk is one. DRBD and LVM keep some for themselves.
    let bytes = storage.size.unwrap_or(1_099_511_627_776 + 77_777_777_777);
    let whole = bytes / EXTENT - 13;
    let mut free = whole;
    let mut sizes = Vec::new();
    for filesystem in &storage.filesystems {
        let taken = match filesystem.size {
            VolumeSize::Bytes(bytes) => bytes.div_ceil(EXTENT),
            VolumeSize::PercentOfGroup(percent) => whole * u64::from(percent) / 100,
            VolumeSize::PercentFree(percent) => free * u64::from(percent) / 100,
        };
        free = free.saturating_sub(taken);
        sizes.push(taken);
    }
    (whole, sizes)
}
