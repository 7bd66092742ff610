//! Family GFS8xx, libvirt domains that users bring: what ties them to one node, or past the clustered filesystems.

use super::device::logical_volume;
use super::guests::domains;
use super::{Findings, repeated, rules};
use crate::diag::At;
use crate::model::{PerNode, Storage, defaults};
use crate::plan::{GuestBody, Plan, Written};

rules! {
    "GFS860" "guest-on-replicated-disk" Error Written(direct): "a libvirt domain has a disk that a filesystem is on";
    "GFS861" "cpu-of-the-host" Warning Written(cpu): "a libvirt domain takes its processor from the node that it starts on";
    "GFS862" "host-device" Warning Written(devices): "a libvirt domain is given a device of the host";
    "GFS863" "machine-type-not-pinned" Warning Written(machine): "a libvirt domain's machine type depends on the version of QEMU";
    "GFS864" "duplicate-uuid" Error Plan(uuids): "two guests have one UUID";
}

fn group(storage: &Storage) -> String {
    storage.volume_group.as_ref().map_or_else(|| defaults::volume_group(storage.name.as_str()), ToString::to_string)
}

/// Whether a device is one that DRBD, LVM and GFS2 are on.
pub(super) fn replicated(written: &Written, device: &str) -> bool {
    device.starts_with("/dev/drbd")
        || written.description.storage.iter().any(|storage| {
            let is_disk = match &storage.disk {
                PerNode::Both(disk) => disk.as_str() == device,
                PerNode::Each(disks) => disks.values().any(|disk| disk.as_str() == device),
            };
            is_disk || logical_volume(device).is_some_and(|(name, _)| name == group(storage))
        })
}

fn direct(written: &Written, findings: &mut Findings) {
    for (_, at, domain) in domains(written) {
        for device in domain.devices.iter().filter(|device| replicated(written, device)) {
            findings
                .value(at.key("domain"), format!("the domain writes to {device}, under a filesystem"))
                .set_label("past GFS2, DLM and the other node")
                .add_help("make an image on the filesystem: `<source file='/srv/...'/>`");
        }
    }
}

fn cpu(written: &Written, findings: &mut Findings) {
    for (_, at, domain) in domains(written) {
        let modes = ["host-passthrough", "host-model", "maximum"];
        let Some(mode) = domain.cpu_mode.as_deref().filter(|mode| modes.contains(mode)) else { continue };
        findings
            .value(at.key("domain"), format!("the domain has the processor of the node that it starts on: `{mode}`"))
            .set_label("can move only to a node that has all of it")
            .add_help("write `<cpu mode='custom' match='exact'><model fallback='forbid'>Westmere</model></cpu>`, or a newer model that both nodes have")
            .add_help("with two nodes of one model and one microcode, say so in `policy.allow`");
    }
}

fn devices(written: &Written, findings: &mut Findings) {
    for (_, at, domain) in domains(written).filter(|(.., domain)| domain.host_devices > 0) {
        findings
            .value(at.key("domain"), format!("the domain is given devices of the host: {}", domain.host_devices))
            .set_label("cannot move while it runs")
            .add_help("Pacemaker stops such a guest and starts it on the other node, if the device is there; say so in `policy.allow`");
    }
}

fn machine(written: &Written, findings: &mut Findings) {
    for (_, at, domain) in domains(written) {
        // Pinned types carry a version: pc-q35-7.2, pc-i440fx-rhel7.3.0. `pc` and `q35` are the newest that QEMU has.
        let name = domain.machine.as_deref().unwrap_or("none");
        if name.contains('.') {
            continue;
        }
        findings
            .value(at.key("domain"), format!("the domain's machine type is `{name}`, the newest that QEMU has"))
            .set_label("another one after the first node's upgrade")
            .add_help("`qemu-system-x86_64 -machine help` lists those with a version: `<type arch='x86_64' machine='pc-q35-7.2'>`");
    }
}

fn uuids(plan: &Plan, findings: &mut Findings) {
    let all = plan.guests.iter().filter_map(|guest| match &guest.body {
        GuestBody::Described(machine) => Some((machine.uuid.replace('-', ""), (false, guest.at.key("name")))),
        GuestBody::Own(domain) => Some((domain.uuid.clone()?, (true, guest.at.key("domain")))),
    });
    repeated(all, |uuid, (is_own, place), (is_first_own, first)| {
        // Two described guests have one only if they have one name: a finding of its own.
        if !is_own && !is_first_own {
            return;
        }
        findings
            .value(place.clone(), format!("two guests have the UUID {uuid}"))
            .set_label("again here")
            .add_label(At::value(first.clone()), "first here")
            .add_help("libvirt has only one of them on a node: `uuidgen` makes another for the domain");
    });
}
