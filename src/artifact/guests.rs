//! The guests' libvirt domains, on both nodes' own disks: the agent must be able to read them before anything is mounted.

use serde::Serialize;

use super::{Bug, Meta, Tree};
use crate::plan::{Guest, GuestBody, Image, Machine, Plan};

/// A running guest keeps the domain that it was started with; the next start or migration takes the new one.
const DOMAIN: Meta = Meta::config("libvirt domain", None);

#[derive(Serialize)]
struct DomainView<'a> {
    kind: &'static str,
    name: &'a str,
    uuid: &'a str,
    memory_kib: u64,
    vcpus: u32,
    cpu: &'a str,
    machine: &'a str,
    emulator: &'a str,
    disks: Vec<DiskView<'a>>,
    interface: Option<InterfaceView<'a>>,
}

#[derive(Serialize)]
struct DiskView<'a> {
    path: &'a str,
    format: &'static str,
    target: String,
}

#[derive(Serialize)]
struct InterfaceView<'a> {
    bridge: &'a str,
    mac: &'a str,
}

/// Adds every guest's domain to both nodes.
pub(super) fn add(plan: &Plan, tree: &mut Tree) -> Result<(), Bug> {
    for node in &plan.nodes {
        for guest in &plan.guests {
            let path = format!("etc/gfs2gen/domains/{}.xml", guest.name);
            match &guest.body {
                GuestBody::Described(machine) => {
                    tree.node(node, &path, "guests/domain.xml.j2", &domain(plan, guest, machine), DOMAIN)?;
                }
                GuestBody::Own(own) => {
                    tree.text(&format!("nodes/{}/rootfs/{path}", node.name), own.text.clone(), DOMAIN)?;
                }
            }
        }
    }
    Ok(())
}

fn domain<'a>(plan: &'a Plan, guest: &'a Guest, machine: &'a Machine) -> DomainView<'a> {
    DomainView {
        kind: machine.kind.as_str(),
        name: &guest.name,
        uuid: &machine.uuid,
        memory_kib: guest.memory >> 10,
        vcpus: machine.vcpus,
        cpu: &machine.cpu,
        machine: plan.platform.guests.machine,
        emulator: plan.platform.guests.emulator,
        disks: machine.images.iter().enumerate().map(disk).collect(),
        interface: machine.interface.as_ref().map(|(bridge, mac)| InterfaceView { bridge, mac }),
    }
}

fn disk((position, image): (usize, &Image)) -> DiskView<'_> {
    DiskView { path: &image.path, format: image.format.as_str(), target: target(position) }
}

/// The name of the disk at a position, as the kernel counts: vda to vdz, then vdaa.
fn target(position: usize) -> String {
    let mut letters = String::new();
    let mut rest = position + 1;
    while rest > 0 {
        rest -= 1;
        letters.insert(0, char::from(b'a' + (rest % 26) as u8));
        rest /= 26;
    }
    format!("vd{letters}")
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn disks_are_named_as_the_kernel_names_them() {
        let names: Vec<String> = [0, 1, 25, 26, 27, 701, 702].into_iter().map(target).collect();
        assert_eq!(names, ["vda", "vdb", "vdz", "vdaa", "vdab", "vdzz", "vdaaa"]);
    }
}
