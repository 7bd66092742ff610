//! A libvirt domain that the user brought: what the compiler needs to know of it.

use crate::model::bytes;

/// What a libvirt domain says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// The whole text, as it was read.
    pub text: String,
    /// The domain's name.
    pub name: String,
    /// Whether `<name>` stands alone on its line without attributes: the VirtualDomain agent reads it with grep.
    pub name_on_own_line: bool,
    /// The largest memory, in bytes.
    pub memory: u64,
    /// The images of its disks.
    pub images: Vec<DomainImage>,
    /// Disks that are no file: devices, pools, volumes. A drive with nothing in it is none.
    pub other_disks: usize,
    /// The devices that its disks are.
    pub devices: Vec<String>,
    /// The bridges that its interfaces are on.
    pub bridges: Vec<String>,
    /// The MAC addresses of its interfaces, in small letters.
    pub macs: Vec<String>,
    /// Its UUID, in small letters and without dashes, where one is written.
    pub uuid: Option<String>,
    /// How its processors are chosen, where it says so.
    pub cpu_mode: Option<String>,
    /// The machine type, where one is written.
    pub machine: Option<String>,
    /// Devices of the host that are handed to it.
    pub host_devices: usize,
}

/// One image of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainImage {
    /// The file.
    pub path: String,
    /// The cache mode, where one is written.
    pub cache: Option<String>,
    /// Whether the guest can only read it: a CD-ROM, or marked so. Nothing is lost, and guests can share it.
    pub read_only: bool,
}

impl Domain {
    /// Reads a domain. The error says what is wrong, with the line.
    pub fn parse(text: &str) -> Result<Domain, String> {
        let tree = roxmltree::Document::parse(text).map_err(|error| format!("it is not well-formed XML: {error}"))?;
        let root = tree.root_element();
        if root.tag_name().name() != "domain" {
            return Err(format!("its root element is <{}>, not <domain>", root.tag_name().name()));
        }
        let child = |name: &str| root.children().find(|node| node.has_tag_name(name));
        let name = child("name").and_then(|node| node.text()).map(str::trim).unwrap_or_default();
        if name.is_empty() {
            return Err("it has no <name>".into());
        }
        let memory = child("memory").ok_or("it has no <memory>")?;
        let disks = root.descendants().filter(|node| node.has_tag_name("disk"));
        let disks: Vec<_> = disks.filter(|disk| disk.children().any(|node| node.has_tag_name("source"))).collect();
        let images: Vec<DomainImage> = disks.iter().filter_map(image).collect();
        let values = |element: &str, child: &str, attribute: &str| -> Vec<String> {
            let all = root.descendants().filter(|node| node.has_tag_name(element));
            let children = all.flat_map(|node| node.children()).filter(|node| node.has_tag_name(child));
            children.filter_map(|node| node.attribute(attribute)).map(str::to_owned).collect()
        };
        let handed = |node: &roxmltree::Node| {
            node.has_tag_name("hostdev") || node.has_tag_name("interface") && node.attribute("type") == Some("hostdev")
        };
        Ok(Domain {
            text: text.to_owned(),
            name: name.to_owned(),
            name_on_own_line: text.lines().any(|line| line.trim() == format!("<name>{name}</name>")),
            memory: memory_bytes(memory.text().unwrap_or_default(), memory.attribute("unit").unwrap_or("KiB"))
                .ok_or_else(|| "its <memory> is no number with a unit that libvirt knows".to_owned())?,
            other_disks: disks.len() - images.len(),
            images,
            devices: values("disk", "source", "dev"),
            bridges: values("interface", "source", "bridge").into_iter().filter(|name| is_interface(name)).collect(),
            macs: values("interface", "mac", "address").iter().map(|mac| mac.to_lowercase()).collect(),
            uuid: child("uuid").and_then(|node| node.text()).map(|text| text.trim().to_lowercase().replace('-', "")),
            cpu_mode: child("cpu").and_then(|node| node.attribute("mode")).map(str::to_owned),
            machine: values("os", "type", "machine").pop(),
            host_devices: root.descendants().filter(handed).count(),
        })
    }
}

/// Whether the kernel could have an interface of this name (dev_valid_name: 15 bytes, no slash and no space).
fn is_interface(name: &str) -> bool {
    (1..=15).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/')
}

fn image(disk: &roxmltree::Node) -> Option<DomainImage> {
    let source = disk.children().find(|node| node.has_tag_name("source"))?;
    let driver = disk.children().find(|node| node.has_tag_name("driver"));
    Some(DomainImage {
        path: source.attribute("file")?.to_owned(),
        cache: driver.and_then(|driver| driver.attribute("cache")).map(str::to_owned),
        read_only: disk.attribute("device") == Some("cdrom")
            || disk.children().any(|node| node.has_tag_name("readonly")),
    })
}

/// A libvirt memory size in bytes (libvirt's formatdomain: KiB where no unit is given).
fn memory_bytes(text: &str, unit: &str) -> Option<u64> {
    let number: u64 = text.trim().parse().ok()?;
    let factor = match unit {
        "b" | "bytes" => 1,
        "KB" => 1_000,
        "k" | "KiB" => bytes("1KiB"),
        "MB" => 1_000_000,
        "M" | "MiB" => bytes("1MiB"),
        "GB" => 1_000_000_000,
        "G" | "GiB" => bytes("1GiB"),
        "T" | "TiB" => bytes("1TiB"),
        _ => return None,
    };
    // No more than a description can say: what is worked out from it must not run over.
    number.checked_mul(factor).filter(|size| (1..=bytes("999999TiB")).contains(size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_of_a_domain_are_read() {
        let domain = Domain::parse(
            "<domain type='kvm'>\n  <name>legacy</name>\n  <memory unit='GiB'>2</memory>\n  <devices><disk type='file'>\
             <driver cache='none'/><source file='/srv/vms/l.raw'/></disk><disk type='block'><source dev='/dev/sdc'/></disk>\
             <disk type='file' device='cdrom'><target dev='sda'/></disk><interface type='bridge'><mac address='52:54:00:AB:CD:EF'/>\
             </interface></devices>\n</domain>",
        )
        .unwrap();
        assert_eq!((domain.name.as_str(), domain.name_on_own_line, domain.memory), ("legacy", true, 2 << 30));
        assert_eq!(
            domain.images,
            [DomainImage { path: "/srv/vms/l.raw".into(), cache: Some("none".into()), read_only: false }]
        );
        assert_eq!((domain.other_disks, domain.devices), (1, vec!["/dev/sdc".to_owned()]));
        assert_eq!(domain.macs, ["52:54:00:ab:cd:ef".to_owned()]);
        assert_eq!((domain.uuid, domain.cpu_mode, domain.machine, domain.host_devices), (None, None, None, 0));
    }

    #[test]
    fn what_ties_a_domain_to_its_host_is_read() {
        let domain = Domain::parse(
            "<domain><name>x</name><memory>1</memory><uuid> 7F1C3F1E-2f9a-4c6b-9a51-0d2f6f6b7a10 </uuid>\
             <cpu mode='host-passthrough'/><os><type machine='q35'>hvm</type></os><devices><hostdev/>\
             <interface type='hostdev'><mac address='52:54:00:AB:00:01'/><source bridge='br1'/></interface></devices></domain>",
        )
        .unwrap();
        assert_eq!(domain.uuid.as_deref(), Some("7f1c3f1e2f9a4c6b9a510d2f6f6b7a10"));
        assert_eq!((domain.cpu_mode.as_deref(), domain.machine.as_deref()), (Some("host-passthrough"), Some("q35")));
        assert_eq!(domain.bridges, ["br1"]);
        assert_eq!((domain.host_devices, domain.macs), (2, vec!["52:54:00:ab:00:01".to_owned()]));
    }

    #[test]
    fn a_drive_is_read_only() {
        let domain = Domain::parse(
            "<domain><name>x</name><memory>1</memory><devices><disk type='file' device='cdrom'><source file='/a.iso'/></disk>\
             <disk type='file'><source file='/b'/><readonly/></disk></devices></domain>",
        )
        .unwrap();
        assert!(domain.images.len() == 2 && domain.images.iter().all(|image| image.read_only));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert!(Domain::parse("<domain>").unwrap_err().contains("well-formed"));
        assert_eq!(Domain::parse("<network/>").unwrap_err(), "its root element is <network>, not <domain>");
        assert_eq!(Domain::parse("<domain><name>x</name></domain>").unwrap_err(), "it has no <memory>");
    }
}
