//! Each mistake of a found cluster is named, and alone: the cluster is that of an example, with one thing changed.

mod edits;
mod running;

use std::collections::BTreeSet;

use gfs2gen::import::{Imported, codes, import};
use running::Files;

/// What the nodes of the full example say.
fn full() -> Files {
    let (plan, bundle) = edits::built(edits::FULL);
    running::said(&plan, &bundle)
}

/// What the nodes of the original project's cluster would say, if it were done right.
fn clvmd() -> Files {
    let (plan, bundle) = edits::built(include_str!("../examples/original/cluster.yaml"));
    running::said(&plan, &bundle)
}

fn nine() -> Files {
    let (plan, bundle) = edits::built(include_str!("../examples/el9/cluster.yaml"));
    running::said(&plan, &bundle)
}

/// Replaces a text in every file whose path ends so; it must be there.
fn change(files: &mut Files, path: &str, from: &str, to: &str) {
    let mut changed = 0;
    for (_, text) in files.iter_mut().filter(|(name, _)| name.ends_with(path)) {
        changed += usize::from(text.contains(from));
        *text = text.replace(from, to);
    }
    assert!(changed > 0, "{path}: {from}");
}

fn found(files: &Files) -> BTreeSet<&'static str> {
    imported(files).findings.iter().map(|(_, finding)| finding.code).collect()
}

fn imported(files: &Files) -> Imported {
    import(running::collected(files)).expect("a cluster")
}

/// Code, file, text and what stands in its place.
type Row = (&'static str, &'static str, &'static str, &'static str);

const CIB: &str = "said/cib.xml";
const RES: &str = "etc/drbd.d/fast.res";
const COMMON: &str = "etc/drbd.d/global_common.conf";
const LVM: &str = "etc/lvm/lvm.conf";
const COROSYNC: &str = "etc/corosync/corosync.conf";

const ROWS: &[Row] = &[
    ("IMP001", "alpha/etc/lvm/lvm.conf", "devices {", "devices {{"),
    ("IMP001", "alpha/said/vgs.json", "{\"report\"", "report"),
    (
        "IMP002",
        CIB,
        "<node id=\"2\" uname=\"beta\"/>",
        "<node id=\"2\" uname=\"beta\"/><node id=\"3\" uname=\"gamma\"/>",
    ),
    ("IMP003", "alpha/etc/drbd.d/fast.res", "verify-alg crc32c", "verify-alg sha1"),
    ("IMP003", "beta/etc/corosync/corosync.conf", "token: 5000", "token: 6000"),
    ("IMP003", "beta/etc/lvm/lvm.conf", "use_devicesfile = 0", "use_devicesfile = 2"),
    ("IMP003", "beta/etc/drbd.d/fast.res", ":7789", ":7790"),
    ("IMP101", COROSYNC, "name: alpha", "name: alphaha"),
    ("IMP102", "said/gfs2", "Lock table: rack12:vms", "Lock table: rack11:vms"),
    ("IMP201", COROSYNC, "    two_node: 1\n", ""),
    ("IMP202", COROSYNC, "wait_for_all: 1", "wait_for_all: 0"),
    ("IMP203", CIB, "value=\"freeze\"", "value=\"ignore\""),
    ("IMP301", CIB, "name=\"stonith-enabled\" value=\"true\"", "name=\"stonith-enabled\" value=\"false\""),
    ("IMP303", CIB, "name=\"username\" value=\"admin\"", "name=\"passwd\" value=\"@BLANKED@\""),
    (
        "IMP304",
        CIB,
        "<rsc_location id=\"location-bmc-alpha-alpha--INFINITY\" rsc=\"bmc-alpha\" node=\"alpha\" score=\"-INFINITY\"/>",
        "",
    ),
    ("IMP401", RES, "allow-two-primaries yes;", ""),
    ("IMP401", CIB, "name=\"promoted-max\" value=\"2\"", "name=\"promoted-max\" value=\"1\""),
    ("IMP402", COMMON, "protocol C;", "protocol A;"),
    ("IMP403", COMMON, "fencing resource-and-stonith", "fencing resource-only"),
    ("IMP404", COMMON, "fence-peer           /usr/local/sbin/gfs2gen-fence-peer.sh;", ""),
    ("IMP405", COMMON, "unfence-peer         /usr", "# unfence-peer         /usr"),
    ("IMP406", COMMON, "global {", "common { startup { become-primary-on both; } } global {"),
    ("IMP407", RES, "after-sb-2pri disconnect", "after-sb-2pri violently-as0p"),
    ("IMP408", RES, "cram-hmac-alg sha256;", ""),
    ("IMP409", RES, "cram-hmac-alg sha256;", "cram-hmac-alg sha256; data-integrity-alg crc32c;"),
    ("IMP410", RES, "meta-disk internal;", "meta-disk /dev/sdz1;"),
    ("IMP411", RES, "    on alpha {", "    volume 1 { device minor 9; meta-disk internal; }\n    on alpha {"),
    ("IMP412", RES, "10.10.10.7:7789", "10.10.10.7:7790"),
    ("IMP413", RES, "c-plan-ahead 20;", "c-plan-ahead 20; disk-flushes no;"),
    ("IMP501", LVM, "global_filter", "preferred_names"),
    ("IMP502", LVM, "global_filter = [", "filter = ["),
    ("IMP503", LVM, "a|^/dev/drbd0$|", "a|/dev/drbd*|"),
    ("IMP504", LVM, "\"r|.*|\",", ""),
    ("IMP505", LVM, "\"r|^/dev/disk/by-partlabel/drbd-slow$|\",", "\"a|^/dev/disk/by-partlabel/|\","),
    ("IMP506", LVM, "use_lvmlockd = 1", "use_lvmlockd = 0"),
    ("IMP506", LVM, "use_lvmlockd = 1", "use_lvmlockd = 1\n    locking_type = 3"),
    ("IMP507", LVM, "use_devicesfile = 0", "use_devicesfile = 1"),
    ("IMP508", "said/vgs.json", "wz--ns", "wz--n-"),
    ("IMP601", CIB, " role=\"Promoted\"", ""),
    ("IMP602", CIB, "<nvpair id=\"locking-clone-meta_attributes-interleave\" name=\"interleave\" value=\"true\"/>", ""),
    ("IMP603", CIB, "name=\"notify\" value=\"true\"", "name=\"notify\" value=\"false\""),
    ("IMP604", CIB, "rsc=\"vm-web\" with-rsc=\"storage-logs-clone\"", "rsc=\"vm-web\" with-rsc=\"storage-vms-clone\""),
    (
        "IMP604",
        CIB,
        "first=\"drbd-slow-clone\" then=\"storage-iso-clone\" first-action=\"promote\"",
        "first=\"drbd-slow-clone\" then=\"storage-iso-clone\" first-action=\"start\"",
    ),
    (
        "IMP605",
        CIB,
        " rsc-role=\"Started\" with-rsc-role=\"Promoted\" id=\"colocation-storage-vms-clone-drbd",
        " id=\"colocation-storage-vms-clone-drbd",
    ),
    (
        "IMP606",
        CIB,
        "<rsc_location id=\"location-vm-web",
        "<rsc_order id=\"o\" first=\"drbd-fast-clone\" then=\"locking-clone\" first-action=\"promote\" then-action=\"start\"/><rsc_location id=\"location-vm-web",
    ),
    ("IMP607", CIB, " on-fail=\"fence\" id=\"fs-vms-monitor", " id=\"fs-vms-monitor"),
    (
        "IMP608",
        CIB,
        "<rsc_location id=\"location-vm-web",
        "<rsc_location id=\"cli-prefer-vm-web\" rsc=\"vm-web\" node=\"beta\" score=\"INFINITY\"/><rsc_location id=\"location-vm-web",
    ),
    (
        "IMP608",
        CIB,
        "</cluster_property_set>",
        "<nvpair id=\"m\" name=\"maintenance-mode\" value=\"true\"/></cluster_property_set>",
    ),
    (
        "IMP609",
        CIB,
        "</resources>",
        "<primitive id=\"ip\" class=\"ocf\" provider=\"heartbeat\" type=\"IPaddr2\"/></resources>",
    ),
    ("IMP701", CIB, "name=\"allow-migrate\" value=\"true\"", "name=\"allow-migrate\" value=\"false\""),
    ("IMP702", CIB, "value=\"/etc/gfs2gen/domains/web.xml\"", "value=\"/srv/vms/web.xml\""),
    ("IMP801", "said/units", "drbd.service disabled", "drbd.service enabled"),
];

#[test]
fn one_mistake_is_one_code() {
    for (code, path, from, to) in ROWS {
        let mut files = full();
        change(&mut files, path, from, to);
        let expected = BTreeSet::from([*code]);
        assert_eq!(found(&files), expected, "{path}: {to}: {:#?}", imported(&files).findings);
    }
}

#[test]
fn mistakes_of_other_releases() {
    let mut files = clvmd();
    change(&mut files, LVM, "locking_type = 3", "locking_type = 1");
    assert_eq!(found(&files), BTreeSet::from(["IMP506"]));
    let mut files = nine();
    change(&mut files, COMMON, "auto-promote no;", "");
    assert_eq!(found(&files), BTreeSet::from(["IMP406"]));
    let mut files = full();
    for node in ["alpha", "beta"] {
        files.insert(format!("{node}/etc/fstab"), "/dev/vg_fast/lv_vms /srv/vms gfs2 defaults 0 0\n".into());
    }
    assert_eq!(found(&files), BTreeSet::from(["IMP802"]));
    let mut files = full();
    change(&mut files, CIB, "devices=\"bmc-beta\"", "devices=\"none\"");
    change(&mut files, CIB, "devices=\"pdu-beta\"", "devices=\"none\"");
    for device in ["bmc-beta", "pdu-beta"] {
        change(
            &mut files,
            CIB,
            &format!("location-{device}-beta--INFINITY\" rsc=\"{device}\" node=\"beta\""),
            &format!("location-{device}-x\" rsc=\"{device}\" node=\"alpha\""),
        );
        change(
            &mut files,
            CIB,
            &format!("{device}-instance_attributes-pcmk_host_list\" name=\"pcmk_host_list\" value=\"beta\""),
            &format!("{device}-x\" name=\"pcmk_host_list\" value=\"alpha\""),
        );
    }
    assert_eq!(found(&files), BTreeSet::from(["IMP302"]));
}

#[test]
fn every_code_is_found_somewhere() {
    let here = include_str!("import_findings.rs");
    for code in codes() {
        assert!(here.contains(&format!("\"{}\"", code.code)), "{} {}", code.code, code.name);
    }
}

#[test]
fn both_places_of_a_contradiction_are_said() {
    let mut files = full();
    change(&mut files, "alpha/etc/drbd.d/fast.res", "al-extents 3389", "al-extents 1237");
    let imported = imported(&files);
    let [(file, finding)] = &imported.findings[..] else { panic!("{:#?}", imported.findings) };
    assert_eq!(imported.sources[*file].name(), "found/alpha/etc/drbd.d/fast.res");
    assert_eq!(finding.message, "the nodes differ in `al-extents` of `fast`");
    assert_eq!(finding.primary.text, "`1237` here");
    assert_eq!(finding.notes, ["`3389` in found/beta/etc/drbd.d/fast.res:32"]);
    assert!(imported.text.contains("al_extents: 1237"), "the first node's is taken");
}
