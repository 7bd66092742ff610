//! Family GFS8xx, guests.

use super::domains::replicated;
use super::{Findings, repeated, rules};
use crate::diag::At;
use crate::domain::Domain;
use crate::model::{GuestType, Vm};
use crate::path::Path;
use crate::plan::{GuestBody, Plan, Written};

rules! {
    "GFS850" "incomplete-guest" Error Written(complete): "a guest is neither described nor a libvirt domain, or both";
    "GFS851" "unreadable-domain" Error Written(readable): "a guest's libvirt domain cannot be read";
    "GFS852" "domain-name" Error Written(name): "a libvirt domain's name is not the guest's, or hidden from its agent";
    "GFS853" "domain-without-shared-disk" Error Written(disks): "a libvirt domain has no disk on a clustered filesystem";
    "GFS854" "unsafe-disk-cache" Error Written(cache): "a disk's cache mode loses writes at a migration";
    "GFS855" "disk-on-one-node" Warning Written(local): "a libvirt domain has a disk that only one node may have";
    "GFS856" "duplicate-guest" Error Written(unique): "two guests have one name";
    "GFS857" "duplicate-image" Error Plan(images): "two disks of guests are one image";
    "GFS858" "duplicate-mac" Error Plan(macs): "two guests have one MAC address";
    "GFS859" "guest-without-hardware-help" Warning Plan(emulated): "a guest runs without hardware virtualisation";
    "GFS865" "cpu-mode-as-model" Error Written(cpu): "a guest's CPU model is a mode of libvirt's, which ties it to one node";
    "GFS866" "guests-exceed-memory" Error Plan(memory): "one node alone cannot hold all guests";
}

pub(super) fn each(written: &Written) -> impl Iterator<Item = (&Vm, Path)> {
    let at = Path::root().key("vms");
    written.description.vms.iter().flatten().enumerate().map(move |(i, vm)| (vm, at.index(i)))
}

pub(super) fn domains(written: &Written) -> impl Iterator<Item = (&Vm, Path, &Domain)> {
    each(written).enumerate().filter_map(|(i, (vm, at))| {
        let domain = written.domains.get(&i)?.as_ref().ok()?;
        Some((vm, at, domain))
    })
}

fn complete(written: &Written, findings: &mut Findings) {
    for (vm, at) in each(written) {
        let keys = [
            ("memory", vm.memory.is_some(), true),
            ("vcpus", vm.vcpus.is_some(), true),
            ("disks", vm.disks.is_some(), true),
            ("type", vm.kind.is_some(), false),
            ("cpu", vm.cpu.is_some(), false),
            ("network", vm.network.is_some(), false),
        ];
        if vm.domain.is_some() {
            for (key, ..) in keys.iter().filter(|(_, there, _)| *there) {
                findings
                    .at(At::key(at.key(*key)), format!("`{key}` has no effect on a libvirt domain of your own"))
                    .set_label("say it in the domain")
                    .add_label(At::value(at.key("domain")), "the domain");
            }
            continue;
        }
        let missing: Vec<String> =
            keys.iter().filter(|(_, there, needed)| *needed && !there).map(|(key, ..)| format!("`{key}`")).collect();
        if !missing.is_empty() {
            findings
                .value(at.key("name"), format!("the guest `{}` has no {}", vm.name, missing.join(", ")))
                .set_label("incomplete")
                .add_help("add them, or name a libvirt domain of your own: `domain: domains/NAME.xml`");
        }
    }
}

fn readable(written: &Written, findings: &mut Findings) {
    for (i, (vm, at)) in each(written).enumerate() {
        if let Some(Err(why)) = written.domains.get(&i) {
            findings
                .value(at.key("domain"), format!("the domain of `{}` is no use: {why}", vm.name))
                .set_label("looked for beside the description");
        }
    }
}

fn name(written: &Written, findings: &mut Findings) {
    for (vm, at, domain) in domains(written) {
        if domain.name != vm.name.as_str() {
            findings
                .value(at.key("name"), format!("the domain calls itself `{}`, not `{}`", domain.name, vm.name))
                .set_label("another name")
                .add_label(At::value(at.key("domain")), "the domain");
        } else if !domain.name_on_own_line {
            findings
                .value(at.key("domain"), "the domain's <name> does not stand alone on its line")
                .set_label("the VirtualDomain agent looks for it with grep")
                .add_help(format!("write `<name>{}</name>` on a line of its own", domain.name));
        }
    }
}

fn mounts(written: &Written) -> impl Iterator<Item = &str> {
    let storage = written.description.storage.iter();
    storage.flat_map(|storage| &storage.filesystems).map(|filesystem| filesystem.mount.as_str().trim_end_matches('/'))
}

fn shared(written: &Written, path: &str) -> bool {
    mounts(written).any(|mount| path.strip_prefix(mount).is_some_and(|rest| rest.starts_with('/')))
}

fn disks(written: &Written, findings: &mut Findings) {
    for (_, at, domain) in domains(written) {
        if !domain.images.iter().any(|image| shared(written, &image.path)) {
            let all: Vec<&str> = mounts(written).collect();
            findings
                .value(at.key("domain"), "the domain has no disk on a clustered filesystem")
                .set_label("nothing that both nodes could open")
                .add_help(format!("its <source file=...> must be below {}", all.join(" or ")));
        }
    }
}

fn cache(written: &Written, findings: &mut Findings) {
    for (_, at, domain) in domains(written) {
        for image in domain.images.iter().filter(|image| !image.read_only) {
            if !matches!(image.cache.as_deref(), Some("none" | "directsync")) {
                let mode = match &image.cache {
                    Some(mode) => format!("{} has the cache mode `{mode}`", image.path),
                    None => format!("{} has no cache mode", image.path),
                };
                findings
                    .value(at.key("domain"), mode)
                    .set_label("the other node would not see what this one's cache holds")
                    .add_help("write `<driver name='qemu' cache='none'/>` for it");
            }
        }
    }
}

fn local(written: &Written, findings: &mut Findings) {
    for (_, at, domain) in domains(written) {
        let elsewhere = domain.images.iter().filter(|image| !shared(written, &image.path)).count();
        // A replicated device is a finding of its own.
        let below = domain.devices.iter().filter(|device| replicated(written, device)).count();
        let number = elsewhere + domain.other_disks - below;
        if number > 0 && elsewhere < domain.images.len() {
            let are = if number == 1 { "is" } else { "are" };
            findings
                .value(at.key("domain"), format!("{number} of its disks {are} not on a clustered filesystem"))
                .set_label("a migration fails where the other node does not have this");
        }
    }
}

fn unique(written: &Written, findings: &mut Findings) {
    repeated(each(written).map(|(vm, at)| (vm.name.as_str(), at.key("name"))), |name, place, first| {
        findings
            .value(place.clone(), format!("two guests are called `{name}`"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here");
    });
}

fn images(plan: &Plan, findings: &mut Findings) {
    let all = plan.guests.iter().flat_map(|guest| -> Vec<(String, Path)> {
        match &guest.body {
            GuestBody::Described(machine) => {
                let disks = guest.at.key("disks");
                let images = machine.images.iter().enumerate();
                images.map(|(i, image)| (image.path.clone(), disks.index(i))).collect()
            }
            GuestBody::Own(domain) => {
                let images = domain.images.iter().filter(|image| !image.read_only);
                images.map(|image| (image.path.clone(), guest.at.key("domain"))).collect()
            }
        }
    });
    repeated(all, |path, place, first| {
        findings
            .value(place.clone(), format!("{path} is two disks"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here")
            .add_help("two guests that write to one image destroy it");
    });
}

fn macs(plan: &Plan, findings: &mut Findings) {
    let all = plan.guests.iter().flat_map(|guest| -> Vec<(&str, Path)> {
        match &guest.body {
            GuestBody::Described(machine) => {
                let interface = machine.interface.iter();
                interface.map(|(_, mac)| (mac.as_str(), guest.at.key("network").key("mac"))).collect()
            }
            GuestBody::Own(domain) => domain.macs.iter().map(|mac| (mac.as_str(), guest.at.key("domain"))).collect(),
        }
    });
    repeated(all, |mac, place, first| {
        findings
            .value(place.clone(), format!("two guests have the MAC address {mac}"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here");
    });
}

fn emulated(plan: &Plan, findings: &mut Findings) {
    for guest in &plan.guests {
        if matches!(&guest.body, GuestBody::Described(machine) if machine.kind == GuestType::Qemu) {
            findings
                .value(guest.at.key("type"), format!("`{}` runs without hardware virtualisation", guest.name))
                .set_label("many times slower than KVM")
                .add_help("for guests that do work, leave it out; to try a cluster out, say so in `policy.allow`");
        }
    }
}

/// Modes of libvirt's element <cpu>, and QEMU's own words for the host's processor.
const CPU_MODES: &[&str] = &["custom", "host", "host-model", "host-passthrough", "max", "maximum"];

fn cpu(written: &Written, findings: &mut Findings) {
    for (vm, at) in each(written) {
        let Some(cpu) = vm.cpu.as_ref().filter(|cpu| CPU_MODES.contains(&cpu.as_str())) else { continue };
        findings
            .value(at.key("cpu"), format!("`{cpu}` is a mode of libvirt's, not a CPU model"))
            .set_label("no model that both nodes could offer")
            .add_help("`virsh domcapabilities` on both nodes lists models; the default, `Westmere`, runs on every server since 2010");
    }
}

/// What a node needs for itself: the system, the cluster's daemons, DRBD's buffers, GFS2's and DLM's locks.
const RESERVE: u64 = 2 << 30;

fn memory(plan: &Plan, findings: &mut Findings) {
    let wanted = plan.guests.iter().fold(0, |sum: u64, guest| sum.saturating_add(guest.memory));
    for node in &plan.nodes {
        let Some(memory) = node.memory.filter(|memory| wanted > memory.saturating_sub(RESERVE)) else { continue };
        findings
            .value(
                node.at.key("memory"),
                format!("`{}` alone cannot hold all guests, which have {} MiB together", node.name, wanted >> 20),
            )
            .set_label(format!("{} MiB, 2048 of them for the node itself", memory >> 20))
            .add_label(At::key(Path::root().key("vms")), "all of them, when the other node is gone")
            .add_help(
                "give guests less memory, or take some out: what does not fit stays off, or swaps the node to death",
            );
    }
}
