//! Domains of libvirt.

use super::block::Broken;
use super::{Place, xml};
use crate::domain::Domain;

/// A guest's domain.
#[derive(Debug, Clone)]
pub(super) struct Guest {
    pub at: Place,
    pub domain: Domain,
    /// `kvm` or `qemu`.
    pub kind: String,
    pub vcpus: String,
    pub cpu: Option<String>,
    /// The formats of its images, in the order of [`Domain::images`].
    pub formats: Vec<String>,
    /// Whether something in it was blanked out when it was collected.
    pub blanked: bool,
}

/// What `collect.sh` puts in a secret's place.
pub(super) const BLANKED: &str = "@BLANKED@";

/// Reads a tree whose root is `<domain>`.
pub(super) fn read(file: usize, root: roxmltree::Node, text: &str) -> Result<Guest, Broken> {
    let span = xml::span(root);
    let domain = Domain::parse(text).map_err(|why| Broken::new(span, format!("this domain cannot be used: {why}")))?;
    let inside = |name: &str| xml::child(root, name);
    let files = root.descendants().filter(|node| {
        node.has_tag_name("disk") && xml::child(*node, "source").is_some_and(|source| source.has_attribute("file"))
    });
    let formats = files.map(|disk| {
        let driver = xml::child(disk, "driver").and_then(|driver| driver.attribute("type"));
        driver.unwrap_or("raw").to_owned()
    });
    Ok(Guest {
        at: Place { file, span },
        kind: root.attribute("type").unwrap_or("kvm").to_owned(),
        vcpus: inside("vcpu").and_then(|node| node.text()).unwrap_or("1").trim().to_owned(),
        cpu: inside("cpu").and_then(|cpu| xml::child(cpu, "model")).and_then(|model| model.text()).map(str::to_owned),
        formats: formats.collect(),
        blanked: text.contains(BLANKED),
        domain,
    })
}
